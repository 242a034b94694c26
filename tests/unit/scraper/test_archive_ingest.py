"""WARC files from anywhere, in any state, taken in once."""

from __future__ import annotations

import gzip
import io
import os
import random
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from archive_kit import HOST, NOON, SOURCE, Hosts, answered, asked, foreign, http, page, pages, url_of, write_members
from fastwarc.stream_io import ZstdWriter

from pipelines.records import Capture
from scraper.archive import (
    ArchiveError,
    ArchiveFull,
    ArchiveWriter,
    IngestProgress,
    NotAWarc,
    Original,
    ingest,
    iter_capture_logs,
    payload_digest,
    read_capture_log,
    read_payload,
    verify,
)

NOBODY = Hosts()


def logged(root: Path, source_id: str | None = None) -> list[Capture]:
    return [capture for log in iter_capture_logs(root, source_id) for capture in read_capture_log(log)]


@pytest.mark.skipif("TINTINH_SHARED" not in os.environ, reason="the folder TINTINH_SHARED names holds the real pages")
def test_real_pages_are_taken_in_once(tmp_path: Path) -> None:
    file = Path(os.environ["TINTINH_SHARED"]) / "real" / "vietnamese-news-pages.warc.gz"
    first = ingest(file, tmp_path, NOBODY)
    assert (first.captures, first.already, first.lost, dict(first.rejected)) == (38, 0, (), {})
    assert sum(first.by_source.values()) == 38
    again = ingest(file, tmp_path, NOBODY)
    assert (again.captures, again.already) == (0, 38)
    for capture in logged(tmp_path):
        assert payload_digest(read_payload(tmp_path, capture).body) == capture.payload_digest
    assert verify(tmp_path).problems == []


def test_the_source_is_that_of_the_host(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    write_members(file, [*pages(2), *pages(1, host="www.khac.example"), *pages(1, host="LA.example:8080")])
    report = ingest(file, tmp_path / "data", Hosts(**{HOST: "bao_song_lam"}))
    assert report.by_source == {"bao-song-lam": 2, "web:la.example": 1, "web:www.khac.example": 1}
    capture = logged(tmp_path / "data", "bao-song-lam")[0]
    assert (capture.purpose, capture.outcome, capture.status) == ("article", "response", 200)
    assert capture.payload_digest == payload_digest(page(0))
    assert [c.url for c in logged(tmp_path / "data", "web:la.example")] == ["https://LA.example:8080/tin/bai-0.html"]


def test_the_copy_in_the_archive_is_its_own(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    write_members(file, pages(2))
    report = ingest(file, tmp_path / "data", NOBODY)
    copy = tmp_path / "data" / str(report.stored)
    assert copy.read_bytes() == file.read_bytes()
    assert copy.stat().st_ino != file.stat().st_ino
    file.unlink()
    assert all(read_payload(tmp_path / "data", capture).status == 200 for capture in logged(tmp_path / "data"))


def test_a_file_under_another_name_and_a_grown_file_add_only_what_is_new(tmp_path: Path) -> None:
    write_members(tmp_path / "a.warc.gz", pages(2))
    write_members(tmp_path / "b.warc.gz", pages(5))
    assert ingest(tmp_path / "a.warc.gz", tmp_path / "data", NOBODY).captures == 2
    shutil.copy(tmp_path / "a.warc.gz", tmp_path / "c.warc.gz")
    assert ingest(tmp_path / "c.warc.gz", tmp_path / "data", NOBODY).captures == 0
    grown = ingest(tmp_path / "b.warc.gz", tmp_path / "data", NOBODY)
    assert (grown.captures, grown.already) == (3, 2)
    assert len({capture.capture_id for capture in logged(tmp_path / "data")}) == len(logged(tmp_path / "data")) == 5
    assert verify(tmp_path / "data").problems == []


def test_only_registered_hosts_are_kept_when_that_is_asked(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    registry = Hosts(**{HOST: "bao_song_lam"})
    write_members(file, [*pages(20, host="khac.example"), *pages(2), *pages(20, host="la.example")])
    report = ingest(file, tmp_path / "data", registry, only_registered=True)
    assert report.by_source == {"bao-song-lam": 2}
    assert report.skipped == {"host not in the registry": 40}
    stored = tmp_path / "data" / str(report.stored)
    assert stored.stat().st_size < file.stat().st_size / 10
    captures = logged(tmp_path / "data")
    assert [read_payload(tmp_path / "data", capture).body for capture in captures] == [page(0), page(1)]
    again = ingest(file, tmp_path / "data", registry, only_registered=True)
    assert (again.captures, again.already, again.stored) == (0, 2, None)
    later = ingest(
        file, tmp_path / "data", Hosts(**{HOST: "bao_song_lam", "la.example": "bao_la"}), only_registered=True
    )
    assert (later.by_source, later.already) == ({"bao-la": 20}, 2)
    assert verify(tmp_path / "data").problems == []


def test_our_own_archive_keeps_its_captures_when_it_is_taken_in_elsewhere(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path / "here", SOURCE, "r1", clock=lambda: NOON) as writer:
        first = writer.response(asked(1, purpose="listing"), answered(page(1), headers=[("Location", "/a")]))
        known = Original(first.capture_id, first.url, first.fetched_at, first.payload_digest or "")
        again = asked(1, at=NOON + timedelta(days=2))
        kept = [first, writer.response(again, answered(page(1)), known)]
        kept.append(writer.response(asked(1, at=NOON + timedelta(days=3)), answered(b"", 304), known))
        kept.append(writer.response(asked(4), answered(b"", 301, headers=[("Location", "/moi")])))
    registry = Hosts(**{HOST: SOURCE})
    segment = tmp_path / "here" / str(first.warc_file)
    assert ingest(segment, tmp_path / "here", registry).already == 4
    report = ingest(segment, tmp_path / "there", registry)
    assert (report.captures, report.skipped) == (4, {"request": 4, "warcinfo": 1})
    there = {capture.capture_id: capture for capture in logged(tmp_path / "there")}
    assert list(there) == [capture.capture_id for capture in kept]
    for mine in kept:
        theirs = there[mine.capture_id]
        for name in ("outcome", "purpose", "status", "headers", "refers_to", "redirect_to", "found_by", "warc_offset"):
            assert getattr(theirs, name) == getattr(mine, name), name
        if mine.status != 301:
            assert read_payload(tmp_path / "there", theirs, there.get).body == page(1)


def test_records_that_cannot_be_captures_are_counted_with_their_reason(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    url = url_of(1)
    write_members(
        file,
        [
            foreign(None, http(b"a")),
            foreign(url, http(b"a"), date=None),
            foreign(url, http(b"a"), date="hom qua"),
            foreign(url, b"\x00\x01 khong phai HTTP"),
            foreign("dns:baosonglam.example", b"20260307"),
            foreign("http:///khong-co-may-chu", http(b"a")),
            foreign(url, b"software: x\r\n", kind="warcinfo"),
            foreign(f"<{url}>", http(b"a"), date="2026-03-07T05:00:00.5Z", version="1.1"),
        ],
    )
    report = ingest(file, tmp_path / "data", NOBODY)
    assert report.rejected == {
        "no WARC-Target-URI": 1,
        "no WARC-Date": 1,
        "WARC-Date is not a date": 1,
        "no HTTP response in it": 1,
        "not http": 1,
        "WARC-Target-URI without a host": 1,
    }
    assert (report.captures, report.records, report.skipped) == (1, 8, {"warcinfo": 1})
    (capture,) = logged(tmp_path / "data")
    assert (capture.url, capture.fetched_at) == (url, datetime(2026, 3, 7, 5, 0, 0, 500_000, tzinfo=UTC))


@pytest.mark.parametrize(
    ("path", "content_type", "status", "purpose"),
    [
        ("/bai-1.html", "text/html", "200 OK", "article"),
        ("/bai-1.html", "text/html", "404 Not Found", "article"),
        ("/robots.txt", "text/plain", "200 OK", "robots"),
        ("/a.jpg", "image/jpeg", "200 OK", "asset"),
        ("/a.jpg", "text/html", "404 Not Found", "asset"),
        ("/rss/tin.rss", "application/rss+xml", "200 OK", "asset"),
    ],
)
def test_what_a_page_was_fetched_for_is_told_by_what_it_is(
    tmp_path: Path, path: str, content_type: str, status: str, purpose: str
) -> None:
    file = tmp_path / "a.warc.gz"
    content = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n\r\nx".encode()
    write_members(file, [foreign(f"https://{HOST}{path}", content)])
    ingest(file, tmp_path / "data", NOBODY)
    assert [capture.purpose for capture in logged(tmp_path / "data")] == [purpose]


def test_payload_digests_are_those_of_the_record_else_computed_without_chunks(tmp_path: Path) -> None:
    given = payload_digest(b"khac")
    chunked = http(b"5\r\nXin c\r\n3\r\nhao\r\n0\r\n\r\n", ["Transfer-Encoding: chunked"])
    write_members(
        tmp_path / "a.warc.gz",
        [
            foreign(url_of(1), http(b"a"), fields=[f"WARC-Payload-Digest: {given.lower()}"]),
            foreign(url_of(2), http(b"b"), fields=["WARC-Payload-Digest: sha256:abc"]),
            foreign(url_of(3), chunked),
            foreign(url_of(4), http(os.urandom(3_000_000))),
        ],
    )
    ingest(tmp_path / "a.warc.gz", tmp_path / "data", NOBODY)
    digests = [capture.payload_digest for capture in logged(tmp_path / "data")]
    assert digests[:3] == [given, payload_digest(b"b"), payload_digest(b"Xin chao")]
    assert digests[3] == payload_digest(read_payload(tmp_path / "data", logged(tmp_path / "data")[3]).body)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>Trang bao</html>",
        gzip.compress(b"Trang bao" * 100, mtime=0),
        b"\x1f\x8b\x08",
        os.urandom(5000),
        b"PK\x03\x04",
    ],
)
def test_a_file_that_is_no_warc_is_refused_and_leaves_nothing(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.warc.gz"
    file.write_bytes(content)
    with pytest.raises(NotAWarc, match=r"a\.warc\.gz is not a WARC file"):
        ingest(file, tmp_path / "data", NOBODY)
    assert not (tmp_path / "data").exists()
    with pytest.raises(FileNotFoundError):
        ingest(tmp_path / "khong-co.warc.gz", tmp_path / "data", NOBODY)


@pytest.mark.parametrize("only_registered", [False, True])
def test_a_file_cut_off_in_the_middle_of_a_record_keeps_all_whole_ones(tmp_path: Path, only_registered: bool) -> None:
    file = tmp_path / "a.warc.gz"
    offsets = write_members(file, pages(6))
    registry = Hosts(**{HOST: "bao"})
    for number, cut in enumerate((offsets[4] + 3, offsets[4] + 400, offsets[5] - 1)):
        torn = tmp_path / f"torn-{number}.warc.gz"
        torn.write_bytes(file.read_bytes()[:cut])
        report = ingest(torn, tmp_path / f"data-{number}", registry, only_registered=only_registered)
        assert report.captures == 4
        (loss,) = report.lost
        assert (loss.offset, loss.bytes) == (offsets[4], cut - offsets[4])
        assert str(cut - offsets[4]) in str(loss)
        assert [read_payload(tmp_path / f"data-{number}", c).body for c in logged(tmp_path / f"data-{number}")] == [
            page(n) for n in range(4)
        ]
        seen = verify(tmp_path / f"data-{number}")
        assert (seen.problems, seen.known_losses) == ([], 0 if only_registered else 1)


@pytest.mark.parametrize("seed", range(8))
def test_damage_in_the_middle_costs_only_the_records_it_hits(tmp_path: Path, seed: int) -> None:
    file = tmp_path / "a.warc.gz"
    offsets = write_members(file, pages(8))
    data = bytearray(file.read_bytes())
    chance = random.Random(seed)
    first = chance.randrange(1, 6)
    # From somewhere in one record's header to somewhere in the same or the next record.
    start = offsets[first] + chance.randrange(0, 40)
    stop = chance.randrange(start + 20, offsets[first + 2])
    data[start:stop] = bytes(stop - start)
    hit = {n for n in range(8) if offsets[n] < stop and start < offsets[n + 1]}
    file.write_bytes(data)
    report = ingest(file, tmp_path / "data", NOBODY)
    bodies = [read_payload(tmp_path / "data", capture).body for capture in logged(tmp_path / "data")]
    assert bodies == [page(n) for n in range(8) if n not in hit]
    assert report.captures == 8 - len(hit)
    assert sum(loss.bytes for loss in report.lost) == sum(offsets[n + 1] - offsets[n] for n in hit)
    assert {loss.offset for loss in report.lost} <= {offsets[n] for n in hit}
    assert verify(tmp_path / "data").problems == []


@pytest.mark.parametrize("how", ["no version line", "bytes gone", "bytes between"])
def test_damage_in_a_file_that_is_not_compressed(tmp_path: Path, how: str) -> None:
    records = pages(6)
    if how == "no version line":
        records[3] = b"?" * 20 + records[3][20:]
    elif how == "bytes gone":
        records[3] = records[3][:500] + records[3][900:]
    else:
        records.insert(4, b"rac " * 200)
    file = tmp_path / "a.warc"
    file.write_bytes(b"".join(records))
    report = ingest(file, tmp_path / "data", NOBODY)
    bodies = [read_payload(tmp_path / "data", capture).body for capture in logged(tmp_path / "data")]
    whole = range(6) if how == "bytes between" else [0, 1, 2, 4, 5]
    assert bodies == [page(n) for n in whole]
    (loss,) = report.lost
    where = 4 if how == "bytes between" else 3
    assert (loss.offset, loss.bytes) == (sum(map(len, records[:where])), len(records[where]))
    assert verify(tmp_path / "data").problems == []


def test_a_damaged_first_record_does_not_hide_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    offsets = write_members(file, pages(4))
    data = bytearray(file.read_bytes())
    data[12:40] = b"?" * 28
    file.write_bytes(data)
    report = ingest(file, tmp_path / "data", NOBODY)
    assert (report.captures, report.lost[0].offset, report.lost[0].bytes) == (3, 0, offsets[1])


def zstd(data: bytes) -> bytes:
    out = io.BytesIO()
    writer = ZstdWriter(out)
    writer.write(data)
    writer.close()
    return out.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
def test_files_that_cannot_be_read_by_offset_are_packed_anew(tmp_path: Path, pack: object) -> None:
    file = tmp_path / "a.warc.gz"
    file.write_bytes(pack(b"".join(pages(5))))  # type: ignore[operator]
    report = ingest(file, tmp_path / "data", NOBODY)
    assert (report.captures, report.lost) == (5, ())
    assert [read_payload(tmp_path / "data", c).body for c in logged(tmp_path / "data")] == [page(n) for n in range(5)]
    assert ingest(file, tmp_path / "data", NOBODY).already == 5
    assert verify(tmp_path / "data").problems == []


def test_a_file_whose_packing_changes_in_the_middle_is_packed_anew(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    records = pages(6)
    solid = gzip.compress(b"".join(records[2:5]))
    file.write_bytes(b"".join(gzip.compress(record) for record in records[:2]) + solid + gzip.compress(records[5]))
    ingest(file, tmp_path / "data", NOBODY)
    captures = logged(tmp_path / "data")
    assert sorted(read_payload(tmp_path / "data", c).body for c in captures) == sorted(page(n) for n in range(6))
    assert verify(tmp_path / "data").problems == []


def test_a_file_that_finds_no_room_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.warc.gz"
    write_members(file, pages(3))
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage._replace(free=10))
    with pytest.raises(ArchiveFull, match="no room left"):
        ingest(file, tmp_path / "data", NOBODY)
    assert [path for path in (tmp_path / "data" / "ingested").rglob("*") if path.is_file()] == []
    monkeypatch.undo()
    assert ingest(file, tmp_path / "data", NOBODY).captures == 3


def test_progress_tells_bytes_and_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scraper.archive.ingesting._REPORT_EVERY_S", 0.0)
    write_members(tmp_path / "a.warc.gz", pages(5))
    seen: list[IngestProgress] = []
    report = ingest(tmp_path / "a.warc.gz", tmp_path / "data", NOBODY, progress=seen.append)
    assert [step.bytes_done for step in seen] == sorted({step.bytes_done for step in seen})
    assert seen[-1].bytes_done == seen[-1].bytes_total == report.bytes


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is large enough to be walked over in a process of its own."""
    monkeypatch.setattr("scraper.archive.walking.LARGE", 1)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1})


@pytest.mark.parametrize("how", ["whole", "damaged", "registered", "solid"])
def test_a_large_file_is_taken_as_a_small_one(tmp_path: Path, request: pytest.FixtureRequest, how: str) -> None:
    file = tmp_path / "a.warc.gz"
    records = [*pages(6), foreign(None, b""), *pages(3, host="khac.example")]
    if how == "solid":
        file.write_bytes(gzip.compress(records[0]) + gzip.compress(b"".join(records[1:])))
    else:
        offsets = write_members(file, records)
        if how == "damaged":
            data = bytearray(file.read_bytes())
            data[offsets[2] + 5 : offsets[3] + 9] = bytes(offsets[3] + 4 - offsets[2])
            file.write_bytes(data[:-40])
    registry = Hosts(**{HOST: "bao"})
    small = ingest(file, tmp_path / "small", registry, only_registered=how == "registered")
    request.getfixturevalue("beside")
    large = ingest(file, tmp_path / "large", registry, only_registered=how == "registered")
    assert large.captures == small.captures > 2
    assert (large.rejected, large.lost, large.by_source) == (small.rejected, small.lost, small.by_source)
    assert large.records == small.records
    assert logged(tmp_path / "large") == logged(tmp_path / "small") or how == "registered"
    assert verify(tmp_path / "large").ok


@pytest.mark.usefixtures("beside")
def test_the_process_that_reads_may_be_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.warc.gz"
    write_members(file, pages(5))
    with monkeypatch.context() as patched:
        patched.setattr("sys.executable", "/bin/false")
        with pytest.raises(ArchiveError, match=r"a\.warc\.gz broke off .* code 1"):
            ingest(file, tmp_path / "data", NOBODY)
    assert ingest(file, tmp_path / "data", NOBODY).captures == 5
    assert verify(tmp_path / "data").ok


def test_a_file_that_is_still_being_written_is_left_for_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.warc.gz"
    write_members(file, pages(5))
    copyfile = shutil.copyfile

    def slow(source: Path, target: Path) -> None:
        with file.open("ab") as more:
            more.write(gzip.compress(pages(6)[5]))
        copyfile(source, target)

    with monkeypatch.context() as patched:
        patched.setattr("shutil.copyfile", slow)
        with pytest.raises(ArchiveError, match="was written to while it was"):
            ingest(file, tmp_path / "data", NOBODY)
    assert not list((tmp_path / "data" / "ingested").rglob("*.warc.gz"))
    assert ingest(file, tmp_path / "data", NOBODY).captures == 6
