"""A long query on the published file, and loads and two publishes beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from warehouse import load, publish, query, versions
from warehouse.store import Store

WORLD = Path(__file__).parents[1] / "unit" / "warehouse"

# A query whose rows are fetched before, during and after the publish.
READER = """
import sys
import duckdb
con = duckdb.connect(sys.argv[1], read_only=True)
con.execute("SET threads = 1")
cursor = con.execute("SELECT a.title, r FROM articles a, range(20000000) t(r)")
print("running", cursor.fetchone()[1], flush=True)
sys.stdin.readline()
batches = sum(len(cursor.fetchmany(100000)) for _ in range(20))
print("rows", batches, con.execute("SELECT count(*) FROM articles").fetchone()[0], flush=True)
"""


@pytest.fixture(autouse=True)
def _world_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(WORLD))


def test_a_long_query_is_not_disturbed_by_loads_and_two_publishes(tmp_path: Path) -> None:
    from warehouse_world import World

    world, database = World(), tmp_path / "tintinh.duckdb"
    world.article("https://baomau.example/tin/bai-thu-nhat-10001.html", 0)
    with Store.open_writer(database) as store:
        world.build(store)
        published = publish.publish(store, tmp_path / "published", parquet=False).path
    old = published.stat().st_ino
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(published)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=dict(os.environ),
    )  # fmt: skip
    assert reader.stdin is not None
    assert reader.stdout is not None
    with reader:
        assert reader.stdout.readline() == "running 0\n"
        for number in (2, 3):
            world.article(f"https://baomau.example/tin/bai-thu-{number}-1000{number}.html", number)
            with Store.open_writer(database) as store:
                load.load_captures(store, world.captures)
                load.load_readings(store, world.readings)
                assert versions.build(store).new_articles == 1
                publish.publish(store, tmp_path / "published", parquet=False)
            assert published.stat().st_ino != old
            assert query.sql(published, "SELECT count(*) FROM articles").rows == [(number,)]
        assert reader.poll() is None
        reader.stdin.write("go on\n")
        reader.stdin.flush()
        assert reader.stdout.readline() == "rows 2000000 1\n"
    assert reader.returncode == 0
