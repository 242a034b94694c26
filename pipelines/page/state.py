"""Articles that a page carries as data for its own scripts: the state of Next.js or Nuxt, or the `articleBody` of
JSON-LD.

Belongs here: finding the object that describes the article and making a tree of its HTML, so that it is read like any
other region. Does not: data that the page would fetch later; a reader that runs no scripts never sees it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lxml.html import HtmlElement

from pipelines.page.metadata import Metadata, objects_in
from pipelines.page.scripts import page_states
from pipelines.page.tree import Page, parse_fragment
from pipelines.text import search_key

MIN_CONTENT: Final = 200
MAX_ITEMS: Final = 2_000
"""Blocks of one text, or people, that are read."""
_MARKUP = re.compile(r"</?(?:p|div|br|figure|h[1-6]|ul|table)\b", re.I)
_PIECE: Final = ("content", "html", "text", "value", "data")
_NAME: Final = ("name", "displayName", "display_name", "fullName", "full_name", "penName", "title")
_CONTENT: Final = (
    "content", "body", "contentHtml", "content_html", "bodyHtml", "body_html", "detail", "html", "articleBody",
    "fullText", "full_text", "contents", "description_html", "noiDung", "noi_dung", "chiTiet",
)  # fmt: skip
_TITLE: Final = ("title", "headline", "name", "tieuDe", "tieu_de")
_LEAD: Final = (
    "sapo", "lead", "summary", "description", "abstract", "excerpt", "shortDescription", "short_description", "intro",
    "tomTat", "tom_tat", "moTa",
)  # fmt: skip
_DATE: Final = (
    "publishedAt", "published_at", "publishDate", "publish_date", "publishedDate", "published_date", "datePublished",
    "date_published", "publishTime", "publish_time", "publishedTime", "published_time", "publishedOn", "published_on",
    "pubDate", "distributionDate", "distribution_date", "ngayDang", "ngay_dang", "ngayXuatBan",
)  # fmt: skip
_AUTHOR: Final = (
    "author", "authorName", "author_name", "authors", "penName", "pen_name", "pseudonym", "tacGia", "tac_gia",
    "butDanh", "byline",
)  # fmt: skip
_SECTION: Final = (
    "category", "categoryName", "category_name", "categories", "section", "zone", "zoneName", "chuyenMuc", "chuyen_muc",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StateArticle:
    """An article found in a page's data, with its text as a tree."""

    element: HtmlElement
    letters: int
    where: str
    statement: Mapping[
        str, Any
    ]  # in the terms of JSON-LD: headline, description, datePublished, author, articleSection


def find_article(page: Page, meta: Metadata, shown: int = 0) -> StateArticle | None:
    """The article with the longest text in the page's data, or None. `shown`: letters of text that the page displays;
    data that cannot hold more than that are not looked at.
    """
    found: list[tuple[bool, int, str, Mapping[str, Any], str]] = []
    head = search_key(f"{meta.first('og:title')} {meta.ld('headline')} {meta.title_tag}")
    for data, place in page_states(page, max(MIN_CONTENT, shown)):
        for node in objects_in(data):
            text = _content(node)
            title = _first(node, _TITLE)
            if title and len(text) > MIN_CONTENT:
                found.append((search_key(title)[:60] in head, len(text), text, node, place))
    best: Mapping[str, Any] | None = None
    content, where = "", ""
    named = [one for one in found if one[0]]
    if named or len(found) == 1:  # the state of a list holds many articles, none of which the page is named after
        _, _, content, best, where = max(named or found, key=lambda one: one[1])
    if best is None:
        text = meta.ld("articleBody")
        if len(text) > MIN_CONTENT:
            best, where = meta.article, "articleBody"
            content = _paragraphs(text)
    elif not _MARKUP.search(content):
        content = _paragraphs(content)
    if best is None:
        return None
    element = parse_fragment(content)
    if element is None:
        return None
    letters = sum(len(text.strip()) for text in element.itertext())
    if letters < MIN_CONTENT:
        return None
    statement: dict[str, Any] = {
        "headline": _first(best, _TITLE),
        "description": _first(best, _LEAD),
        "datePublished": _first(best, _DATE),
        "author": _people(best),
        "articleSection": _first(best, _SECTION),
    }
    return StateArticle(element, letters, where, {key: value for key, value in statement.items() if value})


def _paragraphs(text: str) -> str:
    if _MARKUP.search(text):
        return text
    return "".join(f"<p>{html.escape(line)}</p>" for line in html.unescape(text).splitlines() if line.strip())


def _content(node: Mapping[str, Any]) -> str:
    """The text of an object: one string, or the strings of its blocks one after the other."""
    best = ""
    for name in _CONTENT:
        value = node.get(name)
        if isinstance(value, list):
            value = "\n".join(_paragraphs(piece) for piece in _texts(value, _PIECE))
        if isinstance(value, dict):
            value = value.get("rendered") or value.get("html")
        if isinstance(value, str) and len(value) > len(best):
            best = value
    return best


def _people(node: Mapping[str, Any]) -> Any:
    for name in _AUTHOR:
        value = node.get(name)
        if isinstance(value, list):
            value = _texts(value, _NAME)
        elif isinstance(value, dict):
            value = _first(value, _NAME)
        if isinstance(value, (str, list)) and value:
            return value
    return None


def _texts(items: list[Any], names: tuple[str, ...]) -> list[str]:
    """The strings of a list, or what its objects say under one of `names`."""
    found = [
        one if isinstance(one, str) else _first(one, names) for one in items[:MAX_ITEMS] if isinstance(one, (str, dict))
    ]
    return [one for one in found if one]


def _first(node: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = node.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, dict):
            value = value.get("name") or value.get("rendered") or value.get("html")
        if isinstance(value, int) and value > 1_000_000_000:
            value = str(value)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""
