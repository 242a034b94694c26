"""Reading bylines: one string in, the people, roles and sources it credits out.

Belongs here: the grammar of Vietnamese bylines, its word lists (`data/`), keys that compare spellings of one author.
Does not: finding such strings on a page and choosing between them (`pipelines.reader`), who a pen name is.
Pure functions; never raise, whatever the string.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.people.grammar import read_line
from pipelines.people.lines import looks_like_byline, split_trailing_byline
from pipelines.people.names import credit_key, initials_of
from pipelines.people.outlet import outlet_of
from pipelines.people.reading import BylineReading, Slot

__all__ = [
    "BylineReading",
    "Slot",
    "credit_key",
    "initials_of",
    "looks_like_byline",
    "parse_byline",
    "split_trailing_byline",
]


def parse_byline(raw: str, *, outlet_names: Sequence[str] = (), slot: Slot = "byline") -> BylineReading:
    """Who `raw` credits. `outlet_names`: names, marks and hosts of the page's own outlet, which are nobody."""
    parsed = read_line(raw, outlet=outlet_of(outlet_names), slot=slot)
    if parsed.prose and not (parsed.reading.authors or parsed.reading.sources or "too_long" in parsed.reading.flags):
        cut = split_trailing_byline(raw, outlet_names=outlet_names)
        if cut is not None:
            tail = read_line(cut[1], outlet=outlet_of(outlet_names), slot=slot).reading
            return BylineReading(
                tail.authors, tail.sources, (*tail.flags, "cut_from_text"), raw, tail.affiliations, tail.via
            )
    return parsed.reading
