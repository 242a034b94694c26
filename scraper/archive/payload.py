"""Reading stored responses back.

Belongs here: from a capture to status, headers and decoded body. Does not: charsets and HTML (`pipelines`).
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from fastwarc.warc import ArchiveIterator, WarcRecordType

from pipelines.records import Capture
from scraper.archive.coding import dechunk, decode_content
from scraper.archive.errors import PayloadDamaged, PayloadMissing, PayloadTooLarge
from scraper.archive.exchange import text_of
from scraper.archive.httphead import HttpHead, parse_head
from scraper.archive.layout import OPEN_SUFFIX

MAX_BYTES = 64 << 20
"""The default limit on a decoded payload: far above any page, far below what a decompression bomb wants."""

Resolver = Callable[[str], Capture | None]
_MAX_CHAIN = 16
_MAX_OPEN = 32


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A response as archived: `body` without transfer- and content-encoding, header names in lower case.

    Flags: `not-encoded`, `encoding-cut`, `unknown-encoding` (see `coding`), `not-chunked`, `repeats` (the payload is
    that of an earlier capture).
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    flags: tuple[str, ...] = ()


class PayloadReader:
    """Reads many payloads of one archive, keeping files open; a context manager, for one thread.

    `resolve` finds the capture that a `not-modified` or `unchanged` one repeats, by capture id.
    """

    def __init__(self, archive_root: Path, resolve: Resolver | None = None, *, max_bytes: int = MAX_BYTES) -> None:
        self._root = archive_root
        self._resolve = resolve
        self._max_bytes = max_bytes
        self._files: OrderedDict[str, BinaryIO] = OrderedDict()

    def read(self, capture: Capture) -> StoredResponse:
        """The stored response of a capture. Raises PayloadMissing, PayloadDamaged or PayloadTooLarge."""
        origin = capture
        for _ in range(_MAX_CHAIN):
            if origin.outcome not in ("not-modified", "unchanged"):
                break
            if origin.refers_to is None or self._resolve is None:
                raise PayloadMissing(f"{capture.url}: its payload is that of another capture, and none was found")
            earlier = self._resolve(origin.refers_to)
            if earlier is None:
                raise PayloadMissing(
                    f"{capture.url}: its payload is that of capture {origin.refers_to}, not in the archive"
                )
            origin = earlier
        stored = self._stored(origin)
        if origin is capture:
            return stored
        headers = {**stored.headers, **capture.headers}
        status = 200 if capture.outcome == "not-modified" else (capture.status or stored.status)
        return StoredResponse(status, headers, stored.body, (*stored.flags, "repeats"))

    def message(self, capture: Capture) -> bytes:
        """The HTTP message of a capture's own record as it was stored. Raises PayloadMissing, PayloadDamaged or
        PayloadTooLarge.
        """
        if capture.warc_file is None or capture.warc_offset is None:
            raise PayloadMissing(f"{capture.url}: no response is archived ({capture.outcome})")
        where = f"{capture.warc_file} at {capture.warc_offset}"
        return self._content(capture, self._file(capture.warc_file), where)

    def close(self) -> None:
        """Closes all files."""
        while self._files:
            self._files.popitem()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _stored(self, capture: Capture) -> StoredResponse:
        content = self.message(capture)
        head = parse_head(content)
        if head is None:
            raise PayloadDamaged(f"{capture.warc_file} at {capture.warc_offset}: no HTTP response in the record")
        body, flags = decoded_body(head, content[head.length :], self._max_bytes)
        return StoredResponse(head.status, header_map(head), body, flags)

    def _content(self, capture: Capture, file: BinaryIO, where: str) -> bytes:
        file.seek(capture.warc_offset or 0)
        try:
            for record in ArchiveIterator(file, parse_http=False, buffer_size=_buffer_size(capture.warc_length)):
                if record.record_type != WarcRecordType.response:
                    raise PayloadDamaged(f"{where}: not a response record")
                url = (record.headers.get("WARC-Target-URI") or "").strip().strip("<>")
                if url != capture.url:
                    raise PayloadDamaged(f"{where}: the record is that of {url}, not of {capture.url}")
                length = int(record.content_length)
                if length > self._max_bytes:
                    raise PayloadTooLarge(f"{where}: the record holds {length:,} bytes, more than {self._max_bytes:,}")
                content: bytes = record.reader.read()
                if len(content) < length:
                    raise PayloadDamaged(f"{where}: the record is cut off")
                return content
        except OSError as error:
            raise PayloadDamaged(f"{where}: {error}") from None
        raise PayloadDamaged(f"{where}: the file ends before")

    def _file(self, name: str) -> BinaryIO:
        file = self._files.get(name)
        if file is not None:
            self._files.move_to_end(name)
            return file
        path = self._root / name
        # The writer may rename between two tries; the rename goes one way, so the final name is tried last again.
        for candidate in (path, path.with_name(path.name + OPEN_SUFFIX), path):
            try:
                file = candidate.open("rb", buffering=0)
                break
            except OSError:
                continue
        if file is None:
            raise PayloadMissing(f"{name} is not in the archive")
        self._files[name] = file
        if len(self._files) > _MAX_OPEN:
            self._files.popitem(last=False)[1].close()
        return file


def read_payload(
    archive_root: Path, capture: Capture, resolve: Resolver | None = None, *, max_bytes: int = MAX_BYTES
) -> StoredResponse:
    """`PayloadReader.read` for one capture."""
    with PayloadReader(archive_root, resolve, max_bytes=max_bytes) as reader:
        return reader.read(capture)


def decoded_body(head: HttpHead, body: bytes, limit: int) -> tuple[bytes, tuple[str, ...]]:
    """The body without transfer- and content-encoding, and flags. Raises PayloadTooLarge."""
    flags: tuple[str, ...] = ()
    if b"chunked" in (head.get(b"transfer-encoding") or b"").lower():
        whole = dechunk(body)
        if whole is None:
            flags = ("not-chunked",)
        else:
            body = whole
    encoding = head.get(b"content-encoding")
    if encoding:
        body, more = decode_content(body, encoding.decode("latin-1"), limit)
        flags += more
    if len(body) > limit:
        raise PayloadTooLarge(f"the payload holds more than {limit:,} bytes")
    return body, flags


def header_map(head: HttpHead) -> dict[str, str]:
    """All headers with lower-case names; values of a repeated one joined by commas."""
    names: dict[str, list[str]] = {}
    for name, value in head.headers:
        names.setdefault(re.sub(r"[^\x21-\x7e]", "", name.decode("latin-1")).lower(), []).append(text_of(value))
    return {name: ", ".join(values) for name, values in names.items() if name}


def _buffer_size(length: int | None) -> int:
    """How much to read at once: no more than the record where its length is known."""
    return min(max(length or 1 << 16, 512), 1 << 16)
