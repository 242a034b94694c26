"""Where files of the archive lie and what they are called.

Belongs here: folders, names, suffixes, and walking over them. Does not: opening or understanding any of the files.

    <source>/<YYYY>/<MM>/<source>-<YYYYMMDDThhmmssZ>-<run>-<nnn>.warc.gz   a segment; `….open` while it is written
                         ....cdxj                                         its index, written when it is closed
                         <source>-<YYYYMMDDThhmmssZ>-<run>.captures.jsonl  the capture log of the run
                         ....candidates.jsonl                              what discovery found
    ingested/<digest>/<name>.warc.gz                                       a WARC file that came from elsewhere
    ingested/<digest>/<YYYYMMDDThhmmssZ>/<source>.captures.jsonl           its captures, one log per source and ingest
    index.cdxj                                                             all segments' indexes merged, for replay
    .locks/<source>.lock                                                   held (flock) by who writes the source
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

OPEN_SUFFIX = ".open"
CAPTURES_SUFFIX = ".captures.jsonl"
CANDIDATES_SUFFIX = ".candidates.jsonl"
SEGMENT_SUFFIX = ".warc.gz"
INDEX_SUFFIX = ".cdxj"
INGESTED = "ingested"
MERGED_INDEX = "index.cdxj"
LOCKS = ".locks"

_UNSAFE = re.compile(r"[^\w.-]")


def utc_now() -> datetime:
    """The clock of the archive unless a caller brings another one."""
    return datetime.now(UTC)


def folder_of(source_id: str) -> str:
    """The folder name of a source: its id with what file systems dislike replaced (`web:a.vn` → `web_a.vn`).

    Raises ValueError for an id that gives no usable name or that of a folder of the archive itself.
    """
    name = _UNSAFE.sub("_", source_id).lstrip(".")
    if not name or name == INGESTED or len(name) > 180:
        raise ValueError(f"{source_id!r} cannot be the id of a source in an archive")
    return name


def stamp(moment: datetime) -> str:
    """`YYYYMMDDThhmmssZ` in UTC, as in file names."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def run_mark(run_id: str) -> str:
    """The eight letters or digits by which file names tell the runs apart."""
    return (re.sub(r"[^0-9A-Za-z]", "", run_id) or "run")[:8]


def month_folder(archive_root: Path, source_id: str, moment: datetime) -> Path:
    """`<archive>/<source>/<YYYY>/<MM>` for a UTC instant."""
    day = moment.astimezone(UTC)
    return archive_root / folder_of(source_id) / f"{day:%Y}" / f"{day:%m}"


def run_stem(source_id: str, moment: datetime, run_id: str) -> str:
    """What the names of all files of one run on one day begin with."""
    return f"{folder_of(source_id)}-{stamp(moment)}-{run_mark(run_id)}"


def log_of_segment(segment: Path) -> Path:
    """The capture log beside a segment of a crawl (final or `.open` name)."""
    stem = segment.name.removesuffix(OPEN_SUFFIX).removesuffix(SEGMENT_SUFFIX)
    return segment.with_name(stem.rpartition("-")[0] + CAPTURES_SUFFIX)


def index_of_segment(segment: Path) -> Path:
    """The index beside a WARC file."""
    name = segment.name.removesuffix(OPEN_SUFFIX)
    return segment.with_name(re.sub(r"\.warc(\.gz)?$", "", name) + INDEX_SUFFIX)


def losses_of_file(path: Path) -> Path:
    """The note beside a file that came damaged, or that a repair went over: which places hold no whole record."""
    return index_of_segment(path).with_suffix(".losses.json")


def source_folders(archive_root: Path, source_id: str | None = None) -> list[Path]:
    """The folders of the sources that a crawl wrote, or the one of `source_id`, as far as they exist."""
    if source_id is not None:
        folder = archive_root / folder_of(source_id)
        return [folder] if folder.is_dir() else []
    if not archive_root.is_dir():
        return []
    return sorted(f for f in archive_root.iterdir() if f.is_dir() and f.name != INGESTED and not f.name.startswith("."))


def _logs(archive_root: Path, source_id: str | None, suffix: str) -> Iterator[Path]:
    for folder in source_folders(archive_root, source_id):
        yield from sorted(folder.glob(f"[0-9]*/[0-9]*/*{suffix}"))
    name = "*" if source_id is None else _glob_escape(folder_of(source_id))
    yield from sorted((archive_root / INGESTED).glob(f"*/*/{name}{suffix}"), key=lambda path: (path.name, path))


def _glob_escape(name: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", name)


def iter_capture_logs(archive_root: Path, source_id: str | None = None) -> Iterator[Path]:
    """The capture logs of one source or of all: crawls by source and time, then ingested files by source and time."""
    return _logs(archive_root, source_id, CAPTURES_SUFFIX)


def iter_candidate_logs(archive_root: Path, source_id: str | None = None) -> Iterator[Path]:
    """The logs of what discovery found, in the same order as `iter_capture_logs`."""
    return _logs(archive_root, source_id, CANDIDATES_SUFFIX)


def iter_segments(archive_root: Path, source_id: str | None = None) -> Iterator[Path]:
    """Every closed WARC file of one source's crawls, or of all crawls and ingests, in order of path."""
    for folder in source_folders(archive_root, source_id):
        yield from sorted(folder.glob(f"[0-9]*/[0-9]*/*{SEGMENT_SUFFIX}"))
    if source_id is None:
        files = (archive_root / INGESTED).glob("*/*")
        yield from sorted(path for path in files if re.search(r"\.warc(\.gz)?$", path.name))


def iter_leftovers(archive_root: Path, source_id: str | None = None) -> Iterator[Path]:
    """Segments under their `.open` name: being written, or left by a process that was killed."""
    for folder in source_folders(archive_root, source_id):
        yield from sorted(folder.glob(f"[0-9]*/[0-9]*/*{SEGMENT_SUFFIX}{OPEN_SUFFIX}"))


def relative(archive_root: Path, path: Path) -> str:
    """The final name of a WARC file relative to the archive, as capture logs and indexes hold it."""
    return path.relative_to(archive_root).as_posix().removesuffix(OPEN_SUFFIX)


def size_of(archive_root: Path, name: str) -> int | None:
    """The length in bytes of the file that captures call `name`, closed or still being written; None where it is not
    there. Raises OSError where it cannot be looked at.
    """
    path = archive_root / name
    # The writer may rename between two looks; the rename goes one way, so the final name is looked at last again.
    for candidate in (path, path.with_name(path.name + OPEN_SUFFIX), path):
        try:
            return candidate.stat().st_size
        except FileNotFoundError:
            continue
    return None
