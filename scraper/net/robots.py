"""robots.txt: fetched before the first request to a host, recorded like everything else, read again every day.

Belongs here: fetching and applying the rules (RFC 9309). Does not: the delay between requests (`scraper.net.pace`; the
Crawl-delay found here is handed to it).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser

from scraper.session import ROBOTS_TOKEN

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from scraper.session import Session

logger = logging.getLogger(__name__)

_HOLDS_S = 24 * 3600.0
_MOST_REDIRECTS = 5  # RFC 9309, 2.3.1.2
MOST_BYTES = 512 * 1024  # RFC 9309, 2.5 asks for at least 500 KiB


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host's robots.txt means for us."""

    parser: ProtegoRobotParser | None  # None: no rules
    unreachable: str | None = None  # the reason why nothing may be asked for
    sitemaps: Sequence[str] = ()
    fetched: float = 0.0

    def refusal(self, url: str) -> str | None:
        """Why `url` must not be asked for, or None."""
        if self.unreachable:
            return f"robots.txt could not be had ({self.unreachable}), so nothing is asked for"
        if self.parser is not None and not self.parser.allowed(url, ROBOTS_TOKEN):
            return "forbidden by robots.txt"
        return None


class Robots:
    """The rules of each host of a crawl. 4xx means no rules; 5xx, 429 or no answer: nothing may be asked for."""

    def __init__(self, crawler: Crawler, session: Session) -> None:
        self._crawler = crawler
        self._session = session
        self._rules: dict[str, asyncio.Future[Rules]] = {}

    async def rules_of(self, url: str) -> Rules:
        """The rules that hold for `url`; the first asker of a host fetches them, the others wait."""
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}"
        known = self._rules.get(place)
        if known is not None and (not known.done() or time.monotonic() - known.result().fetched < _HOLDS_S):
            return await asyncio.shield(known)
        future: asyncio.Future[Rules] = asyncio.get_running_loop().create_future()
        self._rules[place] = future
        rules = Rules(None, "the crawl was ended", fetched=time.monotonic())
        try:
            rules = await self._fetch(f"{place}/robots.txt")
        finally:
            future.set_result(rules)
        if rules.unreachable and urlsplit(self._session.source.home).netloc == parts.netloc:
            self._session.stop("robots-unreachable", f"{place}/robots.txt: {rules.unreachable}")
        return rules

    async def _fetch(self, url: str) -> Rules:
        now = time.monotonic()
        for _ in range(_MOST_REDIRECTS + 1):
            request = Request(
                url,
                callback=NO_CALLBACK,
                meta={
                    "purpose": "robots",
                    "download_maxsize": MOST_BYTES * 4,
                    "download_slot": self._session.source.id,
                    "hosts": self._session.api_hosts,
                },
            )
            try:
                response: Response = await self._crawler.engine.download_async(request)
            except IgnoreRequest as error:
                return Rules(None, str(error), fetched=now)
            except Exception as error:
                logger.warning("robots.txt of %s could not be had: %s", url, error)
                return Rules(None, f"{type(error).__name__}: {error}", fetched=now)
            status = response.status
            location = response.headers.get("Location")
            if 300 <= status < 400 and location:
                url = urljoin(url, location.decode("latin-1"))
                continue
            if status == 429 or status >= 500:
                return Rules(None, f"status {status}", fetched=now)
            if status != 200:
                return Rules(None, fetched=now)
            return self._read(response.body[:MOST_BYTES], now)
        return Rules(None, fetched=now)  # RFC 9309, 2.3.1.2: more redirects may be taken as "unavailable"

    def _read(self, body: bytes, now: float) -> Rules:
        parser = ProtegoRobotParser(body, None)
        delay = parser.crawl_delay(ROBOTS_TOKEN)
        if delay:
            self._session.gate.at_least(float(delay))
        return Rules(parser, sitemaps=tuple(parser.rp.sitemaps), fetched=now)


class RobotsMiddleware:
    """Asks the rules before every request; a refusal is a capture."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """As Scrapy builds its middlewares."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises IgnoreRequest where the host's robots.txt forbids the request."""
        if request.meta.get("purpose") == "robots":
            return
        session: Session = self._crawler.spider.session  # type: ignore[union-attr] # a request needs a spider
        if session.refusal(request.url, request.meta.get("hosts", ())):
            return  # the handler refuses it, and says why
        refusal = (await session.robots.rules_of(request.url)).refusal(request.url)
        if refusal:
            session.record_failure(request.meta, request.url, datetime.now(UTC), "robots", refusal)
            raise IgnoreRequest(refusal)
