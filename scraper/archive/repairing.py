"""Putting right what `verify` finds, as far as the bytes that are there allow.

Belongs here: indexes, lost captures, records without a log line. Does not: leftovers of a kill (`recovery`), inventing
what is gone: a lost capture is marked as lost, so that the next crawl fetches its address again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from scraper.archive import layout
from scraper.archive.caplog import read_capture_log
from scraper.archive.cdxj import build_index
from scraper.archive.checking import check_file, files_with_logs
from scraper.archive.errors import SourceBusy
from scraper.archive.locks import SourceLock
from scraper.archive.recovery import RecoveryReport, adopt, mark_lost, recover


@dataclass(slots=True)
class RepairReport:
    """What was put right, and what cannot be."""

    recovered: RecoveryReport = field(default_factory=RecoveryReport)  # its `lost` holds those of the repair as well
    indexes: int = 0  # made again
    adopted: int = 0  # records that had no log line
    damaged: int = 0  # places of files that hold no whole record; they stay as they are
    busy: list[str] = field(default_factory=list)


def repair(
    archive_root: Path, source_id: str | None = None, *, clock: Callable[[], datetime] = layout.utc_now
) -> RepairReport:
    """Finishes leftovers, makes indexes again, marks lost captures, adopts records without a log line.

    Sources that a living process writes are left alone and named in `busy`. The merged index is built anew.
    """
    report = RepairReport(recovered=recover(archive_root, source_id, clock=clock))
    report.busy = list(report.recovered.busy)
    with ExitStack() as locks:
        free = set()
        for folder in layout.source_folders(archive_root, source_id):
            try:
                locks.enter_context(SourceLock(archive_root, folder.name, clock=clock))
                free.add(folder.name)
            except SourceBusy:
                if folder.name not in report.busy:
                    report.busy.append(folder.name)
        for segment, logs in files_with_logs(archive_root, source_id):
            owner = segment.relative_to(archive_root).parts[0]
            if owner != layout.INGESTED and owner not in free:
                continue
            check = check_file(archive_root, segment, logs)
            kinds = [problem.kind for problem in check.problems]
            report.damaged += kinds.count("damaged")
            if "unreadable" in kinds:
                continue  # perhaps only for now (rights, a disk that is away): nothing is declared lost for that
            for log, captures in check.gone.items():
                mark_lost(log, captures, clock(), "not in the file", report.recovered)
            report.adopted += adopt(layout.log_of_segment(segment), check.unlogged)
            if "no-index" in kinds or "wrong-index" in kinds:
                check.index.write(layout.index_of_segment(segment))
                report.indexes += 1
        _mark_absent_files(archive_root, source_id, free, clock, report)
    build_index(archive_root)
    return report


def _mark_absent_files(
    archive_root: Path, source_id: str | None, free: set[str], clock: Callable[[], datetime], report: RepairReport
) -> None:
    for log in layout.iter_capture_logs(archive_root, source_id):
        owner = log.relative_to(archive_root).parts[0]
        if owner != layout.INGESTED and owner not in free:
            continue
        here: dict[str, bool] = {}
        gone = []
        for capture in read_capture_log(log):
            if capture.warc_file is not None:
                if capture.warc_file not in here:
                    here[capture.warc_file] = (archive_root / capture.warc_file).exists()
                if not here[capture.warc_file]:
                    gone.append(capture)
        mark_lost(log, gone, clock(), "its file is gone", report.recovered)
