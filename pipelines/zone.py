"""The one place that knows the time zone of the papers, and the step between local clocks and stored instants.

Belongs here: the zone and conversions. Does not: parsing of text into times (`pipelines.dates`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
"""UTC+07:00 without daylight saving since 1975-06-13."""


def to_utc(moment: datetime) -> datetime:
    """The UTC instant of `moment`; a moment without a zone is read as a clock in Vietnam."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(UTC)


def to_local(moment: datetime) -> datetime:
    """The same instant on a clock in Vietnam; a moment without a zone is taken to be UTC, as it is stored."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(VIETNAM)


def local_date(moment: datetime) -> date:
    """The calendar day in Vietnam on which the instant `moment` falls."""
    return to_local(moment).date()


def local_iso(moment: datetime | None) -> str | None:
    """ISO 8601 with the offset of Vietnam (`2021-04-06T10:13:00+07:00`), or None for no moment."""
    return None if moment is None else to_local(moment).isoformat()
