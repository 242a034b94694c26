"""Whether an outlet brings about as many articles as on the same weekday of its own past.

Belongs here: counts by day of publication, week and four weeks. Does not: whether it was crawled at all (`freshness`),
or answered (`answers`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from dagster_project.checks import thresholds
from dagster_project.checks.judging import Answer, Check, Finding, Look
from dagster_project.checks.thresholds import is_holiday
from pipelines.zone import to_local
from warehouse import norms

_SPANS = (1, 7, 28)
"""Days that are summed, the shortest first: a small outlet is judged by its weeks."""
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def find(look: Look) -> Answer:
    """Fails where the last whole day (or week, or four weeks) brought clearly fewer or many more articles."""
    findings: list[Finding] = []
    later: list[str] = []
    judged = 0
    for row in look.window.ask("volume", span=thresholds.count("volume.span_days")):
        if row["source_id"] not in look.grown:
            continue
        by_day = {entry["day"]: int(entry["n"]) for entry in row["days"] or ()}
        found = list(of_source(row, by_day))
        if found and (why := waiting(row, by_day, look.window.moment)):
            later.append(why)
            continue
        judged += 1
        findings.extend(found)
    return Answer(findings, judged, later)


def waiting(row: dict[str, Any], by_day: dict[date, int], moment: datetime) -> str:
    """Why nothing can be said yet: with all pages that wait to be read, nothing might be wrong. Empty where it can."""
    if not row["unread"] or moment - row["unread_since"] > timedelta(hours=thresholds.number("volume.unread_h")):
        return ""
    with_these = {**by_day, row["day"]: by_day.get(row["day"], 0) + row["unread"]}
    if any(True for _ in of_source(row, with_these)):
        return ""
    return f"{row['source_id']}: {row['unread']} pages fetched since {_at(row['unread_since'])} are not read yet"


def of_source(row: dict[str, Any], by_day: dict[date, int]) -> Iterator[Finding]:
    """What is wrong with an outlet's counts by day up to `row["day"]`; at most one finding."""
    day: date = row["day"]
    for span in _SPANS:
        if _holidays(day, span) >= (1 if span == 1 else thresholds.count("volume.holiday_days")):
            continue
        found = _sum(by_day, day, span)
        past = list(_past(by_day, row["first_day"], day, span))
        if len(past) < thresholds.count("volume.least_blocks"):
            continue
        expected = median(past)
        numbers = {"articles": found, "usual": expected, "lowest": min(past), "highest": max(past), "days": span}
        if expected >= thresholds.count("volume.least_expected") and norms.few(
            found, past, thresholds.number("volume.low")
        ):
            told = (
                f"{row['source_id']}: {_count(found)} {_when(day, span)}, usually {expected:.0f} (never under"
                f" {min(past)})"
            )
            yield Finding(row["source_id"], f"{told}. {_advice(row)}", numbers=numbers)
            return
        if span == 1 and norms.many(
            found, past, thresholds.number("volume.high"), thresholds.count("volume.high_least")
        ):
            told = (
                f"{row['source_id']}: {_count(found)} {_when(day, span)}, usually {expected:.0f} (never over"
                f" {max(past)})"
            )
            yield Finding(
                row["source_id"],
                f"{told}. Old pages or pages that are no articles may be listed as new: look at its newest"
                " with `tintinh sql`,"
                " and at `not_articles` in its source file",
                numbers=numbers,
            )
            return


def _past(by_day: dict[date, int], first: date, day: date, span: int) -> Iterator[int]:
    """The counts of the same stretch in earlier weeks, while the outlet was seen; those with holidays are left out."""
    step = 7 if span < 28 else 28
    blocks = thresholds.count("volume.weeks") if span < 28 else thresholds.count("volume.span_days") // 28 - 1
    for number in range(1, blocks + 1):
        last = day - timedelta(days=step * number)
        if last - timedelta(days=span - 1) < first:
            return
        if _holidays(last, span) < (1 if span == 1 else thresholds.count("volume.holiday_days")):
            yield _sum(by_day, last, span)


def _sum(by_day: dict[date, int], last: date, span: int) -> int:
    return sum(by_day.get(last - timedelta(days=back), 0) for back in range(span))


def _holidays(last: date, span: int) -> int:
    return sum(is_holiday(last - timedelta(days=back)) for back in range(span))


def _count(number: int) -> str:
    return "no article" if number == 0 else f"{number} article{'s' if number > 1 else ''}"


def _when(day: date, span: int) -> str:
    if span == 1:
        return f"of {_WEEKDAYS[day.weekday()]} {day:%d/%m}"
    return f"in the {span} days to {day:%d/%m}"


def _at(moment: datetime) -> str:
    return f"{to_local(moment):%d/%m %H:%M}"


def _advice(row: dict[str, Any]) -> str:
    pages, became, source_id = row["pages"], row["became"], row["source_id"]
    if row["unread"] >= max(1, (pages - became) / 2):
        return (
            f"{row['unread']} of {pages} pages that were fetched are not read yet, the oldest since"
            f" {_at(row['unread_since'])}: the load of them failed, or no run made one."
            f" `tintinh reread --source {source_id}` reads them, or says what is in the way"
        )
    if pages >= 5 and became < pages / 2:
        return (
            f"{pages} pages were fetched and {became} of them read as articles: the layout has changed. See one with"
            f" `tintinh explain --url URL`, mend its family or selectors, then `tintinh reread --again"
            f" --source {source_id}`"
        )
    return (
        f"{pages} pages were fetched: its listings name nothing new, or it is silent. `tintinh sources check"
        f" {source_id}`"
        " asks each listing once"
    )


CHECK = Check(
    "volume", "Each outlet brings about as many articles as on the same weekday of the past two months.", find
)
