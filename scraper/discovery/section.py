"""Section pages: lists of articles in HTML, with further pages behind them.

Belongs here: links and next pages of a listing page. Does not: lists by day (`date_archive`) or in JSON (`json_api`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from lxml import etree, html

from pipelines.page.tree import without_attribute_bombs
from scraper.discovery.finder import BARE, Answer, Ask, Chain, Finder, Ground, absolute
from scraper.found import Found
from scraper.listings import Section

_NEXT_WORDS = re.compile(r"^(?:trang sau|trang tiếp|trang kế|sau|tiếp|tiếp theo|next|›|»|>|>>|→)$", re.IGNORECASE)
_MOST_LINKS = 5000


def links_of(answer: Answer) -> tuple[list[Found], str | None]:
    """All links of an HTML page in its order, each once with the longest text seen for it, and its rel=next page."""
    text, _ = without_attribute_bombs(answer.text)
    try:
        tree = html.fromstring(text.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError):
        return [], None
    base = answer.url
    stated = tree.xpath("string(//base/@href)")
    if stated:
        base = absolute(base, stated) or base
    titles: dict[str, str] = {}
    following: str | None = None
    for element in tree.iter("a", "link", "area"):
        url = absolute(base, element.get("href") or "")
        if not url:
            continue
        words = " ".join(element.text_content().split()) if element.tag == "a" else ""
        rel = (element.get("rel") or "").lower().split()
        if following is None and ("next" in rel or (words and _NEXT_WORDS.match(words))):
            following = url
        if element.tag == "link" or len(titles) >= _MOST_LINKS:
            continue
        title = words or (element.get("title") or "").strip()
        if len(title) > len(titles.get(url, "")) or url not in titles:
            titles[url] = title
    return [Found(url, title[:500] or None) for url, title in titles.items()], following


class SectionFinder(Finder):
    """Setting: `discovery.sections`, one finder for each."""

    found_by: ClassVar[str] = "section"

    def __init__(self, ground: Ground, section: Section) -> None:
        super().__init__(ground)
        self.section = section
        limits = ground.source.discovery
        most = limits.max_pages if ground.mode == "backfill" else limits.latest_pages
        self._chain = Chain(section.url, ground, most)

    def start(self) -> Iterator[Ask]:
        """The first page, or that at which a backfill was left."""
        if self._chain.over:
            return
        page, url = self._chain.resumes_at
        yield Ask(url or self.section.url, "listing", self, page, conditional=self._chain.trusts_known)

    def read(self, ask: Ask, answer: Answer) -> Iterator[Ask]:
        """Offers the links and asks for the next page where the chain goes on."""
        if answer.not_modified:
            self._chain.ended()
            return
        found, following = links_of(answer)
        if self.ground.mode == "latest" and not self._chain.met_known and self.is_bare(found):
            yield from self.failed(ask, BARE)
            return
        standings = self.offer(found, ask.url)
        if not standings and ask.page == 1:
            self.ground.problem("section", ask.url, "no article on the page")
        if self._chain.goes_on(ask, standings):
            yield from self._next(ask, following)

    def failed(self, ask: Ask, why: str) -> Iterator[Ask]:
        """Past the last page many sites answer 404; anything else may be one bad page of many."""
        if ask.page > 1 and why in {"404", "410"}:
            self._chain.ended()
            return
        self.ground.problem("section", ask.url, why)
        if self._chain.failed() and (ask.page > 1 or why != BARE):
            yield from self._next(ask, None)

    def _next(self, ask: Ask, following: str | None) -> Iterator[Ask]:
        paging = self.section.paging
        if paging is None:
            self._chain.ended()
            return
        if paging == "next-link":
            url = following
        else:
            number = self.section.first + (ask.page - 1) * self.section.step
            url = paging.replace("{section}", self.section.url.rstrip("/")).replace("{n}", str(number))
            url = absolute(self.section.url, url)
        if not url or url == ask.url or not self.ground.source.owns(url):
            self._chain.ended()
            return
        yield Ask(url, "listing", self, ask.page + 1, conditional=False)
