from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.run_coordinator import QueuedRunCoordinator
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._daemon.run_coordinator import QueuedRunCoordinatorDaemon

from dagster_project.installation import Installation
from dagster_project.instance import POOL_LIMITS, WRITER_POOL, open_instance, process_tag, release_dead_runs
from dagster_project.paths import DataFolder

LOCATION = ManagedGrpcPythonEnvCodeLocationOrigin(LoadableTargetOrigin(module_name="dagster_project"), "here")
ORIGIN = RemoteJobOrigin(RemoteRepositoryOrigin(LOCATION, "__repository__"), "_nothing")


@dg.job
def _nothing() -> None:
    """A job without steps."""


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    for name in ("TINTINH_DATA", "DAGSTER_HOME"):
        monkeypatch.setenv(name, os.environ.get(name, ""))  # restored after open_instance has set them
    with open_instance(Installation(DataFolder(tmp_path / "data"))) as opened:
        yield opened


def test_the_writers_pool_has_one_slot_and_nothing_is_told_to_anyone(instance: dg.DagsterInstance) -> None:
    assert {pool.name: pool.limit for pool in instance.event_log_storage.get_pool_limits()} == POOL_LIMITS
    assert POOL_LIMITS[WRITER_POOL] == 1
    assert not instance.telemetry_enabled
    assert instance.run_monitoring_enabled


def test_putting_the_definitions_together_says_nothing() -> None:
    """Every command that goes through Dagster does this; what it prints stands between people and what they asked for."""
    code = "from dagster_project.definitions import defs; defs.resolve_asset_graph()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_a_dead_run_gives_its_slot_back_and_a_living_one_keeps_it(instance: dg.DagsterInstance) -> None:
    gone = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    dead_tag = process_tag(gone.pid)
    gone.kill()
    gone.wait()
    dead = instance.create_run_for_job(_nothing, status=dg.DagsterRunStatus.STARTED, tags=dead_tag)
    living = instance.create_run_for_job(_nothing, status=dg.DagsterRunStatus.STARTED, tags=process_tag())
    storage = instance.event_log_storage
    assert storage.claim_concurrency_slot(WRITER_POOL, dead.run_id, "readings").is_claimed
    assert not storage.claim_concurrency_slot(WRITER_POOL, living.run_id, "readings").is_claimed

    assert release_dead_runs(instance) == [dead.run_id]

    ended = instance.get_run_by_id(dead.run_id)
    assert ended is not None
    assert ended.status == dg.DagsterRunStatus.FAILURE
    assert storage.claim_concurrency_slot(WRITER_POOL, living.run_id, "readings").is_claimed
    assert release_dead_runs(instance) == []
    kept = instance.get_run_by_id(living.run_id)
    assert kept is not None
    assert kept.status == dg.DagsterRunStatus.STARTED


def test_runs_of_one_source_wait_for_each_other_in_the_queue(instance: dg.DagsterInstance) -> None:
    assert isinstance(instance.run_coordinator, QueuedRunCoordinator)

    def run(source_id: str, status: dg.DagsterRunStatus) -> str:
        tags = {"dagster/partition": source_id} if source_id else {}
        return instance.create_run_for_job(_nothing, status=status, tags=tags, remote_job_origin=ORIGIN).run_id

    def launched() -> set[str]:
        daemon = QueuedRunCoordinatorDaemon(interval_seconds=1)
        found = daemon._get_runs_to_dequeue(instance, instance.get_concurrency_config(), fixed_iteration_time=None)
        return {found_run.run_id for found_run in found}

    going = run("paper-a", dg.DagsterRunStatus.STARTED)
    waits = run("paper-a", dg.DagsterRunStatus.QUEUED)
    first, second = (run("paper-b", dg.DagsterRunStatus.QUEUED) for _ in range(2))
    batch = run("", dg.DagsterRunStatus.QUEUED)
    assert launched() == {first, batch}
    for done in (going, first):
        found = instance.get_run_by_id(done)
        assert found is not None
        instance.report_run_failed(found)
    assert launched() == {waits, second, batch}
