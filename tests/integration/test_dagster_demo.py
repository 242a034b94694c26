"""The demo from end to end: a real Dagster instance, scrapy child, WARC and DuckDB, against the site's truth."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from dagster_project.demo import truth
from dagster_project.paths import DataFolder

pytestmark = pytest.mark.slow  # two crawls of three outlets

FIRST, SECOND = truth(0), truth(1)


@dataclass(frozen=True)
class Ran:
    folder: DataFolder
    home: Path
    output: str
    environment: dict[str, str]

    def tintinh(self, *arguments: str, code: int = 0) -> str:
        outcome = subprocess.run(
            [sys.executable, "-m", "dagster_project", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=250,
        )
        assert outcome.returncode == code, outcome.stdout + outcome.stderr
        return outcome.stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    root = tmp_path_factory.mktemp("demo")
    home = root / "home"
    home.mkdir()
    environment = {**os.environ, "HOME": str(home), "TINTINH_DATA": str(root / "data")}
    environment.pop("DAGSTER_HOME", None)
    outcome = subprocess.run(
        [sys.executable, "-m", "dagster_project", "demo"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return Ran(DataFolder(root / "data" / "demo"), home, outcome.stdout, environment)


@pytest.fixture
def published(demo: Ran) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(demo.folder.published_db, read_only=True) as con:
        yield con


def _rows(con: duckdb.DuckDBPyConnection, text: str) -> set[tuple[Any, ...]]:
    return set(con.execute(text).fetchall())


def test_every_article_of_both_steps_is_there_with_its_title(demo: Ran, published: duckdb.DuckDBPyConnection) -> None:
    expected = {(a.source_id, a.native_id, a.title) for a in SECOND.articles}
    gone = {r.url for r in SECOND.gone}
    expected |= {(a.source_id, a.native_id, a.title) for a in FIRST.articles if a.url in gone}
    found = _rows(published, "SELECT source_id, native_id, title FROM articles")
    assert found == expected


def test_the_second_crawl_reports_exactly_what_the_site_did(demo: Ran, published: duckdb.DuckDBPyConnection) -> None:
    edited = _rows(published, "SELECT url FROM versions WHERE version_no > 1")
    assert edited == {(edit.url,) for edit in SECOND.edited}
    missing = _rows(published, "SELECT url FROM articles WHERE status = 'missing'")
    assert missing == {(removal.url,) for removal in SECOND.removed}
    moved = _rows(published, "SELECT url FROM articles WHERE len(alternate_urls) > 0")
    assert moved == {(move.new,) for move in SECOND.moved}


def test_it_tells_what_happened(demo: Ran) -> None:
    for number in range(1, 6):
        assert f"\n{'─' * 3}" in demo.output
        assert f" {number}  " in demo.output
    for edit in SECOND.edited:
        assert f"[-{edit.before.split()[0]}" in demo.output or "{+" in demo.output
        assert edit.url in demo.output
    assert f"{len(SECOND.edited)} edits" in demo.output
    assert f"{len(SECOND.removed)} missing" in demo.output
    assert f"{len(SECOND.moved)} moved" in demo.output
    assert all(move.new in demo.output and move.old in demo.output for move in SECOND.moved)
    assert not any(url in demo.output for url in SECOND.clock_only)
    assert str(demo.folder.root) in demo.output


def test_nothing_is_written_outside_the_data_folder(demo: Ran) -> None:
    assert [path.name for path in demo.home.iterdir()] == []


def test_every_run_is_on_record_and_no_slot_is_held(demo: Ran) -> None:
    with dg.DagsterInstance.from_config(str(demo.folder.dagster_home)) as instance:
        runs = instance.get_runs()
        assert {run.status for run in runs} == {dg.DagsterRunStatus.SUCCESS}
        assert {run.job_name for run in runs} == {"crawl", "publish"}
        assert instance.event_log_storage.get_concurrency_run_ids() == set()
        last = instance.get_latest_materialization_event(dg.AssetKey("captures"))
        assert last is not None
        assert last.asset_materialization is not None
        metadata = {label: value.value for label, value in last.asset_materialization.metadata.items()}
        assert metadata["captures"] > 0
        assert "200" in str(metadata["by status"])
        published = instance.get_latest_materialization_event(dg.AssetKey("published"))
        assert published is not None
        assert published.asset_materialization is not None
        assert "|" in str(published.asset_materialization.metadata["newest articles"].value)
        keys = {key.to_user_string() for key in instance.all_asset_keys()}
        assert {"captures", "readings", "articles", "published"} <= keys


def test_the_asking_commands_answer_from_the_demo_without_a_flag(demo: Ran) -> None:
    counted = json.loads(demo.tintinh("sql", "select count(*) as n from articles", "--format", "json"))
    assert counted == [{"n": len(SECOND.articles) + len(SECOND.gone)}]
    edit = SECOND.edited[0]
    story = demo.tintinh("history", edit.url)
    assert "version 1" in story
    assert "version 2" in story
    assert "{+" in story
    shown = demo.tintinh("status")
    assert all(source in shown for source in ("demo-lamxuyen", "demo-haituong", "demo-daksuong"))
    lines = demo.tintinh("export", "articles", "--format", "jsonl").splitlines()
    assert len(lines) == len(SECOND.articles) + len(SECOND.gone)
    assert {"source_id", "native_id", "url", "published_at", "authors", "credited_sources", "status"} <= set(
        json.loads(lines[0])
    )
    demo.tintinh("sql", "delete from articles", code=1)
    witnesses = json.loads(demo.tintinh("explain", "--url", edit.url, "--json"))  # the page as the archive has it
    assert any(
        w["field"] == "title" and w["chosen"] and w["value"] in demo.tintinh("history", edit.url) for w in witnesses
    )
    demo.tintinh("explain", "--url", "https://nobody.example/tin-1.html", code=1)


def test_a_third_crawl_brings_nothing_new(demo: Ran) -> None:
    versions = ("--demo", "sql", "select version_id, valid_from from versions order by all", "--format", "csv")
    before = demo.tintinh(*versions)
    assert len(before.splitlines()) > len(SECOND.articles)
    demo.tintinh("--demo", "crawl", "demo-lamxuyen", "--mode", "revisit", "--all")
    assert demo.tintinh(*versions) == before
