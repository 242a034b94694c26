"""The reader: the bytes of one page in, one `Reading` out. Never raises, in bounded time, with a named status.

Belongs here: what can be said of the bytes before and instead of a reading. Does not: finding the parts of a page
(`pipelines.page`), nor any grammar (`pipelines.dates`, `pipelines.people`, `pipelines.decode`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from pipelines.decode import decode
from pipelines.page.assembly import Assembly
from pipelines.page.context import Context
from pipelines.page.families import choose_family, selectors_of
from pipelines.page.metadata import read_metadata
from pipelines.page.tree import parse
from pipelines.reader_version import READER_VERSION
from pipelines.records import Reading, SiteProfile
from pipelines.urls import canonical_url, host_of

_NO_PAGES: Final = (
    b"%PDF-",
    b"\xff\xd8\xff",
    b"\x89PNG\r\n",
    b"GIF8",
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"RIFF",
)
"""How documents, pictures and archives begin that servers hand out under the address of a page (status `no-html`)."""
MAX_BYTES: Final = 24_000_000
"""Payloads above this are not decoded at all (status `too-large`)."""


def read_page(
    payload: bytes,
    url: str,
    *,
    fetched_at: datetime | None = None,
    content_type: str | None = None,
    profile: SiteProfile | None = None,
    status: int = 200,
    witnesses: bool = False,
) -> Reading:
    """What the page `payload`, fetched from `url`, says. Never raises; `Reading.status` names what could not be read.

    `fetched_at` (aware) anchors relative times and tells the future; `content_type` and `status` are those of the HTTP
    response; `profile` is what the source's file says. With `witnesses`, all that was seen for each field is kept.
    """
    try:
        return _read(payload, url, fetched_at, content_type, profile, status, witnesses)
    except (MemoryError, RecursionError):
        return _nothing(url, "too-large", profile)
    except Exception as error:
        # The contract of the reader: a page that breaks a rule of ours is a finding with a name, never a broken run.
        return _nothing(url, f"reader-error: {type(error).__name__}", profile)


def _nothing(
    url: str, status: str, profile: SiteProfile | None, kind: str = "other", encoding: str | None = None
) -> Reading:
    try:
        address: str | None = canonical_url(url, identity_params=profile.identity_params if profile is not None else ())
    except ValueError:
        address = None
    return Reading(
        url,
        "empty" if kind == "empty" else "other",
        READER_VERSION,
        status=status,
        canonical_url=address,
        encoding=encoding,
    )


def _read(
    payload: bytes,
    url: str,
    fetched_at: datetime | None,
    content_type: str | None,
    profile: SiteProfile | None,
    status: int,
    witnesses: bool,
) -> Reading:
    if len(payload) > MAX_BYTES:
        return _nothing(url, "too-large", profile)
    if not payload.strip(b" \t\r\n\x00"):
        return _nothing(url, "empty", profile, "empty")
    if payload.startswith(_NO_PAGES):
        return _nothing(url, "no-html", profile)
    url = url.encode("utf-8", "replace").decode("utf-8")  # halves of surrogate pairs cannot be stored
    if fetched_at is not None and not 1990 < fetched_at.year < 2200:
        fetched_at = None  # a broken clock tells nothing, and its neighbours are no dates at all
    decoded = decode(payload, content_type)
    page = parse(decoded.text, url)
    if page is None:
        return _nothing(url, "no-html", profile, encoding=decoded.encoding)
    meta = read_metadata(page)
    family, known_by = choose_family(page, url, meta.first("generator"), fetched_at, profile)
    context = Context(
        page, url, meta, fetched_at, profile, family.id if family is not None else None, selectors_of(family, profile),
        _outlet_names(url, profile, meta.site_names), flags=[*decoded.flags, *page.flags],
    )  # fmt: skip
    if family is not None:
        context.won("family", known_by, 1.0 if known_by == "source" else 0.8)
    return Assembly(context, status).reading(decoded.encoding, witnesses)


def _outlet_names(url: str, profile: SiteProfile | None, site_names: Sequence[str]) -> tuple[str, ...]:
    host = host_of(url)
    names = [*(profile.outlet_names if profile is not None else ()), *site_names, host, host.split(".")[0]]
    for name in list(names):  # "Tin nhanh (TinNhanh)" goes by either
        plain, bracket, inside = name.partition("(")
        if bracket:
            names += [plain.strip(), inside.strip(" )")]
    return tuple(dict.fromkeys(name for name in names if len(name) > 1 and len(name) < 120))


__all__ = ["READER_VERSION", "read_page"]
