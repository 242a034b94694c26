"""Kill -9, a full disk and two writers: no committed row is lost, no half version is visible, the next run repairs."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from warehouse import checks, export
from warehouse.errors import Locked
from warehouse.store import Store

WORLD = Path(__file__).parents[1] / "unit" / "warehouse"
ARTICLES = 40

# The whole way again and again on one archive that grows by a batch: every step may be repeated, so a killed run is
# simply started anew. A line is written after each commit, with what must be there from then on.
WORKER = """
import sys
from pathlib import Path
from warehouse_world import SOURCE, World
from warehouse import load, versions
from warehouse.errors import WarehouseError
from warehouse.publish import publish
from warehouse.store import Store

folder, articles = Path(sys.argv[1]), int(sys.argv[2])
world = World()
for step in range(3):
    for number in range(articles):
        url = f"https://baomau.example/tin/bai-viet-so-{10000 + number}.html"
        extra = {"title": f"Bài viết số {number} sửa lần {step}"} if number % 7 == step else {}
        world.article(url, step * 50 + number / 100, body=(f"Đoạn một của bài {number}.", "Đoạn hai. " * 40), **extra)
    world.capture("https://baomau.example/tin/bai-viet-so-10001.html", step * 50 + 30, status=404)
done = 0
try:
    with Store.open_writer(folder / "warehouse" / "tintinh.duckdb", wait_s=300) as store:
        load.load_sources(store, [SOURCE])
        size = len(world.captures) // 6 + 1
        for first in range(0, len(world.captures), size):
            captures = world.captures[first : first + size]
            ids = {capture.capture_id for capture in captures}
            load.load_captures(store, captures)
            done += len(captures)
            print("captures", done, flush=True)
            load.load_readings(store, [item for item in world.readings if item[0] in ids])
            versions.build(store)
            print("versions", store.value("SELECT count(*) FROM versions"), flush=True)
            publish(store, folder / "published", parquet=False)
            print("published", store.value("SELECT count(*) FROM articles"), flush=True)
    print("finished", flush=True)
except WarehouseError as error:
    print("error", type(error).__name__, error, flush=True)
    sys.exit(3)
"""


def worker(folder: Path, **options: object) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(WORLD)}
    command = [sys.executable, "-c", WORKER, str(folder), str(ARTICLES)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, **options)  # type: ignore[call-overload,no-any-return]  # options of Popen


def run_whole(folder: Path) -> list[str]:
    with worker(folder) as process:
        assert process.stdout is not None
        lines = process.stdout.read().splitlines()
    assert lines[-1] == "finished", lines
    return lines


def exports(folder: Path, out: Path) -> dict[str, bytes]:
    out.mkdir(exist_ok=True)
    for what in ("articles", "versions", "captures"):
        export.export(folder / "published" / "tintinh.duckdb", what, "jsonl", out / what)
    return {what: (out / what).read_bytes() for what in ("articles", "versions", "captures")}


def assert_sound(folder: Path, said: list[str]) -> None:
    """What the killed run said to be committed is there, whole, in the database and in the published file."""
    least = {words[0]: int(words[1]) for words in (line.split() for line in said) if len(words) == 2}
    with Store.open_writer(folder / "warehouse" / "tintinh.duckdb") as store:
        assert [check for check in checks.run(store) if not check.passed] == []
        assert store.value("SELECT count(*) FROM captures") >= least.get("captures", 0)
        assert store.value("SELECT count(*) FROM versions") >= least.get("versions", 0)
        split = store.value(
            "SELECT count(*) FROM articles a WHERE versions <> (SELECT count(*) FROM versions v"
            " WHERE v.article_id = a.article_id)"
        )
        assert split == 0
    if "published" in least:
        with duckdb.connect(folder / "published" / "tintinh.duckdb", read_only=True) as con:
            row = con.execute("SELECT count(*), count(title) FROM articles").fetchone()
        assert row is not None
        assert row[0] == row[1] >= least["published"]


def kill_at_random(folder: Path, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(kills):
        process = worker(folder)
        with process:
            assert process.stdout is not None
            said = [process.stdout.readline().strip()]
            time.sleep(chance.random() * 1.2)
            process.kill()
            said.extend(line.strip() for line in process.stdout)
        assert_sound(folder, said)


def assert_like_uninterrupted(folder: Path, tmp_path: Path) -> None:
    run_whole(folder)
    run_whole(tmp_path / "uninterrupted")
    one, two = exports(folder, tmp_path / "a"), exports(tmp_path / "uninterrupted", tmp_path / "b")
    assert one == two
    assert sorted(entry.name for entry in (folder / "published").iterdir()) == ["manifest.json", "tintinh.duckdb"]
    # The lock file stays: it says who may write, and holds nothing.
    assert sorted(entry.name for entry in (folder / "warehouse").iterdir()) == ["tintinh.duckdb", "tintinh.duckdb.lock"]


def test_a_run_killed_anywhere_loses_nothing(tmp_path: Path) -> None:
    kill_at_random(tmp_path / "data", kills=3, seed=1)
    assert_like_uninterrupted(tmp_path / "data", tmp_path)


@pytest.mark.slow
def test_twenty_kills_lose_nothing(tmp_path: Path) -> None:
    kill_at_random(tmp_path / "data", kills=20, seed=2)
    assert_like_uninterrupted(tmp_path / "data", tmp_path)


@pytest.mark.slow
def test_kills_while_the_database_is_being_made(tmp_path: Path) -> None:
    chance = random.Random(3)
    command = [sys.executable, "-c", WORKER, "", str(ARTICLES)]
    for number in range(20):
        folder = tmp_path / str(number)
        command[3] = str(folder)
        process = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(WORLD)})
        deadline = time.monotonic() + 20
        while not (folder / "warehouse").exists() and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(chance.random() * 0.25)
        process.kill()
        process.communicate()
        with Store.open_writer(folder / "warehouse" / "tintinh.duckdb") as store:
            assert store.value("SELECT count(*) FROM articles") >= 0


@pytest.mark.parametrize("room", [600_000, 3_000_000])
def test_a_full_disk_is_named_and_what_was_committed_stays(tmp_path: Path, room: int) -> None:
    """The limit on the size of a file makes every write beyond it fail, as a full disk does."""
    folder = tmp_path / "data"

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    with worker(folder, preexec_fn=limit) as process:
        assert process.stdout is not None
        said = process.stdout.read().splitlines()
    assert said[-1].startswith("error NoRoom"), said
    assert_sound(folder, said[:-1])
    run_whole(folder)


def test_two_writers_take_turns(tmp_path: Path) -> None:
    one, two = worker(tmp_path / "data"), worker(tmp_path / "data")
    with one, two:
        assert one.stdout is not None
        assert two.stdout is not None
        ends = [process.stdout.read().splitlines()[-1] for process in (one, two) if process.stdout]
    assert ends == ["finished", "finished"]
    assert_sound(tmp_path / "data", [])
    with Store.open_writer(tmp_path / "data" / "warehouse" / "tintinh.duckdb"):
        code = "import sys, pathlib, warehouse.store as s; s.Store.open_writer(pathlib.Path(sys.argv[1]), wait_s=0)"
        command = [sys.executable, "-c", code, str(tmp_path / "data" / "warehouse" / "tintinh.duckdb")]
        other = subprocess.run(command, capture_output=True, text=True, check=False)
    assert Locked.__name__ in other.stderr
    assert str(os.getpid()) in other.stderr
