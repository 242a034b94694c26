"""Whether a server's "not modified" can be believed: put to the test now and then, kept from run to run.

Belongs here: the conditions of a request, the test, the judgement. Does not: sending requests (`scraper.spiders`), or
the file in which the counts are kept (`scraper.discovery.state`).

Some servers and caches answer 304 to whoever sends a condition, and some keep one ETag over all edits. Nothing in their
answers gives them away, and every edit would be missed. So one conditional request of a few dozen names a state of the
page that it never had: an honest server sends the page, one that says 304 even then is asked without conditions from
there on. What it costs is a page instead of a 304, which is also the longest that an edit can stay unseen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

FIRST_TEST = 10
"""The conditional request of a source that is its first test: small sources are tested soon, too."""

TEST_EVERY = 40
"""Afterwards one of so many is. A listing or article that did not change costs a 304 in 39 cases of 40."""

LISTING_HOLDS = timedelta(hours=20)
"""A listing is asked for without conditions where its last whole answer is older: a false 304 hides new articles, and
the daily crawl is to see through it."""

_NEVER = {"If-None-Match": '"never-sent-by-this-server"', "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}


def conditions(row: Mapping[str, Any] | None) -> dict[str, str]:
    """The headers of a conditional request, from what the last capture said."""
    if not row:
        return {}
    headers = {"If-None-Match": row.get("etag"), "If-Modified-Since": row.get("last_modified")}
    return {name: value for name, value in headers.items() if value}


def listing_conditions(row: Mapping[str, Any] | None, now: datetime) -> dict[str, str]:
    """The same for a listing; none where its last whole answer is too old, or nobody knows how old. `now` is aware."""
    seen = (row or {}).get("fetched_at")
    if not seen or now - datetime.fromisoformat(seen).astimezone(UTC) > LISTING_HOLDS:
        return {}
    return conditions(row)


@dataclass(slots=True)
class ValidatorTrust:
    """What is known of one source's 304."""

    asked: int = 0  # conditional requests for articles, tests among them
    tests: int = 0
    failed: int = 0  # tests that were answered falsely
    lies: bool = False  # whether the last test was

    @classmethod
    def from_json(cls, counts: Mapping[str, Any]) -> ValidatorTrust:
        """The counts as `to_json` wrote them; foreign ones are left out."""
        known = {name: int(counts[name]) for name in ("asked", "tests", "failed") if isinstance(counts.get(name), int)}
        return cls(**known, lies=counts.get("lies") is True)

    def to_json(self) -> dict[str, int | bool]:
        """The counts and the judgement."""
        return {"asked": self.asked, "tests": self.tests, "failed": self.failed, "lies": self.lies}

    def headers(self, row: Mapping[str, Any] | None) -> tuple[dict[str, str], bool]:
        """The conditions of the next request for that article, and whether it is a test."""
        honest = conditions(row)
        if not honest:
            return {}, False
        self.asked += 1
        if self.asked % TEST_EVERY == FIRST_TEST:
            return {name: _NEVER[name] for name in honest}, True
        return ({} if self.lies else honest), False

    def tested(self, row: Mapping[str, Any], status: int, etag: str | None, digest: str | None) -> bool:
        """Judges the answer to a test; whether it was false. An answer that is neither page nor 304 proves nothing.

        `etag` and `digest` are those of the answer. A weak ETag may stay over changes that its server thinks small; a
        strong one that stays over other bytes stands for nothing.
        """
        if status not in {200, 304}:
            return False
        kept = bool(etag) and not str(etag).startswith("W/") and etag == row.get("etag")
        before = row.get("payload_digest")
        self.lies = status == 304 or (kept and bool(before) and digest != before)
        self.tests += 1
        self.failed += self.lies
        return self.lies
