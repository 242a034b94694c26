"""Publishing: a compact read-only copy of the archive for analysts, swapped in by rename, with Parquet and a manifest.

Belongs here: writing the new files aside and putting them in place. Does not: what the views say (`marts/*.sql`) or
single exports (`warehouse.export`).

A reader that holds the old file open goes on reading it: the rename gives the name to the new file, and the old one's
room is freed when the last reader closes it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import duckdb

from warehouse import migrations, model, statements
from warehouse.errors import explained
from warehouse.store import STORAGE_VERSION, Store

DATABASE = "tintinh.duckdb"
MANIFEST = "manifest.json"
PARQUET = "parquet"
COUNTED = ("articles", "versions", "captures", "addresses", "candidates", "sources", "credits", "edits")
ROW_GROUP = 30_720
"""Rows that the published file keeps together, a quarter of DuckDB's default. Each thread holds what is not full yet in
memory: with the default, a million articles with their texts did not fit into what DuckDB may use. And a question that
needs few rows passes over more of the others."""


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What was published."""

    path: Path
    bytes: int
    counts: dict[str, int]
    digest: str  # SHA-256 of the database file
    seconds: float
    repaired: str | None = None  # what a publish that was interrupted had left, in a sentence


def publish(
    store: Store, published: Path, *, reader_version: str = "", parquet: bool = True, now: datetime | None = None
) -> PublishReport:
    """Writes the published database (and Parquet) from the writer's, beside the old ones, and swaps them in.

    `now` (default: this moment, UTC) goes into the manifest as `built_at`. Raises NoRoom or Unwritable; the old files
    then stay as they were.
    """
    started = time.monotonic()
    published = Path(published)
    target = published / DATABASE
    with explained(target):
        published.mkdir(parents=True, exist_ok=True)
        repaired = _sweep(published)
        fresh = published / f".{DATABASE}.{os.getpid()}.new"
        try:
            _write_database(store, fresh)
            counts = _counts(fresh)
            tables = _write_parquet(fresh, published) if parquet else None
            digest = _sync(fresh)
            manifest = {
                "built_at": (now or datetime.now(UTC)).isoformat(),
                "schema_version": migrations.latest(),
                "reader_version": reader_version,
                "duckdb_version": duckdb.__version__,
                "database": DATABASE,
                "sha256": digest,
                "bytes": fresh.stat().st_size,
                "counts": counts,
            }
            size = fresh.stat().st_size
            fresh.replace(target)
            if tables:
                _swap_folder(tables, published / PARQUET)
            _write_manifest(published / MANIFEST, manifest)
        finally:
            for left in published.glob(f".*.{os.getpid()}.new*"):
                _remove(left)
    return PublishReport(target, size, counts, digest, time.monotonic() - started, repaired)


def views() -> list[tuple[str, str]]:
    """The files of views in the order in which they are made: (name, SQL)."""
    return _numbered("marts")


def _numbered(folder: str) -> list[tuple[str, str]]:
    found = [entry for entry in (files("warehouse") / folder).iterdir() if entry.name.endswith(".sql")]
    return [(entry.name, entry.read_text(encoding="utf-8")) for entry in sorted(found, key=lambda entry: entry.name)]


def _write_database(store: Store, fresh: Path) -> None:
    con = store.con
    quoted = str(fresh).replace("'", "''")
    con.execute(f"ATTACH '{quoted}' AS pub (STORAGE_VERSION '{STORAGE_VERSION}', ROW_GROUP_SIZE {ROW_GROUP})")
    try:
        before = con.execute("SELECT current_database()").fetchone()
        for view in ("told_of_all", "told", "pages", "unread"):
            con.execute(statements.get(view))
        for name, sql in _numbered("published"):
            with _naming(f"published/{name}"):
                con.execute(sql)
        for table in model.tables().values():
            if table.published is not None:
                order = f" ORDER BY {', '.join(table.published)}" if table.published else ""
                con.execute(f"CREATE TABLE pub.{table.name} AS FROM main.{table.name}{order}")
        con.execute("USE pub")
        try:
            for name, sql in views():
                with _naming(f"marts/{name}"):
                    con.execute(sql)
            for statement in model.comment_statements(_columns(con)):
                con.execute(statement)
            _inherit_comments(con)
        finally:
            con.execute(f'USE "{before[0]}"' if before else "USE main")
    finally:
        con.execute("DETACH pub")


def _columns(con: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """The columns of each table of the new file, outside the schema `base`."""
    found: dict[str, set[str]] = {}
    for table, column in con.execute(statements.get("publish_columns")).fetchall():
        found.setdefault(table, set()).add(column)
    return found


def _inherit_comments(con: duckdb.DuckDBPyConnection) -> None:
    """A column without words of its own means what the column of that name means in `articles`."""
    found = con.execute(
        "SELECT c.table_name, c.column_name, a.comment FROM duckdb_columns() c"
        " JOIN duckdb_columns() a ON a.database_name = 'pub' AND a.table_name = 'articles'"
        " AND a.column_name = c.column_name AND a.comment IS NOT NULL"
        " WHERE c.database_name = 'pub' AND c.schema_name = 'main' AND c.comment IS NULL AND NOT c.internal"
    ).fetchall()
    for table, column, comment in found:
        quoted = comment.replace("'", "''")
        con.execute(f"COMMENT ON COLUMN {table}.\"{column}\" IS '{quoted}'")


@contextlib.contextmanager
def _naming(name: str) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        error.add_note(f"in {name}")
        raise


def _counts(path: Path) -> dict[str, int]:
    with duckdb.connect(path, read_only=True) as con:
        return {name: _one(con, f"SELECT count(*) FROM {name}") for name in COUNTED}  # noqa: S608 - our names


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _write_parquet(database: Path, published: Path) -> Path:
    folder = published / f".{PARQUET}.{os.getpid()}.new"
    folder.mkdir()
    quoted = str(folder).replace("'", "''")
    with duckdb.connect(database, read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(statements.get("publish_parquet").replace("$folder", quoted))
    return folder


def _sync(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    return digest


def _swap_folder(fresh: Path, target: Path) -> None:
    old = target.with_name(f".{target.name}.{os.getpid()}.old")
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    _remove(old)


def _write_manifest(path: Path, manifest: dict[str, object]) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(manifest, file, ensure_ascii=False, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _sweep(published: Path) -> str | None:
    """Removes what a killed publish left, and says so. There is one writer, so nothing here can be in use."""
    done = []
    for old in published.glob(f".{PARQUET}.*.old"):
        if not (published / PARQUET).exists():  # killed between the two renames of a folder
            old.rename(published / PARQUET)
            done.append(f"put {PARQUET} back")
    left = sorted({path for pattern in (".*.new", ".*.new.wal", ".*.old") for path in published.glob(pattern)})
    for path in left:
        _remove(path)
    if left:
        done.append(f"removed {', '.join(path.name for path in left)}")
    return f"{published.name}: {' and '.join(done)}, which an interrupted publish had left" if done else None


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
