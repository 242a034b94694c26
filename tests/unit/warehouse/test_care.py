from __future__ import annotations

import multiprocessing
from pathlib import Path
from typing import Any

import pytest
from warehouse_world import World

from warehouse import care, guard, model
from warehouse.errors import Damaged, Locked
from warehouse.store import Store


def _filled(path: Path) -> None:
    world = World()
    for number in range(30):
        world.article(f"https://baomau.example/tin-{number}-post10{number}.html", number, title=f"Tin số {number}")
    with Store.open_writer(path) as store:
        world.build(store)
        store.con.execute(
            "CREATE TABLE waste AS SELECT md5(range::VARCHAR) || md5((-range)::VARCHAR) AS text FROM range(200000)"
        )
        store.con.execute("CHECKPOINT")
        store.con.execute("DROP TABLE waste")


def _rows(path: Path) -> dict[str, list[Any]]:
    with Store.open_reader(path) as store:
        return {
            name: sorted(store.con.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in model.tables()
        }


def test_compacting_gives_the_room_back_and_keeps_every_row_and_comment(tmp_path: Path) -> None:
    path = tmp_path / "tintinh.duckdb"
    _filled(path)
    before = _rows(path)
    report = care.compact(path)
    assert report.bytes_after < report.bytes_before / 2
    assert report.rows == sum(map(len, before.values()))
    assert _rows(path) == before
    with Store.open_reader(path) as store:
        assert (
            store.value("SELECT count(*) FROM duckdb_columns() WHERE table_name = 'articles' AND comment IS NULL") == 0
        )
    assert sorted(file.name for file in tmp_path.iterdir()) == ["tintinh.duckdb", "tintinh.duckdb.lock"]


def test_a_copy_with_other_rows_is_not_swapped_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tintinh.duckdb"
    _filled(path)
    before = _rows(path)
    counts = iter([{"articles": 30}, {"articles": 29}])
    monkeypatch.setattr(care, "_counts", lambda store, name: next(counts))
    with pytest.raises(Damaged, match="old file stays"):
        care.compact(path)
    assert _rows(path) == before
    assert not path.with_name("tintinh.duckdb.compact").exists()


def _write(path: Path, ready: Any, go: Any) -> None:
    with Store.open_writer(path):
        ready.set()
        go.wait(30)


def test_nothing_is_swapped_under_a_writer_and_nobody_writes_during_a_swap(tmp_path: Path) -> None:
    path = tmp_path / "tintinh.duckdb"
    _filled(path)
    context = multiprocessing.get_context("spawn")
    ready, go = context.Event(), context.Event()
    writer = context.Process(target=_write, args=(path, ready, go))
    writer.start()
    assert ready.wait(30)
    with pytest.raises(Locked, match="somebody writes"):
        care.compact(path, wait_s=0.3)
    go.set()
    writer.join(30)
    with guard.alone(path, wait_s=5), pytest.raises(Locked, match="compacted, rebuilt or restored"):
        Store.open_writer(path, wait_s=0.3)
    care.compact(path, wait_s=5)


def test_differences_are_named(tmp_path: Path) -> None:
    one, other = tmp_path / "one.duckdb", tmp_path / "other.duckdb"
    _filled(one)
    with Store.open_writer(other):
        pass
    assert care.compare(one, one) == {}
    assert care.compare(one, other)["articles"] == (30, 0)
    care.swap_in(other, one)
    assert _rows(one)["articles"] == []
