"""The search index: which word stands where in which article, kept in plain tables.

Belongs here: writing and merging the tables `search_documents`, `search_words`, `search_postings` and `search_counts`.
Does not: how a text falls into words, or asking (`marts/50_search_words.sql`, `marts/51_search.sql`: macros of the
published file).

The index is a row of segments. What a batch brings becomes a segment of its own, in the order of words, so that DuckDB
passes over all blocks without the words that are asked for. Eight segments of about one size become one, up to
`FULL` articles: a word is written a few times in its life, whatever the size of the archive. The words of a text that
no longer stands are left where they are until then, and no question sees them; a redaction alone takes them out at
once. docs/decisions/search.md tells what else was measured.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from warehouse import statements
from warehouse.derived.runner import Derivation
from warehouse.store import Store

TOGETHER = 8
"""So many segments of about one size become one."""
FULL = 131_072
"""A segment of so many articles (fifty million words) is merged no more: sorting it bounds what one run may cost."""


def step(store: Store) -> Mapping[str, int]:
    """Takes the articles in `todo` out of the index and puts in those that exist."""
    store.con.execute(_macros())
    store.con.execute(statements.get("search_forget"))
    if store.value("SELECT count(*) FROM purged"):
        store.con.execute(statements.get("search_purge"))
    store.con.execute("DELETE FROM main.search_purged WHERE article_id IN (SELECT article_id FROM todo)")
    store.con.execute(statements.get("search_index"))
    return {"segments_merged": _merge(store)}


def _merge(store: Store) -> int:
    merged = 0
    while some := _mergeable(store):
        store.con.execute(
            "CREATE OR REPLACE TEMP TABLE merging AS SELECT unnest($segments) AS segment", {"segments": some}
        )
        store.con.execute(statements.get("search_merge"))
        merged += len(some)
    return merged


def _mergeable(store: Store) -> list[int]:
    """The segments that should become one now; none where there are too few of one size.

    One in which more texts are dead than alive is written anew alone.
    """
    sizes: dict[int, list[int]] = defaultdict(list)
    for segment, texts, dead in store.con.execute(statements.get("search_segments")).fetchall():
        if dead * 2 > texts:
            return [segment]
        if texts < FULL:
            sizes[(int(texts).bit_length() - 1) // 3].append(segment)  # powers of eight
    return next((found for _, found in sorted(sizes.items()) if len(found) >= TOGETHER), [])


@cache
def _macros() -> str:
    """The published macros that split text into words, for this connection alone."""
    published = (files("warehouse") / "marts" / "50_search_words.sql").read_text(encoding="utf-8")
    return published.replace("CREATE MACRO", "CREATE OR REPLACE TEMP MACRO")


SEARCH = Derivation(
    name="search",
    version="2",
    description="Which word stands where in which article, for the macro search of the published file.",
    tables=("search_documents", "search_words", "search_counts", "search_postings", "search_dead", "search_purged"),
    step=step,
)
