from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.installation import Installation
from dagster_project.instance import POOL_LIMITS, WRITER_POOL, open_instance, process_tag, release_dead_runs
from dagster_project.paths import DataFolder


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
