"""Handing the archive, or one source of it, to someone else as one file: WACZ 1.1.1.

Belongs here: what goes into the file and under which names. Does not: making indexes (`cdxj`).
Everything is stored uncompressed in the zip (the WARC files are compressed already), so that replay tools can read
single records of a file that lies on a web server.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from fastwarc.stream_io import GzipWriter

from pipelines.records import Capture
from scraper.archive import layout
from scraper.archive.caplog import read_capture_log
from scraper.archive.cdxj import IndexLines, build_index
from scraper.archive.errors import NO_ROOM, ArchiveError, ArchiveFull
from scraper.archive.segment import GZIP_LEVEL

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class WaczReport:
    """What went into a WACZ file."""

    path: Path
    files: int
    captures: int  # lines of its index
    pages: int
    bytes: int


def export_wacz(
    archive_root: Path,
    out: Path,
    *,
    source_id: str | None = None,
    title: str | None = None,
    clock: Callable[[], datetime] = layout.utc_now,
) -> WaczReport:
    """Writes a WACZ file with the closed WARC files of the archive, or the records of one source, an index and pages.

    Of ingested files a source takes only its own records along. The file appears under its name when it is whole.
    Raises ArchiveError when there is nothing to hand out, ArchiveFull.
    """
    aside = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(aside, "w", zipfile.ZIP_STORED, allowZip64=True) as zipped:
            packer = _Packer(zipped, archive_root, clock().astimezone(UTC))
            files, captures = packer.whole_files() if source_id is None else packer.one_source(source_id)
            if not captures:
                raise ArchiveError(f"nothing is archived of {source_id}" if source_id else "the archive is empty")
            pages = packer.pages(source_id)
            packer.manifest(title or (f"tintinh: {source_id}" if source_id else "tintinh"))
        size = aside.stat().st_size
        aside.replace(out)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise ArchiveFull(out, error) from error
        raise
    finally:
        aside.unlink(missing_ok=True)
    return WaczReport(out, files, captures, pages, size)


class _Packer:
    """Fills one zip file, noting the digest of every part."""

    def __init__(self, zipped: zipfile.ZipFile, archive_root: Path, now: datetime) -> None:
        self._zip = zipped
        self._root = archive_root
        self._now = now
        self._resources: list[dict[str, Any]] = []

    def whole_files(self) -> tuple[int, int]:
        """All closed files as they are; (files, lines of the index)."""
        count = 0
        for segment in layout.iter_segments(self._root):
            with segment.open("rb") as file:
                self._add(
                    f"archive/{_flat(layout.relative(self._root, segment))}", iter(lambda: file.read(_CHUNK), b"")
                )
            count += 1
        lines = 0

        def flattened() -> Iterator[bytes]:
            nonlocal lines
            with build_index(self._root).open("rb") as index:
                for line in index:
                    key, moment, fields = line.split(b" ", 2)
                    row = json.loads(fields)
                    row["filename"] = _flat(row["filename"])
                    lines += 1
                    yield b" ".join((key, moment, json.dumps(row, ensure_ascii=False).encode())) + b"\n"

        self._add("indexes/index.cdx", flattened())
        return count, lines

    def one_source(self, source_id: str) -> tuple[int, int]:
        """The records that the logs of one source name, file by file; (files, captures)."""
        index = IndexLines()
        names: set[str] = set()
        for log in layout.iter_capture_logs(self._root, source_id):
            by_file: dict[str, list[Capture]] = {}
            for capture in read_capture_log(log):
                if capture.warc_file and (self._root / capture.warc_file).exists():
                    by_file.setdefault(capture.warc_file, []).append(capture)
            for file, captures in by_file.items():
                name = _flat(file)
                if name in names:  # an ingested file that was taken in twice, with other sources known
                    name = f"{log.parent.name}-{name}"
                names.add(name)
                self._add(f"archive/{name}", self._records(file, name, captures, index))
        lines = list(index.lines())
        self._add("indexes/index.cdx", lines)
        return len(names), len(lines)

    def _records(self, file: str, name: str, captures: list[Capture], index: IndexLines) -> Iterator[bytes]:
        offset = 0
        with (self._root / file).open("rb") as origin:
            for capture in captures:
                member = _member(origin, capture)
                place = {"warc_file": name, "warc_offset": offset, "warc_length": len(member)}
                index.add_capture(Capture.from_json({**capture.to_json(), **place}))
                offset += len(member)
                yield member

    def pages(self, source_id: str | None) -> int:
        """The list of pages that a replay tool opens with: articles that were there; how many."""
        count = 0

        def lines() -> Iterator[bytes]:
            nonlocal count
            yield _json_line({"format": "json-pages-1.0", "id": "pages", "title": "All pages"})
            for log in layout.iter_capture_logs(self._root, source_id):
                for capture in read_capture_log(log):
                    if capture.purpose == "article" and capture.status == 200 and capture.outcome == "response":
                        moment = capture.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
                        host_and_path = capture.url.partition("//")[2] or urlsplit(capture.url).path
                        row = {"id": capture.capture_id, "url": capture.url, "ts": moment, "title": host_and_path}
                        count += 1
                        yield _json_line(row)

        self._add("pages/pages.jsonl", lines())
        return count

    def manifest(self, title: str) -> None:
        """`datapackage.json` and its digest: everything else must have been added before."""
        package = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": title,
            "created": self._now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "software": "tintinh",
            "resources": self._resources,
        }
        text = json.dumps(package, ensure_ascii=False, indent=2).encode("utf-8")
        self._zip.writestr(self._part("datapackage.json"), text)
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(text).hexdigest()}"}
        self._zip.writestr(self._part("datapackage-digest.json"), json.dumps(digest, indent=2))

    def _part(self, path: str) -> zipfile.ZipInfo:
        return zipfile.ZipInfo(path, date_time=self._now.timetuple()[:6])

    def _add(self, path: str, chunks: Iterable[bytes]) -> None:
        sha256 = hashlib.sha256()
        size = 0
        with self._zip.open(self._part(path), "w", force_zip64=True) as part:
            for chunk in chunks:
                part.write(chunk)
                sha256.update(chunk)
                size += len(chunk)
        # Data packages allow small letters, digits and a few marks in the name of a resource.
        name = re.sub(r"[^a-z0-9._-]", "-", path.rpartition("/")[2].lower())
        self._resources.append({"name": name, "path": path, "hash": f"sha256:{sha256.hexdigest()}", "bytes": size})


def _member(origin: BinaryIO, capture: Capture) -> bytes:
    """The record of a capture as a gzip member: as it is, or compressed where the file is not."""
    raw = os.pread(origin.fileno(), capture.warc_length or 0, capture.warc_offset or 0)
    if raw.startswith(b"\x1f\x8b"):
        return raw
    buffer = io.BytesIO()
    writer = GzipWriter(buffer, compression_level=GZIP_LEVEL)
    writer.write(raw)
    writer.finish()
    return buffer.getvalue()


def _flat(file: str) -> str:
    """The name of a file inside `archive/`, where there are no folders."""
    folder, _, name = file.rpartition("/")
    return f"{folder.rpartition('/')[2][:8]}-{name}" if folder.startswith(f"{layout.INGESTED}/") else name


def _json_line(row: dict[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode("utf-8") + b"\n"
