"""Reading bylines: one string in, the people, roles and sources it credits out.

Belongs here: the grammar of Vietnamese bylines, its word lists (`data/`), keys that compare spellings of one author.
Does not: finding such strings on a page and choosing between them (`pipelines.reader`), who a pen name is.
Pure functions; never raise, whatever the string.
"""

from __future__ import annotations

from collections.abc import Sequence

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
    return BylineReading(raw=raw)


def looks_like_byline(line: str, *, outlet_names: Sequence[str] = ()) -> bool:
    """Whether a short first or last paragraph is a byline rather than text. High precision."""
    return False


def split_trailing_byline(paragraph: str, *, outlet_names: Sequence[str] = ()) -> tuple[str, str] | None:
    """(text, byline) of a paragraph or caption to whose end a byline is glued; None where there is none."""
    return None


def credit_key(name: str) -> str:
    """Equal for spellings of one name within an outlet: case, tone placement, apostrophes and blanks do not count."""
    return name.casefold()


def initials_of(name: str) -> str:
    """The initials of a name, dotted: "Nguyễn Thị Minh" gives "N.T.M"."""
    return name[:1]
