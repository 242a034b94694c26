"""The records that the rooms pass to each other, and their JSON forms.

Belongs here: frozen dataclasses without behaviour beyond (de)serialising, and the vocabularies of their fields.
Does not: how a value is found (`pipelines.dates`, `pipelines.people`, `pipelines.reader`) or kept (`warehouse`).
All datetimes are aware UTC instants; JSON carries ISO 8601 (`Z` in capture logs, +07:00 in what people read).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Literal

from pipelines.zone import local_iso

Precision = Literal["second", "minute", "hour", "day"]
Role = Literal["text", "photo", "video", "graphics", "translation", "compilation", "record", "edit"]
PageKind = Literal[
    "article",
    "gallery",
    "video",
    "multi-item",
    "official",
    "list",
    "home",
    "not-found",
    "login",
    "blocked",
    "outage",
    "empty",
    "other",
]
ARTICLE_KINDS: frozenset[str] = frozenset({"article", "gallery", "video", "multi-item", "official"})
"""The page kinds that make an article of the archive."""

Outcome = Literal[
    "response",  # an HTTP response whose bytes (or whose revisit record) are in the archive, whatever its status
    "not-modified",  # 304: the payload is that of `refers_to`
    "unchanged",  # 200 whose payload digest equals that of `refers_to`; kept as a WARC revisit record
    "timeout",
    "dns",
    "refused",  # connection refused or reset
    "tls",
    "robots",  # not asked: robots.txt forbids it
    "too-large",  # cut off at the size limit
    "offsite",  # not asked: outside the source's hosts, or an address that is not public
    "error",  # anything else, named in `error`
]


@dataclass(frozen=True, slots=True)
class Capture:
    """One exchange with a source, or the attempt at one. Nothing is ever overwritten.

    Identified by (url as requested, fetched_at, payload digest or outcome). A line of the capture log is its JSON form.
    """

    url: str  # as requested, public form
    source_id: str
    fetched_at: datetime  # UTC
    outcome: Outcome
    purpose: str = "article"  # article, listing, feed, sitemap, robots, asset
    status: int | None = None  # HTTP status, None where no response came
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names; those that matter later
    payload_digest: str | None = None  # "sha1:" + base32, as in WARC-Payload-Digest
    payload_bytes: int | None = None
    warc_file: str | None = None  # path relative to the archive folder
    warc_offset: int | None = None
    warc_length: int | None = None
    refers_to: str | None = None  # capture_id whose payload this one repeats
    redirect_to: str | None = None  # absolute Location of a 3xx
    error: str | None = None
    run_id: str | None = None
    found_by: str | None = None  # discovery kind that named the URL first in this run

    @property
    def capture_id(self) -> str:
        """32 hex digits computed from the identity, so that the same exchange always has the same id."""
        identity = "\n".join((self.url, _utc_iso(self.fetched_at), self.payload_digest or self.outcome))
        return hashlib.sha256(identity.encode()).hexdigest()[:32]

    def to_json(self) -> dict[str, Any]:
        """A flat JSON object; absent values are left out."""
        row: dict[str, Any] = {"capture_id": self.capture_id}
        for name in _CAPTURE_FIELDS:  # millions of times in an ingest: no look at types where names say all
            value = getattr(self, name)
            if value is not None and name not in _CONVERTED:
                row[name] = value
            elif name == "fetched_at":
                row[name] = _utc_iso(self.fetched_at)
            elif name == "headers" and value:
                row[name] = dict(value)
        return row

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Capture:
        """The reverse of `to_json`; unknown keys are ignored. Raises KeyError or ValueError on a malformed row."""
        values = {key: value for key, value in row.items() if key in _CAPTURE_FIELDS}
        values["fetched_at"] = datetime.fromisoformat(values["fetched_at"]).astimezone(UTC)
        return cls(**values)


_CAPTURE_FIELDS = dict.fromkeys(spec.name for spec in fields(Capture))
_CONVERTED = frozenset({"fetched_at", "headers"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A URL that discovery named: who found it and when, and what the finder says about it."""

    url: str
    source_id: str
    found_by: str  # sitemap, feed, section, date-archive, json-api, link, operator
    found_at: datetime  # UTC
    found_on: str | None = None  # URL of the listing, feed or sitemap
    title: str | None = None
    published_hint: str | None = None  # pubDate / lastmod as written there

    def to_json(self) -> dict[str, Any]:
        """A flat JSON object; absent values are left out."""
        row = {spec.name: getattr(self, spec.name) for spec in fields(self)}
        row["found_at"] = _utc_iso(self.found_at)
        return {key: value for key, value in row.items() if value is not None}


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """What the reader may know about a source beforehand.

    All optional: an unknown page is read by fingerprint and structure.
    """

    source_id: str
    outlet_names: tuple[str, ...] = ()  # the outlet's own names and marks ("Báo Thái Nguyên", "BTN"): never authors
    hosts: tuple[str, ...] = ()
    family: str | None = None  # id of a file in pipelines/families
    selectors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # field -> CSS, before the family's
    date_order: Literal["dmy", "mdy"] | None = None  # proven order of numeric dates on this host
    identity_params: tuple[str, ...] = ()  # query parameters that are the article's identity
    article_patterns: tuple[str, ...] = ()  # regexes on the canonical URL's path+query; group `id` = native id
    province: str | None = None

    @property
    def digest(self) -> str:
        """32 hex digits that change with what the reader is told; what is left at its default does not count."""
        said = {spec.name: getattr(self, spec.name) for spec in fields(self)}
        told = {name: dict(value) if isinstance(value, Mapping) else value for name, value in said.items() if value}
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Credit:
    """One person, pen name or initials credited with an article."""

    name: str  # NFC, title case; dotted initials as written
    roles: tuple[Role, ...] = ("text",)
    kind: Literal["person", "pen-name", "initials"] = "person"
    raw: str = ""
    affiliation: str | None = None


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption as displayed, credit included; the credit is kept apart as well."""

    text: str
    credit_raw: str | None = None
    image_url: str | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """One place of the page (or its address) that says something about a field."""

    field: str
    value: Any
    raw: str
    origin: str  # json-ld, meta, selector, url, text, attribute, feed, library, structure
    where: str = ""  # selector, path or key, for the operator
    confidence: float = 1.0
    flags: tuple[str, ...] = ()
    chosen: bool = False
    reason: str = ""  # why it won, or why it did not


@dataclass(frozen=True, slots=True)
class Reading:
    """What one version of our reader took from one capture."""

    url: str
    page_kind: PageKind
    reader_version: str
    status: str = "ok"  # ok, or the named reason why nothing could be read (too-large, undecodable, parse-failed, ...)
    canonical_url: str | None = None
    native_id: str | None = None
    title: str | None = None
    published_at: datetime | None = None  # UTC; a day precision stands at local midnight
    published_precision: Precision | None = None
    published_raw: str | None = None
    modified_at: datetime | None = None
    byline_raw: str | None = None
    authors: tuple[Credit, ...] = ()
    sources: tuple[str, ...] = ()  # agencies and outlets credited
    lead: str | None = None
    source_mark: str | None = None  # without brackets and dash
    body: tuple[str, ...] = ()
    captions: tuple[Caption, ...] = ()
    images: tuple[str, ...] = ()
    section: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    encoding: str | None = None
    family: str | None = None
    origins: Mapping[str, str] = field(default_factory=dict)  # field -> origin of the value that won
    confidence: Mapping[str, float] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    witnesses: tuple[Witness, ...] = ()

    @property
    def is_article(self) -> bool:
        """Whether this page makes an article of the archive."""
        return self.page_kind in ARTICLE_KINDS

    def to_json(self) -> dict[str, Any]:
        """The object that `tintinh extract` prints: local ISO times, lists for tuples, no witnesses."""
        return {
            "url": self.url,
            "canonical_url": self.canonical_url,
            "native_id": self.native_id,
            "page_kind": self.page_kind,
            "status": self.status,
            "title": self.title,
            "published_at": local_iso(self.published_at),
            "published_precision": self.published_precision,
            "published_raw": self.published_raw,
            "modified_at": local_iso(self.modified_at),
            "byline_raw": self.byline_raw,
            "authors": [{"name": c.name, "roles": list(c.roles)} for c in self.authors],
            "sources": list(self.sources),
            "lead": self.lead,
            "source_mark": self.source_mark,
            "body": list(self.body),
            "captions": [c.text for c in self.captions],
            "caption_credits": [c.credit_raw for c in self.captions],
            "images": list(self.images),
            "section": self.section,
            "tags": list(self.tags),
            "language": self.language,
            "encoding": self.encoding,
            "family": self.family,
            "origins": dict(self.origins),
            "confidence": dict(self.confidence),
            "flags": list(self.flags),
            "reader_version": self.reader_version,
        }


def _utc_iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
