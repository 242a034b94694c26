"""What runs by the clock of Vietnam: after a sleep only the last missed time runs, and each time runs once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
import time_machine

from dagster_project.schedules import SCHEDULES, is_stale, publish_schedule
from pipelines.zone import VIETNAM


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("cron", "scheduled", "now", "stale"),
    [
        ("30 7,19 * * *", "2026-11-25T07:30", "2026-11-25T07:31", False),
        ("30 7,19 * * *", "2026-11-25T07:30", "2026-11-25T19:29", False),
        ("30 7,19 * * *", "2026-11-25T07:30", "2026-11-25T19:30", True),
        ("30 7,19 * * *", "2026-11-30T19:30", "2026-12-01T07:29", False),  # over the end of a month
        ("30 7,19 * * *", "2026-11-30T19:30", "2026-12-01T07:30", True),
        ("10 2 * * 0", "2026-11-29T02:10", "2026-12-06T02:09", False),
        ("10 2 * * 0", "2026-11-29T02:10", "2026-12-06T02:10", True),
        ("0 0 * * *", "2026-12-31T00:00", "2026-12-31T23:59", False),
        ("0 0 * * *", "2026-12-31T00:00", "2027-01-01T00:00", True),
    ],
)
def test_only_the_last_missed_time_counts(cron: str, scheduled: str, now: str, stale: bool) -> None:
    assert is_stale(cron, local(scheduled), local(now).astimezone(UTC)) is stale


def test_after_three_days_asleep_one_run_is_asked_for_and_always_by_the_same_key() -> None:
    missed = [local("2026-11-22T07:30") + timedelta(hours=12 * n) for n in range(6)]
    woken = local("2026-11-25T06:00")
    with time_machine.travel(woken, tick=False), dg.DagsterInstance.ephemeral() as instance:
        asked = []
        for scheduled in [*missed, missed[-1]]:
            with dg.build_schedule_context(instance=instance, scheduled_execution_time=scheduled) as context:
                data = publish_schedule.evaluate_tick(context)
            asked.extend(request.run_key for request in data.run_requests or [])
    assert asked == ["publish_twice_a_day@2026-11-24T19:30"] * 2


def test_every_schedule_runs_by_the_clock_of_vietnam_and_by_itself() -> None:
    for schedule in SCHEDULES:
        assert schedule.execution_timezone == "Asia/Ho_Chi_Minh"
        assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
