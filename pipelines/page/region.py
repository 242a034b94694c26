"""Where the article's text stands: the element that holds its paragraphs.

Belongs here: finding that element by structure, for pages whose family is unknown or whose selectors found nothing.
Does not: cleaning what is inside (`pipelines.page.body`), selectors (`pipelines.page.families`).

Paragraphs vote for the element around them, as in readability; names like `content` and `noidung` add, boxes of links
and comments take away. Then the winner grows to the siblings that hold more of the same text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from pipelines.page.blocks import Block
from pipelines.page.lexicon import CHROME, NOISE, Zone, is_heading_of_comments, is_licence, zone_of_names

_SENTENCE = re.compile(r"[.!?…:;”\"»។]\s*$|[.!?…។]\s")  # "។" ends sentences in Khmer
_LEVELS: Final = 30
MIN_TEXT: Final = 140
"""A region with less running text than this is no text of an article (a notice, a list of links)."""
MIN_LINES: Final = 20
"""Letters before the comments of a page of short lines."""


@dataclass(frozen=True, slots=True)
class Region:
    """The element that holds the text, how sure that is (0 to 1), and how it was found."""

    element: HtmlElement
    confidence: float
    origin: str  # selector, microdata, structure
    where: str = ""


def find_region(blocks: Sequence[Block], title: HtmlElement | None = None) -> Region | None:
    """The region of running text among the blocks of a whole page, or None where no paragraph looks like text.

    `title`, the element of the headline if it is known, breaks ties: text that follows it in the same branch is
    preferred.
    """
    votes = _vote(_without_comments(blocks, title, text_weight, MIN_TEXT), text_weight)
    if votes.total < MIN_TEXT and title is not None:
        # Verse and short notices: many short lines count where long ones are missing.
        votes = _vote(_without_comments(_behind(blocks, title), None, _unlinked, MIN_LINES), _line_weight)
    if votes.total < MIN_TEXT:
        return None
    heads = set(title.iterancestors()) if title is not None else set()
    best, best_score = None, 0.0
    for node, score in votes.scores.items():
        value = score * _name_factor(node, votes.amounts[node], votes.total)
        if heads and any(parent in heads and parent.tag not in ("body", "html") for parent in node.iterancestors()):
            value *= 1.25
        if value > best_score:
            best, best_score = node, value
    if best is None:
        return None
    best = _own_story(_grow(best, votes), title, votes)
    share_of_page = votes.amounts[best] / votes.total
    return Region(best, round(min(0.9, 0.3 + 0.6 * share_of_page), 2), "structure", describe(best))


@dataclass(slots=True)
class _Votes:
    """What the blocks of a page say about the elements above them."""

    scores: dict[HtmlElement, float]
    amounts: dict[HtmlElement, int]  # letters of running text inside
    linked: dict[HtmlElement, int]  # letters of links inside
    total: int


def _vote(blocks: Sequence[Block], weigh: Callable[[Block], int]) -> _Votes:
    votes = _Votes({}, {}, {}, 0)
    shared = _shared(blocks)
    for block in blocks:
        weight = weigh(block)
        if not weight and not block.linked:
            continue
        votes.total += weight
        share = float(weight)
        node: HtmlElement | None = _holder(block, shared)
        for level in range(_LEVELS):
            if node is None:
                break
            votes.linked[node] = votes.linked.get(node, 0) + block.linked
            if weight:
                votes.amounts[node] = votes.amounts.get(node, 0) + weight
                if level < 4:
                    votes.scores[node] = votes.scores.get(node, 0.0) + share
                    share *= 0.55 if level else 0.7
            node = node.getparent()
    return votes


def _behind(blocks: Sequence[Block], title: HtmlElement) -> Sequence[Block]:
    position = next((index for index, block in enumerate(blocks) if block.element is title), None)
    return blocks if position is None else blocks[position + 1 :]


def _without_comments(
    blocks: Sequence[Block], title: HtmlElement | None, weigh: Callable[[Block], int], least: int
) -> Sequence[Block]:
    """The blocks up to the heading of readers' comments, which may be longer than the article, where text that weighs
    `least` stands before it.
    """
    started, text = title is None, 0
    for index, block in enumerate(blocks):
        if block.kind != "text":
            continue
        started = started or block.element is title
        if started and text >= least and block.letters <= 40 and is_heading_of_comments(block.text):
            return blocks[:index]
        text += weigh(block) if started else 0
    return blocks


def _own_story(region: HtmlElement, title: HtmlElement | None, votes: _Votes) -> HtmlElement:
    """The story of the headline, where the region holds others in boxes of the same make: pages that go on with the
    next article.
    """
    for box in islice(title.iterancestors(), _LEVELS) if title is not None else ():
        if box is region or box.tag in ("body", "html"):
            break
        names = box.get("class")
        if (names or box.tag == "article") and votes.amounts.get(box, 0) >= MIN_TEXT:
            for other in islice(box.itersiblings(box.tag), 20):
                if other.get("class") == names and votes.amounts.get(other, 0) >= MIN_TEXT:
                    return box if any(above is region for above in box.iterancestors()) else region
    return region


def _unlinked(block: Block) -> int:
    return block.unlinked


def _line_weight(block: Block) -> int:
    """As `text_weight`, for pages without running text: every line that is neither link nor label counts."""
    if block.kind != "text" or block.zone & NOISE or block.linked or block.letters < 8:
        return 0
    return 0 if is_licence(block.text) else block.letters


def text_weight(block: Block) -> int:
    """Letters of running text in a block; 0 for links, labels and what stands in the page's frame."""
    if block.kind != "text" or block.zone & CHROME or block.unlinked < 40:
        return 0
    if block.linked > 0.5 * block.letters:
        return 0
    if block.unlinked < 400 and is_licence(block.text):
        return 0
    if block.unlinked < 90 and not _SENTENCE.search(block.text):
        return block.unlinked // 4 if block.tag == "p" else 0
    return min(block.unlinked, 1200)


def _shared(blocks: Sequence[Block]) -> set[HtmlElement]:
    """Elements that hold several blocks of text themselves, parted by <br> or by boxes."""
    seen: set[HtmlElement] = set()
    shared: set[HtmlElement] = set()
    for block in blocks:
        if block.kind == "text":
            (shared if block.element in seen else seen).add(block.element)
    return shared


def _holder(block: Block, shared: set[HtmlElement]) -> HtmlElement:
    """The element for which a block's text counts: the one around its paragraph."""
    element = block.element
    if element in shared or element.tag in ("td", "article", "section", "body"):
        return element
    parent = element.getparent()
    return element if parent is None or element.tag == "body" else parent


def _name_factor(node: HtmlElement, amount: int, total: int) -> float:
    zone = 0
    attrib = node.attrib
    if attrib:
        zone = zone_of_names(f"{attrib.get('class', '')} {attrib.get('id', '')}")
    factor = 1.0
    if zone & Zone.BODY or node.tag == "article":
        factor *= 1.25
    if attrib.get("itemprop") == "articleBody":
        factor *= 2.0
    if zone & (Zone.COMMENT | Zone.RELATED | Zone.POPUP | Zone.FOOTER | Zone.SIDE) and amount < 0.6 * total:
        factor *= 0.3
    return factor


def _grow(node: HtmlElement, votes: _Votes) -> HtmlElement:
    """The nearest ancestor that adds at least a quarter of text to `node` and few links, as long as there is one."""
    while True:
        for parent in islice(node.iterancestors(), 3):
            if parent.tag in ("body", "html"):
                return node
            added = votes.amounts.get(parent, 0) - votes.amounts[node]
            links = votes.linked.get(parent, 0) - votes.linked.get(node, 0)
            if added > 0.25 * votes.amounts[node] and links < 0.5 * added:
                node = parent
                break
        else:
            return node


def describe(element: HtmlElement) -> str:
    """A short name of an element for people: tag, id and first classes."""
    ident = element.get("id")
    classes = ".".join((element.get("class") or "").split()[:2])
    return f"{element.tag}{'#' + ident if ident else ''}{'.' + classes if classes else ''}"
