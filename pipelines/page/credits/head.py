"""Names between headline and text, and in the line that holds the date.

Belongs here: bylines above the text, outside the slots that a family of templates names. Does not: those slots
(`slots`), the date itself (`pipelines.page.moments`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from pipelines.page.blocks import Block
from pipelines.page.body import tells_about_document
from pipelines.page.context import Context, text_of
from pipelines.page.credits.found import Found, find_in
from pipelines.page.credits.lines import RANK
from pipelines.page.credits.links import AUTHOR_PAGE, MAX_LINKS, is_author_link
from pipelines.page.lexicon import CHROME, Zone, zone_of_names
from pipelines.page.tree import is_inside, names_of
from pipelines.people import looks_like_byline, parse_byline

_DASHES = re.compile(r"\s+[-–]\s+")

_DATE_PARTS = re.compile(
    r"\s*[|•·]\s*|\s{3,}"
    r"|(?:thứ\s+(?:\w+|\d)|chủ\s+nhật|T[2-7]|CN)?,?\s*(?:ngày\s+)?\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2,4}"
    r"|\d{1,2}\s*(?::|h|giờ)\s*\d{2}(?::\d{2})?(?:\s*(?:AM|PM|SA|CH))?|\(?\b(?:GMT|UTC)\s*\+\s*7\)?",
    re.I,
)

_HOUR_OR_DAY = re.compile(r"\d{1,2}:\d{2}|\b(?:19|20)\d\d\b|\btrước\b")


def front_lines(context: Context, front: Sequence[Block]) -> list[Found]:
    """Bylines among the blocks between headline and text."""
    found: list[Found] = []
    for block in front:
        if block.kind != "text" or len(block.text) > 100 or block.zone & (Zone.TITLE | Zone.NAV | Zone.TAGS):
            continue
        if tells_about_document(block):
            continue
        if block.zone & Zone.LEAD and not looks_like_byline(block.text, outlet_names=context.outlet_names):
            continue  # the box of the lead may hold the byline, too
        if block.zone & CHROME and not block.zone & Zone.AUTHOR and not _beside_headline(context, block):
            continue
        line = looks_like_byline(block.text, outlet_names=context.outlet_names)
        if line and any(AUTHOR_PAGE.search(link.get("href") or "") for link in block.links):
            line = find_in(context, block.text, "text", "", 0.0).names  # "A Biên tập viên" is nobody as a line
        dated = bool(block.zone & Zone.DATE) or _HOUR_OR_DAY.search(block.text) is not None
        mixed = dated or (bool(block.links) and not block.zone & Zone.AUTHOR)
        slot = _author_inside(context, block) if mixed and not line and not is_author_link(block) else None
        if slot is not None:
            one = find_in(context, slot, "text", "author's slot in the date line", 0.75)
            if one.reading.authors:
                found.append(one)
            continue
        named = (bool(block.zone & Zone.AUTHOR) and not block.zone & Zone.DATE) or is_author_link(block)
        if named or line:
            one = find_in(context, block.text, "text", "between headline and text", 0.8 if named else 0.7)
            if one.names or one.reading.flags:
                found.append(one)
    return found


def beside_dates(context: Context, dates: Sequence[Block]) -> list[Found]:
    """Names in elements of their own in the date lines at the top of the region, where it holds the headline."""
    slots = [slot for block in dates[:3] if (slot := _author_inside(context, block)) is not None]
    found = [find_in(context, slot, "text", "author's slot in the date line", 0.75) for slot in slots]
    return [one for one in found if one.reading.authors]


def _beside_headline(context: Context, block: Block) -> bool:
    """Whether all that speaks against a line are boxes that hold the headline too: the <header> of an article."""
    title = context.title_element
    return title is not None and all(is_inside(title, element) for element, zone in block.zones if zone & CHROME)


def _author_inside(context: Context, block: Block) -> str | None:
    """The text of the inline element in a line of author, date and counters that is named after the author, or links
    to the author's page.
    """
    pieces: list[str] = []
    for child in islice(block.element.iterdescendants("a", "span", "b", "strong", "em", "i"), MAX_LINKS):
        text = text_of(child)
        if not 2 < len(text) <= 60 or text == block.text or text not in block.text:
            continue  # elements of the lines around it are found as well where one box holds them all
        linked = child.tag == "a" and AUTHOR_PAGE.search(child.get("href") or "") is not None
        if linked or zone_of_names(names_of(child)) & Zone.AUTHOR:
            return text
        pieces.append(text)
    # Generated class names say nothing: beside a date, an element of the line that is a byline by itself.
    dated = pieces[:4] if _HOUR_OR_DAY.search(block.text) else ()
    for text in dated:
        if looks_like_byline(text, outlet_names=context.outlet_names):
            return text
        if RANK.match(text) and len(parse_byline(text, outlet_names=context.outlet_names).authors) == 1:
            return text
    return None


def in_date_line(context: Context, line: str) -> list[Found]:
    """The last byline in what a date line holds besides its date: at most one."""
    found: list[Found] = []
    for part in _DATE_PARTS.split(line):  # "A - B • 10/10/2026" is signed by two
        for piece in (part, *_DASHES.split(part)):
            piece = piece.strip(" ,;:|-–")
            if len(piece) < 3 or re.search(r"\d", piece) or len(piece) > 80:
                continue
            if looks_like_byline(piece, outlet_names=context.outlet_names):
                found.append(find_in(context, piece, "text", "date line", 0.65))
                break
    return found[-1:]
