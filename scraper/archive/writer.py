"""What a crawl writes: WARC segments, the capture log and the candidate log of one source.

Belongs here: turning an exchange into records and a log line, rotation, days. Does not: the network, what is due, or
when an exchange counts as an error.
Order of every capture: its records first, then its log line. So a log never names bytes that a killed process had not
written; what a kill can leave is a record without a line, which `recover` adopts.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from pipelines.records import Candidate, Capture
from scraper.archive import layout
from scraper.archive.caplog import AppendLog, line_of
from scraper.archive.cdxj import IndexLines
from scraper.archive.errors import ArchiveFull
from scraper.archive.exchange import (
    Exchange,
    Original,
    header_bytes,
    kept_headers,
    payload_digest,
    redirect_target,
    request_block,
    response_head,
)
from scraper.archive.locks import SourceLock
from scraper.archive.recovery import RecoveryReport, recover_folder
from scraper.archive.segment import Opener, Segment, open_raw
from scraper.archive.warcformat import exchange_records, new_record_id, warc_date, warcinfo

ROTATE_BYTES = 512 << 20
"""A segment is closed when it has grown past this; large enough for few files, small enough to move one around."""

_logger = logging.getLogger(__name__)


class ArchiveWriter:
    """Writes the captures of one run of one source. Holds the lock of the source until closed; a context manager.

    Raises SourceBusy when another process writes the source (after waiting `wait_s` seconds). What a killed run left is
    finished first, see `recovered`.
    """

    def __init__(
        self,
        archive_root: Path,
        source_id: str,
        run_id: str,
        *,
        rotate_bytes: int = ROTATE_BYTES,
        clock: Callable[[], datetime] = layout.utc_now,
        contact: str | None = None,
        wait_s: float = 0.0,
        opener: Opener = open_raw,
    ) -> None:
        self.source_id = source_id
        self.run_id = run_id
        self.records = 0  # WARC records written, warcinfo not counted
        self.bytes_written = 0  # compressed
        self._root = archive_root
        self._rotate_bytes = rotate_bytes
        self._clock = clock
        self._contact = contact
        self._opener = opener
        self._day: date | None = None
        self._stem = ""
        self._folder = archive_root
        self._log: AppendLog | None = None
        self._candidates: AppendLog | None = None
        self._segment: Segment | None = None
        self._index = IndexLines()
        self._warcinfo_id = ""
        self._lock = SourceLock(archive_root, layout.folder_of(source_id), clock=clock).acquire(wait_s)
        try:
            self.recovered: RecoveryReport = recover_folder(
                archive_root, archive_root / layout.folder_of(source_id), clock
            )
        except BaseException:
            self._lock.release()
            raise

    def response(self, capture: Capture, exchange: Exchange, known: Original | None = None) -> Capture:
        """Stores an exchange and logs it; the capture as logged.

        With `known`, a 304 becomes outcome `not-modified` and a 200 with the same payload `unchanged`, both as revisit
        records; anything else is stored in full as `response`. Raises ArchiveFull.
        """
        headers = header_bytes(exchange.headers)
        digest = payload_digest(exchange.body)
        original = None
        if known is not None and exchange.status == 304:
            original, digest = known, known.payload_digest
        elif known is not None and exchange.status == 200 and digest == known.payload_digest:
            original = known
        kept = dict(capture.headers) or kept_headers(headers)
        capture = replace(
            capture,
            outcome=("not-modified" if exchange.status == 304 else "unchanged") if original else "response",
            status=exchange.status,
            headers=kept,
            payload_digest=digest,
            payload_bytes=None if original and exchange.status == 304 else len(exchange.body),
            refers_to=original.capture_id if original else None,
            redirect_to=capture.redirect_to or redirect_target(capture.url, exchange.status, kept),
            error=capture.error or (f"truncated: {exchange.truncated}" if exchange.truncated else None),
            run_id=capture.run_id or self.run_id,
        )
        log = self._ready()
        segment = self._segment or self._new_segment()
        answer, asked = exchange_records(
            capture,
            exchange,
            response_head(exchange, headers),
            request_block(capture.url, exchange),
            digest,
            original,
            self._warcinfo_id,
        )
        start = segment.offset
        (offset, length), _ = segment.append(answer, asked)
        name = layout.relative(self._root, segment.final)
        capture = replace(capture, warc_file=name, warc_offset=offset, warc_length=length)
        try:
            log.append(line_of(capture.to_json()))
        except (OSError, ArchiveFull):
            segment.take_back(start)
            raise
        self.records += 2
        self.bytes_written += segment.offset - start
        self._index.add_capture(capture)
        if segment.offset >= self._rotate_bytes:
            self._close_segment()
        return capture

    def failure(self, capture: Capture) -> Capture:
        """Logs an attempt that brought no response; the capture as logged."""
        capture = replace(capture, run_id=capture.run_id or self.run_id)
        self._ready().append(line_of(capture.to_json()))
        return capture

    def candidate(self, candidate: Candidate) -> None:
        """Logs an address that discovery named."""
        self._ready()
        if self._candidates is None:
            self._candidates = AppendLog(self._folder / (self._stem + layout.CANDIDATES_SUFFIX))
        self._candidates.append(line_of(candidate.to_json()))

    def close(self) -> None:
        """Closes and renames everything, then gives the lock back. Twice does no harm."""
        try:
            self._close_part()
        finally:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ready(self) -> AppendLog:
        """The log of the current day (UTC); a run over midnight goes on in a new log and new segments."""
        now = self._clock()
        if self._log is not None and now.date() == self._day:
            return self._log
        self._close_part()
        self._day = now.date()
        self._stem = layout.run_stem(self.source_id, now, self.run_id)
        self._folder = layout.month_folder(self._root, self.source_id, now)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._log = AppendLog(self._folder / (self._stem + layout.CAPTURES_SUFFIX))
        return self._log

    def _new_segment(self) -> Segment:
        taken = [path.name for path in self._folder.glob(f"{self._stem}-*{layout.SEGMENT_SUFFIX}*")]
        number = 1 + max((int(name[len(self._stem) + 1 :].partition(".")[0]) for name in taken), default=-1)
        segment = Segment(self._folder / f"{self._stem}-{number:03d}{layout.SEGMENT_SUFFIX}", self._opener)
        self._warcinfo_id = new_record_id()
        about = {
            "software": "tintinh",
            "format": "WARC File Format 1.1",
            "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "isPartOf": self.source_id,
            "description": f"run {self.run_id}",
            "robots": "obey",
        }
        if self._contact:
            about["operator"] = self._contact
        try:
            segment.append(warcinfo(segment.final.name, warc_date(self._clock()), self._warcinfo_id, about))
        except BaseException:
            segment.discard()
            raise
        self._segment = segment
        return segment

    def _close_segment(self) -> None:
        if self._segment is None:
            return
        segment, self._segment = self._segment, None
        index, self._index = self._index, IndexLines()
        final = segment.close()
        if self._log is not None:
            self._log.sync()  # so that a power cut leaves no closed segment without its lines
        try:
            index.write(layout.index_of_segment(final))
        except OSError as error:  # an index can be made again at any time; the records are safe
            _logger.warning("no index written for %s: %s; 'tintinh archive repair' makes it", final.name, error)

    def _close_part(self) -> None:
        try:
            self._close_segment()
        finally:
            for log in (self._log, self._candidates):
                if log is not None:
                    log.close()
            self._log = self._candidates = None
