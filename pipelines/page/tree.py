"""The parsed page and its index: one parse, one pass over the elements, lookups by id, class, tag and attribute.

Belongs here: parsing within limits, and finding elements. Does not: deciding what an element means.
Nothing here recurses, so that nesting depth costs nothing; libxml2 itself stops at 2,048 levels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

from pipelines.page.selectors import Compound, Selector

MAX_CHARS: Final = 4_000_000
"""What stands behind these characters of a page is not read (flag `cut_off`); the largest page seen has 1.4 million."""
MAX_ELEMENTS: Final = 300_000
"""Elements looked at per page; what comes later is ignored, with flag `cut_off`."""
MAX_CLIMBS: Final = 500_000
"""Ancestors looked at for the selectors of one page, which takes a second; real pages stay below 20,000."""
MAX_PIECES: Final = 5_000  # pieces of text that are counted in one element
MAX_ATTRIBUTES: Final = 200
# libxml2's time grows with the square of the attributes of one element: a tag longer than this is looked at.
_LONG_TAG: Final = 4_096
_GUARD_FROM: Final = 250_000
_TAG = re.compile(
    r"<(?:script|style)\b[^>]*>(?:.*?</(?:script|style)\s*>|.*+)|<([a-zA-Z][^\s/>]{0,40})(?:=\s*+(?:\"[^\"]*+\"|'[^']*+')|[^>=]++|=)*+>?",
    re.S | re.I,
)
_OPEN_P = re.compile(r"<p[\s>]", re.I)
_CLOSE_P = re.compile(r"</p\s*>", re.I)
_ATTRIBUTE = re.compile(r"\s[^\s=\"'/>]+")
INDEXED: Final = (
    "type",
    "itemprop",
    "data-role",
    "data-slot",
    "data-field",
    "rel",
    "property",
    "name",
    "role",
    "align",
)


@dataclass
class Page:
    """A page's element tree with its address, and an index over it."""

    root: HtmlElement
    url: str
    html: str
    flags: list[str] = field(default_factory=list)
    climbs: int = 0  # ancestors that selectors have looked at

    @cached_property
    def body(self) -> HtmlElement:
        """The body element, or the root where there is none."""
        found = self.root.find("body")
        return self.root if found is None else found

    @cached_property
    def index(self) -> Index:
        """The index over all elements, built on first use."""
        return Index.of(self.root)

    def select(self, selector: Selector, within: HtmlElement | None = None) -> Iterator[HtmlElement]:
        """The elements that match `selector`, in document order; only those below `within`, if given."""
        candidates = self.index.candidates(selector.target)
        if selector.is_exact:  # the index holds exactly what it selects
            yield from candidates if within is None else (one for one in candidates if is_inside(one, within))
            return
        for element in candidates:
            matched, climbed = selector.match(element)
            self.climbs += climbed
            if matched and (within is None or is_inside(element, within)):
                yield element
            if self.climbs > MAX_CLIMBS:
                return


@dataclass
class Index:
    """Elements by id, class, tag and the attributes of `INDEXED`, each list in document order."""

    ids: dict[str, list[HtmlElement]]
    classes: dict[str, list[HtmlElement]]
    tags: dict[str, list[HtmlElement]]
    attributes: dict[tuple[str, str], list[HtmlElement]]
    elements: list[HtmlElement]

    @classmethod
    def of(cls, root: HtmlElement) -> Index:
        """One pass over the tree, at most `MAX_ELEMENTS` elements."""
        index = cls({}, {}, {}, {}, [])
        count = 0
        for element in root.iter(etree.Element):
            count += 1
            if count > MAX_ELEMENTS:
                break
            index.elements.append(element)
            index.tags.setdefault(element.tag, []).append(element)
            attrib = element.attrib
            if not attrib:
                continue
            for name, value in attrib.items():
                if name == "class":
                    for token in value.split():
                        index.classes.setdefault(token, []).append(element)
                elif name == "id":
                    index.ids.setdefault(value.strip(), []).append(element)
                elif name in INDEXED:
                    index.attributes.setdefault((name, value.strip()), []).append(element)
        return index

    def candidates(self, target: Compound) -> list[HtmlElement]:
        """A short list that holds every element `target` can match."""
        if target.id:
            return self.ids.get(target.id, [])
        if target.classes:
            return min((self.classes.get(name, []) for name in target.classes), key=len)
        for test in target.attributes:
            if test.name == "class" and test.operator in ("^=", "*="):
                hits = [e for name, group in self.classes.items() if test.value in name for e in group]
                return list(dict.fromkeys(hits))
            if test.name in INDEXED and test.operator == "=":
                return self.attributes.get((test.name, test.value), [])
        return self.tags.get(target.tag, []) if target.tag else self.elements


def parse(text: str, url: str) -> Page | None:
    """The page of `text`, or None where libxml2 finds no element at all. Comments and processing instructions are
    dropped.
    """
    flags: list[str] = []
    if len(text) > MAX_CHARS:
        text = text[:MAX_CHARS]
        flags.append("cut_off")
    if len(text) > _GUARD_FROM:
        text, cut = without_attribute_bombs(text)
        if cut and not flags:
            flags.append("cut_off")
    closed = text.count("</p>") + text.count("</P>")
    if closed and closed > len(_OPEN_P.findall(text)):
        # A </p> that closes nothing parts paragraphs for a browser and nothing at all for libxml2.
        text = _CLOSE_P.sub("</p><br>", text)
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    if root is None or not isinstance(root.tag, str):
        return None
    return Page(root, url, text, flags)


def parse_fragment(text: str) -> HtmlElement | None:
    """The body element of a piece of HTML (a field of a JSON object, say), or None."""
    page = parse(f"<html><body>{text}</body></html>", "")
    return page.body if page is not None else None


def without_attribute_bombs(text: str) -> tuple[str, bool]:
    """`text` with tags of more than `MAX_ATTRIBUTES` attributes reduced to their name, and whether there were any."""
    pieces: list[str] = []
    position = 0
    for match in _TAG.finditer(text):
        if match.group(1) is None or match.end() - match.start() <= _LONG_TAG:
            continue
        if sum(1 for _ in _ATTRIBUTE.finditer(match.group())) > MAX_ATTRIBUTES:
            pieces += [text[position : match.start()], f"<{match.group(1)}>"]
            position = match.end()
    if not pieces:
        return text, False
    return "".join([*pieces, text[position:]]), True


def is_inside(element: HtmlElement, ancestor: HtmlElement) -> bool:
    """Whether `element` is `ancestor` or below it."""
    node: HtmlElement | None = element
    while node is not None:
        if node is ancestor:
            return True
        node = node.getparent()
    return False


def letters_of(element: HtmlElement, most: int) -> int:
    """Characters of text inside an element without the blanks around each piece; counting ends above `most`."""
    total = 0
    for number, text in enumerate(element.itertext()):
        total += len(text.strip())
        if total > most:
            break
        if number > MAX_PIECES:
            return most + 1
    return total


def common_ancestor(first: HtmlElement, second: HtmlElement) -> HtmlElement | None:
    """The deepest element that holds both."""
    chain = [first, *first.iterancestors()]
    for node in [second, *second.iterancestors()]:
        if any(node is other for other in chain):
            return node
    return None


def names_of(element: HtmlElement) -> str:
    """Class and id of an element as one lower-case string."""
    attrib = element.attrib
    return f"{attrib.get('class', '')} {attrib.get('id', '')}".strip().lower() if attrib else ""
