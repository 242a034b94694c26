"""Which lines belong to a picture: captions, plates of galleries, the line that credits a picture.

Belongs here: telling captions from text by what stands around. Does not: reading a caption (`pipelines.page.captions`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, pairwise
from typing import Final

from lxml.html import HtmlElement

from pipelines.page.blocks import Block
from pipelines.page.body.lines import DATE_LIKE, FULL_STOP, is_running
from pipelines.page.body.links import ARTICLE_LINK
from pipelines.page.body.sheet import IsDate, Sheet
from pipelines.page.captions import has_credit
from pipelines.page.lexicon import NOISE, Zone, is_junk
from pipelines.page.tree import is_inside
from pipelines.text import search_key
from pipelines.urls import host_of

_PICTURE_NAMES = re.compile(r"(?:^|[\s_-])(?:figure|photo|image|img|picture|pic|anh|hinh)s?(?:$|[\s_-])", re.I)
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp)|googleusercontent|/photos?/|flickr", re.I)
_NO_CAPTION: Final = NOISE | Zone.DATE | Zone.AUTHOR | Zone.LEAD | Zone.TITLE


class Pictures:
    """Takes the captions out of a sheet, and notes its pictures and videos."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._texts: dict[HtmlElement, int] = {}  # lines of text that an element holds itself
        self._plates: set[HtmlElement] = set()  # elements of pictures that have a box with their line

    def find(self) -> None:
        """Moves every caption from the text to its picture."""
        parts, alive = self.sheet.parts, self.sheet.alive()
        tables = _picture_tables(alive)
        self._plates = _plates(alive)
        for block in alive:
            if block.kind == "text":
                self._texts[block.element] = self._texts.get(block.element, 0) + 1
        last_text = max((b.order for b in alive if b.kind == "text"), default=-1)
        image: Block | None = None
        captioned: Block | None = None  # the picture of the latest caption
        distance = 99
        for block in alive:
            if block.kind == "image" and self._is_banner(block):
                image, distance = None, 99
                continue
            if block.kind in ("image", "video"):
                image, distance = block, 0
                if block.kind == "image" and block.src:
                    parts.images.append(block.src)
                elif block.kind == "video":
                    parts.videos += 1
                    if parts.video_order < 0:
                        parts.video_order = block.order
                continue
            if block.kind == "rule":
                continue
            distance += 1
            credit = distance == 2 and block.order != last_text and self._credits_picture(block)
            if credit or self._is_caption(block, image, distance, tables, last=block.order == last_text):
                joins = credit or (
                    bool(parts.captions)
                    and image is captioned
                    and _same_caption(parts.captions[-1][-1], block, distance)
                )
                if joins:
                    parts.captions[-1].append(block)
                else:
                    parts.captions.append([block])
                    parts.caption_images.append(image.src if image is not None else "")
                self.sheet.fate[block.order] = "caption"
                captioned = image
                if not joins:
                    distance = 0 if block.zone & Zone.CAPTION else distance

    def _is_banner(self, image: Block) -> bool:
        """Whether a picture is a link to somebody else's page: an advertisement, whatever stands below it."""
        if image.zone & Zone.CAPTION or not self.sheet.host:
            return False
        for link in image.links:
            href = (link.get("href") or "").strip()
            if not href.startswith(("http://", "https://", "//")) or _PICTURE_FILE.search(href):
                return False
            host = host_of(href if href.startswith("http") else f"https:{href}")
            return _site(host) != _site(self.sheet.host)
        return False

    def _credits_picture(self, block: Block) -> bool:
        """Whether a line right below a caption, set like it, only says whose picture it is."""
        if (
            not self.sheet.parts.captions
            or block.letters > 60
            or not search_key(block.text).startswith(("anh:", "nguon anh:"))
        ):
            return False
        above = self.sheet.parts.captions[-1][-1]
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
        if image is None or distance != 1 or block.letters > 260:
            return False
        if block.is_heading:  # plain editors set captions as the smallest headings
            return block.tag in ("h5", "h6") and not block.is_link and self._framed(image, block)
        if block.text.endswith(":") or (last and self.sheet.is_byline(block)):
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
        if block.letters <= 60 and DATE_LIKE.search(block.text) and self.sheet.is_date(block.text):
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
            if above is image.element or is_inside(image.element, above):
                names = f"{above.get('class') or ''} {above.get('id') or ''}"
                if not _PICTURE_NAMES.search(names):
                    return False
                inside = sum(b.letters for b in self.sheet.blocks if b.kind == "text" and is_inside(b.element, above))
                return inside <= 400
        return False

    def _framed(self, image: Block, block: Block) -> bool:
        """Whether one box holds this picture and this line and nothing else, while the text stands outside."""
        if block.letters > 200 or block.linked or image.links:
            return False
        for box in islice(block.element.iterancestors(), 2):
            if box.tag in ("td", "body", "article", "main") or not is_inside(image.element, box):
                continue
            inside = [b for b in self.sheet.blocks if b.kind != "rule" and is_inside(b.element, box)]
            outside = sum(1 for b in self.sheet.blocks if is_running(b)) - sum(1 for b in inside if is_running(b))
            return len(inside) == 2 and outside >= 2
        return False


def _site(host: str) -> str:
    """The last three labels of a host, without "www": hosts of one site share them, or the last two of them."""
    labels = host.removeprefix("www.").split(".")
    return ".".join(labels[-3:] if len(labels) > 2 and len(labels[-2]) <= 3 else labels[-2:])


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
    """The elements of pictures in galleries: three boxes or more of one make, each with a picture and a line."""
    makes: dict[tuple[str, str], list[HtmlElement]] = {}
    for image, text in pairwise(blocks):
        if image.kind != "image" or text.kind != "text" or text.letters > 400:
            continue
        if any(ARTICLE_LINK.search(link.get("href") or "") for link in image.links):
            continue  # teasers of other articles look the same
        box = next(
            (above for above in islice(text.element.iterancestors(), 3) if is_inside(image.element, above)), None
        )
        if box is None and is_inside(image.element, text.element):
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
        if block.letters <= 60 and DATE_LIKE.search(block.text) and is_date(block.text):
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
