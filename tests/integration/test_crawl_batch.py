"""Several outlets in one run: a real Dagster instance, real crawls side by side; one that is down costs itself alone."""

from __future__ import annotations

import contextlib
import json
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import duckdb
import psutil
import pytest

from dagster_project import flow, rebuilding, room, sensors
from dagster_project.assets import SOURCES_NAME
from dagster_project.batches import crawl_batch_job, load_batch_job, run_config
from dagster_project.cadence import cron_of, loads_due
from dagster_project.definitions import defs
from dagster_project.demo import DemoSite
from dagster_project.installation import Installation
from dagster_project.instance import open_instance
from dagster_project.ledger import Attempt, Ledger
from dagster_project.maintenance import maintenance_job
from dagster_project.paths import DataFolder
from dagster_project.resources import Archive
from dagster_project.sensors import requests
from pipelines.zone import to_local
from warehouse import load
from warehouse.store import Store

IDS = ["demo-daksuong", "demo-haituong", "demo-lamxuyen"]
DEAD = "demo-haituong"
SLOW = "demo-lamxuyen"


@dataclass
class World:
    installed: Installation
    instance: dg.DagsterInstance

    def run(self, request: dg.RunRequest) -> dg.ExecuteInProcessResult:
        job = load_batch_job if request.job_name == load_batch_job.name else crawl_batch_job
        return job.execute_in_process(
            run_config=request.run_config,
            tags=dict(request.tags),
            instance=self.instance,
            resources={"archive": Archive()},
            raise_on_error=False,
        )

    def articles(self) -> dict[str, int]:
        """Articles of each outlet in the writer's database."""
        with duckdb.connect(self.installed.folder.warehouse, read_only=True) as con:
            return dict(con.execute("SELECT source_id, count(*) FROM articles GROUP BY ALL").fetchall())

    def killed_in(self, monkeypatch: pytest.MonkeyPatch, function: str) -> None:
        """One crawl of all that is due, whose run dies in that function of its load."""
        asked = requests(self.instance, self.installed, datetime.now(UTC))
        assert isinstance(asked, list)
        with monkeypatch.context() as patch:
            patch.setattr(f"dagster_project.loads.{function}", _killed)
            assert not self.run(asked[0]).success


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    folder = DataFolder(tmp_path / "data")
    folder.root.mkdir()
    folder.demo_state.write_text('{"step": 0}')
    with DemoSite.serving() as site, socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # not listening: every connection is refused
        dead = f"127.0.0.1:{nobody.getsockname()[1]}"
        host = Installation(folder).source(DEAD).home.split("/")[2]
        installed = Installation(folder, {h: dead if h == host else t for h, t in site.host_map.items()})
        for name, value in installed.environment().items():
            monkeypatch.setenv(name, value)
        installed.make_ready()
        monkeypatch.setattr(sensors, "GATHER", timedelta(0))
        # The hour of the test is none at which sources are due by their clock, as they are after what happens to them.
        far = to_local(datetime.now(UTC)) + timedelta(hours=12)
        monkeypatch.setattr("dagster_project.cadence.cron_of", lambda _source: f"0 {far.hour} * * *")
        with open_instance(installed) as instance:
            yield World(installed, instance)


def test_due_sources_share_a_run_and_a_dead_host_costs_itself_alone(world: World) -> None:
    now = datetime.fromtimestamp(time.time() // 600 * 600, UTC)
    asked = requests(world.instance, world.installed, now)
    assert isinstance(asked, list)
    (request,) = asked
    assert sorted(request.tags["tintinh/sources"].split()) == IDS
    assert set(world.instance.get_dynamic_partitions(SOURCES_NAME)) == set(IDS)
    again = requests(world.instance, world.installed, now + timedelta(seconds=30))
    assert isinstance(again, list)
    assert again[0].run_key == request.run_key  # asked twice, Dagster starts it once
    after_a_death = requests(world.instance, world.installed, now + timedelta(minutes=10))
    assert isinstance(after_a_death, list)
    assert after_a_death[0].run_key != request.run_key

    result = world.run(request)
    # The dead host is tried again in two minutes: nobody has to be told yet.
    assert result.success
    with duckdb.connect(world.installed.folder.warehouse, read_only=True) as con:
        found = con.execute("SELECT source_id, count(*) FROM articles GROUP BY ALL ORDER BY ALL").fetchall()
    assert [source_id for source_id, count in found if count > 5] == [i for i in IDS if i != DEAD]
    materialized = {
        name: world.instance.get_materialized_partitions(dg.AssetKey(name))
        for name in ("captures", "readings", "articles")
    }
    assert materialized["captures"] == {i for i in IDS if i != DEAD}
    assert materialized["articles"] == set(IDS)
    ledger = Ledger(world.installed.folder).read()
    assert {i: ledger[i].ending for i in IDS} == {i: "failed" if i == DEAD else "good" for i in IDS}
    assert world.instance.event_log_storage.get_concurrency_run_ids() == set()

    soon = requests(world.instance, world.installed, datetime.now(UTC))
    assert isinstance(soon, str)
    assert "none of 3 sources is due" in soon
    retry = requests(world.instance, world.installed, datetime.now(UTC) + timedelta(minutes=3))
    assert isinstance(retry, list)
    assert [r.tags["tintinh/sources"] for r in retry] == [DEAD]
    # The second and the last try: then the run fails, and says which and why.
    assert world.run(retry[0]).success
    last = requests(world.instance, world.installed, datetime.now(UTC) + timedelta(minutes=15))
    assert isinstance(last, list)
    result = world.run(last[0])
    assert not result.success
    told = str(result.failure_data_for_node("judge_outlets"))
    assert "1 of 1 crawls went badly" in told
    assert DEAD in told


def test_two_runs_of_one_source_never_overlap(world: World) -> None:
    """The second is started without the queue, by the command line."""
    world.instance.add_dynamic_partitions(SOURCES_NAME, [SLOW])
    with ThreadPoolExecutor(1) as aside:
        batch = aside.submit(world.run, dg.RunRequest(run_config=run_config([SLOW], "latest")))
        deadline = time.monotonic() + 60
        while not (child := _crawl_of(SLOW)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert child is not None
        child.suspend()  # in the middle of its crawl, for as long as we look
        first = Ledger(world.installed.folder).read()[SLOW]
        # A process of its own: two runs in one process would take each other's standard output.
        other = subprocess.run(
            [sys.executable, "-m", "dagster_project", "crawl", SLOW], capture_output=True, text=True, timeout=120
        )
        assert other.returncode != 0
        assert "is being crawled already" in other.stdout + other.stderr
        # A child whose step was killed would hold the source by itself.
        assert str(world.installed.folder.operations / ".locks" / f"{SLOW}.lock") in _open_files(child)
        assert Ledger(world.installed.folder).read()[SLOW] == first
        child.resume()
        done = batch.result()
    assert done.success
    after = Ledger(world.installed.folder).read()[SLOW]
    assert (after.ending, after.run_id, after.failures) == ("good", done.run_id, 0)
    alone = defs.resolve_job_def("crawl").execute_in_process(instance=world.instance, partition_key=SLOW)
    assert alone.success


def _crawl_of(source_id: str) -> psutil.Process | None:
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if any(source_id in word for word in child.cmdline()):
                return child
    return None


def _open_files(process: psutil.Process) -> set[str]:
    return {str(link.readlink()) for link in Path(f"/proc/{process.pid}/fd").iterdir() if link.exists()}


def test_a_source_in_an_unfinished_run_is_not_asked_for(world: World) -> None:
    asked = requests(world.instance, world.installed, datetime.now(UTC))
    assert isinstance(asked, list)
    world.instance.create_run_for_job(
        crawl_batch_job, run_config=asked[0].run_config, tags=dict(asked[0].tags), status=dg.DagsterRunStatus.STARTED
    )
    later = requests(world.instance, world.installed, datetime.now(UTC) + timedelta(minutes=5))
    assert later == "none of 3 sources is due; 3 are being crawled"


@pytest.mark.parametrize(("asset", "asked_for"), [("captures", 2), ("readings", 3)])
def test_a_run_from_the_pages_counts_where_it_crawls(world: World, asset: str, asked_for: int) -> None:
    world.instance.add_dynamic_partitions(SOURCES_NAME, [SLOW])
    job = defs.resolve_implicit_global_asset_job_def()
    world.instance.create_run_for_job(
        job.get_subset(asset_selection={dg.AssetKey(asset)}),
        tags={"dagster/partition": SLOW},
        status=dg.DagsterRunStatus.STARTED,
        asset_selection=frozenset({dg.AssetKey(asset)}),
    )
    (request,) = requests(world.instance, world.installed, datetime.now(UTC))
    assert isinstance(request, dg.RunRequest)
    assert len(request.tags["tintinh/sources"].split()) == asked_for


def test_few_sources_wait_for_others_that_are_due_soon(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensors, "GATHER", timedelta(minutes=5))
    monkeypatch.setattr("dagster_project.cadence.SPREAD_MINUTES", 1)
    monkeypatch.setattr("dagster_project.cadence.cron_of", cron_of)
    due = datetime(2026, 11, 25, 22, 15, tzinfo=UTC)  # 05:15 in Vietnam, the time of two of the three
    ids = [source.id for source in world.installed.scheduled_sources() if cron_of(source).startswith("15 5")]
    assert ids
    for source_id in IDS:
        begun = due - timedelta(hours=5)
        for mode in ("latest", "load"):
            Ledger(world.installed.folder, mode).started(source_id, "before", begun)
            Ledger(world.installed.folder, mode).ended(source_id, "before", "good", begun)
    told = requests(world.instance, world.installed, due + timedelta(minutes=4))
    assert isinstance(told, str)
    assert "wait some minutes" in told
    (request,) = requests(world.instance, world.installed, due + timedelta(minutes=5))
    assert isinstance(request, dg.RunRequest)
    assert set(ids) <= set(request.tags["tintinh/sources"].split())


def test_a_full_disk_starts_nothing_and_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Installation.make_ready, "__defaults__", (10**18,))
    asked = requests(world.instance, world.installed, datetime.now(UTC))
    assert isinstance(asked, str)
    assert asked.startswith("no room")


def test_a_disk_that_fills_ends_crawls_in_good_order_and_all_is_made_up_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = requests(world.instance, world.installed, datetime.now(UTC))
    assert isinstance(asked, list)
    monkeypatch.setattr(room, "wanting", lambda folder: "0 MB are left")
    monkeypatch.setattr("dagster_project.crawl_step._WEIGH_S", 0)
    assert world.run(asked[0]).success  # no outlet is to blame: nobody is alarmed but by the alert on the disk
    ledger = Ledger(world.installed.folder).read()
    assert {i: (ledger[i].ending, ledger[i].may_pass) for i in IDS} == dict.fromkeys(IDS, ("failed", True))
    assert not world.installed.folder.warehouse.exists()  # nothing was loaded
    monkeypatch.undo()
    for name, value in world.installed.environment().items():
        monkeypatch.setenv(name, value)
    again = requests(world.instance, world.installed, datetime.now(UTC) + timedelta(minutes=3))
    assert isinstance(again, list)
    assert world.run(again[0]).success
    with duckdb.connect(world.installed.folder.warehouse, read_only=True) as con:
        assert con.execute("SELECT count(DISTINCT source_id) FROM articles").fetchall() == [(2,)]


def test_an_error_of_dagsters_own_files_is_no_cancellation(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = requests(world.instance, world.installed, datetime.now(UTC))
    assert isinstance(asked, list)

    def breaks(*_: object) -> str:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr("dagster_project.crawl_step._wait", breaks)
    world.run(asked[0])
    ledger = Ledger(world.installed.folder).read()
    assert {i: (ledger[i].ending, ledger[i].may_pass) for i in IDS} == dict.fromkeys(IDS, ("failed", True))
    again = requests(world.instance, world.installed, datetime.now(UTC) + timedelta(minutes=3))
    assert isinstance(again, list)
    assert sorted(again[0].tags["tintinh/sources"].split()) == IDS


def test_the_weeks_maintenance_loads_what_a_killed_run_left_and_says_what_is_broken(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.killed_in(monkeypatch, "read_each")  # fetched and registered, and killed before it was read
    result = maintenance_job.execute_in_process(instance=world.instance, resources={"archive": Archive()})
    assert result.success
    verified = json.loads((world.installed.folder.operations / "verified.json").read_text())
    assert list(verified) == ["demo-daksuong"], "one outlet a week is held against the archive, by turns"
    assert rebuilding.next_outlet(world.installed) == "demo-haituong"
    database = world.installed.folder.warehouse
    with duckdb.connect(database) as con:
        assert con.execute("SELECT count(DISTINCT source_id) FROM articles").fetchall() == [(2,)]
        con.execute(
            "UPDATE versions SET article_id = 'nobody' WHERE version_id = (SELECT min(version_id) FROM versions)"
        )
    result = maintenance_job.execute_in_process(
        instance=world.instance, resources={"archive": Archive()}, raise_on_error=False
    )
    assert not result.success
    told = str(result.failure_data_for_node("maintain"))
    assert "check_tables" in told
    assert "tintinh rebuild" in told
    assert "make_small" not in told  # the other parts were done all the same


def _killed(*_: object, **__: object) -> None:
    raise OSError("killed")


def test_what_a_killed_load_left_is_loaded_within_minutes_without_asking_an_outlet(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering = {i for i in IDS if i != DEAD}
    world.killed_in(monkeypatch, "read_each")
    assert world.articles() == {}
    now = datetime.now(UTC)
    asked = requests(world.instance, world.installed, now + timedelta(minutes=2))
    assert isinstance(asked, list)
    (wanted,) = [request for request in asked if request.job_name == load_batch_job.name]
    # The dead host is about to be crawled again, and is loaded by that run.
    assert set(wanted.tags["tintinh/sources"].split()) == answering
    assert world.run(wanted).success
    assert set(world.articles()) == answering
    again = requests(world.instance, world.installed, now + timedelta(minutes=30))
    assert isinstance(again, list)
    assert [request.job_name for request in again] == [crawl_batch_job.name]


def test_a_publish_takes_up_what_a_killed_load_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    answering = {i for i in IDS if i != DEAD}
    world.killed_in(monkeypatch, "read_each")
    folder = world.installed.folder
    with Store.open_writer(folder.warehouse) as store:
        assert load.sources_waiting(store) == answering
        flow.publish_now(store, folder, parquet=False)
    with duckdb.connect(folder.published_db, read_only=True) as con:
        unread = dict(con.execute("SELECT source_id, count(*) FROM captures WHERE unread GROUP BY ALL").fetchall())
    assert {i for i, number in unread.items() if number > 5} == answering  # a check can tell it from a new layout

    job = defs.resolve_implicit_global_asset_job_def()
    assert job.execute_in_process(instance=world.instance, asset_selection=[dg.AssetKey("published")]).success
    with duckdb.connect(folder.published_db, read_only=True) as con:
        assert con.execute("SELECT count(*) FROM captures WHERE unread").fetchall() == [(0,)]
        assert con.execute("SELECT count(DISTINCT source_id) FROM articles").fetchall() == [(2,)]


def test_a_load_that_fails_again_and_again_is_tried_ever_more_rarely() -> None:
    start = datetime(2026, 11, 25, tzinfo=UTC)
    crawls = [{"bao": Attempt(start, "r", start, "good")}]
    now, waits = start, []
    load: dict[str, Attempt] = {}
    for failures in range(1, 8):
        while not loads_due(crawls, load, (), now):
            now += timedelta(minutes=1)
        waits.append(int((now - (load["bao"].ended or start)).total_seconds() / 60) if load else 0)
        load = {"bao": Attempt(now, "l", now, "failed", failures=failures)}
    assert waits == [0, 2, 10, 50, 250, 1250, 1440]
    assert not loads_due(crawls, {"bao": Attempt(start, "l", now, "good")}, (), now)


def test_crawls_that_are_planned_side_by_side_do_not_write_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.killed_in(monkeypatch, "register_captures")
    ids = [i for i in IDS if i != DEAD]
    assert world.run(dg.RunRequest(run_config=run_config(ids, "latest"))).success
    ledger = Ledger(world.installed.folder).read()
    assert {i: (ledger[i].ending, ledger[i].message) for i in ids} == dict.fromkeys(ids, ("good", ""))
