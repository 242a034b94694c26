"""What all finders share: the listing asked for, its answer, and the rule by which a chain of pages ends.

Belongs here: the interface of a finder and the stop rules. Does not: any format of listings (one module each), or
requests and responses of Scrapy (`scraper.spiders.news` carries them to and fro).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urljoin

from pipelines.decode import decode
from pipelines.urls import canonical_url
from scraper.discovery.state import DiscoveryState
from scraper.found import Found, Standing
from scraper.plan import Mode
from scraper.source import Source

if TYPE_CHECKING:
    from scraper.visit import Visit

FAILURES_IN_A_ROW = 3
"""A chain whose pages fail so often one after another is given up for this run."""

BARE = "200 and no link to the source itself"
"""What is wrong with a page that is none of the site's lists: a notice of maintenance, of a firewall, of an error."""


@dataclass(slots=True)
class Ask:
    """One listing to ask for."""

    url: str
    purpose: str  # listing, feed, sitemap
    finder: Finder
    page: int = 1
    day: date | None = None
    conditional: bool = True  # whether an unchanged answer (304) would do
    lastmod: str | None = None  # what the index said of a sitemap


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for an `Ask`."""

    url: str
    status: int
    body: bytes = b""
    content_type: str | None = None

    @property
    def not_modified(self) -> bool:
        """Whether the server said that nothing changed since the last visit."""
        return self.status == 304

    @property
    def text(self) -> str:
        """The body as text, whatever its encoding."""
        return decode(self.body, self.content_type).text

    @property
    def is_html(self) -> bool:
        """Whether the body is an HTML page, whatever its content type says."""
        start = self.body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return start.startswith((b"<!doctype html", b"<html")) or b"<html" in start[:600]


@dataclass(slots=True)
class Ground:
    """What finders stand on: the source, the run's mode, and what is remembered."""

    source: Source
    mode: Mode
    today: date  # in Vietnam
    visit: Visit
    state: DiscoveryState
    since: date | None = None
    problems: list[dict[str, str]] = field(default_factory=list)

    def problem(self, kind: str, url: str, detail: str = "") -> None:
        """Notes what is wrong with a listing; the run goes on."""
        if len(self.problems) < 200:
            self.problems.append({"kind": kind, "url": url, "detail": detail})


class Finder(ABC):
    """One way to find articles of one source."""

    found_by: ClassVar[str]

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    @abstractmethod
    def start(self) -> Iterator[Ask]:
        """The first listings to ask for."""

    @abstractmethod
    def read(self, ask: Ask, answer: Answer) -> Iterator[Ask]:
        """Offers what an answer (2xx or 304) names, and gives the listings to ask for next."""

    @abstractmethod
    def failed(self, ask: Ask, why: str) -> Iterator[Ask]:
        """Takes note of a listing that could not be had, and gives the listings to ask for next."""

    def offer(self, found: Iterable[Found], on: str) -> list[tuple[str, Standing]]:
        """Offers addresses found on the listing `on`; (canonical URL, standing) of those that may be articles."""
        standings: list[tuple[str, Standing]] = []
        for one in found:
            standing = self.ground.visit.offer(one, self.found_by, on)
            if standing is not Standing.NO_ARTICLE:
                standings.append((canonical_url(one.url, identity_params=self.ground.source.identity_params), standing))
        return standings

    def is_bare(self, found: Iterable[Found]) -> bool:
        """Whether a page links nowhere on its own site, as even an empty list does in its frame."""
        return not any(self.ground.source.owns(one.url) for one in found)


class Chain:
    """Pages that follow one another, newest first; knows when to stop.

    A `latest` run stops where a page names nothing new, unless the run before did not get to the end of its chain (it
    was killed, or pages failed): what lies behind known articles may then be unknown. A `backfill` goes to the end of
    paging, and where it stopped (budget, Ctrl-C) the next one goes on. Both stop at a page without articles, at one
    that only repeats what the chain has shown, and at the most pages that the source's file allows.
    """

    def __init__(self, name: str, ground: Ground, most_pages: int) -> None:
        self.name = f"{'backfill' if ground.mode == 'backfill' else 'latest'}:{name}"
        self.ground = ground
        self.most_pages = most_pages
        self.left = ground.state.chain(self.name)  # by the run before, None where it came to the end
        self._shown: set[str] = set()
        self._failures = 0
        self._broken = False
        self.met_known = False  # whether a page of this run named a known article
        if not self.over:
            ground.state.keep_chain(self.name, **(self.left or {"page": 1}))

    @property
    def over(self) -> bool:
        """Whether an earlier part of the same backfill has read the chain to its end."""
        return bool(self.left and self.left.get("ended"))

    @property
    def resumes_at(self) -> tuple[int, str | None]:
        """Page number and address where a backfill goes on (1 and None: at the start)."""
        if self.ground.mode == "backfill" and self.left:
            return int(self.left.get("page", 1)), self.left.get("url")
        return 1, None

    @property
    def trusts_known(self) -> bool:
        """Whether a page of known articles (or a 304) means that everything behind it is known, too."""
        return self.ground.mode == "latest" and self.left is None and len(self.ground.visit.known) > 0

    def goes_on(self, ask: Ask, standings: Sequence[tuple[str, Standing]]) -> bool:
        """Whether a next page should be asked for, after one that named these."""
        self._failures = 0
        self.ground.state.keep_chain(self.name, page=ask.page, url=ask.url)
        fresh = {canonical for canonical, _ in standings} - self._shown
        self._shown |= fresh
        self.met_known |= any(standing is Standing.KNOWN for _, standing in standings)
        if not fresh:
            # The end of the list, or a page that failed with a 200. Where nothing known was met, the next run looks.
            self._broken |= self.ground.mode == "latest" and not self.met_known
            return self.ended()
        if self.trusts_known and all(standing is Standing.KNOWN for _, standing in standings):
            return self.ended()
        if ask.page >= self.most_pages:
            if self.ground.mode == "backfill":
                self.ground.problem("paging-limit", ask.url, f"{self.most_pages} pages and no end")
            elif self.trusts_known and not self.met_known:
                why = f"{self.most_pages} pages of news alone: what lies behind them is for a backfill to find"
                self.ground.problem("paging-limit", ask.url, why)
            return self.ended()
        return True

    def failed(self) -> bool:
        """Whether a next page should be asked for, after one that could not be had."""
        self._failures += 1
        self._broken = True
        return self._failures < FAILURES_IN_A_ROW

    def ended(self) -> bool:
        """The chain is over; says False. One with failed pages stays open for the next run."""
        if not self._broken:
            self.ground.state.end_chain(self.name)
        return False


def absolute(base: str, href: str) -> str | None:
    """The absolute http(s) address of a link on the page `base`, or None."""
    link = href.strip()
    if not link or link.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
        return None
    try:
        url = urljoin(base, link)
    except ValueError:
        return None
    return url if url.startswith(("http://", "https://")) else None
