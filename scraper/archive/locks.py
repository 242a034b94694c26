"""One writer per source: a lock that dies with its process.

Belongs here: taking, naming and releasing the lock. Does not: deciding what is done under it.
flock(2) is held by the open file, so a killed process never leaves a lock behind, and the file itself may stay.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from scraper.archive.errors import SourceBusy
from scraper.archive.layout import LOCKS, utc_now

_POLL_S = 0.05
_GRACE_S = 0.1  # `is_locked` holds a lock for an instant; that is no writer


class SourceLock:
    """The lock of one source (or of all ingests) in one archive; a context manager."""

    def __init__(self, archive_root: Path, name: str, *, clock: Callable[[], datetime] = utc_now) -> None:
        self.path = archive_root / LOCKS / f"{name}.lock"
        self._name = name
        self._clock = clock
        self._fd: int | None = None

    def acquire(self, wait_s: float = 0.0) -> Self:
        """Takes the lock, waiting up to `wait_s` seconds. Raises SourceBusy naming the holder."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        deadline = time.monotonic() + max(wait_s, _GRACE_S)
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    pid, since = _holder(fd)
                    os.close(fd)
                    raise SourceBusy(self._name, pid, since) from None
                time.sleep(_POLL_S)
        os.ftruncate(fd, 0)
        os.pwrite(fd, json.dumps({"pid": os.getpid(), "since": self._clock().isoformat()}).encode(), 0)
        self._fd = fd
        return self

    def fileno(self) -> int:
        """The open file: a child that inherits it holds the lock too, until both have let go. Raises ValueError."""
        if self._fd is None:
            raise ValueError(f"the lock of {self._name} is not held")
        return self._fd

    def release(self) -> None:
        """Gives the lock back; twice does no harm."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def __enter__(self) -> Self:
        return self if self._fd is not None else self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def is_locked(archive_root: Path, name: str) -> bool:
    """Whether a living process holds the lock; asks without changing anything, so also in a read-only archive."""
    try:
        fd = os.open(archive_root / LOCKS / f"{name}.lock", os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


def _holder(fd: int) -> tuple[int | None, datetime | None]:
    """Who wrote the lock file last; (None, None) while the holder is just writing it."""
    try:
        row = json.loads(os.pread(fd, 4096, 0))
        return int(row["pid"]), datetime.fromisoformat(row["since"])
    except (ValueError, KeyError, TypeError):
        return None, None
