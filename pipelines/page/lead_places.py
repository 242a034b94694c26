"""Where a page shows its lead: a selector's element, the page's data, microdata, between headline and text, the first
paragraph.

Belongs here: the order of those places. Does not: what makes a line a lead, and the mark before it (`lead`).
"""

from __future__ import annotations

from html import escape

from lxml.html import HtmlElement

from pipelines.page.blocks import Block, Walk
from pipelines.page.body import Parts
from pipelines.page.context import Context
from pipelines.page.lead import MIN_LEAD, first_paragraph_lead, front_lead, join_lead, tells_about
from pipelines.page.marks import split_mark
from pipelines.page.moments import is_date_line
from pipelines.page.tree import is_inside, parse_fragment
from pipelines.text import clean, search_key


def find_lead(context: Context, parts: Parts) -> tuple[list[Block], str]:
    """The blocks of the lead and where they stood; takes them out of the text."""
    for element, where in context.pick("lead"):
        key = search_key(context.title)
        walked = Walk(element, context.pick_all("drop")).blocks
        blocks = [b for b in walked if b.kind == "text" and search_key(b.text) != key]
        credited = [b for b in blocks[1:] if tells_about(context, b)]
        blocks = [b for b in blocks if not any(b is one for one in credited)]
        if len(join_lead(blocks)) >= 15:
            _remove_inside(parts, element)
            if context.region is not None and is_inside(element, context.region.element):
                parts.bylines[:0] = [b for b in credited if not is_date_line(b.text, context.fetched_at)]
            return blocks, f"selector {where}"
    if context.region is not None and context.region.origin == "state":
        told = clean(context.meta.ld("description"))
        element = parse_fragment(escape(told)) if len(told) >= MIN_LEAD else None
        if element is not None:
            return Walk(element).blocks, "state description"
    for element in context.page.index.attributes.get(("itemprop", "description"), ()):
        if element.tag == "meta":
            continue
        blocks = [block for block in Walk(element).blocks if block.kind == "text"]
        if len(join_lead(blocks)) >= 40:
            _remove_inside(parts, element)
            return blocks, "microdata [itemprop=description]"
    found = front_lead(context, context.around.between)
    if found is not None:
        return found[0], f"text {found[1]}"
    found = first_paragraph_lead(context, parts.text, len(parts.captions))
    if found is not None:
        taken = {id(block) for block in found[0]}
        first = next((index for index, block in enumerate(parts.text) if id(block) in taken), 0)
        parts.dropped += [(block, "above the lead") for block in parts.text[:first]]
        parts.text = [block for block in parts.text[first:] if id(block) not in taken]
        return found[0], f"structure {found[1]}"
    return [], ""


def lead_text(context: Context, blocks: list[Block], how: str, parts: Parts) -> tuple[str | None, str | None]:
    """The lead and the outlet's mark before it. `how`: where it stood."""
    if not blocks:
        return None, None
    text = join_lead(blocks)
    mark, plain = split_mark(text, context.outlet_names)
    if not plain:
        return None, mark
    origin, _, where = how.partition(" ")
    confidence = {"selector": 0.95, "microdata": 0.85, "text": 0.75, "structure": 0.7}.get(origin, 0.6)
    context.won("lead", origin, confidence)
    context.witness("lead", plain, text, origin, where, confidence, chosen=True, reason="displayed before the text")
    key = search_key(plain)
    if parts.text and search_key(parts.text[0].text) in (key, search_key(text)):
        parts.text.pop(0)
    return plain, mark


def _remove_inside(parts: Parts, element: HtmlElement) -> None:
    """Takes the blocks of a lead that stands inside the region out of the text."""
    inside = set(element.iter())
    parts.text = [block for block in parts.text if block.element not in inside]
    parts.bylines = [block for block in parts.bylines if block.element not in inside]
