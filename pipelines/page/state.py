"""Articles that a page carries as data for its own scripts: the state of Next.js, or the `articleBody` of JSON-LD.

Belongs here: finding the object that describes the article and making a tree of its HTML, so that it is read like any
other region. Does not: data that the page would fetch later; a reader that runs no scripts never sees it.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lxml.html import HtmlElement

from pipelines.page.metadata import Metadata, next_state
from pipelines.page.tree import Page, parse_fragment

MIN_CONTENT: Final = 200
_CONTENT: Final = (
    "content",
    "body",
    "contentHtml",
    "content_html",
    "detail",
    "html",
    "articleBody",
    "fullText",
    "noiDung",
)
_TITLE: Final = ("title", "headline", "name", "tieuDe")
_LEAD: Final = ("sapo", "lead", "summary", "description", "abstract", "excerpt", "shortDescription", "tomTat")
_DATE: Final = ("publishedAt", "published_at", "publishDate", "publish_date", "datePublished", "publishTime", "pubDate")
_AUTHOR: Final = ("author", "authorName", "author_name", "authors", "tacGia", "byline")


@dataclass(frozen=True, slots=True)
class StateArticle:
    """An article found in a page's data, with its text as a tree."""

    element: HtmlElement
    letters: int
    where: str
    statement: Mapping[str, Any]  # in the terms of JSON-LD: headline, description, datePublished, author


def find_article(page: Page, meta: Metadata) -> StateArticle | None:
    """The article with the longest text in the page's data, or None."""
    best: Mapping[str, Any] | None = None
    content, where = "", ""
    for node in next_state(page):
        text = _first(node, _CONTENT)
        if len(text) > max(MIN_CONTENT, len(content)) and _first(node, _TITLE):
            best, content, where = node, text, "__NEXT_DATA__"
    if best is None:
        text = meta.ld("articleBody")
        if len(text) > MIN_CONTENT:
            best, where = meta.article, "articleBody"
            content = "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())
    if best is None:
        return None
    element = parse_fragment(content)
    if element is None:
        return None
    letters = sum(len(text.strip()) for text in element.itertext())
    if letters < MIN_CONTENT:
        return None
    statement = {
        "headline": _first(best, _TITLE),
        "description": _first(best, _LEAD),
        "datePublished": _first(best, _DATE),
        "author": _first(best, _AUTHOR),
    }
    return StateArticle(element, letters, where, {key: value for key, value in statement.items() if value})


def _first(node: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = node.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, dict):
            value = value.get("name") or value.get("rendered") or value.get("html")
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""
