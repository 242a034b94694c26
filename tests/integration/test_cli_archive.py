"""`tintinh archive`: planted damage is named, repaired as far as it can be, and told by the exit code."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dagster_project.cli import run
from pipelines.records import Capture
from scraper.archive import ArchiveWriter, Exchange, read_capture_log
from scraper.archive.layout import iter_capture_logs

COUNT = 6
SOURCE = "bao-song-lam"
NOON = datetime(2026, 3, 7, 5, tzinfo=UTC)


def _write(writer: ArchiveWriter, number: int) -> None:
    url = f"https://baosonglam.example/tin/cau-so-{number}-post{number}.html"
    text = " ".join(f"Xã Đồng Lạc khánh thành cây cầu số {number}, nhịp {part}." for part in range(40))
    body = f"<html><title>Cầu số {number}</title><p>{text}</p></html>".encode()
    capture = Capture(url, SOURCE, NOON + timedelta(seconds=number), "response")
    writer.response(capture, Exchange(200, [("Content-Type", "text/html; charset=utf-8")], body))


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TINTINH_DATA", str(tmp_path))
    root = tmp_path / "archive"
    with ArchiveWriter(root, SOURCE, "9f2c41d07a", clock=lambda: NOON, rotate_bytes=3000) as writer:
        for number in range(COUNT):
            _write(writer, number)
    return root


def _flip(root: Path) -> None:
    path = sorted(root.rglob("*.warc.gz"))[0]
    raw = bytearray(path.read_bytes())
    first = next(c for c in read_capture_log(next(iter_capture_logs(root))) if str(c.warc_file).endswith(path.name))
    raw[(first.warc_offset or 0) + 200] ^= 0x01
    path.write_bytes(raw)


def _truncate(root: Path) -> None:
    *_, last = read_capture_log(next(iter_capture_logs(root)))
    path = root / str(last.warc_file)
    path.write_bytes(path.read_bytes()[: (last.warc_offset or 0) + 200])


def _drop_index_line(root: Path) -> None:
    path = sorted(root.rglob("*.cdxj"))[0]
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))


def _orphan_index_line(root: Path) -> None:
    path = sorted(root.rglob("*.cdxj"))[0]
    line = path.read_bytes().splitlines(keepends=True)[0]
    path.write_bytes(path.read_bytes() + line.replace(b"song-lam", b"song-lang"))


def _drop_file(root: Path) -> None:
    sorted(root.rglob("*.warc.gz"))[1].unlink()


def _cut_log_line(root: Path) -> None:
    log = next(iter_capture_logs(root))
    log.write_bytes(log.read_bytes()[:-20])


@pytest.mark.parametrize(
    ("plant", "named", "whole_again"),
    [
        (_flip, ("damaged", "missing-record"), False),
        (_truncate, ("damaged",), False),
        (_drop_index_line, ("wrong-index", "1 lines are missing"), True),
        (_orphan_index_line, ("wrong-index", "1 lines name no record of the file"), True),
        (_drop_file, ("missing-file",), False),
        (_cut_log_line, ("bad-line", "unlogged"), True),
    ],
)
def test_planted_damage_is_named_and_repaired(
    archive: Path,
    capsys: pytest.CaptureFixture[str],
    plant: Callable[[Path], None],
    named: tuple[str, ...],
    whole_again: bool,
) -> None:
    assert run(["archive", "verify"]) == 0
    assert f"{COUNT} logged captures: all sound" in capsys.readouterr().out
    plant(archive)
    assert run(["archive", "verify"]) == 1
    told = capsys.readouterr()
    assert all(word in told.out for word in named), told.out
    assert "tintinh archive repair" in told.err
    assert run(["archive", "verify", "--json"]) == 1
    assert {problem["kind"] for problem in json.loads(capsys.readouterr().out)["problems"]} >= {named[0]}
    assert run(["archive", "repair"]) == (0 if whole_again else 3)
    told = capsys.readouterr()
    assert ("the archive is sound" in told.out) is whole_again
    assert ("marked lost" in told.err) is not whole_again
    assert run(["archive", "verify"]) == 0, "what is gone is on record, the rest is sound"
    kept = len(list(read_capture_log(next(iter_capture_logs(archive)))))
    assert kept == COUNT if whole_again else 0 < kept < COUNT


def test_one_source_and_what_is_being_written(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["archive", "verify", "--source", SOURCE]) == 0
    assert run(["archive", "verify", "--source", "bao-song-lan"]) == 2
    assert "unknown source" in capsys.readouterr().err
    assert run(["archive", "verify", "--source", "bao-thai-nguyen"]) == 1
    assert "nothing of bao-thai-nguyen is in the archive yet" in capsys.readouterr().err
    with ArchiveWriter(archive, SOURCE, "another-run") as writer:
        _write(writer, 99)
        assert run(["archive", "verify"]) == 3
        assert f"being written now, so not looked at to the end: {SOURCE}" in capsys.readouterr().err
        assert run(["archive", "repair"]) == 3
    assert run(["archive", "verify"]) == 0


def test_index_and_wacz(archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["archive", "index"]) == 0
    assert f"{COUNT} captures in" in capsys.readouterr().out
    out = tmp_path / "ra" / "song-lam.wacz"
    assert run(["archive", "wacz", str(out), "--source", SOURCE, "--title", "Sông Lam"]) == 0
    assert f"{COUNT} captures and {COUNT} pages" in capsys.readouterr().out
    with zipfile.ZipFile(out) as zipped:
        assert json.loads(zipped.read("datapackage.json"))["title"] == "Sông Lam"
    assert run(["archive", "wacz", str(out)]) == 2
    assert "--force" in capsys.readouterr().err
    assert run(["archive", "wacz", str(out), "--force"]) == 0


def test_where_there_is_no_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TINTINH_DATA", str(tmp_path / "nichts"))
    for arguments in (["verify"], ["repair"], ["index"], ["wacz", str(tmp_path / "x.wacz")]):
        assert run(["archive", *arguments]) == 1
        assert "holds no archive yet" in capsys.readouterr().err
    assert not (tmp_path / "nichts").exists()
