"""Date archives: a page for each day.

Belongs here: which days to ask for, newest first, and where a backfill goes on. Does not: reading links (`section`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import ClassVar

from scraper.discovery.finder import BARE, Answer, Ask, Finder, Ground
from scraper.discovery.section import links_of
from scraper.found import Standing
from scraper.listings import DateArchive

EMPTY_DAYS = 120
"""After so many days without an article that no later day has shown, the archive is taken to be over: it began here, or
it answers every day with the same page."""

_MOST_PAGES_OF_A_DAY = 50


class DateArchiveFinder(Finder):
    """Setting: `discovery.date_archive`.

    A `latest` run goes back until a day is all known; a `backfill` to `start` (or `since`), and remembers the days it
    has done, so that the next one goes on behind them. Days are asked for one after another.
    """

    found_by: ClassVar[str] = "date-archive"

    def __init__(self, ground: Ground, archive: DateArchive) -> None:
        super().__init__(ground)
        self.archive = archive
        self._name = f"{ground.mode}:date-archive"
        self._left = ground.state.chain(self._name)
        self._empty = 0
        self._shown: set[str] = set()  # of the day at hand
        self._later: set[int] = set()  # hashes of what the days before it in this run have shown
        self._day_known = True
        self._again = [date.fromisoformat(day) for day in (self._left or {}).get("failed", [])]
        self._retrying = bool(self._again)
        self._failed: list[date] = []  # in this run
        self._newest, self._oldest = self._done()
        self._over = bool(self._left and self._left.get("ended"))
        if not self._over:
            self._keep()  # marked as not read to the end before anything is asked for

    @property
    def _trusts_known(self) -> bool:
        return self.ground.mode == "latest" and self._left is None and len(self.ground.visit.known) > 0

    def start(self) -> Iterator[Ask]:
        """Today, then back; days that failed the last time first."""
        if self._over:
            return
        yield from self._ask(self._again[0] if self._retrying else self._skip(self.ground.today))

    def read(self, ask: Ask, answer: Answer) -> Iterator[Ask]:
        """Offers the links of a day (or of one more page of it) and asks for the next."""
        assert ask.day is not None
        found = [] if answer.not_modified else links_of(answer)[0]
        if self.ground.mode == "latest" and not answer.not_modified and self.is_bare(found):
            yield from self.failed(ask, BARE)
            return
        standings = self.offer(found, ask.url)
        if ask.page == 1:
            self._shown, self._day_known = set(), True
        fresh = {canonical for canonical, _ in standings} - self._shown
        self._shown |= fresh
        self._day_known &= all(standing is Standing.KNOWN for _, standing in standings)
        if fresh and self.archive.paging and ask.page < _MOST_PAGES_OF_A_DAY:
            url = self.archive.paging.replace("{day}", self._url(ask.day).rstrip("/"))
            yield Ask(url.replace("{n}", str(ask.page + 1)), "listing", self, ask.page + 1, ask.day, conditional=False)
            return
        yield from self._after(ask.day, empty=not self._adds_news() and not answer.not_modified)

    def failed(self, ask: Ask, why: str) -> Iterator[Ask]:
        """A day without news may be a 404; a day that could not be had is asked for again by the next run."""
        assert ask.day is not None
        if why not in {"404", "410"}:
            self.ground.problem("date-archive", ask.url, why)
            if ask.day not in self._failed:
                self._failed.append(ask.day)
        if ask.page == 1:
            self._shown = set()
        yield from self._after(ask.day, empty=not self._adds_news())

    def _adds_news(self) -> bool:
        """Whether the day at hand shows what no later one did; most pages carry a box of the latest articles."""
        hashes = {hash(canonical) for canonical in self._shown}
        news = not hashes <= self._later
        self._later |= hashes
        return news

    def _after(self, day: date, *, empty: bool) -> Iterator[Ask]:
        if self._retrying:
            self._again.remove(day)
            self._retrying = bool(self._again)
            self._keep()
            yield from self._ask(self._again[0] if self._retrying else self._skip(self.ground.today))
            return
        self._empty = self._empty + 1 if empty else 0
        if not self._newest or day > self._newest:
            self._newest = max(day, self._newest or day)
        self._oldest = min(day, self._oldest or day)
        self._keep()
        if self._trusts_known and not empty and self._day_known and day < self.ground.today:
            self._finish()
            return
        yield from self._ask(self._skip(day - timedelta(days=1)))

    def _ask(self, day: date) -> Iterator[Ask]:
        if not self._retrying and (day < self._last_day() or self._empty >= EMPTY_DAYS):
            self._finish()
            return
        yield Ask(self._url(day), "listing", self, 1, day, conditional=self._trusts_known)

    def _last_day(self) -> date:
        """The oldest day to ask for."""
        bounds = [self.archive.start or date.min]
        if self.ground.since:
            bounds.append(self.ground.since)
        elif self.ground.mode == "latest":
            bounds.append(self.ground.today - timedelta(days=self.ground.source.discovery.latest_days))
        return max(bounds)

    def _skip(self, day: date) -> date:
        """`day`, or the first day behind those that an earlier part of this backfill has done."""
        newest, oldest = self._done()
        if self.ground.mode == "backfill" and newest and oldest and oldest <= day <= newest:
            return oldest - timedelta(days=1)
        return day

    def _done(self) -> tuple[date | None, date | None]:
        left = self._left or {}
        days = left.get("newest"), left.get("oldest")
        return tuple(date.fromisoformat(day) if day else None for day in days)  # type: ignore[return-value] # two of two

    def _keep(self) -> None:
        done = {"newest": self._newest, "oldest": self._oldest}
        place = {name: day.isoformat() for name, day in done.items() if day}
        failed = [day.isoformat() for day in (*self._again, *self._failed)]
        self.ground.state.keep_chain(self._name, **place, failed=failed)

    def _finish(self) -> None:
        if self._failed:
            self._keep()
        else:
            self.ground.state.end_chain(self._name)

    def _url(self, day: date) -> str:
        parts = {
            "{YYYY}": f"{day.year:04}",
            "{YY}": f"{day.year % 100:02}",
            "{MM}": f"{day.month:02}",
            "{DD}": f"{day.day:02}",
            "{M}": str(day.month),
            "{D}": str(day.day),
        }
        url = self.archive.url
        for name, value in parts.items():
            url = url.replace(name, value)
        return url
