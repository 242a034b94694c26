"""Addresses: the one key that all spellings of an address share, and the id that an article has inside its paper.

Belongs here: pure functions on URLs. Does not: which hosts belong to an outlet (the registry), or which addresses
turned out to lead to one article (`warehouse.versions`).

A canonical URL is a key, not an address to fetch: its scheme is always https, `www.`, `m.` and `amp.` are gone, and
words in the path are in lower case. What was requested stays as it was in `Capture.url`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache, lru_cache
from importlib.resources import files
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

# Subdomains that show the same articles on other screens. Others (khmer., dongkhoi., tv.) are rooms of their own.
_SCREEN_LABELS = frozenset({"www", "m", "amp", "mobile", "wap", "touch"})
# "Same page, other form": may open or close a path.
_FORM_SEGMENTS = frozenset({"amp", "print", "savefile"})
_INDEX_PAGE = re.compile(r"(?:index|default|home)\.(?:html?|php|aspx?|jsp)", re.IGNORECASE)
_AMP_SUFFIX = re.compile(r"(?:\.amp(?=\.html?$)|\.amp$)", re.IGNORECASE)
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*|/\(S\([0-9a-z]+\)\)", re.IGNORECASE)

# Generic places of a native id, tried in this order on "path?query" of a canonical URL.
_GENERIC_IDS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        r"-post(?P<id>\d+)(?:\.(?:html?|epi|vnp|tpo|chn))?$",
        r"[-/]a(?P<id>\d{3,})\.(?:html?|aspx)$",
        r"/(?:19|20)\d{2}(?:0[1-9]|1[0-2])/[^/?]*-(?P<id>[0-9a-f]{7}|\d{6})(?:\.html?)?$",
        r"[-/](?P<id>\d{15,20})(?:\.(?:html?|chn|aspx))?$",
        r"[-_.](?:d|i|id|n|art|c\d+a)?(?P<id>\d{5,})\.(?:html?|aspx|vnp|chn|epi|ldo|vov|antd|bcb|tpo|php)$",
        r"/\d{1,4}/(?P<id>\d{4,})/[^/?]+\.(?:html?|aspx)$",
        r"/(?P<id>\d{5,})(?:\.(?:html?|aspx|bcb))?$",
        r"(?i)[?&](?:itemid|articleid|newsid|news_id|newid|id_news|idnews|baiviet|mabb|id)=(?P<id>\d{2,}|[0-9a-f-]{32,36})(?:&|$)",
    )
)


def _canonicalize(url: str) -> str:
    # Here: w3lib brings a third of a second of imports with it, and most commands and all definitions ask for none.
    from w3lib.url import canonicalize_url

    return canonicalize_url(url)


def split_address(url: str) -> SplitResult:
    """The parts of `url`; five empty ones where it is no address at all (`http://[`), which pages do link to."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def host_of(url: str) -> str:
    """The host of `url` in lower case (punycode), without port, `www.`, `m.` or `amp.`; "" where there is none."""
    try:
        host = urlsplit(url.strip()).hostname or ""
    except ValueError:
        return ""
    if not host.isascii():
        try:
            host = host.encode("idna").decode()
        except UnicodeError:
            return host
    return _plain_host(host)


def canonical_url(url: str, *, identity_params: Iterable[str] = ()) -> str:
    """The key under which all spellings of one address meet; applying it twice changes nothing.

    `identity_params` are the query parameters (any case) in which a source keeps the article: where the query has one
    of them, only they stay. Otherwise every parameter stays that `noise_params.txt` does not name, sorted. Fragments,
    default ports, sessions, forms of display (amp, print, savefile), index pages and closing slashes go. Text that is
    no absolute http(s) URL comes back stripped and otherwise unchanged.
    """
    return _canonical_url(url.strip(), tuple(identity_params))


@lru_cache(maxsize=8192)  # each address of a listing is asked for by several rooms, one after the other
def _canonical_url(text: str, identity_params: tuple[str, ...]) -> str:
    try:
        parts = urlsplit(_canonicalize(text))
        port = parts.port
    except (ValueError, UnicodeError):
        return text
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return text
    host = _plain_host(parts.hostname)
    if ":" in host:
        host = f"[{host}]"
    if port not in (None, 80, 443):
        host = f"{host}:{port}"
    path = _canonical_path(parts.path)
    return urlunsplit(SplitResult("https", host, path, _canonical_query(parts.query, identity_params), ""))


def native_id(canonical: str, patterns: Sequence[str] = ()) -> str | None:
    """The id of an article inside its paper as its canonical URL carries it, or None.

    `patterns` are the source's regular expressions (searched in "path?query", any case); the group named `id` is the
    id, and the first that matches decides. Where none matches, the places common to many content systems are tried:
    -post123, -a123.html, /202604/slug-1a2b3c4, 15 to 20 digits, -12345.html, /82/58118/slug.html, ?itemid=123. Years
    and dates at the end of a slug are no ids.
    """
    parts = split_address(canonical)
    place = parts.path + (f"?{parts.query}" if parts.query else "")
    for pattern in patterns:
        match = _compiled(pattern).search(place)
        if match and match.groupdict().get("id"):
            return match["id"].lower()
    for generic in _GENERIC_IDS:
        match = generic.search(place)
        if match and not _is_date(match["id"]):
            return match["id"].lower()
    return None


@lru_cache(maxsize=4096)
def display_form(url: str) -> str:
    """How an address shows its article: "plain", "amp", "print" or "mobile". All forms have one canonical URL."""
    parts = urlsplit(url.strip())
    labels = (parts.hostname or "").split(".")
    segments = [segment.lower() for segment in parts.path.split("/") if segment]
    ends = {*segments[:1], *segments[-1:]} if len(segments) > 1 else set()
    names = {name.lower() for name, value in parse_qsl(parts.query, keep_blank_values=True) if value not in ("0", "")}
    if labels[0] == "amp" or "amp" in ends | names or (segments and _AMP_SUFFIX.search(segments[-1])):
        return "amp"
    if {"print", "savefile"} & ends or {"print", "isprint", "layoutprint"} & names:
        return "print"
    return "mobile" if len(labels) > 2 and labels[0] in _SCREEN_LABELS - {"www"} else "plain"


def article_key(source_id: str, native: str | None, canonical: str) -> str:
    """The 32 hex digits that identify an article: of its source and native id, else of its source and canonical URL."""
    place = f"id:{native}" if native else f"url:{canonical}"
    return hashlib.sha256(f"{source_id}\n{place}".encode()).hexdigest()[:32]


def _plain_host(host: str) -> str:
    host = host.lower().rstrip(".")
    labels = host.split(".")
    while len(labels) > 2 and labels[0] in _SCREEN_LABELS:
        labels = labels[1:]
    return ".".join(labels)


def _canonical_path(path: str) -> str:
    segments = [segment for segment in _PATH_SESSION.sub("", path).split("/") if segment]
    before: list[str] = []
    while segments != before:  # cutting one form may uncover the next ("/bai/index.htm/amp")
        before = segments
        if len(segments) > 1 and segments[0].lower() in _FORM_SEGMENTS:
            segments = segments[1:]
        if len(segments) > 1 and segments[-1].lower() in _FORM_SEGMENTS:
            segments = segments[:-1]
        if segments and _INDEX_PAGE.fullmatch(segments[-1]):
            segments = segments[:-1]
        if segments and (last := _AMP_SUFFIX.sub("", segments[-1])):
            segments = [*segments[:-1], last]
    return "/" + "/".join(segment if _is_token(segment) else _lower(segment) for segment in segments)


def _is_token(segment: str) -> bool:
    """Whether case may carry meaning: mixed letters and digits without a separator, as in short links and video ids."""
    stem = segment.partition(".")[0]
    return (
        stem.isalnum()
        and stem.lower() != stem
        and stem.upper() != stem
        and any(character.isdigit() for character in stem)
    )


def _lower(segment: str) -> str:
    """Lower case for words; percent escapes keep the upper-case form of RFC 3986."""
    if "%" not in segment:
        return segment.lower()
    lowered = re.sub(
        r"[^%]+|%[0-9A-Fa-f]{2}|%",
        lambda part: part.group() if part.group()[0] == "%" else part.group().lower(),
        segment,
    )
    decoded = unquote(segment)
    return lowered if decoded.lower() == decoded else _quote_lower(decoded)


def _quote_lower(decoded: str) -> str:
    # The detour gives Vietnamese capitals in a path ("Bài-Viết") the key of their small forms.
    return urlsplit(_canonicalize("https://x/" + decoded.lower())).path.removeprefix("/") or decoded.lower()


def _canonical_query(query: str, identity_params: Iterable[str]) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    wanted = {name.lower() for name in identity_params}
    identity = [(name.lower(), value) for name, value in pairs if name.lower() in wanted]
    if identity:
        return urlencode(sorted(set(identity)))
    exact, prefixes = _noise()
    kept = [
        (name, value)
        for name, value in pairs
        if not (name.lower() in exact or name.lower().startswith(prefixes)) and (name or value)
    ]
    return urlencode(sorted(set(kept)))


def _is_date(digits: str) -> bool:
    """Whether eight digits at the end of a slug are a day (16112020, 20201116) rather than an id."""
    if len(digits) != 8 or not digits.isdigit():
        return False
    for form in ("%d%m%Y", "%Y%m%d"):
        try:
            year = datetime.strptime(digits, form).year  # noqa: DTZ007 - only the calendar form is asked
        except ValueError:
            continue
        if 1990 <= year <= 2100:
            return True
    return False


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@cache
def _noise() -> tuple[frozenset[str], tuple[str, ...]]:
    lines = (files("pipelines") / "noise_params.txt").read_text(encoding="utf-8").splitlines()
    names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return (
        frozenset(name for name in names if not name.endswith("*")),
        tuple(name.removesuffix("*") for name in names if name.endswith("*")),
    )
