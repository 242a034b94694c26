"""`tintinh rebuild`: a database comes back from the archive, byte for byte in its exports; or is held against it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
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
    with duckdb.connect(data / "warehouse" / "tintinh.duckdb") as con:  # as a selector would that points elsewhere
        con.execute("UPDATE readings SET page_kind = 'other'")
    mended = _run("reread", "--again", "--source", "web:bao.example")
    assert mended.stdout == "4 captures read again by the present reader\n", mended.output
    assert _run("export", "versions").stdout == before


def test_a_check_says_what_the_archive_does_not_bear_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ArchiveWriter(tmp_path / "elsewhere", "web:bao.example", "rebuildtest02") as writer:
        for number in range(3):
            page = PAGE.format(title=f"Nậm Thuông gặt xong vụ mùa, kỳ {number}", day=number + 1, number=50 + number)
            writer.response(
                Capture(
                    f"https://bao.example/thoi-su/nam-thuong-gat-xong-vu-mua-{number + 1000}.html",
                    "web:bao.example",
                    datetime(2026, 11, 5, 1 + number, tzinfo=UTC),
                    "response",
                ),
                Exchange(200, [("Content-Type", "text/html; charset=utf-8")], page.encode()),
            )
    data = tmp_path / "data"
    database = data / "warehouse" / "tintinh.duckdb"
    monkeypatch.setenv("TINTINH_DATA", str(data))
    assert _run("ingest", str(next((tmp_path / "elsewhere").rglob("*.warc.gz")))).exit_code == 0
    good = _run("rebuild", "--check")
    assert good.exit_code == 0, good.output
    assert good.stdout == ("web:bao.example: 3 articles and 3 versions made anew from the archive, no difference\n")
    assert [path.name for path in database.parent.iterdir() if path.name.startswith("verifying")] == []

    with duckdb.connect(database) as con:
        con.execute(
            "UPDATE versions SET valid_from = valid_from - INTERVAL 1 DAY WHERE article_id IN (SELECT article_id FROM articles WHERE url LIKE '%-1001.html')"
        )
        con.execute("DELETE FROM captures WHERE url LIKE '%-1000.html'")
        con.execute(
            "INSERT INTO captures BY NAME SELECT * REPLACE ('f00' AS capture_id) FROM captures WHERE url LIKE '%-1002.html'"
        )
    bad = _run("rebuild", "--check", "web:bao.example")
    assert bad.exit_code == 1
    assert "1 articles differ: https://bao.example/thoi-su/nam-thuong-gat-xong-vu-mua-1001.html (in both)" in bad.stdout
    assert "1 captures are loaded that no log of the archive holds" in bad.stdout
    assert "1 captures of the archive are not loaded" in bad.stdout
    assert "tintinh rebuild" in bad.stdout

    with duckdb.connect(database) as con:
        con.execute("UPDATE versions SET reader_version = '0'")
    assert "(3 articles left out" in _run("rebuild", "--check").stdout
    unknown = _run("rebuild", "--check", "bao-khong-co")
    assert unknown.exit_code == 2
    assert "of these something is: web:bao.example" in unknown.stderr


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))
