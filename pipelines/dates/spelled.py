"""Dates written wholly in words, as letters and certificates have them: "ngày mười hai tháng ba năm hai nghìn ...".

Belongs here: numbers in words as figures, within such a date only. Does not: what the date means (`tokens`, `line`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipelines.dates.words import WORDS, any_of

_UNITS: Final[dict[str, int]] = {word: value for value, words in WORDS["numerals"]["units"].items() for word in words}
_SCALES: Final[dict[str, int]] = {word: value for value, words in WORDS["numerals"]["scales"].items() for word in words}
_FILLERS: Final = frozenset(WORDS["numerals"]["fillers"])
_NUMBER: Final = any_of([*_UNITS, *_SCALES, *_FILLERS], plain=False)
_DATE: Final = re.compile(
    rf"(?<!\w)ngày\s(?P<day>{_NUMBER}(?:\s{_NUMBER}){{0,2}})\s?,?\stháng\s(?P<month>{_NUMBER}(?:\s{_NUMBER})?)\s?,?"
    rf"\snăm\s(?P<year>{_NUMBER}(?:\s{_NUMBER}){{2,9}})(?!\w)"
)
_YEARS: Final = range(1900, 2100)


def in_figures(text: str) -> str:
    """`text` (folded) with every date in words as "ngày 12 tháng 3 năm 2026"; what is no such date stays."""
    return _DATE.sub(_figures, text) if "năm" in text and "tháng" in text else text


def _figures(match: re.Match[str]) -> str:
    day, month, year = (number(match[part].split()) for part in ("day", "month", "year"))
    if day is None or month is None or year is None or not (1 <= day <= 31 and 1 <= month <= 12 and year in _YEARS):
        return match.group()
    return f"ngày {day} tháng {month} năm {year}"


def number(words: Sequence[str]) -> int | None:
    """The number that Vietnamese words name ("hai nghìn không trăm hai mươi sáu", "hai không hai sáu"), or None."""
    if len(words) == 4 and all(word in _UNITS for word in words):
        return int("".join(str(_UNITS[word]) for word in words))
    total, least = 0, 10_000  # each scale is smaller than the one before it
    pending: int | None = None
    for word in words:
        if word in _UNITS:
            if pending is not None:
                return None
            pending = _UNITS[word]
        elif word in _SCALES:
            scale = _SCALES[word]
            if scale >= least or (pending is None and scale != 10):
                return None
            total, least, pending = total + (1 if pending is None else pending) * scale, scale, None
        elif pending is not None:
            return None
    return total + (pending or 0)
