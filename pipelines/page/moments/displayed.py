"""The date lines that a reader of the page sees: those that selectors know, and those near the headline and the text.

Belongs here: where such lines stand and which of them may be the article's. Does not: the grammar of dates
(`pipelines.dates`), the choice between witnesses (`choice`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from pipelines.dates import DateReading, parse_date_line, read_instant
from pipelines.page.blocks import Block
from pipelines.page.body import is_running, tells_about_document
from pipelines.page.context import Context, text_of
from pipelines.page.lexicon import Zone, is_related_heading, zone_of_names
from pipelines.page.moments.witnesses import Found, beside_title, is_article_frame, is_clock, is_refused, read_line
from pipelines.page.region import describe
from pipelines.page.tree import is_inside, names_of
from pipelines.text import search_key
from pipelines.zone import local_date

_PLACES: Final = (
    Zone.NAV | Zone.HEADER | Zone.FOOTER | Zone.SIDE | Zone.RELATED | Zone.COMMENT | Zone.CLOCK | Zone.POPUP | Zone.ADS
)
_MOMENT_ATTRIBUTES: Final = (
    "datetime", "title", "data-time", "data-date", "data-original-title", "data-timestamp", "content", "aria-label",
)  # fmt: skip
_HOUR: Final = 3_600
_DAY: Final = 86_400
HAS_DATE = re.compile(
    r"\d{1,4}\s*[/.-]\s*\d{1,2}|tháng\s+\d|\bhôm (?:qua|kia|nay\W{1,3}(?:lúc )?\d)"
    r"|(?:phút|giờ|ngày|tuần|giây)\s+trước|\d\s+(?:Th|th)\d|\bago\b|năm\s+hai\s+(?:nghìn|ngàn|không)\b|\b(?:19|20)\d\d\b",
    re.I,
)
_UPDATED = re.compile(
    r"^\W*(?:(?:lần )?(?:cập nhật|sửa|chỉnh sửa|update|updated|last modified|modified)\b|ngày cập nhật)", re.I
)


def is_date_line(text: str, fetched_at: datetime | None = None) -> bool:
    """Whether a short line is a date line (publication, update or clock) and nothing else."""
    if len(text) > 120 or not HAS_DATE.search(text):
        return False
    reading = parse_date_line(text, fetched_at=fetched_at)
    return reading.value is not None or bool({"future", "print", "live_clock"} & set(reading.flags))


def from_selectors(context: Context) -> list[Found]:
    """The lines in the elements that selectors name; none where none of them is a date."""
    found: list[Found] = []
    picked = context.pick("date")[:5]
    if len(picked) > 1:  # a selector that says little finds the clock of the page too
        picked = sorted(picked, key=lambda pick: not beside_title(context, pick[0]))
    for element, where in picked:
        if is_clock(element, where):
            continue
        text = text_of(element)
        if not text or len(text) > 200:
            continue
        reading = _finer(context, element, read_line(context, text))
        found.append(Found(reading, "selector", where, 0.93, _is_updated(text, reading)))
        if reading.value is not None:
            break
    return found if any(one.reading.value is not None or is_refused([one]) for one in found) else []


def from_lines(
    context: Context, edge_dates: Sequence[Block], front: Sequence[Block], end_dates: Sequence[Block]
) -> list[Found]:
    """Date lines near the headline and the text, in the order in which a reader would take them: below the headline,
    at the top of the text, above the headline, below the text. The first that is no update ends the search.
    """
    around = context.around
    if context.region is None:
        near = [block for block in context.blocks if block.zone & Zone.DATE][:10]
        around = replace(around, between=near)
    found: list[Found] = []
    today: Found | None = None
    heads = [block for block in reversed([*around.before, *front]) if _names_date(context, block)] if end_dates else []
    for block, outside in (
        *((block, False) for block in (*around.between, *edge_dates, *heads, *end_dates, *reversed(front))),
        *((block, True) for block in (*_above(around.before), *_below(around.after))),
    ):
        if outside and (found or today is not None):
            break  # an update beside the headline is the date of the page; above stand clocks, below other articles
        if not _may_be_date(context, block):
            continue
        reading = read_line(context, block.text)
        if reading.value is None and not _refused_reading(reading):
            reading = _in_own_element(context, block) or reading
        if reading.value is None and not _refused_reading(reading):
            continue
        if reading.value is not None and any(one.reading.value and one.reading.value < reading.value for one in found):
            continue  # no article is published after its update: a clock above the headline
        reading = _finer(context, block.element, reading)
        confidence = 0.88 if block.zone & Zone.DATE else 0.8
        one = Found(reading, "text", describe(block.element), confidence, _is_updated(block.text, reading))
        if _is_day_of_fetch(context, reading) and _opens_page(context, block):
            continue  # a calendar in the frame: on a page without a date it would be believed anew each day
        if today is None and _is_day_of_fetch(context, reading):
            today = one  # perhaps the page's own calendar: a line with a clock beside the headline goes before it
            continue
        found.append(one)
        if not one.updated:
            break
    if not found and today is None and context.beside_title and context.title_element is not None:
        reading = read_line(context, context.beside_title)
        if reading.value is not None:
            return [Found(reading, "text", describe(context.title_element), 0.75)]
    if today is not None and not any(one.reading.precision != "day" for one in found):
        return [today]
    return found


def _is_updated(text: str, reading: DateReading) -> bool:
    return reading.kind == "modified" or (reading.kind is None and _UPDATED.search(text) is not None)


def _finer(context: Context, element: HtmlElement, reading: DateReading) -> DateReading:
    """The moment in an attribute where the line itself is vague ("11 giờ trước", a bare day) and both go together:
    templates keep the full date for the pointer of the mouse.
    """
    if reading.value is None or reading.precision not in ("day", "hour"):
        return reading
    reach = _DAY if reading.precision == "day" else 2 * _HOUR
    for node in (element, *islice(element.iterdescendants("span", "time", "a", "abbr", "i", "em", "small"), 8)):
        for name in _MOMENT_ATTRIBUTES:
            value = node.get(name)
            if not value or len(value) > 60:
                continue
            told = read_instant(value, fetched_at=context.fetched_at)
            if told.value is None:
                told = read_line(context, value)
            if told.value is None or told.precision in ("day", "hour"):
                continue
            apart = (told.value - reading.value).total_seconds()
            if (0 <= apart < reach) if reading.precision == "day" else (abs(apart) <= reach):
                return replace(told, raw=reading.raw, kind=reading.kind)
    return reading


def _refused_reading(reading: DateReading) -> bool:
    return bool({"future", "clock_ahead"} & set(reading.flags))


def _names_date(context: Context, block: Block) -> bool:
    """Whether a line above the headline stands in an element named after the date and is no clock of the day of the
    fetch: it goes before a line below the text, which may be that of a source.
    """
    if not block.zone & Zone.DATE or not _may_be_date(context, block):
        return False
    value = read_line(context, block.text).value
    fetched = context.fetched_at
    return value is not None and (fetched is None or local_date(value) != local_date(fetched))


def _is_day_of_fetch(context: Context, reading: DateReading) -> bool:
    """Whether a date is the bare day on which the page was fetched."""
    fetched, value = context.fetched_at, reading.value
    if fetched is None or value is None or reading.precision != "day" or "relative" in reading.flags:
        return False
    return local_date(value) == local_date(fetched)


def _opens_page(context: Context, block: Block) -> bool:
    """Whether a line is the first or second of the whole page, above the headline and not named after the date."""
    if block.zone & Zone.DATE or block.element is context.title_element:
        return False
    top = list(islice((one for one in context.blocks if one.kind == "text"), 3))
    heads = [one.element for one in top[:2]]
    return block.element in heads and not any(
        one.element is context.title_element for one in top[: heads.index(block.element)]
    )


def _in_own_element(context: Context, block: Block) -> DateReading | None:
    """The date in an inline element of its own, in a line that is none as a whole: author, date and buttons."""
    for child in islice(block.element.iterdescendants("span", "time", "em", "i", "small"), 6):
        text = text_of(child)
        if text != block.text and len(text) <= 60 and text in block.text and HAS_DATE.search(text):
            reading = read_line(context, text)
            if reading.value is not None:
                return reading
    return None


def _above(before: Sequence[Block]) -> Iterator[Block]:
    """The lines above the headline, nearest first, up to a menu: what stands above that belongs to the page."""
    links = 0
    for block in reversed(before):
        links = links + 1 if block.is_link else 0
        if links >= 3:
            return
        yield block


def _below(after: Sequence[Block]) -> Iterator[Block]:
    """The lines below the text up to the first link to another article or the heading of such links."""
    for block in after:
        if block.kind == "text" and (
            is_related_heading(block.text) or (block.linked >= 20 and block.linked > block.unlinked)
        ):
            return
        yield block


def _may_be_date(context: Context, block: Block) -> bool:
    if block.kind != "text" or len(block.text) > 160 or tells_about_document(block):
        return False
    if block.linked > 0.5 * block.letters and not is_date_line(block.text[:60], context.fetched_at):
        return False
    if not HAS_DATE.search(block.text) or (is_running(block) and len(block.text) > 100):
        return False
    if any(
        len(child) + len(child.text or "") and zone_of_names(names_of(child)) & Zone.CLOCK
        for child in block.element.iterdescendants("span", "b", "font", "em")
    ):
        return False  # a table cell or paragraph round a clock is the clock
    if block.zone & _PLACES:
        title = context.title_element
        for element, zone in block.zones:
            if not zone & _PLACES or is_article_frame(element):
                continue
            holds_title = title is not None and is_inside(title, element)
            holds_text = context.region is not None and is_inside(context.region.element, element)
            if not (holds_title or holds_text) or zone & Zone.CLOCK:
                return False
    return not search_key(block.text).startswith(("ban quyen", "giay phep", "so giay phep", "copyright", "(c)", "©"))
