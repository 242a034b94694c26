"""Keys and indexes for replay, verify and repair, and the WACZ that is handed out."""

from __future__ import annotations

import gzip
import hashlib
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from archive_kit import HOST, NOON, SOURCE, Hosts, answered, asked, page, pages, url_of, write_members
from warcio.archiveiterator import ArchiveIterator

from pipelines.records import Capture
from scraper.archive import (
    ArchiveError,
    ArchiveWriter,
    Original,
    build_index,
    export_wacz,
    ingest,
    iter_capture_logs,
    read_capture_log,
    repair,
    verify,
)
from scraper.archive.caplog import capture_ids
from scraper.archive.surt import surt


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www2.Bao.example:443/Tin-Tuc/Bai-1.HTML?b=2&a=1", "example,bao)/tin-tuc/bai-1.html?a=1&b=2"),
        ("http://bao.example", "example,bao)/"),
        ("http://bao.example?x=1", "example,bao)/?x=1"),
        ("http://bao.example:8080/a/", "example,bao:8080)/a"),
        ("http://user:pw@bao.example./a/../b/./c//d#frag", "example,bao)/b/c/d"),
        ("http://bao.example/tin-tức/đ", "example,bao)/tin-t%e1%bb%a9c/%c4%91"),
        ("http://bao.example/tin-t%E1%BB%A9c/%C4%91", "example,bao)/tin-t%e1%bb%a9c/%c4%91"),
        ("http://bao.example/a%2Fb%25c", "example,bao)/a/b%25c"),
        ("http://bao.example/a?b&a=&c=1", "example,bao)/a?a=&b&c=1"),
        ("http://bao.example/a?b=1&&c=2", "example,bao)/a?&b=1&c=2"),
        ("http://bao.example/a b?q=%20c+d&e=%41", "example,bao)/a%20b?e=a&q=%20c+d"),
        ("http://bao.example/(S(4hqa0555fwsecu455xqckv45))/a.aspx", "example,bao)/a.aspx"),
        ("http://bao.example/a.aspx?PHPSESSID=0123456789abcdef0123456789abcdef&x=1", "example,bao)/a.aspx?x=1"),
        ("http://bao.example/a?x=1&sid=0123456789abcdef0123456789abcdef", "example,bao)/a?&x=1"),
        ("http://bao.example/a?sid=12345", "example,bao)/a?sid=12345"),
        ("http://bao.example/a?sid=0123456789abcdef0123456789abcdef", "example,bao)/a"),
        ("http://báo.example/", "example,xn--bo-mia)/"),
        ("http://127.0.0.1:8000/a", "1,0,0,127:8000)/a"),
        ("http://[::1]:80/a", "::1)/a"),
        ("urn:X:1", "urn:x:1"),
    ],
)
def test_keys_are_those_of_replay_tools(url: str, key: str) -> None:
    # What `pywb.utils.canonicalize.canonicalize` of pywb 2.10.0 answers.
    assert surt(url) == key


def crawled(root: Path, count: int = 4, source: str = SOURCE) -> list[Capture]:
    with ArchiveWriter(root, source, "9f2c41d07a", clock=lambda: NOON, rotate_bytes=2000) as writer:
        kept = [writer.response(asked(n), answered(page(n))) for n in range(count)]
        known = Original(kept[0].capture_id, kept[0].url, kept[0].fetched_at, kept[0].payload_digest or "")
        kept.append(writer.response(asked(0, at=NOON + timedelta(days=1)), answered(page(0)), known))
        kept.append(writer.response(asked(0, at=NOON + timedelta(days=2)), answered(b"", 304), known))
    return kept


def index_lines(index: Path) -> list[tuple[str, str, dict[str, str]]]:
    rows = []
    for line in index.read_text(encoding="utf-8").splitlines():
        key, moment, fields = line.split(" ", 2)
        rows.append((key, moment, json.loads(fields)))
    return rows


def test_an_index_names_every_record_where_warcio_finds_it(tmp_path: Path) -> None:
    kept = crawled(tmp_path)
    write_members(tmp_path / "b.warc.gz", pages(3, host="khac.example"))
    ingest(tmp_path / "b.warc.gz", tmp_path, Hosts())
    merged = build_index(tmp_path)
    assert merged == tmp_path / "index.cdxj"
    lines = merged.read_bytes().splitlines()
    assert lines == sorted(lines)
    rows = index_lines(merged)
    assert len(rows) == len(kept) - 1 + 3  # a 304 is no content to replay
    for _, moment, fields in rows:
        with (tmp_path / fields["filename"]).open("rb") as file:
            file.seek(int(fields["offset"]))
            record = next(iter(ArchiveIterator(file)))
            assert record.rec_type == ("revisit" if fields["mime"] == "warc/revisit" else "response")
            assert record.rec_headers["WARC-Target-URI"] == fields["url"]
            assert record.rec_headers["WARC-Date"][:19] == f"{moment[:4]}-{moment[4:6]}-{moment[6:8]}T" + ":".join(
                (moment[8:10], moment[10:12], moment[12:])
            )
            assert record.http_headers.get_statuscode() == fields["status"]
            file.seek(int(fields["offset"]))
            gzip.decompress(file.read(int(fields["length"])))  # exactly one member: more or less would raise
    assert sum(fields["mime"] == "warc/revisit" for _, _, fields in rows) == 1


def test_an_index_that_does_not_fit_into_memory_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_members(tmp_path / "b.warc.gz", pages(25))
    ingest(tmp_path / "b.warc.gz", tmp_path / "one", Hosts())
    monkeypatch.setattr("scraper.archive.cdxj._LINES_IN_MEMORY", 4)
    ingest(tmp_path / "b.warc.gz", tmp_path / "two", Hosts())
    assert build_index(tmp_path / "one").read_bytes() == build_index(tmp_path / "two").read_bytes()
    assert len(index_lines(tmp_path / "two" / "index.cdxj")) == 25
    assert verify(tmp_path / "two").ok


def test_an_empty_archive_has_an_empty_index(tmp_path: Path) -> None:
    assert build_index(tmp_path / "data").read_bytes() == b""
    assert verify(tmp_path / "data").ok


def kinds(root: Path) -> list[str]:
    return sorted(problem.kind for problem in verify(root).problems)


def test_a_sound_archive_verifies(tmp_path: Path) -> None:
    kept = crawled(tmp_path)
    report = verify(tmp_path)
    assert (report.problems, report.captures) == ([], len(kept))
    assert report.records == 2 * len(kept) + report.files


def test_verify_names_every_kind_of_damage_and_repair_puts_right_what_can_be(tmp_path: Path) -> None:
    kept = crawled(tmp_path, 8)
    files = sorted(tmp_path.rglob("*.warc.gz"))
    assert len(files) >= 4
    (log,) = iter_capture_logs(tmp_path)
    lines = log.read_bytes().splitlines(keepends=True)

    flipped = bytearray(files[0].read_bytes())
    flipped[(kept[0].warc_offset or 0) + 200] ^= 0xFF
    files[0].write_bytes(flipped)
    files[1].with_name(files[1].name.replace(".warc.gz", ".cdxj")).write_text("khong phai chi muc\n")
    files[2].with_name(files[2].name.replace(".warc.gz", ".cdxj")).unlink()
    gone = [capture for capture in kept if str(capture.warc_file).endswith(files[3].name)]
    files[3].unlink()
    unlogged = next(c for c in kept if str(c.warc_file).endswith(files[1].name))
    lines = [line for line in lines if unlogged.capture_id.encode() not in line]
    log.write_bytes(b"".join(lines) + b"{}\n")

    assert set(kinds(tmp_path)) == {
        "damaged", "missing-record", "wrong-index", "no-index", "missing-file", "unlogged", "bad-line",
    }  # fmt: skip
    report = repair(tmp_path)
    assert {lost.capture_id for lost in report.recovered.lost} == {c.capture_id for c in [kept[0], *gone]}
    assert (report.adopted, report.damaged) == (1, 1)
    assert report.indexes >= 2
    assert not report.whole
    assert kinds(tmp_path) == ["bad-line"], "what was written off is on record"
    assert verify(tmp_path).known_losses == 1
    left = {capture.capture_id for capture in read_capture_log(log)}
    assert left == {c.capture_id for c in kept} - {c.capture_id for c in [kept[0], *gone]}
    assert repair(tmp_path).recovered.lost == []
    later = bytearray(files[0].read_bytes())
    later[(kept[0].warc_offset or 0) + (kept[0].warc_length or 0) + 150] ^= 0xFF
    files[0].write_bytes(later)
    assert "damaged" in kinds(tmp_path), "damage that came later is none that is on record"


def test_what_was_lost_is_there_again_when_its_file_is_put_back(tmp_path: Path) -> None:
    kept = crawled(tmp_path, 8)
    path = tmp_path / str(kept[1].warc_file)
    inside = {c.capture_id for c in kept if c.warc_file == kept[1].warc_file}
    (log,) = iter_capture_logs(tmp_path)
    everything = {capture.capture_id for capture in kept}
    copy = path.read_bytes()
    path.unlink()
    assert {lost.capture_id for lost in repair(tmp_path).recovered.lost} == inside
    assert {c.capture_id for c in read_capture_log(log)} == everything - inside
    assert capture_ids([log]) == {bytes.fromhex(one) for one in everything - inside}
    path.write_bytes(copy)
    assert kinds(tmp_path) == ["unlogged"] * len(inside)
    assert repair(tmp_path).whole
    assert {c.capture_id for c in read_capture_log(log)} == everything
    assert capture_ids([log]) == {bytes.fromhex(one) for one in everything}
    assert verify(tmp_path).ok


def test_the_merged_index_is_held_against_those_of_the_files(tmp_path: Path) -> None:
    crawled(tmp_path, 8)
    merged = build_index(tmp_path)
    assert verify(tmp_path).ok
    lines = merged.read_bytes().splitlines(keepends=True)

    def found(content: list[bytes]) -> list[str]:
        merged.write_bytes(b"".join(content))
        return [str(problem).partition("wrong-index: index.cdxj: ")[2] for problem in verify(tmp_path).problems]

    some = json.loads(lines[3].split(b" ", 2)[2])["filename"]
    of_some = [line for line in lines if f'"{some}"'.encode() in line]
    (said,) = found([line for line in lines if line != lines[3]] if len(of_some) > 1 else [*lines, lines[3]])
    assert some in said
    orphan = lines[3].replace(some.encode(), b"bao-song-lam/2020/01/khong-co.warc.gz")
    (said,) = found(sorted([*lines, orphan]))
    assert "1 lines name bao-song-lam/2020/01/khong-co.warc.gz, which is not there" in said
    (said,) = found(lines[::-1])
    assert said == "its lines are out of order"
    assert found([line for line in lines if line not in of_some]) == [], "that is only an index from before"
    assert verify(tmp_path).index_behind == 1
    own = (tmp_path / some).with_name(Path(some).name.removesuffix(".warc.gz") + ".cdxj")
    own.unlink()
    assert f"{len(of_some)} lines name {some}, whose own index is missing" in "".join(found(lines))
    assert repair(tmp_path).whole
    assert merged.read_bytes() == b"".join(lines)


def test_an_index_of_a_file_that_lacks_a_line_or_has_one_too_many(tmp_path: Path) -> None:
    crawled(tmp_path, 1)
    (path,) = (p for p in tmp_path.rglob("*.cdxj") if p.read_bytes().count(b"\n") > 1)
    lines = path.read_bytes().splitlines(keepends=True)
    for content, said in (
        (lines[1:], "1 lines are missing"),
        (sorted([*lines, lines[0].replace(b'"offset": "', b'"offset": "9')]), "1 lines name no record of the file"),
        (lines[::-1], "its lines are out of order"),
    ):
        path.write_bytes(b"".join(content))
        (problem,) = verify(tmp_path).problems
        assert (problem.kind, problem.detail) == ("wrong-index", f"{path.name}: {said}")
    assert repair(tmp_path).indexes == 1
    assert path.read_bytes() == b"".join(lines)


def test_content_that_is_not_what_its_digest_says_is_found(tmp_path: Path) -> None:
    (kept,) = crawled(tmp_path, 1)[:1]
    path = tmp_path / str(kept.warc_file)
    raw = path.read_bytes()
    start, length = kept.warc_offset or 0, kept.warc_length or 0
    record = gzip.decompress(raw[start : start + length]).replace("cây cầu".encode(), "CÂY CẦU".encode(), 1)
    path.write_bytes(raw[:start] + gzip.compress(record) + raw[start + length :])
    found = [problem for problem in verify(tmp_path).problems if problem.kind == "digest"]
    assert [problem.offset for problem in found] == [start]


def test_a_wacz_holds_records_index_pages_and_digests(tmp_path: Path) -> None:
    kept = crawled(tmp_path / "data")
    write_members(tmp_path / "b.warc.gz", [*pages(2, host="khac.example"), *pages(2)])
    ingest(tmp_path / "b.warc.gz", tmp_path / "data", Hosts(**{HOST: SOURCE}))
    report = export_wacz(tmp_path / "data", tmp_path / "all.wacz")
    assert (report.captures, report.pages) == (len(kept) - 1 + 4, len(kept) - 2 + 4)
    one = export_wacz(tmp_path / "data", tmp_path / "one.wacz", source_id=SOURCE)
    assert (one.captures, one.pages) == (len(kept) - 1 + 2, len(kept) - 2 + 2)
    for path in (report.path, one.path):
        with zipfile.ZipFile(path) as zipped:
            assert zipped.testzip() is None
            package = json.loads(zipped.read("datapackage.json"))
            digest = json.loads(zipped.read("datapackage-digest.json"))["hash"]
            assert digest == "sha256:" + hashlib.sha256(zipped.read("datapackage.json")).hexdigest()
            listed = {resource["path"]: resource for resource in package["resources"]}
            assert set(listed) == set(zipped.namelist()) - {"datapackage.json", "datapackage-digest.json"}
            for name, resource in listed.items():
                assert resource["hash"] == "sha256:" + hashlib.sha256(zipped.read(name)).hexdigest()
                assert resource["bytes"] == zipped.getinfo(name).file_size
            for line in zipped.read("indexes/index.cdx").decode().splitlines():
                fields = json.loads(line.split(" ", 2)[2])
                with zipped.open(f"archive/{fields['filename']}") as file:
                    file.seek(int(fields["offset"]))
                    record = next(iter(ArchiveIterator(file)))
                    assert record.rec_headers["WARC-Target-URI"] == fields["url"]
            first, *rows = map(json.loads, zipped.read("pages/pages.jsonl").decode().splitlines())
            assert first["format"] == "json-pages-1.0"
            assert {"url": url_of(0), "ts": "2026-03-07T05:00:00Z"}.items() <= rows[0].items()


def test_nothing_makes_no_wacz(tmp_path: Path) -> None:
    crawled(tmp_path / "data")
    with pytest.raises(ArchiveError, match="nothing is archived of bao-khac"):
        export_wacz(tmp_path / "data", tmp_path / "x.wacz", source_id="bao-khac")
    assert list(tmp_path.glob("*.wacz")) == []
