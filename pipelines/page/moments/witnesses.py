"""One reading of a date with its place on the page, and the places that never count.

Belongs here: what a witness is, and telling the article's own date from clocks, frames and other articles. Does not:
reading a line (`displayed`), reading tags (`machine`), the choice between witnesses (`choice`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from pipelines.dates import DateReading, parse_date_line
from pipelines.page.context import Context
from pipelines.page.lexicon import Zone, zone_of_names, zone_of_tag
from pipelines.page.tree import is_inside, names_of


@dataclass(frozen=True, slots=True)
class Found:
    """One reading with its place."""

    reading: DateReading
    origin: str
    where: str
    confidence: float
    updated: bool = False


def read_line(context: Context, text: str) -> DateReading:
    """A displayed line, with the order of day and month that the source is known for."""
    order = context.profile.date_order if context.profile is not None else None
    return parse_date_line(text, fetched_at=context.fetched_at, order=order)


def is_refused(found: Sequence[Found]) -> bool:
    """Whether the page's own date line was read and cannot be (the future, a negative age)."""
    return any({"future", "clock_ahead"} & set(one.reading.flags) for one in found)


def is_article_frame(element: HtmlElement) -> bool:
    """<footer> and <header> of an article hold its date and author; those of the page do not."""
    return element.tag in ("footer", "header") and any(
        above.tag in ("article", "main") for above in islice(element.iterancestors(), 6)
    )


def is_clock(element: HtmlElement, selector: str = "") -> bool:
    """Whether an element is a live clock or stands in the page's frame: known by place and name.

    Where the last name in `selector` has more than one word (`.bread-crumb-detail__time`), a family means this very
    element: some templates put the date of an article into its breadcrumb or a box called header.
    """
    frame = Zone.CLOCK | Zone.FOOTER | Zone.RELATED | Zone.SIDE | Zone.COMMENT
    named = re.search(r"[A-Za-z0-9][_-]+[A-Za-z0-9][\w-]*\]?$", selector) is not None
    if not named:
        frame |= Zone.NAV
    node: HtmlElement | None = element
    for _ in range(6):
        if node is None or node.tag in ("body", "article", "main"):
            return False
        zone = zone_of_names(names_of(node)) | zone_of_tag(node.tag)
        if zone & frame:
            return True
        if node is element and zone & Zone.HEADER and not named:
            return True
        node = node.getparent()
    return False


def beside_title(context: Context, element: HtmlElement) -> bool:
    """Whether an element stands in the branch of the headline or of the text, not in a list of other articles."""
    holder = element.getparent()
    for _ in range(4):
        if holder is None or holder.tag in ("body", "html"):
            return False
        if context.title_element is not None and is_inside(context.title_element, holder):
            return True
        if context.region is not None and is_inside(context.region.element, holder):
            return True
        holder = holder.getparent()
    return False
