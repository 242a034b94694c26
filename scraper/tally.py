"""What a run has done so far, in numbers: for the progress file, the result file, and whoever judges the crawl.

Belongs here: counting captures and errors, rates. Does not: writing files (`scraper.progress`), or the queue itself.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from pipelines.records import Capture
from scraper.lastmod import instant as lastmod_instant

ERROR_OUTCOMES = frozenset({"timeout", "dns", "refused", "tls", "robots", "too-large", "offsite", "error"})
_RATE_WINDOW_S = 30.0


@dataclass(slots=True)
class Tally:
    """Counts of one run."""

    clock: Callable[[], float] = time.monotonic
    captures: int = 0
    bytes: int = 0
    articles: int = 0  # articles whose visit is over, well or badly
    fresh: int = 0  # of them, got with a payload for the first time
    listings: int = 0
    by_outcome: Counter[str] = field(default_factory=Counter)
    by_status: Counter[int] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    lastmod: Counter[str] = field(default_factory=Counter)  # how far a sitemap's lastmod can be believed
    _done_at: deque[float] = field(default_factory=deque)

    def captured(self, capture: Capture) -> None:
        """One exchange, or the attempt at one."""
        self.captures += 1
        self.by_outcome[capture.outcome] += 1
        if capture.status is not None:
            self.by_status[capture.status] += 1
        self.bytes += capture.payload_bytes or 0
        if capture.outcome in ERROR_OUTCOMES:
            self.errors[capture.outcome] += 1
        elif capture.status is not None and capture.status >= 400:
            self.errors[str(capture.status)] += 1

    def article_done(self, *, fresh: bool) -> None:
        """The visit to one article is over."""
        self.articles += 1
        self.fresh += fresh
        now = self.clock()
        self._done_at.append(now)
        while self._done_at and now - self._done_at[0] > _RATE_WINDOW_S:
            self._done_at.popleft()

    def heard_lastmod(self, lastmod: str, fetched_before: datetime | None, outcome: str) -> None:
        """Compares what a sitemap said of a known article with what the visit found."""
        moment = lastmod_instant(lastmod)
        if moment is None or fetched_before is None or outcome not in {"response", "not-modified", "unchanged"}:
            return
        said = "newer" if moment > fetched_before else "older"
        self.lastmod[f"{said}-{'changed' if outcome == 'response' else 'same'}"] += 1

    @property
    def rate(self) -> float:
        """Articles a second over the last half minute."""
        if len(self._done_at) < 2:
            return 0.0
        now = self.clock()
        recent = sum(1 for moment in self._done_at if now - moment <= _RATE_WINDOW_S)
        return recent / max(1.0, min(_RATE_WINDOW_S, now - self._done_at[0]))
