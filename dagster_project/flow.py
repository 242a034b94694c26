"""The way of a capture into the warehouse, as plain functions: register, read, build, publish.

Belongs here: composing the archive, the reader and the warehouse, for the assets and for `tintinh ingest` alike. Does
not: anything of Dagster (`dagster_project.assets`), how a page is read (`pipelines`) or a row kept (`warehouse`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from dagster_project.installation import Installation
from dagster_project.paths import DataFolder
from dagster_project.progress import Heard
from dagster_project.reading_pool import PageJob, read_all
from dagster_project.taking_out import came_again, take_out
from pipelines.reader_version import READER_VERSION
from pipelines.records import Capture, Reading, SiteProfile
from scraper.archive import (
    LogTally,
    iter_candidate_logs,
    iter_capture_logs,
    read_candidate_log,
    read_capture_log,
    recover,
)
from scraper.registry import UnknownSource
from warehouse import aliases, frontier, load, publish, versions
from warehouse.corrections import CorrectionReport, bring_in
from warehouse.derived.catalogue import DERIVATIONS, find
from warehouse.derived.runner import bring_up_to_date
from warehouse.store import Store

BATCH = 480
"""Captures read and loaded at a time: a kill costs at most this many readings, never a capture."""

PASSING = frozenset({"payload-missing", "payload-damaged"})
"""Statuses of readings that say more about the disk than about the page: not kept, so that the next run tries again."""


@dataclass(slots=True)
class Registered:
    """What registering the logs of the archive brought."""

    captures: int = 0  # new ones
    candidates: int = 0  # new ones
    torn_lines: int = 0
    malformed_lines: int = 0
    lost_captures: int = 0  # logged, but their bytes went when a crawl was killed
    by_status: Counter[str] = field(default_factory=Counter)  # HTTP status, or the outcome where no response came
    sources: set[str] = field(default_factory=set)


@dataclass(slots=True)
class ReadCounts:
    """What reading the pending captures brought."""

    read: int = 0
    articles: int = 0  # readings that make an article
    again: int = 0  # of those read: because the source's file tells the reader something else now
    by_kind: Counter[str] = field(default_factory=Counter)  # page kind -> count
    failed: Counter[str] = field(default_factory=Counter)  # reading status other than ok -> count

    def add(self, other: ReadCounts) -> None:
        """Adds the counts of another source."""
        self.read += other.read
        self.articles += other.articles
        self.again += other.again
        self.by_kind += other.by_kind
        self.failed += other.failed


def register_captures(store: Store, installed: Installation, source_id: str | None = None) -> Registered:
    """Loads what the capture and candidate logs hold beyond what was loaded before; repeating it adds nothing.

    What a killed crawl left open is finished first, so that its captures count without another crawl. Sources of the
    registry are brought up to date, as the keys of addresses follow from them.
    """
    archive = installed.folder.archive
    archive.mkdir(parents=True, exist_ok=True)
    found = Registered()
    recover(archive, source_id)
    load.load_sources(store, (s.model_dump(mode="json", by_alias=True) for s in installed.own_sources()))
    take_out(store, installed.folder)
    done = load.known_logs(store)
    for path in iter_capture_logs(archive, source_id):
        name, (offset, lines) = _done(path, archive, done)
        if path.stat().st_size <= offset:
            continue
        tally = LogTally()
        captures = list(read_capture_log(path, tally, offset=offset))
        counts = load.load_captures(store, captures)
        if counts.redacted:
            came_again(installed.folder, {capture.source_id for capture in captures})
        found.captures += counts.new
        found.sources.update(capture.source_id for capture in captures)
        found.by_status.update({str(status): number for status, number in counts.by_status.items()})
        found.by_status.update({o: n for o, n in counts.by_outcome.items() if o in WITHOUT_STATUS})
        found.torn_lines += tally.torn
        found.malformed_lines += tally.malformed
        found.lost_captures += len(tally.lost)
        if tally.lost:
            frontier.forget_payloads(store, tally.lost)
        load.remember_log(store, name, tally.end, lines + tally.captures)
    for path in iter_candidate_logs(archive, source_id):
        name, (offset, _) = _done(path, archive, done)
        size = path.stat().st_size
        if size > offset:
            candidates = list(read_candidate_log(path))
            found.candidates += load.load_candidates(store, candidates).new
            load.remember_log(store, name, size, len(candidates))
    take_out(store, installed.folder)
    return found


WITHOUT_STATUS = frozenset({"timeout", "dns", "refused", "tls", "robots", "too-large", "offsite", "error"})
"""Outcomes of an exchange in which no status came."""


def has_unregistered(installed: Installation, source_id: str, known: dict[str, tuple[int, int]]) -> bool:
    """Whether logs of the source hold lines that are not loaded (`known` as `warehouse.load.known_logs` gives it)."""
    archive = installed.folder.archive
    return any(
        path.stat().st_size > _done(path, archive, known)[1][0]
        for path in (*iter_capture_logs(archive, source_id), *iter_candidate_logs(archive, source_id))
    )


def _done(path: Path, archive: Path, known: dict[str, tuple[int, int]]) -> tuple[str, tuple[int, int]]:
    name = path.relative_to(archive).as_posix()
    return name, known.get(name, (0, 0))


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
) -> dict[str, ReadCounts]:
    """Reads every capture of these sources that waits for a reading by this reader, and loads the readings by batches.

    With `everything`, captures read by an older reader are read again too; with `since` only those of articles that
    were fetched at that instant or later, with all earlier captures of these. A page that cannot be read costs itself
    alone: its reading carries a status other than `ok`; where the disk may be at fault the next run tries it again.
    Raises UnknownSource or BadSource before anything is read.

    Where a source's file tells the reader something else than before, the pages of that source are read anew first: a
    page read by other selectors than the one before it would look like an edit of the paper.
    """
    profiles = {source_id: installed.registry.get(source_id).profile() for source_id in source_ids}
    counts = {source_id: ReadCounts() for source_id in profiles}
    digests = {source_id: profile.digest for source_id, profile in profiles.items()}
    for source_id in load.read_otherwise(store, digests):
        counts[source_id] = read_again(store, installed, source_id, progress=progress)
        counts[source_id].again = counts[source_id].read
    load.remember_profiles(store, digests)
    archive = installed.folder.archive
    given_up: set[str] = set()
    done, failed = 0, Counter[str]()
    while found := load.find_pending(
        store, profiles, READER_VERSION, everything=everything, since=since, without=given_up
    ):
        total = done + sum(found.values())
        while pending := load.take_pending(store, BATCH):
            readings, passing = _read(pending, profiles, archive, counts, failed)
            given_up |= passing
            load.load_readings(store, readings)
            done += len(pending)
            if progress:
                progress(done, total, failed)
    load.all_read(store, profiles, given_up)
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
    counts = {source_id: ReadCounts()}
    failed = Counter[str]()
    captures = load.read_before(store, source_id, READER_VERSION, since)
    for start in range(0, len(captures), BATCH):
        batch = captures[start : start + BATCH]
        readings, _ = _read(batch, profiles, installed.folder.archive, counts, failed)
        load.load_readings(store, readings, replace=True)
        if progress:
            progress(start + len(batch), len(captures), failed)
    if since is None:
        load.remember_profiles(store, {source_id: profiles[source_id].digest})
    return counts[source_id]


def _read(
    captures: Sequence[Capture],
    profiles: Mapping[str, SiteProfile],
    archive: Path,
    counts: Mapping[str, ReadCounts],
    failed: Counter[str],
) -> tuple[list[tuple[str, Reading]], set[str]]:
    """The readings of these captures, and the ids of those that another run should try again; all are counted."""
    readings: list[tuple[str, Reading]] = []
    passing: set[str] = set()
    of_capture = {capture.capture_id: capture.source_id for capture in captures}
    jobs = [
        PageJob(c.capture_id, c.url, c.fetched_at, profiles[c.source_id], capture=c, archive=archive) for c in captures
    ]
    for job, reading in read_all(jobs):
        mine = counts[of_capture[job.key]]
        mine.by_kind[reading.page_kind] += 1
        if reading.status != "ok":
            mine.failed[reading.status] += 1
            failed[reading.status] += 1
        if reading.status in PASSING:
            passing.add(job.key)
            continue
        readings.append((job.key, reading))
        mine.read += 1
        mine.articles += reading.is_article
    return readings, passing


def build_articles(store: Store, source_id: str | None = None) -> versions.BuildCounts:
    """Versions and states of every address that the loads left dirty."""
    return versions.build(store, source_id)


def load_source(
    store: Store, installed: Installation, source_id: str, progress: Heard | None = None
) -> tuple[Registered, ReadCounts, versions.BuildCounts]:
    """All the way of one source: what its crawls left is registered, read and built; what a dead run left, too."""
    registered = register_captures(store, installed, source_id)
    counts = read_pending(store, installed, source_id, progress=progress)
    return registered, counts, build_articles(store, source_id)


@dataclass(slots=True)
class CaughtUp:
    """What was still to be loaded when it was looked for."""

    captures: int = 0  # that no load had registered
    read: int = 0
    new_articles: int = 0
    sources: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)  # source -> why it could not be loaded


def catch_up(store: Store, installed: Installation, progress: Heard | None = None) -> CaughtUp:
    """Loads whatever the archive holds and the tables do not: what a run fetched that died before it had loaded it.

    Also captures that were registered and never read, and addresses that were never built. Where nothing is left it
    costs a look at the logs and the tables. A source that cannot be loaded costs itself alone.
    """
    registered = register_captures(store, installed)
    done = CaughtUp(registered.captures, sources=registered.sources | load.sources_waiting(store))
    for source_id in sorted(done.sources):
        try:
            read = read_pending(store, installed, source_id, progress=progress)
            built = build_articles(store, source_id)
        except UnknownSource:
            continue  # its file is gone; what it brought waits for its return
        except Exception as error:
            done.failed[source_id] = f"{type(error).__name__}: {error}"
            continue
        done.read += read.read
        done.new_articles += built.new_articles
    return done


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


def take_in(
    store: Store, installed: Installation, source_ids: Iterable[str], progress: Heard | None = None
) -> tuple[ReadCounts, versions.BuildCounts]:
    """Reads and builds several sources in one go, as `tintinh ingest` does after the archive took a file in."""
    return added(read_each(store, installed, source_ids, progress=progress)), build_articles(store)


def added(counts: Mapping[str, ReadCounts]) -> ReadCounts:
    """The counts of all sources together."""
    whole = ReadCounts()
    for one in counts.values():
        whole.add(one)
    return whole
