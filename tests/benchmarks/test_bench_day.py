"""What a day's load costs in archives of different size, with all that is derived; prints times, ratios and memory.

`TINTINH_BENCH_DAY` names the sizes (default "10000 100000"). Before the day, everything is derived once and kept; that
takes long for large archives and may be interrupted, it goes on where it stopped. With `TINTINH_BENCH_BARE=1` the tables
of derivations are empty before the day, which is quick to set up; all facts and versions are there all the same.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import day
import derived
import measured
import pytest

from dagster_project.batches import BATCH
from warehouse import load, versions
from warehouse.derived.catalogue import DERIVATIONS
from warehouse.derived.runner import bring_up_to_date
from warehouse.store import Store

pytestmark = pytest.mark.slow

BARE = os.environ.get("TINTINH_BENCH_BARE") == "1"
SIZES = measured.sizes("TINTINH_BENCH_DAY", "10000 100000")


class Clock:
    """Seconds by step."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Adds what is done inside to a step."""
        started = time.perf_counter()
        yield
        self.steps[name] = self.steps.get(name, 0) + time.perf_counter() - started


def one_load(path: Path, today: day.Day) -> dict[str, float]:
    """The day in one go."""
    return _load(path, [today])


def by_batch(path: Path, today: day.Day) -> dict[str, float]:
    """The day as its runs load it, so many outlets at once as share a run; derived once."""
    outlets = sorted({c.source_id for c in today.captures})
    return _load(path, [today.of(*outlets[first : first + BATCH]) for first in range(0, len(outlets), BATCH)])


def by_outlet(path: Path, today: day.Day) -> dict[str, float]:
    """The day outlet by outlet, as crawls by hand bring it; derived once."""
    return _load(path, [today.of(source) for source in sorted({c.source_id for c in today.captures})])


def _load(path: Path, parts: list[day.Day]) -> dict[str, float]:
    clock = Clock()
    with clock.step("open"):
        store = Store.open_writer(path)
    for part in parts:
        with clock.step("captures"):
            load.load_captures(store, part.captures)
        sources = sorted({capture.source_id for capture in part.captures})
        with clock.step("pending"):
            load.find_pending(store, sources, "1")
            waiting = []
            while some := load.take_pending(store, 480):
                waiting += some
        with clock.step("readings"):
            ids = {capture.capture_id for capture in waiting}
            load.load_readings(store, [item for item in part.readings if item[0] in ids])
            assert not load.find_pending(store, sources, "1")
            load.all_read(store, sources)
        with clock.step("versions"):
            while versions.build_next(store, sources):
                pass
    for derivation in DERIVATIONS:
        with clock.step(derivation.name):
            bring_up_to_date(store, derivation)
    with clock.step("close"):
        store.close()
    return clock.steps


@pytest.mark.parametrize("way", [one_load, by_batch, by_outlet])
def test_a_day_into_archives_of_different_size(way: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert callable(way)
    found = {}
    for articles in SIZES:
        path = (derived.bare_copy_of if BARE else derived.copy_of)(articles, tmp_path / str(articles))
        before = _counts(path)
        today = measured.alone(day.made, articles, tmp_path / str(articles)).value
        found[articles] = measured.alone(way, path, today)
        after = _counts(path)
        assert [new - old for old, new in zip(before, after, strict=True)] == [day.CAPTURES, day.NEW, day.EDITS]
        shutil.rmtree(tmp_path / str(articles))
    with capsys.disabled():
        _show(way.__name__, found)


def _counts(path: Path) -> list[int]:
    with Store.open_reader(path) as store:
        return [
            store.value(f"SELECT count(*) FROM {table}")
            for table in ("captures", "articles", "versions WHERE version_no > 1")
        ]


def _show(name: str, found: dict[int, measured.Measured]) -> None:
    first = found[min(found)]
    print(
        f"\na day's load, {name}{', bare' if BARE else ''}: {day.CAPTURES} captures, {day.NEW} new, {day.EDITS} edits"
    )
    print(f"{'articles':>10} {'s':>7} {'ratio':>6} {'CPU s':>7} {'ratio':>6} {'MB':>6}  seconds by step")
    for articles, took in found.items():
        total = sum(took.value.values())
        steps = ", ".join(f"{step} {seconds:.2f}" for step, seconds in took.value.items())
        print(
            f"{articles:>10} {total:7.2f} {total / sum(first.value.values()):6.2f}"
            f" {took.cpu:7.2f} {took.cpu / first.cpu:6.2f} {took.peak / 1e6:6.0f}  {steps}"
        )
