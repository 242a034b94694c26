"""Coverage-guided fuzzing of the byline grammar: any line in any slot. See README.md."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["pipelines"]):
    from pipelines.people import looks_like_byline, parse_byline, split_trailing_byline

SLOTS = ("byline", "text", "caption")
OUTLETS = ("Báo Vạn Xuân", "BVX", "baovanxuan.vn")


def one_input(data: bytes) -> None:
    """One byte of circumstances, the rest is the line."""
    provider = atheris.FuzzedDataProvider(data)
    slot = SLOTS[provider.ConsumeIntInRange(0, 2)]
    line = provider.ConsumeBytes(provider.remaining_bytes()).decode("utf-8", "replace")
    reading = parse_byline(line, outlet_names=OUTLETS, slot=slot)  # type: ignore[arg-type]
    if any(not credit.name.strip() or not credit.roles for credit in reading.authors):
        raise RuntimeError(f"a credit without name or role: {reading}")
    if any(not source.strip() for source in reading.sources):
        raise RuntimeError(f"an empty source: {reading}")
    looks_like_byline(line)
    split_trailing_byline(line)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
