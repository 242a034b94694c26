"""What a crawl was worth: judged by what it brought, as Scrapy's exit code says nothing about that.

Belongs here: the step from a crawl's result file to "good", "good, but" or "failed", with words that help. Does not:
running the crawl (`dagster_project.crawl_step`), or comparing it with other days (`dagster_project.checks`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scraper.registry import Source

COMPLETE = frozenset({"finished", "limit", "window-closed"})
"""Ends of a crawl that are as they should be."""

REFUSALS = frozenset({"403", "429", "451"})
"""Statuses by which a site turns a crawler away."""

MANY_REFUSALS = 3
"""Fewer are single pages behind a wall, not an outlet that blocks."""

PASSING = frozenset({"robots-unreachable", "asked-to-wait", "shutdown", "busy", "archive-full"})
"""Ends of a crawl that another try later may mend; all others need a hand. A full disk needs one as well, but that is
told of the disk, once, and not of every outlet that was being crawled."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a crawl was worth. `warning` says what was not as it should be although something came in."""

    ok: bool
    message: str = ""
    warning: str = ""
    retry: bool = False
    blocked: bool = False  # the outlet turns us away, whether or not some pages came in before


def judge(source: Source, result: Mapping[str, Any] | None, code: int | None, log: Path) -> Verdict:
    """The verdict on a crawl of `source` with this result (None: it was killed before it could write one)."""
    name = source.id
    if result is None:
        return Verdict(
            False,
            f"{name}: the crawler ended without a result (exit code {code}). What it fetched is kept; the next run goes"
            f" on. Its last words are in {log}",
            retry=True,
        )
    reason = result.get("finish_reason", "unknown")
    counts = result.get("counts", {})
    statuses = counts.get("by_status", {})
    answers = sum(number for status, number in statuses.items() if int(status) < 400)
    errors = result.get("errors", {})
    said = result.get("message") or f"the crawl ended early ({reason})"
    if not counts.get("captures") and reason not in COMPLETE:
        return Verdict(False, f"{name}: {said}", retry=reason in PASSING, blocked=reason == "blocked")
    if not answers and not errors and result.get("mode") == "revisit":
        return Verdict(True)  # nothing was due
    if not answers:
        told = ", ".join(f"{kind} {number}" for kind, number in sorted(errors.items())) or "no request was answered"
        return Verdict(
            False,
            f"{name}: nothing came in ({told}). {_advice(source, errors, statuses)}",
            retry=True,
            blocked=bool(REFUSALS & set(statuses)),
        )
    if refused := _no_listing(result):
        # robots.txt answered: that is not what we came for.
        told = ", ".join(f"{kind} {number}" for kind, number in sorted(refused.items()))
        return Verdict(
            False,
            f"{name}: none of its listings could be had ({told}). {_advice(source, errors, refused)}",
            retry=True,
            blocked=bool(REFUSALS & set(refused)),
        )
    refusals = sum(number for status, number in statuses.items() if status in REFUSALS)
    blocked = reason == "blocked" or (refusals >= MANY_REFUSALS and refusals > answers)
    if reason not in COMPLETE or blocked:
        # What came in is worth loading; that it is not all is a warning, and a check of its own.
        advice = f" {_advice(source, errors, statuses)}" if blocked else ""
        said = f"{refusals} of {answers + refusals} requests were refused" if reason in COMPLETE else said
        return Verdict(
            True,
            warning=f"{name}: {said}; what was fetched is kept, the next run goes on.{advice}",
            blocked=blocked,
        )
    return Verdict(True)


def _no_listing(result: Mapping[str, Any]) -> Mapping[str, int]:
    """How often each error status came, where a crawl got no listing and no article at all; else nothing."""
    counts = result.get("counts", {})
    asked = counts.get("listings", 0)
    statuses = Counter(str(problem.get("detail", "")) for problem in result.get("problems", ()))
    refused = {status: number for status, number in statuses.items() if re.fullmatch(r"[45]\d\d", status)}
    return refused if asked and not counts.get("articles") and sum(refused.values()) >= asked else {}


def _advice(source: Source, errors: Mapping[str, int], statuses: Mapping[str, int]) -> str:
    home = source.home
    if set(errors) == {"dns"}:
        return f"The name of {home} cannot be resolved: this machine has no network, or the host is gone."
    if REFUSALS & set(statuses):
        return f"{home} refuses us. Slow down (`pace` in its source file), or ask its people; see TINTINH_CONTACT."
    return f"Is {home} up, and does this machine reach it? Nothing that was archived before is touched."
