"""What runs by the clock of Vietnam: publishing, and the week's maintenance. Jobs are defined here, too.

Belongs here: jobs of assets, and schedules at fixed times. Does not: crawls, which are due by source
(`dagster_project.cadence`, asked by `dagster_project.sensors`), or what a run does.
"""

from __future__ import annotations

from datetime import UTC, datetime

import dagster as dg
from cronsim import CronSim

from dagster_project.assets import DERIVED, SOURCES, articles, captures, inbox, published, readings
from dagster_project.maintenance import maintenance_job
from pipelines.zone import VIETNAM, to_local

crawl_job = dg.define_asset_job(
    "crawl",
    selection=dg.AssetSelection.assets(captures, readings, articles).without_checks(),  # `articles` asks its own
    partitions_def=SOURCES,
    description="Crawl one source, read what came in, and bring its history up to date.",
    tags={"tintinh/crawls": "one"},
)

publish_job = dg.define_asset_job(
    "publish",
    selection=dg.AssetSelection.assets(*DERIVED, published),
    description="Derive what follows from new articles, and swap in a fresh read-only copy for analysts.",
)

inbox_job = dg.define_asset_job(
    "take_inbox",
    selection=dg.AssetSelection.assets(inbox, *DERIVED, published),
    description="Take the WARC files of the inbox all the way, and publish.",
)


def is_stale(cron: str, scheduled: datetime, now: datetime) -> bool:
    """Whether a later time of the same schedule has come already: after a sleep only the last missed one runs."""
    return to_local(next(CronSim(cron, to_local(scheduled)))) <= to_local(now)


def _at(
    name: str, job: dg.JobDefinition | dg.UnresolvedAssetJobDefinition, cron: str, why: str
) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=name,
        job=job,
        cron_schedule=cron,
        execution_timezone=str(VIETNAM),
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=why,
    )
    def evaluate(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        scheduled = context.scheduled_execution_time
        if is_stale(cron, scheduled, datetime.now(UTC)):
            return dg.SkipReason("missed while nothing ran; a later time of this schedule has come already")
        return dg.RunRequest(run_key=f"{name}@{to_local(scheduled):%Y-%m-%dT%H:%M}")

    return evaluate


publish_schedule = _at(
    "publish_twice_a_day",
    publish_job,
    "30 7,19 * * *",
    "After the morning's crawls, and with the day's revisits; a run by hand publishes at once.",
)

maintenance_schedule = _at(
    "maintenance_on_sundays",
    maintenance_job,
    "10 2 * * 0",
    "Old runs and logs of Dagster go, its files shrink, the database is checked and compacted.",
)

SCHEDULES = [publish_schedule, maintenance_schedule]
