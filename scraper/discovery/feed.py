"""RSS and Atom feeds.

Belongs here: reading them, forgiving what provincial feeds get wrong (broken dates are kept as written, HTML where XML
should be and empty feeds are named as problems). Does not: understanding the dates (the reader does, with the page).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from scraper.discovery.finder import Answer, Ask, Finder, Ground, absolute
from scraper.found import Found


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
    import feedparser  # slow to import, and most sources have no feed

    parsed: Any = feedparser.parse(
        answer.body,
        response_headers={"content-type": answer.content_type or "application/xml", "content-location": answer.url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    feed = Feed()
    for entry in parsed.entries:
        link = absolute(answer.url, str(entry.get("link") or _guid(entry) or ""))
        if link:
            published = entry.get("published") or entry.get("updated")
            feed.entries.append(Found(link, str(entry.get("title") or "") or None, published))
    if not feed.entries:
        fault = parsed.get("bozo_exception")
        feed.problem = f"broken XML: {fault}" if fault else "no entries"
    return feed


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
