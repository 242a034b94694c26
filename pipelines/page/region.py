"""Where the article's text stands: the element that holds its paragraphs.

Belongs here: finding that element by structure, for pages whose family is unknown or whose selectors found nothing.
Does not: cleaning what is inside (`pipelines.page.body`), selectors (`pipelines.page.families`).

Paragraphs vote for the element around them, as in readability; names like `content` and `noidung` add, boxes of links
and comments take away. Then the winner grows to the siblings that hold more of the same text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement

from pipelines.page.blocks import Block
from pipelines.page.lexicon import CHROME, Zone, zone_of_names

_SENTENCE = re.compile(r"[.!?…:;”\"»]\s*$|[.!?…]\s")
MIN_TEXT: Final = 140
"""A region with less running text than this is no text of an article (a notice, a list of links)."""


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
    scores: dict[HtmlElement, float] = {}
    amounts: dict[HtmlElement, int] = {}
    total = 0
    shared = _shared(blocks)
    for block in blocks:
        weight = text_weight(block)
        if not weight:
            continue
        total += weight
        holder = _holder(block, shared)
        share = float(weight)
        node: HtmlElement | None = holder
        level = 0
        while node is not None:
            amounts[node] = amounts.get(node, 0) + weight
            if level < 4:
                scores[node] = scores.get(node, 0.0) + share
                share *= 0.55 if level else 0.7
            level += 1
            node = node.getparent()
    if total < MIN_TEXT:
        return None
    heads = set(title.iterancestors()) if title is not None else set()
    best, best_score = None, 0.0
    for node, score in scores.items():
        value = score * _name_factor(node, amounts[node], total)
        if heads and any(parent in heads and parent.tag not in ("body", "html") for parent in node.iterancestors()):
            value *= 1.25
        if value > best_score:
            best, best_score = node, value
    if best is None:
        return None
    best = _grow(best, amounts)
    share_of_page = amounts[best] / total
    return Region(best, round(min(0.9, 0.3 + 0.6 * share_of_page), 2), "structure", describe(best))


def text_weight(block: Block) -> int:
    """Letters of running text in a block; 0 for links, labels and what stands in the page's frame."""
    if block.kind != "text" or block.zone & CHROME or block.unlinked < 40:
        return 0
    if block.linked > 0.5 * block.letters:
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


def _grow(node: HtmlElement, amounts: dict[HtmlElement, int]) -> HtmlElement:
    """The nearest ancestor that adds at least a quarter of text to `node`, as long as there is one that does."""
    while True:
        for parent in list(node.iterancestors())[:3]:
            if parent.tag in ("body", "html"):
                return node
            if amounts.get(parent, 0) > 1.25 * amounts[node]:
                node = parent
                break
        else:
            return node


def describe(element: HtmlElement) -> str:
    """A short name of an element for people: tag, id and first classes."""
    ident = element.get("id")
    classes = ".".join((element.get("class") or "").split()[:2])
    return f"{element.tag}{'#' + ident if ident else ''}{'.' + classes if classes else ''}"
