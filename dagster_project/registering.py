"""From the logs of the archive into the tables: every capture, and what discovery found, registered once.

Belongs here: which logs hold more than was loaded, and loading that. Does not: reading pages (`dagster_project.flow`),
or what a log looks like (`scraper.archive`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dagster_project.installation import Installation
from dagster_project.taking_out import came_again, take_out
from pipelines.records import Candidate, Capture
from scraper.archive import (
    LogTally,
    iter_candidate_logs,
    iter_capture_logs,
    read_candidate_log,
    read_capture_log,
    recover,
)
from warehouse import frontier, load
from warehouse.store import Store

WITHOUT_STATUS = frozenset({"timeout", "dns", "refused", "tls", "robots", "too-large", "offsite", "error"})
"""Outcomes of an exchange in which no status came."""


@dataclass(slots=True)
class Registered:
    """What registering the logs of one source brought."""

    captures: int = 0  # new ones
    candidates: int = 0  # new ones
    torn_lines: int = 0
    malformed_lines: int = 0
    lost_captures: int = 0  # logged, but their bytes went when a crawl was killed
    by_status: Counter[str] = field(default_factory=Counter)  # HTTP status, or the outcome where no response came


def register_captures(
    store: Store,
    installed: Installation,
    source_ids: Collection[str] | None = None,
    into: dict[str, Registered] | None = None,
) -> dict[str, Registered]:
    """Loads what the logs of these sources, or of all, hold beyond what was loaded before; repeating it adds nothing.

    Returns what each source brought of which a log held more. With `into` that is added there, as it is loaded: it
    holds what was done also where an error ends this. What a killed crawl left open is finished first, so that its
    captures count without another crawl. Sources of the registry are brought up to date, as the keys of addresses
    follow from them.
    """
    archive = installed.folder.archive
    archive.mkdir(parents=True, exist_ok=True)
    found = {} if into is None else into
    for source_id in _each(source_ids):
        recover(archive, source_id)
    load.load_sources(store, (s.model_dump(mode="json", by_alias=True) for s in installed.own_sources()))
    take_out(store, installed.folder)
    waiting = _Waiting()
    for log in _grown(archive, source_ids, load.known_logs(store)):
        waiting.read(log)
        if len(waiting.captures) + len(waiting.candidates) >= load.BATCH:
            _load(store, installed, waiting, found)
            waiting = _Waiting()
    _load(store, installed, waiting, found)
    take_out(store, installed.folder)
    return found


def has_unregistered(installed: Installation, source_id: str, known: Known) -> bool:
    """Whether logs of the source hold lines that are not loaded (`known` as `warehouse.load.known_logs` gives it)."""
    return any(True for _ in _grown(installed.folder.archive, [source_id], known))


Known = Mapping[str, tuple[int, int]]
"""Of each log by its name, how many bytes and lines of it are loaded."""


@dataclass(frozen=True, slots=True)
class _Log:
    """A log that holds more than was loaded."""

    path: Path
    name: str
    source_id: str | None  # None where logs of all sources were looked at
    of_captures: bool
    size: int
    known: tuple[int, int]


def _grown(archive: Path, source_ids: Collection[str] | None, known: Known) -> Iterator[_Log]:
    for source_id in _each(source_ids):
        for of_captures, logs in ((True, iter_capture_logs), (False, iter_candidate_logs)):
            for path in logs(archive, source_id):
                name, size = path.relative_to(archive).as_posix(), path.stat().st_size
                done = known.get(name, (0, 0))
                if size > done[0]:
                    yield _Log(path, name, source_id, of_captures, size, done)


def _each(source_ids: Collection[str] | None) -> Collection[str | None]:
    """What to go through: `None`, which stands for all, is one thing."""
    return [None] if source_ids is None else source_ids


@dataclass(slots=True)
class _Waiting:
    """What was read from logs and is still to be loaded, so that many small logs are loaded at once."""

    captures: list[Capture] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)  # captures whose bytes are gone
    ends: dict[str, tuple[int, int]] = field(default_factory=dict)  # of each log, once this is loaded
    tallies: list[tuple[str, LogTally]] = field(default_factory=list)  # with the source

    def read(self, log: _Log) -> None:
        """Takes in what the log holds beyond what is loaded."""
        if not log.of_captures:
            candidates = list(read_candidate_log(log.path))
            self.candidates += candidates
            self.ends[log.name] = (log.size, len(candidates))
            return
        tally = LogTally()
        captures = list(read_capture_log(log.path, tally, offset=log.known[0]))
        self.captures += captures
        self.lost += tally.lost
        self.ends[log.name] = (tally.end, log.known[1] + tally.captures)
        # A log that holds no whole capture tells nobody's name by itself.
        if source_id := log.source_id or (captures[0].source_id if captures else None):
            self.tallies.append((source_id, tally))


def _load(store: Store, installed: Installation, waiting: _Waiting, found: dict[str, Registered]) -> None:
    def of(source_id: str) -> Registered:
        return found.setdefault(source_id, Registered())

    counts = load.load_captures(store, waiting.captures)
    if again := {source_id for source_id, one in counts.by_source.items() if one.redacted}:
        came_again(installed.folder, again)
    for source_id, one in counts.by_source.items():
        mine = of(source_id)
        mine.captures += one.new
        mine.by_status.update({str(status): number for status, number in one.by_status.items()})
        mine.by_status.update({o: n for o, n in one.by_outcome.items() if o in WITHOUT_STATUS})
    if waiting.lost:
        frontier.forget_payloads(store, waiting.lost)
    for source_id, named in load.load_candidates(store, waiting.candidates).by_source.items():
        of(source_id).candidates += named.new
    load.remember_logs(store, waiting.ends)
    for source_id, tally in waiting.tallies:
        mine = of(source_id)
        mine.torn_lines += tally.torn > 0
        mine.malformed_lines += tally.malformed
        mine.lost_captures += len(tally.lost)
