"""One small crawl through the assets: a real instance, a real scrapy child, a real database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import duckdb

from dagster_project.demo import DemoSite
from dagster_project.paths import DataFolder


def test_a_crawl_goes_through_all_assets_and_is_published(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.root.mkdir()
    folder.demo_state.write_text('{"step": 0}')
    with DemoSite.serving() as site:
        hosts = " ".join(f"{host}={target}" for host, target in site.host_map.items())
        outcome = subprocess.run(
            [sys.executable, "-m", "dagster_project", "crawl", "demo-lamxuyen", "--limit", "3"],
            env={**os.environ, "TINTINH_DATA": str(folder.root), "TINTINH_HOST_MAP": hosts},
            capture_output=True,
            text=True,
            check=False,
            timeout=200,
        )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "3 new articles" in outcome.stdout + outcome.stderr
    with duckdb.connect(folder.published_db, read_only=True) as con:
        assert con.execute("SELECT count(*) FROM articles WHERE title IS NOT NULL").fetchall() == [(3,)]
    with dg.DagsterInstance.from_config(str(folder.dagster_home)) as instance:
        assert [run.status for run in instance.get_runs()] == [dg.DagsterRunStatus.SUCCESS] * 2
        assert instance.event_log_storage.get_concurrency_run_ids() == set()
        last = instance.get_latest_materialization_event(dg.AssetKey("captures"))
        assert last is not None
        assert last.asset_materialization is not None
        assert last.asset_materialization.partition == "demo-lamxuyen"
        assert last.asset_materialization.metadata["articles"].value == 3
