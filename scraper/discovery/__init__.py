"""How articles are found: one small finder for each kind of listing, each switched on by one setting of a source file.

Belongs here: reading listings and saying which to ask for next. Does not: fetching anything (`scraper.spiders`), or
deciding which articles are asked for (`scraper.visit`). No module here knows Scrapy.
"""

from __future__ import annotations

from collections.abc import Sequence

from scraper.discovery.date_archive import DateArchiveFinder
from scraper.discovery.feed import FeedFinder
from scraper.discovery.finder import Answer, Ask, Finder, Ground
from scraper.discovery.json_api import JsonFinder
from scraper.discovery.section import SectionFinder
from scraper.discovery.sitemap import SitemapFinder

__all__ = ["Answer", "Ask", "Finder", "Ground", "finders_of"]


def finders_of(ground: Ground, robots_sitemaps: Sequence[str] = (), only: Sequence[str] = ()) -> list[Finder]:
    """The finders of a run: none in a `revisit`, else those of the source's file, or `only` some kinds of them."""
    if ground.mode == "revisit":
        return []
    found = ground.source.discovery
    finders: list[Finder] = []
    if not only or "feed" in only:
        finders += [FeedFinder(ground, found.feeds)] if found.feeds else []
    if not only or "sitemap" in only:
        urls = [*found.sitemaps, *(robots_sitemaps if found.robots_sitemaps else ())]
        finders += [SitemapFinder(ground, urls)] if urls else []
    if not only or "json-api" in only:
        finders += [JsonFinder(ground, listing) for listing in found.json_api]
    if not only or "section" in only:
        finders += [SectionFinder(ground, section) for section in found.sections]
    if found.date_archive and (not only or "date-archive" in only):
        finders.append(DateArchiveFinder(ground, found.date_archive))
    return finders
