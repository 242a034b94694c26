"""`tintinh backup`, `restore`, `compact` and `doctor` on an archive that something was taken into."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dagster_project.cli import cli
from pipelines.records import Capture
from scraper.archive import ArchiveWriter, Exchange

PAGE = """<html lang="vi"><head><title>{title}</title></head><body><article><h1>{title}</h1>
<p class="date">Đăng ngày: 05/11/2026, 10:13 GMT+7</p>
<p>Sáng nay, bà con xã Nậm Thuông ra đồng gặt lứa lúa cuối cùng của vụ mùa, năng suất ước đạt {number} tạ một héc-ta.</p>
<p>Xã đang vận động các hộ làm đất sớm để trồng cây vụ đông, ưu tiên ngô ngọt và khoai tây.</p></article></body></html>"""


def _run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, list(arguments), catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def _ingest(folder: Path, first: int, count: int) -> None:
    with ArchiveWriter(folder, "web:bao.example", f"caretest{first:02}") as writer:
        for number in range(first, first + count):
            page = PAGE.format(title=f"Nậm Thuông gặt xong vụ mùa, kỳ {number}", number=50 + number)
            writer.response(
                Capture(
                    f"https://bao.example/thoi-su/nam-thuong-gat-xong-vu-mua-post{1000 + number}.html",
                    "web:bao.example",
                    datetime(2026, 11, 5, 4, tzinfo=UTC) + timedelta(minutes=number),
                    "response",
                ),
                Exchange(200, [("Content-Type", "text/html; charset=utf-8")], page.encode()),
            )
    _run("ingest", str(next(folder.rglob("*.warc.gz"))))


def _findings(*arguments: str, code: int = 0) -> dict[str, dict[str, object]]:
    return {found["subject"]: found for found in json.loads(_run(*arguments, "doctor", "--json", code=code).stdout)}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TINTINH_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def test_a_backup_comes_back_with_the_same_exports(tmp_path: Path, data: Path) -> None:
    _ingest(tmp_path / "one", 0, 3)
    (data / "corrections.yaml").write_text("[]\n", encoding="utf-8")
    there = tmp_path / "backup"
    first = _run("backup", str(there)).stdout
    assert "0 of them copied" in _run("backup", str(there)).stdout
    assert "0 of them copied" not in first
    _ingest(tmp_path / "two", 3, 2)
    assert "0 of them copied" not in _run("backup", str(there)).stdout
    before = _run("export", "versions").stdout
    assert before.count("\n") == 5

    other = tmp_path / "other"
    assert "5 articles" in _run("--data", str(other), "restore", str(there)).stdout
    assert _run("--data", str(other), "export", "versions").stdout == before
    assert (other / "corrections.yaml").exists()
    assert _findings("--data", str(other))["archive"]["ok"]

    again = CliRunner().invoke(cli, ["--data", str(other), "restore", str(there)])
    assert "holds an archive" in str(again.exception)
    inside = CliRunner().invoke(cli, ["backup", str(data / "backup")])
    assert "inside the data folder" in str(inside.exception)
    strange = CliRunner().invoke(cli, ["backup", str(tmp_path / "one")])
    assert "other files" in str(strange.exception)


def test_the_doctor_makes_no_folder_and_says_how_articles_come_in(data: Path) -> None:
    wrong = {name: found for name, found in _findings(code=1).items() if not found["ok"]}
    assert set(wrong) == {"data folder", "published", "database"}
    assert "--data" in str(wrong["data folder"]["advice"])
    assert "tintinh ingest" in str(wrong["published"]["advice"])
    assert not data.exists()


def test_the_doctor_finds_what_is_wrong_and_says_what_to_do(tmp_path: Path, data: Path) -> None:
    _ingest(tmp_path / "one", 0, 3)
    assert all(found["ok"] for found in _findings().values())
    _run("compact")
    assert all(found["ok"] for found in _findings().values())

    (data / "warehouse" / "rebuilding.duckdb").write_bytes(b"x")
    (data / "corrections.yaml").write_text("- article: x\n", encoding="utf-8")
    (data / "people.yaml").write_text("- person: x\n", encoding="utf-8")
    with (data / "published" / "tintinh.duckdb").open("ab") as file:
        file.write(b"x")
    (segment,) = (data / "archive").rglob("*.warc.gz")
    segment.rename(segment.with_name("elsewhere"))
    wrong = {name for name, found in _findings(code=1).items() if not found["ok"]}
    assert wrong == {"leftovers", "corrections", "people", "published", "archive"}
    assert "archive repair" in str(_findings(code=1)["archive"]["advice"])

    (data / "redactions.yaml").write_text("- nothing\n", encoding="utf-8")
    assert not _findings(code=1)["operator_files"]["ok"]
