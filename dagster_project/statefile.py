"""A small JSON file that several processes change: locked while it changes, replaced whole, never half written.

Belongs here: locking, reading and replacing one file. Does not: what stands in it (`dagster_project.ledger`,
`dagster_project.alerts.book`).
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def read_state(path: Path) -> dict[str, Any]:
    """What stands in the file; empty where there is none yet or it is damaged (then it is kept as `.damaged`)."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    # A power cut can leave a file of zeros. What is lost is memory of what was told, never anything fetched.
    path.replace(path.with_name(path.name + ".damaged"))
    return {}


@contextmanager
def changing(path: Path) -> Iterator[dict[str, Any]]:
    """The content, to be changed in place; written back whole at the end unless an error came. Raises OSError.

    Other processes that want to change the file wait meanwhile, so nothing slow belongs inside.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        content = read_state(path)
        yield content
        _replace(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


RESERVE_BYTES = 256_000
"""Room kept for state files: on a disk that is full, what was told and tried can still be written down."""


def _replace(path: Path, text: str) -> None:
    reserve = path.with_name(".reserve")
    try:
        _write(path, text)
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT} or not reserve.exists():
            raise
        reserve.unlink()
        _write(path, text)
        return
    if not reserve.exists():
        with contextlib.suppress(OSError):
            reserve.write_bytes(b"\0" * RESERVE_BYTES)


def _write(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise
