"""Coverage-guided fuzzing of the date grammar: any line, any order, any time of fetching. See README.md."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import atheris

with atheris.instrument_imports(include=["pipelines"]):
    from pipelines.dates import instant_in_url, parse_date_line, read_instant

ORDERS = (None, "dmy", "mdy")


def one_input(data: bytes) -> None:
    """Two bytes of circumstances, the rest is the line."""
    provider = atheris.FuzzedDataProvider(data)
    order = ORDERS[provider.ConsumeIntInRange(0, 2)]
    days = provider.ConsumeIntInRange(0, 3_652_058)  # to the last day of the calendar
    fetched_at = datetime(1, 1, 1, tzinfo=UTC) + timedelta(days=days) if days else None
    line = provider.ConsumeBytes(provider.remaining_bytes()).decode("utf-8", "replace")
    for reading in (
        parse_date_line(line, fetched_at=fetched_at, order=order),  # type: ignore[arg-type]
        read_instant(line, fetched_at=fetched_at, order=order),  # type: ignore[arg-type]
        instant_in_url(f"https://bao.example/{line}", fetched_at=fetched_at),
    ):
        if (reading.value is None) != (reading.precision is None):
            raise RuntimeError(f"value and precision disagree: {reading}")
        if reading.value is not None and reading.value.utcoffset() != timedelta(0):
            raise RuntimeError(f"not UTC: {reading}")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
