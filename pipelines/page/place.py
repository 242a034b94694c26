"""Where a page's text is taken from: selectors, `articleBody`, structure; where little is displayed, the data that the
page keeps for its scripts.

Belongs here: the order of those, and what trafilatura is asked about the edges of a region. Does not: finding a region
by structure (`region`) or in data (`state`), sorting what is inside (`body`).
"""

from __future__ import annotations

from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from pipelines.page.blocks import Block, Walk, join_labels
from pipelines.page.body import Parts, is_running
from pipelines.page.context import Context
from pipelines.page.credits import author_boxes
from pipelines.page.library import library_paragraphs
from pipelines.page.polls import polls
from pipelines.page.region import Region, describe, find_region, text_weight
from pipelines.page.state import find_article
from pipelines.page.tree import is_inside, letters_of
from pipelines.text import search_key

MAX_ROWS: Final = 40
"""Rows of a table that are looked at for its shape."""


def choose_region(context: Context) -> bool:
    """Sets the region of the page; whether a selector found it."""
    picked = context.pick("body")
    for least in (200, 60, 0):  # the table of the headline may have the class of the table of the text
        for element, where in picked:
            if (letters_of(element, 200) >= least) if least else (element.find(".//img") is not None):
                context.region = Region(element, 0.97, "selector", where)
                return True
    for element in context.page.index.attributes.get(("itemprop", "articleBody"), ()):
        if letters_of(element, 100) >= 100:
            context.region = Region(element, 0.92, "microdata", "[itemprop=articleBody]")
            return False
    context.region = find_region(context.blocks, context.title_element) or _region_of_little(context)
    shown = sum(text_weight(block) for block in region_blocks(context))
    told = find_article(context.page, context.meta, shown)
    if told is not None and shown < 0.6 * told.letters:
        context.region = Region(told.element, 0.85, "state", told.where)
        context.meta.article = {**told.statement, **context.meta.article}
    return False


def _region_of_little(context: Context) -> Region | None:
    """The box round headline and table where a page says all it says in one: prices, draws, results; or round headline
    and player, or headline and one large picture that is no link, as of an infographic.
    """
    title = context.title_element
    for box in islice(title.iterancestors("div", "td", "section", "article", "main"), 2) if title is not None else ():
        for table in islice(box.iterdescendants("table"), 4):
            rows = [row for row in islice(table.iter("tr"), MAX_ROWS) if len(row) >= 2]
            if len(rows) >= 3 and not is_inside(title, table) and table.find(".//a") is None:
                return Region(box, 0.5, "structure", describe(box))
        if box.find(".//ul") is not None:
            continue
        if next(box.iterdescendants("video", "audio", "iframe"), None) is not None:
            return Region(box, 0.5, "structure", describe(box))
        if context.meta.is_article and box.find(".//p") is not None:
            pictures = islice(box.iterdescendants("img"), 4)
            if any(not is_inside(title, one) and one.getparent().tag != "a" for one in pictures):
                return Region(box, 0.5, "structure", describe(box))
    return None


def region_blocks(context: Context) -> list[Block]:
    """The blocks of the region, without what selectors know as something else than text."""
    region = context.region
    if region is None:
        return []
    walked = Walk(region.element, _not_text(context, region.element))
    if walked.cut:
        context.flag("cut_off")
    return join_labels(walked.blocks)


def _not_text(context: Context, region: HtmlElement) -> set[HtmlElement]:
    """Elements inside the region that selectors know as something else than text."""
    found = {element for element in context.pick_all("drop") if element is not region}
    for name in ("byline", "source", "tags"):
        for element, _ in context.pick(name):
            if letters_of(element, 160) <= 160 and is_inside(element, region):
                found.add(element)
    found |= polls(context.page, region)
    boxes = author_boxes(context.page, region)
    context.author_links = [link for _, link in boxes]
    return found.union(box for box, _ in boxes)


def title_anchor(context: Context, from_selector: bool) -> int | None:
    """The first running text of the region among all blocks, where the page was walked (no selector knew the text):
    a region may hold more than the text in front.
    """
    if context.region is None or (from_selector and context.pick("title")):
        return None
    inside = set(context.region.element.iter())
    mine = [index for index, block in enumerate(context.blocks) if block.element in inside]
    return next((index for index in mine if is_running(context.blocks[index])), mine[0] if mine else None)


def second_opinion(parts: Parts, region: Region) -> None:
    """Drops lines at the edges of an unknown page's text that are no sentences and that the library leaves out
    too.
    """
    running = [index for index, block in enumerate(parts.text) if is_running(block)]
    if not running:
        return
    doubtful = [
        index
        for index, block in enumerate(parts.text)
        if not running[0] <= index <= running[-1] and not block.is_heading and block.row is None
    ]
    kept = library_paragraphs(region.element) if doubtful else []
    if not kept:
        return
    joined = search_key(" ".join(kept))
    found = sum(1 for index in running if search_key(parts.text[index].text)[:60] in joined)
    if found < 0.6 * len(running):
        return
    for index in reversed(doubtful):
        block = parts.text[index]
        if search_key(block.text) not in joined:
            parts.dropped.append((block, "no sentence at the edge, left out by trafilatura too"))
            del parts.text[index]
