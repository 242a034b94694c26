"""Running derivations: only over the articles that changed, batch by batch, each batch one transaction.

Belongs here: the queue `underived`, what a derivation has to offer, and bringing it up to date. Does not: any
derivation's rules (one module each), or the list of them (`warehouse.derived.catalogue`).

A build notes each article that it made, changed or took away once for every derivation that the database knows. A
derivation that is new here, or whose rules have another version, has all articles noted. A killed run goes on where it
stopped: a batch and its removal from the queue are one transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from warehouse import statements
from warehouse.store import Store

BATCH = 20_000
"""Articles derived in one transaction, where a derivation does not name a number of its own."""


class Step(Protocol):
    """The work on one batch: replaces the rows that follow from the articles in the temporary table `todo`.

    `todo` has the column `article_id`; articles that are no more are in it too, so that their rows go. The temporary
    table `todo_articles` has what is needed of those that exist: see `sql/derive_articles.sql`. Called inside a
    transaction. Returns counts for the operator, by a name that can be shown.
    """

    def __call__(self, store: Store, /) -> Mapping[str, int]:
        """Derives one batch."""
        ...


@dataclass(frozen=True, slots=True)
class Derivation:
    """One thing that is derived from articles."""

    name: str  # also the name of its asset and of its module
    version: str  # raised whenever the same articles would give other rows
    description: str
    tables: Sequence[str]  # tables that it fills, the most telling one first
    step: Step
    kinds: Sequence[str] = ("duckdb",)  # tools, as the Dagster UI shows them
    batch: int = BATCH
    of_outlets: bool = False  # whether its rows depend on the outlet's names, hosts or provinces in the registry
    reset: Callable[[Store], None] | None = None
    """Empties what the rules of another version left; by default all rows of `tables` go."""


def bring_up_to_date(
    store: Store, derivation: Derivation, progress: Callable[[int], None] | None = None
) -> Counter[str]:
    """Derives every article that waits for it; returns the counts of all batches, and `articles` looked at.

    `progress` is told the number of articles done after each batch.
    """
    counts: Counter[str] = Counter(articles=0)
    take_up(store, derivation)
    while True:
        with store.transaction() as con:
            con.execute(statements.get("derive_take"), {"derivation": derivation.name, "most": derivation.batch})
            size = int(store.value("SELECT count(*) FROM todo"))
            if not size:
                return counts
            for name in ("told_of_todo", "told_of_some", "told", "derive_articles"):
                con.execute(statements.get(name))
            counts.update(derivation.step(store))
            con.execute(statements.get("derive_done"), {"derivation": derivation.name})
        counts["articles"] += size
        if progress:
            progress(counts["articles"])


def take_up(store: Store, derivation: Derivation) -> None:
    """Notes all articles for a derivation that this database does not know, or knows by other rules."""
    known = store.value("SELECT version FROM derivations WHERE name = ?", [derivation.name])
    if known == derivation.version:
        return
    with store.transaction() as con:
        if derivation.reset:
            derivation.reset(store)
        else:
            for table in derivation.tables:
                con.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
        con.execute("DELETE FROM underived WHERE derivation = ?", [derivation.name])
        con.execute("DELETE FROM derivations WHERE name = ?", [derivation.name])
        con.execute("INSERT INTO derivations VALUES (?, ?)", [derivation.name, derivation.version])
        con.execute("INSERT INTO underived SELECT ?, article_id FROM articles", [derivation.name])


def waiting(store: Store) -> dict[str, int]:
    """For each derivation that the database knows: how many articles wait for it."""
    return dict(store.con.execute(statements.get("derive_waiting")).fetchall())
