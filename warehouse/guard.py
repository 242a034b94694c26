"""Who may put another file in the database's place: nobody while somebody writes.

Belongs here: the lock file beside the database. Does not: DuckDB's own lock, which keeps two writers apart, or what is
put there (`warehouse.care`).

DuckDB locks the file and not its name. A process that waits for the name could open the old file in the moment between
its closing and the renaming, and what it wrote would be gone. So every writer holds this lock shared, and who replaces
the file holds it alone. flock(2) dies with its process.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.errors import Locked

_POLL_S = 0.1


def hold(path: Path, wait_s: float, *, alone: bool = False) -> int:
    """Takes the lock of the database at `path` and returns its descriptor; closing that gives the lock back.

    Raises Locked after `wait_s` seconds.
    """
    fd = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o644)
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(fd, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < deadline:
                time.sleep(_POLL_S)
                continue
            os.close(fd)
            what = "somebody writes it" if alone else "it is being compacted, rebuilt or restored"
            raise Locked(f"{path} is in use: {what}. Wait until that ends.") from None
        return fd


@contextmanager
def alone(path: Path, wait_s: float = 600.0) -> Iterator[None]:
    """Nobody else opens the database at `path` for writing inside the block. Raises Locked."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fd = hold(path, wait_s, alone=True)
    try:
        yield
    finally:
        os.close(fd)
