"""The order in which a crawl asks: listings, then what they found, then what is due.

Belongs here: Scrapy's scheduler interface over the session's visit. Does not: which articles there are, and which of
them are asked for (`scraper.visit`).
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from scrapy.core.scheduler import BaseScheduler

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from scraper.session import Session

MANY_WAITING = 300
"""With so many new articles waiting, they come before further listings: a backfill does not list for hours first."""

LISTINGS = frozenset({"listing", "feed", "sitemap"})


class VisitScheduler(BaseScheduler):
    """Holds listings and what must come at once; articles come from the visit one by one, so that many cost nothing."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._first: deque[Request] = deque()  # redirects, requisites
        self._listings: deque[Request] = deque()
        self._again: deque[Request] = deque()  # retries: after everything else, which is the longest pause there is

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> VisitScheduler:
        """As Scrapy builds its scheduler."""
        return cls(crawler)

    def has_pending_requests(self) -> bool:
        """Whether there may be a next request, now or when the listings in flight are read."""
        session = self._session
        if session is None or session.stop_reason is not None:
            return False
        if self._first or self._again:
            return True
        return (bool(self._listings) and self._lists(session)) or session.visit.has_more(listings_done=True)

    def enqueue_request(self, request: Request) -> bool:
        """Takes any request; that articles are asked for once is the visit's business."""
        if request.meta.get("retry_times"):
            self._again.append(request)
        elif request.meta.get("purpose") in LISTINGS:
            self._listings.append(request)
        else:
            self._first.append(request)
        return True

    def next_request(self) -> Request | None:
        """The next request, or None for now."""
        session = self._session
        if session is None or session.stop_reason is not None:
            return None
        while self._first:
            request = self._first.popleft()
            if request.meta["purpose"] != "asset" or session.requisite_bytes < session.source.requisites.run_bytes:
                return request
        visit = session.visit
        budget = MANY_WAITING if visit.limit is None else min(MANY_WAITING, visit.limit - visit.asked)
        if self._listings and (session.plan.listings_first or (not visit.spent and visit.waiting < budget)):
            return self._listings.popleft()
        if session.plan.listings_first and session.listings_open:
            return self._again.popleft() if self._again else None
        article = visit.next_article(listings_done=session.listings_open == 0)
        if article is not None:
            asked: Request = self._crawler.spider.article_request(article)  # type: ignore[union-attr] # is open
            return asked
        if self._listings and self._lists(session):
            return self._listings.popleft()
        return self._again.popleft() if self._again else None

    @staticmethod
    def _lists(session: Session) -> bool:
        """Whether listings are still asked for: not once the budget is spent."""
        return session.plan.listings_first or not session.visit.spent

    @property
    def _session(self) -> Session | None:
        session: Session | None = getattr(self._crawler.spider, "session", None)
        return session if session is not None and hasattr(session, "visit") else None
