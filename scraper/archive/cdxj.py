"""The index of WARC files in CDXJ, as pywb and other replay tools read it.

Belongs here: lines, the index beside each file, the merged index. Does not: keys (`surt`), reading records (`scan`).
An index can be made again from the files at any time; nothing else is.
"""

from __future__ import annotations

import heapq
import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import zip_longest
from pathlib import Path
from typing import IO

from pipelines.records import Capture
from scraper.archive import layout
from scraper.archive.entry import Entry, look
from scraper.archive.scan import Found, SolidMember, packing_of, scan
from scraper.archive.surt import surt
from scraper.archive.warcformat import parse_warc_date

NOT_FOR_REPLAY = 304
"""A 304 stands in no index: replayed as it was sent, a browser shows an empty page, while the capture before it has the
content of that moment. The visit itself is in the capture log."""
_encode = json.JSONEncoder(ensure_ascii=False).encode
_MERGE_AT_ONCE = 200  # open files
_LINES_IN_MEMORY = 100_000  # about 40 MB
_FILENAME = re.compile(rb'"filename": ("(?:[^"\\]|\\.)*")')


def index_line(
    url: str,
    fetched_at: datetime,
    *,
    revisit: bool,
    content_type: str | None,
    status: int | None,
    digest: str | None,
    place: tuple[str, int, int],
) -> str:
    """One CDXJ line without its line end; `place` is (file relative to the archive, offset, length)."""
    mime = "warc/revisit" if revisit else ((content_type or "").partition(";")[0].strip().lower() or "unk")
    fields = {
        "url": url,
        "mime": mime,
        "status": str(status) if status else "-",
        "digest": digest or "-",
        "length": str(place[2]),
        "offset": str(place[1]),
        "filename": place[0],
    }
    return f"{surt(url)} {fetched_at.astimezone(UTC):%Y%m%d%H%M%S} {_encode(fields)}"


def _line_of(capture: Capture) -> str | None:
    """The line of a logged capture, or None when it has no bytes in a file or is not for replay."""
    if capture.warc_file is None or capture.warc_offset is None or capture.warc_length is None:
        return None
    if capture.status == NOT_FOR_REPLAY:
        return None
    return index_line(
        capture.url,
        capture.fetched_at,
        revisit=capture.outcome != "response",
        content_type=capture.headers.get("content-type"),
        status=capture.status,
        digest=capture.payload_digest,
        place=(capture.warc_file, capture.warc_offset, capture.warc_length),
    )


class IndexLines:
    """The index of one WARC file, collected in any order and written sorted.

    Captures are kept as they are until then: a crawl has no time for keys while it runs. Lines of records go to sorted
    temporary files when they are many, so that a file of any size can be indexed.
    """

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._captures: list[Capture] = []
        self._sorted: list[IO[bytes]] = []

    def add_capture(self, capture: Capture) -> None:
        """A line for a capture that has bytes in a file."""
        self._captures.append(capture)

    def add_entry(self, entry: Entry, place: tuple[str, int, int]) -> None:
        """A line for a record; what is no HTTP exchange, has no date or is not for replay gets none."""
        if not entry.url or entry.url[:4].lower() != "http" or entry.status == NOT_FOR_REPLAY:
            return
        try:
            fetched_at = parse_warc_date(entry.date)
        except ValueError:
            return
        line = index_line(
            entry.url,
            fetched_at,
            revisit=entry.kind == "revisit",
            content_type=entry.headers.get("content-type"),
            status=entry.status,
            digest=entry.digest,
            place=place,
        )
        self._lines.append(line.encode("utf-8") + b"\n")
        if len(self._lines) >= _LINES_IN_MEMORY:
            spilled = tempfile.TemporaryFile()  # noqa: SIM115 -- open until the index is written; it has no name
            spilled.writelines(sorted(self._lines))
            self._sorted.append(spilled)
            self._lines.clear()

    def lines(self) -> Iterator[bytes]:
        """All lines with their line ends, sorted as replay tools search them (by bytes)."""
        captured = [line.encode("utf-8") + b"\n" for capture in self._captures if (line := _line_of(capture))]
        for spilled in self._sorted:
            spilled.seek(0)
        return heapq.merge(*self._sorted, sorted([*self._lines, *captured]))

    def write(self, path: Path) -> None:
        """Writes the index in one step: a reader sees the old one or the new one."""
        with written_whole(path) as out:
            out.writelines(self.lines())

    def difference(self, path: Path) -> str | None:
        """What a file differs in from this index, in words; None where it holds just this one."""
        with path.open("rb") as file:
            if all(ours == theirs for ours, theirs in zip_longest(self.lines(), file)):
                return None
        with path.open("rb") as file:
            there = Counter(_fingerprint(line) for line in file)
        here = Counter(_fingerprint(line) for line in self.lines())
        missing, orphans = (here - there).total(), (there - here).total()
        said = [f"{missing} lines are missing"] if missing else []
        said += [f"{orphans} lines name no record of the file"] if orphans else []
        return " and ".join(said) or "its lines are out of order"


def _fingerprint(line: bytes) -> bytes:
    return blake2b(line, digest_size=16).digest()


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write aside, renamed into place when the block ends without an error."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with aside.open("wb") as out:
            yield out
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def index_of_file(archive_root: Path, path: Path) -> IndexLines:
    """The index made from a WARC file itself; damaged places are passed over."""
    lines = IndexLines()
    name = layout.relative(archive_root, path)
    try:
        for found in scan(path, packing_of(path), look):
            if isinstance(found, Found):
                lines.add_entry(found.value, (name, found.offset, found.length))
    except SolidMember:
        pass  # what follows cannot be replayed by offset; ingest has packed it anew into another file
    return lines


def build_index(archive_root: Path) -> Path:
    """Merges the indexes of all closed files into `index.cdxj`, making missing ones; the path of the index."""
    parts: list[Path] = []
    for segment in layout.iter_segments(archive_root):
        index = layout.index_of_segment(segment)
        if not index.exists():
            index_of_file(archive_root, segment).write(index)
        parts.append(index)
    target = archive_root / layout.MERGED_INDEX
    archive_root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".index-", dir=archive_root) as folder:
        step = 0
        while len(parts) > 1 or step == 0:
            merged: list[Path] = []
            for start in range(0, max(1, len(parts)), _MERGE_AT_ONCE):
                part = Path(folder) / f"{step}-{start}"
                _merge(parts[start : start + _MERGE_AT_ONCE], part)
                merged.append(part)
            parts = merged
            step += 1
        parts[0].replace(target)
    return target


@dataclass(slots=True)
class MergedIndex:
    """How `index.cdxj` stands to the indexes that it was merged from; names are those of WARC files."""

    behind: list[str] = field(default_factory=list)  # closed since it was merged: none of their lines is in it
    differing: list[str] = field(default_factory=list)  # their lines in it are not those of their own index
    orphans: dict[str, int] = field(default_factory=dict)  # file that is not there -> lines that name it
    unsorted: bool = False  # then replay tools do not find what is in it


def compare_merged(archive_root: Path) -> MergedIndex | None:
    """Holds the merged index against the indexes beside the files, line by line; None where there is none."""
    merged = archive_root / layout.MERGED_INDEX
    if not merged.exists():
        return None
    found = MergedIndex()
    sums: dict[str, tuple[int, int]] = {}  # file -> lines, and the sum of their fingerprints: order does not matter
    before = b""
    with merged.open("rb") as lines:
        for line in lines:
            found.unsorted |= line < before
            before = line
            name = _FILENAME.search(line)
            key = json.loads(name.group(1)) if name else ""
            count, total = sums.get(key, (0, 0))
            sums[key] = (count + 1, total + int.from_bytes(_fingerprint(line), "big"))
    for segment in layout.iter_segments(archive_root):
        index = layout.index_of_segment(segment)
        if not index.exists():
            continue  # a problem of its own
        count = total = 0
        with index.open("rb") as lines:
            for line in lines:
                count += 1
                total += int.from_bytes(_fingerprint(line), "big")
        file = layout.relative(archive_root, segment)
        held = sums.pop(file, (0, 0))
        if held != (count, total):
            (found.differing if held[0] else found.behind).append(file)
    found.orphans = {file: count for file, (count, _) in sums.items()}
    return found


def _merge(parts: Iterable[Path], target: Path) -> None:
    with ExitStack() as stack, target.open("wb") as out:
        opened: list[Iterator[bytes]] = [stack.enter_context(part.open("rb")) for part in parts]
        out.writelines(heapq.merge(*opened))
