"""A region of the tree as a flat list of blocks in reading order: what a reader would see as lines and paragraphs.

Belongs here: the walk, and what can be said about a block without knowing the page (its letters in bold, in links,
how it is aligned, which names stand around it). Does not: whether it is text, caption or noise
(`pipelines.page.body`). One walk with start and end events, no recursion, at most `MAX_EVENTS` events.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from lxml import etree
from lxml.html import HtmlElement

from pipelines.page.lexicon import Zone, zone_of_names, zone_of_tag
from pipelines.text import clean

MAX_EVENTS: Final = 600_000
MAX_BLOCKS: Final = 20_000
MAX_ZONES: Final = 64
"""Named ancestors that a block remembers one by one; pages have twenty."""

_SKIP: Final = frozenset(
    ["script", "style", "noscript", "template", "select", "option", "button", "textarea", "svg", "math", "object",
     "embed", "head", "map", "datalist", "canvas", "meter", "progress", "amp-sidebar", "amp-analytics"]
)  # fmt: skip
_INLINE: Final = frozenset(
    ["a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font", "i", "ins", "kbd",
     "label", "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
     "var", "wbr", "del", "o:p", "st1:place", "shape", "v:shape", "meta", "link", "input", "g", "ruby", "rt"]
)  # fmt: skip
_BOXES: Final = frozenset(["div", "li", "ul", "dd", "header", "footer", "section", "aside"])
_BOLD: Final = frozenset(["b", "strong"])
_ITALIC: Final = frozenset(["i", "em", "cite", "address"])
_IMAGES: Final = frozenset(["img", "amp-img", "amp-anim"])
_VIDEOS: Final = frozenset(["video", "amp-video", "amp-youtube", "audio", "amp-audio"])
_HEADINGS: Final = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_RIGHT = re.compile(r"text-align\s*:\s*(?:right|end)", re.I)
_CENTER = re.compile(r"text-align\s*:\s*center", re.I)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
_ITALIC_STYLE = re.compile(r"font-style\s*:\s*italic", re.I)
_ALIGN_NAMES = re.compile(r"(?:^|[\s:_-])(?:text-?|rte)?(right|center|centre|end(?<=text-end))(?:$|[\s_-])")
_VIDEO_URL = re.compile(r"youtube|youtu\.be|vimeo|player|video|embed|dailymotion", re.I)
_LABEL = re.compile(
    r"(?:nguồn(?: tin)?|tác giả|bút danh|người viết|thực hiện|(?:tin|bài)?(?:,| và)? ?ảnh|bài viết)\s*:$", re.I
)
_TINY: Final = frozenset(["1", "0", "1px", "0px"])

Kind = Literal["text", "image", "video", "rule"]


@dataclass(slots=True)
class Block:
    """A paragraph, heading, list item, table cell, line of verse or image, with what stands around it."""

    kind: Kind
    text: str  # clean, one line
    element: HtmlElement  # nearest block element
    tag: str
    order: int
    joined: bool = False  # parted from the block before it by a single <br>
    bold: int = 0  # letters in bold
    italic: int = 0
    linked: int = 0  # letters inside <a>
    letters: int = 0
    align: str = ""
    zone: int = 0  # of all ancestors below the start of the walk, and its own
    zones: tuple[tuple[HtmlElement, int], ...] = ()  # ancestors whose names or tags said something, outermost first
    links: tuple[HtmlElement, ...] = ()
    table: HtmlElement | None = None
    row: HtmlElement | None = None
    cell: HtmlElement | None = None
    item: HtmlElement | None = None  # innermost list item
    part: int = 0  # position among the blocks of one element (text parted by <br><br> or by boxes)
    src: str = ""
    alt: str = ""
    inline_zone: int = 0  # the part of `zone` that comes from inline elements inside the block

    @property
    def is_bold(self) -> bool:
        """Whether (nearly) all of it is bold."""
        return self.letters > 0 and self.bold >= 0.9 * self.letters

    @property
    def is_italic(self) -> bool:
        """Whether (nearly) all of it is italic."""
        return self.letters > 0 and self.italic >= 0.9 * self.letters

    @property
    def is_heading(self) -> bool:
        """Whether its element is h1 to h6."""
        return self.tag in _HEADINGS

    @property
    def is_link(self) -> bool:
        """Whether (nearly) all of it is a link."""
        return self.letters > 0 and self.linked >= 0.9 * self.letters

    @property
    def unlinked(self) -> int:
        """Letters outside links."""
        return self.letters - self.linked


@dataclass(slots=True)
class _Frame:
    """What a block element hands down to what is inside it."""

    element: HtmlElement
    tag: str
    align: str = ""
    zone: int = 0
    zones: tuple[tuple[HtmlElement, int], ...] = ()
    bold: bool = False
    italic: bool = False
    linked: HtmlElement | None = None
    table: HtmlElement | None = None
    row: HtmlElement | None = None
    cell: HtmlElement | None = None
    item: HtmlElement | None = None
    parts: int = 0


@dataclass(slots=True)
class _Line:
    """Text gathered until the next line or block boundary."""

    parts: list[str] = field(default_factory=list)
    bold: int = 0
    italic: int = 0
    linked: int = 0
    letters: int = 0
    links: list[HtmlElement] = field(default_factory=list)
    zone: int = 0


class Walk:
    """The walk itself; `blocks` holds the result, `cut` whether a limit ended it."""

    def __init__(self, root: HtmlElement, skip: Collection[HtmlElement] = (), *, hidden: bool = False) -> None:
        self.blocks: list[Block] = []
        self.cut = False
        self._skip = set(skip)
        self._hidden = hidden
        self._lines = [_Line()]
        self._breaks = 0
        self._frames = [_Frame(root, root.tag)]
        self._bold = self._italic = 0
        self._link: HtmlElement | None = None
        self._inline_zone = 0
        self._walk(root)

    def _walk(self, root: HtmlElement) -> None:
        events = etree.iterwalk(root, events=("start", "end"))
        frames, skipped = self._frames, None
        count = 0
        for event, element in events:
            count += 1
            if count > MAX_EVENTS or len(self.blocks) > MAX_BLOCKS:
                self.cut = True
                break
            tag = element.tag
            if event == "start":
                if element is root:
                    if element.text:
                        self._add(element.text)
                    continue
                if tag in _SKIP or element in self._skip or (element.attrib and self._is_hidden(element)):
                    events.skip_subtree()
                    skipped = element
                    if tag not in _INLINE:
                        self._flush()
                    if element in self._skip:
                        self._emit(Block("rule", "", element, "skipped", len(self.blocks)))
                    continue
                if tag in _INLINE:
                    self._start_inline(element, tag)
                elif tag == "br":
                    self._line_break()
                elif tag in _IMAGES or tag in _VIDEOS or tag == "iframe":
                    self._media(element, tag)
                    events.skip_subtree()
                else:
                    self._flush()
                    frames.append(self._frame(element, tag))
                    if tag == "hr":
                        self._emit(Block("rule", "", element, tag, len(self.blocks)))
                if element.text and tag not in _VIDEOS and tag != "iframe":
                    self._add(element.text)
                continue
            if element is root:
                break
            if element is skipped:
                skipped = None
            elif tag in _INLINE:
                self._end_inline(element, tag)
            elif tag != "br" and tag not in _IMAGES and tag not in _VIDEOS and tag != "iframe":
                self._flush()
                frames.pop()
            if element.tail:
                self._add(element.tail)
        self._flush()

    def _is_hidden(self, element: HtmlElement) -> bool:
        attrib = element.attrib
        if self._hidden:
            return False
        style = attrib.get("style")
        return (style is not None and _HIDDEN.search(style) is not None) or "hidden" in attrib

    def _frame(self, element: HtmlElement, tag: str) -> _Frame:
        above = self._frames[-1]
        frame = _Frame(
            element, tag, above.align, above.zone, above.zones, above.bold, above.italic, above.linked,
            above.table, above.row, above.cell, above.item,
        )  # fmt: skip
        attrib = element.attrib
        zone = zone_of_tag(tag)
        if attrib:
            names = f"{attrib.get('class', '')} {attrib.get('id', '')}"
            if names != " ":
                zone |= zone_of_names(names)
                match = _ALIGN_NAMES.search(names)
                if match:
                    frame.align = "right" if match.group(1) in ("right", "end") else "center"
            if attrib.get("role") == "dialog":
                zone |= Zone.POPUP
            align, style = attrib.get("align"), attrib.get("style")
            if align and tag != "table":
                frame.align = {"right": "right", "center": "center", "middle": "center"}.get(align.lower(), "")
            if style:
                if _RIGHT.search(style):
                    frame.align = "right"
                elif _CENTER.search(style):
                    frame.align = "center"
                elif "text-align" in style:
                    frame.align = ""
                frame.bold = frame.bold or _BOLD_STYLE.search(style) is not None
                frame.italic = frame.italic or _ITALIC_STYLE.search(style) is not None
        if zone:
            frame.zone = above.zone | zone
            if len(above.zones) < MAX_ZONES:
                frame.zones = (*above.zones, (element, zone))
        if tag == "center":
            frame.align = "center"
        elif tag == "table":
            frame.table, frame.row, frame.cell = element, None, None
        elif tag == "tr":
            frame.row, frame.cell = element, None
        elif tag in ("td", "th"):
            frame.cell = element
        elif tag in ("li", "dd", "dt"):
            frame.item = element
        return frame

    def _start_inline(self, element: HtmlElement, tag: str) -> None:
        attrib = element.attrib
        if tag in _BOLD:
            self._bold += 1
        elif tag in _ITALIC:
            self._italic += 1
        elif tag == "a":
            self._link = element
        if self._frames[-1].tag in _BOXES and self._lines[-1].letters:
            before = element.getprevious()
            if before is not None and before.tag in _INLINE and not before.tail:
                self._lines[-1].parts.append(" ")  # pieces of a line of author, date and buttons, parted by styles only
        if attrib and tag != "a":
            style = attrib.get("style")
            if style:
                if _BOLD_STYLE.search(style):
                    self._bold += 1
                if _ITALIC_STYLE.search(style):
                    self._italic += 1
            names, ident = attrib.get("class"), attrib.get("id")
            if names or ident:
                self._inline_zone |= zone_of_names(f"{names or ''} {ident or ''}")
        if tag == "time":
            self._inline_zone |= Zone.DATE

    def _end_inline(self, element: HtmlElement, tag: str) -> None:
        if tag in _BOLD:
            self._bold -= 1
        elif tag in _ITALIC:
            self._italic -= 1
        elif tag == "a":
            self._link = None
        if element.attrib and tag != "a":
            style = element.get("style")
            if style:
                if _BOLD_STYLE.search(style):
                    self._bold -= 1
                if _ITALIC_STYLE.search(style):
                    self._italic -= 1

    def _add(self, text: str) -> None:
        if self._frames[-1].tag == "pre" and "\n" in text:
            first, *others = text.split("\n")  # line ends count there, empty lines part paragraphs
            self._add(first)
            for other in others:
                self._line_break()
                if other:
                    self._add(other)
            return
        line = self._lines[-1]
        if not text.isspace():
            letters = len(text.strip())
            frame = self._frames[-1]
            self._breaks = 0
            line.letters += letters
            line.zone |= self._inline_zone
            if self._bold > 0 or frame.bold or frame.tag in _HEADINGS or frame.tag == "th":
                line.bold += letters
            if self._italic > 0 or frame.italic:
                line.italic += letters
            if self._link is not None:
                line.linked += letters
                if not line.links or line.links[-1] is not self._link:
                    line.links.append(self._link)
        line.parts.append(text)

    def _line_break(self) -> None:
        self._breaks += 1
        if self._breaks >= 2 or len(self._lines) >= 500:
            self._flush()
        else:
            self._lines.append(_Line())

    def _media(self, element: HtmlElement, tag: str) -> None:
        attrib = element.attrib
        src = next(
            (attrib[name] for name in ("data-original", "data-src", "data-lazy-src", "src") if attrib.get(name)), ""
        )
        if tag == "iframe" and not _VIDEO_URL.search(src):
            return
        if tag in _IMAGES and (attrib.get("width") in _TINY or attrib.get("height") in _TINY):
            return
        if tag in _IMAGES and src.startswith("data:"):
            src = ""
        self._flush()
        kind: Kind = "image" if tag in _IMAGES else "video"
        block = Block(kind, "", self._frames[-1].element, tag, len(self.blocks), src=src, alt=attrib.get("alt", ""))
        if self._link is not None:
            block.links = (self._link,)
        self._emit(block)

    def _flush(self) -> None:
        lines = self._lines
        if len(lines) == 1 and not lines[0].parts:
            self._inline_zone = 0
            return
        self._lines = [_Line()]
        frame, joined = self._frames[-1], False
        for line in lines:
            text = clean("".join(line.parts)) if line.letters else ""
            if not text:
                continue
            block = Block(
                "text", text, frame.element, frame.tag, len(self.blocks), joined,
                line.bold, line.italic, line.linked, line.letters, links=tuple(line.links), zone=line.zone,
                inline_zone=line.zone,
            )  # fmt: skip
            self._emit(block)
            joined = True
        self._inline_zone = 0

    def _emit(self, block: Block) -> None:
        frame = self._frames[-1]
        block.align, block.zones = frame.align, frame.zones
        block.zone |= frame.zone
        block.table, block.row, block.cell, block.item = frame.table, frame.row, frame.cell, frame.item
        block.part = frame.parts
        frame.parts += 1
        self.blocks.append(block)


def walk(root: HtmlElement, skip: Collection[HtmlElement] = (), *, hidden: bool = False) -> list[Block]:
    """The blocks below `root` without the subtrees in `skip`; with `hidden`, what styles hide is read as well."""
    return join_labels(Walk(root, skip, hidden=hidden).blocks)


def join_labels(blocks: list[Block]) -> list[Block]:
    """The blocks with lines like "Nguồn:" joined to what stands behind them in an element of its own."""
    joined: list[Block] = []
    label: Block | None = None
    for block in blocks:
        if label is not None and block.kind == "text" and block.letters <= 80 and not block.text.endswith(":"):
            block.text = f"{label.text} {block.text}"
            block.letters += label.letters
            block.zone |= label.zone
            joined.pop()
        label = block if block.kind == "text" and block.letters <= 14 and _LABEL.match(block.text) else None
        joined.append(block)
    return joined


def settle_zones(blocks: list[Block], noise: int) -> None:
    """Takes the noise back that names claim for an element holding most of the running text: `newsother` may be the
    box of the article itself.
    """
    amounts: dict[HtmlElement, int] = {}
    total = 0
    for block in blocks:
        if block.unlinked >= 90:
            total += block.unlinked
            for element, zone in block.zones:
                if zone & noise:
                    amounts[element] = amounts.get(element, 0) + block.unlinked
    wrong = {element for element, amount in amounts.items() if amount > 0.5 * total}
    if not wrong:
        return
    for block in blocks:
        if any(element in wrong for element, _ in block.zones):
            block.zones = tuple((e, zone & ~noise if e in wrong else zone) for e, zone in block.zones)
            block.zone = block.inline_zone
            for _, zone in block.zones:
                block.zone |= zone


def text_blocks(blocks: list[Block]) -> Iterator[Block]:
    """Only the blocks that hold text."""
    return (block for block in blocks if block.kind == "text")
