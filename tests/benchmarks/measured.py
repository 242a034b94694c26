"""Runs a piece of work in a process of its own and says what it took.

Belongs here: time and memory of a function, and copies that are on the disk before it starts. Does not: what is
measured, or what it is held against.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Measured:
    """What a piece of work gave, and what it took in a process that did nothing else."""

    value: Any
    seconds: float  # of the clock on the wall
    cpu: float  # seconds of all threads
    peak: int  # bytes of memory at most (resident set)


def alone(work: Callable[..., Any], *arguments: Any) -> Measured:
    """Calls `work` (a function of a module) in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measure, work, *arguments).result()


def copied(source: Path, target: Path) -> Path:
    """A copy of a file that is on the disk: else the first transaction that is measured would write the copy itself."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    with target.open("rb") as copy:
        os.fsync(copy.fileno())
    return target


def _measure(work: Callable[..., Any], *arguments: Any) -> Measured:
    wall, cpu = time.perf_counter(), time.process_time()
    value = work(*arguments)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Measured(value, wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def sizes(variable: str, default: str) -> list[int]:
    """The numbers in an environment variable, or else in `default`, smallest first."""
    return sorted(int(number) for number in os.environ.get(variable, default).replace(",", " ").split())
