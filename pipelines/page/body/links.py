"""Links to other articles inside the text: boxes with or without a heading, pointers, teasers with a summary.

Belongs here: telling such links from links that are part of a sentence. Does not: names of boxes (`noise`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from pipelines.page.blocks import Block
from pipelines.page.body.sheet import Sheet
from pipelines.page.lexicon import Zone, is_related_heading
from pipelines.page.tree import is_inside
from pipelines.text import clean, search_key
from pipelines.urls import split_address

_DOCUMENT_LINK = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar)(?:$|[?#])|download|taive|attachment", re.I)
ARTICLE_LINK: Final = re.compile(
    r"\d{4,}|\.(?:html?|aspx?|chn|tpo|vnp|epi|vov|ldo|antd|php)(?:$|[?#])|-[a-z]+-[a-z]+-", re.I
)
_POINTER = re.compile(
    r"^\s*(?:>>|»|➤|►|▶|👉|\+\s*Xem|Xem thêm|Đọc thêm|Mời (?:bạn|quý|độc giả)|XEM THÊM|ĐỌC THÊM)", re.I
)
_BESIDE_LINK = re.compile(
    r"[\s()\[\]|,;:•*·+»>–-]*(?:\d{1,4}[/.:-]\d{1,2}(?:[/.:-]\d{1,4})?[\s()\[\]|,;:–-]*)+(?:AM|PM|SA|CH)?\)?\s*"
)
_TAGS_LABEL = re.compile(r"(?:tags?|tu khoa|hashtag|the|chu de)\s*:?\s")
_BUTTON = re.compile(r"javascript:|sharer|/share\b|/intent/|share\?|zalo\.me/share|/print/|[?&]print=", re.I)
_TEASER_BOXES: Final = frozenset(["div", "section", "article", "aside", "td", "li", "dd", "dt", "blockquote"])
MAX_TEASERS: Final = 60
"""Links of one text whose boxes are looked through for a summary; with more of them, the page is a list."""


class Links:
    """Takes the links to other articles out of a sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._teasers = 0  # links whose box was looked for

    def drop(self) -> None:
        """Boxes of links to other articles inside the text, with or without a heading, and single pointers."""
        alive = self.sheet.alive()
        index = 0
        while index < len(alive):
            block = alive[index]
            if block.kind == "text" and is_related_heading(block.text):
                self.sheet.drop(block, "heading of links")
                box = _box_of(block, alive)
                index += 1
                while index < len(alive):
                    following = alive[index]
                    inside = box is not None and is_inside(following.element, box)
                    linked = following.kind != "text" or following.linked > 0.4 * following.letters
                    if not inside and not linked:
                        break
                    if following.kind != "text" and not inside and not following.links:
                        break
                    self.sheet.drop(following, "link below a heading of links")
                    if following.kind == "text":
                        self._drop_teaser(following, alive[index + 1 : index + 3])
                    index += 1
                    while index < len(alive) and alive[index].order in self.sheet.fate:
                        index += 1
                continue
            if block.kind == "text" and block.linked:
                if block.is_link and block.letters <= 60 and _is_button(block):
                    self.sheet.drop(block, "buttons")
                elif _POINTER.search(block.text) and block.linked > 0.3 * block.letters:
                    self.sheet.drop(block, "pointer")
                elif block.unlinked <= 12 and _TAGS_LABEL.match(search_key(block.text[:20])):
                    self.sheet.drop(block, "key words")
                elif block.zone & Zone.SOURCE and block.letters <= 60 and self.sheet.is_byline(block):
                    pass  # the outlet that the text comes from, with a link to it
                elif block.letters >= 12 and (block.is_link or _is_dated_link(block)) and _leads_elsewhere(block):
                    self.sheet.drop(block, "link to another article")
                    self._drop_teaser(block, alive[index + 1 : index + 3])
            elif block.kind == "image" and block.links and index + 1 < len(alive) and alive[index + 1].is_link:
                self.sheet.drop(block, "image of a link")
            index += 1

    def _drop_teaser(self, link: Block, following: Sequence[Block]) -> None:
        """The summary of another article, which stands with the link to it in a box or cell of its own."""
        self._teasers += 1
        if self._teasers > MAX_TEASERS or not any(block.kind == "text" for block in following):
            return
        texts = [block for block in self.sheet.blocks if block.kind == "text"]
        inside = self._teaser_box(link, texts)
        for block in following:
            if block.kind == "text" and any(block is one for one in inside):
                self.sheet.drop(block, "summary below a link to another article")

    def _teaser_box(self, link: Block, texts: Sequence[Block]) -> list[Block]:
        """The blocks of the largest box that the link opens and that holds little: a cell, an item, a box or two around
        it.
        """
        boxes = [link.element, *islice(link.element.iterancestors(), 2)]
        holder = link.cell if link.cell is not None else link.item
        if holder is not None and not any(holder is box for box in boxes):
            boxes.append(holder)
        best: list[Block] = []
        for box in boxes:
            if box.tag not in _TEASER_BOXES or any(block.element is box for block in texts if block is not link):
                continue
            inside = [block for block in texts if is_inside(block.element, box)]
            if len(inside) > 4 or sum(block.letters for block in inside) > 0.4 * self.sheet.letters:
                break
            opens = next((block for block in inside if not block.is_link and not is_related_heading(block.text)), None)
            if opens is None or opens.order > link.order:
                best = inside
        return best


def _is_dated_link(block: Block) -> bool:
    """Whether a line is a link with nothing but a day or a clock beside it, as lists of other articles have them."""
    if block.linked < 0.5 * block.letters or block.unlinked > 24:
        return False
    beside = block.text
    for link in block.links:
        beside = beside.replace(clean("".join(link.itertext())), " ")
    return _BESIDE_LINK.fullmatch(beside) is not None


def _is_button(block: Block) -> bool:
    """Whether all links of a line share, print or send the page."""
    hrefs = [(link.get("href") or "").strip() for link in block.links]
    acts = [href for href in hrefs if _BUTTON.search(href)]
    return bool(acts) and all(href in acts or not href or href.startswith(("#", "mailto:")) for href in hrefs)


def _leads_elsewhere(block: Block) -> bool:
    for link in block.links:
        href = (link.get("href") or "").strip()
        if not href or href.startswith(("mailto:", "tel:")) or _DOCUMENT_LINK.search(href):
            return False
        path = split_address(href).path if href.startswith(("http://", "https://", "//")) else href
        if href.startswith("#") or not ARTICLE_LINK.search(path):
            return block.item is not None or block.is_heading
    return bool(block.links)


def _box_of(heading: Block, blocks: Sequence[Block]) -> HtmlElement | None:
    """The box around a heading of links: its parent, if most of what the parent holds is links."""
    parent = heading.element.getparent()
    if heading.element.tag in ("div", "td", "section", "aside"):
        parent = heading.element
    if parent is None:
        return None
    letters = linked = 0
    for block in blocks:
        if block.kind == "text" and block is not heading and is_inside(block.element, parent):
            letters += block.letters
            linked += block.linked
    return parent if letters and linked > 0.6 * letters else None
