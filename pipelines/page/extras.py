"""Section, tags, images and language: the small fields.

Belongs here: reading them with their origin. Does not: anything that decides whether a page is an article (`kind`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urljoin

from pipelines.page.context import Context, text_of
from pipelines.page.lexicon import Zone, is_junk, key_of, line_key, phrases
from pipelines.text import clean, search_key

MAX_TAGS: Final = 40
MAX_IMAGES: Final = 200
_CRUMB_SPLIT = re.compile(r"\s*(?:[>/»›|\\→]|&raquo;|--)\s*")
_NO_SECTION = frozenset(["news", "tin tuc", "article", "uncategorized", "blog"])
_HOME = frozenset(["trang chu", "home", "trang nhat", "homepage", "trang dau"])
_NO_SECTION_LINK = re.compile(r"\d{4,}|^(?:javascript|mailto|tel|#|\?)|^$")
_VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")
_KHMER = re.compile("[\u1780-\u17ff]")
_LATIN = re.compile(r"[^\W\d_]")
_ENGLISH = re.compile(r"\b(?:the|of|and|in|to|is|was|for|with|that|has|have|said)\b")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")


def find_section(context: Context) -> str | None:
    """The section, innermost level; path levels joined by " > " where the page shows several."""
    for element, where in context.pick("section"):
        levels = [text_of(link) for link in element.iterdescendants("a")] or _CRUMB_SPLIT.split(text_of(element))
        section = _join(levels, context)
        if section:
            context.won("section", "selector", 0.9)
            context.witness("section", section, section, "selector", where, 0.9, chosen=True)
            return section
    shown = _from_crumbs(context)
    if shown:
        return shown
    candidates = [
        (context.meta.first("article:section", "section", "category"), "meta", "article:section"),
        (context.meta.ld("articleSection"), "json-ld", "articleSection"),
    ]
    for text, origin, where in candidates:
        section = clean(text)
        # Templates that never set the section leave "News" in it; a list of words is a list of key words.
        if section and len(section) <= 80 and search_key(section) not in _NO_SECTION and section.count(",") < 2:
            context.won("section", origin, 0.8)
            context.witness("section", section, text, origin, where, 0.8, chosen=True)
            return section
    return _beside_title(context)


def _from_crumbs(context: Context) -> str | None:
    levels = _join(context.meta.breadcrumbs, context)
    if levels:
        context.won("section", "json-ld", 0.8)
        return levels
    for names in ("breadcrumb", "breadcrumbs", "duongdan", "bread-crumb", "vitri", "crumbs"):
        for element in context.page.index.classes.get(names, ())[:1]:
            links = [text_of(link) for link in element.iterdescendants("a")]
            section = _join(links if len(links) > 1 else _CRUMB_SPLIT.split(text_of(element)), context)
            if section:
                context.won("section", "selector", 0.7)
                context.witness("section", section, section, "selector", f".{names}", 0.7, chosen=True)
                return section
    return None


def _beside_title(context: Context) -> str | None:
    """The link to a section that stands next to the headline, on pages without a path of sections."""
    row = [block for block in (*context.around.before, *context.around.between) if block.kind == "text"]
    wrong = Zone.WIDGET | Zone.TAGS | Zone.RELATED | Zone.AUTHOR
    for index in range(len(row) - 1, -1, -1):
        block = row[index]
        if not block.is_link or len(block.text) > 40 or len(block.links) > 3 or block.zone & wrong:
            continue
        if any(near.is_link for near in row[max(0, index - 1) : index + 2] if near is not block):
            continue  # one of several links in a row: a menu
        # A tool of the page (size of letters, print) leads to no other page, or is no word.
        if is_junk(block.text) or any(_NO_SECTION_LINK.search(link.get("href") or "") for link in block.links):
            continue
        section = _join([text_of(link) for link in block.links], context)
        if section:
            context.won("section", "structure", 0.5)
            return section
    return None


def _join(levels: Iterable[str], context: Context) -> str | None:
    kept: list[str] = []
    skip: set[str] | None = None
    for level in levels:
        if skip is None:
            skip = {key_of(name) for name in context.outlet_names} | {search_key(context.title)}
        name = re.sub(r"^(?:Chuyên mục|Danh mục|Mục)\s*:\s*", "", clean(level)).strip(" /»›>|")
        key = search_key(name)
        if len(_LATIN.findall(key)) < 2 or len(name) > 60:
            continue  # "A+", "»"
        if key not in _HOME and key not in skip and name not in kept:
            kept.append(name)
            if len(kept) == 4:
                break
    return " > ".join(kept) or None


def find_tags(context: Context) -> tuple[str, ...]:
    """Key words that the page shows; the keywords tag only where it shows none."""
    shown: list[str] = []
    for element, _ in context.pick("tags"):
        links = [element] if element.tag == "a" else list(element.iterdescendants("a"))
        shown += [text_of(link) for link in links]
    if not shown:
        shown = [text_of(link) for link in context.page.index.attributes.get(("rel", "tag"), ())]
    origin = "selector"
    if not shown:
        shown = [tag for value in context.meta.meta.get("article:tag", ()) for tag in value.split(",")]
        origin = "meta"
    if not shown:
        words = context.meta.first("news_keywords", "keywords")
        shown = re.split(r"\s*[,;]\s*", words) if words.count(",") + words.count(";") < MAX_TAGS else []
    labels = set(phrases().tags_labels) | {key_of(name) for name in context.outlet_names}
    tags: list[str] = []
    for tag in shown:
        name = clean(tag).strip(" #,;:")
        if name and len(name) <= 80 and line_key(name) not in labels and name not in tags:
            tags.append(name)
            if len(tags) == MAX_TAGS:
                break
    if tags:
        context.won("tags", origin, 0.9 if origin == "selector" else 0.5)
    return tuple(tags)


def find_images(context: Context, sources: Iterable[str]) -> tuple[str, ...]:
    """Absolute addresses of the article's images, the one for sharing first if the text does not show it."""
    found: list[str] = []
    for source in sources:
        try:
            address = urljoin(context.url, source.strip())
        except ValueError:
            continue
        if address.startswith(("http://", "https://")) and address not in found:
            found.append(address)
            if len(found) == MAX_IMAGES:
                break
    return tuple(found)


def find_language(context: Context, text: str) -> str | None:
    """ISO 639-1 code of the text, from its letters: `lang` attributes of templates are often wrong. None for too
    little text.
    """
    sample = text[:1500]
    letters = sum(map(str.isalpha, sample))
    if letters < 20:
        return None
    for code, pattern, share in (("km", _KHMER, 0.2), ("zh", _CHINESE, 0.2), ("ru", _CYRILLIC, 0.3)):
        if len(pattern.findall(sample)) > share * letters:
            return code
    if len(_VIETNAMESE.findall(sample)) > 0.04 * letters:
        return "vi"
    if len(_ENGLISH.findall(sample)) >= max(2, len(sample.split()) // 25):
        return "en"
    declared = (context.page.root.get("lang") or "").strip().lower()[:2]
    return declared if declared.isalpha() and len(declared) == 2 else None
