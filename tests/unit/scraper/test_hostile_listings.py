"""Listings made to stall or break discovery: bounded time, a problem with a name, nothing raised.

The plain suite reads each at a size at which time with the square of the size is felt by its timeout; the slow one at
full size, in processor seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hostile_listings import FEEDS, JSONS, ROBOTS, SECTIONS, SITEMAPS
from scrapy.robotstxt import ProtegoRobotParser

from scraper.discovery.feed import MOST_TAGS, read_feed
from scraper.discovery.finder import Answer
from scraper.discovery.json_api import entries_of
from scraper.discovery.section import links_of
from scraper.discovery.sitemap import MOST_ENTRIES, read_sitemap
from scraper.listings import JsonListing
from scraper.net.robots import MOST_BYTES

URL = "https://bao.example/danh-sach"
PLAIN_SIZE = 5_000
FULL_SIZE = 1_000_000
MOST_TIMES = 40
"""A hostile listing may cost so many times what an ordinary section page of its size does in the same run; what grows with
the square costs thousands of times as much."""


def read_robots(body: bytes) -> None:
    """As `scraper.net.robots` asks the library."""
    rules = ProtegoRobotParser(body[:MOST_BYTES], None)
    rules.crawl_delay("tintinh")
    rules.allowed("https://bao.example/" + "ab" * 500, "tintinh")


READERS: dict[str, Callable[[bytes], Any]] = {
    "feed": lambda body: read_feed(Answer(URL, 200, body, "application/xml")),
    "sitemap": lambda body: read_sitemap(body, URL),
    "section": lambda body: links_of(Answer(URL, 200, body, "text/html")),
    "json": lambda body: entries_of(body, JsonListing(url=URL, items="items"), URL),
    "robots": read_robots,
}
KINDS = {"feed": FEEDS, "sitemap": SITEMAPS, "section": SECTIONS, "json": JSONS, "robots": ROBOTS}
LISTINGS = [(kind, name) for kind, table in KINDS.items() for name in table]


def processor_seconds(kind: str, body: bytes) -> float:
    """What reading takes."""
    start = time.process_time()
    READERS[kind](body)
    return time.process_time() - start


@pytest.fixture(scope="module")
def most_seconds() -> float:
    """What a hostile listing may take, on this machine and now."""
    item = "<li><a href='/tin/mua-gat-o-thon-{0}-post{0}.html'>Mùa gặt ở thôn {0}</a></li>"
    count = FULL_SIZE // len(item.encode())
    ordinary = f"<html><body><ul>{''.join(map(item.format, range(count)))}</ul></body></html>".encode()
    return MOST_TIMES * min(processor_seconds("section", ordinary) for _ in range(3))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("kind", "name"), LISTINGS)
def test_a_hostile_listing_raises_nothing(kind: str, name: str) -> None:
    READERS[kind](KINDS[kind][name](PLAIN_SIZE))


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name"), LISTINGS)
def test_a_hostile_listing_of_full_size_is_read_in_bounded_time(kind: str, name: str, most_seconds: float) -> None:
    body = KINDS[kind][name](FULL_SIZE)
    seconds = processor_seconds(kind, body)
    print(f"{kind}, {name}, {len(body) / 1e6:.1f} MB: {seconds:.2f} s")
    assert seconds <= most_seconds


def test_a_feed_that_is_too_long_is_cut_behind_an_entry_and_says_so() -> None:
    feed = read_feed(Answer(URL, 200, FEEDS["items"](100 * MOST_TAGS // 5), "application/xml"))
    assert MOST_TAGS // 10 < len(feed.entries) < MOST_TAGS // 5
    assert all(entry.url.endswith(".html") and entry.published for entry in feed.entries)
    assert feed.problem == "longer than a feed is read; the rest is left out"


def test_a_document_type_costs_a_feed_nothing() -> None:
    plain = FEEDS["items"](1000)
    for doctype in (b"<!DOCTYPE rss>", b'<!DOCTYPE rss [<!ENTITY a "x">]>', b'<!DOCTYPE rss PUBLIC "-//A//B" "a.dtd">'):
        feed = read_feed(Answer(URL, 200, plain.replace(b"<rss", doctype + b"<rss", 1), "application/xml"))
        assert (len(feed.entries), feed.problem) == (10, None)
    feed = read_feed(Answer(URL, 200, b"<?xml version='1.0'?><!DOCTYPE rss [" + b"x" * 50, "application/xml"))
    assert feed.problem is not None


def test_a_sitemap_of_too_many_entries_gives_the_first_and_says_so() -> None:
    for name in ("shortest entries", "lines"):
        sitemap = read_sitemap(SITEMAPS[name](30 * (MOST_ENTRIES + 10)), URL)
        assert len(sitemap.pages) == MOST_ENTRIES
        assert sitemap.problem == "more than 200,000 entries; the rest is not read"


def test_lists_in_lists_are_no_listing() -> None:
    listing = JsonListing(url=URL, items="items")
    assert entries_of(JSONS["lists in lists"](PLAIN_SIZE), listing, URL) is None


def test_a_link_of_very_many_attributes_costs_the_others_nothing() -> None:
    body = SECTIONS["attributes"](PLAIN_SIZE).replace(b"<html>", b"<html><a href='/tin-2.html'>Tin khac</a>")
    assert [found.title for found in links_of(Answer(URL, 200, body, "text/html"))[0]][:1] == ["Tin khac"]
