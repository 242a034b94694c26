"""What a crawl writes, read back with a second implementation (warcio)."""

from __future__ import annotations

import errno
import gzip
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from archive_kit import HOST, NOON, SOURCE, answered, asked, page, url_of
from warcio.archiveiterator import ArchiveIterator

from pipelines.records import Candidate, Capture
from scraper.archive import (
    ArchiveFull,
    ArchiveWriter,
    LogTally,
    Original,
    PayloadMissing,
    SourceBusy,
    iter_candidate_logs,
    iter_capture_logs,
    payload_digest,
    read_candidate_log,
    read_capture_log,
    read_payload,
    verify,
)
from scraper.archive.segment import RawFile, open_raw


def noon() -> datetime:
    return NOON


def open_writer(root: Path, **options: object) -> ArchiveWriter:
    options.setdefault("clock", noon)
    return ArchiveWriter(root, SOURCE, "9f2c41d07a", **options)  # type: ignore[arg-type]


def logged(root: Path) -> list[Capture]:
    return [capture for log in iter_capture_logs(root, SOURCE) for capture in read_capture_log(log)]


def test_an_exchange_becomes_records_that_warcio_reads_and_whose_digests_hold(tmp_path: Path) -> None:
    with open_writer(tmp_path, contact="ban-doc@baosonglam.example") as writer:
        kept = writer.response(
            asked(1), answered(page(1), headers=[("ETag", '"a1"'), ("Transfer-Encoding", "chunked")])
        )
    assert kept.warc_file == "bao-song-lam/2026/03/bao-song-lam-20260307T050000Z-9f2c41d0-000.warc.gz"
    seen = []
    with (tmp_path / kept.warc_file).open("rb") as file:
        records = ArchiveIterator(file, check_digests=True)
        for record in records:
            content = record.content_stream().read()
            assert record.digest_checker.passed is not False, record.digest_checker.problems
            seen.append((record.rec_type, records.get_record_offset()))
            if record.rec_type == "response":
                assert content == page(1)
                assert record.digest_checker.passed is True
                assert record.rec_headers["WARC-Target-URI"] == url_of(1)
                assert record.rec_headers["WARC-Date"] == "2026-03-07T05:00:01.123456Z"
                assert record.http_headers["Content-Length"] == str(len(page(1)))
                assert record.http_headers["Transfer-Encoding"] is None
                assert record.http_headers["X-Archive-Orig-Transfer-Encoding"] == "chunked"
                answer_id = record.rec_headers["WARC-Record-ID"]
            if record.rec_type == "request":
                assert record.http_headers.statusline == "/tin/cau-so-1-post1.html?trang=1&muc=xa-hoi HTTP/1.1"
                assert record.http_headers["Host"] == HOST
                assert record.rec_headers["WARC-Concurrent-To"] == answer_id
            if record.rec_type == "warcinfo":
                assert b"operator: ban-doc@baosonglam.example" in content
    assert [kind for kind, _ in seen] == ["warcinfo", "response", "request"]
    assert seen[1][1] == kept.warc_offset
    assert kept.warc_length == seen[2][1] - seen[1][1]
    assert (kept.outcome, kept.status, kept.payload_bytes) == ("response", 200, len(page(1)))
    assert kept.payload_digest == payload_digest(page(1))
    assert kept.headers["etag"] == '"a1"'
    assert logged(tmp_path) == [kept]


def test_cookies_and_credentials_are_stored_nowhere(tmp_path: Path) -> None:
    private = [("Cookie", "phien=BIMAT"), ("AUTHORIZATION", "Basic BIMAT"), ("Proxy-Authorization", "BIMAT")]
    with open_writer(tmp_path) as writer:
        exchange = answered(page(1), headers=[("Set-Cookie", "phien=BIMAT"), ("set-cookie2", "BIMAT")])
        writer.response(asked(1), type(exchange)(200, exchange.headers, page(1), request_headers=private))
    for path in tmp_path.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            assert b"BIMAT" not in (gzip.decompress(raw) if path.suffix == ".gz" else raw)


def test_a_body_that_is_still_encoded_is_stored_and_read_as_such(tmp_path: Path) -> None:
    encoded = gzip.compress(page(1))
    with open_writer(tmp_path) as writer:
        raw = writer.response(asked(1), answered(encoded, headers=[("Content-Encoding", "gzip")], decoded=False))
        plain = writer.response(asked(2), answered(page(2), headers=[("Content-Encoding", "gzip")]))
    assert read_payload(tmp_path, raw).body == page(1)
    stored = read_payload(tmp_path, plain)
    assert (stored.body, stored.flags) == (page(2), ())
    assert stored.headers["x-archive-orig-content-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [(304, b"", "not-modified"), (200, page(1), "unchanged"), (200, page(2), "response"), (404, page(1), "response")],
)
def test_what_repeats_an_earlier_capture_becomes_a_revisit(
    tmp_path: Path, status: int, body: bytes, outcome: str
) -> None:
    with open_writer(tmp_path) as writer:
        first = writer.response(asked(1), answered(page(1)))
        known = Original(first.capture_id, first.url, first.fetched_at, first.payload_digest or "")
        again = writer.response(asked(1, at=NOON + timedelta(days=1)), answered(body, status), known)
    assert again.outcome == outcome
    assert again.capture_id != first.capture_id
    with (tmp_path / str(again.warc_file)).open("rb") as file:
        record = [r for r in ArchiveIterator(file) if r.rec_type in ("response", "revisit")][-1]
    if outcome == "response":
        assert record.rec_type == "response"
        assert again.refers_to is None
        return
    assert record.rec_type == "revisit"
    assert record.rec_headers["WARC-Refers-To-Target-URI"] == first.url
    assert record.rec_headers["WARC-Refers-To-Date"] == "2026-03-07T05:00:01.123456Z"
    assert record.rec_headers["WARC-Payload-Digest"] == first.payload_digest
    assert again.refers_to == first.capture_id
    stored = read_payload(tmp_path, again, {first.capture_id: first}.get)
    assert (stored.status, stored.body, stored.flags) == (200, page(1), ("repeats",))
    with pytest.raises(PayloadMissing):
        read_payload(tmp_path, again)


def test_redirects_and_failures_are_captures_too(tmp_path: Path) -> None:
    with open_writer(tmp_path) as writer:
        moved = writer.response(asked(1), answered(b"", 301, headers=[("Location", "/moi/bai-1.html")]))
        failed = writer.failure(Capture(url_of(2), SOURCE, NOON, "timeout", error="no answer in 30 s"))
    assert moved.redirect_to == f"https://{HOST}/moi/bai-1.html"
    assert (failed.warc_file, failed.run_id) == (None, "9f2c41d07a")
    assert logged(tmp_path) == [moved, failed]


def test_candidates_have_a_log_of_their_own(tmp_path: Path) -> None:
    found = Candidate(
        url_of(1), SOURCE, "feed", NOON, title="Cầu số 1", published_hint="Sat, 07 Mar 2026 11:00:00 +0700"
    )
    with open_writer(tmp_path) as writer:
        writer.candidate(found)
    (log,) = iter_candidate_logs(tmp_path, SOURCE)
    assert list(read_candidate_log(log)) == [found]


def test_everything_is_visible_to_other_processes_as_soon_as_the_call_returns(tmp_path: Path) -> None:
    writer = open_writer(tmp_path)
    kept = writer.response(asked(1), answered(page(1)))
    assert logged(tmp_path) == [kept]
    assert read_payload(tmp_path, kept).body == page(1)
    assert [path.suffix for path in tmp_path.rglob("*.warc.gz*")] == [".open"]
    writer.close()
    assert [path.suffix for path in tmp_path.rglob("*.warc.gz*")] == [".gz"]
    assert read_payload(tmp_path, kept).body == page(1)
    writer.close()


def test_segments_rotate_by_size_and_days_begin_anew(tmp_path: Path) -> None:
    moments = iter([NOON] * 100)
    now = [NOON]
    with open_writer(tmp_path, rotate_bytes=3000, clock=lambda: now[0]) as writer:
        kept = [writer.response(asked(n, at=next(moments)), answered(os.urandom(900))) for n in range(4)]
        now[0] = datetime(2026, 4, 1, 0, 0, 1, tzinfo=UTC)
        kept.append(writer.response(asked(5), answered(page(5))))
    files = [str(capture.warc_file).rpartition("/")[2] for capture in kept]
    stem = "bao-song-lam-20260307T050000Z-9f2c41d0"
    assert files == [f"{stem}-000.warc.gz"] * 2 + [f"{stem}-001.warc.gz"] * 2 + [
        "bao-song-lam-20260401T000001Z-9f2c41d0-000.warc.gz"
    ]
    assert [log.parent.name for log in iter_capture_logs(tmp_path)] == ["03", "04"]
    assert logged(tmp_path) == kept
    assert verify(tmp_path).problems == []


def test_a_second_writer_of_a_source_is_told_who_holds_it(tmp_path: Path) -> None:
    with open_writer(tmp_path):
        with pytest.raises(SourceBusy, match=f"process {os.getpid()} since 2026-03-07T") as busy:
            open_writer(tmp_path)
        assert busy.value.since == NOON
        ArchiveWriter(tmp_path, "bao-khac", "r2").close()
    open_writer(tmp_path).close()


def test_a_run_that_goes_on_under_its_old_name_overwrites_nothing(tmp_path: Path) -> None:
    with open_writer(tmp_path) as writer:
        first = writer.response(asked(1), answered(page(1)))
    with open_writer(tmp_path) as writer:
        second = writer.response(asked(2), answered(page(2)))
    assert first.warc_file != second.warc_file
    assert logged(tmp_path) == [first, second]
    assert read_payload(tmp_path, first).body == page(1)


class FullDisk:
    """A file on a disk that has room for so many bytes and writes what fits, as a real one does."""

    def __init__(self, file: RawFile, room: int) -> None:
        self._file, self._room = file, room

    def write(self, data: bytes, /) -> int | None:
        if self._room <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        part = data[: self._room]
        self._room -= len(part)
        return self._file.write(part)

    def truncate(self, size: int | None = None, /) -> int:
        return self._file.truncate(size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._file.seek(offset, whence)

    def fileno(self) -> int:
        return self._file.fileno()

    def close(self) -> None:
        self._file.close()


@pytest.mark.parametrize("room", [0, 100, 3000, 4000])
def test_a_full_disk_keeps_what_is_whole_and_says_so(tmp_path: Path, room: int) -> None:
    kept = []
    with open_writer(tmp_path, opener=lambda path: FullDisk(open_raw(path), room)) as writer:
        for number in range({0: 0, 100: 0, 3000: 1, 4000: 2}[room]):
            kept.append(writer.response(asked(number), answered(os.urandom(500))))
        for number in (8, 9):
            with pytest.raises(ArchiveFull, match="everything archived so far is kept"):
                writer.response(asked(number), answered(os.urandom(500)))
    assert logged(tmp_path) == kept
    assert verify(tmp_path).problems == []
    assert all(read_payload(tmp_path, capture).status == 200 for capture in kept)


def test_when_the_log_finds_no_room_the_record_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = open_writer(tmp_path)
    kept = writer.response(asked(1), answered(page(1)))

    def half(fd: int, data: bytes) -> int:
        monkeypatch.undo()
        os.write(fd, data[:20])
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    monkeypatch.setattr("scraper.archive.caplog.os.write", half)
    with pytest.raises(ArchiveFull):
        writer.response(asked(2), answered(page(2)))
    later = writer.response(asked(3), answered(page(3)))
    writer.close()
    assert logged(tmp_path) == [kept, later]
    assert verify(tmp_path).problems == []


def test_a_log_reader_counts_torn_and_malformed_lines_and_goes_on_where_it_was(tmp_path: Path) -> None:
    with open_writer(tmp_path) as writer:
        kept = [writer.response(asked(n), answered(page(n))) for n in range(3)]
    (log,) = iter_capture_logs(tmp_path)
    first, second, third = log.read_bytes().splitlines(keepends=True)
    lost = json.dumps({"lost": kept[0].capture_id}).encode() + b"\n"
    log.write_bytes(first + b"khong phai json\n[1]\n" + second + lost + third[:-10])
    tally = LogTally()
    assert list(read_capture_log(log, tally)) == [kept[1]]
    assert (tally.captures, tally.malformed, tally.torn, tally.lost) == (1, 2, len(third) - 10, [kept[0].capture_id])
    with log.open("ab") as file:
        file.write(third[-10:])
    assert list(read_capture_log(log, LogTally(), offset=tally.end)) == [kept[2]]


@pytest.mark.parametrize("bad", ["", "..", "ingested"])
def test_an_id_that_makes_no_folder_is_refused(tmp_path: Path, bad: str) -> None:
    with pytest.raises(ValueError, match="cannot be the id"):
        ArchiveWriter(tmp_path, bad, "r")
