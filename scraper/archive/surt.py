"""The sort-friendly key of an address, by which replay tools look captures up (`vn,bao)/tin/bai-1.html?id=7`).

Belongs here: the key and nothing else. It folds more than an identity may (letter case, www, order of parameters): the
identity of an article is `pipelines.urls`. The rules are those by which Internet Archive tools and pywb fold addresses,
taken from what pywb 2.10 answers; a test holds both side by side.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote_to_bytes, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_WWW = re.compile(r"www\d*\.")
_PLAIN = re.compile(r"https?://([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+)((?:/[A-Za-z0-9_,-][A-Za-z0-9_,.~=-]*)*/?)")
_TO_ESCAPE = re.compile(rb"[\x00-\x20\x7f-\xff#%]")
_SESSION_FOLDER = re.compile(
    rb"(.*/)\((?:[0-9a-z]{24}|(?:[a-z]\([0-9a-z]{24}\))+)\)/([^?]+\.aspx.*)", re.IGNORECASE | re.DOTALL
)
_SESSION_ARGUMENTS = tuple(
    re.compile(rb"(.*)(?:" + name + rb")(?:&(.*))?", re.IGNORECASE | re.DOTALL)
    for name in (
        rb"jsessionid=[0-9a-z]{32}",
        rb"phpsessid=[0-9a-z]{32}",
        rb"sid=[0-9a-z]{32}",
        rb"aspsessionid[a-z]{8}=[a-z]{24}",
        rb"cfid=[^&]+&cftoken=[^&]+",
    )
)


def surt(url: str) -> str:
    """The key of an http(s) address; what is no such address is its own key, lower-case."""
    plain = _PLAIN.fullmatch(url)
    if plain:  # most addresses of news pages need no rule but the host's
        return f"{_host_key(plain.group(1))}){(plain.group(2) or '/').lower().rstrip('/') or '/'}"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return url.lower()
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return url.lower()
    key = _host_key(host)
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        key += f":{port}"
    tail = _path_key(parts.path)
    if query := _query_key(parts.query):
        tail += b"?" + query
    return f"{key}){tail.decode('ascii')}"


@lru_cache(maxsize=4096)
def _host_key(host: str) -> str:
    name = host.rstrip(".")
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            name = _escaped(name.encode("utf-8")).decode("ascii")
    name = name.lower()
    match = _WWW.match(name)
    if match:
        name = name[match.end() :]
    return name if ":" in name else ",".join(reversed(name.split(".")))


def _path_key(path: str) -> bytes:
    kept: list[bytes] = []
    for part in _unescaped(path).split(b"/"):
        if part == b"..":
            del kept[-1:]
        elif part not in (b"", b"."):
            kept.append(part)
    key = _escaped(b"/" + b"/".join(kept)).lower()
    match = _SESSION_FOLDER.fullmatch(key)
    return match.group(1) + match.group(2) if match else key


def _query_key(query: str) -> bytes:
    if not query:
        return b""
    key = _escaped(_unescaped(query))
    for pattern in _SESSION_ARGUMENTS:
        match = pattern.fullmatch(key)
        if match:
            key = match.group(1) + (match.group(2) or b"")
    arguments = sorted(tuple(argument.split(b"=", 1)) for argument in key.lower().split(b"&"))
    return b"&".join(b"=".join(argument) for argument in arguments)


def _unescaped(text: str) -> bytes:
    """Without percent-escapes, also where they were escaped more than once."""
    raw = text.encode("utf-8", "surrogateescape")
    while b"%" in raw and (plain := unquote_to_bytes(raw)) != raw:
        raw = plain
    return raw


def _escaped(raw: bytes) -> bytes:
    return _TO_ESCAPE.sub(lambda match: b"%%%02x" % match.group()[0], raw)
