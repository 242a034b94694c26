"""The process that does what Dagster's daemon does: evaluates sensors and schedules, executes the runs they ask for.

Belongs here: asking the project's own definitions at the time that the driver says, one run a process. Does not: what
time it is, or what goes wrong (`drive`). It is told what to do by lines of JSON, and answers each by one.
Dagster's own daemon takes its time from the machine and waits in seconds between two looks; this one does not wait.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import Any

import dagster as dg
import sitecustomize
from cronsim import CronSim

from dagster_project import room
from dagster_project.definitions import defs
from dagster_project.installation import Installation
from dagster_project.instance import open_instance
from pipelines.zone import VIETNAM, to_local

RUN_KEY = "dagster/run_key"
_processes = get_context("forkserver")


def main() -> None:
    """Answers until its input ends."""
    # Only answers go to the driver: what runs print, and what Dagster shows of their logs, goes where errors go.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.set_inheritable(answers.fileno(), False)
    os.dup2(2, 1)
    _processes.set_forkserver_preload(["fortnight.daemon"])
    installed = Installation.from_environment()
    with open_instance(installed) as instance:
        for line in sys.stdin:
            order = json.loads(line)
            sitecustomize.go(order["behind_s"])
            room.balance(installed.folder)  # as `tintinh daemon` does beside Dagster's own
            told = {"watch": _watch, "tick": _tick}[order["do"]](instance, order)
            print(json.dumps(told), file=answers, flush=True)


def _watch(instance: dg.DagsterInstance, _order: Mapping[str, Any]) -> dict[str, Any]:
    errors: list[str] = []
    for _ in _asked(instance, ["alerts_sensor"], errors):
        pass
    return {"runs": [], "errors": errors}


def _tick(instance: dg.DagsterInstance, order: Mapping[str, Any]) -> dict[str, Any]:
    """Schedules since the last tick, then sensors; each asked, and its runs executed, before the next one is asked."""
    errors: list[str] = []
    runs = []
    since = datetime.fromisoformat(order["since"])
    for request in _scheduled(instance, since, errors):
        runs.append(_execute(order["behind_s"], request))
    for request in _asked(instance, ["registry_sensor", "crawls_due_sensor", "inbox_sensor"], errors):
        runs.append(_execute(order["behind_s"], request))
    for _ in _asked(instance, ["alerts_sensor"], errors):
        pass
    return {"runs": [run for run in runs if run], "errors": errors}


def _scheduled(instance: dg.DagsterInstance, since: datetime, errors: list[str]) -> Iterator[tuple[str, dg.RunRequest]]:
    repository = defs.get_repository_def()
    now = datetime.now(UTC)
    for schedule in repository.schedule_defs:
        for moment in CronSim(str(schedule.cron_schedule), since.astimezone(VIETNAM)):
            if moment > to_local(now):
                break
            try:
                _note(instance, schedule.name)
                context = dg.build_schedule_context(
                    instance, scheduled_execution_time=moment, repository_def=repository
                )
                asked = schedule.evaluate_tick(context).run_requests or []
            except Exception as error:  # a tick that fails is tried again by the next one, as the daemon does
                errors.append(_told(schedule.name, error))
            else:
                for request in asked:
                    yield schedule.job_name, request


def _asked(instance: dg.DagsterInstance, names: list[str], errors: list[str]) -> Iterator[tuple[str, dg.RunRequest]]:
    repository = defs.get_repository_def()
    for name in names:
        sensor = repository.get_sensor_def(name)
        try:
            _note(instance, name)
            context = dg.build_sensor_context(instance, repository_def=repository, sensor_name=name)
            answer = sensor.evaluate_tick(context)
            for wanted in answer.dynamic_partitions_requests or ():
                if isinstance(wanted, dg.AddDynamicPartitionsRequest):
                    instance.add_dynamic_partitions(wanted.partitions_def_name, list(wanted.partition_keys))
        except Exception as error:  # as above
            errors.append(_told(name, error))
        else:
            for request in answer.run_requests or ():
                yield request.job_name or sensor.job_name, request


def _note(instance: dg.DagsterInstance, name: str) -> None:
    """Dagster notes each look before it makes it; where it cannot write, it does not look."""
    instance.run_storage.set_cursor_values({f"fortnight/{name}": datetime.now(UTC).isoformat()})


def _told(name: str, error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{name}: {type(error).__name__}: {str(error)[:300]} ({last.filename.rsplit('/', 1)[-1]}:{last.lineno})"


def _execute(behind_s: float, asked: tuple[str, dg.RunRequest]) -> dict[str, Any] | None:
    """Executes the run in a process of its own; None where its key has had one."""
    job, request = asked
    tags = dict(request.tags)
    if request.run_key:
        tags[RUN_KEY] = request.run_key
    inbox, outbox = _processes.Pipe(duplex=False)
    run = _processes.Process(target=_run, args=(outbox, behind_s, job, dict(request.run_config or {}), tags))
    run.start()
    outbox.close()
    try:
        told: dict[str, Any] | None = inbox.recv()
    except EOFError:
        told = {"job": job, "ended": "died", "sources": tags.get("tintinh/sources", "")}
    run.join()
    return told


def _run(outbox: Any, behind_s: float, job: str, run_config: dict[str, Any], tags: dict[str, str]) -> None:
    sitecustomize.go(behind_s)
    told: dict[str, Any] = {
        "job": job,
        "mode": tags.get("tintinh/mode", ""),
        "sources": tags.get("tintinh/sources", ""),
    }
    try:
        with open_instance(Installation.from_environment()) as instance:
            if RUN_KEY in tags and instance.get_runs(filters=dg.RunsFilter(tags={RUN_KEY: tags[RUN_KEY]}), limit=1):
                outbox.send(None)
                return
            result = defs.resolve_job_def(job).execute_in_process(
                instance=instance, run_config=run_config, tags=tags, raise_on_error=False
            )
            told["ended"] = "success" if result.success else "failure"
    except BaseException as error:
        told["ended"] = _told("died", error) if isinstance(error, Exception) else "died"
    outbox.send(told)


if __name__ == "__main__":
    main()
