"""The blocks of a region, sorted: text of the article, captions, lines about the article, and what is no text at all.

Belongs here: the rules that need several blocks at once (what follows an image, a heading of a box of links, the last
lines). Does not: names and phrases (`lexicon`), the grammar of bylines and dates. Each rule says which kind of page
it serves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Final

from lxml.html import HtmlElement

from pipelines.page.blocks import Block
from pipelines.page.captions import has_credit
from pipelines.page.lexicon import NOISE, Zone, is_junk, is_related_heading, line_key, phrases
from pipelines.text import clean, search_key
from pipelines.urls import split_address

SENTENCE_END: Final = re.compile(r"[.!?…;:]['\"”’»)\]]*$")
FULL_STOP: Final = re.compile(r"(?:[.!?…]['\"”’»)\]]*|[”\"»]\.?)$")
_DOCUMENT_LINK = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar)(?:$|[?#])|download|taive|attachment", re.I)
_ARTICLE_LINK = re.compile(r"\d{4,}|\.(?:html?|aspx?|chn|tpo|vnp|epi|vov|ldo|antd|php)(?:$|[?#])|-[a-z]+-[a-z]+-", re.I)
_POINTER = re.compile(
    r"^\s*(?:>>|»|➤|►|▶|👉|\+\s*Xem|Xem thêm|Đọc thêm|Mời (?:bạn|quý|độc giả)|XEM THÊM|ĐỌC THÊM)", re.I
)
_SIGNATURE = re.compile(
    r"^(?:TM|KT|TL|TUQ|T/M)\.?\s+[A-ZĐÀ-Ỹ]"
    r"|^(?:PHÓ |TỔNG )?(?:CHỦ TỊCH|GIÁM ĐỐC|BÍ THƯ|BỘ TRƯỞNG|THỨ TRƯỞNG|CHÁNH VĂN PHÒNG|TRƯỞNG (?:BAN|PHÒNG|ĐOÀN|TRẠM)"
    r"|HIỆU TRƯỞNG|VIỆN TRƯỞNG|CỤC TRƯỞNG|CHI CỤC TRƯỞNG|TRƯỞNG CÔNG AN|CHỈ HUY TRƯỞNG|CHÁNH THANH TRA|THỦ TRƯỞNG)\b"
)
_DATE_LIKE = re.compile(
    r"\d{1,2}\s*[/.-]\s*\d{1,2}|\d{1,2}:\d{2}|tháng\s+\d|(?:giây|phút|giờ|ngày|tuần)\s+trước\b|\bago\b", re.I
)
_BESIDE_LINK = re.compile(
    r"[\s()\[\]|,;:•*·+»>–-]*(?:\d{1,4}[/.:-]\d{1,2}(?:[/.:-]\d{1,4})?[\s()\[\]|,;:–-]*)+(?:AM|PM|SA|CH)?\)?\s*"
)
_COUNTER = re.compile(r"\d{1,3}\s*/\s*\d{1,3}")  # "3/12" under the pictures of a slide show
_OUTLET_IN_BRACKETS = re.compile(r"\((?:báo|tạp chí|theo|nguồn)\s[^()]+\)$", re.I)
_CONTACT = re.compile(r"\b(?:ĐT|điện thoại|tel|fax|e-?mail|địa chỉ)\s*:", re.I)
_TAGS_LABEL = re.compile(r"(?:tags?|tu khoa|hashtag|the|chu de)\s*:?\s")
_PICTURE_NAMES = re.compile(r"(?:^|[\s_-])(?:figure|photo|image|img|picture|pic|anh|hinh)s?(?:$|[\s_-])", re.I)
_TEASER_BOXES: Final = frozenset(["div", "section", "article", "aside", "td", "li", "dd", "dt", "blockquote"])
_LETTER = re.compile(r"[^\W\d_]")
_MARKED_CAPITAL = re.compile("[ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ]")

_NO_CAPTION: Final = NOISE | Zone.DATE | Zone.AUTHOR | Zone.LEAD | Zone.TITLE

MAX_ASKED: Final = 400
"""Short lines per page that the grammar of bylines is asked about; verse and lists have many."""

MAX_TEASERS: Final = 60
"""Links of one text whose boxes are looked through for a summary; with more of them, the page is a list."""

IsByline = Callable[[Block], bool]
IsDate = Callable[[str], bool]


@dataclass
class Parts:
    """A region's blocks by what they are, each list in reading order."""

    text: list[Block] = field(default_factory=list)
    captions: list[list[Block]] = field(default_factory=list)  # the lines of each caption
    caption_images: list[str] = field(default_factory=list)  # address of the image of each caption
    bylines: list[Block] = field(default_factory=list)
    dates: list[Block] = field(default_factory=list)
    end_dates: list[Block] = field(default_factory=list)  # those below the text
    front: list[Block] = field(default_factory=list)  # what stands above the headline in the same region
    lead: list[Block] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    videos: int = 0
    video_order: int = -1  # where the first of them stands
    dropped: list[tuple[Block, str]] = field(default_factory=list)
    signature: bool = False
    item_bylines: int = 0  # bylines between items of a page of several items


class Sorter:
    """Sorts the blocks of one region. `is_byline` and `is_date` ask the grammars; both are only asked about short
    lines.
    """

    def __init__(
        self,
        blocks: Sequence[Block],
        *,
        title: str = "",
        title_element: HtmlElement | None = None,
        is_byline: IsByline,
        is_date: IsDate,
        signs: IsByline = lambda block: False,
        known: bool = False,
    ) -> None:
        self.blocks = list(blocks)
        self.parts = Parts()
        self._title = search_key(title)
        self._title_element = title_element
        self._is_byline, self._is_date, self._known = is_byline, is_date, known
        self._signs = signs
        self._teasers = 0  # links whose box was looked for
        self._asked = 0  # lines shown to the grammar of bylines
        self._texts: dict[HtmlElement, int] = {}  # lines of text that an element holds itself
        self._plates: set[HtmlElement] = set()  # elements of pictures that have a box with their line
        self._fate: dict[int, str] = {}  # order -> reason for not being text
        self._letters = sum(block.letters for block in self.blocks) or 1

    def sort(self) -> Parts:
        """The parts."""
        self._drop_zones()
        self._drop_front()
        self._drop_junk()
        self._drop_imprint()
        self._drop_links()
        self._find_captions()
        self._find_edges()
        self._collect()
        return self.parts

    def _drop(self, block: Block, why: str) -> None:
        self._fate.setdefault(block.order, why)

    def _alive(self) -> list[Block]:
        return [block for block in self.blocks if block.order not in self._fate]

    def _drop_zones(self) -> None:
        """Boxes whose names say noise, unless one holds so much that the name must mean something else."""
        amounts: dict[HtmlElement, int] = {}
        for block in self.blocks:
            for element, zone in block.zones:
                if zone & NOISE:
                    amounts[element] = amounts.get(element, 0) + block.letters
        if not amounts:
            return
        for block in self.blocks:
            for element, zone in block.zones:
                if not zone & NOISE or amounts[element] > 0.5 * self._letters:
                    continue
                if zone & (Zone.HEADER | Zone.SIDE) and not zone & ~(Zone.HEADER | Zone.SIDE | Zone.TITLE | Zone.BODY):
                    continue  # <header> and <aside> of an article hold its title, lead or a box of text
                if zone & Zone.CAPTION and not zone & (Zone.RELATED | Zone.ADS):
                    continue
                if zone & NOISE == Zone.WIDGET and block.letters <= 90 and self._names_date(block):
                    self.parts.dates.append(block)  # a bar of date and buttons
                if element.tag == "footer" and block.letters <= 100 and self._is_byline(block):
                    continue  # the <footer> of an article names its author or source
                self._drop(block, f"its box is named {element.get('class') or element.get('id') or element.tag}")

    def _names_date(self, block: Block) -> bool:
        """Whether a line that stands before all running text is a date line."""
        if block.kind != "text" or not _DATE_LIKE.search(block.text):
            return False
        first = next((other.order for other in self.blocks if is_running(other)), block.order)
        return block.order < first and self._is_date(block.text)

    def _drop_front(self) -> None:
        """In a region that holds the headline, what stands before it; and repetitions of the headline at the top."""
        if not self._title:
            return
        position = None
        for index, block in enumerate(self.blocks):
            if block.kind != "text" or block.order in self._fate:
                continue
            if self._title_element is not None and block.element is self._title_element:
                position = index
                break
        if position is not None:
            above = (block for block in self.blocks[:position] if block.kind == "text")
            self.parts.front = [block for block in above if block.order not in self._fate][-8:]
            for block in self.blocks[: position + 1]:
                self._drop(block, "before the text")
        top = [block for block in self._alive()[:6] if block.kind == "text"]
        for index, block in enumerate(top):
            # A poem may open with the words of its title, on a line among others; an article's paragraph does not.
            alone = not any(other.element is block.element for other in top[1:2])
            repeated = not index and block.tag == "p" and alone and self._title.count(" ") >= 4
            if (block.is_heading or position is not None or repeated) and search_key(block.text) == self._title:
                self._drop(block, "headline again")

    def _drop_junk(self) -> None:
        for block in self._alive():
            counter = block.table is None and _COUNTER.fullmatch(block.text) is not None
            if block.kind == "text" and (counter or is_junk(block.text) or is_scrambled(block.text)):
                self._drop(block, "junk line")

    def _drop_imprint(self) -> None:
        """What stands below the last rule of a plain page and tells address or telephone of the outlet."""
        rule = max((block.order for block in self.blocks if block.kind == "rule" and block.tag == "hr"), default=None)
        if rule is None or not any(is_running(block) for block in self.blocks if block.order < rule):
            return
        below = [block for block in self._alive() if block.kind == "text" and block.order > rule]
        if len(below) <= 4 and not any(FULL_STOP.search(block.text) for block in below):
            for block in below:
                if _CONTACT.search(block.text):
                    self._drop(block, "imprint")

    def _drop_links(self) -> None:
        """Boxes of links to other articles inside the text, with or without a heading, and single pointers."""
        alive = self._alive()
        index = 0
        while index < len(alive):
            block = alive[index]
            if block.kind == "text" and is_related_heading(block.text):
                self._drop(block, "heading of links")
                box = _box_of(block, alive)
                index += 1
                while index < len(alive):
                    following = alive[index]
                    inside = box is not None and _inside(following.element, box)
                    linked = following.kind != "text" or following.linked > 0.4 * following.letters
                    if not inside and not linked:
                        break
                    if following.kind != "text" and not inside and not following.links:
                        break
                    self._drop(following, "link below a heading of links")
                    if following.kind == "text":
                        self._drop_teaser(following, alive[index + 1 : index + 3])
                    index += 1
                    while index < len(alive) and alive[index].order in self._fate:
                        index += 1
                continue
            if block.kind == "text" and block.linked:
                if _POINTER.search(block.text) and block.linked > 0.3 * block.letters:
                    self._drop(block, "pointer")
                elif block.unlinked <= 12 and _TAGS_LABEL.match(search_key(block.text[:20])):
                    self._drop(block, "key words")
                elif block.zone & Zone.SOURCE and block.letters <= 60 and self._is_byline(block):
                    pass  # the outlet that the text comes from, with a link to it
                elif block.letters >= 12 and (block.is_link or _is_dated_link(block)) and _leads_elsewhere(block):
                    self._drop(block, "link to another article")
                    self._drop_teaser(block, alive[index + 1 : index + 3])
            elif block.kind == "image" and block.links and index + 1 < len(alive) and alive[index + 1].is_link:
                self._drop(block, "image of a link")
            index += 1

    def _drop_teaser(self, link: Block, following: Sequence[Block]) -> None:
        """The summary of another article, which stands with the link to it in a box or cell of its own."""
        self._teasers += 1
        if self._teasers > MAX_TEASERS or not any(block.kind == "text" for block in following):
            return
        texts = [block for block in self.blocks if block.kind == "text"]
        inside = self._teaser_box(link, texts)
        for block in following:
            if block.kind == "text" and any(block is one for one in inside):
                self._drop(block, "summary below a link to another article")

    def _teaser_box(self, link: Block, texts: Sequence[Block]) -> list[Block]:
        """The blocks of the largest box that the link opens and that holds little: a cell, an item, a box or two around
        it.
        """
        box = link.cell if link.cell is not None else link.item
        boxes = [box] if box is not None else [link.element, *islice(link.element.iterancestors(), 2)]
        best: list[Block] = []
        for box in boxes:
            if box.tag not in _TEASER_BOXES or any(block.element is box for block in texts if block is not link):
                continue
            inside = [block for block in texts if _inside(block.element, box)]
            if len(inside) > 4 or sum(block.letters for block in inside) > 0.4 * self._letters:
                break
            opens = next((block for block in inside if not block.is_link and not is_related_heading(block.text)), None)
            if opens is None or opens.order > link.order:
                best = inside
        return best

    def _find_captions(self) -> None:
        alive = self._alive()
        tables = _picture_tables(alive)
        self._plates = _plates(alive)
        for block in alive:
            if block.kind == "text":
                self._texts[block.element] = self._texts.get(block.element, 0) + 1
        last_text = max((b.order for b in alive if b.kind == "text"), default=-1)
        image: Block | None = None
        distance = 99
        for block in alive:
            if block.kind in ("image", "video"):
                image, distance = block, 0
                if block.kind == "image" and block.src:
                    self.parts.images.append(block.src)
                elif block.kind == "video":
                    self.parts.videos += 1
                    if self.parts.video_order < 0:
                        self.parts.video_order = block.order
                continue
            if block.kind == "rule":
                continue
            distance += 1
            credit = distance == 2 and block.order != last_text and self._credits_picture(block)
            if credit or self._is_caption(block, image, distance, tables, last=block.order == last_text):
                joins = credit or (
                    bool(self.parts.captions) and _same_caption(self.parts.captions[-1][-1], block, distance)
                )
                if joins:
                    self.parts.captions[-1].append(block)
                else:
                    self.parts.captions.append([block])
                    self.parts.caption_images.append(image.src if image is not None else "")
                self._fate[block.order] = "caption"
                if not joins:
                    distance = 0 if block.zone & Zone.CAPTION else distance

    def _credits_picture(self, block: Block) -> bool:
        """Whether a line right below a caption, set like it, only says whose picture it is."""
        if (
            not self.parts.captions
            or block.letters > 60
            or not search_key(block.text).startswith(("anh:", "nguon anh:"))
        ):
            return False
        above = self.parts.captions[-1][-1]
        alike = block.align == above.align and block.is_italic == above.is_italic and block.is_bold == above.is_bold
        return alike and above.order == block.order - 1 and (block.is_italic or block.align == "center")

    def _is_caption(
        self, block: Block, image: Block | None, distance: int, tables: set[HtmlElement], *, last: bool
    ) -> bool:
        if block.zone & Zone.CAPTION and block.letters <= 900 and not block.is_heading:
            # what introduces a series of pictures ("photo-desc") stands above the first of them
            return image is not None or not block.zone & Zone.LEAD
        if block.table is not None and block.table in tables:
            return True
        if image is None or distance != 1 or block.letters > 260 or block.is_heading:
            return False
        if block.text.endswith(":") or (last and self._is_byline(block)):
            return False
        if block.zone & (Zone.TITLE | Zone.DATE) and not block.zone & Zone.CAPTION:
            return False
        if (
            image.table is not None
            and block.table is not image.table
            and block.align != "center"
            and not block.is_italic
        ):
            return False  # pictures in a table have their captions in it
        if block.letters <= 60 and _DATE_LIKE.search(block.text) and self._is_date(block.text):
            return False
        if block.element is image.element and self._texts.get(block.element, 0) <= 3:
            return True  # <p><img><br><em>...</em></p>, of Joomla and Word-like editors
        if self._picture_box(image, block) or self._framed(image, block):
            return True
        styled = block.align == "center" or block.is_italic
        if styled and (block.letters <= 200 or not block.is_bold):
            return True  # a centred or slanted paragraph right after the image
        if image.element in self._plates:
            return True
        if not block.is_bold and has_credit(block.text):
            return True  # whatever stands below a picture and ends with "Ảnh: X" describes it
        if block.is_bold:
            return False
        # a bare paragraph after an image: no full stop, few words (bodies typed into plain editors)
        return FULL_STOP.search(block.text) is None and block.letters <= 200

    def _picture_box(self, image: Block, block: Block) -> bool:
        """Whether picture and line share a box that is named after pictures and holds little else."""
        for above in islice(block.element.iterancestors(), 3):
            if above is image.element or _inside(image.element, above):
                names = f"{above.get('class') or ''} {above.get('id') or ''}"
                if not _PICTURE_NAMES.search(names):
                    return False
                inside = sum(b.letters for b in self.blocks if b.kind == "text" and _inside(b.element, above))
                return inside <= 400
        return False

    def _framed(self, image: Block, block: Block) -> bool:
        """Whether one box holds this picture and this line and nothing else, while the text stands outside."""
        if block.letters > 200 or block.linked or image.links:
            return False
        for box in islice(block.element.iterancestors(), 2):
            if box.tag in ("td", "body", "article", "main") or not _inside(image.element, box):
                continue
            inside = [b for b in self.blocks if b.kind != "rule" and _inside(b.element, box)]
            outside = sum(1 for b in self.blocks if is_running(b)) - sum(1 for b in inside if is_running(b))
            return len(inside) == 2 and outside >= 2
        return False

    def _find_edges(self) -> None:
        """Date lines and bylines before and after the running text, signatures below official texts."""
        alive = [block for block in self._alive() if block.kind == "text"]
        first = next((i for i, block in enumerate(alive) if is_running(block) or _announces(block)), len(alive))
        last = next((i for i in range(len(alive) - 1, -1, -1) if is_running(alive[i])), -1)
        lead, first = first, _behind_lead(alive, first)
        if last < 0:
            # verse, tables, pictures: the lines at either end may still be date and byline
            first, last = min(1, len(alive)), max(0, len(alive) - 3)
        credited = False  # a byline stands below the text: what else stands there is none of it
        for index, block in enumerate(alive):
            if block.letters > 140:
                continue
            if index == lead < first:
                continue
            edge = index < first or index > last
            if edge and block.letters <= 90 and _DATE_LIKE.search(block.text) and self._is_date(block.text):
                (self.parts.dates if index < first else self.parts.end_dates).append(block)
                self._drop(block, "date line")
            elif index > last and last >= 0 and (_SIGNATURE.search(block.text) or self.parts.signature):
                self.parts.signature = True
                self._drop(block, "signature")
            elif self._is_credit_line(alive, index, first, last):
                self.parts.bylines.append(block)
                self.parts.item_bylines += first < index < last
                self._drop(block, "byline")
                credited = index > last >= 0
            elif credited and self._tells_outlet(alive, index):
                block.zone |= Zone.SOURCE
                self.parts.bylines.append(block)
                self._drop(block, "byline")
            elif credited and block.table is None and not FULL_STOP.search(block.text):
                self._drop(block, "below the byline")

    def _tells_outlet(self, alive: list[Block], index: int) -> bool:
        """Whether a line right below "Theo A", or in brackets below "A", is the outlet that A wrote for."""
        block, above = alive[index], self.parts.bylines[-1]
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
            return block.align == "right" and block.letters <= 60 and self._is_byline(block)
        if index <= first and index > 3:
            return False
        if first > index > 0 and is_running(alive[0]) and not _set_as_credit(block):
            return False
        if block.is_heading and not block.align:
            return False
        return self._is_byline(block) or (index > last and block.is_bold and self._signs(block))

    def _collect(self) -> None:
        rows = _data_rows(self._alive())
        done: set[int] = set()
        for block in self.blocks:
            reason = self._fate.get(block.order)
            if reason is not None:
                if reason not in ("caption", "byline", "date line"):
                    self.parts.dropped.append((block, reason))
                continue
            if block.kind != "text" or block.order in done:
                continue
            row = rows.get(block.order)
            if row is None:
                self.parts.text.append(block)
                continue
            done.update(cell.order for cells in row for cell in cells)
            merged = Block(
                "text", "\t".join(" ".join(c.text for c in cells) for cells in row), block.element, "tr", block.order
            )
            merged.letters = sum(cell.letters for cells in row for cell in cells)
            merged.row, merged.table = block.row, block.table
            self.parts.text.append(merged)


def is_running(block: Block) -> bool:
    """Whether a block is running text: long enough, mostly outside links, or ended like a sentence."""
    if block.kind != "text" or block.linked > 0.6 * block.letters:
        return False
    return block.letters >= 90 or (block.letters >= 30 and FULL_STOP.search(block.text) is not None)


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


def _announces(block: Block) -> bool:
    """Whether a line that is no sentence opens the text all the same: what follows is listed ("... như sau:")."""
    return block.letters >= 50 and block.text.endswith(":") and not block.linked and not block.is_heading


def is_scrambled(text: str) -> bool:
    """Text in a substitution cipher, as print pages of some papers deliver beside the real one: marked capitals
    everywhere.
    """
    if len(text) < 40:
        return False
    sample = text[:: max(1, len(text) // 80)]
    if sum(map(str.isupper, sample)) < 0.25 * len(sample):
        return False
    letters = len(_LETTER.findall(text))
    if letters < 20:
        return False
    capitals = sum(1 for char in text if char.isupper())
    marked = len(_MARKED_CAPITAL.findall(text))
    odd = sum(1 for char in text if char in '*;:,.!#$%&@^+=<>|\\/[]{}"?~_')
    unbroken = max(len(piece) for piece in text.split()) > 40
    return capitals > 0.6 * letters and marked > 0.25 * letters and (odd > 0.08 * len(text) or unbroken)


def _is_dated_link(block: Block) -> bool:
    """Whether a line is a link with nothing but a day or a clock beside it, as lists of other articles have them."""
    if block.linked < 0.5 * block.letters or block.unlinked > 24:
        return False
    beside = block.text
    for link in block.links:
        beside = beside.replace(clean("".join(link.itertext())), " ")
    return _BESIDE_LINK.fullmatch(beside) is not None


def _leads_elsewhere(block: Block) -> bool:
    for link in block.links:
        href = (link.get("href") or "").strip()
        if not href or href.startswith(("mailto:", "tel:")) or _DOCUMENT_LINK.search(href):
            return False
        path = split_address(href).path if href.startswith(("http://", "https://", "//")) else href
        if href.startswith("#") or not _ARTICLE_LINK.search(path):
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
        if block.kind == "text" and block is not heading and _inside(block.element, parent):
            letters += block.letters
            linked += block.linked
    return parent if letters and linked > 0.6 * letters else None


def _inside(element: HtmlElement, ancestor: HtmlElement) -> bool:
    node: HtmlElement | None = element
    while node is not None:
        if node is ancestor:
            return True
        node = node.getparent()
    return False


def _picture_tables(blocks: Sequence[Block]) -> set[HtmlElement]:
    """Tables that show pictures: images with short lines below, no running paragraphs."""
    images: dict[HtmlElement, int] = {}
    texts: dict[HtmlElement, list[int]] = {}
    for block in blocks:
        if block.table is None:
            continue
        if block.kind == "image":
            images[block.table] = images.get(block.table, 0) + 1
        elif block.kind == "text":
            texts.setdefault(block.table, []).append(block.letters)
    return {
        table
        for table, count in images.items()
        if table in texts and len(texts[table]) <= 2 * count + 1 and max(texts[table]) <= 600
    }


def _plates(blocks: Sequence[Block]) -> set[HtmlElement]:
    """The elements of pictures in galleries: three boxes or more of one make, each with a picture and a line below."""
    makes: dict[tuple[str, str], list[HtmlElement]] = {}
    for image, text in pairwise(blocks):
        if image.kind != "image" or text.kind != "text" or text.letters > 400:
            continue
        if any(_ARTICLE_LINK.search(link.get("href") or "") for link in image.links):
            continue  # teasers of other articles look the same
        box = next((above for above in islice(text.element.iterancestors(), 3) if _inside(image.element, above)), None)
        if box is None and _inside(image.element, text.element):
            box = text.element
        if box is None or box.tag in ("body", "article", "main"):
            continue
        makes.setdefault((box.tag, box.get("class") or ""), []).append(image.element)
        makes.setdefault((box.tag, f"\0{id(box)}"), []).append(image.element)
    alone = {elements[0] for (_, name), elements in makes.items() if name.startswith("\0") and len(elements) == 1}
    return {
        element
        for (_, name), elements in makes.items()
        if not name.startswith("\0") and len(elements) >= 3 and all(one in alone for one in elements)
        for element in elements
    }


def captions_between(blocks: Sequence[Block], taken: Sequence[Block], is_date: IsDate) -> list[tuple[Block, str]]:
    """(caption, address of its picture) among what stands between headline and text, where templates put the leading
    picture: the line right below a picture that is named or set as a caption.
    """
    found: list[tuple[Block, str]] = []
    for image, block in pairwise(blocks):
        if image.kind != "image" or block.kind != "text" or block.letters > 400 or block in taken:
            continue
        wrong = _NO_CAPTION & ~Zone.HEADER if block.zone & Zone.CAPTION else _NO_CAPTION
        if block.zone & wrong or block.linked or is_junk(block.text):
            continue
        if block.letters <= 60 and _DATE_LIKE.search(block.text) and is_date(block.text):
            continue
        if block.zone & Zone.CAPTION or block.is_italic or has_credit(block.text):
            found.append((block, image.src))
    return found


def _same_caption(before: Block, block: Block, distance: int) -> bool:
    """Whether two caption blocks are lines of one: same element, or a credit line of its own below the caption."""
    if block.element is before.element:
        return True
    box = next((element for element, zone in reversed(before.zones) if zone & Zone.CAPTION), None)
    if box is not None and block.element is not box and distance == 1 and any(e is box for e, _ in block.zones):
        return True
    if distance != 1 and block.table is None:
        return False
    short = block.letters <= 60 and search_key(block.text).startswith(("anh:", "nguon:", "anh ", "(anh"))
    return short and (block.table is before.table or block.element.getparent() is before.element.getparent())


def _data_rows(blocks: Sequence[Block]) -> dict[int, list[list[Block]]]:
    """First block of a row -> the cells of the row, for tables of data (two rows or more with two filled cells or
    more).
    """
    tables: dict[HtmlElement, dict[HtmlElement, dict[HtmlElement, list[Block]]]] = {}
    for block in blocks:
        if block.kind == "text" and block.table is not None and block.row is not None and block.cell is not None:
            rows = tables.setdefault(block.table, {})
            rows.setdefault(block.row, {}).setdefault(block.cell, []).append(block)
    found: dict[int, list[list[Block]]] = {}
    for rows in tables.values():
        wide = [cells for cells in rows.values() if len(cells) >= 2]
        texts = [sum(b.letters for b in cell) for cells in rows.values() for cell in cells.values()]
        if len(wide) < 2 or sum(texts) / len(texts) > 160:
            continue
        for cells in rows.values():
            row = list(cells.values())
            found[row[0][0].order] = row
    return found


def is_official(blocks: Sequence[Block]) -> bool:
    """Whether the text carries the marks of a document printed in full (national motto, signature lines,
    addressees).
    """
    marks = phrases().official
    hits = sum(1 for block in blocks if block.letters <= 80 and any(mark in line_key(block.text) for mark in marks))
    return hits >= 2
