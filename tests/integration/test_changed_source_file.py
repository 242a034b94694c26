"""A source file that tells the reader something else: no edit of the paper comes of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from dagster_project.cli import cli
from pipelines.records import Capture
from scraper.archive import ArchiveWriter, Exchange

PAGE = """<html lang="vi"><head><title>Nậm Thuông gặt xong vụ mùa</title></head><body><article>
<h1>Nậm Thuông gặt xong vụ mùa</h1><p class="date">Đăng ngày: 05/11/2026, 10:13 GMT+7</p>
<p>Sáng nay, bà con xã Nậm Thuông ra đồng gặt lứa lúa cuối cùng của vụ mùa, năng suất ước đạt {number} tạ một héc-ta.</p>
<p class="ghi-chu">Bà con gặt lúa có thể gọi đường dây của trạm khuyến nông xã để hỏi về giống cho vụ sau.</p>
<p>Xã đang vận động các hộ làm đất sớm để trồng cây vụ đông, ưu tiên ngô ngọt và khoai tây.</p>
</article></body></html>"""


def _ingest(folder: Path, hour: int, number: int) -> str:
    with ArchiveWriter(folder / str(hour), "web:bao.example", f"profile{hour:02}") as writer:
        writer.response(
            Capture(
                "https://bao.example/thoi-su/nam-thuong-gat-xong-vu-mua-1000.html",
                "web:bao.example",
                datetime(2026, 11, 5, hour, tzinfo=UTC),
                "response",
            ),
            Exchange(200, [("Content-Type", "text/html; charset=utf-8")], PAGE.format(number=number).encode()),
        )
    return _run("ingest", str(next((folder / str(hour)).rglob("*.warc.gz"))))


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(cli, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def _source(data: Path, **fields: object) -> None:
    (data / "sources").mkdir(parents=True, exist_ok=True)
    stated = {"id": "bao-mau", "name": "Báo Mẫu", "kind": "newspaper", "home": "https://bao.example/"}
    text = yaml.safe_dump(stated | {"hosts": [{"host": "bao.example"}], "evidence": {}} | fields, allow_unicode=True)
    (data / "sources" / "bao-mau.yaml").write_text(text, encoding="utf-8")


def test_a_mended_source_file_reaches_old_pages_and_makes_no_edit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    monkeypatch.setenv("TINTINH_DATA", str(data))
    _source(data)
    _ingest(tmp_path, 4, 50)
    assert "đường dây" in _run("sql", "SELECT text FROM articles", "--format", "csv")
    _source(data, selectors={"drop": [".ghi-chu"]})
    assert "1 new versions" not in _ingest(tmp_path, 5, 50)  # the page is the same, to the byte
    assert "0 edits" in _ingest(tmp_path, 6, 50)
    rows = _run("sql", "SELECT version_no, text FROM versions ORDER BY ALL", "--format", "csv").splitlines()
    assert rows[1].startswith("1,")
    assert "đường dây" not in "".join(rows)
    assert "1 edits" in _ingest(tmp_path, 7, 62)  # what the paper changes is an edit all the same
