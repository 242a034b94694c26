"""`tintinh redact`: an article goes out of tables, exports and raw records, and stays out, whatever comes after."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fastwarc.warc import ArchiveIterator

from dagster_project.cli import cli
from pipelines.records import Capture
from scraper.archive import ArchiveWriter, Exchange

SECRET = "Đinh Thị Khuê"
PAGE = """<html lang="vi"><head><title>{title}</title></head><body><article><h1>{title}</h1>
<p class="date">Đăng ngày: 0{day}/11/2026, 10:13 GMT+7</p>
<p>Sáng nay, bà con xã Nậm Thuông ra đồng gặt lứa lúa cuối cùng của vụ mùa, năng suất ước đạt {number} tạ một héc-ta.</p>
<p>Theo bà {person}, trưởng bản, vụ này ít sâu bệnh nên chi phí giảm hẳn so với mọi năm.</p>
<p>Xã đang vận động các hộ làm đất sớm để trồng cây vụ đông, ưu tiên ngô ngọt và khoai tây.</p>
<p><strong>Hà Diễm</strong></p></article></body></html>"""
URL = "https://bao.example/thoi-su/nam-thuong-gat-xong-vu-mua-post{}.html"


def _segment(folder: Path) -> Path:
    start = datetime(2026, 11, 5, 1, tzinfo=UTC)
    with ArchiveWriter(folder, "web:bao.example", "redacttest01") as writer:
        for number in range(4):
            page = PAGE.format(
                title=f"Nậm Thuông gặt xong vụ mùa, kỳ {number % 3}",
                day=number % 3 + 1,
                number=50 + number,
                person=SECRET if number % 3 == 0 else "Lò Thị Đoan",
            )
            writer.response(
                Capture(URL.format(number % 3 + 1000), "web:bao.example", start + timedelta(hours=number), "response"),
                Exchange(200, [("Content-Type", "text/html; charset=utf-8")], page.encode()),
            )
    return next(folder.rglob("*.warc.gz"))


def _run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, list(arguments), catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def _holds_secret(data: Path) -> list[str]:
    found = []
    for path in (data / "archive").rglob("*.warc.gz"):
        with path.open("rb") as file:
            records = [record.reader.read() for record in ArchiveIterator(file, parse_http=False)]
        found += [path.name for content in records if SECRET.encode() in content]
    return found


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TINTINH_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def test_an_article_goes_and_stays_out(tmp_path: Path, data: Path) -> None:
    segment = _segment(tmp_path / "elsewhere")
    _run("ingest", str(segment))
    assert len(_holds_secret(data)) == 2
    sizes = {path: path.stat().st_size for path in (data / "archive").rglob("*.warc.gz")}

    told = _run("redact", URL.format(1000), "--reason", "quyết định 12/2026", "--by", "toa-soan", "--yes").stdout
    assert "2 captures, 4 raw records" in told
    assert _holds_secret(data) == []
    assert {path: path.stat().st_size for path in sizes} == sizes, "every other record keeps its place"
    _run("archive", "verify")
    exports = [_run("export", what).stdout for what in ("articles", "versions", "captures")]
    assert [SECRET in text or "post1000.html" in text for text in exports] == [False] * 3
    assert exports[0].count("\n") == 2
    assert "quyết định 12/2026" in _run("sql", "from redactions", "--format", "csv").stdout
    for table in ("addresses", "candidates", "story_members"):
        counted = _run(
            "sql", f"select count(*) from {table} t where t::varchar like '%post1000.html%'", "--format", "csv"
        )
        assert counted.stdout.split() == ["count_star()", "0"]

    again = gzip.decompress(segment.read_bytes())
    other = tmp_path / "other.warc.gz"
    other.write_bytes(gzip.compress(again + b"\r\n"))
    _run("ingest", str(segment))
    _run("ingest", str(other))
    assert _holds_secret(data) == []
    assert _run("export", "articles").stdout == exports[0]

    _run("rebuild")
    assert _run("export", "articles").stdout == exports[0]


def test_a_moved_article_is_the_same_article(tmp_path: Path, data: Path) -> None:
    _run("ingest", str(_segment(tmp_path / "elsewhere")))
    _run("redact", URL.format(1000), "--reason", "x", "--yes")
    with ArchiveWriter(tmp_path / "later", "web:bao.example", "redacttest02") as writer:
        page = PAGE.format(title="Nậm Thuông gặt xong vụ mùa, kỳ 0", day=1, number=50, person=SECRET)
        writer.response(
            Capture(
                "https://bao.example/kinh-te/nam-thuong-gat-xong-vu-mua-post1000.html",
                "web:bao.example",
                datetime(2026, 12, 5, 1, tzinfo=UTC),
                "response",
            ),
            Exchange(200, [("Content-Type", "text/html; charset=utf-8")], page.encode()),
        )
    _run("ingest", str(next((tmp_path / "later").rglob("*.warc.gz"))))
    assert SECRET not in _run("export", "articles").stdout
    assert _holds_secret(data) == []
    assert "kinh-te/nam-thuong" in (data / "redactions.yaml").read_text(encoding="utf-8")


def test_a_file_that_cannot_be_understood_stops_everything(tmp_path: Path, data: Path) -> None:
    _run("ingest", str(_segment(tmp_path / "elsewhere")))
    (data / "redactions.yaml").write_text("- article_id: abc\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["rebuild"])
    assert result.exit_code != 0
    assert "Nothing is published" in str(result.exception)
