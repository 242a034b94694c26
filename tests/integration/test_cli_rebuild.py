"""`tintinh rebuild`: a database that cannot be opened any more comes back from the archive, byte for byte in its exports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dagster_project.cli import cli
from pipelines.records import Capture
from scraper.archive import ArchiveWriter, Exchange

PAGE = """<html lang="vi"><head><title>{title}</title></head><body><article><h1>{title}</h1>
<p class="date">Đăng ngày: 0{day}/11/2026, 10:13 GMT+7</p>
<p>Sáng nay, bà con xã Nậm Thuông ra đồng gặt lứa lúa cuối cùng của vụ mùa, năng suất ước đạt {number} tạ một héc-ta.</p>
<p>Theo ông Lò Văn Đoan, trưởng bản, vụ này ít sâu bệnh nên chi phí giảm hẳn so với mọi năm.</p>
<p>Xã đang vận động các hộ làm đất sớm để trồng cây vụ đông, ưu tiên ngô ngọt và khoai tây.</p>
<p><strong>Hà Diễm</strong></p></article></body></html>"""


def test_the_database_comes_back_from_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = datetime(2026, 11, 5, 1, tzinfo=UTC)
    with ArchiveWriter(tmp_path / "elsewhere", "web:bao.example", "rebuildtest01") as writer:
        for number in range(4):
            page = PAGE.format(
                title=f"Nậm Thuông gặt xong vụ mùa, kỳ {number % 3}", day=number % 3 + 1, number=50 + number
            )
            url = f"https://bao.example/thoi-su/nam-thuong-gat-xong-vu-mua-{number % 3 + 1000}.html"
            writer.response(
                Capture(url, "web:bao.example", start + timedelta(hours=number), "response"),
                Exchange(200, [("Content-Type", "text/html; charset=utf-8")], page.encode()),
            )
    segment = next((tmp_path / "elsewhere").rglob("*.warc.gz"))
    data = tmp_path / "data"
    monkeypatch.setenv("TINTINH_DATA", str(data))
    assert _run("ingest", str(segment)).exit_code == 0
    before = _run("export", "versions").stdout
    assert before.count("\n") == 4, "three articles, one of them edited once"
    (data / "warehouse" / "tintinh.duckdb").write_bytes(b"no database " * 1000)
    broken = CliRunner().invoke(cli, ["ingest", str(segment)])
    assert "tintinh rebuild" in broken.output + str(broken.exception)
    monkeypatch.setattr("dagster_project.progress.LOG_EVERY_S", 0.0)  # say every step
    again = _run("rebuild")
    assert again.exit_code == 0, again.output
    assert "reading pages: 4 of 4" in again.stderr
    assert "errors: none" in again.stderr
    assert _run("export", "versions").stdout == before
    assert "reading again: 0 of 0" not in _run("reread").stderr, "nothing waits"


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))
