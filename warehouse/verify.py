"""Holding the database in use against one that was made anew from the archive, outlet by outlet.

Belongs here: the comparison, row by row. Does not: making the other database (`dagster_project.rebuilding`), the
promises of the schema (`warehouse.checks`), files against captures (`dagster_project.doctor`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from warehouse import statements
from warehouse.errors import explained
from warehouse.store import Store


@dataclass(frozen=True, slots=True)
class Verified:
    """What the comparison of one outlet found; all three kinds of difference are empty where the two agree."""

    source_id: str
    captures: int  # in the logs of the archive
    articles: int  # compared
    versions: int  # compared
    left_out: int  # articles shown by an older reader, or seen again while the other database was made
    without_log: int  # captures that are loaded and stand in no log
    not_loaded: int  # captures that stand in a log and are not loaded
    differing: tuple[tuple[str, str], ...]  # (address, held by `old`, `new` or `both`) of each article that differs

    @property
    def agrees(self) -> bool:
        """Whether the database in use says what the archive says."""
        return not (self.without_log or self.not_loaded or self.differing)


def outlet(path: Path, again: Path, source_id: str, reader_version: str, wait_s: float = 600.0) -> Verified:
    """Compares the articles and versions of one outlet in the database at `path` with those in `again`.

    Waits for the writer's place, and holds it for the comparison alone. Raises Locked, Damaged.
    """
    given = {"source": source_id}
    with Store.open_writer(path, wait_s=wait_s) as store, explained(path):
        quoted = str(again).replace("'", "''")
        store.con.execute(f"ATTACH '{quoted}' AS again (READ_ONLY)")
        try:
            cut, left = statements.each("verify_cut")
            store.con.execute(cut, given)
            store.con.execute(left, {**given, "reader": reader_version})
            (captures,) = store.rows(statements.get("verify_captures"), given)
            (counts,) = store.rows(statements.get("verify_counts"), given)
            differing = store.rows(statements.get("verify_articles"), given)
        finally:
            store.con.execute("DETACH again")
    return Verified(source_id, **captures, **counts, differing=tuple((row["url"], row["held"]) for row in differing))
