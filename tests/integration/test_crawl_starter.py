"""Crawls forked from one process that has Scrapy loaded: the same as crawls of interpreters of their own, in life and death."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dagster_project.batches import _starter
from dagster_project.crawl_starter import CrawlStarter, NotStarted, StartedCrawl
from dagster_project.crawl_step import CrawlOrder, _start, end_group, read_result, write_plan
from dagster_project.demo import DemoSite
from dagster_project.demo.server import Answer
from dagster_project.installation import Installation
from dagster_project.paths import DataFolder
from scraper.archive import SourceBusy
from scraper.archive.locks import SourceLock

SOURCE = "demo-lamxuyen"


@dataclass
class Place:
    """An installation with a site whose articles take their time."""

    installed: Installation
    delay: float = 0

    def plan(self, run_id: str) -> Path:
        order = CrawlOrder(self.installed.source(SOURCE), "latest")
        return write_plan(self.installed, order, run_id)[0]

    def lock(self) -> SourceLock:
        return SourceLock(self.installed.folder.operations, SOURCE)

    def start(self, plan: Path, starter: CrawlStarter | None) -> subprocess.Popen[bytes] | StartedCrawl:
        with plan.with_suffix(".log").open("ab") as log, self.lock().acquire() as turn:
            return _start(plan, dict(os.environ), log.fileno(), turn.fileno(), starter)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    folder = DataFolder(tmp_path / "data")
    folder.root.mkdir()
    folder.demo_state.write_text('{"step": 0}')
    with DemoSite.serving() as site:
        installed = Installation(folder, site.host_map)
        for name, value in installed.environment().items():
            monkeypatch.setenv(name, value)
        installed.make_ready()
        place, plain = Place(installed), site.answer

        def slowly(host: str, target: str) -> Answer:
            time.sleep(place.delay if "-post" in target else 0)
            return plain(host, target)

        monkeypatch.setattr(site, "answer", slowly)
        yield place


def _until(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_fork_crawls_as_an_interpreter_of_its_own_does(place: Place) -> None:
    plans = [place.plan("forked-001"), place.plan("alone-001")]
    with CrawlStarter() as starter:
        forked = place.start(plans[0], starter)
        assert isinstance(forked, StartedCrawl)
        assert os.getpgid(forked.pid) == forked.pid
        with pytest.raises(SourceBusy):
            place.lock().acquire()
        assert forked.poll() is None, "asking does not wait"
        assert forked.wait(60) == 0
        place.lock().acquire().release()  # though the process that forked it lives
        own = place.start(plans[1], None)
        assert isinstance(own, subprocess.Popen)
        assert own.wait(60) == 0
    results = [read_result(plan) or {} for plan in plans]
    told = ("finish_reason", "new", "candidates", "errors", "problems")
    assert [results[0][name] for name in told] == [results[1][name] for name in told]
    assert results[0]["counts"]["by_status"] == results[1]["counts"]["by_status"]
    assert results[0]["counts"]["articles"] > 10
    assert "scrapy" in plans[0].with_suffix(".log").read_text()


def test_the_end_of_a_fork_is_told_as_that_of_any_process(place: Place) -> None:
    place.delay = 0.5
    with CrawlStarter() as starter:
        killed = place.start(place.plan("killed-001"), starter)
        with pytest.raises(subprocess.TimeoutExpired):
            killed.wait(0.1)
        os.killpg(killed.pid, signal.SIGKILL)
        assert killed.wait(10) == killed.returncode == -signal.SIGKILL
        plan = place.plan("asked-001")
        asked = place.start(plan, starter)
        _until(lambda: plan.with_suffix(".progress.json").exists())
        end_group(asked)
        assert asked.returncode == 0
        assert read_result(plan) is not None, "it had the time to close its files"


def test_what_forks_may_die_and_crawls_begin_all_the_same(place: Place) -> None:
    place.delay = 0.5
    with CrawlStarter() as starter:
        first = place.start(place.plan("first-001"), starter)
        starter._process.kill()
        assert first.wait(30) == -signal.SIGKILL, "its fork was asked to stop, and nobody can tell its code"
        _until(lambda: not _alive(first.pid))  # whose orphan it is may take a moment to collect it
        plan = place.plan("second-001")
        with pytest.raises(NotStarted):
            starter.start(plan, {}, 1, 1)
        place.delay = 0
        second = place.start(plan, starter)
        assert isinstance(second, subprocess.Popen)
        assert second.wait(60) == 0


ORPHANS_STAY = """
import ctypes, os, signal, sys
from pathlib import Path
from dagster_project.crawl_starter import CrawlStarter
ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER: orphans are ours, and we collect none
plan = Path(sys.argv[1])
with CrawlStarter() as starter, plan.with_suffix(".log").open("ab") as log:
    crawl = starter.start(plan, os.environ, log.fileno(), log.fileno())
    starter._process.kill()
    print(crawl.wait(20))
"""


def test_the_end_of_an_orphan_is_seen_where_nobody_collects_it(place: Place) -> None:
    place.delay = 0.5
    ran = subprocess.run(
        [sys.executable, "-c", ORPHANS_STAY, str(place.plan("stays-001"))], capture_output=True, text=True, timeout=60
    )
    assert (ran.stdout.strip(), ran.stderr) == ("-9", "")


def test_crawls_start_by_themselves_where_the_end_of_a_fork_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_there(*_: object) -> int:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr(os, "pidfd_open", not_there)
    with _starter(12) as starter:
        assert starter is None


OWNER = """
import os, sys, time
from pathlib import Path
from dagster_project.crawl_starter import CrawlStarter
plan = Path(sys.argv[1])
with CrawlStarter() as starter, plan.with_suffix(".log").open("ab") as log:
    print(starter.start(plan, os.environ, log.fileno(), log.fileno()).pid, flush=True)
    time.sleep(60)
"""


def test_a_killed_step_leaves_no_fork_behind(place: Place) -> None:
    place.delay = 0.5
    plan = place.plan("orphan-001")
    with subprocess.Popen([sys.executable, "-c", OWNER, str(plan)], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        fork = int(owner.stdout.readline())
        _until(lambda: plan.with_suffix(".progress.json").exists())
        owner.kill()
        assert owner.wait(10) == -signal.SIGKILL
    _until(lambda: not _alive(fork))
    assert read_result(plan) is not None, "it had the time to close its files"
