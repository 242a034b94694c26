"""Builders that the archive's tests share: captures, exchanges, WARC files as other tools write them."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pipelines.records import Capture
from scraper.archive import Exchange

NOON = datetime(2026, 3, 7, 5, 0, 0, 123456, tzinfo=UTC)
SOURCE = "bao-song-lam"
HOST = "baosonglam.example"


def page(number: int, words: int = 40) -> bytes:
    """A page of our own writing; each number another one."""
    text = " ".join(
        f"Xã Đồng Lạc khánh thành cây cầu số {number} bắc qua suối Nậm Khằm, lần {k}." for k in range(words)
    )
    return f"<html><head><title>Cầu số {number}</title></head><body><p>{text}</p></body></html>".encode()


def url_of(number: int) -> str:
    return f"https://{HOST}/tin/cau-so-{number}-post{number}.html?trang=1&muc=xa-hoi"


def asked(number: int, *, at: datetime | None = None, purpose: str = "article") -> Capture:
    """A capture as the crawler hands it over, before the writer fills it in."""
    moment = at or NOON + timedelta(seconds=number)
    return Capture(url_of(number), SOURCE, moment, "response", purpose=purpose, found_by="sitemap")


def answered(body: bytes, status: int = 200, headers: Iterable[tuple[str, str]] = (), **more: object) -> Exchange:
    pairs = [("Content-Type", "text/html; charset=utf-8"), *headers]
    return Exchange(status, pairs, body, request_headers=[("User-Agent", "tintinh-test")], **more)  # type: ignore[arg-type]


def http(body: bytes, headers: Iterable[str] = (), status: str = "200 OK") -> bytes:
    head = [f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def foreign(
    url: str | None,
    content: bytes,
    *,
    date: str | None = "2026-03-07T05:00:00Z",
    kind: str = "response",
    version: str = "1.0",
    fields: Iterable[str] = (),
) -> bytes:
    """One uncompressed record as another tool may write it."""
    lines = [f"WARC/{version}", f"WARC-Type: {kind}", "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>"]
    lines += [f"WARC-Target-URI: {url}"] if url is not None else []
    lines += [f"WARC-Date: {date}"] if date is not None else []
    lines += [*fields, "Content-Type: application/http; msgtype=response", f"Content-Length: {len(content)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content + b"\r\n\r\n"


def pages(count: int, host: str = HOST) -> list[bytes]:
    """Records of `count` pages of one host."""
    return [foreign(f"https://{host}/tin/bai-{n}.html", http(page(n))) for n in range(count)]


def write_members(path: Path, records: Iterable[bytes]) -> list[int]:
    """Writes a file of one gzip member a record; where each begins, and the size."""
    offsets, at = [], 0
    with path.open("wb") as file:
        for record in records:
            offsets.append(at)
            at += file.write(gzip.compress(record))
    return [*offsets, at]


@dataclass(frozen=True)
class Named:
    id: str


class Hosts:
    """A registry of hosts, as ingest asks it."""

    def __init__(self, **by_name: str) -> None:
        self._by_host = {host: Named(name.replace("_", "-")) for host, name in by_name.items()}

    def by_host(self, host: str, on: date | None = None) -> Named | None:
        return self._by_host.get(host.removeprefix("www."))
