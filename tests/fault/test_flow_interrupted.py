"""Ctrl-C and kill -9 in the middle: what was fetched is kept and not asked for again; the next run repairs the rest."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import psutil
import pytest

from dagster_project.demo import DemoSite
from dagster_project.demo.server import Answer
from dagster_project.paths import DataFolder

pytestmark = pytest.mark.slow  # each interrupts one crawl and runs another

SOURCE = "demo-lamxuyen"


@dataclass
class Desk:
    """A data folder, the demo site that answers it, and the command."""

    folder: DataFolder
    site: DemoSite
    started: list[subprocess.Popen[str]] = field(default_factory=list)
    delay: float = 0.15  # seconds that an article takes

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        hosts = " ".join(f"{host}={target}" for host, target in self.site.host_map.items())
        process = subprocess.Popen(
            [sys.executable, "-m", "dagster_project", *arguments],
            env={**os.environ, "TINTINH_DATA": str(self.folder.root), "TINTINH_HOST_MAP": hosts},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def crawl(self) -> subprocess.Popen[str]:
        return self.start("crawl", SOURCE)

    def progress(self) -> int:
        """How many articles the running crawl has fetched."""
        done = 0
        for path in self.folder.plans.glob("*.progress.json"):
            try:
                done = max(done, json.loads(path.read_text())["done"])
            except (OSError, ValueError):
                continue  # being replaced
        return done

    def crawls_alive(self) -> list[psutil.Process]:
        return [
            process
            for process in psutil.process_iter(["cmdline"])
            if "dagster_project.crawl_child" in (process.info["cmdline"] or [])
            and any(str(self.folder.root) in part for part in process.info["cmdline"])
        ]

    def fetched(self) -> Counter[str]:
        return Counter(path for _, path, status in self.site.requests if "-post" in path and status == 200)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    folder = DataFolder(tmp_path / "data")
    folder.root.mkdir()
    folder.demo_state.write_text('{"step": 0}')
    with DemoSite.serving() as site:
        plain = site.answer

        desk = Desk(folder, site)

        def slowly(host: str, target: str) -> Answer:
            time.sleep(desk.delay if "-post" in target else 0)
            return plain(host, target)

        monkeypatch.setattr(site, "answer", slowly)
        yield desk
        for process in desk.started:
            if process.poll() is None:
                process.kill()
                process.wait()


def _until(what: str, condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain until {what}"
        time.sleep(0.05)


def _finish(process: subprocess.Popen[str], code: int) -> str:
    out, err = process.communicate(timeout=200)
    assert process.returncode == code, out + err
    return out + err


def _all_articles_once(desk: Desk, before: Counter[str]) -> None:
    expected = {article.url for article in desk.site.truth().of(SOURCE)}
    with duckdb.connect(desk.folder.published_db, read_only=True) as con:
        found = {row[0] for row in con.execute("SELECT url FROM articles").fetchall()}
    assert found == expected
    again = {path: count for path, count in desk.fetched().items() if count > 1 and path in before}
    # One request may have been in flight, its answer lost with the process.
    assert len(again) <= 1, f"fetched again although kept: {again}"


def test_ctrl_c_keeps_what_was_fetched_and_the_next_run_goes_on(desk: Desk) -> None:
    process = desk.crawl()
    _until("some articles are fetched", lambda: desk.progress() >= 4)
    process.send_signal(signal.SIGINT)
    told = _finish(process, 130)
    assert "next run goes on" in told
    assert not desk.crawls_alive()
    before = desk.fetched()
    assert 0 < len(before) < len(list(desk.site.truth().of(SOURCE)))
    _finish(desk.crawl(), 0)
    _all_articles_once(desk, before)


def test_kill_in_mid_crawl_leaves_no_crawl_behind_and_loses_nothing(desk: Desk) -> None:
    process = desk.crawl()
    _until("some articles are fetched", lambda: desk.progress() >= 4)
    process.kill()
    process.wait()
    _until("its crawl has ended too", lambda: not desk.crawls_alive())
    before = desk.fetched()
    _finish(desk.crawl(), 0)
    _all_articles_once(desk, before)


def test_kill_in_mid_load_is_repaired_by_the_next_run(desk: Desk) -> None:
    process = desk.crawl()
    _until("the crawl is done", lambda: list(desk.folder.plans.glob("*.result.json")))
    _until("the load has begun", desk.folder.warehouse.exists)
    process.kill()
    process.wait()
    before = desk.fetched()
    _finish(desk.crawl(), 0)
    _all_articles_once(desk, before)


def test_two_crawls_of_one_source_at_once(desk: Desk) -> None:
    desk.delay = 0.8
    first = desk.crawl()
    _until("the first article is fetched", lambda: desk.progress() >= 1)
    told = _finish(desk.crawl(), 1)
    desk.delay = 0
    assert SOURCE in told
    assert "is being crawled already (process" in told
    _finish(first, 0)
    _all_articles_once(desk, Counter())
