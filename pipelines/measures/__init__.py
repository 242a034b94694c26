"""Small measures of a text, by which archives are compared: topic, tone placement, the day that its lead tells of.

Belongs here: pure counts and classes of one article. Does not: reading pages (`pipelines.reader`), publication dates
(`pipelines.dates`), or what follows from many articles (`warehouse`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib.resources import files

from pipelines.text import search_key

# Open syllables on oa, oe, uy: the old way sets the mark on the first vowel ("hòa"), the new one on the second ("hoà").
# After q the u belongs to the consonant, and both ways write "quý".
_OLD = re.compile(r"(?<!q)(?:[òóỏõọ][ae]|[ùúủũụ]y)(?!\w)", re.IGNORECASE)
_NEW = re.compile(r"(?<!q)(?:o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])(?!\w)", re.IGNORECASE)

_EVENT = re.compile(
    r"(?<!\w)(?:rạng sáng|sáng|trưa|chiều|tối|đêm|hôm nay|ngày)(?: (?:nay|qua))?[ ,(]{1,3}(?:ngày )?"
    r"(?P<day>\d{1,2}) ?[/-] ?(?P<month>\d{1,2})(?: ?[/-] ?(?P<year>\d{4}))?(?![\d/%])",
    re.IGNORECASE,
)
_NOT_SOLAR = re.compile(r"âm lịch|\bÂL\b|tháng Giêng|tháng Chạp", re.IGNORECASE)
_WITHIN = 300
"""Letters of the lead in which the day of the event is looked for: later days are background."""

OTHER = "other"


def tone_placements(text: str) -> tuple[int, int]:
    """How many syllables of a text in NFC place their tone the old way ("hòa") and the new one ("hoà")."""
    return len(_OLD.findall(text)), len(_NEW.findall(text))


def event_day(lead: str, published: date) -> tuple[date, str] | None:
    """The day of which the lead tells ("Sáng 22/6"), and its words; None where it names none, or a lunar one.

    A day without a year is the one next to the publication (a calendar day in Vietnam), before or after it.
    """
    start = lead[:_WITHIN]
    match = _EVENT.search(start)
    if match is None or _NOT_SOLAR.search(start[max(0, match.start() - 30) : match.end() + 30]):
        return None
    years = [int(match["year"])] if match["year"] else [published.year - 1, published.year, published.year + 1]
    days = [day for year in years if (day := _day(year, int(match["month"]), int(match["day"])))]
    nearest = min(days, key=lambda day: abs(day - published), default=None)
    if nearest is None or abs(nearest - published) > timedelta(days=400):
        return None
    return nearest, match.group()


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=10_000)
def topic_of(section: str | None) -> str:
    """The topic of a section as the page shows it ("Kinh tế > Nông nghiệp": agriculture); `other` for unknown ones."""
    levels = [search_key(level) for level in (section or "").split(">")]
    for level in reversed(levels):
        padded = f" {re.sub(r'[^a-z0-9]+', ' ', level).strip()} "
        for words, topic in _topics():
            if words in padded:
                return topic
    return OTHER


def topics() -> Sequence[str]:
    """All topics, in the order of the list."""
    return [*dict.fromkeys(topic for _, topic in _topics()), OTHER]


@cache
def _topics() -> Sequence[tuple[str, str]]:
    lines = (files("pipelines") / "measures" / "topics.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if line and not line.startswith("#"))
    return [(f" {search_key(row['words'])} ", row["topic"]) for row in rows]
