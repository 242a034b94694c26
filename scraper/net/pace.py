"""The gate before a source: when the next request may leave.

Belongs here: the wait between requests, Crawl-delay, Retry-After, giving up on a source that says no. Does not: the
concurrency itself (Scrapy's downloader slot holds it) or the growth of the delay with latency (Scrapy's AutoThrottle).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_HOLD_S = 900.0
"""A server that asks for a longer pause is left alone for this run."""

REFUSALS_IN_A_ROW = 12
"""After so many 403, 429 and 503 without any other answer between them, the source is left alone for this run."""

_SAYS_NO = frozenset({403, 429, 503})


class AskedToWait(Exception):
    """The server asks for a pause longer than a run should wait, or says no to everything; `reason` ends the crawl."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


class Stopping(Exception):
    """The crawl is being closed while a request waits."""


class Gate:
    """Lets one request after another through. The delay runs from the end of one exchange to the start of the next,

    so that the server's own clock never sees two requests closer than the delay, whatever the network does.
    """

    def __init__(self, delay_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.delay_s = delay_s
        self._clock = clock
        self._next = 0.0
        self._held_until = 0.0
        self._refusals = 0

    def at_least(self, delay_s: float) -> None:
        """Raises the delay to that of a robots.txt; never lowers it."""
        self.delay_s = max(self.delay_s, delay_s)

    @property
    def held_s(self) -> float:
        """Seconds that the server asked to wait and that are still to come."""
        return max(0.0, self._held_until - self._clock())

    async def turn(self, closing: Callable[[], bool]) -> None:
        """Waits for the next turn. Raises Stopping as soon as `closing` says so."""
        while True:
            now = self._clock()
            wait = max(self._next, self._held_until) - now
            if wait <= 0:
                self._next = now + self.delay_s
                return
            if closing():
                raise Stopping("the crawl is being closed")
            await asyncio.sleep(min(wait, 0.5))

    def ended(self) -> None:
        """An exchange is over (or failed)."""
        self._next = max(self._next, self._clock() + self.delay_s)

    def answered(self, status: int, retry_after: str | None) -> None:
        """Takes note of an answer. Raises AskedToWait where the source should be left alone."""
        if status not in _SAYS_NO:
            self._refusals = 0
            return
        self._refusals += 1
        pause = seconds_of(retry_after)
        if pause is None and status == 429:
            pause = min(60.0, max(2.0, 4 * self.delay_s) * self._refusals)
        if pause:
            if pause > LONGEST_HOLD_S:
                raise AskedToWait("asked-to-wait", f"the server asks to wait {pause:.0f} s (Retry-After)")
            self._held_until = max(self._held_until, self._clock() + pause)
        if self._refusals >= REFUSALS_IN_A_ROW:
            raise AskedToWait("blocked", f"{self._refusals} refusals in a row, the last with status {status}")


def seconds_of(retry_after: str | None, now: datetime | None = None) -> float | None:
    """Seconds of a Retry-After header (RFC 9110, 10.2.3: a number or a date), or None; never negative."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - (now or datetime.now(UTC))).total_seconds())
