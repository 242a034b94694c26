"""Reading dates: one line, attribute or address in, one `DateReading` out. Strict: what is not understood is NULL.

Belongs here: the grammar of date lines, machine-readable instants, instants inside addresses, and the judgement of two
witnesses. Does not: finding such lines on a page, choosing between all its witnesses (`pipelines.reader`).

The words are data (`words.yaml`); a line passes `words.fold` → `tokens` (parts become markers) → `line` or `relative`.
"""

from __future__ import annotations

from datetime import datetime

from pipelines.dates.address import instant_in_url, month_in_url
from pipelines.dates.judge import reconcile
from pipelines.dates.line import parse_date_line
from pipelines.dates.reading import DateReading, Kind, Order, known_fetch, order_of
from pipelines.dates.stamp import read_iso

__all__ = [
    "DateReading",
    "Kind",
    "Order",
    "instant_in_url",
    "month_in_url",
    "order_of",
    "parse_date_line",
    "read_instant",
    "reconcile",
]


def read_instant(text: str, *, fetched_at: datetime | None = None, order: Order | None = None) -> DateReading:
    """The instant of an attribute: ISO 8601, RFC 822, epoch seconds or milliseconds, else whatever a date line may be.

    Never raises. A clock without offset is local; `Z`, GMT and +00:00 are taken at their word and flagged `zone_utc`,
    since on many pages they stand on local clocks: only a second witness tells (`reconcile`). Month-first values
    ("4/18/2021 10:13:00 AM") are read where a part above 12 or `order` proves them.
    """
    iso = read_iso(text, fetched_at=known_fetch(fetched_at))
    return iso if iso is not None else parse_date_line(text, fetched_at=fetched_at, order=order)
