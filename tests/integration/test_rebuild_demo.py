"""The demo's five steps crawled one after the other, corrected and redacted; then the database made anew from the archive."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from dagster_project.cli import cli
from dagster_project.demo import SOURCE_IDS, STEPS, DemoSite
from dagster_project.paths import DataFolder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]  # five crawls of three outlets


def tintinh(*arguments: str) -> str:
    result = CliRunner().invoke(cli, list(arguments))
    assert result.exit_code == 0, f"{arguments}: {result.output} {result.exception!r}"
    return result.output


def exports(folder: Path) -> dict[str, bytes]:
    tintinh("export", "dataset", "--out", str(folder))
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_rebuild_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.root.mkdir()
    monkeypatch.setenv("TINTINH_DATA", str(folder.root))
    with DemoSite.serving() as site:
        monkeypatch.setenv("TINTINH_HOST_MAP", " ".join(f"{host}={target}" for host, target in site.host_map.items()))
        for step in range(STEPS):
            site.step = step
            folder.demo_state.write_text(json.dumps({"step": step}))
            tintinh("crawl", *SOURCE_IDS, "--all")
    rows = json.loads(tintinh("sql", "select url, version_no from articles order by url", "--format", "json"))
    edited = [row["url"] for row in rows if row["version_no"] > 1]
    assert len(edited) >= 2
    tintinh("correct", edited[0], "authors", "Mai Phương", "--reason", "thử", "--by", "biên tập")
    tintinh("redact", edited[1], "--reason", "thử", "--by", "biên tập", "--yes")
    before = exports(tmp_path / "before")
    assert b"Mai Ph\xc6\xb0\xc6\xa1ng" in before["articles.jsonl"]
    assert edited[1].encode() not in before["articles.jsonl"]
    assert before["versions.jsonl"].count(b"\n") > len(rows)
    folder.warehouse.unlink()
    tintinh("rebuild")
    assert exports(tmp_path / "after") == before
    tintinh("rebuild")
    tintinh("compact")
    assert exports(tmp_path / "after") == before
