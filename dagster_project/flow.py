"""From registered captures to what analysts open, as plain functions: read, build, derive, publish.

Belongs here: composing the archive, the reader and the warehouse, for the assets and the commands alike. Does not:
registering captures (`dagster_project.registering`), what an outlet that fails costs (`dagster_project.loads`),
anything of Dagster (`dagster_project.assets`), how a page is read (`pipelines`) or a row kept (`warehouse`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from dagster_project.installation import Installation
from dagster_project.paths import DataFolder
from dagster_project.progress import Heard
from dagster_project.reading_pool import PageJob, read_all
from dagster_project.taking_out import take_out
from pipelines.reader_version import READER_VERSION
from pipelines.records import Capture, Reading, SiteProfile
from warehouse import aliases, load, publish, versions
from warehouse.corrections import CorrectionReport, bring_in
from warehouse.derived.catalogue import DERIVATIONS, find
from warehouse.derived.runner import bring_up_to_date
from warehouse.store import Store

BATCH = 480
"""Captures read and loaded at a time: a kill costs at most this many readings, never a capture."""

PASSING = frozenset({"payload-missing", "payload-damaged"})
"""Statuses of readings that say more about the disk than about the page: not kept, so that the next run tries again."""


@dataclass(slots=True)
class ReadCounts:
    """What reading the pending captures brought."""

    read: int = 0
    articles: int = 0  # readings that make an article
    again: int = 0  # of those read: because the source's file tells the reader something else now
    by_kind: Counter[str] = field(default_factory=Counter)  # page kind -> count
    failed: Counter[str] = field(default_factory=Counter)  # reading status other than ok -> count

    def count(self, reading: Reading) -> None:
        """Adds one page."""
        self.by_kind[reading.page_kind] += 1
        if reading.status != "ok":
            self.failed[reading.status] += 1
        if reading.status not in PASSING:
            self.read += 1
            self.articles += reading.is_article

    def add(self, other: ReadCounts) -> None:
        """Adds the counts of another source."""
        self.read += other.read
        self.articles += other.articles
        self.again += other.again
        self.by_kind += other.by_kind
        self.failed += other.failed


def read_pending(store: Store, installed: Installation, source_id: str, *, progress: Heard | None = None) -> ReadCounts:
    """As `read_each`, for one source."""
    return read_each(store, installed, [source_id], progress=progress)[source_id]


def read_each(
    store: Store,
    installed: Installation,
    source_ids: Iterable[str],
    *,
    everything: bool = False,
    since: datetime | None = None,
    progress: Heard | None = None,
    into: dict[str, ReadCounts] | None = None,
) -> dict[str, ReadCounts]:
    """Reads every capture of these sources that waits for a reading by this reader, and loads the readings by batches.

    With `everything`, captures read by an older reader are read again too; with `since` only those of articles that
    were fetched at that instant or later, with all earlier captures of these. A page that cannot be read costs itself
    alone: its reading carries a status other than `ok`; where the disk may be at fault the next run tries it again.
    Raises UnknownSource or BadSource before anything is read. With `into` the counts are added there, as readings are
    loaded: it holds what was done also where an error ends this.

    Where a source's file tells the reader something else than before, the pages of that source are read anew first: a
    page read by other selectors than the one before it would look like an edit of the paper.
    """
    profiles = {source_id: installed.registry.get(source_id).profile() for source_id in source_ids}
    counts = {} if into is None else into
    for source_id in profiles:
        counts.setdefault(source_id, ReadCounts())
    digests = {source_id: profile.digest for source_id, profile in profiles.items()}
    for source_id in load.read_otherwise(store, digests):
        again = read_again(store, installed, source_id, progress=progress)
        again.again = again.read
        counts[source_id].add(again)
    load.remember_profiles(store, digests)
    given_up: dict[str, tuple[str, Reading]] = {}
    done, failed = 0, Counter[str]()
    while found := load.find_pending(
        store, profiles, READER_VERSION, everything=everything, since=since, without=given_up
    ):
        total = done + sum(found.values())
        while pending := load.take_pending(store, BATCH):
            pages = _read(pending, profiles, installed.folder.archive)
            load.load_readings(store, _kept(pages))
            for capture, reading in pages:
                if reading.status in PASSING:
                    given_up[capture.capture_id] = capture.source_id, reading
                else:
                    counts[capture.source_id].count(reading)
            failed.update(reading.status for _, reading in pages if reading.status != "ok")
            done += len(pending)
            if progress:
                progress(done, total, failed)
    load.all_read(store, profiles, given_up)
    for source_id, reading in given_up.values():
        counts[source_id].count(reading)
    return counts


def read_again(
    store: Store,
    installed: Installation,
    source_id: str,
    *,
    since: datetime | None = None,
    progress: Heard | None = None,
) -> ReadCounts:
    """Reads anew what this very reader has read, of articles fetched at `since` or later, and replaces the readings.

    For a family file that was mended; `read_each` calls it where a source's own file was. An article's
    captures are replaced together, and where the bytes cannot be had now, the old reading stays.
    """
    profiles = {source_id: installed.registry.get(source_id).profile()}
    counts = ReadCounts()
    captures = load.read_before(store, source_id, READER_VERSION, since)
    for start in range(0, len(captures), BATCH):
        batch = captures[start : start + BATCH]
        pages = _read(batch, profiles, installed.folder.archive)
        load.load_readings(store, _kept(pages), replace=True)
        for _, reading in pages:
            counts.count(reading)
        if progress:
            progress(start + len(batch), len(captures), counts.failed)
    if since is None:
        load.remember_profiles(store, {source_id: profiles[source_id].digest})
    return counts


def _read(
    captures: Sequence[Capture], profiles: Mapping[str, SiteProfile], archive: Path
) -> list[tuple[Capture, Reading]]:
    of_id = {capture.capture_id: capture for capture in captures}
    jobs = [
        PageJob(c.capture_id, c.url, c.fetched_at, profiles[c.source_id], capture=c, archive=archive) for c in captures
    ]
    return [(of_id[job.key], reading) for job, reading in read_all(jobs)]


def _kept(pages: Iterable[tuple[Capture, Reading]]) -> list[tuple[str, Reading]]:
    return [(capture.capture_id, reading) for capture, reading in pages if reading.status not in PASSING]


def build_articles(store: Store, source_id: str | None = None) -> versions.BuildCounts:
    """Versions and states of every address that the loads left dirty."""
    return versions.build(store, source_id)


def build_each(
    store: Store, source_ids: Collection[str] | None = None, into: dict[str, versions.BuildCounts] | None = None
) -> dict[str, versions.BuildCounts]:
    """As `build_articles`, each source counted apart. With `into` the counts are added there, batch by batch."""
    counts = {} if into is None else into
    while done := versions.build_next(store, source_ids):
        for source_id, one in done.items():
            counts.setdefault(source_id, versions.BuildCounts()).add(one)
    return counts


@dataclass(slots=True)
class Derived:
    """What deriving brought: counts by derivation, and what became of the operator's corrections and aliases."""

    counts: dict[str, Counter[str]]
    corrections: CorrectionReport
    people: aliases.AliasReport


def derive(store: Store, folder: DataFolder, names: Iterable[str] | None = None) -> Derived:
    """Brings corrections and statements about people in, and these derivations, or all, up to date."""
    if take_out(store, folder).captures:
        versions.build(store)  # what repeated or led to what is gone now
    corrected = bring_in(store, folder.corrections)
    chosen = DERIVATIONS if names is None else [find(name) for name in names]
    counts = {derivation.name: bring_up_to_date(store, derivation) for derivation in chosen}
    # After the authors, so that a statement about somebody who is credited nowhere is told.
    return Derived(counts, corrected, aliases.bring_in(store, folder.people))


def publish_now(store: Store, folder: DataFolder, *, parquet: bool = True) -> publish.PublishReport:
    """A compacted read-only copy for analysts, swapped in by rename; what waits to be derived is derived first."""
    derive(store, folder)
    return publish.publish(store, folder.published, reader_version=READER_VERSION, parquet=parquet)


def added(counts: Mapping[str, ReadCounts]) -> ReadCounts:
    """The counts of all sources together."""
    whole = ReadCounts()
    for one in counts.values():
        whole.add(one)
    return whole
