"""The state of an address, from its visits alone: replaying the same visits always ends in the same state.

Belongs here: what one visit tells, and the machine that walks over visits in time. Does not: reading captures from the
database (`warehouse.versions`), or which addresses share an article (`warehouse.identity`).

States: `live`; `missing` (the latest visit got 404, 410, a redirect to the front page or a page that says it is not
there); `gone` (missing on at least three visits over at least three days); `unreachable` (network, 5xx, time-out);
`blocked` (403, 429, robots, a challenge page); `pending` where no visit told anything yet. Any state goes back to
`live` when the page is seen again, and the time in between stays on record as a gap. An address that is gone stays gone
until it is seen; failures of the network between two missing visits do not start the count again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from pipelines.records import ARTICLE_KINDS

State = Literal["pending", "live", "missing", "gone", "unreachable", "blocked"]
Told = Literal["seen", "missing", "unreachable", "blocked", "nothing"]

GONE_VISITS = 3
GONE_AFTER = timedelta(days=3)

_BLOCKING = frozenset({401, 403, 429, 451})
_FRONT_PAGES = frozenset(
    {"/", "/trang-chu", "/home", "/index", "/404", "/not-found", "/error", "/404.html", "/error.html"}
)
_GRAVITY: dict[str, int] = {"unreachable": 0, "blocked": 1, "missing": 2, "gone": 3}


@dataclass(frozen=True, slots=True)
class Visit:
    """One attempt at an address, as far as it matters for its state."""

    at: datetime
    told: Told


@dataclass(frozen=True, slots=True)
class Gap:
    """A run of visits that did not show the page."""

    worst: State
    from_at: datetime
    to_at: datetime | None  # None while it lasts
    visits: int
    missing_since: datetime | None
    gone_confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an address stands after all its visits."""

    state: State = "pending"
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    failures: int = 0  # visits since it was last seen
    missing_since: datetime | None = None
    gone_confirmed_at: datetime | None = None
    gaps: tuple[Gap, ...] = ()


def told_by(
    *,
    outcome: str,
    status: int | None,
    page_kind: str | None,
    was_article: bool,
    redirect_key: str | None = None,
    target: Told = "nothing",
    repeats: Told = "seen",
) -> Told:
    """What one visit tells about its address.

    `page_kind` is that of the reading (None where there is none), `was_article` whether any visit to this address ever
    showed an article: an article that has become a list or the front page is missing, a list is not. `redirect_key` is
    the canonical URL to which a redirect leads and `target` what is known of that address. `repeats` is what the
    capture told whose payload this one repeats.
    """
    if outcome in ("not-modified", "unchanged"):
        return repeats
    if outcome == "robots":
        return "blocked"
    if outcome in ("offsite", "too-large"):
        return "nothing"
    if outcome != "response" or status is None:
        return "unreachable"
    if status in _BLOCKING:
        return "blocked"
    if status in (404, 410):
        return "missing"
    if 300 <= status < 400:
        return _redirect(redirect_key, target)
    if not 200 <= status < 300:
        return "unreachable"
    return _page(page_kind, was_article)


def is_front_page(canonical: str) -> bool:
    """Whether a canonical URL is a front page, or a page for addresses that are not there."""
    parts = urlsplit(canonical)
    return not parts.query and parts.path.rstrip("/").lower() in _FRONT_PAGES | {""}


def standing(visits: Iterable[Visit]) -> Standing:
    """Where an address stands after `visits`, which are in order of time."""
    now = Standing()
    missing_visits = 0
    gap: Gap | None = None
    gaps: list[Gap] = []
    for visit in visits:
        if visit.told == "nothing":
            continue
        if visit.told == "seen":
            if gap:
                gaps.append(replace(gap, to_at=visit.at))
            gap, missing_visits = None, 0
            now = Standing("live", now.first_seen or visit.at, visit.at)
            continue
        state: State = visit.told
        missing_since, confirmed = now.missing_since, now.gone_confirmed_at
        if visit.told == "missing":
            missing_visits += 1
            missing_since = missing_since or visit.at
            if confirmed is None and missing_visits >= GONE_VISITS and visit.at - missing_since >= GONE_AFTER:
                confirmed = visit.at
        if confirmed:
            state = "gone"
        now = replace(
            now, state=state, failures=now.failures + 1, missing_since=missing_since, gone_confirmed_at=confirmed
        )
        gap = _widened(gap, visit.at, state, missing_since, confirmed)
    return replace(now, gaps=(*gaps, gap) if gap else tuple(gaps))


def _widened(
    gap: Gap | None, at: datetime, state: State, missing_since: datetime | None, confirmed: datetime | None
) -> Gap:
    if gap is None:
        return Gap(state, at, None, 1, missing_since, confirmed)
    worst = max(gap.worst, state, key=lambda name: _GRAVITY[name])
    return replace(gap, worst=worst, visits=gap.visits + 1, missing_since=missing_since, gone_confirmed_at=confirmed)


def _redirect(redirect_key: str | None, target: Told) -> Told:
    if redirect_key is None:
        return "nothing"
    return "missing" if is_front_page(redirect_key) else target


def _page(page_kind: str | None, was_article: bool) -> Told:
    if page_kind is None or page_kind == "other":
        return "nothing"
    if page_kind in ARTICLE_KINDS:
        return "seen"
    if page_kind == "not-found":
        return "missing"
    if page_kind in ("login", "blocked"):
        return "blocked"
    if page_kind in ("outage", "empty"):
        return "unreachable"
    return "missing" if was_article else "seen"
