"""The ledger of crawls and loads: for each source, its last attempt and how it ended, in a small file for each kind.

Belongs here: remembering attempts. Schedules ask it what is due, alerts ask it what failed. Does not: the history of
captures (the warehouse has it), when a source is due (`dagster_project.cadence`), or the words of an alert.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from dagster_project.paths import DataFolder
from dagster_project.statefile import changing, read_state

Mode = Literal["latest", "revisit", "backfill"]
"""What a crawl looks for: what is new, known articles again, or what lies before all that is known. A ledger of its own
has `load`: what a crawl brought is registered, read and built."""

Ending = Literal["good", "failed", "blocked", "refused", "cancelled"]
"""`refused`: the crawl was not allowed to start, and no other try mends that. `blocked`: the outlet turns us away."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The last attempt at one kind of crawl of a source, or at loading it; times are UTC, ISO 8601 in the file."""

    started: datetime
    run_id: str
    ended: datetime | None = None  # None: still running, or its process was killed
    ending: Ending | None = None
    message: str = ""
    may_pass: bool = False  # another try may mend it
    failures: int = 0  # in a row, this one included
    failing_since: datetime | None = None
    last_good: datetime | None = None


_FILES = {"revisit": "revisits.json", "load": "loads.json"}


class Ledger:
    """The ledger of one data folder: of the daily crawls (`latest` and `backfill`), of revisits, or of loads."""

    def __init__(self, folder: DataFolder, mode: str = "latest") -> None:
        self._path = folder.operations / _FILES.get(mode, "crawls.json")

    def read(self) -> dict[str, Attempt]:
        """The last attempt of each source. Entries of another version of this program are left out."""
        found: dict[str, Attempt] = {}
        for source_id, row in read_state(self._path).items():
            attempt = _attempt(row)
            if attempt is not None:
                found[source_id] = attempt
        return found

    def started(self, source_id: str, run_id: str, now: datetime) -> None:
        """Notes that a crawl begins. A former one that never ended was killed, and counts as a failure."""
        with changing(self._path) as rows:
            former = _attempt(rows.get(source_id))
            begun = Attempt(now, run_id)
            if former is not None:
                killed = former.ended is None
                begun = replace(
                    begun,
                    failures=former.failures + killed,
                    failing_since=former.failing_since or (former.started if killed else None),
                    last_good=former.last_good,
                )
            rows[source_id] = _row(begun)

    def ended(
        self, source_id: str, run_id: str, ending: Ending, now: datetime, *, message: str = "", may_pass: bool = False
    ) -> None:
        """Notes how the crawl of that run ended."""
        with changing(self._path) as rows:
            former = _attempt(rows.get(source_id)) or Attempt(now, run_id)
            if ending == "good":
                done = replace(former, failures=0, failing_since=None, last_good=now)
            elif ending == "cancelled":
                done = former
            else:
                done = replace(former, failures=former.failures + 1, failing_since=former.failing_since or now)
            rows[source_id] = _row(
                replace(done, run_id=run_id, ended=now, ending=ending, message=message[:1000], may_pass=may_pass)
            )


@contextmanager
def loading(folder: DataFolder, source_ids: Iterable[str], run_id: str) -> Iterator[dict[str, str]]:
    """Notes that these sources are being loaded inside the block, and how that ended.

    Well, but for those that the block puts into the mapping it is given, with what kept them from it; all of them badly
    where an error ends it. Loads that are killed never end. A ledger that cannot be written (a full disk) does not cost
    the load as well: then it is due again.
    """
    ledger = Ledger(folder, "load")
    sources = list(source_ids)
    failed: dict[str, str] = {}
    with suppress(OSError):
        for source_id in sources:
            ledger.started(source_id, run_id, datetime.now(UTC))
    try:
        yield failed
    except Exception as error:
        failed |= dict.fromkeys(sources, f"{type(error).__name__}: {error}")
        _loads_ended(ledger, sources, run_id, failed)
        raise
    _loads_ended(ledger, sources, run_id, failed)


def _loads_ended(ledger: Ledger, source_ids: Iterable[str], run_id: str, failed: Mapping[str, str]) -> None:
    with suppress(OSError):
        for source_id in source_ids:
            told = failed.get(source_id)
            ending: Ending = "good" if told is None else "failed"
            ledger.ended(source_id, run_id, ending, datetime.now(UTC), message=told or "")


def _row(attempt: Attempt) -> dict[str, Any]:
    return {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(attempt).items()
    }


def _attempt(row: Mapping[str, Any] | None) -> Attempt | None:
    if row is None:
        return None
    try:
        values = dict(row)
        for name in ("started", "ended", "failing_since", "last_good"):
            values[name] = datetime.fromisoformat(values[name]) if values.get(name) else None
        return Attempt(**values)
    except (TypeError, ValueError):
        return None
