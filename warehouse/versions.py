"""Building articles, addresses and versions from what was loaded: only where something new came in.

Belongs here: finding what a load touched, reading it, replacing the derived rows in one transaction. Does not: the
rules (`warehouse.assembly` and what it uses). The result depends on what was loaded, not on its order or portions.

The id of a version is that of the capture that opens it. It depends on the archive alone: a rebuild, a later edit or a
better reader do not change it. Where a WARC file ingested later holds an earlier capture of the same content, the
version opens earlier and shows that capture's id; the id cited before is still a capture of this version and leads to
it (`version_captures`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from itertools import groupby
from operator import itemgetter
from typing import Any

from pipelines.diffs import Change, Content, compare
from pipelines.records import ARTICLE_KINDS
from warehouse import statements
from warehouse.assembly import Assembly, assemble
from warehouse.chain import Read, reader_order
from warehouse.store import Store

BATCH = 20_000
"""Addresses built in one transaction."""


@dataclass(slots=True)
class BuildCounts:
    """What a build changed. Articles count once, whatever the number of their addresses."""

    addresses: int = 0  # addresses looked at
    articles: int = 0  # articles looked at
    new_articles: int = 0
    new_versions: int = 0  # first versions and edits
    edits: int = 0  # new versions that follow another one
    moves: int = 0  # known articles that were found under another address
    missing: int = 0  # articles that are missing now and were not before
    gone: int = 0  # articles whose removal is confirmed now
    returned: int = 0  # articles that are there again

    def add(self, other: BuildCounts) -> None:
        """Adds the counts of another batch."""
        for spec in fields(self):
            setattr(self, spec.name, getattr(self, spec.name) + getattr(other, spec.name))


def build(store: Store, source_id: str | None = None) -> BuildCounts:
    """Brings articles, addresses, gaps and versions of one outlet (or of all) up to what is loaded.

    Works on the addresses that loads left in `unbuilt`, with all that may share an article with them; a batch and its
    removal from `unbuilt` are one transaction, so a killed build goes on where it stopped.
    """
    counts = BuildCounts()
    while done := build_next(store, None if source_id is None else [source_id]):
        for one in done.values():
            counts.add(one)
    return counts


def build_next(store: Store, sources: Collection[str] | None = None) -> dict[str, BuildCounts]:
    """One batch of `build`, of these sources or of all: what it changed by source; empty where nothing is left.

    Where an error comes, nothing of the batch is kept.
    """
    given = {"sources": None if sources is None else list(sources)}
    waits = "SELECT count(*) FROM unbuilt WHERE $sources IS NULL OR list_contains($sources, source_id)"
    if not store.value(waits, given):
        return {}
    with store.transaction() as con:
        _rank_readers(store)
        con.execute(statements.get("build_take"), {**given, "most": BATCH})
        _widen(store)
        made = Assembly()
        captures = sorted(store.rows(statements.get("build_captures")), key=itemgetter("source_id"))
        for source, group in groupby(captures, key=itemgetter("source_id")):
            made.add(assemble(source, group, lambda old, new: _reads_otherwise(store, old, new)))
        _describe_changes(store, made)
        con.execute(statements.get("build_before"))
        counts = _compared_with_before(store, made)
        con.execute(statements.get("build_clear"))
        for table in ("articles", "addresses", "gaps", "versions", "version_captures"):
            store.insert(table, getattr(made, table))
        _stage_built(store, made)
        con.execute(statements.get("build_note"))
        con.execute(statements.get("build_done"))
    return counts


def _stage_built(store: Store, made: Assembly) -> None:
    """Puts what derivations look at into `built`: the articles just made, with the reader of their latest version."""
    readers = {row["version_id"]: row["reader_version"] for row in made.versions}
    store.stage("articles", made.articles, name="built_articles")
    store.stage("versions", [{"version_id": v, "reader_version": r} for v, r in readers.items()], name="built_versions")
    store.con.execute(statements.get("build_built"))


def _rank_readers(store: Store) -> None:
    names = [row["reader_version"] for row in store.rows("SELECT DISTINCT reader_version FROM readings")]
    store.con.execute("CREATE OR REPLACE TEMP TABLE readers (reader_version VARCHAR, rank INTEGER)")
    for rank, name in enumerate(sorted(names, key=lambda name: (reader_order(name), name))):
        store.con.execute("INSERT INTO readers VALUES (?, ?)", [name, rank])


def _widen(store: Store) -> None:
    """Adds to `todo`, round by round, all addresses that may belong to those in it, and gathers their captures."""
    store.con.execute("SET VARIABLE article_kinds = ?", [sorted(ARTICLE_KINDS)])
    size = 0
    while (now := store.value("SELECT count(*) FROM todo")) != size:
        size = now
        # Keys of what was added last are renewed too: a batch may hold new captures of several addresses of an article.
        store.con.execute(statements.get("build_gather"))
        store.con.execute(statements.get("build_widen"))


def _describe_changes(store: Store, made: Assembly) -> None:
    contents = _contents(store, [read for pair in made.compared.values() for read in pair])
    for row in made.versions:
        if row["version_id"] in made.compared:
            old, new = made.compared[row["version_id"]]
            change = compare(contents[old.capture_id, old.content_id], contents[new.capture_id, new.content_id])
            if change:
                row.update(_change_columns(change))


def _change_columns(change: Change) -> dict[str, Any]:
    return {
        "changed_fields": list(change.changed_fields),
        "change_class": change.change_class,
        "numbers_gone": list(change.numbers_gone),
        "numbers_come": list(change.numbers_come),
        "names_gone": list(change.names_gone),
        "names_come": list(change.names_come),
    }


def _reads_otherwise(store: Store, old: Read, new: Read) -> bool:
    """Whether headline, or lead and text together, differ in more than case, punctuation and breaks."""
    contents = _contents(store, [old, new])
    before, after = (_prose(contents[read.capture_id, read.content_id]) for read in (old, new))
    change = compare(before, after)
    return change is not None and change.change_class != "cosmetic"


def _prose(content: Content) -> Content:
    text = (content.lead, *content.body) if content.lead else content.body
    return Content(title=content.title, body=tuple(text))


def _contents(store: Store, reads: Iterable[Read]) -> dict[tuple[str, str], Content]:
    wanted = {(read.capture_id, read.content_id): read for read in reads}
    if not wanted:
        return {}
    ids = sorted({read.content_id for read in wanted.values()})
    rows = {row["content_id"]: row for row in store.rows(statements.get("contents_of"), {"ids": ids})}
    return {key: content_of(rows[read.content_id], read.published_at) for key, read in wanted.items()}


def content_of(row: Mapping[str, Any], published_at: Any) -> Content:
    """The comparable content of a row of `contents`."""
    return Content(
        title=row["title"],
        lead=row["lead"],
        body=tuple(row["body"]),
        captions=tuple(caption["text"] for caption in row["captions"]),
        authors=tuple(author["name"] for author in row["authors"]),
        sources=tuple(row["credited_sources"]),
        published_at=published_at,
    )


def _compared_with_before(store: Store, made: Assembly) -> dict[str, BuildCounts]:
    known = {row["article_id"]: row for row in store.rows("SELECT article_id, canonical_url, status FROM replaced")}
    versions = {row["version_id"] for row in store.rows("SELECT version_id FROM replaced_versions")}
    # A source whose addresses all turned out to be no articles has its line, too.
    done = {row["source_id"]: BuildCounts() for row in store.rows("SELECT DISTINCT source_id FROM todo")}
    for row in made.addresses:
        done[row["source_id"]].addresses += 1
    for row in made.versions:
        if row["version_id"] not in versions:
            done[row["source_id"]].new_versions += 1
            done[row["source_id"]].edits += row["version_no"] > 1
    for row in made.articles:
        counts = done[row["source_id"]]
        counts.articles += 1
        before = known.get(row["article_id"])
        if before is None:
            counts.new_articles += 1
            continue
        counts.moves += before["canonical_url"] != row["canonical_url"]
        was, now = before["status"], row["status"]
        counts.missing += now in ("missing", "gone") and was not in ("missing", "gone")
        counts.gone += now == "gone" and was != "gone"
        counts.returned += now == "live" and was != "live"
    return done
