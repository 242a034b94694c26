"""The one spider: carries the listings that finders ask for, and the articles that a visit asks for, through Scrapy.

Belongs here: requests out, answers back, redirects, the settings that a source's file means. Does not: reading listings
(`scraper.discovery`), choosing articles (`scraper.visit`), writing captures (`scraper.net.handler`).
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import scrapy
from scrapy import Request

from pipelines.records import Capture
from scraper.discovery import Answer, Ask, Finder, finders_of
from scraper.discovery.addresses import is_front_page
from scraper.discovery.links import follow_links
from scraper.discovery.operator import FOUND_BY as OPERATOR
from scraper.discovery.operator import take_list
from scraper.discovery.requisites import requisites_of
from scraper.lastmod import claims_change
from scraper.net.guard import GuardingResolver
from scraper.plan import CrawlRefused
from scraper.registry import SOURCES
from scraper.session import Session
from scraper.validators import listing_conditions
from scraper.visit import Article

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

MOST_REDIRECTS = 6


class NewsSpider(scrapy.Spider):
    """`scrapy crawl news -a plan=PLAN.json`: one crawl of one source."""

    name = "news"

    def __init__(self, plan: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not plan:
            raise ValueError("a crawl needs a plan: scrapy crawl news -a plan=PLAN.json")
        self.plan_path = Path(plan).absolute()
        self.session: Session | None = None
        self.refusal: CrawlRefused | None = None
        try:
            self.session = Session.from_plan(self.plan_path)
        except CrawlRefused as refusal:
            self.refusal = refusal

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> NewsSpider:
        """Builds the spider and sets what the source's file says about pace, limits and TLS."""
        spider: NewsSpider = super().from_crawler(crawler, *args, **kwargs)
        if spider.session is not None:
            _apply(crawler.settings, spider.session)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """The operator's addresses, then the first listings of every finder; articles come from the scheduler."""
        session = self._session
        for url in session.plan.urls:
            session.visit.ask_again(url, OPERATOR)
        if session.plan.urls_from is not None:
            take_list(session.ground, session.plan.urls_from, again=True)
        discovery, only = session.source.discovery, session.plan.only
        if session.plan.mode != "revisit" and (not only or OPERATOR in only):
            for name in discovery.url_lists:
                take_list(session.ground, (session.plan.extra_sources or SOURCES) / name, again=False)
        sitemaps: tuple[str, ...] = ()
        if discovery.robots_sitemaps and session.plan.mode != "revisit" and (not only or "sitemap" in only):
            sitemaps = tuple((await session.robots.rules_of(session.source.home)).sitemaps)
        finders = finders_of(session.ground, sitemaps, session.plan.only)
        # On disk before the first request: a run that is killed leaves all its chains marked as not read to the end.
        session.ground.state.save()
        for finder in finders:
            for ask in finder.start():
                yield self.listing_request(ask)

    def listing_request(self, ask: Ask, url: str | None = None, hops: int = 0) -> Request:
        """The request for a listing; `url` where it was redirected to."""
        session = self._session
        if hops == 0:
            session.listings_open += 1
        headers = {}
        if ask.conditional:
            row = session.ground.state.listing(ask.url) or session.visit.known.listings.get(ask.url)
            headers = listing_conditions(row, datetime.now(UTC))
        return Request(
            url or ask.url,
            callback=self.read_listing,
            errback=self.listing_failed,
            headers=headers,
            dont_filter=True,
            meta={
                "purpose": ask.purpose,
                "found_by": ask.finder.found_by,
                "ask": ask,
                "hops": hops,
                "hosts": session.api_hosts,
                "download_maxsize": session.source.limits.listing_bytes,
                "download_slot": session.source.id,
            },
        )

    def article_request(
        self, article: Article, url: str | None = None, hops: int = 0, *, conditional: bool = True
    ) -> Request:
        """The request for an article, conditional where the plan knows validators; `url` where it was redirected to."""
        session = self._session
        row = article.row if url is None else session.visit.known.row(article.canonical)
        headers, is_test = session.ground.state.validators.headers(row) if conditional else ({}, False)
        return Request(
            url or article.url,
            callback=self.read_article,
            errback=self.article_failed,
            headers=headers,
            dont_filter=True,
            meta={
                "purpose": "article",
                "found_by": article.found_by,
                "article": article,
                "row": row,
                "is_test": is_test,
                "hops": hops,
                "download_maxsize": session.source.limits.page_bytes,
                "download_slot": session.source.id,
            },
        )

    def read_listing(self, response: Response) -> Iterator[Request]:
        """Hands a listing to its finder and asks for what that wants next."""
        session = self._session
        meta, ask = response.meta, response.meta["ask"]
        location = _location(response)
        if location and meta["hops"] < MOST_REDIRECTS and session.refusal(location, session.api_hosts) is None:
            yield self.listing_request(ask, location, meta["hops"] + 1)
            return
        session.tally.listings += 1
        finder: Finder = ask.finder
        # Its links are meant from where it lies, which may be elsewhere than where it was asked for.
        answer = Answer(response.url, response.status, response.body, _text(response.headers.get("Content-Type")))
        try:
            if response.status in {200, 304}:
                asks = list(finder.read(ask, answer))
                if response.status == 200 and (ask.page == 1 or ask.purpose == "sitemap"):
                    headers = response.headers
                    session.ground.state.keep_listing(
                        ask.url,
                        etag=_text(headers.get("ETag")),
                        last_modified=_text(headers.get("Last-Modified")),
                        lastmod=ask.lastmod,
                    )
            else:
                leads = f", leads to {location}" if location else ""
                asks = list(finder.failed(ask, f"{response.status}{leads}"))
        finally:
            session.listings_open -= 1
        for further in asks:
            yield self.listing_request(further)

    def listing_failed(self, failure: Failure) -> Iterator[Request]:
        """Tells the finder that a listing could not be had."""
        session = self._session
        ask: Ask = failure.request.meta["ask"]  # type: ignore[attr-defined] # Scrapy sets it
        session.tally.listings += 1
        try:
            asks = list(ask.finder.failed(ask, _reason(failure)))
        finally:
            session.listings_open -= 1
        for further in asks:
            yield self.listing_request(further)

    def read_article(self, response: Response) -> Request | list[Request] | None:
        """Follows a redirect where it stays with the source, else notes that the visit to the article is over.

        No generator: Scrapy starts `CONCURRENT_ITEMS` tasks to drain one, for every single page.
        """
        session = self._session
        meta = response.meta
        article: Article = meta["article"]
        capture: Capture | None = meta.get("capture")
        if meta["is_test"] and self._tested(meta["row"], response, capture) and response.status == 304:
            return self.article_request(article, response.url, meta["hops"], conditional=False)
        if capture is not None and capture.redirect_to:
            onward = self._redirected(article, capture.redirect_to, meta["hops"])
            if onward is not None:
                return onward
        payload = response.status == 200
        session.tally.article_done(fresh=payload and not (article.row or {}).get("capture_id"))
        self._weigh_lastmod(article, capture)
        source = session.source
        if not payload or not (source.discovery.article_links or source.requisites.enabled):
            return None
        page = Answer(response.url, 200, response.body, _text(response.headers.get("Content-Type")))
        if source.discovery.article_links and session.plan.mode != "revisit":
            follow_links(session.ground, page, article.depth)
        if source.requisites.enabled and capture is not None and capture.outcome == "response":
            return self._requisites(page)
        return None

    def _requisites(self, page: Answer) -> list[Request]:
        """Requests for the files that a new or changed page needs, each once in a run, while the run's budget lasts."""
        session = self._session
        wanted = session.source.requisites
        requests = []
        for url in requisites_of(page, wanted.kinds):
            if url in session.requisites or session.refusal(url, wanted.hosts):
                continue
            session.requisites.add(url)
            requests.append(
                Request(
                    url,
                    callback=self.read_requisite,
                    errback=self.requisite_failed,
                    dont_filter=True,
                    meta={
                        "purpose": "asset",
                        "found_by": "requisite",
                        "hosts": wanted.hosts,
                        "download_maxsize": session.source.limits.page_bytes,
                        "download_slot": session.source.id,
                    },
                )
            )
        return requests

    def read_requisite(self, response: Response) -> None:
        """Counts what the file cost; its capture is written already."""
        self._session.requisite_bytes += len(response.body)

    def requisite_failed(self, failure: Failure) -> None:
        """Nothing to do: the capture of the attempt is written already, and the article stands without it."""

    def article_failed(self, failure: Failure) -> None:
        """Notes that the visit to an article is over; the capture of the attempt is written already."""
        self._session.tally.article_done(fresh=False)

    def _redirected(self, article: Article, location: str, hops: int) -> Request | None:
        """The request behind a redirect, or None where it ends here: front page, another site, asked before, a loop."""
        session = self._session
        if hops >= MOST_REDIRECTS or is_front_page(location, session.source):
            return None
        refusal = session.refusal(location)
        if refusal:
            session.record_failure(
                {"purpose": "article", "found_by": "redirect"},
                location,
                datetime.now().astimezone(),
                "offsite",
                refusal,
            )
            return None
        place = session.visit.may_follow(location, article.key)
        if place is None:
            return None
        if location == article.url or location in article.trail:
            return None
        session.visit.followed(*place)
        onward = Article(location, place[0], place[1], article.found_by, article.row, article.depth)
        onward.trail = (*article.trail, article.url)
        return self.article_request(onward, location, hops + 1)

    def _tested(self, row: dict[str, Any], response: Response, capture: Capture | None) -> bool:
        """Judges what the server said to a condition that cannot hold; whether its 304 are not to be believed."""
        state = self._session.ground.state
        etag, digest = _text(response.headers.get("ETag")), capture.payload_digest if capture is not None else None
        if not state.validators.tested(row, response.status, etag, digest):
            return False
        why = "304 to a condition that cannot hold" if response.status == 304 else "the same ETag over another page"
        self._session.ground.problem("false-304", response.url, f"{why}; pages are asked for without conditions")
        return True

    def _weigh_lastmod(self, article: Article, capture: Capture | None) -> None:
        session = self._session
        lastmod = session.visit.lastmods.get(article.canonical)
        before = (article.row or {}).get("fetched_at")
        if lastmod and before and capture is not None:
            seen = datetime.fromisoformat(before)
            session.tally.heard_lastmod(lastmod, seen, capture.outcome)
            if capture.outcome in {"response", "not-modified", "unchanged"} and claims_change(lastmod, seen):
                session.visit.trust.test(changed=capture.outcome == "response" and capture.status == 200)

    @property
    def _session(self) -> Session:
        assert self.session is not None
        return self.session


def _apply(settings: BaseSettings, session: Session) -> None:
    """What the source's file means in Scrapy's settings."""
    source, pace = session.source, session.source.pace
    delay = session.gate.delay_s
    wanted: dict[str, Any] = {
        "USER_AGENT": session.user_agent,
        "CONCURRENT_REQUESTS_PER_DOMAIN": pace.concurrency,
        # Few more than are in the air: what was taken from the scheduler must be finished when the crawl is stopped.
        "CONCURRENT_REQUESTS": pace.concurrency * 2,
        "DOWNLOAD_DELAY": delay,
        "AUTOTHROTTLE_ENABLED": pace.autothrottle and delay > 0,
        "AUTOTHROTTLE_START_DELAY": delay,
        "DOWNLOAD_TIMEOUT": pace.timeout_s,
        "RETRY_TIMES": pace.retries,
        "DOWNLOAD_MAXSIZE": source.limits.listing_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": source.tls.verify,
    }
    if source.tls.legacy:
        wanted["DOWNLOAD_TLS_MIN_VERSION"] = "TLSv1.0"
        wanted["DOWNLOADER_CLIENT_TLS_CIPHERS"] = "DEFAULT:@SECLEVEL=0"
    mapped = {target.rpartition(":")[0].strip("[]") for target in session.plan.host_map.values()}
    GuardingResolver.may_be_private |= mapped | set(source.host_names if source.private else ())
    for name, value in wanted.items():
        settings.set(name, value, priority="spider")


def _location(response: Response) -> str | None:
    if not 300 <= response.status < 400 or response.status == 304:
        return None
    location = _text(response.headers.get("Location"))
    return urljoin(response.url, location) if location else None


def _reason(failure: Failure) -> str:
    text = str(failure.value) or type(failure.value).__name__
    return re.sub(r"\s+", " ", text)[:200]


def _text(value: bytes | None) -> str | None:
    return value.decode("utf-8", "replace") if value is not None else None
