from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from warehouse import migrations
from warehouse.errors import Damaged, Locked, NoRoom, NotBuilt, TooNew, Unwritable, explain
from warehouse.store import Store

HOLD = """
import sys
from pathlib import Path
from warehouse.store import Store
store = Store.open_writer(Path(sys.argv[1]))
store.con.execute("INSERT INTO capture_logs VALUES ('x', 1, 1)")
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "warehouse" / "tintinh.duckdb"


def test_a_new_database_has_the_newest_schema_and_leaves_nothing_else(path: Path) -> None:
    Store.open_writer(path).close()
    with Store.open_reader(path) as store:
        assert store.value("SELECT max(number) FROM schema_version") == migrations.latest()
        with pytest.raises(duckdb.Error):
            store.con.execute("CREATE TABLE x (a INTEGER)")
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["tintinh.duckdb", "tintinh.duckdb.lock"]


def test_a_reader_needs_a_file(path: Path) -> None:
    with pytest.raises(NotBuilt, match="ingest"):
        Store.open_reader(path)
    assert not path.parent.exists()


@pytest.mark.parametrize("content", [b"", b"x", b"SQLite format 3\0" + bytes(5000), b"hello world" * 1000])
def test_a_file_of_another_kind_is_named_and_left(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(Damaged, match="tintinh rebuild"):
        Store.open_writer(path)
    assert path.read_bytes() == content


def test_a_database_that_is_cut_off_is_named(path: Path) -> None:
    Store.open_writer(path).close()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(Damaged, match="tintinh rebuild"):
        Store.open_writer(path)


def test_a_database_of_somebody_else_is_refused(path: Path) -> None:
    path.parent.mkdir()
    with duckdb.connect(path) as con:
        con.execute("CREATE TABLE theirs (a INTEGER)")
    with pytest.raises(Damaged, match="theirs"):
        Store.open_writer(path)


def test_a_later_schema_is_refused(path: Path) -> None:
    with Store.open_writer(path) as store:
        store.con.execute("INSERT INTO schema_version VALUES (9999, 'later', 'x')")
    with pytest.raises(TooNew, match="9999"):
        Store.open_writer(path)


def test_another_writer_is_waited_for_and_named(path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    with holder:
        assert holder.stdout.readline() == "open\n"
        for opening in (lambda: Store.open_writer(path, wait_s=0.3), lambda: Store.open_reader(path)):
            with pytest.raises(Locked, match=str(holder.pid)):
                opening()
        holder.stdin.close()
        with Store.open_writer(path, wait_s=30) as store:
            assert store.value("SELECT count(*) FROM capture_logs") == 1


def killed_with_a_log(path: Path) -> Path:
    """A database whose writer was killed, with committed rows in the write-ahead log alone."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "open\n"
    holder.kill()
    holder.communicate()
    return path.with_name(path.name + ".wal")


def test_what_a_killed_writer_committed_is_there_and_the_repair_is_told(path: Path) -> None:
    log = killed_with_a_log(path)
    assert log.stat().st_size > 0
    with Store.open_writer(path) as store:
        assert store.value("SELECT count(*) FROM capture_logs") == 1
        assert store.repaired is not None
        assert "replayed" in store.repaired
    with Store.open_writer(path) as store:
        assert store.repaired is None


def test_a_corrupt_log_is_named_and_never_skipped(path: Path) -> None:
    log = killed_with_a_log(path)
    whole = log.read_bytes()
    middle = len(whole) // 2
    for broken in (b"garbage" * 20, whole[:middle] + b"\xff" * 8 + whole[middle + 8 :]):
        log.write_bytes(broken)
        with pytest.raises(Damaged, match="tintinh rebuild"):
            Store.open_writer(path)


def test_a_folder_that_cannot_be_is_unwritable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unwritable):
        Store.open_writer(tmp_path / "file" / "warehouse" / "tintinh.duckdb")


@pytest.mark.skipif(sys.platform != "linux", reason="uses /proc, where nobody can make a file")
def test_a_folder_in_which_nothing_can_be_made_is_unwritable() -> None:
    with pytest.raises(Unwritable):
        Store.open_writer(Path("/proc/tintinh.duckdb"))


def test_a_full_disk_is_named() -> None:
    error = OSError(28, "No space left on device")
    assert isinstance(explain(error, Path("/data/x.duckdb")), NoRoom)
    assert explain(duckdb.ParserException("syntax error"), Path("/data/x.duckdb")) is None


def test_a_failed_transaction_leaves_nothing(path: Path) -> None:
    with Store.open_writer(path) as store:
        with pytest.raises(duckdb.ConversionException), store.transaction() as con:
            con.execute("INSERT INTO capture_logs VALUES ('x', 1, 1); SELECT 'x'::INTEGER")
        assert store.value("SELECT count(*) FROM capture_logs") == 0
