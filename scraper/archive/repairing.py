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
from scraper.archive.caplog import LogTally, read_capture_log
from scraper.archive.cdxj import build_index
from scraper.archive.checking import check_file, files_with_logs, losses_on_record, note_losses
from scraper.archive.errors import SourceBusy
from scraper.archive.locks import SourceLock
from scraper.archive.recovery import RecoveryReport, adopt, mark_lost, recover


@dataclass(slots=True)
class RepairReport:
    """What was put right, and what cannot be."""

    recovered: RecoveryReport = field(default_factory=RecoveryReport)  # its `lost` holds those of the repair as well
    indexes: int = 0  # made again
    adopted: int = 0  # records that had no log line
    damaged: int = 0  # places of files that hold no whole record; they stay as they are, and are on record now
    unreadable: list[str] = field(default_factory=list)  # files left alone: perhaps the disk is only away
    mismatched: int = 0  # records whose content is not what their digest says; they stay
    malformed: int = 0  # log lines that are no captures; they stay, and are passed over
    busy: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether everything is in order now: nothing lost, nothing left alone."""
        left = self.damaged or self.unreadable or self.mismatched or self.malformed
        return not (left or self.recovered.lost or self.busy)


def repair(
    archive_root: Path,
    source_id: str | None = None,
    *,
    clock: Callable[[], datetime] = layout.utc_now,
    progress: Callable[[int, str], None] | None = None,
) -> RepairReport:
    """Finishes leftovers, makes indexes again, marks lost captures, adopts records without a log line.

    Damaged places are put on record, so that `verify` names only what is damaged later. Sources that a living process
    writes are left alone and named in `busy`. The merged index is built anew. `progress` is called with (files done,
    name of the file) before each file.
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
        for done, (segment, logs) in enumerate(files_with_logs(archive_root, source_id)):
            if progress is not None:
                progress(done, segment.name)
            owner = segment.relative_to(archive_root).parts[0]
            if owner != layout.INGESTED and owner not in free:
                continue
            check = check_file(archive_root, segment, logs)
            kinds = [problem.kind for problem in check.problems]
            if "unreadable" in kinds:
                report.unreadable.append(layout.relative(archive_root, segment))
                continue  # perhaps only for now (rights, a disk that is away): nothing is declared lost for that
            report.damaged += len(check.damaged)
            report.mismatched += kinds.count("digest")
            if check.damaged:
                note_losses(segment, [*losses_on_record(segment), *check.damaged])
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
        tally = LogTally()
        for capture in read_capture_log(log, tally):
            if capture.warc_file is not None:
                if capture.warc_file not in here:
                    here[capture.warc_file] = (archive_root / capture.warc_file).exists()
                if not here[capture.warc_file]:
                    gone.append(capture)
        report.malformed += tally.malformed
        mark_lost(log, gone, clock(), "its file is gone", report.recovered)
