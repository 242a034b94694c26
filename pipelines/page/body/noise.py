"""Blocks that are no text of the article for what they are: named boxes, the headline again, junk lines, an imprint.

Belongs here: rules about the frame of the region. Does not: boxes of links (`links`), captions (`pictures`), bylines
and dates (`edges`).
"""

from __future__ import annotations

import re
from itertools import pairwise

from lxml.html import HtmlElement

from pipelines.page.blocks import Block
from pipelines.page.body.lines import DATE_LIKE, FULL_STOP, is_running, is_scrambled
from pipelines.page.body.sheet import Sheet
from pipelines.page.lexicon import NOISE, Zone, is_heading_of_comments, is_junk, is_licence
from pipelines.text import search_key

_COUNTER = re.compile(r"\d{1,3}\s*/\s*\d{1,3}")  # "3/12" under the pictures of a slide show
_FACT = re.compile(
    r"(?:người (?:đăng|gửi|hỏi|nhập|viết|duyệt)|ngày (?:đăng|gửi|hỏi|trả lời|tạo|viết|xuất bản|cập nhật)|cập nhật"
    r"|thời gian|tác giả|nguồn(?: tin)?|(?:số )?lượt (?:xem|đọc)|chuyên mục|thể loại|lĩnh vực|đơn vị"
    r"|(?:cơ quan|đơn vị) trả lời)\s*:",
    re.I,
)
_OF_QUESTION = re.compile(r"ngày (?:gửi|hỏi)\b", re.I)
_FACT_OF_CREDIT = re.compile(r"(?:tác giả|nguồn(?: tin)?|người viết)\s*:\s*\S", re.I)
_CONTACT = re.compile(r"\b(?:ĐT|điện thoại|tel|fax|e-?mail|địa chỉ)\s*:", re.I)


def drop_zones(sheet: Sheet) -> None:
    """Boxes whose names say noise, unless one holds so much that the name must mean something else."""
    amounts: dict[HtmlElement, int] = {}
    for block in sheet.blocks:
        for element, zone in block.zones:
            if zone & NOISE:
                amounts[element] = amounts.get(element, 0) + block.letters
    if not amounts:
        return
    for block in sheet.blocks:
        for element, zone in block.zones:
            if not zone & NOISE or amounts[element] > 0.5 * sheet.letters:
                continue
            if zone & (Zone.HEADER | Zone.SIDE) and not zone & ~(Zone.HEADER | Zone.SIDE | Zone.TITLE | Zone.BODY):
                continue  # <header> and <aside> of an article hold its title, lead or a box of text
            if zone & Zone.CAPTION and not zone & (Zone.RELATED | Zone.ADS):
                continue
            if zone & NOISE == Zone.WIDGET and block.letters <= 90 and _names_date(sheet, block):
                sheet.parts.dates.append(block)  # a bar of date and buttons
            if element.tag == "footer" and block.letters <= 100 and sheet.is_byline(block):
                continue  # the <footer> of an article names its author or source
            sheet.drop(block, f"its box is named {element.get('class') or element.get('id') or element.tag}")


def _names_date(sheet: Sheet, block: Block) -> bool:
    """Whether a line that stands before all running text is a date line."""
    if block.kind != "text" or not DATE_LIKE.search(block.text):
        return False
    first = next((other.order for other in sheet.blocks if is_running(other)), block.order)
    return block.order < first and sheet.is_date(block.text)


def drop_front(sheet: Sheet) -> None:
    """In a region that holds the headline, what stands before it; and repetitions of the headline at the top."""
    if not sheet.title:
        return
    position = None
    for index, block in enumerate(sheet.blocks):
        if block.kind != "text" or block.order in sheet.fate:
            continue
        if sheet.title_element is not None and block.element is sheet.title_element:
            position = index
            break
    if position is not None:
        above = (block for block in sheet.blocks[:position] if block.kind == "text")
        sheet.parts.front = [block for block in above if block.order not in sheet.fate][-8:]
        for block in sheet.blocks[: position + 1]:
            sheet.drop(block, "before the text")
    top = [block for block in sheet.alive()[:6] if block.kind == "text"]
    for index, block in enumerate(top):
        # A poem may open with the words of its title, on a line among others; an article's paragraph does not.
        alone = not any(other.element is block.element for other in top[1:2])
        repeated = not index and block.tag == "p" and alone and sheet.title.count(" ") >= 4
        if (block.is_heading or position is not None or repeated) and search_key(block.text) == sheet.title:
            sheet.drop(block, "headline again")


def drop_junk(sheet: Sheet) -> None:
    """Buttons, counters and lines in a cipher."""
    for block in sheet.alive():
        counter = block.table is None and _COUNTER.fullmatch(block.text) is not None
        if block.kind == "text" and (counter or is_junk(block.text) or is_scrambled(block.text)):
            sheet.drop(block, "junk line")


def drop_facts(sheet: Sheet) -> None:
    """A table above the text, or pairs of a list of definitions, that tell about the article, a label and a value each:
    its dates are date lines, the author and the source stay for the edges, accounts and counters are nobody's text.
    """
    alive = [block for block in sheet.alive() if block.kind == "text"]
    first = next((block.order for block in alive if is_running(block)), -1)
    rows: dict[HtmlElement, dict[HtmlElement, list[Block]]] = {}
    for block in alive:
        if block.order < first and block.table is not None and block.row is not None:
            rows.setdefault(block.table, {}).setdefault(block.row, []).append(block)
    facts: list[list[Block]] = []
    for table in rows.values():
        if len(table) >= 2 and all(len(row) <= 2 and _FACT.match(row[0].text) for row in table.values()):
            facts += table.values()
    pairs = [[label, value] for label, value in pairwise(alive) if label.tag == "dt" and value.tag == "dd"]
    facts += [pair for pair in pairs if pair[1].letters <= 120 and _FACT.match(pair[0].text)]
    for row in facts:
        label, value = row[0], row[-1]
        if _FACT_OF_CREDIT.match(f"{label.text} {'' if value is label else value.text}"):
            continue
        if value is not label and DATE_LIKE.search(value.text) and sheet.is_date(value.text):
            value.text = f"{label.text} {value.text}"
            if not _OF_QUESTION.match(label.text):
                sheet.parts.dates.append(value)
        for block in row:
            sheet.drop(block, "facts about the article")


def drop_comments(sheet: Sheet) -> None:
    """The comments of readers below the text: from their heading on, where text stands before it."""
    started = False
    for index, block in enumerate(sheet.blocks):
        if block.kind != "text":
            started = started or block.kind in ("image", "video")
        elif started and block.letters <= 40 and block.order not in sheet.fate and is_heading_of_comments(block.text):
            for one in sheet.blocks[index:]:
                sheet.drop(one, "comments of readers")
            return
        else:
            started = started or is_running(block) or block.row is not None


def drop_imprint(sheet: Sheet) -> None:
    """What stands below the last rule of a plain page and tells address or telephone of the outlet, and lines at the
    end that tell its licence and its editor.
    """
    last = [block for block in sheet.alive() if block.kind == "text"][-3:]
    for index, block in enumerate(last):
        if is_licence(block.text):
            for one in last[index:]:
                sheet.drop(one, "imprint")
            break
    rule = max((block.order for block in sheet.blocks if block.kind == "rule" and block.tag == "hr"), default=None)
    if rule is None or not any(is_running(block) for block in sheet.blocks if block.order < rule):
        return
    below = [block for block in sheet.alive() if block.kind == "text" and block.order > rule]
    if len(below) <= 4 and not any(FULL_STOP.search(block.text) for block in below):
        for block in below:
            if _CONTACT.search(block.text):
                sheet.drop(block, "imprint")
