"""The append-only logs beside the segments: one JSON object a line.

Belongs here: appending lines, reading them back, what a torn or a lost line is. Does not: where logs lie (`layout`),
or what makes a capture (`writer`, `ingesting`).
A line `{"lost": <capture_id>, …}` says that the bytes of an earlier line of the same log are gone. No line is changed;
where the bytes come back (a file put back from a copy), a later line of the capture says so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.records import Candidate, Capture
from scraper.archive.errors import NO_ROOM, ArchiveFull

_LOST = b'{"lost"'
_ID_AT_START = b'{"capture_id":"'
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(slots=True)
class LogTally:
    """What one reading of a log met, filled while it runs."""

    captures: int = 0
    malformed: int = 0
    torn: int = 0  # bytes after the last line end: a line still being written, or cut off by a kill
    lost: list[str] = field(default_factory=list)  # capture ids whose bytes are gone, and did not come back later in it
    end: int = 0  # offset after the last whole line: where the next reading goes on


def line_of(row: Mapping[str, Any]) -> bytes:
    """One log line."""
    return _encode(row).encode("utf-8") + b"\n"


def lost_line(capture: Capture, noted_at: datetime, reason: str) -> bytes:
    """The line that marks an earlier capture of the same log as lost."""
    row = {"lost": capture.capture_id, "url": capture.url, "warc_file": capture.warc_file}
    return line_of({**row, "warc_offset": capture.warc_offset, "noted_at": noted_at.isoformat(), "reason": reason})


class AppendLog:
    """A log open for appending; each line is one write(2), so other processes see whole lines at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def append(self, line: bytes) -> None:
        """Adds a whole line, or nothing. Raises ArchiveFull."""
        before = os.fstat(self._fd).st_size
        try:
            done = os.write(self._fd, line)
            while done < len(line):
                done += os.write(self._fd, line[done:])
        except OSError as error:
            os.ftruncate(self._fd, before)
            if error.errno in NO_ROOM:
                raise ArchiveFull(self.path, error) from error
            raise

    def sync(self) -> None:
        """Brings the lines to the disk."""
        os.fsync(self._fd)

    def close(self, *, sync: bool = True) -> None:
        """Brings the lines to the disk (with `sync`) and closes."""
        try:
            if sync:
                os.fsync(self._fd)
        finally:
            os.close(self._fd)


def read_capture_log(path: Path, tally: LogTally | None = None, *, offset: int = 0) -> Iterator[Capture]:
    """The captures of a log in order, without those that are marked lost.

    A torn last line and malformed lines are counted in `tally`, never raised. With `offset` (the `end` of an earlier
    reading) only later lines are read.
    """
    tally = tally if tally is not None else LogTally()
    lost = dict(_lost_marks(path, offset))
    tally.lost.extend(lost)
    for row in _rows(path, tally, offset):
        if "lost" in row:
            continue
        try:
            capture = Capture.from_json(row)
        except (KeyError, ValueError, TypeError):
            tally.malformed += 1
            continue
        if tally.end > lost.get(capture.capture_id, 0):
            if lost.pop(capture.capture_id, None):
                tally.lost.remove(capture.capture_id)  # its bytes came back
            tally.captures += 1
            yield capture


def read_candidate_log(path: Path, tally: LogTally | None = None) -> Iterator[Candidate]:
    """The candidates of a log in order; bad lines are counted in `tally`."""
    tally = tally if tally is not None else LogTally()
    for row in _rows(path, tally, 0):
        try:
            row["found_at"] = datetime.fromisoformat(row["found_at"])
            yield Candidate(**row)
        except (KeyError, ValueError, TypeError):
            tally.malformed += 1


def capture_ids(paths: Iterable[Path]) -> set[bytes]:
    """The ids of all captures in these logs that are not lost, 16 bytes each: a million take about 90 MB."""
    ids: set[bytes] = set()
    for path in paths:
        mine: set[bytes] = set()
        with path.open("rb") as lines:
            for line in lines:
                if line.startswith(_ID_AT_START) and line.endswith(b"\n"):
                    mine.add(bytes.fromhex(line[15:47].decode("ascii")))
                elif line.startswith(_LOST) and (lost := _lost_id(line)):
                    mine.discard(bytes.fromhex(lost))
        ids |= mine
    return ids


def cut_torn_line(path: Path) -> int:
    """Cuts off what follows the last line end of a log that nobody writes; the number of bytes cut."""
    size = path.stat().st_size
    with path.open("r+b") as log:
        end = size
        while end > 0:
            start = max(0, end - 65536)
            log.seek(start)
            found = log.read(end - start).rfind(b"\n")
            if found >= 0:
                end = start + found + 1
                break
            end = start
        if end < size:
            log.truncate(end)
    return size - end


def _lost_marks(path: Path, offset: int) -> Iterator[tuple[str, int]]:
    """(capture id, offset behind the line that marks it lost), in order."""
    with path.open("rb") as lines:
        lines.seek(offset)
        for line in lines:
            offset += len(line)
            if line.startswith(_LOST) and (lost := _lost_id(line)):
                yield lost, offset


def _lost_id(line: bytes) -> str | None:
    """The id in a line that marks a capture lost; None for a broken one, which `_rows` counts as malformed."""
    try:
        lost = str(json.loads(line)["lost"])
        return lost if len(bytes.fromhex(lost)) == 16 else None
    except (ValueError, KeyError):
        return None


def _rows(path: Path, tally: LogTally, offset: int) -> Iterator[dict[str, Any]]:
    with path.open("rb") as lines:
        lines.seek(offset)
        tally.end = offset
        for line in lines:
            if not line.endswith(b"\n"):
                tally.torn = len(line)
                return
            tally.end += len(line)
            try:
                row = json.loads(line)
            except ValueError:
                tally.malformed += 1
                continue
            if isinstance(row, dict):
                yield row
            else:
                tally.malformed += 1
