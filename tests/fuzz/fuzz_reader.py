"""Coverage-guided fuzzing of the whole reader: any bytes, any address, any time of fetching.

Not part of the test run; see README.md. Findings become cases of `tests/unit/pipelines/test_reader_hostile.py`.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta

import atheris
from oracles import Breach, in_nfc, not_later, people, twice

with atheris.instrument_imports(include=["pipelines"]):
    from pipelines.reader import read_page
    from pipelines.records import SiteProfile

FAMILIES = (None, "hemera", "onecms", "wordpress", "nukeviet", "nextjs", "vnpt", "aspnet", "vccorp", "joomla", "f1hex")
TYPES = (None, "text/html", "text/html; charset=windows-1258", "text/html; charset=utf-16", "text/html; charset=idna")
MOST_BYTES = 400_000
"""How far a stretch of the page is repeated: what takes time with the square of its length shows."""


def one_input(data: bytes) -> None:
    """The last bytes choose the circumstances, the rest is the page."""
    provider = atheris.FuzzedDataProvider(data)
    family = FAMILIES[provider.ConsumeIntInRange(0, len(FAMILIES) - 1)]
    content_type = TYPES[provider.ConsumeIntInRange(0, len(TYPES) - 1)]
    days = provider.ConsumeIntInRange(0, 40_000)
    fetched_at = datetime(1990, 1, 1, tzinfo=UTC) + timedelta(days=days) if days else None
    repeated = provider.ConsumeIntInRange(0, 255)
    at, length = provider.ConsumeIntInRange(0, 65_535), provider.ConsumeIntInRange(1, 255)
    address = provider.ConsumeIntInRange(0, 40)
    payload = provider.ConsumeBytes(provider.remaining_bytes())
    url = "https://bao.example/" + payload[at : at + address].decode("latin-1")
    if repeated < 2 and at < len(payload):
        piece = payload[at : at + length]
        payload = payload[:at] + piece * (MOST_BYTES // len(piece)) + payload[at + length :]
    profile = SiteProfile("bx", family=family) if family else None

    reading = twice(
        lambda: read_page(
            payload, url, fetched_at=fetched_at, content_type=content_type, profile=profile, witnesses=True
        )
    )
    if reading.status.startswith("reader-error"):
        raise Breach(reading.status)
    json.dumps(reading.to_json(), ensure_ascii=False).encode()
    in_nfc((reading.title, reading.lead, reading.section, reading.byline_raw, *reading.body, *reading.tags), "text")
    in_nfc((*reading.sources, *(caption.text for caption in reading.captions)), "text")
    not_later(reading.published_at, fetched_at, "publication")
    not_later(reading.modified_at, fetched_at, "modification")
    people(reading.authors)
    if any("\n" in line or not line.strip() for line in reading.body):
        raise Breach(f"a paragraph with a line end, or an empty one: {reading.body}")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
