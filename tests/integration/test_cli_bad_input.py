"""What bad input gets: one message that says what is wrong and what to do, the right exit code, and no traceback."""

from __future__ import annotations

import fcntl
import gzip
import io
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

PAGE = """<html><head><title>{0}</title></head><body><h1>{0}</h1><p class="date">Thứ năm, 05/11/2026 - 15:04</p>
<p>Sáng nay, xã vùng cao khởi công đoạn đường dài ba cây số nối hai bản; bà con góp đất và ngày công.</p>
<p>Công trình dự kiến xong trước mùa mưa năm sau, giúp học sinh đi lại an toàn hơn khi qua suối.</p></body></html>"""


@dataclass(frozen=True)
class Tintinh:
    """The command, run as a process on a data folder of its own; holds that it never shows a traceback."""

    data: Path

    def __call__(self, *arguments: str, code: int, data: Path | None = None, **environment: str) -> str:
        outcome = subprocess.run(
            [sys.executable, "-m", "dagster_project", *arguments],
            env={**os.environ, "TINTINH_DATA": str(data or self.data), **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert outcome.returncode == code, outcome.stdout + outcome.stderr
        assert "Traceback" not in outcome.stderr, outcome.stderr
        return outcome.stdout + outcome.stderr


@pytest.fixture
def tintinh(tmp_path: Path) -> Tintinh:
    return Tintinh(tmp_path / "data")


def _warc(path: Path, count: int) -> list[int]:
    """A WARC file of `count` pages by another implementation; returns the offsets of the records."""
    offsets = []
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for number in range(count):
            offsets.append(out.tell())
            body = PAGE.format(f"Bản tin thứ {number}").encode()
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    f"https://baobanmuong.example/tin-{number}.html", "response", io.BytesIO(body), http_headers=headers
                )
            )
    return offsets


def test_unknown_source(tintinh: Tintinh) -> None:
    told = tintinh("crawl", "bao-thai-ngyen", code=2)
    assert "bao-thai-nguyen" in told


def test_a_host_that_does_not_answer(tintinh: Tintinh, tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        sources = tmp_path / "data" / "sources"
        sources.mkdir(parents=True)
        (sources / "bao-ban-muong.yaml").write_text(
            "id: bao-ban-muong\nname: Báo Bản Mường\nkind: newspaper\nhome: https://baobanmuong.example/\n"
            "hosts: [baobanmuong.example]\ndiscovery: {sections: [https://baobanmuong.example/tin/]}\n"
            "pace: {retries: 0, delay_s: 0}\n",
            encoding="utf-8",
        )
        told = tintinh("crawl", "bao-ban-muong", code=1, TINTINH_HOST_MAP=f"baobanmuong.example=127.0.0.1:{port}")
    assert "bao-ban-muong" in told
    assert "https://baobanmuong.example/" in told
    assert "refused" in told or "robots" in told


def test_a_crawl_of_a_real_outlet_needs_a_contact(tintinh: Tintinh) -> None:
    told = tintinh("crawl", "bao-thai-nguyen", code=1, TINTINH_CONTACT="")
    assert "TINTINH_CONTACT" in told


def test_a_file_that_is_no_warc_and_one_that_is_not_there(tintinh: Tintinh, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Kính gửi tòa soạn")
    assert "not a WARC" in tintinh("ingest", str(tmp_path / "letter.txt"), code=1)
    assert "there is no file" in tintinh("ingest", str(tmp_path / "none.warc.gz"), code=1)


def test_a_cut_off_warc_keeps_all_whole_records_and_names_the_loss(tintinh: Tintinh, tmp_path: Path) -> None:
    path = tmp_path / "cut.warc.gz"
    offsets = _warc(path, 4)
    whole = path.read_bytes()
    path.write_bytes(whole[: offsets[3] + 40])
    told = tintinh("ingest", str(path), code=3)
    assert "3 captures new" in told
    assert "lost" in told
    assert str(offsets[3]) in told
    assert tintinh("sql", "select count(*) as n from articles", "--format", "csv", code=0).split()[-1] == "3"
    assert "0 captures new, 3 known" in tintinh("ingest", str(path), code=3)


def test_one_bad_file_among_good_ones_costs_itself_alone(tintinh: Tintinh, tmp_path: Path) -> None:
    _warc(tmp_path / "good.warc.gz", 2)
    (tmp_path / "bad.warc.gz").write_bytes(gzip.compress(b"no records here"))
    told = tintinh("ingest", str(tmp_path / "bad.warc.gz"), str(tmp_path / "good.warc.gz"), code=3)
    assert "bad.warc.gz" in told
    assert "2 captures new" in told


def test_a_page_of_no_bytes(tintinh: Tintinh, tmp_path: Path) -> None:
    (tmp_path / "empty.html").touch()
    told = tintinh("extract", str(tmp_path / "empty.html"), "--url", "https://bao.example/tin-1.html", code=1)
    assert "0 bytes" in told


def test_a_data_folder_that_cannot_be_written(tintinh: Tintinh, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for command in (["demo"], ["ingest", "x.warc.gz"], ["crawl", "bao-thai-nguyen"]):
        told = tintinh(*command, code=1, data=tmp_path / "file")
        assert "cannot be written" in told
        assert "TINTINH_DATA" in told


def test_nothing_published_yet(tintinh: Tintinh) -> None:
    for command in (["sql", "select 1"], ["status"], ["export", "articles"], ["history", "https://bao.example/1.html"]):
        assert "tintinh demo" in tintinh(*command, code=1)


def test_a_port_in_use_and_a_ui_that_is_open_already(tintinh: Tintinh, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = tintinh("ui", "--port", str(port), code=1)
    assert f"port {port}" in told
    assert f"--port {port + 1}" in told
    with (tmp_path / "data" / "dagster" / "ui.lock").open("w") as lock:
        lock.write("http://127.0.0.1:3000 (process 1)")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "open already: http://127.0.0.1:3000 (process 1)" in tintinh("ui", "--port", str(port), code=1)


def test_a_wrong_query_and_one_that_would_write(tintinh: Tintinh, tmp_path: Path) -> None:
    _warc(tmp_path / "good.warc.gz", 1)
    tintinh("ingest", str(tmp_path / "good.warc.gz"), code=0)
    assert "artcles" in tintinh("sql", "select * from artcles", code=1)
    tintinh("sql", "drop table articles", code=1)
    assert "tin-0.html" in tintinh("history", "https://baobanmuong.example/khac.html", code=1)


def test_bad_rows_name_their_line(tintinh: Tintinh, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"file": "a.html"}\n')
    assert "line 1" in tintinh("extract", "--manifest", str(tmp_path / "rows.jsonl"), code=1)


@pytest.mark.skipif(shutil.which("mount") is None or os.geteuid() != 0, reason="only root can mount a small disk")
def test_no_room(tintinh: Tintinh, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(small)], check=False)
    if mounted.returncode:
        pytest.skip("this machine does not let root mount a tmpfs")
    try:
        assert "no room" in tintinh("ingest", str(tmp_path / "x.warc.gz"), code=1, data=small)
    finally:
        subprocess.run(["umount", str(small)], check=True)
