"""What all modules of a field need to know about the page at hand, gathered once, and where they leave their witnesses.

Belongs here: the shared state of one reading. Does not: any decision about a field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import dropwhile, islice
from typing import Any

from lxml.html import HtmlElement

from pipelines.page.blocks import Block, settle_zones, walk
from pipelines.page.lexicon import NOISE, is_comments_heading
from pipelines.page.metadata import Metadata
from pipelines.page.region import Region
from pipelines.page.selectors import compile_selector
from pipelines.page.tree import Page, common_ancestor, is_inside
from pipelines.records import SiteProfile, Witness
from pipelines.text import clean

MAX_PICKS = 40
MAX_BESIDE = 2_000  # elements behind the headline among which a picture is looked for


@dataclass(frozen=True, slots=True)
class Around:
    """The blocks before the headline (the nearest eight), between headline and region, and after the region
    (twelve).
    """

    before: Sequence[Block] = ()
    between: Sequence[Block] = ()
    after: Sequence[Block] = ()


@dataclass
class Context:
    """One page, what is known about its source and family, and what has been found so far."""

    page: Page
    url: str
    meta: Metadata
    fetched_at: datetime | None = None
    profile: SiteProfile | None = None
    family: str | None = None
    selectors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # the source's, then the family's
    outlet_names: tuple[str, ...] = ()
    title: str = ""
    title_element: HtmlElement | None = None
    beside_title: str = ""  # a label or a day that stands inside the element of the headline
    region: Region | None = None
    flags: list[str] = field(default_factory=list)
    origins: dict[str, str] = field(default_factory=dict)
    confidence: dict[str, float] = field(default_factory=dict)
    witnesses: list[Witness] = field(default_factory=list)
    author_links: list[HtmlElement] = field(default_factory=list)  # links to an author's page, in a box of their own
    _picked: dict[str, list[tuple[HtmlElement, str]]] = field(default_factory=dict)

    @cached_property
    def blocks(self) -> list[Block]:
        """The blocks of the whole page; a walk over everything, so only asked for where selectors do not suffice."""
        blocks = walk(self.page.body)
        settle_zones(blocks, NOISE)
        return blocks

    @cached_property
    def around(self) -> Around:
        """The blocks round the text. Where the whole page was walked to find the region, these blocks are looked up;
        else only the element is walked that holds headline and region.
        """
        region = self.region.element if self.region is not None else None
        if region is None:
            return Around()
        if "blocks" in self.__dict__:
            inside = set(region.iter())
            blocks = self.blocks
            hits = [index for index, block in enumerate(blocks) if block.element in inside]
            first, last = (hits[0], hits[-1] + 1) if hits else (0, 0)
        else:
            top = region.getparent() if self.title_element is None else common_ancestor(self.title_element, region)
            if top is None or top is region:
                top = region.getparent()
            if top is None:
                return Around()
            blocks = walk(top, {region})
            settle_zones(blocks, NOISE)
            first = next((i for i, block in enumerate(blocks) if block.element is region), 0)
            last = first + 1
        if self.title_element is not None and is_inside(self.title_element, region):
            # What stands before a region that holds its headline is no line between the two.
            return Around(blocks[max(0, first - 8) : first], [], _before_comments(blocks[last : last + 12]))
        title = None
        if self.title_element is not None:
            title = next((i for i, block in enumerate(blocks[:first]) if block.element is self.title_element), None)
        if title is None or title < first - 40:
            title = max(-1, first - 5)
        after = _before_comments(blocks[last : last + 12])
        return Around(blocks[max(0, title - 8) : max(title, 0)], blocks[title + 1 : first], after)

    @cached_property
    def has_picture_before_text(self) -> bool:
        """Whether a picture stands between headline and region, which costs no walk to tell."""
        region = self.region.element if self.region is not None else None
        if region is None or self.title_element is None:
            return False
        node: HtmlElement | None = region
        for _ in range(8):
            if node is None or node.tag == "body":
                return False
            for before in node.itersiblings(preceding=True):
                if before is self.title_element:
                    return False
                if is_inside(self.title_element, before):
                    behind = dropwhile(lambda one: one is not self.title_element, before.iter())
                    return any(one.tag == "img" for one in islice(behind, MAX_BESIDE))
                if before.tag == "img" or before.find(".//img") is not None:
                    return True
            node = node.getparent()
        return False

    def pick(self, name: str) -> list[tuple[HtmlElement, str]]:
        """(element, selector) for every element that the selectors of field `name` find, best selector first.

        Only the hits of the first selector that finds any count; a selector that is not supported is flagged.
        """
        if name not in self._picked:
            self._picked[name] = self._pick(name)
        return self._picked[name]

    def _pick(self, name: str) -> list[tuple[HtmlElement, str]]:
        for text in self.selectors.get(name, ()):
            try:
                selector = compile_selector(text)
            except ValueError:
                self.flag("bad_selector")
                continue
            hits: list[tuple[HtmlElement, str]] = []
            for element in self.page.select(selector):
                hits.append((element, text))
                if len(hits) >= MAX_PICKS:
                    break
            if hits:
                return hits
        return []

    def pick_all(self, name: str) -> set[HtmlElement]:
        """Every element that any selector of field `name` finds."""
        found: set[HtmlElement] = set()
        for text in self.selectors.get(name, ()):
            try:
                selector = compile_selector(text)
            except ValueError:
                self.flag("bad_selector")
                continue
            found.update(self.page.select(selector))
        return found

    def flag(self, *names: str) -> None:
        """Adds flags to the reading, each once."""
        self.flags += [name for name in names if name not in self.flags]

    def witness(
        self,
        name: str,
        value: Any,
        raw: str,
        origin: str,
        where: str = "",
        confidence: float = 0.5,
        flags: tuple[str, ...] = (),
        chosen: bool = False,
        reason: str = "",
    ) -> None:
        """Leaves a witness of field `name`."""
        self.witnesses.append(Witness(name, value, raw, origin, where, confidence, flags, chosen, reason))

    def won(self, name: str, origin: str, confidence: float) -> None:
        """Records where the value of field `name` came from, and how sure it is (0 to 1)."""
        self.origins[name] = origin
        self.confidence[name] = confidence


def _before_comments(blocks: Sequence[Block]) -> Sequence[Block]:
    """What stands before the heading of readers' comments: their names and dates are not the article's."""
    for index, block in enumerate(blocks):
        if block.kind == "text" and block.letters <= 60 and is_comments_heading(block.text):
            return blocks[:index]
    return blocks


def text_of(element: HtmlElement) -> str:
    """The text of an element as one clean line."""
    if len(element) == 0:
        return clean(element.text or "")
    return clean("".join(element.itertext()))
