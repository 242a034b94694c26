"""The two ends of a crawl inside Scrapy, and its heartbeat: the progress file, the night window, the stop.

Belongs here: Scrapy's extension around `scraper.session`. Does not: what is counted (`scraper.tally`), or showing it.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import CloseSpider
from twisted.internet.task import LoopingCall

from pipelines.zone import to_local
from scraper.net.robots import Robots
from scraper.plan import CrawlRefused, progress_path, write_json
from scraper.session import Session, refused_result

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from scraper.spiders.news import NewsSpider

logger = logging.getLogger(__name__)

BEAT_S = 1.0


class CrawlKeeper:
    """Opens and closes the session of the spider, and beats once a second in between."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._beat = LoopingCall(self._tick)
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CrawlKeeper:
        """As Scrapy builds its extensions."""
        keeper = cls(crawler)
        crawler.signals.connect(keeper.opened, signal=signals.spider_opened)
        crawler.signals.connect(keeper.closed, signal=signals.spider_closed)
        return keeper

    def opened(self, spider: NewsSpider) -> None:
        """Opens the session. Raises CloseSpider where the crawl must not start."""
        try:
            if spider.session is None:
                assert spider.refusal is not None
                raise spider.refusal
            spider.session.open()
        except CrawlRefused as refusal:
            logger.error("not started: %s", refusal)
            if spider.session is not None:
                spider.session.stop(refusal.reason, str(refusal))
            else:
                refused_result(spider.plan_path, refusal)
            raise CloseSpider(refusal.reason) from refusal
        spider.session.robots = Robots(self._crawler, spider.session)
        self._beat.start(BEAT_S, now=True)

    def closed(self, spider: NewsSpider, reason: str) -> None:
        """Closes the session and says how it ended."""
        if self._beat.running:
            self._beat.stop()
        if spider.session is not None:
            result = spider.session.close(reason)
            write_json(progress_path(spider.plan_path), spider.session.progress("done"))
            logger.info("crawl of %s: %s, %s", spider.session.source.id, result["finish_reason"], result["counts"])

    def _tick(self) -> None:
        spider = self._crawler.spider
        session: Session | None = getattr(spider, "session", None)
        if session is None:
            return
        window = session.source.pace.night_window
        if window and not window.open_at(to_local(datetime.now(UTC)).time()):
            session.stop("window-closed", f"the night window of {session.source.id} is over")
        if session.stop_reason is not None and self._closing is None:
            closing = self._crawler.engine.close_spider_async(reason=session.stop_reason)
            self._closing = asyncio.ensure_future(closing)
        try:
            write_json(progress_path(session.plan_path), session.progress(self._state(session)))
        except OSError as error:  # no room for the progress file is no reason to lose the crawl
            logger.warning("no progress written: %s", error)

    def _state(self, session: Session) -> str:
        if session.stop_reason is not None or not self._crawler.engine.running:
            return "closing"
        return "waiting" if session.gate.held_s else "running"
