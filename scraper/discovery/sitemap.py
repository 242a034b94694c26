"""Sitemaps: index, lists by day or section, news sitemaps; plain, gzip, or a list of lines (sitemaps.org protocol).

Belongs here: reading them, and which of an index's children a run asks for. Does not: robots.txt's Sitemap lines
(`scraper.net.robots` reads them, the spider hands them in).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

from lxml import etree

from scraper.archive.coding import decode_content
from scraper.archive.errors import PayloadTooLarge
from scraper.discovery.finder import Answer, Ask, Chain, Finder, Ground, absolute
from scraper.found import Found, Standing

DEEPEST = 3
"""Levels of indexes below one another. The protocol allows one; some sites have two."""

NO_ENTRIES = "no entries"
"""The one problem of a sitemap that is whole: a day without news has such a one."""

MOST_ENTRIES = 200_000
"""Entries that are read of one file, four times what the protocol allows."""

HINT_HOLDS = timedelta(days=3)
"""A child whose lastmod did not move is left out of a `latest` run for so long, never for ever: lastmod lies."""

HOLDS_OF_FEW = timedelta(hours=20)
"""The same where an index has few children: reading them once a day costs little, and a news sitemap forgets in two."""

FEW = 50

_ENDED = re.compile(rb"</\s*(?:\w+:)?(?:urlset|sitemapindex)\s*>", re.IGNORECASE)
_DAY = re.compile(r"(?<!\d)(20\d\d)[-_/]?(0[1-9]|1[0-2])(?:[-_/]?(0[1-9]|[12]\d|3[01]))?(?!\d)")


@dataclass(slots=True)
class Sitemap:
    """What one file says: children of an index, or pages."""

    children: list[Found] = field(default_factory=list)
    pages: list[Found] = field(default_factory=list)
    problem: str | None = None


def read_sitemap(body: bytes, url: str, limit: int = 60_000_000) -> Sitemap:
    """Reads a sitemap. Broken XML gives what can be read of it, and `problem` says so; nothing is raised."""
    if body[:2] == b"\x1f\x8b":
        try:
            body, _ = decode_content(body, "gzip", limit)
        except PayloadTooLarge as error:
            return Sitemap(problem=str(error))
    start = body[:600].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        return Sitemap(problem="empty")
    if start[:1] != b"<":
        return _lines(body, url)
    if re.match(rb"<!doctype html|<html", start, re.IGNORECASE):
        return Sitemap(problem="HTML where XML should be")
    found = Sitemap()
    try:
        for _, element in etree.iterparse(
            io.BytesIO(body), events=("end",), recover=True, resolve_entities=False, no_network=True, huge_tree=False
        ):
            name = _name(element)
            if name in {"url", "sitemap"}:
                entry = _entry(element, url)
                if entry:
                    (found.pages if name == "url" else found.children).append(entry)
                    if len(found.pages) + len(found.children) >= MOST_ENTRIES:
                        found.problem = f"more than {MOST_ENTRIES:,} entries; the rest is not read"
                        return found
                element.clear()
                while element.getprevious() is not None:  # the root would keep every entry otherwise
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        found.problem = f"broken XML: {error.msg}"
    if not _ENDED.search(body[-4096:]) and (found.pages or found.children):
        (found.pages or found.children).pop()  # its address may be cut off, too
        found.problem = "cut off"
    if not found.pages and not found.children and not found.problem:
        found.problem = NO_ENTRIES
    return found


def day_in_name(url: str) -> tuple[date, date] | None:
    """First and last day of the day or month that an address names (`…-2026-11-05.xml`, `/202611.xml`), or None."""
    match = _DAY.search(url.rpartition("/")[2]) or _DAY.search(url)
    if not match:
        return None
    year, month = int(match[1]), int(match[2])
    try:
        if match[3]:
            return date(year, month, int(match[3])), date(year, month, int(match[3]))
    except ValueError:
        return None
    first = date(year, month, 1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


class SitemapFinder(Finder):
    """Setting: `discovery.sitemaps` (and `robots_sitemaps`)."""

    found_by: ClassVar[str] = "sitemap"

    def __init__(self, ground: Ground, urls: Sequence[str]) -> None:
        super().__init__(ground)
        self._urls = urls
        self._asked: set[str] = set()
        self._chain = Chain("sitemap", ground, most_pages=1_000_000)
        self._open = 0
        self._dated: list[Ask] = []  # children that name a day, newest last; asked one after another

    def start(self) -> Iterator[Ask]:
        """The sitemaps of the source's file."""
        if self._chain.over:
            return
        asks = [ask for url in dict.fromkeys(self._urls) if (ask := self._ask(url, 1))]
        if not asks:
            self._chain.ended()
        yield from asks

    def read(self, ask: Ask, answer: Answer) -> Iterator[Ask]:
        """Pages are offered, children asked for."""
        self._open -= 1
        if answer.not_modified:
            yield from self._next(ask, stop=ask.day is not None)
            return
        sitemap = read_sitemap(answer.body, answer.url, self.ground.source.limits.listing_bytes)
        if sitemap.problem:
            self.ground.problem("sitemap", ask.url, sitemap.problem)
            if sitemap.problem != NO_ENTRIES:
                self._chain.failed()  # what it holds beyond is unknown, so the next run reads all of them again
        standings = self.offer(sitemap.pages, ask.url)
        seen = self.ground.state.listing(ask.url)
        if ask.lastmod and seen.get("lastmod") == ask.lastmod and any(s is not Standing.KNOWN for _, s in standings):
            self.ground.state.mark_standing_still(ask.url)
        yield from self._children(sitemap.children, ask.page + 1)
        all_known = bool(standings) and all(standing is Standing.KNOWN for _, standing in standings)
        yield from self._next(ask, stop=ask.day is not None and all_known and self._chain.trusts_known)

    def failed(self, ask: Ask, why: str) -> Iterator[Ask]:
        """A sitemap that cannot be had does not keep the others from being read."""
        self._open -= 1
        self.ground.problem("sitemap", ask.url, why)
        self._chain.failed()
        yield from self._next(ask, stop=False)

    def _next(self, ask: Ask, *, stop: bool) -> Iterator[Ask]:
        """The next dated child, unless the one just read says that all older ones are known."""
        if stop:
            self._dated.clear()
        if self._dated and self._open == 0:
            self._open += 1
            yield self._dated.pop()
        elif self._open == 0:
            self._chain.ended()

    def _children(self, children: list[Found], level: int) -> Iterator[Ask]:
        if level > DEEPEST and children:
            self.ground.problem("sitemap", children[0].url, f"index below index below index ({level} levels)")
            return
        dated: list[tuple[date, Found]] = []
        few = sum(1 for child in children if not day_in_name(child.url)) <= FEW
        for child in children:
            days = day_in_name(child.url)
            if days and not self._before(days[1]):
                dated.append((days[1], child))
            elif not days and not self._rests(child, few=few):
                yield from self._asks(child, level)
        dated.sort(key=lambda pair: pair[0])
        if self.ground.mode == "latest" and dated and not self.ground.since:
            oldest = dated[-1][0] - timedelta(days=self.ground.source.discovery.latest_days)
            dated = [pair for pair in dated if pair[0] > oldest]
        for day, child in dated:
            ask = self._ask(child.url, level, day=day, lastmod=child.lastmod)
            if ask:
                self._open -= 1  # it waits for its turn
                self._dated.append(ask)

    def _before(self, last_day: date) -> bool:
        return self.ground.since is not None and last_day < self.ground.since

    def _rests(self, child: Found, *, few: bool) -> bool:
        """Whether an undated child may be left out: its lastmod is that of a recent visit, and moves with its pages."""
        if not (child.lastmod and self._chain.trusts_known):
            return False
        seen = self.ground.state.listing(child.url)
        if seen.get("lastmod") != child.lastmod or seen.get("stands_still"):
            return False
        holds = HOLDS_OF_FEW if few else HINT_HOLDS
        return datetime.now(UTC) - datetime.fromisoformat(seen["fetched_at"]) < holds

    def _asks(self, child: Found, level: int) -> Iterator[Ask]:
        if ask := self._ask(child.url, level, lastmod=child.lastmod):
            yield ask

    def _ask(self, url: str, level: int, day: date | None = None, lastmod: str | None = None) -> Ask | None:
        if url in self._asked:
            return None
        self._asked.add(url)
        if not self.ground.source.owns(url):
            self.ground.problem("sitemap", url, "not a host of the source, so nobody reads it")
            return None
        self._open += 1
        return Ask(url, "sitemap", self, level, day, conditional=self._chain.trusts_known, lastmod=lastmod)


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _entry(element: etree._Element, base: str) -> Found | None:
    # What stands nearest counts: pictures have a loc and a title of their own, and may come first.
    texts: dict[str, str] = {}
    for parts in (element, element.iter()):
        for part in parts:
            if part.text and part.text.strip():
                texts.setdefault(_name(part), part.text.strip())
    url = absolute(base, texts.get("loc", ""))
    if not url:
        return None
    return Found(url, texts.get("title"), texts.get("publication_date"), texts.get("lastmod"))


def _lines(body: bytes, url: str) -> Sitemap:
    pages: list[Found] = []
    for line in io.BytesIO(body):
        written = line.decode("utf-8", "replace").strip()
        link = absolute(url, written) if written.startswith("http") else None
        if link:
            pages.append(Found(link))
            if len(pages) >= MOST_ENTRIES:
                return Sitemap(pages=pages, problem=f"more than {MOST_ENTRIES:,} entries; the rest is not read")
    return Sitemap(pages=pages, problem=None if pages else "neither XML nor a list of addresses")
