"""What comes in: sources, captures, candidates and readings, each load repeatable with the same result.

Belongs here: staging rows, adding what is new in one transaction, and noting which addresses have to be built again.
Does not: what follows from them (`warehouse.versions`), nor the shape of rows (`warehouse.rows`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from pipelines.records import Candidate, Capture, Reading
from pipelines.urls import canonical_url
from warehouse import rows, statements
from warehouse.derived.catalogue import DERIVATIONS
from warehouse.store import Store

T = TypeVar("T")

BATCH = 20_000
"""Rows per transaction; bounds memory, and a kill loses at most that much work and no committed row."""


@dataclass(slots=True)
class LoadCounts:
    """What a load saw and what of it was new; the breakdowns by outcome and status count new captures only."""

    seen: int = 0
    new: int = 0
    redacted: int = 0  # passed over: they belong to an article that was taken out
    by_outcome: Counter[str] = field(default_factory=Counter)
    by_status: Counter[int] = field(default_factory=Counter)
    by_source: dict[str, LoadCounts] = field(default_factory=dict)  # of captures and candidates; without its own

    def of(self, source_id: str) -> LoadCounts:
        """The counts of one source, to be added to."""
        return self.by_source.setdefault(source_id, LoadCounts())

    def add_up(self) -> LoadCounts:
        """Makes its own counts the sums of those of its sources."""
        for one in self.by_source.values():
            self.seen += one.seen
            self.new += one.new
            self.redacted += one.redacted
            self.by_outcome += one.by_outcome
            self.by_status += one.by_status
        return self


def load_sources(store: Store, sources: Iterable[Mapping[str, Any]]) -> int:
    """Replaces the rows of these sources (fields of a source file, as `model_dump(by_alias=True)` gives them).

    Where the parameters that identify an article have changed, the keys of the addresses known so far are computed
    anew; where names, hosts or provinces have, the articles are noted for what is derived from them. Returns the number
    of sources.
    """
    given = {source["id"]: source for source in sources}
    if not given:
        return 0
    source_rows = {source_id: rows.source_row(source) for source_id, source in given.items()}
    with store.transaction() as con:
        before = _identity_params(store)
        store.stage("sources", list(source_rows.values()))
        for statement in statements.each("outlets_before"):
            con.execute(statement)
        for table in ("source_hosts", "source_provinces", "sources"):
            con.execute(f"DELETE FROM {table} WHERE source_id IN (SELECT source_id FROM staged)")  # noqa: S608 - our names
        con.execute("INSERT INTO sources BY NAME SELECT * FROM staged")
        store.insert("source_hosts", [row for source in given.values() for row in rows.host_rows(source)])
        store.insert("source_provinces", [row for r in source_rows.values() for row in rows.province_rows(r)])
        depend = [derivation.name for derivation in DERIVATIONS if derivation.of_outlets]
        con.execute(statements.get("outlets_changed"), {"derivations": depend})
        for source_id, row in source_rows.items():
            if source_id in before and before[source_id] != tuple(row["identity_params"]):
                _rekey(store, source_id, tuple(row["identity_params"]))
    return len(given)


def load_captures(store: Store, captures: Iterable[Capture]) -> LoadCounts:
    """Adds the captures that are not there yet. A host that no source names gets a stub row in `sources`."""
    params, redacted = _identity_params(store), _redacted(store)
    counts = LoadCounts()
    for batch in _batches(captures):
        unique = {capture.capture_id: capture for capture in batch}
        made = [rows.capture_row(c, params.get(c.source_id, ())) for c in unique.values()]
        kept = _without(redacted, made, counts)
        with store.transaction() as con:
            store.stage("captures", kept)
            con.execute(statements.get("load_captures"))
            new = con.execute("SELECT source_id, outcome, status, count(*) FROM fresh GROUP BY ALL").fetchall()
        for capture in batch:
            counts.of(capture.source_id).seen += 1
        for source_id, outcome, status, number in new:
            one = counts.of(source_id)
            one.new += number
            one.by_outcome[outcome] += number
            if status is not None:
                one.by_status[status] += number
    return counts.add_up()


def load_candidates(store: Store, candidates: Iterable[Candidate]) -> LoadCounts:
    """Adds or widens what discovery named; a row keeps the first naming's words and both instants."""
    params, redacted = _identity_params(store), _redacted(store)
    counts = LoadCounts()
    for batch in _batches(candidates):
        made = [rows.candidate_row(c, params.get(c.source_id, ())) for c in batch]
        kept = _without(redacted, made, counts)
        with store.transaction() as con:
            store.stage("candidates", kept)
            con.execute(statements.get("load_candidates"))
            new = con.execute("SELECT source_id, count(*) FROM merged WHERE NOT known GROUP BY ALL").fetchall()
        for candidate in batch:
            counts.of(candidate.source_id).seen += 1
        for source_id, number in new:
            counts.of(source_id).new += number
    return counts.add_up()


def load_readings(store: Store, readings: Iterable[tuple[str, Reading]], *, replace: bool = False) -> LoadCounts:
    """Adds readings, each with the id of its capture; a capture has one reading per version of the reader.

    With `replace`, one that is there already by the same version gives way.
    """
    counts = LoadCounts()
    for batch in _batches(readings):
        contents: dict[str, dict[str, Any]] = {}
        made: dict[tuple[str, str], dict[str, Any]] = {}
        for capture_id, reading in batch:
            content = rows.content_row(reading)
            contents[content["content_id"]] = content
            made.setdefault(
                (capture_id, reading.reader_version), rows.reading_row(capture_id, reading, content["content_id"])
            )
        with store.transaction() as con:
            store.stage("readings", list(made.values()))
            store.stage("contents", list(contents.values()), name="staged_contents")
            if replace:
                con.execute(statements.get("load_readings_anew"))
            con.execute(statements.get("load_readings"))
            counts.new += store.value("SELECT count(*) FROM fresh")
        counts.seen += len(batch)
    return counts


def find_pending(
    store: Store,
    sources: Collection[str],
    reader_version: str,
    *,
    everything: bool = False,
    since: datetime | None = None,
    without: Collection[str] = (),
) -> dict[str, int]:
    """How many captures of each source are to be read by `reader_version` now; `take_pending` gives them out.

    These are captures that nobody has read, and the captures that share an article with one read by this version:
    versions are compared under one reader only. With `everything`, all that this version has not read, fetched at
    `since` or later where that is set. `without` names captures that were tried in vain. Ask again after
    `load_readings` (and after `versions.build`): the readings of a moved article bring its other addresses in, and
    those of a new capture the earlier ones.
    """
    asked = "pending_asked_all" if everything else "pending_asked"
    store.con.execute(statements.get(asked), {"sources": list(sources)})
    store.con.execute(statements.get("pages"))
    store.con.execute(
        statements.get("pending_found"),
        {"reader": reader_version, "everything": everything, "since": since, "without": list(without)},
    )
    found = store.con.execute(
        "SELECT source_id, count(*) FROM pending GROUP BY source_id ORDER BY source_id"
    ).fetchall()
    return dict(found)


def take_pending(store: Store, most: int) -> list[Capture]:
    """The next captures of those that `find_pending` found, the oldest first; none when all were given out."""
    store.con.execute(statements.get("pending_take"), {"most": most})
    found = store.rows(statements.get("pending_rows"))
    store.con.execute("DELETE FROM pending WHERE capture_id IN (SELECT capture_id FROM pending_taken)")
    return [rows.capture_of(row) for row in found]


def read_before(store: Store, source_id: str, reader_version: str, since: datetime | None = None) -> list[Capture]:
    """The captures of a source that this version of the reader has read, of articles fetched at `since` or later."""
    given = {"source": source_id, "reader": reader_version, "since": since}
    return [rows.capture_of(row) for row in store.rows(statements.get("read_before"), given)]


def newest_page(store: Store, url: str) -> Capture | None:
    """The latest capture that holds the page of the address itself, however that is spelt; None where there is none."""
    found = store.rows(statements.get("newest_page"), {"url": url, "key": canonical_url(url)})
    return rows.capture_of(found[0]) if found else None


def all_read(store: Store, sources: Collection[str], without: Collection[str] = ()) -> None:
    """Notes that nothing of these sources waits to be read but the captures in `without`, which are tried again."""
    with store.transaction() as con:
        con.execute(statements.get("pending_done"), {"sources": list(sources), "without": list(without)})


def sources_waiting(store: Store) -> set[str]:
    """The sources with captures that are still to be read, or with addresses that are not built."""
    return {row["source_id"] for row in store.rows(statements.get("sources_waiting"))}


def read_otherwise(store: Store, profiles: Mapping[str, str]) -> list[str]:
    """The sources whose pages were read when their files told the reader something else than this digest."""
    known = dict(store.con.execute("SELECT source_id, profile FROM reading_profiles").fetchall())
    return [source_id for source_id, digest in profiles.items() if known.get(source_id, digest) != digest]


def remember_profiles(store: Store, profiles: Mapping[str, str]) -> None:
    """Notes by which digest of its file each source is read from now on."""
    known = dict(store.con.execute("SELECT source_id, profile FROM reading_profiles").fetchall())
    changed = {source_id: digest for source_id, digest in profiles.items() if known.get(source_id) != digest}
    if changed:
        with store.transaction() as con:
            con.execute("DELETE FROM reading_profiles WHERE source_id IN (SELECT unnest(?))", [list(changed)])
            con.executemany("INSERT INTO reading_profiles VALUES (?, ?)", list(changed.items()))


def known_logs(store: Store) -> dict[str, tuple[int, int]]:
    """For each capture log (path inside the archive): how many bytes and lines of it are loaded."""
    found = store.con.execute("SELECT path, bytes, lines FROM capture_logs").fetchall()
    return {path: (size, lines) for path, size, lines in found}


def remember_logs(store: Store, loaded: Mapping[str, tuple[int, int]]) -> None:
    """Notes of each log how much of it is loaded: its first bytes, and how many whole lines these are."""
    if loaded:
        with store.transaction() as con:
            con.execute("DELETE FROM capture_logs WHERE path IN (SELECT unnest(?))", [list(loaded)])
            con.executemany("INSERT INTO capture_logs VALUES (?, ?, ?)", [(p, *ends) for p, ends in loaded.items()])


def _identity_params(store: Store) -> dict[str, tuple[str, ...]]:
    found = store.con.execute("SELECT source_id, identity_params FROM sources").fetchall()
    return {source_id: tuple(params or ()) for source_id, params in found}


def _redacted(store: Store) -> set[tuple[str, str]]:
    return set(store.con.execute("SELECT source_id, canonical_url FROM redacted_addresses").fetchall())


def _without(
    redacted: Collection[tuple[str, str]], made: Iterable[dict[str, Any]], counts: LoadCounts
) -> list[dict[str, Any]]:
    """The rows of addresses that were not taken out; the others are counted."""
    kept = []
    for row in made:
        if (row["source_id"], row["canonical_url"]) in redacted:
            counts.of(row["source_id"]).redacted += 1
        else:
            kept.append(row)
    return kept


def _rekey(store: Store, source_id: str, params: tuple[str, ...]) -> None:
    urls = store.con.execute(statements.get("known_urls"), {"source": source_id}).fetchall()
    moved = [
        {"url": url, "canonical_url": key}
        for url, old in urls
        if (key := canonical_url(url, identity_params=params)) != old
    ]
    if moved:
        store.stage("captures", moved, name="rekeyed")
        for statement in statements.each("rekey"):
            store.con.execute(statement, {"source": source_id})


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch
