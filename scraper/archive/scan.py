"""Walking over a WARC file of any origin, any size, and in any state.

Belongs here: finding records and their places, noticing what is damaged, going on behind it. Does not: what a record
means (`entry`), copying (`ingesting`). fastwarc does the reading; it ends silently at a torn record and raises in the
middle of a corrupt one, so whatever it did not account for is looked at again here, byte by byte.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Generic, Literal, TypeVar

from fastwarc.warc import ArchiveIterator

from scraper.archive.errors import NotAWarc

T = TypeVar("T")
Packing = Literal["members", "plain", "solid"]
"""members: gzip, one record a member. plain: not compressed. solid: anything else; not readable by offset."""

_GZIP = b"\x1f\x8b\x08"
_CHUNK = 1 << 16
_MAX_HEADER = 1 << 16
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d+)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_PLAIN_START = re.compile(rb"WARC/[01]\.\d+\r?\n")


@dataclass(frozen=True, slots=True)
class Loss:
    """Bytes of a WARC file that hold no whole record."""

    offset: int
    bytes: int
    reason: str

    def __str__(self) -> str:
        return f"{self.bytes} bytes from offset {self.offset}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A whole record: where it lies, and what `look` took from it."""

    offset: int
    length: int
    value: T


class SolidMember(Exception):
    """In the middle of a file of `members`, one that holds several records: only a packed-anew copy can be indexed."""


def packing_of(path: Path) -> Packing:
    """How the records of a file are packed. Raises NotAWarc when there is none, OSError when it cannot be read."""
    with path.open("rb") as file:
        head = file.read(8)
        if not head:
            raise NotAWarc(path, "it is empty")
        if head.startswith((b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18")) or (
            head[1:4] == b"\x2a\x4d\x18" and head[0] >> 4 == 5
        ):
            return _probe_solid(path)
        packed = head.startswith(_GZIP[:2])
        start = next_start(file, 0, packed)
        if start is None:
            raise NotAWarc(path, f"no record in it; it begins with {head!r}")
        return "solid" if packed and _holds_several(file, start) else ("members" if packed else "plain")


def _probe_solid(path: Path) -> Packing:
    try:
        for _ in ArchiveIterator(str(path), parse_http=False):
            return "solid"
    except OSError as error:
        raise NotAWarc(path, str(error)) from None
    raise NotAWarc(path, "no record in it")


def scan(path: Path, packing: Packing, look: Callable[[Any], T]) -> Iterator[Found[T] | Loss]:
    """The whole records of a file (`members` or `plain`) in order, and between them what was lost.

    `look` gets each fastwarc record (HTTP headers not parsed) while its content can be read; it may raise OSError from
    reading, nothing else. A record is handed out only when it is known to be whole. Raises SolidMember.
    """
    packed = packing == "members"
    with path.open("rb") as own, path.open("rb") as feed:
        size = own.seek(0, 2)
        position = 0
        while position < size:
            feed.seek(position)
            pending: tuple[int, T] | None = None
            reason = "no record begins here"
            try:
                for record in ArchiveIterator(feed, parse_http=False):
                    offset = record.stream_pos
                    if pending is not None:
                        if offset <= pending[0] or offset >= size:  # fastwarc names no place inside a member
                            raise SolidMember(pending[0])
                        yield Found(pending[0], offset - pending[0], pending[1])
                        position = offset
                        pending = None
                    value = look(record)
                    record.reader.consume()
                    pending = (offset, value)
            except OSError as error:
                reason = str(error)
            if pending is not None:
                end = whole_end(own, pending[0], packed)
                if end is not None:
                    yield Found(pending[0], end - pending[0], pending[1])
                    position = end
            if position >= size:
                return
            following = next_start(own, position + 1, packed)
            if following is None and _is_torn(own, position, packed):
                reason = "cut off in the middle of a record"
            yield Loss(position, (size if following is None else following) - position, reason)
            if following is None:
                return
            position = following


def whole_end(file: BinaryIO, offset: int, packed: bool) -> int | None:
    """The offset behind the record that begins at `offset`, or None if no whole record begins there."""
    return _packed_end(file, offset) if packed else _plain_end(file, offset)


def next_start(file: BinaryIO, offset: int, packed: bool) -> int | None:
    """The offset of the first record header at or behind `offset`, or None."""
    overlap = 32
    while True:
        file.seek(offset)
        chunk = file.read(_CHUNK * 4)
        if packed:
            at = chunk.find(_GZIP)
            while at >= 0:
                if _begins_record(file, offset + at):
                    return offset + at
                at = chunk.find(_GZIP, at + 1)
        else:
            match = _PLAIN_START.search(chunk)
            if match:
                return offset + match.start()
        if len(chunk) <= overlap:
            return None
        offset += len(chunk) - overlap


def _begins_record(file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    try:
        return zlib.decompressobj(31).decompress(file.read(2048), 16).startswith(b"WARC/")
    except zlib.error:
        return False


def _is_torn(file: BinaryIO, offset: int, packed: bool) -> bool:
    """Whether the bytes at `offset` begin a record that only lacks its end."""
    if not packed:
        file.seek(offset)
        return b"WARC/1.1".startswith(head := file.read(8)) or head.startswith(b"WARC/")
    inflate = zlib.decompressobj(31)
    file.seek(offset)
    try:
        while chunk := file.read(_CHUNK):
            while chunk:
                inflate.decompress(chunk, 1 << 20)
                chunk = inflate.unconsumed_tail
    except zlib.error:
        return False
    return not inflate.eof


def _packed_end(file: BinaryIO, offset: int) -> int | None:
    """Checks one gzip member to its checksum, and that the record in it is as long as it says."""
    inflate = zlib.decompressobj(31)
    head, total = b"", 0
    file.seek(offset)
    try:
        while not inflate.eof:
            chunk = file.read(_CHUNK)
            if not chunk:
                return None
            while chunk and not inflate.eof:
                out = inflate.decompress(chunk, 1 << 20)
                chunk = inflate.unconsumed_tail
                total += len(out)
                if len(head) < _MAX_HEADER:
                    head += out[: _MAX_HEADER - len(head)]
    except zlib.error:
        return None
    wanted = _record_length(head)
    if wanted is None or total < wanted:
        return None
    return file.tell() - len(inflate.unused_data)


def _plain_end(file: BinaryIO, offset: int) -> int | None:
    file.seek(offset)
    head = file.read(_MAX_HEADER)
    wanted = _record_length(head)
    size = file.seek(0, 2)
    if wanted is None or offset + wanted > size:
        return None
    file.seek(offset + wanted)
    tail = file.read(4)
    if tail == b"\r\n\r\n":
        return offset + wanted + 4
    return size if b"\r\n\r\n".startswith(tail) else None


def _record_length(head: bytes) -> int | None:
    """Bytes of header and content of the record that `head` begins with, without the blank lines behind it."""
    if not head.startswith(b"WARC/"):
        return None
    end = re.search(rb"\r?\n\r?\n", head)
    length = _LENGTH.search(head, 0, end.end() if end else len(head))
    return end.end() + int(length.group(1)) if end and length else None


def _holds_several(file: BinaryIO, offset: int) -> bool:
    """Whether the member at `offset` goes on with another record behind its first one."""
    inflate = zlib.decompressobj(31)
    head, total, wanted = b"", 0, None
    file.seek(offset)
    try:
        while not inflate.eof and (chunk := file.read(_CHUNK)):
            while chunk and not inflate.eof:
                out = inflate.decompress(chunk, 1 << 20)
                chunk = inflate.unconsumed_tail
                total += len(out)
                if wanted is None:
                    head += out
                    wanted = _record_length(head)
                    if wanted is None and len(head) > _MAX_HEADER:
                        return False
                if wanted is not None and total > wanted + 4:
                    return True
    except zlib.error:
        return False
    return False
