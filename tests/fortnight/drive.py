"""Moves the time through the fortnight, and makes go wrong what the plan says.

Belongs here: the order of things. Does not: the things (`site`, `services`, `daemon`), or their judgement (`verdict`).
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import yaml

from dagster_project.installation import Installation
from dagster_project.instance import open_instance
from dagster_project.paths import DataFolder
from fortnight.history import plant
from fortnight.plan import HERE, Fault, Plan
from fortnight.services import Disk, Receiver, Ui
from fortnight.site import Site

Say = Callable[[str], None]


@dataclass
class Record:
    """What happened, for the verdict."""

    plan: Plan
    folder: DataFolder
    site: Site
    receiver: Receiver
    ui: Ui | None = None
    planted: int = 0  # articles of the history
    cycles: list[datetime] = field(default_factory=list)  # those at which the daemon was there
    runs: Counter[str] = field(default_factory=Counter)
    left_out: list[Fault] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)  # of ticks
    killed: int = 0


class Killed(Exception):
    """The daemon was killed, as planned."""


class Daemon:
    """The daemon's process, started anew when it is needed and not there."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._environment = environment
        self._log = log
        self._process: subprocess.Popen[str] | None = None

    def order(self, **order: Any) -> dict[str, Any]:
        """Sends an order and waits for the answer. Raises Killed."""
        process = self._process or self._start(order["behind_s"])
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            code = process.wait()
            self._process = None
            if code != -9:
                raise RuntimeError(f"the daemon ended by itself with code {code}: {self._log}")
            raise Killed
        told: dict[str, Any] = json.loads(line)
        return told

    def _start(self, behind_s: float) -> subprocess.Popen[str]:
        environment = {**self._environment, "FORTNIGHT_BEHIND_S": str(behind_s)}
        paths = [str(HERE / "clock"), str(HERE.parent), self._environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "fortnight.daemon"], env=environment, cwd=environment["DAGSTER_HOME"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True,
            )  # fmt: skip
        return self._process

    def kill(self) -> None:
        """Kills the daemon and all that it has started, in an instant: a power cut."""
        if self._process is None:
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            daemon = psutil.Process(self._process.pid)
            for process in [*daemon.children(recursive=True), daemon]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()

    def close(self) -> None:
        """Ends it."""
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=30)
            self.kill()


@dataclass
class Clock:
    """The time of the fortnight: it runs as the machine's, and is put forward."""

    behind: timedelta

    def now(self) -> datetime:
        return datetime.now(UTC) - self.behind

    def forward(self, moment: datetime) -> None:
        """To `moment`, unless that has passed."""
        if moment > self.now():
            self.behind = datetime.now(UTC) - moment


def run(plan: Plan, base: Path, say: Say) -> Record:
    """The whole fortnight in the folder `base`."""
    clock = Clock(datetime.now(UTC) - plan.start)
    disk = Disk(base / "data", plan.disk_mb)
    site = Site(plan, clock.now)
    site.start()
    receiver = Receiver(clock.now)
    folder = DataFolder(base / "data")
    record = Record(plan, folder, site, receiver)
    installed = Installation(folder, site.host_map)
    installed.make_ready()
    _settle(plan, folder, receiver.start())
    began = time.monotonic()
    record.planted = plant(plan, site, installed)
    site.served.clear()
    say(f"{plan.history_days} days before: {record.planted} articles, planted in {time.monotonic() - began:.0f} s")
    with open_instance(installed):
        environment = {**os.environ, **installed.environment()}
    record.ui = Ui(environment, base / "ui.log")
    daemon = Daemon(environment, base / "daemon.log")
    try:
        for cycle, following in zip(plan.cycles, [*plan.cycles[1:], None], strict=True):
            _cycle(record, daemon, clock, disk, cycle, say)
            _watch(record, daemon, clock, disk, following)
    finally:
        daemon.close()
        record.ui.close()
        site.close()
    return record


def _settle(plan: Plan, folder: DataFolder, webhook: str) -> None:
    """What an operator writes before he leaves: the sources, and where alerts go to."""
    folder.sources.mkdir(parents=True, exist_ok=True)
    for outlet in plan.outlets:
        path = folder.sources / f"{outlet.id}.yaml"
        path.write_text(yaml.safe_dump(outlet.source_file(), allow_unicode=True, sort_keys=False), encoding="utf-8")
    settings = {"webhook": {"url": webhook}, "disk_free_mb": plan.disk_alert_mb}
    folder.alerts_file.write_text(yaml.safe_dump(settings), encoding="utf-8")


def _cycle(record: Record, daemon: Daemon, clock: Clock, disk: Disk, cycle: datetime, say: Say) -> None:
    """The daemon awake for some minutes."""
    plan = record.plan
    if any(f.kind == "kill" and f.start < cycle < f.end for f in plan.faults):
        return  # it is dead
    began = time.monotonic()
    record.cycles.append(cycle)
    done: list[dict[str, Any]] = []
    errors: list[str] = []
    since = record.cycles[-2] + timedelta(minutes=plan.ticks[-1]) if len(record.cycles) > 1 else plan.start
    try:
        with _mishaps(record, daemon, clock, disk, cycle):
            for minutes in plan.ticks:
                moment = cycle + timedelta(minutes=minutes)
                clock.forward(moment)
                told = daemon.order(do="tick", behind_s=clock.behind.total_seconds(), since=since.isoformat())
                done += told["runs"]
                errors += told["errors"]
                since = moment
    except Killed:
        record.killed += 1
        errors.append("the daemon was killed")
    record.runs.update(f"{run['job']} {run.get('mode', '')} {run['ended']}".strip() for run in done)
    record.errors += [f"{cycle:%d/%m %H:%M} {error}" for error in errors]
    runs = ", ".join(f"{r['job']}{' ' + r['mode'] if r.get('mode') else ''} {r['ended']}" for r in done) or "no run"
    say(f"day {plan.day_of(cycle):2} {cycle:%d/%m %H:%M}  {time.monotonic() - began:4.0f} s  {runs}")
    for error in errors:
        say(f"        {error}")


def _watch(record: Record, daemon: Daemon, clock: Clock, disk: Disk, until: datetime | None) -> None:
    """Alerts are looked for between cycles too, while the daemon lives."""
    plan = record.plan
    moment = record.cycles[-1] + timedelta(minutes=plan.ticks[-1]) + plan.watch
    while until is not None and moment < until:
        if not any(f.kind == "kill" and f.start <= moment < f.end for f in plan.faults):
            if not any(f.kind == "disk" and f.start <= moment < f.end for f in plan.faults):
                disk.free()
            clock.forward(moment)
            daemon.order(do="watch", behind_s=clock.behind.total_seconds())
        moment += plan.watch


@contextlib.contextmanager
def _mishaps(record: Record, daemon: Daemon, clock: Clock, disk: Disk, cycle: datetime) -> Iterator[None]:
    """What comes in the middle of this cycle: the disk fills, or the daemon is killed."""
    disk.free()
    over = threading.Event()
    threads = []
    for fault in record.plan.faults:
        if fault.start != cycle or fault.kind not in {"disk", "kill"}:
            continue
        if fault.kind == "disk" and not disk.is_own:
            record.left_out.append(fault)
            continue
        act = disk.fill if fault.kind == "disk" else daemon.kill
        threads.append(threading.Thread(target=_when_busy, args=(record, fault, act, over), daemon=True))
        threads[-1].start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _when_busy(record: Record, fault: Fault, act: Callable[[], None], over: threading.Event) -> None:
    """Acts in the middle of a crawl, or of the step that the fault names."""
    before = len(record.site.served)
    while not over.wait(0.02):
        if fault.during in {"", "crawl_outlets"}:
            if len(record.site.served) - before < 25:
                continue
        elif record.ui is None or not record.ui.step_runs(fault.during):
            continue
        act()
        return
