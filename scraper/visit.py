"""One visit to a source: which articles it asks for, each once, and in which order.

Belongs here: the queue of articles, what was offered and asked in this run, the budget. Does not: how addresses are
found (`scraper.discovery`), listings (`scraper.scheduler` holds their queue), the exchange itself (`scraper.net`).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from pipelines.records import Candidate
from scraper.discovery.addresses import fetch_form, may_be_article
from scraper.found import Found, Standing
from scraper.known import KnownIndex, keys_of, url_key
from scraper.lastmod import LastmodTrust, claims_change
from scraper.lastmod import instant as lastmod_instant
from scraper.source import Source


@dataclass(slots=True)
class Article:
    """One article to ask for."""

    url: str
    canonical: str
    key: str
    found_by: str
    row: dict[str, Any] | None = None  # what the plan knows about the address
    depth: int = 0  # links followed from a listing
    trail: tuple[str, ...] = ()  # addresses that redirected here in this visit


@dataclass(slots=True)
class Visit:
    """The articles of one run."""

    source: Source
    known: KnownIndex
    limit: int | None = None
    log: Callable[[Candidate], None] | None = None  # writes a candidate down before anything else happens with it
    by_lastmod: Literal["auto", "hint", "revisit"] = "hint"
    trust: LastmodTrust = field(default_factory=LastmodTrust)
    asked: int = 0
    named: Counter[str] = field(default_factory=Counter)  # finder -> candidates named (not known before)
    first_by: Counter[str] = field(default_factory=Counter)  # finder -> candidates that it named first
    lastmods: dict[str, str] = field(default_factory=dict)  # canonical URL of a known article -> lastmod as written
    _new: deque[Article] = field(default_factory=deque)
    _due: Iterator[dict[str, Any]] | None = None
    _next_due: Article | None = None
    _offered: dict[str, set[str]] = field(default_factory=dict)  # canonical -> finders that named it in this run
    _asked_urls: set[str] = field(default_factory=set)
    _asked_keys: set[str] = field(default_factory=set)
    _hurried: set[str] = field(default_factory=set)
    _trials: int | None = 0  # claims of this run that are put to the test

    def __post_init__(self) -> None:
        self._trials = self.trust.trials
        self._due = self.known.due_rows()

    def offer(self, found: Found, found_by: str, found_on: str | None = None, depth: int = 0) -> Standing:
        """Takes an address that a finder names. One that the plan does not know is written down, once per finder."""
        if found_by != "operator" and not may_be_article(found.url, self.source):
            return Standing.NO_ARTICLE
        if not self.source.owns(found.url):
            return Standing.NO_ARTICLE
        canonical, key = url_key(self.source, found.url)
        if canonical in self.known:
            self._hear_lastmod(found, canonical, key, found_by)
            return Standing.KNOWN
        finders = self._offered.get(canonical)
        if finders is not None and found_by in finders:
            return Standing.SEEN
        address = fetch_form(found.url, self.source)
        if self.log:
            self.log(
                Candidate(
                    url=address,
                    source_id=self.source.id,
                    found_by=found_by,
                    found_at=datetime.now(UTC),
                    found_on=found_on,
                    title=found.title,
                    published_hint=found.published or found.lastmod,
                )
            )
        self.named[found_by] += 1
        if finders is not None:
            finders.add(found_by)
            return Standing.SEEN
        self._offered[canonical] = {found_by}
        self.first_by[found_by] += 1
        if canonical not in self._asked_urls:
            self._new.append(Article(address, canonical, key, found_by, depth=depth))
        return Standing.NEW

    def ask_again(self, url: str, found_by: str) -> None:
        """The operator names an address: it is fetched in this run whatever is known about it."""
        canonical, key = url_key(self.source, url)
        row = self.known.row(canonical)
        if row is None:
            self.offer(Found(url), found_by)
        else:
            self._new.append(Article(row["url"], canonical, key, found_by, row))

    def next_article(self, *, listings_done: bool) -> Article | None:
        """The next article to ask for, or None when there is none (now).

        New addresses come first: while listings are still being read, known ones wait, because a new address of an
        article is better news than the old one, and only one of the two is asked for in a visit.
        """
        if self.spent:
            return None
        while self._new:
            article = self._new.popleft()
            if self._claim(article):
                return article
        if not listings_done:
            return None
        while (due := self._take_due()) is not None:
            if self._claim(due):
                return due
        return None

    @property
    def spent(self) -> bool:
        """Whether the budget of the run is used up."""
        return self.limit is not None and self.asked >= self.limit

    @property
    def unasked(self) -> bool:
        """Whether the budget was all that kept articles from being asked for."""
        return self.pending() > 0 or self._peek_due() is not None

    @property
    def waiting(self) -> int:
        """New articles found and not asked for yet."""
        return len(self._new)

    def has_more(self, *, listings_done: bool) -> bool:
        """Whether `next_article` may give one."""
        if self.spent:
            return False
        if self._new:
            return True
        return listings_done and self._peek_due() is not None

    def may_follow(self, url: str, from_key: str) -> tuple[str, str] | None:
        """(canonical, key) of a redirect's target where it was not asked for in this visit yet, else None."""
        canonical, key = url_key(self.source, url)
        if key != from_key and key in self._asked_keys:
            return None
        return canonical, key

    def followed(self, canonical: str, key: str) -> None:
        """A redirect was followed to that address: it is not asked for again."""
        self._asked_urls.add(canonical)
        self._asked_keys.add(key)

    @property
    def named_first(self) -> int:
        """Candidates of this run that the plan did not know, each once."""
        return sum(self.first_by.values())

    def pending(self) -> int:
        """Candidates of this run that were not asked for."""
        return sum(1 for article in self._new if article.key not in self._asked_keys)

    def _claim(self, article: Article) -> bool:
        if article.canonical in self._asked_urls or article.key in self._asked_keys:
            return False
        self._asked_urls.add(article.canonical)
        self._asked_keys.add(article.key)
        self.asked += 1
        return True

    def _peek_due(self) -> Article | None:
        if self._next_due is None and self._due is not None:
            row = next(self._due, None)
            if row is None:
                self._due = None
                return None
            canonical, key = keys_of(row, self.source)
            self._next_due = Article(row["url"], canonical, key, row.get("found_by") or "frontier", row)
        return self._next_due

    def _take_due(self) -> Article | None:
        article = self._peek_due()
        self._next_due = None
        return article

    def _hear_lastmod(self, found: Found, canonical: str, key: str, found_by: str) -> None:
        seen = self.known.fetched_at(canonical)
        if not found.lastmod or canonical in self.lastmods:
            return
        self.lastmods[canonical] = found.lastmod
        if seen is None:
            return
        claim = claims_change(found.lastmod, seen)
        self.trust.hear(claim=claim)
        if self.by_lastmod == "revisit":
            moment = lastmod_instant(found.lastmod)
            hurry = moment is not None and moment > seen
        else:
            hurry = claim and self.by_lastmod == "auto" and (self._trials is None or len(self._hurried) < self._trials)
        if hurry:
            self._hurried.add(canonical)
            row = self.known.row(canonical)
            if row:
                self._new.append(Article(row["url"], canonical, key, found_by, row))
