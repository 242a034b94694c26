"""Taking in WARC files from anywhere: our own, Common Crawl's, wget's, Browsertrix's.

Belongs here: which records become captures of which source, what is stored of the file, the report. Does not: walking
over damaged files (`scan`), reading records (`entry`), bringing odd packings into form (`repack`).
A capture is known by (url, fetched_at, digest), so a second ingest adds nothing, whatever the file is called by then,
and an ingest that was killed is finished by running it again. Memory does not grow with the file, only with the
captures that the archive holds of the sources in it (about 90 bytes each).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from pipelines.zone import local_date
from scraper.archive import layout
from scraper.archive.caplog import AppendLog, capture_ids, line_of
from scraper.archive.cdxj import IndexLines, index_of_file
from scraper.archive.checking import note_losses
from scraper.archive.entry import UNWANTED, Entry, Rejected, capture_of, host_in
from scraper.archive.errors import NO_ROOM, ArchiveError, ArchiveFull, NotAWarc
from scraper.archive.locks import SourceLock
from scraper.archive.recovery import RecoveryReport, recover_ingested
from scraper.archive.repack import repack
from scraper.archive.scan import Loss, Packing, SolidMember, packing_of
from scraper.archive.segment import Segment, sync_folder
from scraper.archive.walking import Walk
from scraper.archive.warcformat import parse_warc_date

_CHUNK = 1 << 20
_FLUSH_LINES = 2000
_REPORT_EVERY_S = 0.2
_CAPTURED = ("response", "revisit")
_NOT_REGISTERED = "host not in the registry"


class HasId(Protocol):
    """What ingest asks of a source."""

    @property
    def id(self) -> str: ...


class SourcesByHost(Protocol):
    """What ingest asks of the registry: who answers at a host on a day in Vietnam."""

    def by_host(self, host: str, on: date | None = None) -> HasId | None:
        """The source, or None when none is registered."""
        ...


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """How far an ingest has come."""

    bytes_done: int
    bytes_total: int
    records: int
    captures: int


@dataclass(slots=True)
class IngestReport:
    """What an ingest did with one file."""

    file: str
    stored: str | None = None  # where its bytes lie now, relative to the archive; None when nothing was kept
    captures: int = 0  # new ones
    already: int = 0  # known before
    by_source: dict[str, int] = field(default_factory=dict)  # new ones
    rejected: Counter[str] = field(default_factory=Counter)  # responses that make no capture, by reason
    skipped: Counter[str] = field(default_factory=Counter)  # records that are not asked for: other types, hosts
    lost: tuple[Loss, ...] = ()  # damaged places; all whole records around them are kept
    records: int = 0
    bytes: int = 0
    seconds: float = 0.0


def ingest(
    warc_path: Path,
    archive_root: Path,
    registry: SourcesByHost,
    *,
    only_registered: bool = False,
    progress: Callable[[IngestProgress], None] | None = None,
    clock: Callable[[], datetime] = layout.utc_now,
    wait_s: float = 0.0,
) -> IngestReport:
    """Takes the responses of a WARC file as captures.

    The file is copied into the archive; with `only_registered` just the records of hosts that the registry names are.
    Without it a host that nobody names becomes the source `web:<host>`. Raises NotAWarc, OSError (no such file, not
    readable), ArchiveFull, SourceBusy (another ingest runs). `progress` is called about five times a second.
    """
    started = time.monotonic()
    packing = packing_of(warc_path)
    archive_root.mkdir(parents=True, exist_ok=True)
    with SourceLock(archive_root, layout.INGESTED, clock=clock).acquire(wait_s):
        if (archive_root / layout.INGESTED).is_dir():
            recover_ingested(archive_root, clock, RecoveryReport())
        run = _Ingest(archive_root, registry, only_registered, progress, clock)
        try:
            report = run.take(warc_path, packing)
        except OSError as error:
            if error.errno in NO_ROOM:
                raise ArchiveFull(archive_root / layout.INGESTED / warc_path.name, error) from error
            raise
    report.seconds = time.monotonic() - started
    return report


class _Ingest:
    """One ingest under its lock."""

    def __init__(
        self,
        archive_root: Path,
        registry: SourcesByHost,
        only_registered: bool,
        progress: Callable[[IngestProgress], None] | None,
        clock: Callable[[], datetime],
    ) -> None:
        self._root = archive_root
        self._registry = registry
        self._only_registered = only_registered
        self._progress = progress
        self._stamp = layout.stamp(clock())
        self._sources: dict[tuple[str, date], str | None] = {}
        self._known: dict[str, set[bytes]] = {}
        self._ingested_logs: dict[str, list[Path]] = {}
        for log in (archive_root / layout.INGESTED).glob(f"*/*/*{layout.CAPTURES_SUFFIX}"):
            self._ingested_logs.setdefault(log.name, []).append(log)
        self._lines: dict[str, list[bytes]] = {}
        self._waiting = 0
        self._told = 0.0

    def take(self, path: Path, packing: Packing) -> IngestReport:
        report = IngestReport(str(path), bytes=path.stat().st_size)
        if packing == "solid":
            return self._take(path, packing, report, None)
        with Walk(path, packing, self._wanted if self._only_registered else None) as walk:
            return self._take(path, packing, report, walk)

    def _take(self, path: Path, packing: Packing, report: IngestReport, walk: Walk | None) -> IngestReport:
        before = _state_of(path)
        digest = self._digest(path)
        self._folder = self._root / layout.INGESTED / digest[:32]
        self._run_id = f"ingest-{digest[:8]}"
        self._folder.mkdir(parents=True, exist_ok=True)
        while any(self._folder.glob(f"*{self._stamp}*")):  # the same file twice within a second
            self._stamp += "x"
        lost: list[Loss] = []
        try:
            if walk is not None:
                try:
                    self._take_by_offset(path, packing, report, lost, walk, before)
                    return report
                except SolidMember:
                    self._flush()
                    report.rejected.clear()
                    report.skipped.clear()
                    report.records = 0
                    lost.clear()
            packed = self._folder / f"{_plain_name(path)}.packed{layout.SEGMENT_SUFFIX}"
            if not packed.exists():
                lost += _copied(packed, lambda aside: repack(path, aside))
            with Walk(packed, "members") as records:
                self._log_all(records, packed, report, lost)
            return report
        finally:
            report.lost = tuple(lost)
            self._note_losses(report, lost)
            report.by_source = dict(sorted(report.by_source.items()))
            self._drop_empty_folders()

    def _take_by_offset(
        self, path: Path, packing: Packing, report: IngestReport, lost: list[Loss], walk: Walk, before: tuple[int, ...]
    ) -> None:
        if self._only_registered:
            self._pick(path, packing, report, lost, walk)
            return
        suffix = layout.SEGMENT_SUFFIX if packing == "members" else ".warc"
        stored = next(iter(sorted(self._folder.glob(f"*{suffix}"))), None)  # under the name it first came with
        if stored is None:
            stored = self._folder / (_plain_name(path) + suffix)
            _copied(stored, lambda aside: _copy(path, aside, before))
        try:
            self._log_all(walk, stored, report, lost)
        except SolidMember:
            index_of_file(self._root, stored).write(layout.index_of_segment(stored))
            raise

    def _log_all(self, walk: Walk, stored: Path, report: IngestReport, lost: list[Loss]) -> None:
        """Captures of a file whose bytes lie in the archive as `stored`."""
        report.stored = name = layout.relative(self._root, stored)
        index_path = layout.index_of_segment(stored)
        index = None if index_path.exists() else IndexLines()
        for item in walk:
            if isinstance(item, Loss):
                lost.append(item)
                continue
            place = (name, item.offset, item.length)
            self._tell(report, item.offset + item.length)
            if index is not None and item.value.kind in _CAPTURED:
                index.add_entry(item.value, place)
            row = self._row(item.value, place, report)
            if row is not None:
                self._log(row, report)
        self._flush()
        if index is not None:
            index.write(index_path)

    def _pick(self, path: Path, packing: Packing, report: IngestReport, lost: list[Loss], walk: Walk) -> None:
        """Captures of registered hosts; their records are copied as they are, byte by byte."""
        segment: Segment | None = None
        index = IndexLines()
        final = self._folder / f"{_plain_name(path)}.registered-{self._stamp}{layout.SEGMENT_SUFFIX}"
        name = layout.relative(self._root, final)
        with path.open("rb") as origin:
            try:
                for item in walk:
                    if isinstance(item, Loss):
                        lost.append(item)
                        continue
                    self._tell(report, item.offset + item.length)
                    row = self._row(item.value, (name, 0, 0), report)
                    if row is None:
                        continue
                    if segment is None:
                        segment = Segment(final)
                    raw = os.pread(origin.fileno(), item.length, item.offset)
                    offset, length = segment.append_raw(raw) if packing == "members" else segment.append(raw)[0]
                    index.add_entry(item.value, (name, offset, length))
                    self._log({**row, "warc_offset": offset, "warc_length": length}, report)
            finally:
                self._flush()
                if segment is not None:
                    report.stored = name
                    index.write(layout.index_of_segment(segment.close()))

    def _row(self, entry: Entry, place: tuple[str, int, int], report: IngestReport) -> dict[str, Any] | None:
        """The log line of the capture that a record makes, if it is a new one; everything else is counted."""
        report.records += 1
        if entry.kind not in _CAPTURED:
            if entry.kind == UNWANTED:
                report.skipped[_NOT_REGISTERED] += 1
            elif entry.kind:
                report.skipped[entry.kind] += 1
            else:
                report.rejected["no WARC-Type"] += 1
            return None
        try:
            capture = capture_of(entry, self._source, self._run_id, place)
        except Rejected as reason:
            report.rejected[str(reason)] += 1
            return None
        if capture is None:
            report.skipped[_NOT_REGISTERED] += 1
            return None
        known = self._known_of(capture.source_id)
        row = capture.to_json()
        key = bytes.fromhex(row["capture_id"])
        if key in known:
            report.already += 1
            return None
        known.add(key)
        return row

    def _source(self, host: str, fetched_at: datetime) -> str | None:
        key = (host, local_date(fetched_at))
        if key not in self._sources:
            source = self._registry.by_host(*key)
            self._sources[key] = source.id if source else (None if self._only_registered else f"web:{host.rstrip('.')}")
        return self._sources[key]

    def _wanted(self, url: str, date_text: str) -> bool:
        """Whether a record is to be looked into; one that makes no capture is, so that it is counted as rejected."""
        host = host_in(url.strip("<>"))
        try:
            return host is None or self._source(host, parse_warc_date(date_text)) is not None
        except ValueError:
            return True

    def _known_of(self, source_id: str) -> set[bytes]:
        if source_id not in self._known:
            name = layout.folder_of(source_id)
            crawled = (self._root / name).glob(f"[0-9]*/[0-9]*/*{layout.CAPTURES_SUFFIX}")
            here = self._ingested_logs.get(name + layout.CAPTURES_SUFFIX, [])
            self._known[source_id] = capture_ids([*crawled, *here])
        return self._known[source_id]

    def _log(self, row: dict[str, Any], report: IngestReport) -> None:
        source_id = row["source_id"]
        report.captures += 1
        report.by_source[source_id] = report.by_source.get(source_id, 0) + 1
        self._lines.setdefault(source_id, []).append(line_of(row))
        self._waiting += 1
        if self._waiting >= _FLUSH_LINES:
            self._flush()

    def _flush(self) -> None:
        """Logs are written in bulk and not synced: what is taken away, the next ingest of the file adds again."""
        folder = self._folder / self._stamp
        if self._lines:
            folder.mkdir(parents=True, exist_ok=True)
        for source_id, lines in self._lines.items():
            log = AppendLog(folder / (layout.folder_of(source_id) + layout.CAPTURES_SUFFIX))
            try:
                log.append(b"".join(lines))
            finally:
                log.close(sync=False)
        self._lines.clear()
        self._waiting = 0

    def _digest(self, path: Path) -> str:
        sha256 = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                sha256.update(chunk)
        return sha256.hexdigest()

    def _tell(self, report: IngestReport, done: int) -> None:
        if self._progress is not None and (now := time.monotonic()) - self._told >= _REPORT_EVERY_S:
            self._told = now
            self._progress(IngestProgress(done, report.bytes, report.records, report.captures))

    def _note_losses(self, report: IngestReport, lost: list[Loss]) -> None:
        if report.stored and lost and not self._only_registered:
            note_losses(self._root / report.stored, lost)

    def _drop_empty_folders(self) -> None:
        if self._folder.is_dir() and not any(self._folder.iterdir()):
            self._folder.rmdir()


def _plain_name(path: Path) -> str:
    """The file's own name without suffixes, as far as it makes a safe file name."""
    name = re.sub(r"(\.warc|\.gz|\.zst|\.lz4|\.open)+$", "", path.name)
    return re.sub(r"[^\w.-]", "_", name).lstrip(".")[:100] or "file"


def _copied(final: Path, make: Callable[[Path], Any]) -> Any:
    """Makes a file under `<name>.copy` and renames it when it is whole and on the disk. Raises ArchiveFull."""
    aside = final.with_name(final.name + ".copy")
    try:
        result = make(aside)
        fd = os.open(aside, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
        aside.rename(final)
        sync_folder(final.parent)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise ArchiveFull(final, error) from error
        raise
    finally:
        aside.unlink(missing_ok=True)
    return result


def _copy(path: Path, target: Path, before: tuple[int, ...]) -> None:
    """A copy of its own: neither a hard link nor later changes of the file may reach into the archive."""
    free = shutil.disk_usage(target.parent).free
    size = path.stat().st_size
    if free < size:
        raise OSError(28, f"the file has {size:,} bytes, {free:,} are free")
    shutil.copyfile(path, target)
    if _state_of(path) != before:
        raise ArchiveError(
            f"{path} was written to while it was being taken; wait until it is whole, and ingest it again"
        )


def _state_of(path: Path) -> tuple[int, ...]:
    """What changes when somebody writes to the file."""
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


__all__ = ["ArchiveError", "IngestProgress", "IngestReport", "NotAWarc", "SourcesByHost", "ingest"]
