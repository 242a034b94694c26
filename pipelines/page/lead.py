"""The lead (sapo): the line between headline and text, or the first paragraph set apart from the text.

Belongs here: which lines are the lead. Does not: the outlet's mark before it (`pipelines.page.marks`), the headline,
and the description tag as a lead of its own: where the page displays no lead, there is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from pipelines.page.blocks import Block
from pipelines.page.body import is_running
from pipelines.page.context import Context
from pipelines.page.lexicon import Zone, is_junk, is_related_heading
from pipelines.page.marks import is_own_mark, split_mark
from pipelines.page.moments import is_date_line
from pipelines.page.tree import is_inside
from pipelines.people import looks_like_byline
from pipelines.text import clean, search_key

MIN_LEAD: Final = 30
MAX_LEAD: Final = 1600
MIN_FRONT: Final = 45
"""Letters of a plain sentence between headline and text that is a lead."""
_TYPED = re.compile(r"mso|^rte|^ms-|^text-|align|justify|^has-|^wp-|^p\d+$|^s\d+$|first|drop|indent", re.I)
"""Classes that editors leave in what is typed into them."""


def _opens_with_own_mark(text: str, context: Context) -> bool:
    mark, _ = split_mark(text, context.outlet_names)
    return mark is not None and is_own_mark(mark, context.outlet_names)


def tells_about(context: Context, block: Block) -> bool:
    """Whether a line in the box of the lead is a byline or a date line."""
    if len(block.text) > 120:
        return False
    return looks_like_byline(block.text, outlet_names=context.outlet_names) or is_date_line(
        block.text, context.fetched_at
    )


def join_lead(blocks: Sequence[Block]) -> str:
    """The blocks of a lead as one line, without pointers to other articles at its end."""
    kept = [
        block.text
        for block in blocks
        if not (block.is_link and block.letters >= 12)
        and not is_junk(block.text)
        and not is_related_heading(block.text)
    ]
    return clean(" ".join(kept))


def front_lead(context: Context, blocks: Sequence[Block]) -> tuple[list[Block], str] | None:
    """The lead among `blocks`, which stand between headline and text: (its blocks, how it was known), or None."""
    description = _key(clean(context.meta.first("description", "og:description")))
    best: tuple[list[Block], str] | None = None
    for index, block in enumerate(blocks):
        if block.kind != "text" or block.linked > 0.5 * block.letters or len(block.text) > MAX_LEAD:
            continue
        group = [one for one in _same_element(blocks, index) if one is block or not tells_about(context, one)]
        text = join_lead(group)
        if len(text) < MIN_LEAD or tells_about(context, block):
            continue
        if block.zone & Zone.LEAD and not block.zone & (Zone.TITLE | Zone.TAGS | Zone.CAPTION):
            return group, "name"
        if best is None and matches_description(text, description, context.outlet_names):
            best = group, "description"
        elif (
            best is None
            and is_running(block)
            and len(text) >= 50
            and (block.is_bold or block.is_heading or block.is_italic)
        ):
            best = group, "bold paragraph after the headline"
        elif best is None and is_running(block) and (len(text) >= MIN_FRONT or _opens_with_own_mark(text, context)):
            best = group, "paragraph between headline and text"
    return best


def first_paragraph_lead(context: Context, text: Sequence[Block], pictures: int = 0) -> tuple[list[Block], str] | None:
    """The lead as first paragraph of the text itself: named so, or set apart in bold, with plain text after it; all the
    text of a gallery with `pictures` captions.
    """
    if not text:
        return None
    named = _named_lead(text)
    if named is not None:
        return named, "name"
    block = text[0]
    group = _same_element(text, 0)
    if len(group) == len(text) and block.zone & Zone.LEAD and pictures >= 3 and len(join_lead(group)) >= MIN_LEAD:
        return group, "the only text of a gallery"
    if len(group) == len(text) or not MIN_LEAD <= len(join_lead(group)) <= MAX_LEAD:
        return None
    if block.zone & Zone.LEAD and block.tag != "tr":
        return group, "name"
    after = next((other for other in text[len(group) :] if not other.is_heading), text[len(group)])
    if block.tag in ("h1", "h2", "h3", "h4", "h5") and is_running(block) and not text[len(group)].is_heading:
        return group, "heading as lead"
    if any(element.tag == "header" for element, _ in block.zones) and is_running(block):
        rest = text[len(group) :]
        if not any(element.tag == "header" for other in rest for element, _ in other.zones):
            return group, "paragraph in the header of the article"
    if _boxed_apart(text, group) and is_running(block):
        description = _key(clean(context.meta.first("description", "og:description")))
        below_headline = (
            context.region is not None
            and context.title_element is not None
            and is_inside(context.title_element, context.region.element)
        )
        marked, _ = split_mark(block.text, context.outlet_names)
        if (
            block.is_bold
            or marked
            or below_headline
            or matches_description(join_lead(group), description, context.outlet_names)
        ):
            return group, "box of its own before the text"
    own = block.element.get("class") if block.tag == "p" else None
    if own and is_running(block) and not any(other.element.get("class") == own for other in text[len(group) :]):
        description = _key(clean(context.meta.first("description", "og:description")))
        if matches_description(join_lead(group), description, context.outlet_names):
            return group, "first paragraph with a name of its own, as described"
    if is_running(block) and _named_beside_headline(context, text, group):
        return group, "first paragraph with a class beside the headline"
    if is_running(block) and _set_apart(text, group):
        return group, "first paragraph of a make of its own"
    if block.linked > 0.3 * block.letters:
        return None
    if block.is_italic and not block.is_bold and is_running(block) and block.letters >= 60:
        slanted = sum(1 for other in text[len(group) :] if other.is_italic and is_running(other))
        return (group, "slanted first paragraph") if not slanted and not after.is_bold else None
    if not block.is_bold or after.is_bold:
        return None
    marked, _ = split_mark(block.text, context.outlet_names)
    if is_running(block) and (block.letters >= 60 or marked):
        return group, "bold first paragraph"
    return None


def _named_lead(text: Sequence[Block]) -> list[Block] | None:
    """A lead named so behind a short line or two that are no sentences: buttons and labels above it."""
    for index, block in enumerate(text[:3]):
        if block.zone & Zone.LEAD and not block.zone & (Zone.TITLE | Zone.TAGS | Zone.CAPTION) and block.tag != "tr":
            group = _same_element(text, index)
            fits = index + len(group) < len(text) and MIN_LEAD <= len(join_lead(group)) <= MAX_LEAD
            return group if index and fits else None
        if is_running(block) or block.is_heading or block.letters > 40:
            return None
    return None


def _named_beside_headline(context: Context, text: Sequence[Block], group: Sequence[Block]) -> bool:
    """Whether the first paragraph stands right among what the template made, headline and date, and has a class as
    they do, while the paragraphs behind it, typed by hand, have none.
    """
    first, parent = group[0], group[0].element.getparent()
    own = first.element.get("class")
    title = context.title_element
    if not own or _TYPED.search(own) or parent is None or title is None or title.getparent() is not parent:
        return False
    rest = [block for block in text[len(group) :] if is_running(block)]
    plain = [block for block in rest if block.element.getparent() is parent and not block.element.get("class")]
    return len(plain) >= 3 and len(plain) == len(rest)


def _set_apart(text: Sequence[Block], group: Sequence[Block]) -> bool:
    """Whether the first paragraph has a class that no other has, while most others share theirs; or stands in one span
    or font of its own among lines parted by <br>.
    """
    first = group[0]
    rest = [block for block in text[len(group) :] if is_running(block)]
    if len(rest) < 3:
        return False
    wrap = _wrapper(first)
    if wrap is not None:
        return not any((found := _wrapper(block)) is not None and found[1] == wrap[1] for block in rest)
    own = first.element.get("class")
    others = [block.element.get("class") for block in rest]
    shared = max(set(others), key=others.count)
    if not own or not shared or own in others or first.element.tag != "p":
        return False
    return others.count(shared) >= 0.7 * len(rest)


def _wrapper(block: Block) -> tuple[HtmlElement, str] | None:
    """The inline element with a class that holds the whole of a line inside a larger block, and that class."""
    for child in islice(block.element.iterchildren("span", "font"), 20):
        name = child.get("class")
        if name and len(child) == 0 and clean(child.text or "") == block.text:
            return child, name
    return None


def _boxed_apart(text: Sequence[Block], group: Sequence[Block]) -> bool:
    """Whether the first paragraph stands in a box of its own and the rest together in another."""
    parent = group[0].element.getparent()
    rest = text[len(group) :]
    if parent is None or len(rest) < 2 or any(block.element.getparent() is parent for block in rest):
        return False
    own = group[0].element
    return not any(above is own for block in rest for above in block.element.iterancestors())


def matches_description(text: str, description_key: str, outlet_names: Sequence[str] = ()) -> bool:
    """Whether `text` is what the description tag says (which may be cut short)."""
    _, plain = split_mark(text, outlet_names)
    key = _key(plain)
    description_key = description_key.rstrip(". …")
    if len(description_key) < 40 or len(key) < 30:
        return False
    return key[:80] in description_key or description_key[-80:] in key or description_key[:60] in key


def _same_element(blocks: Sequence[Block], index: int) -> list[Block]:
    """The block and those after it that stand in the same element (lines parted by <br>) or in one lead box."""
    first = blocks[index]
    box = next((element for element, zone in reversed(first.zones) if zone & Zone.LEAD), None)
    group = [first]
    for block in blocks[index + 1 :]:
        boxed = box is not None and any(element is box for element, _ in block.zones)
        if block.kind != "text" or not (boxed or (block.element is first.element and block.joined)):
            break
        group.append(block)
    return group


def _key(text: str) -> str:
    return search_key(text).replace('"', "").replace("“", "").replace("”", "")
