"""Boxes that introduce an author: in the region, where they are no text, and below it, where they may name one.

Belongs here: finding such boxes. Does not: taking them out of the text (`pipelines.page.place`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from pipelines.page.context import Context, text_of
from pipelines.page.credits.found import Found, find_in
from pipelines.page.credits.links import AUTHOR_PAGE, MAX_LINKS
from pipelines.page.lexicon import CHROME, Zone, zone_of_names
from pipelines.page.tree import Page, is_inside, letters_of, names_of

_DAY = re.compile(r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2,4}")

MAX_BOX: Final = 400
"""Letters of an author's box: name, office, a line or two about the person."""


def author_boxes(page: Page, region: HtmlElement) -> list[tuple[HtmlElement, HtmlElement]]:
    """(box, link with the name) of the boxes inside a region that introduce an author: a link to the author's page
    with a picture or lines about the person, and no date.
    """
    found: list[tuple[HtmlElement, HtmlElement]] = []
    links = (link for link in page.index.tags.get("a", ()) if AUTHOR_PAGE.search(link.get("href") or ""))
    for link in islice(links, MAX_LINKS):
        if letters_of(link, 61) > 60 or not is_inside(link, region):
            continue
        best: HtmlElement | None = None
        for above in islice(link.iterancestors(), 5):
            if above is region or above.tag in ("body", "article", "main") or letters_of(above, MAX_BOX) > MAX_BOX:
                break
            if above.tag not in ("div", "section", "aside"):
                continue
            if above.find(".//img") is not None or above.find(".//p") is not None:
                best = above
        if best is not None and not _DAY.search(text_of(best)):
            found.append((best, link))
    if not found:
        found = list(_named_boxes(region))
    return found


def _named_boxes(region: HtmlElement) -> Iterator[tuple[HtmlElement, HtmlElement]]:
    """(box, heading) of boxes named after the author that hold a picture, a name as heading and lines about them."""
    for box in islice(region.iterdescendants("div", "section", "aside"), MAX_LINKS):
        if not zone_of_names(names_of(box)) & Zone.AUTHOR or box.find(".//img") is None:
            continue
        heading = next(islice(box.iterdescendants("h2", "h3", "h4", "h5", "strong", "b"), 1), None)
        if heading is None or box.find(".//p") is None or letters_of(heading, 61) > 60:
            continue
        if letters_of(box, MAX_BOX) <= MAX_BOX and not _DAY.search(text_of(box)):
            yield box, heading


def boxes_below(context: Context) -> list[Found]:
    """Names in a box below the text that says by its own name that it holds the author, as modern templates do."""
    return [
        find_in(context, block.text, "text", "author's box below the text", 0.65)
        for block in context.around.after[:6]
        if block.kind == "text"
        and len(block.text) <= 80
        and block.zone & Zone.AUTHOR
        and not block.zone & (CHROME | Zone.COMMENT | Zone.RELATED | Zone.TAGS)
    ]
