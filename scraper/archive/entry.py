"""What one WARC record says about an exchange, and the capture that it makes.

Belongs here: from a fastwarc record to an `Entry`, from an entry to a `Capture`, why a record makes none.
Does not: finding records (`scan`), where captures go (`ingesting`, `recovery`).
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from fastwarc.warc import WarcRecordType

from pipelines.records import Capture, Outcome
from scraper.archive.coding import dechunk
from scraper.archive.exchange import format_digest, kept_headers, payload_digest, redirect_target
from scraper.archive.httphead import HttpHead, has_whole_head, parse_head
from scraper.archive.warcformat import (
    FIELD_FOUND_BY,
    FIELD_PURPOSE,
    FIELD_REFERS_TO,
    FIELD_RUN,
    FIELD_SOURCE,
    parse_warc_date,
)

KINDS: dict[int, str] = {
    int(getattr(WarcRecordType, name)): name
    for name in ("warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation")
}
UNWANTED = "unwanted"
"""The kind of an entry whose record was not looked into."""
_CAPTURED = (WarcRecordType.response, WarcRecordType.revisit)
_SHA1 = re.compile(r"(?i)sha-?1:([A-Z2-7]{32})")
_HTML = ("text/html", "application/xhtml+xml")
_PAGE_PARTS = re.compile(r"(image|audio|video|font)/|text/(css|javascript)|application/(javascript|font|x-font)")
_SMALL_HEAD = 1 << 12
_HEAD = 1 << 16
_CHUNK = 1 << 20


class Entry(NamedTuple):
    """The fields of a record that captures and indexes are made of; only `kind` for kinds that make none."""

    kind: str  # empty where the record does not say
    url: str = ""
    date: str = ""
    digest: str | None = None  # WARC-Payload-Digest where it is a sha1, else computed
    status: int | None = None
    headers: Mapping[str, str] = {}
    payload_bytes: int = 0  # as stored, after the HTTP headers
    profile: str | None = None
    refers_url: str | None = None
    refers_date: str | None = None
    refers_id: str | None = None
    truncated: str | None = None
    source_id: str | None = None
    purpose: str | None = None
    found_by: str | None = None
    run_id: str | None = None


class Rejected(ValueError):
    """A record that should be a capture and cannot be one; the message is a short reason to count."""


def look(record: Any, wanted: Callable[[str, str], bool] | None = None) -> Entry:
    """What `scan` takes from every record. Raises OSError where the record is damaged.

    `wanted` is asked with WARC-Target-URI and WARC-Date; of what is not wanted only the kind UNWANTED is told.
    """
    kind = record.record_type
    if kind not in _CAPTURED:
        return Entry(KINDS.get(int(kind)) or (record.headers.get("WARC-Type") or "").strip())
    if wanted is not None and not wanted(
        record.headers.get("WARC-Target-URI") or "", record.headers.get("WARC-Date") or ""
    ):
        return Entry(UNWANTED)
    fields = {name.lower(): value for name, value in record.headers.to_tuples()}
    url = fields.get("warc-target-uri", "").strip()
    if url.startswith("<") and url.endswith(">"):  # as WARC 1.0 had it by mistake, and wget 1.x writes it
        url = url[1:-1]
    given = _SHA1.fullmatch(fields.get("warc-payload-digest", "").strip())
    digest = f"sha1:{given.group(1).upper()}" if given else None
    head = None
    if url[:4].lower() == "http":
        start = record.reader.read(_SMALL_HEAD)
        if len(start) == _SMALL_HEAD and not has_whole_head(start):
            start += record.reader.read(_HEAD - _SMALL_HEAD)
        head = parse_head(start)
        if head is not None and digest is None and kind == WarcRecordType.response:
            digest = _computed_digest(record.reader, start[head.length :], head)
    return Entry(
        KINDS[int(kind)],
        url,
        fields.get("warc-date", ""),
        digest,
        head.status if head else None,
        kept_headers(head.headers) if head else {},
        int(record.content_length) - (head.length if head else 0),
        fields.get("warc-profile"),
        fields.get("warc-refers-to-target-uri"),
        fields.get("warc-refers-to-date"),
        fields.get(FIELD_REFERS_TO.lower()),
        fields.get("warc-truncated"),
        fields.get(FIELD_SOURCE.lower()),
        fields.get(FIELD_PURPOSE.lower()),
        fields.get(FIELD_FOUND_BY.lower()),
        fields.get(FIELD_RUN.lower()),
    )


def _computed_digest(reader: Any, start: bytes, head: HttpHead) -> str:
    """The digest of the payload: the content after the HTTP headers, without transfer-encoding."""
    if b"chunked" in (head.get(b"transfer-encoding") or b"").lower():
        raw = start + reader.read()
        whole = dechunk(raw)
        return payload_digest(raw if whole is None else whole)
    sha1 = hashlib.sha1(start, usedforsecurity=False)
    while part := reader.read(_CHUNK):
        sha1.update(part)
    return format_digest(sha1.digest())


def capture_of(
    entry: Entry,
    source_of: Callable[[str, datetime], str | None],
    run_id: str | None,
    place: tuple[str, int, int],
) -> Capture | None:
    """The capture that a response or revisit record makes; `place` is (file, offset, length).

    `source_of(host, fetched_at)` gives the id of the source, or None for a host that is not wanted: then there is no
    capture. Raises Rejected for a record without address, date or HTTP response.
    """
    if not entry.url:
        raise Rejected("no WARC-Target-URI")
    if entry.url[:4].lower() != "http":
        raise Rejected("not http")
    if entry.status is None and entry.kind == "response":
        raise Rejected("no HTTP response in it")
    host = host_in(entry.url)
    if not host:
        raise Rejected("WARC-Target-URI without a host")
    if not entry.date:
        raise Rejected("no WARC-Date")
    try:
        fetched_at = parse_warc_date(entry.date)
    except ValueError:
        raise Rejected("WARC-Date is not a date") from None
    source_id = source_of(host, fetched_at)
    if source_id is None:
        return None
    outcome: Outcome = "response"
    refers_to = None
    payload_bytes: int | None = entry.payload_bytes
    if entry.kind == "revisit":
        outcome = "not-modified" if "server-not-modified" in (entry.profile or "") else "unchanged"
        refers_to = entry.refers_id or _referred(entry)
        payload_bytes = None
    return Capture(
        url=entry.url,
        source_id=source_id,
        fetched_at=fetched_at,
        outcome=outcome,
        purpose=entry.purpose or _purpose(entry),
        status=entry.status,
        headers=entry.headers,
        payload_digest=entry.digest,
        payload_bytes=payload_bytes,
        warc_file=place[0],
        warc_offset=place[1],
        warc_length=place[2],
        refers_to=refers_to,
        redirect_to=redirect_target(entry.url, entry.status, entry.headers),
        error=f"truncated: {entry.truncated}" if entry.truncated else None,
        run_id=run_id,
        found_by=entry.found_by,
    )


def host_in(url: str) -> str | None:
    """The host of an address as a WARC names it, lower-case, or None."""
    return _host(url.partition("://")[2].partition("/")[0])


@lru_cache(maxsize=4096)
def _host(authority: str) -> str | None:
    try:
        return urlsplit(f"//{authority}").hostname
    except ValueError:
        return None


def _referred(entry: Entry) -> str | None:
    """The id of the capture that a revisit repeats, computed from what the record names of it."""
    if not entry.refers_date or not entry.digest:
        return None
    try:
        fetched_at = parse_warc_date(entry.refers_date)
    except ValueError:
        return None
    url = (entry.refers_url or entry.url).strip("<>")
    return Capture(url, "", fetched_at, "response", payload_digest=entry.digest).capture_id


def _purpose(entry: Entry) -> str:
    """What a page of unknown purpose may have been fetched for: HTML and whatever is not evidently a part of a page."""
    path = "/" + re.split(r"[?#]", entry.url, maxsplit=1)[0].partition("://")[2].partition("/")[2]
    if path == "/robots.txt":
        return "robots"
    if entry.status == 200:
        mime = entry.headers.get("content-type", "").partition(";")[0].strip().lower()
        return "article" if mime in _HTML or not mime else "asset"
    guessed = mimetypes.guess_type(path)[0]
    return "asset" if guessed and _PAGE_PARTS.match(guessed) else "article"
