"""Looking through a whole archive: are the bytes those that were written, and do logs and indexes fit them?

Belongs here: finding what is wrong. Does not: putting it right (`repairing`). Reads everything once, changes nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pipelines.records import Capture
from scraper.archive import layout
from scraper.archive.caplog import LogTally, read_capture_log
from scraper.archive.cdxj import IndexLines, compare_merged, written_whole
from scraper.archive.coding import dechunk, decode_content
from scraper.archive.entry import Entry, look
from scraper.archive.errors import NotAWarc, PayloadDamaged, PayloadMissing, PayloadTooLarge
from scraper.archive.httphead import parse_head
from scraper.archive.locks import is_locked
from scraper.archive.payload import MAX_BYTES, PayloadReader
from scraper.archive.scan import Loss, SolidMember, packing_of, scan

ProblemKind = Literal[
    "damaged",  # bytes of a file that hold no whole record
    "digest",  # a record whose content is not what its digest says
    "missing-record",  # the log names a record that is not there
    "missing-file",  # the log names a file that is not there
    "unlogged",  # a record of a crawl that no log line names
    "no-index",  # a file without its index
    "wrong-index",  # an index that is not that of its file
    "left-open",  # a segment that a killed process left
    "bad-line",  # a log line that is no capture
    "unreadable",  # a file that cannot be read at all
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; `file` is relative to the archive."""

    kind: ProblemKind
    file: str
    offset: int | None
    detail: str

    def __str__(self) -> str:
        place = self.file if self.offset is None else f"{self.file} at {self.offset}"
        return f"{self.kind}: {place}: {self.detail}"


@dataclass(slots=True)
class VerifyReport:
    """What was looked at and what is wrong."""

    files: int = 0
    records: int = 0
    captures: int = 0
    problems: list[Problem] = field(default_factory=list)
    known_losses: int = 0  # damaged places that are on record: of files that came so, or that a repair wrote off
    index_behind: int = 0  # files closed since the merged index was made
    busy: list[str] = field(default_factory=list)  # sources being written: what they have open was not looked at

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@dataclass(slots=True)
class FileCheck:
    """One WARC file against its logs and its index."""

    path: Path
    problems: list[Problem] = field(default_factory=list)
    records: int = 0
    known_losses: int = 0
    damaged: list[Loss] = field(default_factory=list)  # not on record yet
    gone: dict[Path, list[Capture]] = field(default_factory=dict)  # log -> captures whose record is not there
    unlogged: list[tuple[Entry, tuple[str, int, int]]] = field(default_factory=list)
    index: IndexLines = field(default_factory=IndexLines)


Places = dict[tuple[int, int], Capture]


def verify(
    archive_root: Path, source_id: str | None = None, *, progress: Callable[[int, str], None] | None = None
) -> VerifyReport:
    """Checks gzip checksums, digests, logs against files and indexes against files, of one source or of everything.

    `progress` is called with (files done, name of the file) before each file.
    """
    report = VerifyReport()
    report.busy = busy_sources(archive_root, source_id)
    for leftover in layout.iter_leftovers(archive_root, source_id):
        if leftover.relative_to(archive_root).parts[0] not in report.busy:
            name = layout.relative(archive_root, leftover)
            report.problems.append(Problem("left-open", name, None, "left by a process that was killed"))
    for segment, logs in files_with_logs(archive_root, source_id):
        if progress is not None:
            progress(report.files, segment.name)
        check = check_file(archive_root, segment, logs)
        report.files += 1
        report.records += check.records
        report.known_losses += check.known_losses
        report.problems += check.problems
    _check_logs(archive_root, source_id, report)
    if source_id is None:
        _check_merged(archive_root, report)
    return report


def check_capture(reader: PayloadReader, capture: Capture) -> str | None:
    """What is wrong with the stored record of one response; None where it is there, whole, and what its digest says."""
    try:
        content = reader.message(capture)
    except PayloadTooLarge:
        return None  # too large to be read is not damaged
    except (PayloadMissing, PayloadDamaged) as error:
        return str(error)
    digest = capture.payload_digest
    if digest is None:
        return None
    head = parse_head(content)
    body = content[head.length :] if head else content
    if _fits(digest, body) is False and not _fits_decoded(digest, content):
        return f"{capture.warc_file} at {capture.warc_offset}: the payload is not what its digest {digest} says"
    return None


def busy_sources(archive_root: Path, source_id: str | None = None) -> list[str]:
    """The folders of sources that a living process writes."""
    folders = layout.source_folders(archive_root, source_id)
    return [folder.name for folder in folders if is_locked(archive_root, folder.name)]


def files_with_logs(archive_root: Path, source_id: str | None) -> Iterator[tuple[Path, dict[Path, Places]]]:
    """Every closed WARC file with the captures that its logs place in it."""
    cached: tuple[tuple[Path, ...], dict[str, dict[Path, Places]]] = ((), {})
    for segment in layout.iter_segments(archive_root, source_id):
        if segment.parent.parent.name == layout.INGESTED:
            logs = tuple(sorted(segment.parent.glob(f"*/*{layout.CAPTURES_SUFFIX}")))
        else:
            logs = (layout.log_of_segment(segment),)
        if cached[0] != logs:
            cached = (logs, _placed(logs))
        yield segment, cached[1].get(layout.relative(archive_root, segment), {})


def _placed(logs: tuple[Path, ...]) -> dict[str, dict[Path, Places]]:
    by_file: dict[str, dict[Path, Places]] = {}
    for log in logs:
        if log.exists():
            for capture in read_capture_log(log):
                if capture.warc_file is not None:
                    place = (capture.warc_offset or 0, capture.warc_length or 0)
                    by_file.setdefault(capture.warc_file, {}).setdefault(log, {})[place] = capture
    return by_file


def losses_on_record(path: Path) -> list[Loss]:
    """The damaged places of a WARC file that the note beside it names."""
    note = layout.losses_of_file(path)
    if not note.exists():
        return []
    rows = json.loads(note.read_text(encoding="utf-8"))
    return [Loss(int(row["offset"]), int(row["bytes"]), str(row.get("reason", ""))) for row in rows]


def note_losses(path: Path, losses: list[Loss]) -> None:
    """Puts damaged places of a WARC file on record, so that `verify` tells them from later damage."""
    rows = [{"offset": loss.offset, "bytes": loss.bytes, "reason": loss.reason} for loss in losses]
    with written_whole(layout.losses_of_file(path)) as note:
        note.write(json.dumps(rows).encode())


def check_file(archive_root: Path, path: Path, logs: dict[Path, Places]) -> FileCheck:
    """Reads one file to the end and holds it against its logs and its index."""
    check = FileCheck(path)
    name = layout.relative(archive_root, path)
    ours = path.parent.parent.name != layout.INGESTED
    expected = {place for places in logs.values() for place in places}
    known = _known_losses(path)
    index = check.index
    found: set[tuple[int, int]] = set()
    try:
        for item in scan(path, packing_of(path), _look_closely):
            if isinstance(item, Loss):
                if (item.offset, item.bytes) in known:
                    check.known_losses += 1
                else:
                    check.damaged.append(item)
                    check.problems.append(Problem("damaged", name, item.offset, f"{item.bytes} bytes: {item.reason}"))
                continue
            check.records += 1
            entry, fault = item.value
            if fault:
                check.problems.append(Problem("digest", name, item.offset, fault))
            if entry.kind in ("response", "revisit"):
                place = (item.offset, item.length)
                found.add(place)
                index.add_entry(entry, (name, *place))
                if ours and place not in expected:
                    check.unlogged.append((entry, (name, *place)))
                    check.problems.append(Problem("unlogged", name, item.offset, f"{entry.url} has no log line"))
    except SolidMember:
        pass  # the captures behind it lie in the copy that ingest packed anew
    except (OSError, NotAWarc) as error:
        check.problems.append(Problem("unreadable", name, None, str(error)))
    for log, places in logs.items():
        gone = [capture for place, capture in places.items() if place not in found]
        if gone:
            check.gone[log] = gone
        for capture in gone:
            detail = f"{capture.url} ({capture.capture_id}) is logged there"
            check.problems.append(Problem("missing-record", name, capture.warc_offset, detail))
    beside = layout.index_of_segment(path)
    if not beside.exists():
        check.problems.append(Problem("no-index", name, None, f"{beside.name} is missing"))
    elif difference := index.difference(beside):
        check.problems.append(Problem("wrong-index", name, None, f"{beside.name}: {difference}"))
    return check


def _check_merged(archive_root: Path, report: VerifyReport) -> None:
    found = compare_merged(archive_root)
    if found is None:
        return
    report.index_behind = len(found.behind)
    said = [f"its lines of {file} are not those of that file's own index" for file in found.differing]
    for file, count in found.orphans.items():
        why = "whose own index is missing" if file and (archive_root / file).is_file() else "which is not there"
        said.append(f"{count} lines name {file or 'no file'}, {why}")
    if found.unsorted:
        said.append("its lines are out of order")
    report.problems += [Problem("wrong-index", layout.MERGED_INDEX, None, what) for what in said]


def _check_logs(archive_root: Path, source_id: str | None, report: VerifyReport) -> None:
    for log in layout.iter_capture_logs(archive_root, source_id):
        name = log.relative_to(archive_root).as_posix()
        tally = LogTally()
        absent: dict[str, int] = {}
        present: set[str] = set()
        for capture in read_capture_log(log, tally):
            file = capture.warc_file
            if file is None or file in present:
                continue
            if file in absent or not _exists(archive_root / file):
                absent[file] = absent.get(file, 0) + 1
            else:
                present.add(file)
        report.captures += tally.captures
        for file, count in absent.items():
            report.problems.append(Problem("missing-file", file, None, f"{count} captures of {name} lie in it"))
        if tally.malformed:
            report.problems.append(Problem("bad-line", name, None, f"{tally.malformed} lines are no captures"))
        if tally.torn and log.relative_to(archive_root).parts[0] not in report.busy:
            report.problems.append(Problem("bad-line", name, tally.end, "the last line is cut off"))


def _exists(path: Path) -> bool:
    return path.exists() or path.with_name(path.name + layout.OPEN_SUFFIX).exists()


def _known_losses(path: Path) -> set[tuple[int, int]]:
    return {(loss.offset, loss.bytes) for loss in losses_on_record(path)}


def _look_closely(record: Any) -> tuple[Entry, str | None]:
    """The entry of a record, and what its digests say against its content."""
    block_digest = record.headers.get("WARC-Block-Digest")
    payload_digest = record.headers.get("WARC-Payload-Digest")
    if not (block_digest or payload_digest) or record.content_length > MAX_BYTES:
        return look(record), None
    content = record.reader.read()
    entry = look(_Held(record, content))
    if block_digest and _fits(block_digest, content) is False:
        return entry, f"content does not fit WARC-Block-Digest {block_digest}"
    if payload_digest and entry.kind == "response" and entry.status is not None:
        head = parse_head(content)
        body = content[head.length :] if head else content
        if _fits(payload_digest, body) is False and not _fits_decoded(payload_digest, content):
            return entry, f"payload does not fit WARC-Payload-Digest {payload_digest}"
    return entry, None


def _fits(digest: str, data: bytes) -> bool | None:
    """Whether a digest is that of the data; None for algorithms that are not known here."""
    name, _, value = digest.strip().partition(":")
    algorithm = name.lower().replace("-", "")
    if algorithm not in ("sha1", "sha256", "sha512", "md5"):
        return None
    raw = hashlib.new(algorithm, data, usedforsecurity=False).digest()
    written = value.strip()
    return written.lower() == raw.hex() or written.upper().rstrip("=") == base64.b32encode(raw).decode().rstrip("=")


def _fits_decoded(digest: str, content: bytes) -> bool:
    """Whether the digest is that of the body without its encodings: tools differ in what they take for the payload."""
    head = parse_head(content)
    if head is None:
        return False
    body = content[head.length :]
    if b"chunked" in (head.get(b"transfer-encoding") or b"").lower():
        body = dechunk(body) or body
        if _fits(digest, body):
            return True
    try:
        body, _ = decode_content(body, (head.get(b"content-encoding") or b"").decode("latin-1"), MAX_BYTES)
    except PayloadTooLarge:
        return False
    return bool(_fits(digest, body))


class _Held:
    """A record whose content was read already, as `look` wants it."""

    def __init__(self, record: Any, content: bytes) -> None:
        self.record_type = record.record_type
        self.headers = record.headers
        self.content_length = len(content)
        self.reader = self
        self._content = content

    def read(self, size: int = -1) -> bytes:
        """The next bytes of the content."""
        part, self._content = (self._content, b"") if size < 0 else (self._content[:size], self._content[size:])
        return part
