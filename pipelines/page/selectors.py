"""CSS selectors of the kind that family and source files use, compiled once and matched against single elements.

Belongs here: the syntax. Supported: `tag`, `.class`, `#id`, `[attr]`, `[attr=value]`, `[attr^=value]`, `[attr*=value]`,
`[attr$=value]`, joined by a blank (descendant) or `>` (child). Commas are not: a file lists selectors one by one.
A full CSS engine walks the tree for each selector; this one starts from the index of `pipelines.page.tree`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_PART: Final = re.compile(
    r"(?P<tag>^[a-zA-Z][\w:-]*|^\*)"
    r"|\.(?P<cls>(?:\\.|[\w-])+)"
    r"|#(?P<id>(?:\\.|[\w-])+)"
    r"|\[(?P<attr>[\w:-]+)(?:(?P<op>[\^*$~]?=)[\"']?(?P<value>[^\"'\]]*)[\"']?)?\]"
)


@dataclass(frozen=True, slots=True)
class AttributeTest:
    """One bracket of a selector."""

    name: str
    operator: str | None
    value: str

    def holds(self, element: HtmlElement) -> bool:
        """Whether the element's attribute passes."""
        found: str | None = element.get(self.name)
        if found is None or self.operator is None:
            return found is not None
        match self.operator:
            case "=":
                return found.strip() == self.value
            case "^=":
                return found.startswith(self.value)
            case "$=":
                return found.endswith(self.value)
            case "~=":
                return self.value in found.split()
            case _:
                return self.value in found


@dataclass(frozen=True, slots=True)
class Compound:
    """What one element must be: `div.detail[itemprop=articleBody]`."""

    tag: str | None
    id: str | None
    classes: tuple[str, ...]
    attributes: tuple[AttributeTest, ...]

    def holds(self, element: HtmlElement) -> bool:
        """Whether `element` alone fits."""
        if self.tag and element.tag != self.tag:
            return False
        if self.id and (element.get("id") or "").strip() != self.id:
            return False
        if self.classes:
            tokens = (element.get("class") or "").split()
            if any(name not in tokens for name in self.classes):
                return False
        return all(test.holds(element) for test in self.attributes)


@dataclass(frozen=True, slots=True)
class Selector:
    """Compounds from the outermost to the target; `direct[i]` tells whether part i+1 is a child of part i."""

    text: str
    parts: tuple[Compound, ...]
    direct: tuple[bool, ...]
    is_exact: bool = False  # a single class, id or tag: an index by these needs no second look

    @property
    def target(self) -> Compound:
        """The compound that the selected element itself must fit."""
        return self.parts[-1]

    def matches(self, element: HtmlElement) -> bool:
        """Whether `element` is selected. Each descendant step takes the nearest fitting ancestor."""
        return self.match(element)[0]

    def match(self, element: HtmlElement) -> tuple[bool, int]:
        """As `matches`, with the number of ancestors that had to be looked at."""
        if not self.parts[-1].holds(element):
            return False, 0
        climbed = 0
        node = element.getparent()
        for position in range(len(self.parts) - 2, -1, -1):
            part, direct = self.parts[position], self.direct[position]
            while node is not None and not part.holds(node):
                if direct:
                    return False, climbed
                node = node.getparent()
                climbed += 1
            if node is None:
                return False, climbed
            node = node.getparent()
        return True, climbed


@lru_cache(maxsize=2048)
def compile_selector(text: str) -> Selector:
    """The selector `text` means. Raises ValueError with the offending part for anything outside the supported
    syntax.
    """
    parts: list[Compound] = []
    direct: list[bool] = []
    child = False
    for piece in text.replace(">", " > ").split():
        if piece == ">":
            if not parts or child:
                raise ValueError(f"selector {text!r}: '>' needs an element on both sides")
            child = True
            continue
        if parts:
            direct.append(child)
        parts.append(_compound(piece, text))
        child = False
    if not parts or child:
        raise ValueError(f"selector {text!r} names no element")
    target = parts[-1]
    tests = (target.tag is not None) + (target.id is not None) + len(target.classes) + len(target.attributes)
    return Selector(text, tuple(parts), tuple(direct), len(parts) == 1 and tests == 1 and not target.attributes)


def _compound(token: str, text: str) -> Compound:
    position, tag, ident = 0, None, None
    classes: list[str] = []
    attributes: list[AttributeTest] = []
    while position < len(token):
        match = _PART.match(token, position) if position else _PART.match(token)
        if match is None or (match.group("tag") and position):
            raise ValueError(f"selector {text!r}: {token[position:]!r} is not supported")
        if match.group("tag"):
            tag = None if match.group("tag") == "*" else match.group("tag").lower()
        elif match.group("cls"):
            classes.append(match.group("cls").replace("\\", ""))
        elif match.group("id"):
            ident = match.group("id").replace("\\", "")
        else:
            attributes.append(AttributeTest(match.group("attr").lower(), match.group("op"), match.group("value") or ""))
        position = match.end()
    return Compound(tag, ident, tuple(classes), tuple(attributes))
