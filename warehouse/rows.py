"""Records of `pipelines` as rows of the tables.

Belongs here: pure conversion, column by column. Does not: writing them (`warehouse.load`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pipelines.diffs import content_digest
from pipelines.records import Candidate, Capture, Reading
from pipelines.text import nfc
from pipelines.urls import canonical_url
from pipelines.zone import local_date

MERGER_DAY = date(2025, 7, 1)
"""First day of the 34 provinces (Resolution 202/2025/QH15)."""
_LAST_DAY_OF_63 = date(2025, 6, 30)

_WORD = re.compile(r"\w+")
_VALUE_COLUMNS = {"published_at": "published_raw", "authors": "byline_raw", "sources": "byline_raw"}


def source_row(source: Mapping[str, Any]) -> dict[str, Any]:
    """A row of `sources` from the fields of a source file."""
    province = source.get("province") or {}
    old, new = province.get("old") or {}, province.get("new") or {}
    row = {name: source.get(name) for name in ("name", "kind", "home", "family", "successor", "note")}
    return {
        **row,
        "source_id": source["id"],
        "home": str(source["home"]) if source.get("home") else None,
        "enabled": bool(source.get("enabled", False)),
        "demo": bool(source.get("demo", False)),
        "private": bool(source.get("private", False)),
        "province_old_code": old.get("code") or None,
        "province_old": old.get("name") or None,
        "province_new_code": new.get("code") or None,
        "province_new": new.get("name") or None,
        "names": list(source.get("names") or ()),
        "identity_params": list(source.get("identity_params") or ()),
        "article_patterns": list(source.get("article_patterns") or ()),
        "schedule_cron": (source.get("schedule") or {}).get("cron"),
    }


def host_rows(source: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of `source_hosts`."""
    return [
        {
            "source_id": source["id"],
            "host": host["host"],
            "valid_from": _day(host.get("from", host.get("from_day"))),
            "valid_to": _day(host.get("to", host.get("to_day"))),
        }
        for host in source.get("hosts") or ()
    ]


def province_rows(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of `source_provinces` from a row of `sources`."""
    periods = (("63", "old", None, _LAST_DAY_OF_63), ("34", "new", MERGER_DAY, None))
    return [
        {
            "source_id": row["source_id"],
            "borders": borders,
            "province_code": row[f"province_{side}_code"],
            "province": row[f"province_{side}"],
            "valid_from": valid_from,
            "valid_to": valid_to,
        }
        for borders, side, valid_from, valid_to in periods
        if row[f"province_{side}"]
    ]


def capture_row(capture: Capture, identity_params: Sequence[str]) -> dict[str, Any]:
    """A row of `captures`; `identity_params` are those of its source."""
    headers = {name.lower(): value for name, value in capture.headers.items()}
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    return {
        "capture_id": capture.capture_id,
        "source_id": capture.source_id,
        "url": capture.url,
        "canonical_url": canonical_url(capture.url, identity_params=identity_params),
        "fetched_at": capture.fetched_at,
        "outcome": capture.outcome,
        "purpose": capture.purpose,
        "status": capture.status,
        "content_type": media or None,
        "etag": headers.get("etag"),
        "last_modified": headers.get("last-modified"),
        "headers": json.dumps(headers, ensure_ascii=False, sort_keys=True) if headers else None,
        "payload_digest": capture.payload_digest,
        "payload_bytes": capture.payload_bytes,
        "warc_file": capture.warc_file,
        "warc_offset": capture.warc_offset,
        "warc_length": capture.warc_length,
        "refers_to": capture.refers_to,
        "redirect_to": capture.redirect_to,
        "redirect_canonical": (
            canonical_url(capture.redirect_to, identity_params=identity_params) if capture.redirect_to else None
        ),
        "error": capture.error,
        "run_id": capture.run_id,
        "found_by": capture.found_by,
    }


def capture_of(row: Mapping[str, Any]) -> Capture:
    """The reverse of `capture_row`."""
    return Capture(
        url=row["url"],
        source_id=row["source_id"],
        fetched_at=row["fetched_at"],
        outcome=row["outcome"],
        purpose=row["purpose"],
        status=row["status"],
        headers=json.loads(row["headers"]) if row["headers"] else {},
        payload_digest=row["payload_digest"],
        payload_bytes=row["payload_bytes"],
        warc_file=row["warc_file"],
        warc_offset=row["warc_offset"],
        warc_length=row["warc_length"],
        refers_to=row["refers_to"],
        redirect_to=row["redirect_to"],
        error=row["error"],
        run_id=row["run_id"],
        found_by=row["found_by"],
    )


def candidate_row(candidate: Candidate, identity_params: Sequence[str]) -> dict[str, Any]:
    """A row of `candidates` for one naming of an address."""
    return {
        "source_id": candidate.source_id,
        "canonical_url": canonical_url(candidate.url, identity_params=identity_params),
        "url": candidate.url,
        "found_by": candidate.found_by,
        "first_found_at": candidate.found_at,
        "last_found_at": candidate.found_at,
        "found_on": candidate.found_on,
        "title": candidate.title,
        "published_hint": candidate.published_hint,
    }


def content_row(reading: Reading) -> dict[str, Any]:
    """A row of `contents`: the letters of a reading, in NFC, with their id."""
    row: dict[str, Any] = {
        "title": _text(reading.title),
        "lead": _text(reading.lead),
        "body": [nfc(paragraph) for paragraph in reading.body],
        "captions": [
            {"text": nfc(c.text), "credit_raw": _text(c.credit_raw), "image_url": c.image_url} for c in reading.captions
        ],
        "authors": [
            {
                "name": nfc(c.name),
                "roles": list(c.roles),
                "kind": c.kind,
                "raw": nfc(c.raw),
                "affiliation": _text(c.affiliation),
            }
            for c in reading.authors
        ],
        "credited_sources": [nfc(source) for source in reading.sources],
    }
    payload = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {"content_id": hashlib.sha256(payload.encode()).hexdigest()[:32], **row}


def reading_row(capture_id: str, reading: Reading, content_id: str) -> dict[str, Any]:
    """A row of `readings`."""
    return {
        "capture_id": capture_id,
        "reader_version": reading.reader_version,
        "page_kind": reading.page_kind,
        "status": reading.status,
        "page_canonical_url": reading.canonical_url,
        "native_id": reading.native_id,
        "content_id": content_id,
        "content_digest": content_digest(reading),
        "words": sum(len(_WORD.findall(text)) for text in (reading.lead or "", *reading.body)),
        "published_at": reading.published_at,
        "published_precision": reading.published_precision,
        "published_date": local_date(reading.published_at) if reading.published_at else None,
        "published_raw": _text(reading.published_raw),
        "modified_at": reading.modified_at,
        "byline_raw": _text(reading.byline_raw),
        "source_mark": _text(reading.source_mark),
        "section": _text(reading.section),
        "tags": [nfc(tag) for tag in reading.tags],
        "images": list(reading.images),
        "language": reading.language,
        "encoding": reading.encoding,
        "family": reading.family,
        "evidence": _evidence(reading),
        "flags": sorted(set(reading.flags)),
    }


def _evidence(reading: Reading) -> list[dict[str, Any]]:
    chosen = {witness.field: witness for witness in reading.witnesses if witness.chosen}
    rows = []
    for name in sorted(reading.origins):
        witness = chosen.get(name)
        raw = _text(witness.raw) if witness and name not in _VALUE_COLUMNS else None
        rows.append(
            {
                "field": name,
                "origin": reading.origins[name],
                "confidence": reading.confidence.get(name),
                "raw": raw if witness and raw != str(witness.value) else None,
            }
        )
    return rows


def _text(value: str | None) -> str | None:
    return nfc(value) if value else None


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
