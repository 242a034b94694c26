"""Reading many pages: here while they are few, in recycled worker processes when many, always in order.

Belongs here: where the bytes of a page come from, and what becomes of a page that takes its process down. Does not: how
a page is read (`pipelines.reader`), or where readings go (`dagster_project.flow`, `tintinh extract`).
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any

from pipelines.reader_version import READER_VERSION
from pipelines.records import Capture, Reading, SiteProfile

FEW = 24
"""Up to so many pages are read in this process; starting workers (about a second) pays only beyond."""

CHUNK = 12
"""Pages a task."""

TASKS_PER_WORKER = 100
"""A worker is replaced after so many tasks, so that memory that a library keeps is given back."""

PAGE_LIMIT_S = 60.0
"""The reader bounds its own time to seconds; a page that takes this long has hung its process."""


@dataclass(frozen=True, slots=True)
class PageJob:
    """One page to read: the bytes of a file, or those of a capture in an archive."""

    key: str  # file name, or capture id
    url: str
    fetched_at: datetime | None = None
    profile: SiteProfile | None = None
    file: Path | None = None
    capture: Capture | None = None
    archive: Path | None = None


Outcome = tuple[PageJob, Reading]


def read_all(jobs: Iterable[PageJob], workers: int | None = None) -> Iterator[Outcome]:
    """A reading for every job, in the order of the jobs; never raises for a page.

    A page whose bytes are not to be had gets the status `payload-missing`, `payload-damaged` or `payload-too-large`;
    one that kills or hangs the process reading it gets `reader-crashed`, and costs itself alone.
    """
    workers = workers or os.cpu_count() or 1
    jobs = iter(jobs)
    first = list(islice(jobs, FEW + 1))
    if len(first) <= FEW or workers == 1:
        for job in chain(first, jobs):
            yield job, read_job(job)
        return
    yield from _in_workers(chain(first, jobs), workers)


def read_job(job: PageJob) -> Reading:
    """The reading of one job, in this process."""
    # Here, as loading the reader takes longer than loading all of Dagster's definitions, which need it not.
    from pipelines.reader import read_page

    if job.capture is not None:
        return _read_capture(job)
    assert job.file is not None
    try:
        payload = job.file.read_bytes()
    except OSError as error:
        return _unread(job, "payload-missing", f"file: {error.strerror}")
    return read_page(payload, job.url, fetched_at=job.fetched_at, profile=job.profile)


def _read_capture(job: PageJob) -> Reading:
    from pipelines.reader import read_page
    from scraper.archive import PayloadDamaged, PayloadMissing, PayloadTooLarge, read_payload

    assert job.capture is not None
    assert job.archive is not None
    try:
        stored = read_payload(job.archive, job.capture)
    except PayloadMissing:
        return _unread(job, "payload-missing")
    except PayloadDamaged:
        return _unread(job, "payload-damaged")
    except PayloadTooLarge:
        return _unread(job, "payload-too-large")
    return read_page(
        stored.body,
        job.url,
        fetched_at=job.fetched_at,
        content_type=stored.headers.get("content-type"),
        profile=job.profile,
        status=job.capture.status or stored.status,
    )


def _unread(job: PageJob, status: str, *flags: str) -> Reading:
    return Reading(job.url, "other", READER_VERSION, status=status, flags=flags)


def _in_workers(jobs: Iterator[PageJob], workers: int) -> Iterator[Outcome]:
    chunks = iter(lambda: list(islice(jobs, CHUNK)), [])
    waiting: deque[tuple[list[PageJob], Future[list[Reading]]]] = deque()
    pool = _pool(workers)
    try:
        while True:
            while len(waiting) < 3 * workers and (chunk := next(chunks, None)):
                waiting.append((chunk, pool.submit(_read_chunk, chunk)))
            if not waiting:
                return
            chunk, future = waiting.popleft()
            try:
                readings = future.result(timeout=PAGE_LIMIT_S * len(chunk))
            except (BrokenProcessPool, TimeoutError):
                # Which page did it is not known: those of this chunk are read one by one, the later chunks start anew.
                _end(pool)
                readings = [_read_alone(job) for job in chunk]
                pool = _pool(workers)
                waiting = deque((later, pool.submit(_read_chunk, later)) for later, _ in waiting)
            yield from zip(chunk, readings, strict=True)
    finally:
        _end(pool)


def _read_alone(job: PageJob) -> Reading:
    pool = _pool(1)
    try:
        return pool.submit(read_job, job).result(timeout=PAGE_LIMIT_S)
    except (BrokenProcessPool, TimeoutError):
        return _unread(job, "reader-crashed")
    finally:
        _end(pool)


def _read_chunk(chunk: list[PageJob]) -> list[Reading]:
    return [read_job(job) for job in chunk]


def _pool(workers: int) -> ProcessPoolExecutor:
    context = get_context("forkserver")
    context.set_forkserver_preload(["dagster_project.reading_pool", "pipelines.reader"])
    return ProcessPoolExecutor(
        workers, mp_context=context, max_tasks_per_child=TASKS_PER_WORKER, initializer=_leave_with_parent
    )


def _leave_with_parent() -> None:
    """A worker whose parent was killed would wait for work for ever: it leaves instead."""
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _end(pool: ProcessPoolExecutor) -> None:
    processes: Any = getattr(pool, "_processes", None) or {}
    alive = list(processes.values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in alive:  # also one that hangs in a page
        process.kill()
