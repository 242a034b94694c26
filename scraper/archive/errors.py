"""What can go wrong in the archive, each with a message fit for the terminal.

Belongs here: the exceptions that callers of `scraper.archive` may meet. Does not: how they are avoided or repaired.
"""

from __future__ import annotations

import errno
from datetime import datetime
from pathlib import Path

NO_ROOM: frozenset[int] = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""The errno values that mean: no room is left for this file."""


class ArchiveError(Exception):
    """Base of everything the archive raises on purpose."""


class SourceBusy(ArchiveError):
    """Another living process holds the lock of this source."""

    def __init__(self, source_id: str, pid: int | None, since: datetime | None) -> None:
        self.source_id = source_id
        self.pid = pid
        self.since = since
        who = f"process {pid}" if pid else "another process"
        when = f" since {since.astimezone().isoformat(timespec='seconds')}" if since else ""
        super().__init__(f"{source_id} is being written by {who}{when}; wait for it to end, or stop it")


class ArchiveFull(ArchiveError):
    """No room for another record. Everything whole so far is kept, the record that did not fit is not."""

    def __init__(self, path: Path, cause: OSError) -> None:
        self.path = path
        super().__init__(
            f"no room left to write {path.name} in {path.parent} ({cause.strerror or cause}); "
            "everything archived so far is kept. Free some space and run again"
        )


class NotAWarc(ArchiveError):
    """The file holds no WARC record at all."""

    def __init__(self, path: Path, detail: str) -> None:
        self.path = path
        super().__init__(f"{path} is not a WARC file: {detail}")


class PayloadMissing(ArchiveError):
    """The bytes of a capture are not to be had: no such file, no record there, or the capture never had any."""


class PayloadDamaged(ArchiveError):
    """There is a record, but it is not whole or not the one that the capture log names."""


class PayloadTooLarge(ArchiveError):
    """Decoding the payload gave more bytes than the caller allows."""
