"""Reading bylines: one string in, the people, roles and sources it credits out.

Belongs here: the grammar of Vietnamese bylines, its word lists (`data/`), keys that compare spellings of one author.
Does not: finding such strings on a page and choosing between them (`pipelines.reader`), who a pen name is.
Pure functions; never raise, whatever the string.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines.people.grammar import read_line
from pipelines.people.lines import looks_like_byline, may_be_pen_name, split_trailing_byline
from pipelines.people.names import NameKind, credit_key, initials_of
from pipelines.people.outlet import outlet_of
from pipelines.people.reading import BylineReading, Slot
from pipelines.people.sentences import MAX_TEXT, without_sentences

__all__ = [
    "BylineReading",
    "NameKind",
    "Slot",
    "credit_key",
    "initials_of",
    "looks_like_byline",
    "may_be_pen_name",
    "name_kind",
    "parse_byline",
    "split_trailing_byline",
]

# Cheap to ask: small letters in front of an end mark, with something behind it.
_END_OF_SENTENCE = re.compile(r"[^\W\d_A-Z][)”\"]?[.!?…]/?\.?\s*\S")


def parse_byline(raw: str, *, outlet_names: Sequence[str] = (), slot: Slot = "byline") -> BylineReading:
    """Who `raw` credits. `outlet_names`: names, marks and hosts of the page's own outlet, which are nobody.

    Running text is no byline: of a string with sentences in it, the lines between and behind them are read, and the
    credits that are glued into them (flag `cut_from_text`).
    """
    outlet = outlet_of(outlet_names)
    if len(raw) <= MAX_TEXT and _END_OF_SENTENCE.search(raw):
        rest = without_sentences(raw)
        if rest:
            read = read_line(rest, outlet=outlet, slot=slot).reading
            if read.authors or read.sources:
                return replace(read, flags=(*read.flags, "cut_from_text"), raw=raw)
    parsed = read_line(raw, outlet=outlet, slot=slot)
    if parsed.prose and not (parsed.reading.authors or parsed.reading.sources or "too_long" in parsed.reading.flags):
        cut = split_trailing_byline(raw, outlet_names=outlet_names)
        if cut is not None:
            tail = read_line(cut[1], outlet=outlet, slot=slot).reading
            return replace(tail, flags=(*tail.flags, "cut_from_text"), raw=raw)
    return parsed.reading


def name_kind(name: str) -> NameKind:
    """What a name that somebody states is: initials or a pen name where it reads as one, else a person's."""
    authors = parse_byline(name).authors
    return authors[0].kind if len(authors) == 1 else "person"
