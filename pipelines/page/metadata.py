"""What a page says about itself for machines: meta tags, OpenGraph, JSON-LD, microdata, the state of Next.js.

Belongs here: reading them tolerantly and handing the values out as written. Does not: believing them; templates fill
them with the outlet's name, months first, or UTC marks on local clocks (the modules of the fields decide).
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Final

from pipelines.page.tree import Page
from pipelines.text import clean

MAX_SCRIPT: Final = 2_000_000
MAX_NODES: Final = 50_000
MAX_PEOPLE: Final = 60
"""Authors that one statement may name; a special issue has a dozen."""
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_CONTROL = re.compile(r"[\x00-\x1f]+")
_HALF_PAIR = re.compile(r"\\u[dD](?:[89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..\\u[dD])[c-fC-F]..)")
_COMMENT = re.compile(r"^\s*(?:<!--|//<!\[CDATA\[|/\*<!\[CDATA\[\*/)|(?:-->|//\]\]>|/\*\]\]>\*/)\s*$")
_ARTICLE_TYPES: Final = frozenset(
    ["article", "newsarticle", "reportagenewsarticle", "analysisnewsarticle", "opinionnewsarticle",
     "backgroundnewsarticle", "reviewnewsarticle", "askpublicnewsarticle", "advertisercontentarticle", "blogposting",
     "report", "liveblogposting", "discussionforumposting", "socialmediaposting", "techarticle", "scholarlyarticle"]
)  # fmt: skip
_MEDIA_TYPES: Final = ("videoobject", "imagegallery", "mediagallery")


@dataclass
class Metadata:
    """Machine-readable statements of one page. `meta` keys are lower-case names or properties; the first value comes
    first.
    """

    meta: dict[str, list[str]] = field(default_factory=dict)
    article: Mapping[str, Any] = field(default_factory=dict)  # the JSON-LD object that describes the article
    types: tuple[str, ...] = ()  # all JSON-LD types on the page, lower case
    site_names: tuple[str, ...] = ()  # what the page calls its own outlet
    breadcrumbs: tuple[str, ...] = ()
    title_tag: str = ""

    def first(self, *names: str) -> str:
        """The first non-empty content of the named meta tags, as written; empty string where there is none."""
        for name in names:
            for value in self.meta.get(name, ()):
                if value.strip():
                    return value.strip()
        return ""

    @property
    def is_article(self) -> bool:
        """Whether JSON-LD or OpenGraph calls the page an article."""
        return bool(self.article) or "article" in self.first("og:type").lower()

    def ld(self, key: str) -> str:
        """A text value of the JSON-LD article, or the empty string."""
        value = self.article.get(key)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, dict):
            value = value.get("@value") or value.get("name")
        return value.strip() if isinstance(value, str) else ""


def read_metadata(page: Page) -> Metadata:
    """All machine-readable statements of `page`."""
    found = Metadata()
    index = page.index
    for element in index.tags.get("meta", ()):
        attrib = element.attrib
        content = attrib.get("content")
        if content is None:
            continue
        for key in ("name", "property", "itemprop", "http-equiv"):
            name = attrib.get(key)
            if name:
                found.meta.setdefault(name.strip().lower(), []).append(content)
    titles = index.tags.get("title", ())
    if titles:
        found.title_tag = clean(titles[0].text or "")
    _read_json_ld(page, found)
    names = [found.first("og:site_name", "application-name", "dc.publisher", "copyright")]
    publisher = found.article.get("publisher")
    if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
        names.append(publisher["name"])
    found.site_names = tuple(dict.fromkeys([*found.site_names, *(clean(name) for name in names if name.strip())]))
    return found


def _read_json_ld(page: Page, found: Metadata) -> None:
    types: list[str] = []
    best, best_rank = None, 0
    for script in page.index.tags.get("script", ()):
        kind = script.get("type")
        if kind is None or "ld+json" not in kind.lower():
            continue
        for node in objects_in(load_json(script.text or "")):
            kinds = _types_of(node)
            types += kinds
            rank = (
                3 if any(kind in _ARTICLE_TYPES for kind in kinds) else 2 * any(kind in _MEDIA_TYPES for kind in kinds)
            )
            if rank and (node.get("headline") or node.get("datePublished") or node.get("name")) and rank > best_rank:
                best, best_rank = node, rank
            if "breadcrumblist" in kinds and not found.breadcrumbs:
                found.breadcrumbs = _crumbs(node)
            if any(kind in ("website", "newsmediaorganization", "organization") for kind in kinds):
                name = node.get("name")
                if isinstance(name, str) and name.strip():
                    found.site_names = (*found.site_names, clean(name))
    if best is not None:
        found.article = best
    found.types = tuple(dict.fromkeys(types))


def load_json(text: str) -> Any:
    """The value of a JSON text, read tolerantly (comments around it, commas too many); None where there is none."""
    if len(text) > MAX_SCRIPT:
        return None
    text = _COMMENT.sub("", text.strip())
    if "\\ud" in text or "\\uD" in text:
        text = _HALF_PAIR.sub("", text)  # half a pair is no character and cannot be stored
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", _CONTROL.sub(" ", text))):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def objects_in(data: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object in `data`, outer ones first, without recursion."""
    queue, seen = deque([data]), 0
    while queue and seen < MAX_NODES:
        node = queue.popleft()
        seen += 1
        if isinstance(node, list):
            queue.extend(node)
        elif isinstance(node, dict):
            yield node
            queue.extend(value for value in node.values() if isinstance(value, (dict, list)))


def _types_of(node: Mapping[str, Any]) -> list[str]:
    kinds = node.get("@type")
    if isinstance(kinds, str):
        kinds = [kinds]
    return [kind.lower() for kind in kinds if isinstance(kind, str)] if isinstance(kinds, list) else []


def _crumbs(node: Mapping[str, Any]) -> tuple[str, ...]:
    names: list[str] = []
    items = node.get("itemListElement")
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, dict):
            continue
        name = item.get("name")
        inner = item.get("item")
        if not isinstance(name, str) and isinstance(inner, dict):
            name = inner.get("name")
        if isinstance(name, str) and name.strip():
            names.append(clean(unescape(name)))
    return tuple(names)


def people_of(value: Any) -> Iterator[tuple[str, bool]]:
    """(name, whether the type is an organisation) of a JSON-LD `author` value."""
    for item in value[:MAX_PEOPLE] if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield item.strip(), False
        elif isinstance(item, dict) and isinstance(item.get("name"), str):
            yield item["name"].strip(), "organization" in " ".join(_types_of(item))
