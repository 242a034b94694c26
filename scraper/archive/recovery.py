"""Finishing what a killed process left open.

Belongs here: leftovers of crawls and ingests, torn log lines, captures that are lost or that no log line names.
Does not: damage in closed files (`checking`, `repairing`). Nothing here touches what a living process writes: that
process holds the lock.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pipelines.records import Capture
from scraper.archive import layout
from scraper.archive.caplog import AppendLog, cut_torn_line, line_of, lost_line, read_capture_log
from scraper.archive.cdxj import IndexLines
from scraper.archive.entry import Entry, Rejected, capture_of, look
from scraper.archive.errors import SourceBusy
from scraper.archive.locks import SourceLock
from scraper.archive.scan import Found, scan
from scraper.archive.segment import sync_folder


@dataclass(frozen=True, slots=True)
class LostCapture:
    """A logged capture whose bytes never reached the disk (a power cut; a kill alone cannot cause it)."""

    capture_id: str
    url: str
    source_id: str
    warc_file: str


@dataclass(slots=True)
class RecoveryReport:
    """What was done."""

    segments: list[str] = field(default_factory=list)  # finished, relative to the archive
    cut_bytes: int = 0  # behind the last whole record of those
    lost: list[LostCapture] = field(default_factory=list)
    adopted: int = 0  # whole records that had no log line yet, and have one now
    torn_lines: int = 0
    busy: list[str] = field(default_factory=list)  # sources left alone because a living process writes them

    def __bool__(self) -> bool:
        return bool(self.segments or self.torn_lines or self.lost)


def recover(
    archive_root: Path, source_id: str | None = None, *, clock: Callable[[], datetime] = layout.utc_now
) -> RecoveryReport:
    """Finishes the leftovers of one source, or of all sources and of ingests. What is being written is left alone.

    A leftover is cut behind its last whole record and gets its final name; a log line whose bytes are gone is marked
    lost by a further line; a whole record without a log line gets one.
    """
    report = RecoveryReport()
    for folder in layout.source_folders(archive_root, source_id):
        try:
            with SourceLock(archive_root, folder.name, clock=clock):
                recover_folder(archive_root, folder, clock, report)
        except SourceBusy as busy:
            report.busy.append(busy.source_id)
    if source_id is None and (archive_root / layout.INGESTED).is_dir():
        try:
            with SourceLock(archive_root, layout.INGESTED, clock=clock):
                recover_ingested(archive_root, clock, report)
        except SourceBusy as busy:
            report.busy.append(busy.source_id)
    return report


def recover_folder(
    archive_root: Path, folder: Path, clock: Callable[[], datetime], report: RecoveryReport | None = None
) -> RecoveryReport:
    """`recover` for the folder of one source whose lock the caller holds."""
    report = report if report is not None else RecoveryReport()
    for suffix in (layout.CAPTURES_SUFFIX, layout.CANDIDATES_SUFFIX):
        for log in folder.glob(f"[0-9]*/[0-9]*/*{suffix}"):
            report.torn_lines += cut_torn_line(log) > 0
    for path in sorted(folder.glob(f"[0-9]*/[0-9]*/*{layout.SEGMENT_SUFFIX}{layout.OPEN_SUFFIX}")):
        log = layout.log_of_segment(path)
        finish_leftover(archive_root, path, [log], clock, report, adopt_into=log)
    return report


def recover_ingested(archive_root: Path, clock: Callable[[], datetime], report: RecoveryReport) -> None:
    """`recover` for ingested files; the caller holds the lock of ingests. Unfinished copies are removed."""
    for copy in (archive_root / layout.INGESTED).glob("*/*.copy"):
        copy.unlink()
    for path in sorted((archive_root / layout.INGESTED).glob(f"*/*{layout.SEGMENT_SUFFIX}{layout.OPEN_SUFFIX}")):
        logs = sorted(path.parent.glob(f"*/*{layout.CAPTURES_SUFFIX}"))
        for log in logs:
            report.torn_lines += cut_torn_line(log) > 0
        finish_leftover(archive_root, path, logs, clock, report, adopt_into=None)


def finish_leftover(
    archive_root: Path,
    path: Path,
    logs: Iterable[Path],
    clock: Callable[[], datetime],
    report: RecoveryReport,
    *,
    adopt_into: Path | None,
) -> None:
    """Cuts one `.open` file behind its last whole record, brings its logs in line, and gives it its final name."""
    name = layout.relative(archive_root, path)
    logged = {log: places_in_log(log, name) for log in logs if log.exists()}
    expected = {place for places in logged.values() for place in places}
    index = IndexLines()
    found: set[tuple[int, int]] = set()
    orphans: list[tuple[Entry, tuple[str, int, int]]] = []
    end = 0
    for item in scan(path, "members", look):
        if not isinstance(item, Found):
            continue
        end = item.offset + item.length
        if item.value.kind in ("response", "revisit"):
            place = (item.offset, item.length)
            found.add(place)
            index.add_entry(item.value, (name, *place))
            if place not in expected:
                orphans.append((item.value, (name, *place)))
    report.cut_bytes += path.stat().st_size - end
    for log, places in logged.items():
        mark_lost(log, [c for place, c in places.items() if place not in found], clock(), "not on disk", report)
    if adopt_into is not None:
        report.adopted += adopt(adopt_into, orphans)
    if not found:
        path.unlink()  # at most a warcinfo record: no exchange ever got into it
        return
    with path.open("r+b") as file:
        file.truncate(end)
        os.fsync(file.fileno())
    final = path.with_name(path.name.removesuffix(layout.OPEN_SUFFIX))
    path.rename(final)
    sync_folder(final.parent)
    index.write(layout.index_of_segment(final))
    report.segments.append(name)


def places_in_log(log: Path, warc_file: str) -> dict[tuple[int, int], Capture]:
    """The captures of a log that point into one WARC file, by (offset, length)."""
    return {
        (capture.warc_offset or 0, capture.warc_length or 0): capture
        for capture in read_capture_log(log)
        if capture.warc_file == warc_file
    }


def mark_lost(log: Path, captures: list[Capture], now: datetime, reason: str, report: RecoveryReport) -> None:
    """Appends a line for each capture whose bytes are gone, and names it in the report."""
    if not captures:
        return
    out = AppendLog(log)
    try:
        for capture in captures:
            out.append(lost_line(capture, now, reason))
            report.lost.append(LostCapture(capture.capture_id, capture.url, capture.source_id, capture.warc_file or ""))
    finally:
        out.close()


def adopt(log: Path, orphans: list[tuple[Entry, tuple[str, int, int]]]) -> int:
    """Writes the log lines that a kill prevented, from what the records themselves say; how many."""
    if not orphans:
        return 0
    out = AppendLog(log)
    count = 0
    try:
        for entry, place in orphans:
            if entry.source_id is None:
                continue  # not a record of ours: nothing says whose it is
            source_id = entry.source_id
            try:
                capture = capture_of(entry, _always(source_id), entry.run_id, place)
            except Rejected:
                continue
            if capture is not None:
                out.append(line_of(capture.to_json()))
                count += 1
    finally:
        out.close()
    return count


def _always(source_id: str) -> Callable[[str, datetime], str]:
    return lambda host, fetched_at: source_id
