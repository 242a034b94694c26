"""Runs a piece of work in a process of its own and says what it took.

Belongs here: time and memory of a function. Does not: what is measured, or what it is held against.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
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


def _measure(work: Callable[..., Any], *arguments: Any) -> Measured:
    wall, cpu = time.perf_counter(), time.process_time()
    value = work(*arguments)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Measured(value, wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def sizes(variable: str, default: str) -> list[int]:
    """The numbers in an environment variable, or else in `default`, smallest first."""
    return sorted(int(number) for number in os.environ.get(variable, default).replace(",", " ").split())
