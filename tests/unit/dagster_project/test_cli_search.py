from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from dagster_project.cli import run
from dagster_project.paths import DataFolder
from warehouse import load, publish, versions
from warehouse.derived.runner import bring_up_to_date
from warehouse.derived.search import SEARCH
from warehouse.store import Store

sys.path.append(str(Path(__file__).parents[1] / "warehouse"))
from warehouse_world import SOURCE, World

URL = "https://baomau.example/cau-moi-100001.html"


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    """An archive with one article, published on 2026-03-02."""
    monkeypatch.setenv("TINTINH_DATA", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    paths, world = DataFolder(tmp_path), World()
    world.article(URL, 1)
    with Store.open_writer(paths.warehouse) as store:
        load.load_sources(store, [SOURCE])
        load.load_captures(store, world.captures)
        load.load_readings(store, world.readings)
        versions.build(store)
        bring_up_to_date(store, SEARCH)
        publish.publish(store, paths.published, parquet=False)
    return paths


def test_words_without_marks_find_the_article(archive: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "khanh", "thanh", "cau"]) == 0
    assert "khánh thành" in capsys.readouterr().out
    assert run(["search", '"khánh thành cầu"', "--source", "baomau", "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["url"] == URL
    assert "[cầu]" in row["snippet"]
    assert run(["search", "cau", "--since", "2026-03-02", "--until", "2026-03-02", "--format", "csv"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_nothing_found_is_said_aside(archive: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["cau", "--since", "2026-03-03"], ["cau", "--source", "khac"], ["tàu thủy"], ["?"]):
        assert run(["search", *arguments]) == 0
        said = capsys.readouterr()
        assert said.out == ""
        assert "no article has all these words" in said.err


def test_a_file_published_without_an_index_is_named(archive: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    import duckdb

    with duckdb.connect(archive.published / publish.DATABASE) as con:
        con.execute("DROP MACRO TABLE search")
    assert run(["search", "cau"]) == 1
    assert "had no search" in capsys.readouterr().err
