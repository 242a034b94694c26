"""Dagster's own memory kept small: old runs with their events, ticks, check results and files go; SQLite files shrink.

Belongs here: everything that deletes from DAGSTER_HOME. Does not: the archive and its tables, from which nothing
is ever deleted; nor when it happens (`dagster_project.maintenance`).

Dagster deletes nothing of this by itself but ticks: `delete_run` leaves the run's event file, its logs and the results
of its checks. The newest materialization of each asset and partition keeps its run, however old: the pages show it.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dagster import DagsterInstance

KEEP_DAYS = 14
"""Runs that went well are kept so long."""

KEEP_FAILED_DAYS = 60

KEEP_TICKS_DAYS = 7

_RUN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BATCH = 200


@dataclass(slots=True)
class Pruned:
    """What went, and what the folder held before and after."""

    runs: int = 0
    check_results: int = 0
    files: int = 0
    bytes_before: int = 0
    bytes_after: int = 0
    not_shrunk: list[str] = field(default_factory=list)  # files in use by somebody: the next time


def prune(instance: DagsterInstance, home: Path, now: datetime) -> Pruned:
    """Deletes what is older than it is kept and shrinks the files; `home` is DAGSTER_HOME."""
    done = Pruned(bytes_before=_bytes(instance, home))
    kept = _runs_of_newest_materializations(instance)
    gone = set(_old_runs(instance, now, kept))
    for run_id in gone:
        instance.delete_run(run_id)
        done.runs += 1
    done.check_results = _drop_check_results(instance)
    _drop_ticks(instance, now)
    done.files = _drop_files(instance, home, now, gone)
    for path in [*home.rglob("*.db")]:
        if not _shrink(path):
            done.not_shrunk.append(path.name)
    done.bytes_after = _bytes(instance, home)
    return done


def _bytes(instance: DagsterInstance, home: Path) -> int:
    """What Dagster holds: its folder, and its database where that is PostgreSQL (which reuses free room by itself)."""
    from sqlalchemy import text

    with instance.event_log_storage.index_connection() as connection:  # type: ignore[attr-defined]  # of SQL storages
        if connection.dialect.name != "postgresql":
            return folder_bytes(home)
        held = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    return folder_bytes(home) + int(held)


def folder_bytes(folder: Path) -> int:
    """What a folder holds on the disk."""
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size if path.is_file() else 0
    return total


def _runs_of_newest_materializations(instance: DagsterInstance) -> set[str]:
    from dagster import DagsterEventType

    storage = instance.event_log_storage
    kept: set[str] = set()
    for key in instance.all_asset_keys():
        newest = storage.get_latest_storage_id_by_partition(key, DagsterEventType.ASSET_MATERIALIZATION)
        ids = list(newest.values())
        if record := storage.get_latest_materialization_events([key]).get(key):
            kept.add(record.run_id)
        for start in range(0, len(ids), _BATCH):
            kept.update(_runs_of_events(instance, ids[start : start + _BATCH]))
    return kept


def _runs_of_events(instance: DagsterInstance, storage_ids: list[int]) -> set[str]:
    # Dagster's public calls would read and decode each whole event; the version is pinned, and a test covers this.
    from dagster._core.storage.event_log.schema import SqlEventLogStorageTable as Events
    from sqlalchemy import select

    with instance.event_log_storage.index_connection() as connection:  # type: ignore[attr-defined]  # of SQL storages
        rows = connection.execute(select(Events.c.run_id).where(Events.c.id.in_(storage_ids))).fetchall()
    return {str(row[0]) for row in rows}


def _old_runs(instance: DagsterInstance, now: datetime, kept: set[str]) -> Iterator[str]:
    from dagster import DagsterRunStatus, RunsFilter

    for statuses, days in (
        ([DagsterRunStatus.SUCCESS, DagsterRunStatus.CANCELED], KEEP_DAYS),
        ([DagsterRunStatus.FAILURE], KEEP_FAILED_DAYS),
    ):
        old = RunsFilter(statuses=statuses, created_before=now - timedelta(days=days))
        # All ids first: paging while deleting would lose its place.
        yield from [run_id for run_id in instance.get_run_ids(filters=old) if run_id not in kept]


def _drop_check_results(instance: DagsterInstance) -> int:
    """Deletes results whose run is gone, but for the newest of each check."""
    from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable as Results
    from sqlalchemy import delete, func, select

    storage = instance.event_log_storage
    with storage.index_connection() as connection:  # type: ignore[attr-defined]  # of SQL storages
        newest = {
            row[0]
            for row in connection.execute(
                select(func.max(Results.c.id)).group_by(Results.c.asset_key, Results.c.check_name, Results.c.partition)
            )
        }
        runs = [row[0] for row in connection.execute(select(Results.c.run_id).distinct())]
        gone = [run_id for run_id in runs if run_id and not instance.has_run(run_id)]
        dropped = 0
        for start in range(0, len(gone), _BATCH):
            result = connection.execute(
                delete(Results).where(Results.c.run_id.in_(gone[start : start + _BATCH]), Results.c.id.not_in(newest))
            )
            dropped += result.rowcount
    return dropped


def _drop_ticks(instance: DagsterInstance, now: datetime) -> None:
    before = (now - timedelta(days=KEEP_TICKS_DAYS)).timestamp()
    for state in instance.all_instigator_state():
        instance.purge_ticks(state.instigator_origin_id, state.selector_id, before)


def _drop_files(instance: DagsterInstance, home: Path, now: datetime, gone: Collection[str]) -> int:
    """Deletes event files and logs of runs that are no longer known: of those `gone` just now, and of older ones.

    Young files of an unknown run may belong to one that is just starting.
    """
    dropped = 0
    young = (now - timedelta(days=1)).timestamp()
    for folder in (home / "history" / "runs", home / "storage"):
        for path in folder.iterdir() if folder.is_dir() else ():
            found = _RUN_ID.match(path.name)
            if found is None or (found[0] not in gone and (path.stat().st_mtime > young or instance.has_run(found[0]))):
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
            dropped += 1
    return dropped


def _shrink(path: Path) -> bool:
    """Gives a SQLite file's free pages back to the disk; False where somebody is using it."""
    try:
        connection = sqlite3.connect(path, timeout=5, isolation_level=None)
        try:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            free = connection.execute("PRAGMA freelist_count").fetchone()[0]
            if free > pages // 10:
                connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
    except sqlite3.OperationalError:
        return False
    return True
