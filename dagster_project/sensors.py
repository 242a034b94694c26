"""What the daemon looks at between schedules: source files that changed, WARC files that were dropped, runs that died.

Belongs here: sensors. Does not: what is done with what they find (`dagster_project.assets`, `dagster_project.inbox`).
"""

from __future__ import annotations

from datetime import UTC, datetime

import dagster as dg

from dagster_project.alerts.rounds import turn
from dagster_project.assets import SOURCES, SOURCES_NAME
from dagster_project.inbox import waiting
from dagster_project.installation import Installation
from dagster_project.instance import release_dead_runs
from dagster_project.schedules import inbox_job


@dg.sensor(
    minimum_interval_seconds=300,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Adds a partition for each scheduled source of the registry, and ends runs whose process is gone.",
)
def registry_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Brings the partitions in step with the source files; a source switched off keeps its partition."""
    ended = release_dead_runs(context.instance)
    wanted = [source.id for source in Installation.from_environment().scheduled_sources()]
    there = set(context.instance.get_dynamic_partitions(SOURCES_NAME))
    missing = [source_id for source_id in wanted if source_id not in there]
    if not missing:
        told = f"; ended {len(ended)} runs whose process was gone" if ended else ""
        return dg.SkipReason(f"the partitions are in step with the registry{told}")
    return dg.SensorResult(dynamic_partitions_requests=[SOURCES.build_add_request(missing)])


@dg.sensor(
    job=inbox_job,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Takes WARC files that are dropped into the folder `inbox` of the data folder.",
)
def inbox_sensor(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Asks for one run when files are waiting and no earlier run is on its way to them."""
    files = waiting(Installation.from_environment().folder.inbox)
    if not files:
        return dg.SkipReason("the inbox is empty")
    unfinished = [s for s in dg.DagsterRunStatus if s not in _FINISHED]
    if context.instance.get_runs(filters=dg.RunsFilter(job_name=inbox_job.name, statuses=unfinished), limit=1):
        return dg.SkipReason(f"a run is on its way to the {len(files)} files of the inbox")
    newest = max(path.stat().st_mtime_ns for path in files)
    return dg.RunRequest(run_key=f"{len(files)}:{newest}:{files[-1].name}")


@dg.sensor(
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells people what is wrong: by webhook, mail or a file, as alerts.yaml in the data folder says.",
)
def alerts_sensor(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """One turn of the alerts; it never asks for a run."""
    repository = context.repository_def
    keys = repository.asset_graph.asset_check_keys if repository else ()
    done = turn(Installation.from_environment(), context.instance, keys, datetime.now(UTC))
    for name, error in done.errors.items():
        context.log.warning(f"{name}: {error}")
    return dg.SkipReason(f"{done.open} troubles open, {len(done.told)} told now")


_FINISHED = frozenset({dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED})

SENSORS = [registry_sensor, inbox_sensor, alerts_sensor]
