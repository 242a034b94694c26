"""The arithmetic and the calendar behind the checks, and what holds of all of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dagster_project.checks import layout, reference, thresholds
from dagster_project.checks.catalogue import CHECKS
from dagster_project.checks.thresholds import is_holiday
from dagster_project.checks.volume import of_source, waiting
from pipelines.flags import FLAGS
from warehouse import norms
from warehouse.norms import Sample, usual

ROOT = Path(__file__).parents[3]
DAY = date(2026, 11, 24)  # a Tuesday


def counts(week: tuple[int, ...], last: date = DAY, weeks: int = 9, **changed: int) -> dict[date, int]:
    """The same week again and again up to `last`; `changed` names counts by days back (`d0` is the last day)."""
    by_day = {}
    for back in range(weeks * 7):
        day = last - timedelta(days=back)
        by_day[day] = changed.get(f"d{back}", week[day.weekday()])
    return {day: number for day, number in by_day.items() if number}


def told(by_day: dict[date, int], day: date = DAY, first: date | None = None, **more: Any) -> list[str]:
    row = {
        "source_id": "bao",
        "day": day,
        "first_day": first or min(by_day),
        "pages": 0,
        "became": 0,
        "unread": 0,
        **more,
    }
    return [finding.message for finding in of_source(row, by_day)]


NEWSPAPER = (20, 21, 22, 20, 21, 9, 6)
PORTAL = (2, 1, 1, 2, 1, 0, 0)


def test_a_weekday_is_held_against_the_same_weekday() -> None:
    sunday = DAY - timedelta(days=2)
    assert told(counts(NEWSPAPER, sunday), sunday) == []
    assert "6 articles of Tuesday 24/11, usually 21 (never under 21)" in told(counts(NEWSPAPER, d0=6))[0]


def test_a_slow_day_is_no_trouble_where_slow_days_happen() -> None:
    assert told(counts(NEWSPAPER, d0=9)) == []
    assert told(counts(NEWSPAPER, d0=6, d14=5)) == []


def test_a_small_outlet_is_judged_by_its_weeks() -> None:
    assert told(counts(PORTAL, d0=0)) == []
    assert told(counts(PORTAL, d0=0, d1=0, d2=0, d3=0)) == []
    silent = {f"d{back}": 0 for back in range(7)}
    assert "no article in the 7 days to 24/11, usually 7" in told(counts(PORTAL, **silent))[0]


def test_a_tiny_outlet_is_judged_by_four_weeks() -> None:
    by_day = counts((2, 0, 0, 0, 0, 0, 0), weeks=26)
    assert told(by_day) == []
    month = {day: number for day, number in by_day.items() if day <= DAY - timedelta(days=28)}
    assert "in the 28 days to 24/11, usually 8" in told(month, first=min(by_day))[0]


def test_tet_and_holidays_are_no_trouble_and_no_measure() -> None:
    tet = date(2026, 2, 17)
    for back in range(-2, 7):
        day = tet + timedelta(days=back)
        silent = {f"d{n}": 0 for n in range(back + 3)}
        assert told(counts(NEWSPAPER, day, **silent), day) == []
    # Two weeks later the days of Tết are left out of what is usual.
    after = tet + timedelta(days=14)
    holidays = {f"d{14 + n}": 0 for n in range(-6, 4)}
    assert told(counts(NEWSPAPER, after, **holidays), after) == []
    assert told(counts(NEWSPAPER, after, **holidays, d0=2), after)
    assert is_holiday(date(2026, 9, 2))
    assert not is_holiday(date(2026, 9, 3))


def test_a_flood_is_named_and_a_busy_day_is_not() -> None:
    assert "150 articles of Tuesday 24/11, usually 21 (never over 21)" in told(counts(NEWSPAPER, d0=150))[0]
    assert told(counts(NEWSPAPER, d0=55)) == []
    assert told(counts(PORTAL, d0=20)) == []


def test_history_before_an_outlet_was_known_is_none() -> None:
    assert told(counts(NEWSPAPER, weeks=2, d0=0)) == []


@pytest.mark.parametrize(
    ("hours", "unread", "waits"),
    [(1, 21, True), (11, 15, True), (13, 21, False), (1, 2, False), (1, 0, False)],
    ids=["all of a day", "most of it", "too long", "too few to explain it", "none"],
)
def test_a_day_whose_pages_wait_to_be_read_is_not_judged_yet(hours: int, unread: int, waits: bool) -> None:
    since = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    by_day = counts(NEWSPAPER, d0=1)
    row = {"unread": unread, "unread_since": since if unread else None, "pages": unread, "became": 0}
    row |= {"source_id": "bao", "day": DAY, "first_day": min(by_day)}
    said = waiting(row, by_day, since + timedelta(hours=hours))
    assert bool(said) is waits
    if waits:
        assert said == f"bao: {unread} pages fetched since 25/11 05:30 are not read yet"


def test_not_read_yet_and_read_without_an_article_are_told_apart() -> None:
    since = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    (late,) = told(counts(NEWSPAPER, d0=0), pages=12, unread=12, unread_since=since)
    assert "12 of 12 pages that were fetched are not read yet, the oldest since 25/11 05:30" in late
    assert "layout" not in late
    (other,) = told(counts(NEWSPAPER, d0=0), pages=12)
    assert "12 pages were fetched and 0 of them read as articles: the layout has changed" in other


@pytest.mark.parametrize(
    ("n", "k", "days", "changed"),
    [
        (11, 0, [(9, 9)] * 20, True),
        (10, 1, [(9, 9)] * 20, True),  # the first pages of it, among the last of the old one
        (10, 6, [(4, 4)] * 20, False),  # four of a small outlet: its next day will tell
        (10, 2, [(4, 4)] * 20, True),
        (5, 0, [(9, 9)] * 20, True),
        (5, 2, [(9, 9)] * 20, True),
        (4, 0, [(9, 9)] * 20, False),  # too few
        (10, 1, [(10, 7)] * 20, True),
        (10, 3, [(10, 7)] * 20, False),  # galleries and notices are usual there
        (10, 0, [(9, 9)] * 3, False),  # no past to speak of
        (10, 0, [*[(9, 9)] * 20, (9, 0), (8, 0)], True),  # on its third day still
        (10, 0, [*[(9, 9)] * 10, (9, 0), *[(9, 9)] * 10], False),  # a day like that passed by itself before
    ],
)
def test_a_new_layout_is_told_from_chance_and_from_days_like_others(
    n: int, k: int, days: list[tuple[int, int]], changed: bool
) -> None:
    assert layout.changed(Sample(n, k, days)) is changed


def test_a_usual_share_needs_days_or_many_articles() -> None:
    needs = {"day_articles": 5, "least_days": 7, "least_articles": 40}
    assert usual([(10, 9)] * 6, **needs) == norms.Usual(0.9, 0.9, 0.9)
    assert usual([(2, 2)] * 10, **needs) is None
    assert usual([(10, 5), *[(10, 9)] * 7], **needs) == norms.Usual(0.9, 0.5, 0.9)


@pytest.mark.parametrize(
    ("n", "k", "falls"),
    [(10, 9, False), (10, 8, False), (10, 4, True), (20, 14, True), (20, 17, False), (3, 0, True), (1, 0, False)],
)
def test_a_share_falls_where_chance_and_the_past_speak_against_it(n: int, k: int, falls: bool) -> None:
    assert norms.fell(Sample(n, k, ()), norms.Usual(0.95, 0.8, 1.0), 0.15) is falls
    assert norms.rose(Sample(n, n - k, ()), norms.Usual(0.05, 0.0, 0.2), 0.15) is falls


def test_tails() -> None:
    assert norms.binomial_tail(1, 2, 0.5) == pytest.approx(0.75)
    assert norms.poisson_tail(1, 2.0) == pytest.approx(0.4060058)


def test_every_threshold_has_a_reason_and_is_used() -> None:
    code = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "dagster_project" / "checks").glob("*.py"))
    for subject, names in thresholds.table().items():
        for name, entry in names.items():
            assert set(entry) == {"value", "why"}, name
            assert len(entry["why"]) > 15, name
            assert f'"{subject}.{name}"' in code, f"{subject}.{name} is used nowhere"
    assert set(thresholds.value("dates.suspect_flags")) <= set(FLAGS)


def test_the_reference_is_that_of_the_code() -> None:
    written = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    assert written == reference.render(), "remake it: python -m dagster_project.checks.reference > docs/checks.md"
    assert len({check.name for check in CHECKS}) == len(CHECKS)
