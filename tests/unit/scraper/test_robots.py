"""robots.txt through the life of one crawl: read once a host, and again when a day has passed."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response

from scraper.net.robots import Robots

HOME = "https://baomau.example/"


class Site:
    """A crawler, a session and a server in one, as far as robots.txt needs them."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: list[tuple[int, bytes]] = []
        self.stopped: tuple[str, str] | None = None
        self.delays: list[float] = []
        self.engine = self
        self.api_hosts = ()
        self.source = SimpleNamespace(id="bao-mau", home=HOME)
        self.gate = SimpleNamespace(at_least=self.delays.append)

    def stop(self, reason: str, message: str) -> None:
        self.stopped = reason, message

    async def download_async(self, request: Request) -> Response:
        self.asked.append(request.url)
        status, body = self.answers.pop(0)
        await asyncio.sleep(0)
        return Response(request.url, status=status, body=body)


def _robots(site: Site) -> Robots:
    as_both: Any = site
    return Robots(as_both, as_both)


def test_rules_are_read_once_a_host_and_again_after_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr("scraper.net.robots.time.monotonic", lambda: clock[0])
    site = Site()
    site.answers = [
        (200, b"User-agent: *\nDisallow: /cam/\nCrawl-delay: 7"),
        (200, b"User-agent: tintinh\nDisallow: /"),
    ]

    async def crawl() -> None:
        robots = _robots(site)
        both = await asyncio.gather(robots.rules_of(f"{HOME}a.html"), robots.rules_of(f"{HOME}cam/b.html"))
        assert [
            rules.refusal(url) for rules, url in zip(both, (f"{HOME}a.html", f"{HOME}cam/b.html"), strict=True)
        ] == [
            None,
            "forbidden by robots.txt",
        ]
        clock[0] += 23 * 3600
        assert (await robots.rules_of(HOME)).refusal(f"{HOME}a.html") is None
        assert len(site.asked) == 1
        clock[0] += 2 * 3600
        assert (await robots.rules_of(HOME)).refusal(f"{HOME}a.html") == "forbidden by robots.txt"

    asyncio.run(crawl())
    assert site.asked == [f"{HOME}robots.txt"] * 2
    assert site.delays == [7.0]
    assert site.stopped is None


@pytest.mark.parametrize(("status", "stops"), [(500, True), (503, True), (429, True), (404, False), (403, False)])
def test_a_server_that_fails_is_left_alone_and_one_without_rules_is_free(status: int, stops: bool) -> None:
    site = Site()
    site.answers = [(status, b"")]
    rules = asyncio.run(_robots(site).rules_of(HOME))
    assert (rules.refusal(f"{HOME}a.html") is not None) == stops
    assert (site.stopped is not None) == stops
