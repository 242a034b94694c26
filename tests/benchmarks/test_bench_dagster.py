"""What Dagster costs: loading the definitions, a run a source against one run for several, and its memory over a year.

Crawls take no time here and bring nothing, so that what is left is Dagster's: steps, events, claims of pools, tables that
are opened. What real crawls leave in the log is measured beside it, on the demo site. TINTINH_BENCH_RUNS is how many
runs the growth is measured over.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import time_machine

from dagster_project import crawl_step
from dagster_project.assets import SOURCES_NAME
from dagster_project.batches import BATCH, crawl_batch_job, run_config, run_tags
from dagster_project.cli.runs import QUIET
from dagster_project.definitions import defs
from dagster_project.demo import SOURCE_IDS, DemoSite
from dagster_project.installation import Installation
from dagster_project.instance import open_instance
from dagster_project.paths import DataFolder
from dagster_project.prune import KEEP_DAYS, folder_bytes, prune
from dagster_project.resources import Archive

pytestmark = pytest.mark.slow

RUNS = int(os.environ.get("TINTINH_BENCH_RUNS", "60"))
SOURCES = 150
REVISITS = 8
"""Looks at known articles a day, for a source with news of the last day: one each three hours."""


def _cpu_seconds(code: str, folder: Path, environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=folder, env=environment, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_loading_the_definitions_against_an_empty_project(tmp_path: Path) -> None:
    (tmp_path / "nothing.py").write_text("import dagster as dg\n\ndefs = dg.Definitions()\n")
    environment = {**os.environ, "TINTINH_DATA": str(tmp_path / "data")}
    load = "from {} import defs; defs.get_repository_def()"
    with_sources = load + "; from scraper.registry import load_registry; load_registry()"
    best: dict[str, float] = {}
    for _ in range(int(os.environ.get("TINTINH_BENCH_TIMES", "5"))):  # by turns, so that a busy machine hurts all alike
        for name, code in (
            ("an empty project", load.format("nothing")),
            ("definitions", load.format("dagster_project.definitions")),
            ("definitions and all source files", with_sources.format("dagster_project.definitions")),
        ):
            best[name] = min(best.get(name, 1e9), _cpu_seconds(code, tmp_path, environment))
    print()
    for name, seconds in best.items():
        print(
            f"{name:34} {seconds:6.2f} s of a core   {seconds / best['an empty project']:5.2f} times the empty project"
        )


class World:
    """An instance over a data folder, with sources whose crawls are real or take no time."""

    def __init__(self, installed: Installation, instance: dg.DagsterInstance) -> None:
        self.installed, self.instance = installed, instance
        self.home = installed.folder.dagster_home

    def batch(self, sources: list[str]) -> None:
        done = crawl_batch_job.execute_in_process(
            run_config={**run_config(sources, "latest"), **QUIET},
            tags=run_tags(sources, "latest"),
            instance=self.instance,
            resources={"archive": Archive()},
        )
        assert done.success

    def one(self, source_id: str) -> None:
        job = defs.resolve_job_def("crawl")
        assert job.execute_in_process(instance=self.instance, partition_key=source_id, run_config=QUIET).success


@pytest.fixture
def still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Real outlets of the registry, none of which is asked for anything."""
    monkeypatch.setattr(crawl_step, "run_crawl", _brings_nothing)
    yield from _world(Installation(DataFolder(tmp_path / "data")), monkeypatch)


def _world(installed: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    installed.folder.root.mkdir(exist_ok=True)
    for name, value in installed.environment().items():
        monkeypatch.setenv(name, value)
    installed.make_ready()
    with open_instance(installed) as instance:
        instance.add_dynamic_partitions(SOURCES_NAME, [source.id for source in installed.own_sources()])
        yield World(installed, instance)


def _brings_nothing(context: Any, _installed: Installation, order: crawl_step.CrawlOrder, *_: object) -> dict[str, Any]:
    context.log.info(
        f"crawling {order.source.id} ({order.mode}); by hand: scrapy crawl news -a plan=a-plan-in-a-folder"
    )
    for done in range(4):  # a crawl of a minute tells four times how far it is
        context.log.info(f"running: {15 * done} done, {60 - 15 * done} queued, errors: none, 1.0 articles/s")
    statuses = {"200": 61, "304": 12, "404": 1}
    counts = {"captures": 74, "articles": 60, "bytes": 9_000_000, "by_status": statuses, "by_outcome": {"ok": 74}}
    return {"counts": counts, "new": 60, "pending": 0, "first_by": {"sitemap": 60}, "finish_reason": "finished"}


def test_one_run_for_several_sources_against_a_run_each(still: World) -> None:
    ids = [source.id for source in still.installed.own_sources()][:BATCH]
    still.one(ids[0])  # loads what is loaded once
    still.batch(ids[:1])
    table = []
    for name, work in (
        (f"{len(ids)} runs of one source", lambda: [still.one(source_id) for source_id in ids]),
        (f"one run of {len(ids)} sources", lambda: still.batch(ids)),
    ):
        held, began, cpu = folder_bytes(still.home), time.perf_counter(), time.process_time()
        work()
        table.append(
            (
                name,
                (time.perf_counter() - began) / len(ids),
                (time.process_time() - cpu) / len(ids),
                (folder_bytes(still.home) - held) / len(ids) / 1e3,
            )
        )
    print()
    for name, seconds, cpu_seconds, kilobytes in table:
        print(f"{name:26} {seconds:6.2f} s, {cpu_seconds:6.2f} of a core, {kilobytes:6.0f} kB a source")
    first, second = table
    print(f"a run each costs {first[2] / second[2]:.1f} times the time and {first[3] / second[3]:.1f} times the disk")


def test_growth_over_a_year(still: World) -> None:
    ids = [source.id for source in still.installed.own_sources()][:BATCH]
    start = datetime(2026, 1, 1, 22, tzinfo=UTC)
    print(f"\nruns of {len(ids)} sources, one a day")
    held = [folder_bytes(still.home)]
    for number in range(RUNS):
        with time_machine.travel(start + timedelta(days=number), tick=True):
            still.batch(ids)
        if (number + 1) % (RUNS // 4) == 0:
            held.append(folder_bytes(still.home))
            grown = (held[-1] - held[-2]) / (RUNS // 4) / 1e3
            print(f"{number + 1:5} runs: {held[-1] / 1e6:7.1f} MB, {grown:5.0f} kB a run since the line before")
    a_run = (held[-1] - held[0]) / RUNS
    done = prune(still.instance, still.home, start + timedelta(days=RUNS))
    print(
        f"pruned: {done.runs} runs older than {KEEP_DAYS} days, {done.bytes_before / 1e6:.1f} ->"
        f" {done.bytes_after / 1e6:.1f} MB"
    )
    _tell_the_year("crawls that take no time", a_run / len(ids))


def _tell_the_year(name: str, bytes_a_crawl: float) -> None:
    daily = SOURCES * bytes_a_crawl
    for what, crawls in (("a crawl a day", 1), (f"and {REVISITS} revisits a day", 1 + REVISITS)):
        year, kept = 365 * crawls * daily / 1e9, (KEEP_DAYS + 7) * crawls * daily / 1e9
        print(
            f"{name}, {SOURCES} sources, {what}: {year:.2f} GB a year if nothing went;"
            f" {kept:.2f} GB at most with the weekly prune"
        )


def test_what_real_crawls_leave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.root.mkdir()
    folder.demo_state.write_text('{"step": 0}')
    ids = sorted(SOURCE_IDS)
    print()
    with DemoSite.serving() as site:
        for world in _world(Installation(folder, site.host_map), monkeypatch):
            held = [folder_bytes(world.home)]
            for _ in range(4):
                world.batch(ids)
                held.append(folder_bytes(world.home))
            print(
                "kB a source, four batches:",
                *(f"{(b - a) / len(ids) / 1e3:.0f}" for a, b in pairwise(held)),
            )
            _tell_the_year("crawls of the demo site", (held[-1] - held[1]) / 3 / len(ids))
