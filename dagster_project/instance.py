"""The Dagster instance inside the data folder: its settings, the writer's pool, and runs whose process is gone.

Belongs here: everything about DAGSTER_HOME. Does not: assets, jobs and schedules (`definitions`).
Without DAGSTER_HOME Dagster would write into the user's home folder; nothing here does.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING

import psutil

from dagster_project.installation import Installation, Unusable

if TYPE_CHECKING:
    from dagster import DagsterInstance

WRITER_POOL = "duckdb_writer"
"""DuckDB takes one writing process: what opens the writer's database waits for this pool's one slot."""

CRAWLER_POOL = "crawler"
"""Steps that crawl: more of them at a time than these would only take memory and cores from each other."""

POOL_LIMITS = {WRITER_POOL: 1, CRAWLER_POOL: 4}

POSTGRES_VARIABLE = "TINTINH_DAGSTER_POSTGRES"
"""Environment variable with the address of a PostgreSQL database (`postgresql://user:password@host/name`) in which
Dagster keeps runs and events instead of SQLite. One database an archive; the demo always has its own SQLite files."""

PROCESS_TAG = "tintinh/process"
"""Run tag `host:pid:started`: which process executes the run, so that a later one can tell that it is dead."""


def write_home(installation: Installation) -> None:
    """Makes DAGSTER_HOME with its settings. Raises OSError, and Unusable where its runs are kept elsewhere."""
    home = installation.folder.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    settings = (files("dagster_project") / "dagster.yaml").read_text(encoding="utf-8")
    path = home / "dagster.yaml"
    former = path.read_text(encoding="utf-8") if path.exists() else ""
    if uses_postgres(installation):
        if find_spec("dagster_postgres") is None:
            raise Unusable(f"{POSTGRES_VARIABLE} is set, but its driver is missing: pip install 'tintinh[postgres]'")
        # The address itself, with its password, stays in the environment.
        settings += f"storage:\n  postgres:\n    postgres_url: {{env: {POSTGRES_VARIABLE}}}\n"
    elif POSTGRES_VARIABLE in former:
        raise Unusable(
            f"the runs of this archive are kept in PostgreSQL, and {POSTGRES_VARIABLE} does not say where. Set it here"
            f" as it is set for the daemon; or remove {path} to begin anew with SQLite (the articles are not concerned)"
        )
    if former != settings:
        aside = home / f".dagster.yaml.{os.getpid()}"
        aside.write_text(settings, encoding="utf-8")
        aside.replace(path)


def uses_postgres(installation: Installation) -> bool:
    """Whether Dagster's runs and events of this installation are kept in PostgreSQL."""
    return bool(os.environ.get(POSTGRES_VARIABLE)) and not installation.is_demo


def open_instance(installation: Installation) -> DagsterInstance:
    """The installation's instance, with the pools' limits set and the slots of dead runs freed.

    Sets DAGSTER_HOME for this process and its children. Raises OSError, and Unusable where PostgreSQL does not answer.
    """
    write_home(installation)
    os.environ.update(installation.environment())
    instance = _opened(installation)
    storage = instance.event_log_storage
    limits = {pool.name: pool.limit for pool in storage.get_pool_limits()}
    for pool, limit in POOL_LIMITS.items():
        if limits.get(pool) != limit:
            storage.set_concurrency_slots(pool, limit)
    release_dead_runs(instance)
    return instance


def _opened(installation: Installation) -> DagsterInstance:
    from dagster import DagsterInstance

    home = str(installation.folder.dagster_home)
    if not uses_postgres(installation):
        return DagsterInstance.from_config(home)
    from dagster_postgres.utils import DagsterPostgresException
    from sqlalchemy.exc import SQLAlchemyError

    where = _postgres_address()
    try:
        return DagsterInstance.from_config(home)
    except (DagsterPostgresException, SQLAlchemyError) as error:
        reason = str(error.__cause__ or error).strip().splitlines()[0]
        raise Unusable(f"{POSTGRES_VARIABLE}: no PostgreSQL database at {where}: {reason}") from error


def _postgres_address() -> str:
    """The database's address without its password. Names the driver in the variable, for this process and its children.

    Which driver `postgresql://` means differs between versions of SQLAlchemy; Dagster brings psycopg2.
    """
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    text = os.environ[POSTGRES_VARIABLE]
    try:
        url = make_url(text.replace("postgres://", "postgresql://", 1))
    except ArgumentError:
        url = None
    if url is None or not url.drivername.startswith("postgresql"):
        raise Unusable(f"{POSTGRES_VARIABLE} must look like postgresql://user:password@host/name")
    url = url.set(drivername="postgresql+psycopg2")
    os.environ[POSTGRES_VARIABLE] = url.render_as_string(hide_password=False)
    return url.set(drivername="postgresql").render_as_string(hide_password=True)


def process_tag(pid: int | None = None) -> dict[str, str]:
    """The run tag that names a process of this machine, by default this one."""
    process = psutil.Process(pid)
    return {PROCESS_TAG: f"{socket.gethostname()}:{process.pid}:{process.create_time():.2f}"}


def is_dead(tags: Mapping[str, str]) -> bool:
    """Whether the run with these tags is known to have lost its process; a run of another machine never is."""
    host, _, rest = tags.get(PROCESS_TAG, "").partition(":")
    if host != socket.gethostname():
        return False
    pid, _, started = rest.partition(":")
    try:
        process = psutil.Process(int(pid))
        return abs(process.create_time() - float(started)) > 1 or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def release_dead_runs(instance: DagsterInstance) -> list[str]:
    """Ends runs whose process is gone and frees the pool slots of ended runs; returns the ids of the former.

    Dagster's own monitoring does this for runs that its daemon launched while that daemon lives; runs of the command
    line, and those that a power cut ended together with the daemon, would hold the writer's slot for ever.
    """
    from dagster import DagsterRunStatus, RunsFilter

    unfinished = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]
    ended: list[str] = []
    for run in instance.get_runs(filters=RunsFilter(statuses=unfinished)):
        if is_dead(run.tags):
            instance.report_run_failed(
                run, "The process of this run is gone. What it fetched is kept; the next run goes on."
            )
            ended.append(run.run_id)
    storage = instance.event_log_storage
    for run_id in storage.get_concurrency_run_ids():
        holder = instance.get_run_by_id(run_id)
        if holder is None or holder.is_finished:
            storage.free_concurrency_slots_for_run(run_id)
    return ended
