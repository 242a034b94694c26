"""What can go wrong with the database, in words that an operator can act on.

Belongs here: the exceptions of this package and the step from DuckDB's messages to them. Does not: recovering.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psutil


class WarehouseError(RuntimeError):
    """Base of all that this package raises on purpose; the message is meant for the operator."""


class Locked(WarehouseError):
    """Another process holds the file."""


class Unwritable(WarehouseError):
    """The folder or file cannot be written."""


class NoRoom(WarehouseError):
    """The disk is full."""


class Damaged(WarehouseError):
    """The file is no DuckDB database, or one that cannot be read any more."""


class TooNew(WarehouseError):
    """The file was made by a later version of this program."""


class NotBuilt(WarehouseError):
    """There is no database at that place yet."""


class BadQuery(WarehouseError):
    """The SQL of a query is wrong; the message is DuckDB's."""


class NotFound(WarehouseError):
    """Nothing in the archive answers to what was asked for."""


REBUILD = (
    "{path} cannot be read as the database of this archive ({why})."
    " Nothing is lost: `tintinh rebuild` makes it again from the archive folder."
)

_HOLDER = re.compile(r"Conflicting lock is held in (?P<program>.*?) \(PID (?P<pid>\d+)\)")
_NO_ROOM = re.compile(
    r"No space left on device|Disk quota exceeded|file system is full|ENOSPC|File too large|out of disk space|"
    r"max_temp_directory_size",
    re.IGNORECASE,
)
_DENIED = re.compile(r"Permission denied|Read-only file system|EACCES|EROFS|Cannot open file", re.IGNORECASE)
_DAMAGED = re.compile(
    r"not a valid DuckDB database|checksum|corrupt|failure while replaying WAL|Failed to deserialize|"
    r"INTERNAL Error|invalid.*serializ|could not read enough bytes|version number",
    re.IGNORECASE,
)


def explain(error: BaseException, path: Path) -> WarehouseError | None:
    """The error of this package that says what `error`, raised on the database at `path`, means; None if none does."""
    if isinstance(error, WarehouseError):
        return error
    text = str(error)
    if holder := _HOLDER.search(text):
        return Locked(
            f"{path} is in use by process {holder['pid']} ({_command(int(holder['pid']), holder['program'])})."
            " Only one process can write; wait until it ends, or stop it."
        )
    if "different configuration" in text or "Unique file handle conflict" in text:
        return Locked(f"{path} is already open in this process ({_command(psutil.Process().pid, 'this one')}).")
    if _NO_ROOM.search(text):
        return NoRoom(f"No room left on the disk of {path.parent}. Free some, then run the same command again.")
    if isinstance(error, PermissionError) or _DENIED.search(text):
        said = error.strerror if isinstance(error, OSError) else None
        return Unwritable(f"{path.parent} cannot be written: {said or _first_line(text)}")
    if isinstance(error, duckdb.Error | OSError) and _DAMAGED.search(text):
        return Damaged(REBUILD.format(path=path, why=_first_line(text)))
    if isinstance(error, OSError):
        return Unwritable(f"{path.parent} cannot be written: {error.strerror or _first_line(text)}")
    return None


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns errors raised inside on the database at `path` into those of this package where one fits."""
    try:
        yield
    except (duckdb.Error, OSError) as error:
        plain = explain(error, path)
        if plain is None:
            raise
        raise plain from error


def _command(pid: int, otherwise: str) -> str:
    try:
        return " ".join(psutil.Process(pid).cmdline())[:120] or otherwise
    except psutil.Error:
        return otherwise


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0][:200] if text.strip() else "no message"
