"""Kill -9 inside one step at a time (migrate, publish, compact), a log cut or damaged, a disk that is really full.

Each kill of a step happens at a random moment of the time that the step takes here. After each: whole files, all rows
that were committed, nothing half; the next run says what it repaired.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from warehouse import care, checks, migrations, publish
from warehouse.errors import Damaged, NoRoom
from warehouse.store import Store

WORLD = Path(__file__).parents[1] / "unit" / "warehouse"
KILLS = 20
ROWS = 30_000

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # each starts and kills twenty processes

STEPS = {
    "migrate": "Store.open_writer(database).close()",
    "publish": "store = Store.open_writer(database); print('open', flush=True); publish.publish(store, folder)",
    "compact": "care.compact(database)",
}
CHILD = """
import sys
from pathlib import Path
from warehouse import care, publish
from warehouse.store import Store
database, folder = Path(sys.argv[1]), Path(sys.argv[2])
print("ready", flush=True)
{step}
print("done", flush=True)
"""


def child(step: str, database: Path, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CHILD.format(step=STEPS[step]), str(database), str(folder)]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    return started


def killed_at(step: str, database: Path, folder: Path, seconds: float) -> bool:
    """Starts the step and kills it after so many seconds; whether it was still at work."""
    with child(step, database, folder) as process:
        time.sleep(seconds)
        process.kill()
        assert process.stdout is not None
        return "done" not in process.stdout.read()


def takes(step: str, database: Path, folder: Path) -> float:
    started = time.monotonic()
    with child(step, database, folder) as process:
        started = time.monotonic()
        assert process.stdout is not None
        assert process.stdout.read().endswith("done\n")
    return time.monotonic() - started


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database of four hundred articles, some of them edited, some built twice so that there is room to give back."""
    monkeypatch.syspath_prepend(str(WORLD))
    from warehouse_world import World

    world = World()
    for number in range(400):
        url = f"https://baomau.example/tin/bai-viet-so-{10000 + number}.html"
        for step in range(1 + (number % 7 == 0)):
            world.article(url, step * 50, title=f"Bài {number}, lần {step}", body=(f"Đoạn {number}. " * 60,))
    path = tmp_path / "warehouse" / "tintinh.duckdb"
    with Store.open_writer(path) as store:
        world.build(store)
    return path


def contents(path: Path) -> dict[str, int]:
    with Store.open_writer(path) as store:
        assert [check for check in checks.run(store) if not check.passed] == []
        return {
            table: int(store.value(f"SELECT hash(list(t ORDER BY t::VARCHAR)) FROM {table} t") or 0)
            for table in ("captures", "readings", "contents", "articles", "versions", "version_captures", "addresses")
        }


def test_kills_while_an_old_schema_is_migrated(tmp_path: Path) -> None:
    old = tmp_path / "old.duckdb"
    with duckdb.connect(old) as con:
        migrations.migrate(con, up_to=1)
        con.execute(
            "INSERT INTO captures (capture_id, source_id, url, canonical_url, fetched_at, outcome, purpose)"
            " SELECT md5(i::VARCHAR), 'bao', 'https://bao.example/' || i, 'https://bao.example/' || i,"
            f" TIMESTAMPTZ '2026-01-01' + to_minutes(i), 'timeout', 'article' FROM range({ROWS}) t(i)"
        )
    shutil.copyfile(old, tmp_path / "timed.duckdb")
    whole = takes("migrate", tmp_path / "timed.duckdb", tmp_path)
    chance, interrupted = random.Random(4), 0
    for number in range(KILLS):
        path = tmp_path / f"{number}.duckdb"
        shutil.copyfile(old, path)
        interrupted += killed_at("migrate", path, tmp_path, chance.random() * whole)
        with duckdb.connect(path) as con:  # as the kill left it: a schema that some step ended with
            number_of = migrations.applied(con)
            assert 1 <= number_of <= migrations.latest()
        with Store.open_writer(path) as store:
            assert migrations.applied(store.con) == migrations.latest()
            assert store.value("SELECT count(DISTINCT url) FROM captures") == ROWS
            assert checks.differs_from_description(store) == []
    assert interrupted >= KILLS // 2


def test_kills_while_publishing(filled: Path, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    before = contents(filled)
    with Store.open_writer(filled) as store:
        publish.publish(store, folder)
    whole = takes("publish", filled, folder)
    chance, interrupted, told = random.Random(5), 0, 0
    for _ in range(KILLS):
        interrupted += killed_at("publish", filled, folder, chance.random() * whole)
        with duckdb.connect(folder / "tintinh.duckdb", read_only=True) as con:
            assert con.execute("SELECT count(*), count(title) FROM articles").fetchone() == (400, 400)
            assert con.execute("SELECT count(*) FROM versions").fetchone() == (458,)
        json.loads((folder / "manifest.json").read_text())
        left = [entry for entry in folder.iterdir() if entry.name.startswith(".")]
        with Store.open_writer(filled) as store:
            report = publish.publish(store, folder)
        told += bool(left)
        assert bool(report.repaired) == bool(left), report.repaired
        manifest = json.loads((folder / "manifest.json").read_text())
        assert manifest["sha256"] == sha256((folder / "tintinh.duckdb").read_bytes()).hexdigest()
        assert sorted(entry.name for entry in folder.iterdir()) == ["manifest.json", "parquet", "tintinh.duckdb"]
        with duckdb.connect() as con:
            files = f"'{folder}/parquet/articles/*/*/*.parquet'"
            assert con.execute(f"SELECT count(*) FROM {files}").fetchone() == (400,)
    assert contents(filled) == before
    assert interrupted >= KILLS // 2
    assert told > 0


def test_a_publish_killed_between_its_two_renames_gives_the_parquet_back(filled: Path, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    with Store.open_writer(filled) as store:
        publish.publish(store, folder)
    (folder / "parquet").rename(folder / ".parquet.4711.old")
    with Store.open_writer(filled) as store:
        report = publish.publish(store, folder, parquet=False)
    assert report.repaired is not None
    assert "parquet" in report.repaired
    assert (folder / "parquet" / "articles").is_dir()


def test_kills_while_compacting(filled: Path, tmp_path: Path) -> None:
    before = contents(filled)
    whole = takes("compact", filled, tmp_path)
    chance, interrupted, told = random.Random(6), 0, 0
    for _ in range(KILLS):
        interrupted += killed_at("compact", filled, tmp_path, chance.random() * whole)
        left = [entry.name for entry in filled.parent.iterdir() if ".compact" in entry.name]
        with Store.open_writer(filled) as store:
            told += store.repaired is not None
            if left:
                assert "compact" in (store.repaired or "")
        assert contents(filled) == before
        assert sorted(e.name for e in filled.parent.iterdir()) == ["tintinh.duckdb", "tintinh.duckdb.lock"]
    assert interrupted >= KILLS // 2
    assert told > 0


COMMITS = """
import sys
from pathlib import Path
from warehouse.store import Store
store = Store.open_writer(Path(sys.argv[1]))
for number in range(200):
    with store.transaction() as con:
        for part in range(3):
            con.execute("INSERT INTO capture_logs VALUES (?, ?, ?)", [f"{number}/{part}", number, part])
    print(number, flush=True)
print("all", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def with_log(tmp_path: Path) -> Path:
    """A database whose writer was killed after two hundred transactions that are in the log alone."""
    path = tmp_path / "left" / "tintinh.duckdb"
    command = [sys.executable, "-c", COMMITS, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while process.stdout.readline() != "all\n":
            assert process.poll() is None
        process.kill()
    assert path.with_name("tintinh.duckdb.wal").stat().st_size > 10_000
    return path


def _damaged(with_log: Path, folder: Path, change: Callable[[bytearray], bytearray]) -> tuple[Path, bytes]:
    folder.mkdir()
    path = Path(shutil.copyfile(with_log, folder / "tintinh.duckdb"))
    log = bytes(change(bytearray(with_log.with_name("tintinh.duckdb.wal").read_bytes())))
    (folder / "tintinh.duckdb.wal").write_bytes(log)
    return path, log


def test_a_log_cut_anywhere_keeps_every_whole_transaction_before_the_cut(with_log: Path, tmp_path: Path) -> None:
    chance, kept = random.Random(7), []
    size = with_log.with_name("tintinh.duckdb.wal").stat().st_size
    for number, cut in enumerate([size, *sorted(chance.randrange(3, size) for _ in range(KILLS))]):
        path, _ = _damaged(with_log, tmp_path / str(number), lambda log, cut=cut: log[:cut])  # type: ignore[misc]
        with Store.open_writer(path) as store:
            rows = store.con.execute("SELECT bytes, count(*) FROM capture_logs GROUP BY ALL ORDER BY ALL").fetchall()
            assert str(cut) in (store.repaired or "")
        assert rows == [(number, 3) for number in range(len(rows))]  # whole transactions, in order, none skipped
        kept.append(len(rows))
    assert kept[0] == 200
    assert kept[1:] == sorted(kept[1:])
    assert kept[-1] > 150


def test_a_damaged_log_is_named_and_nothing_is_touched(with_log: Path, tmp_path: Path) -> None:
    chance = random.Random(8)
    size = with_log.with_name("tintinh.duckdb.wal").stat().st_size
    named = 0
    for number in range(KILLS):
        place = chance.randrange(size)

        def flip(log: bytearray, place: int = place) -> bytearray:
            log[place] ^= 0xFF
            return log

        path, log = _damaged(with_log, tmp_path / str(number), flip)
        before = path.read_bytes()
        try:
            with Store.open_writer(path) as store:
                rows = store.con.execute("SELECT bytes, count(*) FROM capture_logs GROUP BY ALL").fetchall()
        except Damaged as error:
            named += 1
            told = str(error)
        else:
            # The damage lay where nothing is told, or behind all that was taken: what was read is what was written.
            assert sorted(rows) == [(number, 3) for number in range(len(rows))]
            continue
        assert "tintinh rebuild" in told
        assert path.read_bytes() == before
        assert path.with_name("tintinh.duckdb.wal").read_bytes() == log
    assert named >= KILLS // 2


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with little room; skipped where this user may not mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if (
        os.geteuid()
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=40m", "tintinh-test", str(disk)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("a small file system needs the right to mount one")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def _fill(disk: Path, leave: int) -> Path:
    filler = disk / "filler"
    room = shutil.disk_usage(disk).free - leave
    filler.write_bytes(bytes(max(0, room)))
    return filler


@pytest.mark.parametrize("leave", [0, 200_000, 1_000_000])
def test_a_disk_that_is_full_costs_nothing_that_was_there(filled: Path, small_disk: Path, leave: int) -> None:
    path = small_disk / "warehouse" / "tintinh.duckdb"
    path.parent.mkdir()
    shutil.copyfile(filled, path)
    folder = small_disk / "published"
    with Store.open_writer(path) as store:
        publish.publish(store, folder)
    before, published = contents(path), (folder / "tintinh.duckdb").read_bytes()
    filler = _fill(small_disk, leave)
    with Store.open_writer(path) as store, pytest.raises(NoRoom, match="No room left"):
        publish.publish(store, folder)
    with pytest.raises(NoRoom, match="No room left"):
        care.compact(path)
    try:
        with Store.open_writer(path) as store, store.transaction() as con:
            con.execute(
                "INSERT INTO candidates SELECT 'bao', i, i, 'link', now(), now(), sha256(i::VARCHAR), NULL, NULL"
                " FROM range(400000) t(i)"
            )
        raise AssertionError("four hundred thousand rows fitted in")
    except NoRoom:
        pass
    assert (folder / "tintinh.duckdb").read_bytes() == published
    filler.unlink()
    assert contents(path) == before
    with Store.open_writer(path) as store:
        assert store.value("SELECT count(*) FROM candidates") == 0
        publish.publish(store, folder)
    care.compact(path)
    assert contents(path) == before
