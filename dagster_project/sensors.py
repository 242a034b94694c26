"""What the daemon looks at between schedules: sources that are due, files that were dropped, runs that died, troubles.

Belongs here: sensors. Does not: when a source is due (`dagster_project.cadence`), what is done with what they find
(`dagster_project.batches`, `dagster_project.inbox`), or the words of an alert (`dagster_project.alerts`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Literal

import dagster as dg

from dagster_project.alerts.rounds import turn
from dagster_project.assets import SOURCES, SOURCES_NAME, captures
from dagster_project.batches import (
    BATCH,
    MODE_TAG,
    SOURCES_TAG,
    crawl_batch_job,
    load_batch_job,
    run_config,
    run_tags,
)
from dagster_project.cadence import Due, crawls_due, loads_due, revisits_due
from dagster_project.inbox import waiting
from dagster_project.installation import Installation, Unusable
from dagster_project.instance import release_dead_runs
from dagster_project.ledger import Ledger, Mode
from dagster_project.schedules import inbox_job
from warehouse import query

_UNFINISHED = [
    status
    for status in dg.DagsterRunStatus
    if status not in {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}
]

GATHER = timedelta(minutes=5)
"""Fewer due sources than fill a run wait so long for others to share it: times are spread, each run has its price."""


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
    jobs=[crawl_batch_job, load_batch_job],
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Starts the crawls that are due: each source by its own clock, several in one run; missed ones once."
    " What a dead run fetched and did not load is loaded.",
)
def crawls_due_sensor(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Asks for the runs that `requests` finds."""
    found = requests(context.instance, Installation.from_environment(), datetime.now(UTC))
    if isinstance(found, str):
        yield dg.SkipReason(found)
    else:
        yield from found


def requests(instance: dg.DagsterInstance, installed: Installation, now: datetime) -> list[dg.RunRequest] | str:
    """The batches that should start at `now`, or why there are none. A source is in one unfinished run at most.

    A sensor and no schedule: a schedule asks at fixed times, and after a sleep once for each that passed; what is due
    here follows from the last attempt, so what was missed, killed or failed is due until it has been done.
    """
    try:
        installed.make_ready()
    except Unusable as reason:
        return str(reason)  # a full disk: nothing is started, and the alert on the disk says so
    release_dead_runs(instance)
    sources = {source.id: source for source in installed.scheduled_sources()}
    if not sources:
        return "no source is on schedule: `tintinh sources enable ID` puts it there"
    running = _running(instance)
    crawled, revisited = Ledger(installed.folder).read(), Ledger(installed.folder, "revisit").read()
    crawls = crawls_due(sources.values(), crawled, running["latest"], now)
    # One conversation with an outlet at a time: what is crawled, or about to be, is not revisited meanwhile.
    busy = running["latest"] | running["revisit"] | {due.source_id for due in crawls}
    revisits = revisits_due(_newest(installed), sources.values(), revisited, busy, now)
    # What is crawled now is loaded at the end of that. Sources that are crawled by hand only have their entry as well.
    busy |= running["load"] | {due.source_id for due in revisits}
    loads = [
        due
        for due in loads_due([crawled, revisited], Ledger(installed.folder, "load").read(), busy, now)
        if due.source_id in {source.id for source in installed.own_sources()}
    ]
    asked = [*_batches(crawls, "latest", now), *_batches(revisits, "revisit", now), *_batches(loads, "load", now)]
    if not asked and (waiting_few := len(crawls) + len(revisits) + len(loads)):
        return f"{waiting_few} sources are due and wait some minutes for others to share their run"
    if not asked:
        return f"none of {len(sources)} sources is due; {len(running['latest'] | running['revisit'])} are being crawled"
    there = set(instance.get_dynamic_partitions(SOURCES_NAME))
    instance.add_dynamic_partitions(SOURCES_NAME, [source_id for source_id in sources if source_id not in there])
    return asked


def _batches(due: list[Due], mode: Mode | Literal["load"], now: datetime) -> Iterator[dg.RunRequest]:
    if len(due) < BATCH and not any(one.attempt or now - one.at >= GATHER for one in due):
        return
    for start in range(0, len(due), BATCH):
        batch = due[start : start + BATCH]
        ids = [one.source_id for one in batch]
        yield dg.RunRequest(
            job_name=load_batch_job.name if mode == "load" else crawl_batch_job.name,
            run_key=f"{mode}:{batch[0].key}:{len(batch)}:{hash_of(one.key for one in batch)}:{_tenth_minute(now)}",
            run_config=run_config(ids, mode),
            tags=run_tags(ids, mode),
        )


def _tenth_minute(now: datetime) -> int:
    """Part of run keys: what is still due although a run was made for it, which died too early to note anything, is
    asked for again after ten minutes. Without it Dagster would take the new run for the dead one, and start none."""
    return int(now.timestamp() // 600)


def hash_of(keys: Iterator[str]) -> str:
    """A short name for the due crawls of one batch: asking twice for the same ones starts one run."""
    from hashlib import sha256

    return sha256("\n".join(keys).encode()).hexdigest()[:12]


def _running(instance: dg.DagsterInstance) -> dict[str, set[str]]:
    """The sources that unfinished runs crawl, by mode, or load; a run that only reads is in no crawl's way."""
    found: dict[str, set[str]] = {"latest": set(), "revisit": set(), "load": set()}
    for run in instance.get_runs(filters=dg.RunsFilter(statuses=_UNFINISHED)):
        if run.asset_selection is None or captures.key in run.asset_selection:
            mode = run.tags.get(MODE_TAG, "")
            found[mode if mode in found else "latest"].update(
                run.tags.get(SOURCES_TAG, run.tags.get("dagster/partition", "")).split()
            )
    return found


def _newest(installed: Installation) -> dict[str, datetime]:
    path = installed.folder.published_db
    if not path.exists():
        return {}
    text = (files("dagster_project") / "newest_by_source.sql").read_text(encoding="utf-8")
    return {str(source_id): newest for source_id, newest in query.sql(path, text).rows if newest is not None}


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
    if context.instance.get_runs(filters=dg.RunsFilter(job_name=inbox_job.name, statuses=_UNFINISHED), limit=1):
        return dg.SkipReason(f"a run is on its way to the {len(files)} files of the inbox")
    newest = max(path.stat().st_mtime_ns for path in files)
    return dg.RunRequest(run_key=f"{len(files)}:{newest}:{files[-1].name}:{_tenth_minute(datetime.now(UTC))}")


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


SENSORS = [registry_sensor, crawls_due_sensor, inbox_sensor, alerts_sensor]
