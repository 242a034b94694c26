"""Taking transfer-encoding and content-encoding off a stored payload, within a limit.

Belongs here: chunked, gzip, deflate, br, zstd. Does not: charsets (`pipelines.decode`), record headers (`payload`).
Archives lie about encodings: many tools store the decoded body with the old headers. So a body that does not look
encoded is taken as it is, and a body cut off in the middle gives what can be decoded of it.
"""

from __future__ import annotations

import io
import re
import zlib

from fastwarc.stream_io import BrotliReader, ZstdReader

from scraper.archive.errors import PayloadTooLarge

_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")
_STEP = 1 << 16
_SMALL_STEP = 1 << 12


def dechunk(body: bytes) -> bytes | None:
    """The body without chunked transfer-encoding, or None when it is not chunked. A cut end gives what is there."""
    parts: list[bytes] = []
    position = 0
    while position < len(body):
        line = _CHUNK_LINE.match(body, position)
        if line is None:
            return b"".join(parts) if parts and position >= len(body) - 2 else None
        size = int(line.group(1), 16)
        if size == 0:
            return b"".join(parts)
        start = line.end()
        parts.append(body[start : start + size])
        position = start + size
        if position < len(body):
            if body.startswith(b"\r\n", position):
                position += 2
            elif body.startswith(b"\n", position):
                position += 1
            else:
                return None
    return b"".join(parts) if parts else None


def decode_content(body: bytes, encodings: str, limit: int) -> tuple[bytes, tuple[str, ...]]:
    """The body without the content-encodings of a Content-Encoding header, and flags.

    Flags: `not-encoded` (the header says so, the body is not), `encoding-cut` (the end is missing), `unknown-encoding`.
    Raises PayloadTooLarge when decoding would give more than `limit` bytes.
    """
    flags: list[str] = []
    for name in reversed([part.strip().lower() for part in encodings.split(",")]):
        if name in {"", "identity"} or not body:
            continue
        if name in {"gzip", "x-gzip", "deflate"}:
            body, flag = _inflate(body, name, limit)
        elif name in {"br", "zstd"}:
            body, flag = _by_reader(body, name, limit)
        else:
            flag = "unknown-encoding"
        if flag:
            flags.append(flag)
    return body, tuple(flags)


def _too_large(limit: int) -> PayloadTooLarge:
    return PayloadTooLarge(f"the payload decodes to more than {limit:,} bytes")


def _inflate(body: bytes, name: str, limit: int) -> tuple[bytes, str | None]:
    if name == "deflate":
        # RFC 9110 means zlib; some servers send raw deflate. The two low nibbles of a zlib stream tell.
        wbits = 15 if body[0] & 0x0F == 8 and len(body) > 1 and int.from_bytes(body[:2], "big") % 31 == 0 else -15
    elif body.startswith(b"\x1f\x8b"):
        wbits = 31
    else:
        return body, "not-encoded"
    out = io.BytesIO()
    rest = body
    while rest:
        inflate = zlib.decompressobj(wbits)
        try:
            while rest and not inflate.eof:
                out.write(inflate.decompress(rest, _STEP))
                rest = inflate.unconsumed_tail
                if out.tell() > limit:
                    raise _too_large(limit)
        except zlib.error:
            return (out.getvalue(), "encoding-cut") if out.tell() else (body, "not-encoded")
        if not inflate.eof:
            out.write(inflate.flush())
            return out.getvalue(), "encoding-cut"
        rest = inflate.unused_data if wbits == 31 and inflate.unused_data.startswith(b"\x1f\x8b") else b""
    return out.getvalue(), None


def _by_reader(body: bytes, name: str, limit: int) -> tuple[bytes, str | None]:
    if name == "zstd" and not body.startswith(b"\x28\xb5\x2f\xfd"):
        return body, "not-encoded"
    reader = (BrotliReader if name == "br" else ZstdReader)(io.BytesIO(body))
    out = io.BytesIO()
    try:
        while part := reader.read(_SMALL_STEP):  # a cut end costs what the last step had asked for
            out.write(part)
            if out.tell() > limit:
                raise _too_large(limit)
    except OSError:
        return (out.getvalue(), "encoding-cut") if out.tell() else (body, "not-encoded")
    return (out.getvalue(), None) if out.tell() else (body, "not-encoded")
