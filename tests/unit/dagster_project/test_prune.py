"""Pruning deletes what is old from Dagster's storage, and only that; files shrink."""

# No `from __future__ import annotations` here: Dagster reads the types of steps from the signatures.

import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import time_machine

from dagster_project.installation import Installation
from dagster_project.instance import open_instance
from dagster_project.paths import DataFolder
from dagster_project.prune import folder_bytes, prune

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@dg.asset(check_specs=[dg.AssetCheckSpec("sound", asset="thing")])
def thing(context: dg.AssetExecutionContext) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
    for _ in range(40):
        context.log.info("a line of the log, as long as such lines are, of one of many steps that went well " * 3)
    yield dg.AssetCheckResult(check_name="sound", passed=True)
    yield dg.MaterializeResult()


@dg.op
def fails() -> None:
    raise dg.Failure("as planned")


@dg.job
def failing_job() -> None:
    fails()


thing_job = dg.define_asset_job("thing_job", selection=[thing]).resolve(
    asset_graph=dg.Definitions(assets=[thing]).resolve_asset_graph()
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[dg.DagsterInstance, Path]]:
    installed = Installation(DataFolder(tmp_path / "data"))
    installed.folder.root.mkdir()
    for name, value in installed.environment().items():
        monkeypatch.setenv(name, value)
    with open_instance(installed) as instance:
        yield instance, installed.folder.dagster_home


def _run(instance: dg.DagsterInstance, days_ago: float, *, well: bool = True) -> str:
    with time_machine.travel(NOW - timedelta(days=days_ago), tick=True):
        job = thing_job if well else failing_job
        run_id = job.execute_in_process(instance=instance, raise_on_error=False).run_id
    moment = (NOW - timedelta(days=days_ago)).timestamp()
    for path in Path(instance.root_directory).rglob(f"{run_id}*"):
        os.utime(path, (moment, moment))  # the disk knows nothing of the clock that was set
    return run_id


def _rows(home: Path, query: str) -> int:
    with sqlite3.connect(home / "history" / "runs" / "index.db") as con:
        return int(con.execute(query).fetchone()[0])


def test_old_runs_go_with_all_that_is_theirs_and_young_ones_stay(home: tuple[dg.DagsterInstance, Path]) -> None:
    instance, folder = home
    old = [_run(instance, days) for days in (70, 40, 15)]
    young = [_run(instance, days) for days in (13, 1)]
    failed_old, failed_kept = _run(instance, 61, well=False), _run(instance, 45, well=False)
    files = {path.name for path in folder.rglob("*") if path.is_file()}
    assert {f"{run_id}.db" for run_id in old} <= files

    done = prune(instance, folder, NOW)

    assert done.runs == 4
    assert {run.run_id for run in instance.get_runs()} == {*young, failed_kept}
    left = " ".join(str(path) for path in folder.rglob("*"))
    assert not [run_id for run_id in (*old, failed_old) if run_id in left]
    assert all(run_id in left for run_id in (*young, failed_kept))
    for run_id in young:
        assert instance.all_logs(run_id)
    assert _rows(folder, "SELECT count(*) FROM asset_check_executions") == 2
    assert done.check_results == 3
    assert prune(instance, folder, NOW).runs == 0


def test_the_newest_materialization_and_check_result_stay_however_old(home: tuple[dg.DagsterInstance, Path]) -> None:
    instance, folder = home
    _run(instance, 400)
    last = _run(instance, 300)
    prune(instance, folder, NOW)
    assert [run.run_id for run in instance.get_runs()] == [last]
    event = instance.get_latest_materialization_event(dg.AssetKey("thing"))
    assert event is not None
    assert event.run_id == last
    assert _rows(folder, "SELECT count(*) FROM asset_check_executions") == 1


def test_ticks_older_than_a_week_go(home: tuple[dg.DagsterInstance, Path]) -> None:
    from dagster._core.definitions.run_request import InstigatorType
    from dagster._core.remote_origin import (
        ManagedGrpcPythonEnvCodeLocationOrigin,
        RemoteInstigatorOrigin,
        RemoteRepositoryOrigin,
    )
    from dagster._core.scheduler.instigation import (
        InstigatorState,
        InstigatorStatus,
        SensorInstigatorData,
        TickData,
        TickStatus,
    )
    from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

    instance, folder = home
    location = ManagedGrpcPythonEnvCodeLocationOrigin(LoadableTargetOrigin(module_name="dagster_project"), "here")
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(location, "__repository__"), "a_sensor")
    state = InstigatorState(
        origin, InstigatorType.SENSOR, InstigatorStatus.RUNNING, SensorInstigatorData(min_interval=60)
    )
    instance.add_instigator_state(state)
    for days in (30, 8, 6, 0):
        instance.create_tick(
            TickData(
                origin.get_id(),
                "a_sensor",
                InstigatorType.SENSOR,
                TickStatus.SKIPPED,
                (NOW - timedelta(days=days)).timestamp(),
                selector_id=state.selector_id,
            )
        )
    prune(instance, folder, NOW)
    left = instance.get_ticks(origin.get_id(), state.selector_id)
    assert sorted(round((NOW.timestamp() - tick.timestamp) / 86400) for tick in left) == [0, 6]


def test_files_shrink(home: tuple[dg.DagsterInstance, Path]) -> None:
    instance, folder = home
    for number in range(8):
        _run(instance, 100 - number)
    _run(instance, 1)
    before = folder_bytes(folder)
    done = prune(instance, folder, NOW)
    assert done.runs == 8
    assert done.bytes_before == before
    assert not done.not_shrunk
    assert done.bytes_after == folder_bytes(folder)
    assert done.bytes_after < before / 2
    for path in folder.rglob("*.db"):
        with sqlite3.connect(path) as con:
            pages, free = (con.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count"))
        assert free <= pages // 10 + 1
