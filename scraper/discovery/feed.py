"""RSS and Atom feeds.

Belongs here: reading them, forgiving what provincial feeds get wrong (broken dates are kept as written, HTML where XML
should be and empty feeds are named as problems). Does not: understanding the dates (the reader does, with the page).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, ClassVar

from scraper.discovery.finder import Answer, Ask, Finder, Ground, absolute
from scraper.found import Found

MOST_BYTES = 4_000_000
MOST_TAGS = 40_000
"""How far a feed is read: thousands of entries. feedparser takes a second for each ten thousand tags."""
MOST_NAMESPACES = 3_000
LONGEST_TAG = 20_000
"""Bytes of one tag. feedparser takes time with the square of its attributes, and of the namespaces of a feed."""

_LONG_TAG = re.compile(rb"<[^<>]{%d,}" % LONGEST_TAG)
_ENTRY_END = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>")


@dataclass(slots=True)
class Feed:
    """What one feed says."""

    entries: list[Found] = field(default_factory=list)
    problem: str | None = None


def read_feed(answer: Answer) -> Feed:
    """Reads a feed; nothing is raised."""
    if not answer.body.strip():
        return Feed(problem="empty answer")
    if answer.is_html:
        return Feed(problem="HTML where XML should be")
    body, cut = _tame(answer.body)
    import feedparser  # slow to import, and most sources have no feed

    parsed: Any = feedparser.parse(
        body,
        response_headers={"content-type": answer.content_type or "application/xml", "content-location": answer.url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    feed = Feed(problem=cut)
    for entry in parsed.entries:
        link = absolute(answer.url, str(entry.get("link") or _guid(entry) or ""))
        if link:
            published = entry.get("published") or entry.get("updated")
            feed.entries.append(Found(link, str(entry.get("title") or "") or None, published))
    if not feed.entries:
        fault = parsed.get("bozo_exception")
        feed.problem = cut or (f"broken XML: {fault}" if fault else "no entries")
    return feed


def _tame(body: bytes) -> tuple[bytes, str | None]:
    """A feed that feedparser reads in bounded time, and what was left out of it: it is cut behind a whole entry where
    it is longer than a feed ever is, and goes without its document type (whose entities may hold entities).
    """
    start = body.find(b"<!DOCTYPE", 0, 2000)
    if start >= 0:
        inside = body.find(b"[", start, body.find(b">", start) + 1)
        end = body.find(b"]>", inside) + 2 if inside >= 0 else body.find(b">", start) + 1
        if end <= start + 1:
            return b"", "a document type that never ends"
        body = body[:start] + body[end:]
    most = min(_nth(b"<", MOST_TAGS, body), _nth(b"xmlns", MOST_NAMESPACES, body))
    long = _LONG_TAG.search(body, 0, most)
    if long:
        most = long.start()
    if len(body) <= most:
        return body, None
    last = 0
    for match in _ENTRY_END.finditer(body, 0, most):
        last = match.end()
    return body[: last or most], "longer than a feed is read; the rest is left out"


def _nth(sign: bytes, number: int, body: bytes) -> int:
    """Where the text ends that holds `sign` so often, at most `MOST_BYTES`."""
    found = islice(re.finditer(re.escape(sign), body[:MOST_BYTES]), number, None)
    return next((match.start() for match in found), MOST_BYTES)


class FeedFinder(Finder):
    """Setting: `discovery.feeds`."""

    found_by: ClassVar[str] = "feed"

    def __init__(self, ground: Ground, urls: Sequence[str]) -> None:
        super().__init__(ground)
        self._urls = urls

    def start(self) -> Iterator[Ask]:
        """All feeds; in a backfill too: what is newest belongs to it."""
        known = len(self.ground.visit.known) > 0
        for url in dict.fromkeys(self._urls):
            yield Ask(url, "feed", self, conditional=known)

    def read(self, ask: Ask, answer: Answer) -> Iterator[Ask]:
        """Offers the entries."""
        if not answer.not_modified:
            feed = read_feed(answer)
            if feed.problem:
                self.ground.problem("feed", ask.url, feed.problem)
            self.offer(feed.entries, ask.url)
        return iter(())

    def failed(self, ask: Ask, why: str) -> Iterator[Ask]:
        """Notes it; the other feeds stand for themselves."""
        self.ground.problem("feed", ask.url, why)
        return iter(())


def _guid(entry: Any) -> str | None:
    guid = str(entry.get("id") or "")
    return guid if guid.startswith(("http://", "https://")) else None
