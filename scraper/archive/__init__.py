"""The raw archive: WARC files, the capture logs beside them, and reading both back.

Belongs here: everything that knows files of the archive. Does not: the network (`scraper.spiders`), databases, or
what a page says (`pipelines`). What this package exports is all that others use of it.
"""

from __future__ import annotations

from scraper.archive.caplog import LogTally, read_candidate_log, read_capture_log
from scraper.archive.cdxj import build_index
from scraper.archive.checking import Problem, VerifyReport, check_capture, verify
from scraper.archive.errors import (
    ArchiveError,
    ArchiveFull,
    NotAWarc,
    PayloadDamaged,
    PayloadMissing,
    PayloadTooLarge,
    SourceBusy,
)
from scraper.archive.exchange import KEPT_HEADERS, Exchange, Original, payload_digest
from scraper.archive.ingesting import IngestProgress, IngestReport, ingest
from scraper.archive.layout import iter_candidate_logs, iter_capture_logs, size_of
from scraper.archive.payload import PayloadReader, StoredResponse, read_payload
from scraper.archive.recovery import LostCapture, RecoveryReport, recover
from scraper.archive.redacting import RedactReport, redact
from scraper.archive.repairing import RepairReport, repair
from scraper.archive.scan import Loss
from scraper.archive.wacz import WaczReport, export_wacz
from scraper.archive.writer import ArchiveWriter

__all__ = [
    "KEPT_HEADERS",
    "ArchiveError",
    "ArchiveFull",
    "ArchiveWriter",
    "Exchange",
    "IngestProgress",
    "IngestReport",
    "LogTally",
    "Loss",
    "LostCapture",
    "NotAWarc",
    "Original",
    "PayloadDamaged",
    "PayloadMissing",
    "PayloadReader",
    "PayloadTooLarge",
    "Problem",
    "RecoveryReport",
    "RedactReport",
    "RepairReport",
    "SourceBusy",
    "StoredResponse",
    "VerifyReport",
    "WaczReport",
    "build_index",
    "check_capture",
    "export_wacz",
    "ingest",
    "iter_candidate_logs",
    "iter_capture_logs",
    "payload_digest",
    "read_candidate_log",
    "read_capture_log",
    "read_payload",
    "recover",
    "redact",
    "repair",
    "size_of",
    "verify",
]
