"""When a source is due: its cron on the clock of Vietnam, moved by a stable few minutes, kept inside its night window.

Belongs here: pure calculation from times to times. Does not: asking Dagster or the ledger's file
(`dagster_project.sensors`), or which address of a source is due (`warehouse.frontier`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from cronsim import CronSim

from dagster_project.ledger import Attempt
from pipelines.zone import to_local, to_utc

if TYPE_CHECKING:
    from scraper.registry import Source
    from scraper.source import NightWindow

DEFAULT_CRON = "30 5 * * *"
"""For an enabled source that names no time: early enough for the morning's readers, after the night's imports."""

SPREAD_MINUTES = 45
"""Sources that name one time start spread over so long: 150 at once would hurt this machine and shared hosts."""

RETRIES = 2
FIRST_RETRY = timedelta(minutes=2)
"""A crawl that failed for a reason that may pass is due again after this, then after five times as long."""

REVISIT_MINUTES = 180
"""Between two looks at the known articles of a source with news of the last day, unless its file says otherwise. Every
look is a run's share of Dagster's disk and of a core (figures in docs/operate.md); crawled once a day, an outlet's
articles are mostly hours old when they are first seen."""

REVISIT_STEPS = ((24, 0), (168, 12), (720, 72), (8760, 720))
"""Age of a source's youngest article in hours, and the least hours between looks: a source asleep is not asked all
day."""

_LOOK_BACK = 8


@dataclass(frozen=True, slots=True)
class Due:
    """A crawl that should begin now."""

    source_id: str
    at: datetime  # since when it is due, UTC
    attempt: int = 0  # failures in a row before this one

    @property
    def key(self) -> str:
        """The same for one due crawl however often it is asked for."""
        return f"{self.source_id}@{self.at.isoformat(timespec='minutes')}#{self.attempt}"


def offset(source_id: str) -> timedelta:
    """The minutes by which a source starts later than its cron says: the same every day, different between sources."""
    digest = hashlib.sha256(source_id.encode()).digest()
    return timedelta(minutes=int.from_bytes(digest[:4], "big") % SPREAD_MINUTES)


def cron_of(source: Source) -> str:
    """The source's own five fields, or the usual ones."""
    return source.schedule.cron if source.schedule else DEFAULT_CRON


def last_due(source: Source, now: datetime) -> datetime:
    """The latest time, not after `now`, at which the source was to be crawled (UTC)."""
    moved = offset(source.id)
    ticks = CronSim(cron_of(source), to_local(now) + timedelta(minutes=1), reverse=True)
    found = (_placed(source, tick + moved) for tick in islice(ticks, _LOOK_BACK))
    # Moved by minutes or into a window, the latest tick may lie ahead of us: then the one before it counts.
    return to_utc(max(moment for moment in found if moment <= now))


def next_due(source: Source, now: datetime) -> datetime:
    """The first time after `now` at which the source is to be crawled (UTC)."""
    moved = offset(source.id)
    ticks = CronSim(cron_of(source), to_local(now) - moved - timedelta(days=1))
    return to_utc(next(moment for tick in ticks if (moment := _placed(source, tick + moved)) > now))


def period(source: Source, now: datetime) -> timedelta:
    """The longest time between two crawls that are next to each other, around `now`: a paper may rest on Sundays."""
    return period_of(cron_of(source), now)


def period_of(cron: str, now: datetime) -> timedelta:
    """The longest time between two turns of a cron line that are next to each other, around `now`."""
    ticks = list(islice(CronSim(cron, to_local(now)), 15))
    if len(ticks) < 2:
        return timedelta(days=366)
    return max(later - earlier for earlier, later in pairwise(ticks))


def _placed(source: Source, moment: datetime) -> datetime:
    """The moment itself, or, outside the source's night window, shortly after the window opens next."""
    window = source.pace.night_window
    if window is None or window.open_at(moment.time()):
        return moment
    opening = datetime.combine(moment.date(), window.start, moment.tzinfo)
    if opening < moment:
        opening += timedelta(days=1)
    return opening + min(offset(source.id), _length(window) / 2)


def _length(window: NightWindow) -> timedelta:
    start = timedelta(hours=window.start.hour, minutes=window.start.minute)
    end = timedelta(hours=window.end.hour, minutes=window.end.minute)
    return end - start if end > start else end - start + timedelta(days=1)


def crawls_due(
    sources: Iterable[Source], ledger: Mapping[str, Attempt], running: Collection[str], now: datetime
) -> list[Due]:
    """The crawls that should begin now, the longest due first.

    However many times were missed (the machine slept), a source is due once. A failure that may pass is due again after
    a while, `RETRIES` times, then at the next regular time; one that cannot pass, at the next regular time alone.
    """
    found: list[Due] = []
    for source in sources:
        window = source.pace.night_window
        if source.id in running or (window and not window.open_at(to_local(now).time())):
            continue
        at = last_due(source, now)
        last = ledger.get(source.id)
        if last is None or last.started < at:
            found.append(Due(source.id, at, last.failures if last else 0))
        elif (again := _again(last)) is not None and again <= now:
            found.append(Due(source.id, again, last.failures + (last.ended is None)))
    return sorted(found, key=lambda due: (due.at, due.source_id))


def _again(last: Attempt) -> datetime | None:
    """When a failed attempt is tried again before its next regular time; None for never."""
    failures = last.failures + (last.ended is None)  # one that never ended was killed
    if not 0 < failures <= RETRIES or (last.ended is not None and not (last.ending == "failed" and last.may_pass)):
        return None
    pause: timedelta = FIRST_RETRY * 5 ** (failures - 1)
    return (last.ended or last.started) + pause


def loads_due(
    crawls: Iterable[Mapping[str, Attempt]],
    loads: Mapping[str, Attempt],
    running: Collection[str],
    now: datetime,
) -> list[Due]:
    """The sources whose last crawl (by any of these ledgers) was not loaded to the end by the run that should have.

    That run died, was cancelled, or found the disk full. A load that fails again and again is tried ever more rarely,
    at least once a day.
    """
    left: dict[str, datetime] = {}
    for ledger in crawls:
        for source_id, crawl in ledger.items():
            left[source_id] = max(crawl.ended or crawl.started, left.get(source_id, crawl.started))
    found: list[Due] = []
    for source_id, since in left.items():
        load = loads.get(source_id)
        if source_id in running or (load is not None and load.ending == "good" and load.started >= since):
            continue
        at, failures = since, 0
        if load is not None and load.started >= since:
            failures = max(1, load.failures + (load.ended is None))
            at = (load.ended or load.started) + min(FIRST_RETRY * 5 ** min(failures - 1, 5), timedelta(days=1))
        if at <= now:
            found.append(Due(source_id, at, failures))
    return sorted(found, key=lambda due: (due.at, due.source_id))


def revisits_due(
    youngest: Mapping[str, datetime],
    sources: Iterable[Source],
    ledger: Mapping[str, Attempt],
    running: Collection[str],
    now: datetime,
) -> list[Due]:
    """The sources whose known articles should be looked at again; `youngest` is the newest article of each."""
    found: list[Due] = []
    for source in sources:
        window = source.pace.night_window
        newest = youngest.get(source.id)
        if newest is None or source.id in running or (window and not window.open_at(to_local(now).time())):
            continue
        age = (now - newest).total_seconds() / 3600
        wait = next((hours for limit, hours in REVISIT_STEPS if age <= limit), None)
        if wait is None:
            continue
        last = ledger.get(source.id)
        least = source.schedule.revisit_minutes if source.schedule else REVISIT_MINUTES
        pause = max(timedelta(hours=wait), timedelta(minutes=least))
        at = last.started + pause if last else now - offset(source.id)
        if at <= now:
            found.append(Due(source.id, at, last.failures if last else 0))
    return sorted(found, key=lambda due: (due.at, due.source_id))


def exhausted(attempt: Attempt) -> bool:
    """Whether a failed attempt is not tried again before its next regular time: people should know."""
    return attempt.ended is not None and attempt.failures > 0 and _again(attempt) is None
