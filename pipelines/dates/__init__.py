"""Reading dates: one line, attribute or address in, one `DateReading` out. Strict: what is not understood is NULL.

Belongs here: the grammar of date lines, machine-readable instants, instants inside addresses, and the judgement of two
witnesses. Does not: finding such lines on a page, choosing between witnesses (`pipelines.reader`).
"""

from __future__ import annotations

from datetime import datetime

from pipelines.dates.reading import DateReading, Kind, Order

__all__ = ["DateReading", "Kind", "Order", "instant_in_url", "parse_date_line", "read_instant", "reconcile"]


def parse_date_line(raw: str, *, fetched_at: datetime | None = None, order: Order | None = None) -> DateReading:
    """The publication instant that one line states."""
    return DateReading(None, None, raw, ("unreadable",))


def read_instant(text: str, *, fetched_at: datetime | None = None) -> DateReading:
    """The instant of an attribute: ISO 8601, RFC 822, or epoch seconds or milliseconds."""
    return DateReading(None, None, text, ("unreadable",))


def instant_in_url(url: str) -> DateReading:
    """The instant inside an address; value None with flag `month_only` or `image_stamp`, or without a flag where there is none."""
    return DateReading(None, None, url)


def reconcile(visible: DateReading, machine: DateReading) -> DateReading:
    """The better of two witnesses of one moment: seconds from the machine, the clock from the page."""
    return machine if machine.value else visible
