"""Opening the writer's database: one writer at a time, or readers that change nothing.

Belongs here: connecting, waiting for the lock, transactions, checkpoints. Does not: what is stored (`load`,
`versions`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import duckdb

from warehouse import guard, migrations
from warehouse.errors import REBUILD, Damaged, Locked, NotBuilt, TooNew, Unwritable, WarehouseError, explain, explained

if TYPE_CHECKING:
    import pyarrow as pa

_POLL_S = 0.2
MEMORY_LIMIT = "1500MB"
"""What DuckDB may use before it spills to disk; the environment variable TINTINH_MEMORY overrides it."""
STORAGE_VERSION = "v1.5.0"
"""Storage format of all files that are written; DuckDB 1.5 and 2.0 read it."""
# An extension would be looked for on the internet (a SQLite file is enough to ask for one).
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
COMPACTING = (".compact", ".compact.wal")
"""How the unfinished copy of a compact is called: the name of the database, and one of these."""
# Every write-ahead log of DuckDB opens with its version entry; anything else it would skip without a word.
_LOG_OPENS = b"d\x00b"


class Store:
    """An open database. Use it in a `with` block; leaving it writes a checkpoint (writer) and closes."""

    def __init__(self, path: Path, con: duckdb.DuckDBPyConnection, *, read_only: bool) -> None:
        self.path = path
        self.con = con
        self.read_only = read_only
        self.repaired: str | None = None
        """What opening had to repair after an interrupted run, in a sentence; None for nothing."""
        self._schemas: dict[str, pa.Schema] = {}
        self._guard: int | None = None

    @classmethod
    def open_writer(cls, path: Path, wait_s: float = 30.0, *, guarded: bool = True) -> Store:
        """Opens the database for writing, makes it where it is absent, and brings it to the newest schema.

        Waits up to `wait_s` seconds for another process to let go of it. Raises Locked (with that process), Unwritable,
        NoRoom, Damaged or TooNew. `guarded` off is for who holds `warehouse.guard` alone already.
        """
        path = Path(path)
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
            raise Unwritable(f"{path.parent} cannot be written by this user.")
        with explained(path):
            held = guard.hold(path, wait_s) if guarded else None
        # Whoever replaces the file holds the lock alone, so no such copy can be in use now.
        swept = _sweep(path) if guarded else None
        try:
            store = cls._opened(path, wait_s)
        except BaseException:
            if held is not None:
                os.close(held)
            raise
        store._guard = held
        store.repaired = "; ".join(filter(None, (store.repaired, swept))) or None
        return store

    @classmethod
    def _opened(cls, path: Path, wait_s: float) -> Store:
        log = path.with_name(path.name + ".wal")
        left = log.stat().st_size if log.exists() else 0
        if not path.exists():
            _create(path)
        store = cls(path, _connect(path, read_only=False, wait_s=wait_s), read_only=False)
        if left:
            store.repaired = f"{path.name}: replayed {left} bytes of the log that an interrupted run left behind"
        try:
            with explained(path):
                migrations.migrate(store.con)
        except BaseException:
            store.con.close()
            raise
        return store

    @staticmethod
    def probe(path: Path) -> None:
        """Raises Locked where another process holds the database; one that cannot be opened at all is nobody's."""
        with suppress(Damaged, TooNew):
            _connect(path, read_only=False, wait_s=0).close()

    @classmethod
    def open_reader(cls, path: Path, wait_s: float = 0.0) -> Store:
        """Opens the database read-only, beside other readers. Raises NotBuilt (no file yet), Locked or Damaged."""
        path = Path(path)
        if not path.exists():
            raise NotBuilt(f"There is no database at {path} yet. Crawl or ingest something first.")
        return cls(path, _connect(path, read_only=True, wait_s=wait_s), read_only=True)

    def close(self) -> None:
        """Writes what is still in the write-ahead log into the file (writer) and closes. May be called twice."""
        try:
            if not self.read_only:
                with explained(self.path):
                    self.con.execute("CHECKPOINT")
        except duckdb.ConnectionException:
            return  # closed before
        finally:
            self.con.close()
            self._let_go()

    def _let_go(self) -> None:
        if self._guard is not None:
            os.close(self._guard)
            self._guard = None

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            # After an error the log is replayed by the next writer; a checkpoint could only hide the first error.
            self.con.close()
            self._let_go()

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """One transaction: all of it or, on any error, nothing. Errors come as those of `warehouse.errors`."""
        with explained(self.path):
            self.con.execute("BEGIN")
            try:
                yield self.con
                self.con.execute("COMMIT")
            except BaseException:
                with suppress(duckdb.Error):  # a failed COMMIT has rolled back already; the first error matters
                    self.con.execute("ROLLBACK")
                raise

    def rows(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """All rows of a query as dicts."""
        cursor = self.con.execute(sql, parameters) if parameters else self.con.execute(sql)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def value(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None) -> Any:
        """The first value of the first row of a query, or None."""
        row = (self.con.execute(sql, parameters) if parameters else self.con.execute(sql)).fetchone()
        return row[0] if row else None

    def stage(self, table: str, rows: Iterable[Mapping[str, Any]], name: str = "staged") -> int:
        """Puts rows with the columns of `table` into a fresh temporary table; returns how many. Absent is NULL."""
        import pyarrow as pa  # here: readers of a database never need it

        batch = rows if isinstance(rows, list) else list(rows)
        data = pa.Table.from_pylist(batch, schema=self._schema(table))
        self.con.register("_arrow", data)
        try:
            self.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM _arrow")  # noqa: S608 - our names
        finally:
            self.con.unregister("_arrow")
        return len(batch)

    def insert(self, table: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """Appends rows to a table; returns how many."""
        count = self.stage(table, rows)
        if count:
            self.con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM staged")  # noqa: S608 - our names
        return count

    def _schema(self, table: str) -> pa.Schema:
        if table not in self._schemas:
            self._schemas[table] = self.con.execute(f"SELECT * FROM {table} LIMIT 0").to_arrow_table().schema  # noqa: S608
        return self._schemas[table]


def _sweep(path: Path) -> str | None:
    """Removes the unfinished copy of a compact that was killed, and says so."""
    left = [file for end in COMPACTING for file in path.parent.glob(path.name + end)]
    for file in left:
        file.unlink(missing_ok=True)
    return f"removed {', '.join(file.name for file in left)}, which an interrupted compact had left" if left else None


def _create(path: Path) -> None:
    """Makes an empty database under another name first: a kill leaves either none or a whole one."""
    fresh = path.with_name(path.name + f".{os.getpid()}.new")
    with explained(path):
        try:
            con = duckdb.connect(fresh, config={**_CONFIG, "storage_compatibility_version": STORAGE_VERSION})
            migrations.migrate(con)
            con.close()
            # A log without its file is of no use, and DuckDB would replay it into the new one.
            path.with_name(path.name + ".wal").unlink(missing_ok=True)
            try:
                path.hardlink_to(fresh)  # unlike a rename, leaves the file of a process that came here first
            except FileExistsError:
                return
            except OSError:  # no links on this file system
                fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
            fresh.with_name(fresh.name + ".wal").unlink(missing_ok=True)


def _connect(path: Path, *, read_only: bool, wait_s: float) -> duckdb.DuckDBPyConnection:
    deadline = time.monotonic() + wait_s
    _check_files(path)
    while True:
        try:
            con = duckdb.connect(path, read_only=read_only, config=_CONFIG)
        except (duckdb.Error, OSError) as error:
            plain = explain(error, path)
            if isinstance(plain, Locked) and time.monotonic() < deadline:
                time.sleep(_POLL_S)
                continue
            if plain is None:
                raise WarehouseError(f"{path} cannot be opened: {error}") from error
            raise plain from error
        con.execute("SET TimeZone = 'UTC'")
        con.execute(f"SET memory_limit = '{os.environ.get('TINTINH_MEMORY', MEMORY_LIMIT)}'")
        con.execute("SET preserve_insertion_order = false")
        # DuckDB draws one wherever it takes Python for an interactive one, as in a spawned process: into our output.
        con.execute("SET enable_progress_bar = false")
        return con


def _check_files(path: Path) -> None:
    """Raises Damaged where DuckDB would take the file for another kind, or skip a log that is none."""
    with explained(path), path.open("rb") as file:
        head = file.read(12)
    if head[8:] != b"DUCK":
        raise Damaged(REBUILD.format(path=path, why="it is no DuckDB database"))
    log = path.with_name(path.name + ".wal")
    if log.exists():
        with explained(path), log.open("rb") as file:
            opening = file.read(len(_LOG_OPENS))
        if not _LOG_OPENS.startswith(opening):
            raise Damaged(REBUILD.format(path=path, why="its write-ahead log is garbage"))
