"""Listings that answer in JSON.

Belongs here: walking the answer by the paths of the source's file. Does not: APIs that need a session or a POST.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, ClassVar

from scraper.discovery.finder import Answer, Ask, Chain, Finder, Ground, absolute
from scraper.found import Found
from scraper.listings import JsonListing


def at(value: Any, path: str) -> Any:
    """What stands at a dotted path (`data.items`, `pages.0.rows`), or None."""
    for step in filter(None, path.split(".")):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def entries_of(body: bytes, listing: JsonListing, base: str) -> list[Found] | None:
    """The entries of an answer in its order, or None where it is no such JSON. Links are resolved against `base`."""
    try:
        items = at(json.loads(body.decode("utf-8-sig", "replace")), listing.items)
    except (ValueError, RecursionError):  # lists in lists in lists
        return None
    if isinstance(items, dict):
        items = list(items.values())
    if not isinstance(items, list):
        return None
    found = []
    for item in items:
        url = absolute(base, _link(item, listing.link))
        if url:
            title = at(item, listing.title) if listing.title else None
            published = at(item, listing.published) if listing.published else None
            found.append(Found(url, _text(title), _text(published)))
    return found


class JsonFinder(Finder):
    """Setting: `discovery.json_api`, one finder for each."""

    found_by: ClassVar[str] = "json-api"

    def __init__(self, ground: Ground, listing: JsonListing) -> None:
        super().__init__(ground)
        self.listing = listing
        limits = ground.source.discovery
        most = limits.max_pages if ground.mode == "backfill" else limits.latest_pages
        self._chain = Chain(listing.url, ground, most)

    def start(self) -> Iterator[Ask]:
        """The first page, or that at which a backfill was left."""
        if not self._chain.over:
            yield self._page(self._chain.resumes_at[0])

    def read(self, ask: Ask, answer: Answer) -> Iterator[Ask]:
        """Offers the entries and asks for the next page where the chain goes on."""
        if answer.not_modified:
            self._chain.ended()
            return
        found = entries_of(answer.body, self.listing, self.ground.source.home)
        if found is None:
            yield from self.failed(ask, "not the JSON that the source's file describes")
            return
        standings = self.offer(found, ask.url)
        if self._chain.goes_on(ask, standings):
            if "{page}" in self.listing.url:
                yield self._page(ask.page + 1)
            else:
                self._chain.ended()

    def failed(self, ask: Ask, why: str) -> Iterator[Ask]:
        """Past the last page some APIs answer 404; anything else may be one bad page of many."""
        if ask.page > 1 and why in {"404", "410"}:
            self._chain.ended()
            return
        self.ground.problem("json-api", ask.url, why)
        if self._chain.failed() and "{page}" in self.listing.url:
            yield self._page(ask.page + 1)

    def _page(self, page: int) -> Ask:
        number = self.listing.first + (page - 1) * self.listing.step
        url = self.listing.url.replace("{page}", str(number))
        return Ask(url, "listing", self, page, conditional=page == 1 and self._chain.trusts_known)


def _link(item: Any, link: str) -> str:
    if "{" not in link:
        return _text(at(item, link)) or ""
    filled = re.sub(r"{([\w.]+)}", lambda name: _text(at(item, name[1])) or "\x00", link)
    return "" if "\x00" in filled else filled


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).encode(errors="replace").decode()  # JSON may hold half a surrogate pair, which no log can
