"""Coverage-guided fuzzing of the whole reader: any bytes, any address, any time of fetching.

Not part of the test run; see README.md. Findings become cases of `tests/unit/pipelines/test_reader_hostile.py`.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta

import atheris

with atheris.instrument_imports(include=["pipelines"]):
    from pipelines.reader import read_page
    from pipelines.records import SiteProfile

FAMILIES = (None, "hemera", "onecms", "wordpress", "nukeviet", "nextjs", "vnpt", "aspnet")
TYPES = (None, "text/html", "text/html; charset=windows-1258", "text/html; charset=utf-16", "text/html; charset=idna")


def one_input(data: bytes) -> None:
    """The first bytes choose the circumstances, the rest is the page."""
    provider = atheris.FuzzedDataProvider(data)
    family = FAMILIES[provider.ConsumeIntInRange(0, len(FAMILIES) - 1)]
    content_type = TYPES[provider.ConsumeIntInRange(0, len(TYPES) - 1)]
    days = provider.ConsumeIntInRange(0, 40_000)
    fetched_at = datetime(1990, 1, 1, tzinfo=UTC) + timedelta(days=days) if days else None
    url = "https://bao.example/" + provider.ConsumeUnicode(provider.ConsumeIntInRange(0, 40))
    payload = provider.ConsumeBytes(provider.remaining_bytes())
    reading = read_page(
        payload,
        url,
        fetched_at=fetched_at,
        content_type=content_type,
        profile=SiteProfile("bx", family=family) if family else None,
        witnesses=True,
    )
    if reading.status.startswith("reader-error"):
        raise RuntimeError(reading.status)
    json.dumps(reading.to_json(), ensure_ascii=False).encode()


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
