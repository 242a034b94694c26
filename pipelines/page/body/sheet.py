"""The blocks of one region, what has been decided about each, and what comes out in the end.

Belongs here: the state that the rules of this folder share. Does not: any rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from pipelines.page.blocks import Block
from pipelines.text import search_key

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


class Sheet:
    """The blocks of one region while they are sorted. `is_byline`, `is_date` and `signs` ask the grammars; they are
    only asked about short lines.
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
        host: str = "",
    ) -> None:
        self.blocks = list(blocks)
        self.parts = Parts()
        self.title = search_key(title)
        self.title_element = title_element
        self.is_byline, self.is_date, self.signs = is_byline, is_date, signs
        self.host = host
        self.fate: dict[int, str] = {}  # order -> reason for not being text
        self.letters = sum(block.letters for block in self.blocks) or 1

    def drop(self, block: Block, why: str) -> None:
        """Takes a block out of the text; the first reason stays."""
        self.fate.setdefault(block.order, why)

    def alive(self) -> list[Block]:
        """The blocks that nothing has been decided about."""
        return [block for block in self.blocks if block.order not in self.fate]
