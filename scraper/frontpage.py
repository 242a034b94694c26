"""What a site's own pages say about it: its name, its lists and feeds, the form of its addresses and of its paging.

Belongs here: reading that from pages that were fetched, and the usual places of what they do not name. Does not: asking
(`scraper.look`), or which of it is proposed (`scraper.probe`).
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import yaml
from lxml import etree, html

from pipelines.places.gazetteer import gazetteer
from pipelines.urls import canonical_url
from scraper.discovery.addresses import may_be_article
from scraper.discovery.finder import Answer, absolute
from scraper.discovery.section import links_of
from scraper.source import Source

_PAGE_LINK = re.compile(
    r"^(?P<before>.*?(?:[?&](?:page|p|trang|paged)=|/trang-?|/page[-/]|/p))(?P<n>\d{1,3})(?P<after>/?|\.html?)$"
)
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml"})
_USUAL_LISTS = ("tin-moi", "tin-moi-nhat")
"""Lists of everything that many sites have and few of their front pages link to."""
_HOME_FEED = re.compile(r"/(?:home|trang-chu|tin-moi|tin-moi-nhat|index)(?=\.rss$)")
MOST_SECTIONS = 10


def site_name(page: Answer) -> str | None:
    """What the site calls itself: og:site_name, else the shortest part of the title."""
    tree = _tree(page)
    if tree is None:
        return None
    stated = tree.xpath("string(//meta[@property='og:site_name']/@content)").strip()
    title = " ".join(tree.xpath("string(//title)").split())
    parts = [part.strip() for part in re.split(r"\s[|–—]\s|\s-\s(?!Truyền hình)", title) if part.strip()]
    named = next((part for part in parts if re.match(r"(?:Báo|Đài|Cổng|Trang)\b", part)), parts[0] if parts else "")
    return (stated or named)[:120] or None


def province_of(name: str) -> dict[str, Any] | None:
    """The province that an outlet's name ends with, of before and of after July 2025; None where it names none."""
    units = gazetteer()
    named = [unit for unit in units.units.values() if unit.level == "province" and name.endswith(f" {unit.name}")]
    old = next((unit for unit in named if unit.borders == "63"), None)
    if old is None:
        return None
    new = next(unit for unit in units.units.values() if unit.unit_id == f"34:{old.provinces_34[0]}")
    return {"old": {"code": old.code, "name": old.name}, "new": {"code": new.code, "name": new.name}}


@cache
def _forms() -> tuple[tuple[re.Pattern[str], str | None], ...]:
    rows = yaml.safe_load((files("scraper") / "forms.yaml").read_text(encoding="utf-8"))
    return tuple((re.compile(row["pattern"], re.IGNORECASE), row.get("family")) for row in rows)


def form_of(urls: list[str]) -> tuple[str | None, str | None]:
    """The form of address (and its family) that fits most of a site's links; None where fewer than three fit one."""
    places = []
    for canonical in {canonical_url(url) for url in urls}:
        parts = urlsplit(canonical)
        places.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    scores = [(sum(1 for place in places if form.search(place)), form.pattern, family) for form, family in _forms()]
    best = max(scores, key=lambda score: score[0])  # of equal ones the first, which is the most telling
    return (best[1], best[2]) if best[0] >= 3 else (None, None)


def sections_of(page: Answer, source: Source) -> list[str]:
    """Links of the front page that look like rooms of the site: short path, short name, no number."""
    chosen = []
    for link in links_of(page)[0]:
        path = urlsplit(link.url).path.rstrip("/")
        words = (link.title or "").split()
        if not source.owns(link.url) or may_be_article(link.url, source) or urlsplit(link.url).query:
            continue
        if re.fullmatch(r"(?:/[a-z][a-z-]{2,40}){1,2}(?:\.html?)?", path, re.IGNORECASE) and 1 <= len(words) <= 6:
            chosen.append(link.url.partition("#")[0])
    dull = re.compile(r"/(?:lien-he|gioi-thieu|quang-cao|dang-nhap|login|rss|tim-kiem|search|sitemap|tag|en|english)\b")
    return [url for url in dict.fromkeys(chosen) if not dull.search(url)][:MOST_SECTIONS]


def declared_feeds(page: Answer, source: Source) -> list[str]:
    """Feeds that the front page declares, and links of it that end like one."""
    tree = _tree(page)
    if tree is None:
        return []
    declared = [
        element.get("href", "")
        for element in tree.iter("link")
        if "alternate" in (element.get("rel") or "").lower() and (element.get("type") or "").lower() in _FEED_TYPES
    ]
    linked = [link.url for link in links_of(page)[0] if re.search(r"\.(?:rss|atom)$|/rss/[^/]+$", link.url)]
    urls = [url for href in (*declared, *linked) if (url := absolute(page.url, href)) and source.owns(url)]
    return list(dict.fromkeys(urls))[:10]


def guessed_lists(home: str, sections: list[str]) -> list[str]:
    """Where a list of everything may lie, in the site's own way of closing an address."""
    slash = "/" if sections and all(url.endswith("/") for url in sections) else ""
    return [f"{home.rstrip('/')}/{name}{slash}" for name in _USUAL_LISTS]


def guessed_feeds(feeds: list[str], sections: list[str]) -> list[str]:
    """Feeds of sections, where the front page names that of the whole site alone (`/rss/home.rss`)."""
    names = [urlsplit(url).path.strip("/") for url in sections]
    return [
        _HOME_FEED.sub(f"/{name}", feed)
        for feed in feeds
        if len(feeds) == 1 and _HOME_FEED.search(feed)
        for name in names
        if "/" not in name
    ]


def paging_of(answer: Answer | None, section: str) -> str | None:
    """The form of a section's further pages, from its link to page 2 (or 1), or None."""
    if answer is None:
        return None
    stem = section.rstrip("/")
    forms: dict[str, str] = {}
    for link in links_of(answer)[0]:
        if not link.url.startswith(stem) or link.url.rstrip("/") == stem:
            continue
        match = _PAGE_LINK.match("{section}" + link.url[len(stem) :])
        if match:
            forms.setdefault(match["n"], f"{match['before']}{{n}}{match['after']}")
    return forms.get("2") or forms.get("1")  # a short list links to its one page


def _tree(page: Answer) -> Any:
    try:
        return html.fromstring(page.text.encode(), parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
