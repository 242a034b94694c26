"""What a reading of a date is, and how found numbers become one: zone, plausibility, future.

Belongs here: `DateReading` and the two ways to make one (`settle`, `refuse`). Does not: any grammar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from pipelines.records import Precision
from pipelines.zone import to_utc

Order = Literal["dmy", "mdy"]
Kind = Literal["published", "modified"]

FIRST_YEAR = 1990
"""No news page of the archive is older: the first sites date from 1997, digitised issues from a little before.
What lies earlier is a placeholder (0001, 1900, 1970) or a date of history."""
LAST_YEAR = 2100
FUTURE_TOLERANCE = timedelta(days=1)
"""How far past the fetch a publication may lie: a scheduled post or a clock that is wrong, kept as raw text only."""


@dataclass(frozen=True, slots=True)
class DateReading:
    """One string read as an instant, or the reason why it is none.

    `value` is UTC; a day stands at local midnight in Vietnam. `value` and `precision` are None together, and then a
    flag of `pipelines.flags` says why. `kind` is what a label on the same line claims, None where no label tells.
    """

    value: datetime | None
    precision: Precision | None
    raw: str
    flags: tuple[str, ...] = ()
    kind: Kind | None = None


def order_of(written: str | None) -> Order | None:
    """The order that a row or a source file names, in capitals or not; None for none and for anything else."""
    return {"dmy": "dmy", "mdy": "mdy"}.get((written or "").lower())  # type: ignore[return-value]  # the two of Order


def known_fetch(fetched_at: datetime | None) -> datetime | None:
    """`fetched_at`, or None where no page was fetched then: a broken clock (year 1, year 9999) counts as unknown."""
    return fetched_at if fetched_at is not None and FIRST_YEAR <= fetched_at.year <= LAST_YEAR else None


def refuse(raw: str, *flags: str, kind: Kind | None = None) -> DateReading:
    """No instant, and why."""
    return DateReading(None, None, raw, flags, kind)


def settle(
    raw: str,
    moment: datetime,
    precision: Precision,
    flags: tuple[str, ...] = (),
    *,
    fetched_at: datetime | None = None,
    kind: Kind | None = None,
) -> DateReading:
    """`moment` (without a zone: a clock in Vietnam) as a reading, unless no article can have that date.

    NULL with `implausible` or `future` alone where the year is out of range, or the moment lies more than
    `FUTURE_TOLERANCE` after `fetched_at`.
    """
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return refuse(raw, "implausible", kind=kind)
    value = to_utc(moment.replace(microsecond=0)) if moment.microsecond else to_utc(moment)
    if fetched_at is not None and value - to_utc(fetched_at) > FUTURE_TOLERANCE:
        return refuse(raw, "future", kind=kind)
    return DateReading(value, precision, raw, flags, kind)


def utc_offset(moment: datetime, minutes: int) -> datetime:
    """The instant of a clock that is `minutes` ahead of UTC, as UTC. `moment` has no zone."""
    return (moment - timedelta(minutes=minutes)).replace(tzinfo=UTC)
