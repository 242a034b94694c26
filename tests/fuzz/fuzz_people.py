"""Coverage-guided fuzzing of the byline grammar: any line in any slot. See README.md."""

from __future__ import annotations

import sys

import atheris
from oracles import Breach, in_nfc, people, twice

with atheris.instrument_imports(include=["pipelines"]):
    from pipelines.people import looks_like_byline, parse_byline, split_trailing_byline

SLOTS = ("byline", "text", "caption")
OUTLETS = ("Báo Vạn Xuân", "BVX", "baovanxuan.vn")


def one_input(data: bytes) -> None:
    """The last byte chooses the slot, the rest is the line."""
    provider = atheris.FuzzedDataProvider(data)
    slot = SLOTS[provider.ConsumeIntInRange(0, 2)]
    line = provider.ConsumeBytes(provider.remaining_bytes()).decode("utf-8", "replace")
    reading = twice(lambda: parse_byline(line, outlet_names=OUTLETS, slot=slot))  # type: ignore[arg-type]
    people(reading.authors)
    in_nfc((*reading.sources, *reading.via, *reading.affiliations), "source")
    if any(not source.strip() or "\n" in source for source in reading.sources):
        raise Breach(f"an empty source, or one of several lines: {reading}")
    if not set(reading.via) <= set(reading.sources):
        raise Breach(f"credited through somebody who is no source: {reading}")
    twice(lambda: looks_like_byline(line))
    cut = twice(lambda: split_trailing_byline(line))
    if cut is not None:
        in_nfc(cut, "piece")
        if not all(part.strip() for part in cut):
            raise Breach(f"an empty piece: {cut}")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
