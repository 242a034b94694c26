"""Coverage-guided fuzzing of the date grammar: any line, any order, any time of fetching. See README.md."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import atheris
from oracles import Breach, not_later, twice

with atheris.instrument_imports(include=["pipelines"]):
    from pipelines.dates import instant_in_url, parse_date_line, read_instant, reconcile

ORDERS = (None, "dmy", "mdy")


def one_input(data: bytes) -> None:
    """The last bytes choose the circumstances, the rest is the line."""
    provider = atheris.FuzzedDataProvider(data)
    order = ORDERS[provider.ConsumeIntInRange(0, 2)]
    fetched_at = _fetch(provider.ConsumeIntInRange(0, 7), provider.ConsumeIntInRange(0, 0xFFFFFF))
    line = provider.ConsumeBytes(provider.remaining_bytes()).decode("utf-8", "replace")
    visible = twice(lambda: parse_date_line(line, fetched_at=fetched_at, order=order))  # type: ignore[arg-type]
    machine = twice(lambda: read_instant(line, fetched_at=fetched_at, order=order))  # type: ignore[arg-type]
    address = twice(lambda: instant_in_url(f"https://bao.example/{line}", fetched_at=fetched_at))
    first, _, second = line.partition("\t")
    both = reconcile(
        parse_date_line(first, fetched_at=fetched_at, order=order),  # type: ignore[arg-type]
        read_instant(second, fetched_at=fetched_at, order=order),  # type: ignore[arg-type]
    )
    for reading in (visible, machine, address, both):
        if (reading.value is None) != (reading.precision is None):
            raise Breach(f"value and precision disagree: {reading}")
        not_later(reading.value, fetched_at, "date")
    if visible.value is None and not visible.flags:
        raise Breach(f"no value and no reason: {visible}")
    if visible.raw != line or machine.raw != line:
        raise Breach(f"the raw text is another: {visible} {machine}")


def _fetch(kind: int, number: int) -> datetime | None:
    """When the page was fetched: mostly a time when there was a web, sometimes never or a broken clock."""
    if kind == 0:
        return None
    if kind == 1:
        return datetime(1, 1, 1, tzinfo=UTC) + timedelta(days=number % 3_652_059)
    if kind < 5:
        return datetime(2024, 8, 15, 13, 30, tzinfo=UTC)
    return datetime(1995, 1, 1, tzinfo=UTC) + timedelta(minutes=number)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
