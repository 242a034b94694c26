"""The bytes of WARC 1.1 records (ISO 28500:2017): what our own segments are made of.

Belongs here: record headers, record types we write, our extension fields, WARC dates. Does not: HTTP blocks
(`exchange`), compression and files (`segment`), reading (`scan`, `payload`).
"""

from __future__ import annotations

import hashlib
import re
import uuid
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import quote

from pipelines.records import Capture
from scraper.archive.exchange import Exchange, Original, format_digest

HTTP_REQUEST = "application/http; msgtype=request"
HTTP_RESPONSE = "application/http; msgtype=response"
PROFILE_SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
PROFILE_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

FIELD_SOURCE = "Tintinh-Source"
FIELD_PURPOSE = "Tintinh-Purpose"
FIELD_FOUND_BY = "Tintinh-Found-By"
FIELD_RUN = "Tintinh-Run"
FIELD_REFERS_TO = "Tintinh-Refers-To"
"""Extension fields (section 5.1 of the standard allows them): a capture log can be made again from the WARC alone."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def warc_date(moment: datetime) -> str:
    """UTC with microseconds, as WARC 1.1 allows, so that a capture read back from a WARC keeps its identity."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_warc_date(text: str) -> datetime:
    """The UTC instant of a WARC-Date: 1.0 (seconds) or 1.1 (also shorter than a day, or up to nanoseconds).

    Raises ValueError for anything else.
    """
    if len(text) == 20 and text[19] == "Z":  # as nearly every tool writes it, and an order of magnitude faster
        return datetime.fromisoformat(text).astimezone(UTC)
    match = re.fullmatch(
        r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?)?)?Z?(\+00:00)?", text.strip()
    )
    if not match:
        raise ValueError(f"not a WARC date: {text[:40]!r}")
    year, month, day, hour, minute, second, fraction, _ = match.groups()
    micro = int((fraction or "0").ljust(6, "0")[:6])
    clock = (int(hour or 0), int(minute or 0), min(int(second or 0), 59), micro)
    return datetime(int(year), int(month or 1), int(day or 1), *clock, tzinfo=UTC)


def new_record_id() -> str:
    """A fresh `<urn:uuid:…>`."""
    return f"<urn:uuid:{uuid.uuid4()}>"


def record(kind: str, record_id: str, date: str, content_type: str, block: bytes, fields: dict[str, str]) -> bytes:
    """One whole record, uncompressed. `fields` are further header fields in order; a value is kept to one line."""
    digest = format_digest(hashlib.sha1(block, usedforsecurity=False).digest())
    lines = [f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {record_id}\r\nWARC-Date: {date}"]
    lines += [f"{name}: {_CONTROL.sub(_escape, value)}" for name, value in fields.items()]
    lines.append(f"WARC-Block-Digest: {digest}\r\nContent-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n")
    return "\r\n".join(lines).encode("utf-8") + block + b"\r\n\r\n"


@lru_cache(maxsize=1024)
def _is_public(ip: str) -> bool:
    """A private address says where bytes came from in this run (a host map, a proxy), not where the page lives."""
    try:
        return ip_address(ip).is_global
    except ValueError:
        return False


def _escape(match: re.Match[str]) -> str:
    return quote(match.group())


def warcinfo(filename: str, date: str, record_id: str, about: dict[str, str]) -> bytes:
    """The record that opens a segment; `about` are fields like software, isPartOf, operator."""
    body = "".join(f"{name}: {_CONTROL.sub(' ', value)}\r\n" for name, value in about.items()).encode("utf-8")
    return record("warcinfo", record_id, date, "application/warc-fields", body, {"WARC-Filename": filename})


def exchange_records(
    capture: Capture,
    exchange: Exchange,
    head: bytes,
    request: bytes,
    digest: str | None,
    original: Original | None,
    warcinfo_id: str,
) -> tuple[bytes, bytes]:
    """The response (or revisit) record and the request record of one exchange.

    `digest` goes to WARC-Payload-Digest; with `original` the record is a revisit of the profile that the outcome names.
    """
    date = warc_date(capture.fetched_at)
    answer_id, request_id = new_record_id(), new_record_id()
    fields = {"WARC-Target-URI": capture.url, "WARC-Warcinfo-ID": warcinfo_id}
    if exchange.ip and _is_public(exchange.ip):
        fields["WARC-IP-Address"] = exchange.ip
    asked = record("request", request_id, date, HTTP_REQUEST, request, {**fields, "WARC-Concurrent-To": answer_id})
    if exchange.truncated:
        fields["WARC-Truncated"] = exchange.truncated
    if digest:
        fields["WARC-Payload-Digest"] = digest
    kind, block = "response", head + exchange.body
    if original is not None:
        kind, block = "revisit", head
        fields["WARC-Profile"] = PROFILE_NOT_MODIFIED if capture.outcome == "not-modified" else PROFILE_SAME_PAYLOAD
        fields["WARC-Refers-To-Target-URI"] = original.url
        fields["WARC-Refers-To-Date"] = warc_date(original.fetched_at)
        fields[FIELD_REFERS_TO] = original.capture_id
    own = {
        FIELD_SOURCE: capture.source_id,
        FIELD_PURPOSE: capture.purpose,
        FIELD_FOUND_BY: capture.found_by,
        FIELD_RUN: capture.run_id,
    }
    fields |= {name: value for name, value in own.items() if value}
    return record(kind, answer_id, date, HTTP_RESPONSE, block, fields), asked
