"""The lines before and after the running text: dates, bylines, the signature of an official text.

Belongs here: where such lines stand. Does not: reading them (`pipelines.page.credits`, `pipelines.page.moments`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipelines.page.blocks import Block
from pipelines.page.body.lines import DATE_LIKE, FULL_STOP, announces, is_running, tells_about_document
from pipelines.page.body.sheet import Sheet
from pipelines.page.lexicon import Zone
from pipelines.text import search_key

_SIGNATURE = re.compile(
    r"^(?:TM|KT|TL|TUQ|T/M)\.?\s+[A-ZĐÀ-Ỹ]"
    r"|^(?:PHÓ |TỔNG )?(?:CHỦ TỊCH|GIÁM ĐỐC|BÍ THƯ|BỘ TRƯỞNG|THỨ TRƯỞNG|CHÁNH VĂN PHÒNG|TRƯỞNG (?:BAN|PHÒNG|ĐOÀN|TRẠM)"
    r"|HIỆU TRƯỞNG|VIỆN TRƯỞNG|CỤC TRƯỞNG|CHI CỤC TRƯỞNG|TRƯỞNG CÔNG AN|CHỈ HUY TRƯỞNG|CHÁNH THANH TRA|THỦ TRƯỞNG)\b"
)
_OUTLET_IN_BRACKETS = re.compile(r"\((?:báo|tạp chí|theo|nguồn)\s[^()]+\)$", re.I)
MAX_ASKED: Final = 400
"""Short lines per page that the grammar of bylines is asked about; verse and lists have many."""


class Edges:
    """Takes date lines, bylines and signatures out of a sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._asked = 0  # lines shown to the grammar of bylines

    def find(self) -> None:
        """Date lines and bylines before and after the running text, signatures below official texts."""
        alive = [block for block in self.sheet.alive() if block.kind == "text"]
        first = next((i for i, block in enumerate(alive) if is_running(block) or announces(block)), len(alive))
        last = next((i for i in range(len(alive) - 1, -1, -1) if is_running(alive[i])), -1)
        lead, first = first, _behind_lead(alive, first)
        if last < 0:
            # verse, tables, pictures: the lines at either end may still be date and byline
            first, last = min(1, len(alive)), max(0, len(alive) - 3)
        credited = False  # a byline stands below the text: what else stands there is none of it
        for index, block in enumerate(alive):
            if block.letters > 140 or tells_about_document(block):
                continue
            if index == lead < first:
                continue
            edge = index < first or index > last
            if edge and block.letters <= 90 and DATE_LIKE.search(block.text) and self.sheet.is_date(block.text):
                (self.sheet.parts.dates if index < first else self.sheet.parts.end_dates).append(block)
                self.sheet.drop(block, "date line")
            elif index > last and last >= 0 and (_SIGNATURE.search(block.text) or self.sheet.parts.signature):
                self.sheet.parts.signature = True
                self.sheet.drop(block, "signature")
            elif self._is_credit_line(alive, index, first, last):
                self.sheet.parts.bylines.append(block)
                self.sheet.parts.item_bylines += first < index < last
                self.sheet.drop(block, "byline")
                credited = index > last >= 0
            elif credited and self._tells_outlet(alive, index):
                block.zone |= Zone.SOURCE
                self.sheet.parts.bylines.append(block)
                self.sheet.drop(block, "byline")
            elif credited and block.table is None and not FULL_STOP.search(block.text):
                self.sheet.drop(block, "below the byline")

    def _tells_outlet(self, alive: list[Block], index: int) -> bool:
        """Whether a line right below "Theo A", or in brackets below "A", is the outlet that A wrote for."""
        block, above = alive[index], self.sheet.parts.bylines[-1]
        if alive[index - 1] is not above:
            return False
        if block.joined and _OUTLET_IN_BRACKETS.match(block.text):
            return block.letters <= 40
        if not search_key(above.text[:8]).startswith("theo "):
            return False
        return block.letters <= 40 and block.text[0].isupper() and not block.linked and not FULL_STOP.search(block.text)

    def _is_credit_line(self, alive: list[Block], index: int, first: int, last: int) -> bool:
        block = alive[index]
        self._asked += 1
        if self._asked > MAX_ASKED:
            return False
        if first < index < last:
            # inside the text only what is set apart to the right: bylines below the items of "Tin vắn"
            return block.align == "right" and block.letters <= 60 and self.sheet.is_byline(block)
        if index <= first and index > 3:
            return False
        if first > index > 0 and is_running(alive[0]) and not _set_as_credit(block):
            return False
        if block.is_heading and not block.align:
            return False
        return self.sheet.is_byline(block) or (
            index > last and (block.is_bold or block.is_italic) and self.sheet.signs(block)
        )


def _behind_lead(alive: Sequence[Block], first: int) -> int:
    """Where the text begins behind a lead that stands in the region with a line or two below it: author and date."""
    if first >= len(alive):
        return first
    block = alive[first]
    headed = any(element.tag == "header" for element, _ in block.zones)
    if not (block.is_heading or block.is_bold or block.is_italic or block.zone & Zone.LEAD or headed):
        return first
    second = next((i for i in range(first + 1, min(len(alive), first + 5)) if is_running(alive[i])), first)
    return second if second - first > 1 else first


def _set_as_credit(block: Block) -> bool:
    """Whether a short line below the lead is set as a credit, and not as a sub-heading that may be a name."""
    if block.is_heading:
        return False
    return (
        block.align == "right"
        or block.is_italic
        or block.tag == "address"
        or bool(block.zone & Zone.AUTHOR)
        or ":" in block.text
    )
