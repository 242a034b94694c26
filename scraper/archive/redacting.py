"""Taking records out of WARC files for good: the one exception to "nothing is overwritten".

Belongs here: overwriting a record where it lies, the mark in the log, the index made again. Does not: deciding what is
taken out (`warehouse.redactions`), or what other copies hold (backups, files handed out before).

The bytes of a record become a tombstone of the same length: a `metadata` record that says when and why. So every other
record keeps its place, and logs and indexes stay right. First the bytes go, then the log says that they are lost, then
the index is made again: killed at any moment, the same call finishes the work.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from fastwarc.warc import ArchiveIterator, WarcRecordType

from pipelines.records import Capture
from scraper.archive import layout
from scraper.archive.caplog import AppendLog, lost_line, read_capture_log
from scraper.archive.cdxj import build_index, index_of_file
from scraper.archive.locks import SourceLock
from scraper.archive.warcformat import new_record_id, record, warc_date

FIELD_REDACTED = "Tintinh-Redacted"
_STORED = 65_535  # bytes of a stored block of deflate
_FRAME = 10 + 2 + 8  # header with an extra field's length, checksum and size


@dataclass(slots=True)
class RedactReport:
    """What was taken out."""

    captures: int = 0  # captures whose records are gone now
    records: int = 0  # records overwritten, requests included
    files: int = 0
    left: list[str] = field(default_factory=list)  # what could not be taken out, in words


def redact(
    archive_root: Path,
    source_id: str,
    chosen: Callable[[Capture], bool],
    reason: str,
    *,
    clock: Callable[[], datetime] = layout.utc_now,
) -> RedactReport:
    """Overwrites the records of the chosen captures of one source, of its own crawls and of ingested files.

    Repeating it does no harm. Raises SourceBusy where a crawl of the source or an ingest is writing.
    """
    report = RedactReport()
    with ExitStack() as locks:
        for name in (layout.folder_of(source_id), layout.INGESTED):
            locks.enter_context(SourceLock(archive_root, name, clock=clock).acquire(30))
        by_file: dict[str, list[tuple[Path, Capture]]] = defaultdict(list)
        for log in layout.iter_capture_logs(archive_root, source_id):
            for capture in read_capture_log(log):
                if capture.warc_file is not None and capture.source_id == source_id and chosen(capture):
                    by_file[capture.warc_file].append((log, capture))
        for name, found in sorted(by_file.items()):
            _redact_file(archive_root, name, found, reason, clock, report)
        if report.files and (archive_root / layout.MERGED_INDEX).exists():
            build_index(archive_root)
    return report


def _redact_file(
    archive_root: Path,
    name: str,
    found: list[tuple[Path, Capture]],
    reason: str,
    clock: Callable[[], datetime],
    report: RedactReport,
) -> None:
    path = archive_root / name
    if not path.exists():
        report.left.append(f"{name} is not there; {len(found)} records of it cannot be taken out")
        return
    gone: dict[Path, list[Capture]] = defaultdict(list)
    with path.open("r+b", buffering=0) as file:
        for log, capture in found:
            places = list(_places(file, capture))
            if places and all(_overwrite(file, place, reason, clock()) for place in places):
                report.records += len(places)
                gone[log].append(capture)
            else:
                report.left.append(f"{name} at {capture.warc_offset}: no whole record of {capture.url}")
        os.fsync(file.fileno())
    for log, captures in gone.items():
        lines = AppendLog(log)
        try:
            for capture in captures:
                lines.append(lost_line(capture, clock(), f"redacted: {reason}"))
        finally:
            lines.close()
        report.captures += len(captures)
    index_of_file(archive_root, path).write(layout.index_of_segment(path))
    report.files += 1


@dataclass(frozen=True, slots=True)
class _Place:
    offset: int
    length: int
    packed: bool  # a gzip member; else the bare record


def _places(file: Any, capture: Capture) -> Iterator[_Place]:
    """The place of a capture's record, and of the request behind it where that belongs to it."""
    offset, length = capture.warc_offset or 0, capture.warc_length or 0
    file.seek(offset)
    packed = file.read(2) == b"\x1f\x8b"
    answer = _head(file, offset)
    if answer is None:
        return
    kind, headers = answer
    if kind == WarcRecordType.metadata and FIELD_REDACTED in headers:
        yield _Place(offset, length, packed)  # an earlier call was killed before it came to the log
        return
    if (headers.get("WARC-Target-URI") or "").strip().strip("<>") != capture.url:
        return
    yield _Place(offset, length, packed)
    behind = _head(file, offset + length, with_length=True)
    if behind is None or behind[0] != WarcRecordType.request:
        return
    if behind[1].get("WARC-Concurrent-To", "") == headers.get("WARC-Record-ID", "-"):
        yield _Place(offset + length, int(behind[1]["length"]), packed)


def _head(file: Any, offset: int, *, with_length: bool = False) -> tuple[Any, dict[str, str]] | None:
    """Type and headers of the record at `offset`; with `with_length` also how long it is in the file."""
    file.seek(offset)
    try:
        records = iter(ArchiveIterator(file, parse_http=False))
        first = next(records, None)
        if first is None:
            return None
        kind, headers = first.record_type, {name: str(value) for name, value in first.headers}
        if with_length:
            start = first.stream_pos
            second = next(records, None)
            end = second.stream_pos if second is not None else os.fstat(file.fileno()).st_size - (offset - start)
            headers["length"] = str(end - start)
    except OSError:
        return None
    return kind, headers


def _overwrite(file: Any, place: _Place, reason: str, now: datetime) -> bool:
    stone = _tombstone(place, reason, now)
    if stone is None:
        return False
    os.pwrite(file.fileno(), stone, place.offset)
    return True


def _tombstone(place: _Place, reason: str, now: datetime) -> bytes | None:
    """A record of just the place's length; None where even the shortest one does not fit."""
    if not place.packed:
        return _record(place.length, reason, now)
    blocks = max(1, -(-(place.length - _FRAME) // (_STORED + 5)))
    content = _record(place.length - _FRAME - 5 * blocks, reason, now)
    if content is None:
        return None
    out = [b"\x1f\x8b\x08\x04\x00\x00\x00\x00\x00\xff\x00\x00"]
    for number in range(blocks):
        part = content[number * _STORED : (number + 1) * _STORED]
        out.append(struct.pack("<BHH", number == blocks - 1, len(part), len(part) ^ 0xFFFF) + part)
    out.append(struct.pack("<II", zlib.crc32(content), len(content) & 0xFFFFFFFF))
    return b"".join(out)


def _record(size: int, reason: str, now: datetime) -> bytes | None:
    """A metadata record of `size` bytes, uncompressed."""

    def made(block: bytes, date: str) -> bytes:
        fields = {FIELD_REDACTED: date}
        return record("metadata", new_record_id(), warc_date(now), "text/plain; charset=utf-8", block, fields)

    # Where one more digit of Content-Length passes over the size that is wanted, a date without its zone hits it.
    for date in (warc_date(now), warc_date(now)[:-1]):
        for said in (f"taken out: {reason}\r\n".encode(), b""):
            least = len(made(said, date))
            for room in range(size - least, size - least - 12, -1):
                if room >= 0 and len(stone := made(said + b" " * room, date)) == size:
                    return stone
    return None
