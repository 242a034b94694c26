"""When crawls run by themselves: each enabled source once a day at its own time, clock of Vietnam.

Belongs here: jobs and schedules. Does not: what a run does, or what reacts to files (`dagster_project.sensors`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import dagster as dg

from dagster_project.assets import DERIVED, SOURCES, SOURCES_NAME, articles, captures, inbox, published, readings
from pipelines.zone import VIETNAM, to_local
from scraper.registry import Source

DEFAULT_CRON = "30 5 * * *"
"""For an enabled source that names no time: early enough for the morning's readers, after the night's imports."""

crawl_job = dg.define_asset_job(
    "crawl",
    selection=dg.AssetSelection.assets(captures, readings, articles),
    partitions_def=SOURCES,
    description="Crawl one source, read what came in, and bring its history up to date.",
    tags={"dagster/concurrency_key": "crawl"},
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


def crawl_schedules(sources: Iterable[Source]) -> list[dg.ScheduleDefinition]:
    """One schedule for each distinct time at which these sources are crawled; each asks for a run a source."""
    by_cron: dict[str, list[str]] = defaultdict(list)
    for source in sources:
        by_cron[source.schedule.cron if source.schedule else DEFAULT_CRON].append(source.id)
    return [_schedule(cron, ids) for cron, ids in sorted(by_cron.items())]


def _schedule(cron: str, source_ids: list[str]) -> dg.ScheduleDefinition:
    name = "crawl_at_" + "_".join("any" if part == "*" else "".join(filter(str.isalnum, part)) for part in cron.split())

    @dg.schedule(
        name=name,
        job=crawl_job,
        cron_schedule=cron,
        execution_timezone=str(VIETNAM),
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Crawls {', '.join(source_ids[:8])}{' and more' if len(source_ids) > 8 else ''}.",
    )
    def crawl(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest]:
        context.instance.add_dynamic_partitions(SOURCES_NAME, source_ids)
        day = to_local(context.scheduled_execution_time).strftime("%Y-%m-%dT%H:%M")
        return [dg.RunRequest(run_key=f"{source_id}@{day}", partition_key=source_id) for source_id in source_ids]

    return crawl


publish_schedule = dg.ScheduleDefinition(
    name="publish_each_morning",
    job=publish_job,
    cron_schedule="30 7 * * *",
    execution_timezone=str(VIETNAM),
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="After the morning's crawls; a run by hand publishes at once.",
)
