"""What a check is: a question to the published file as of an instant, and an answer in words that help.

Belongs here: the shapes that all checks share, and asking them without Dagster, at any instant. Does not: a single
check (one module a subject), the list of them (`dagster_project.checks.catalogue`), or Dagster's side (`assets`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from dagster_project.checks import thresholds
from warehouse.norms import Sample, Usual, usual
from warehouse.window import Span, Window, opened

Severity = Literal["warn", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: where, what, and what to do about it."""

    source_id: str | None  # None: the archive as a whole
    message: str
    severity: Severity = "warn"
    numbers: Mapping[str, float | int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check found; `judged` outlets could be judged (files or promises, for checks of the whole)."""

    findings: Sequence[Finding]
    judged: int
    waiting: Sequence[str] = ()  # outlets of which nothing can be said yet, each with the reason


@dataclass(frozen=True, slots=True)
class Look:
    """What a check may look at."""

    window: Window
    archive: Path | None  # folder of WARC files; None where only the published file is at hand
    grown: frozenset[str]  # outlets that were seen for long enough to have habits


@dataclass(frozen=True, slots=True)
class Named:
    """A check by its name in the UI, and what passing means."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Check(Named):
    """A check on the published file, with the function that looks."""

    find: Callable[[Look], Answer]


@dataclass(frozen=True, slots=True)
class Report:
    """A check and what it found. `broken` where it could not be asked: that is a finding about itself."""

    check: Named
    answer: Answer
    broken: bool = False

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.answer.findings

    @property
    def severity(self) -> Severity:
        """The worst of its findings."""
        return "error" if any(found.severity == "error" for found in self.answer.findings) else "warn"

    @property
    def message(self) -> str:
        """All that was found in a few sentences, or how many were looked at."""
        found, waiting = self.answer.findings, self.answer.waiting
        if not found:
            later = f"; {len(waiting)} cannot be judged yet: {' | '.join(waiting[:TOLD])}" if waiting else ""
            return f"nothing found; {self.answer.judged} judged{later}"
        told = " | ".join(one.message for one in found[:TOLD])
        return told + (f" | and {len(found) - TOLD} more" if len(found) > TOLD else "")


TOLD = 5
"""Findings that a check's message tells in full; the table beside it has all."""


def evaluate(
    checks: Sequence[Check],
    published: Path,
    moment: datetime,
    *,
    archive: Path | None = None,
    source_id: str | None = None,
) -> list[Report]:
    """Asks these checks about the published file as of `moment` (aware), over all outlets or one.

    A check that breaks costs itself alone. Raises NotBuilt, Locked or Damaged where the file cannot be opened.
    """
    span = Span(
        few=thresholds.count("window.few"),
        back_days=thresholds.count("window.back_days"),
        late_days=thresholds.count("window.late_days"),
        round_h=thresholds.count("window.round_h"),
        ahead_min=thresholds.count("time_zone.ahead_min"),
        suspect=thresholds.value("dates.suspect_flags"),
    )
    with opened(published, moment, span, source_id) as window:
        young = thresholds.count("window.young_days")
        grown = frozenset(
            name for name, seen in window.sources().items() if (window.day - seen.first_day).days >= young
        )
        look = Look(window, archive, grown)
        return [_asked(check, look) for check in checks]


def _asked(check: Check, look: Look) -> Report:
    try:
        return Report(check, check.find(look))
    except Exception as error:  # one check that breaks must not hide the others
        finding = Finding(None, f"the check {check.name} itself broke: {type(error).__name__}: {error}", "error")
        return Report(check, Answer([finding], 0), broken=True)


def past_of(sample: Sample) -> Usual | None:
    """The usual share in the days before a sample, by the thresholds of `history`."""
    return usual(
        sample.days,
        day_articles=thresholds.count("history.day_articles"),
        least_days=thresholds.count("history.least_days"),
        least_articles=thresholds.count("history.least_articles"),
    )


def percent(share: float) -> str:
    """A share as people read it."""
    return f"{share:.0%}"
