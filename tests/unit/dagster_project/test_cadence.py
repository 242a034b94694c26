"""When sources are due: midnight, month ends, missed hours, night windows, retries."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from dagster_project import cadence
from dagster_project.cadence import crawls_due, last_due, next_due, offset, period, revisits_due
from dagster_project.ledger import Attempt
from pipelines.zone import VIETNAM
from scraper.registry import load_registry
from scraper.source import Schedule, Source

BASE = load_registry().get("demo-lamxuyen")


def source(
    cron: str = "30 5 * * *", window: str | None = None, name: str = "demo-lamxuyen", revisit_minutes: int = 180
) -> Source:
    pace = BASE.pace.model_validate({**BASE.pace.model_dump(), "night_window": window})
    return BASE.model_copy(
        update={"id": name, "schedule": Schedule(cron=cron, revisit_minutes=revisit_minutes), "pace": pace}
    )


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.fixture(autouse=True)
def ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cadence, "offset", lambda _source_id: timedelta(minutes=10))


@pytest.mark.parametrize(
    ("cron", "window", "now", "last", "following"),
    [
        ("30 5 * * *", None, "2026-11-25T12:00", "2026-11-25T05:40", "2026-11-26T05:40"),
        ("30 5 * * *", None, "2026-11-25T05:40", "2026-11-25T05:40", "2026-11-26T05:40"),
        ("30 5 * * *", None, "2026-11-25T05:39", "2026-11-24T05:40", "2026-11-25T05:40"),
        # moved past midnight, into another day, month and year
        ("55 23 * * *", None, "2026-11-25T00:04", "2026-11-24T00:05", "2026-11-25T00:05"),
        ("55 23 * * *", None, "2026-11-25T00:05", "2026-11-25T00:05", "2026-11-26T00:05"),
        ("55 23 31 12 *", None, "2027-01-01T00:05", "2027-01-01T00:05", "2028-01-01T00:05"),
        ("0 6 1 * *", None, "2026-03-01T06:09", "2026-02-01T06:10", "2026-03-01T06:10"),
        ("0 6 31 * *", None, "2026-03-01T00:00", "2026-01-31T06:10", "2026-03-31T06:10"),
        ("0 6 29 2 *", None, "2026-11-25T00:00", "2024-02-29T06:10", "2028-02-29T06:10"),
        # Mondays and Thursdays (25 November 2026 is a Wednesday)
        ("0 6 * * 1,4", None, "2026-11-25T12:00", "2026-11-23T06:10", "2026-11-26T06:10"),
        # in the window; outside it: soon after it opens, also past midnight
        ("30 5 * * *", "22:00-06:00", "2026-11-25T12:00", "2026-11-25T05:40", "2026-11-26T05:40"),
        ("0 12 * * *", "22:00-05:30", "2026-11-25T23:00", "2026-11-25T22:10", "2026-11-26T22:10"),
        ("0 12 * * *", "22:00-05:30", "2026-11-25T13:00", "2026-11-24T22:10", "2026-11-25T22:10"),
        ("25 5 * * *", "22:00-05:30", "2026-11-25T21:00", "2026-11-24T22:10", "2026-11-25T22:10"),
        ("0 12 * * *", "00:00-04:00", "2026-11-30T23:59", "2026-11-30T00:10", "2026-12-01T00:10"),
    ],
)
def test_last_and_next_time(cron: str, window: str | None, now: str, last: str, following: str) -> None:
    outlet = source(cron, window)
    assert last_due(outlet, local(now)) == local(last)
    assert next_due(outlet, local(now)) == local(following)
    assert last_due(outlet, local(now)).tzinfo == UTC


def test_a_hundred_and_fifty_sources_do_not_start_at_once() -> None:
    offsets = Counter(offset(f"bao-{n}") for n in range(150))
    assert max(offsets) < timedelta(minutes=cadence.SPREAD_MINUTES)
    assert max(offsets.values()) <= 10
    assert offset("bao-7") == offset("bao-7")


def test_however_long_the_machine_slept_a_source_is_due_once() -> None:
    ledger = {"demo-lamxuyen": Attempt(local("2026-11-10T05:40"), "r", local("2026-11-10T05:50"), "good")}
    for now in ("2026-11-11T05:40", "2026-11-25T09:00"):
        assert [d.source_id for d in crawls_due([source()], ledger, (), local(now))] == ["demo-lamxuyen"]
    ledger["demo-lamxuyen"] = Attempt(local("2026-11-25T09:01"), "r", local("2026-11-25T09:05"), "good")
    assert not crawls_due([source()], ledger, (), local("2026-11-25T23:00"))
    assert crawls_due([source()], ledger, (), local("2026-11-26T05:40"))


def test_a_missed_time_waits_for_the_night_window() -> None:
    outlet = source("0 23 * * *", "22:00-05:30")
    assert not crawls_due([outlet], {}, (), local("2026-11-25T12:00"))
    assert crawls_due([outlet], {}, (), local("2026-11-25T22:00"))


def test_what_runs_already_is_not_asked_for_again() -> None:
    assert not crawls_due([source()], {}, {"demo-lamxuyen"}, local("2026-11-25T12:00"))


def failed(minutes_ago: float, failures: int, **more: object) -> dict[str, Attempt]:
    moment = local("2026-11-25T12:00") - timedelta(minutes=minutes_ago)
    values = {"ended": moment, "ending": "failed", "may_pass": True, **more}
    return {"demo-lamxuyen": Attempt(moment, "r", failures=failures, **values)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ledger", "due"),
    [
        (failed(1, 1), False),
        (failed(2, 1), True),
        (failed(9, 2), False),
        (failed(10, 2), True),
        (failed(200, 3), False),  # three tries: not again before tomorrow
        (failed(200, 1, may_pass=False), False),
        (failed(200, 1, ending="refused", may_pass=False), False),
        (failed(200, 1, ending="blocked"), False),  # asking again at once would make it worse
        (failed(200, 0, ending="cancelled"), False),  # somebody wanted it to end
        (failed(1, 0, ended=None, ending=None), False),  # killed in the middle
        (failed(2, 0, ended=None, ending=None), True),
        (failed(200, 3, ended=None, ending=None), False),
    ],
)
def test_what_may_pass_is_tried_again_and_what_cannot_is_not(ledger: dict[str, Attempt], due: bool) -> None:
    assert bool(crawls_due([source()], ledger, (), local("2026-11-25T12:00"))) is due
    assert crawls_due([source()], ledger, (), local("2026-11-26T05:40"))


def test_old_articles_are_looked_at_the_more_seldom_the_older_the_news() -> None:
    now = local("2026-11-25T12:00")

    def due(age_h: float, last_h: float, outlet: Source | None = None) -> bool:
        ledger = {"demo-lamxuyen": Attempt(now - timedelta(hours=last_h), "r", now, "good")}
        return bool(
            revisits_due({"demo-lamxuyen": now - timedelta(hours=age_h)}, [outlet or source()], ledger, (), now)
        )

    assert [due(5, 2.9), due(5, 3), due(100, 11), due(100, 12), due(500, 71), due(500, 72)] == [False, True] * 3
    often = source(revisit_minutes=15)
    assert [due(1, 0.2, often), due(1, 0.25, often), due(100, 11, often), due(100, 12, often)] == [False, True] * 2
    assert not due(9000, 100_000)
    assert revisits_due({"demo-lamxuyen": now}, [source()], {}, (), now)
    assert not revisits_due({}, [source()], {}, (), now)  # nothing known yet


def test_the_period_is_the_longest_rest() -> None:
    now = local("2026-11-25T12:00")
    assert period(source("30 5 * * *"), now) == timedelta(days=1)
    assert period(source("0 */6 * * *"), now) == timedelta(hours=6)
    assert period(source("0 6 * * 1-5"), now) == timedelta(days=3)
