"""Keeping the writer's database small and replaceable: compacting it, and putting a rebuilt one in its place.

Belongs here: everything that swaps the file. Does not: how a rebuilt file is filled (`dagster_project`), integrity
rules (`warehouse.checks`), backups.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from warehouse import guard, model, statements
from warehouse.errors import Damaged, explained
from warehouse.store import COMPACTING, STORAGE_VERSION, Store

COMPARED = ("sources", "captures", "candidates", "readings", "articles", "versions", "addresses", "gaps")


@dataclass(frozen=True, slots=True)
class CompactReport:
    """What compacting brought."""

    bytes_before: int
    bytes_after: int
    rows: int  # rows of all tables


def compact(path: Path, wait_s: float = 600.0) -> CompactReport:
    """Writes the database anew without the room that deleted rows left, and swaps it in by rename.

    A kill leaves the old file. Raises Locked, NoRoom, Unwritable, or Damaged where the copy holds other rows.
    """
    with guard.alone(path, wait_s):
        fresh = path.with_name(path.name + COMPACTING[0])
        _remove(fresh)
        before = path.stat().st_size
        try:
            with Store.open_writer(path, wait_s=wait_s, guarded=False) as store, explained(path):
                con = store.con
                quoted = str(fresh).replace("'", "''")
                (name,) = con.execute("SELECT current_database()").fetchone() or ("",)
                con.execute(f"ATTACH '{quoted}' AS fresh (STORAGE_VERSION '{STORAGE_VERSION}')")
                con.execute(f'COPY FROM DATABASE "{name}" TO fresh')
                # Comments are not copied; without this row the next writer makes them again.
                con.execute("DELETE FROM fresh.schema_version WHERE number = 0")
                ours, theirs = _counts(store, f'"{name}"'), _counts(store, "fresh")
                con.execute("DETACH fresh")
                if ours != theirs:
                    raise Damaged(f"The compacted copy of {path} does not hold the same rows; the old file stays.")
            _sync(fresh)
            fresh.replace(path)
        finally:
            _remove(fresh)
        with Store.open_writer(path, wait_s=wait_s, guarded=False):
            pass  # writes the comments
        return CompactReport(before, path.stat().st_size, sum(ours.values()))


def compare(old: Path, new: Path) -> dict[str, tuple[int, int]]:
    """For each table that differs in its number of rows: (rows of the old database, rows of the new one)."""
    counted = []
    for path in (old, new):
        with Store.open_reader(path) as store:
            there = {row["table_name"] for row in store.rows(statements.get("table_names"))}
            counts = {name: int(store.value(f"SELECT count(*) FROM {name}")) for name in COMPARED if name in there}  # noqa: S608 - our names
            counted.append(counts)
    before, after = counted
    return {
        name: (before.get(name, 0), after.get(name, 0))
        for name in COMPARED
        if before.get(name, 0) != after.get(name, 0)
    }


def swap_in(fresh: Path, path: Path, wait_s: float = 600.0) -> None:
    """Puts the closed database `fresh` in the place of the one at `path`. Raises Locked, Unwritable."""
    with guard.alone(path, wait_s), explained(path):
        if path.exists():
            # Nobody else holds it: a writer of an older program, which knows no such lock, would.
            Store.probe(path)
        path.with_name(path.name + ".wal").unlink(missing_ok=True)
        _sync(fresh)
        fresh.replace(path)


def _counts(store: Store, database: str) -> dict[str, int]:
    return {
        name: int(store.value(f"SELECT count(*) FROM {database}.main.{name}"))  # noqa: S608 - our names
        for name in model.tables()
    }


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _remove(path: Path) -> None:
    for file in (path, path.with_name(path.name + ".wal")):
        file.unlink(missing_ok=True)
