"""One HTTP exchange as the archive stores it: header blocks, digests, and what is left out on purpose.

Belongs here: from method, headers and body to the bytes of HTTP blocks; which headers a capture log keeps.
Does not: WARC records around the blocks (`warcformat`), files (`segment`).

What is stored (decided once, here):
- The payload is the body after transfer-encoding and content-encoding. Digests then say whether the *page* changed, not
  whether the server's compressor did, and the stored bytes replay without any codec.
- Headers that described the encoded form (Transfer-Encoding, Content-Encoding, a Content-Length that no longer fits)
  are kept under `X-Archive-Orig-…`, and Content-Length is that of the stored payload.
- Cookies and credentials are never stored, in neither direction.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TypeAlias
from urllib.parse import quote, urljoin, urlsplit

HeaderPairs: TypeAlias = Iterable[tuple[str | bytes, str | bytes]]

KEPT_HEADERS: tuple[str, ...] = (
    "content-type",
    "content-language",
    "date",
    "etag",
    "last-modified",
    "location",
    "retry-after",
    "cache-control",
    "x-robots-tag",
)
"""The response headers that a capture log repeats: what conditional requests, pacing and reading ask for later."""

_PRIVATE = frozenset({b"cookie", b"cookie2", b"set-cookie", b"set-cookie2", b"authorization", b"proxy-authorization"})
_OF_THE_WIRE = frozenset({b"transfer-encoding", b"content-encoding", b"content-length"})
_PREFIX = b"X-Archive-Orig-"
_TOKEN = re.compile(rb"[^!#$%&'*+.^_`|~0-9A-Za-z-]")
_BREAKS = re.compile(rb"[\r\n\x00]+[ \t]*")


@dataclass(frozen=True, slots=True)
class Exchange:
    """What went over the wire, as the crawler hands it over.

    `body` has no transfer-encoding any more (no HTTP client hands it out); with `decoded` it has no content-encoding
    either, which is preferred. `truncated` is a reason of WARC-Truncated (length, time, disconnect) or None.
    """

    status: int
    headers: HeaderPairs
    body: bytes
    method: str = "GET"
    request_headers: HeaderPairs = ()
    reason: str = ""
    ip: str | None = None
    decoded: bool = True
    truncated: str | None = None


@dataclass(frozen=True, slots=True)
class Original:
    """The earlier capture whose payload this one may repeat."""

    capture_id: str
    url: str
    fetched_at: datetime
    payload_digest: str


_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_PAIRS = [first + second for first in _BASE32 for second in _BASE32]


def payload_digest(body: bytes) -> str:
    """`sha1:` and base32, as WARC-Payload-Digest has it."""
    return format_digest(hashlib.sha1(body, usedforsecurity=False).digest())


def format_digest(sha1: bytes) -> str:
    """`sha1:` and base32 of the 20 bytes of a SHA-1."""
    number = int.from_bytes(sha1, "big")
    return "sha1:" + "".join([_PAIRS[number >> shift & 1023] for shift in range(150, -1, -10)])


def header_bytes(pairs: HeaderPairs) -> list[tuple[bytes, bytes]]:
    """Header pairs as bytes on one line each, without what is private."""
    clean = []
    for name, value in pairs:
        key = _TOKEN.sub(b"", name if isinstance(name, bytes) else name.encode("ascii", "ignore"))
        if key and key.lower() not in _PRIVATE:
            raw = value if isinstance(value, bytes) else value.encode("utf-8")
            clean.append((key, _BREAKS.sub(b" ", raw).strip()))
    return clean


def kept_headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers that a capture log repeats, lower-case; of a header sent twice the first."""
    kept: dict[str, str] = {}
    for name, value in pairs:
        key = name.decode("latin-1").lower()
        if key in KEPT_HEADERS:
            kept.setdefault(key, text_of(value))
    return kept


def text_of(value: bytes) -> str:
    """A header value as text: UTF-8 where it is that, else Latin-1 (RFC 9110 section 5.5 names neither)."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def redirect_target(url: str, status: int | None, headers: Mapping[str, str]) -> str | None:
    """The absolute address that a 3xx points to, or None."""
    location = headers.get("location")
    if status is None or not 300 <= status < 400 or status == 304 or not location:
        return None
    try:
        return urljoin(url, location.strip())
    except ValueError:  # urljoin refuses a malformed host; the raw header stays in the capture's headers
        return None


def request_block(url: str, exchange: Exchange) -> bytes:
    """The request as it would have gone to the public address, whatever host map the run had."""
    parts = urlsplit(url)
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
        "?" + quote(parts.query, safe="/?%:@!$&'()*+,;=~-._[]|{}\"^`\\") if parts.query else ""
    )
    host = parts.netloc.rpartition("@")[2]
    lines = [f"{exchange.method} {target} HTTP/1.1".encode("ascii"), b"Host: " + host.encode("utf-8")]
    lines += [k + b": " + v for k, v in header_bytes(exchange.request_headers) if k.lower() != b"host"]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def response_head(exchange: Exchange, headers: list[tuple[bytes, bytes]]) -> bytes:
    """Status line and headers of the stored response; `headers` is what `header_bytes` made of the exchange's."""
    lines = [f"HTTP/1.1 {exchange.status} {_reason(exchange)}".rstrip().encode("latin-1", "replace")]
    length = str(len(exchange.body)).encode()
    told = False
    for name, value in headers:
        key = name.lower()
        if key not in _OF_THE_WIRE or (key == b"content-encoding" and not exchange.decoded):
            lines.append(name + b": " + value)
        elif key == b"content-length" and (value == length or exchange.status == 304 or exchange.method == "HEAD"):
            if not told:
                lines.append(name + b": " + value)
                told = True
        else:
            lines.append(_PREFIX + name + b": " + value)
    if not told and exchange.status != 304:
        lines.append(b"Content-Length: " + length)
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _reason(exchange: Exchange) -> str:
    if exchange.reason:
        return re.sub(r"[\x00-\x1f\x7f]+", " ", exchange.reason).strip()
    try:
        return HTTPStatus(exchange.status).phrase
    except ValueError:
        return ""
