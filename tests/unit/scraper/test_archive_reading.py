"""Payloads out of WARC files as other tools write them, and limits on what decoding may cost."""

from __future__ import annotations

import gzip
import io
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from archive_kit import foreign, http, page
from fastwarc.stream_io import BrotliWriter, ZstdWriter

from pipelines.records import Capture
from scraper.archive import PayloadDamaged, PayloadMissing, PayloadReader, PayloadTooLarge, read_payload
from scraper.archive.httphead import parse_head

URL = "http://baosonglam.example/tin/bai-1.html"
BODY = page(1, words=400)


def chunked(body: bytes, size: int = 1000) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;ext=1\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\nX-Trailer: 1\r\n\r\n"


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def by_fastwarc(writer: type, body: bytes) -> bytes:
    out = io.BytesIO()
    packer = writer(out)
    packer.write(body)
    packer.close()
    return out.getvalue()


def stored(tmp_path: Path, record: bytes, *, packed: bool = True, before: bytes = b"") -> Capture:
    data = before + (gzip.compress(record) if packed else record)
    (tmp_path / "a.warc.gz").write_bytes(data)
    place = {"warc_file": "a.warc.gz", "warc_offset": len(before), "warc_length": len(data) - len(before)}
    return Capture(URL, "x", datetime(2026, 1, 1, tzinfo=UTC), "response", **place)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("headers", "body", "flags"),
    [
        ([], BODY, ()),
        (["Transfer-Encoding: chunked"], chunked(BODY), ()),
        (["Transfer-Encoding: chunked"], BODY, ("not-chunked",)),
        (["Content-Encoding: gzip"], gzip.compress(BODY, mtime=0), ()),
        (["Content-Encoding: x-gzip"], gzip.compress(BODY[:500]) + gzip.compress(BODY[500:]), ()),
        (["Content-Encoding: gzip", "Transfer-Encoding: chunked"], chunked(gzip.compress(BODY), 77), ()),
        (["Content-Encoding: gzip"], BODY, ("not-encoded",)),
        (["Content-Encoding: deflate"], zlib.compress(BODY), ()),
        (["Content-Encoding: deflate"], raw_deflate(BODY), ()),
        (["Content-Encoding: br"], by_fastwarc(BrotliWriter, BODY), ()),
        (["Content-Encoding: br"], BODY, ("not-encoded",)),
        (["Content-Encoding: zstd"], by_fastwarc(ZstdWriter, BODY), ()),
        (["Content-Encoding: deflate, gzip"], gzip.compress(zlib.compress(BODY)), ()),
        (["Content-Encoding: identity"], BODY, ()),
        (["Content-Encoding: la-lam"], BODY, ("unknown-encoding",)),
    ],
)
@pytest.mark.parametrize("packed", [True, False])
def test_encodings_come_off(
    tmp_path: Path, headers: list[str], body: bytes, flags: tuple[str, ...], packed: bool
) -> None:
    found = read_payload(tmp_path, stored(tmp_path, foreign(URL, http(body, headers)), packed=packed, before=b"x" * 70))
    assert (found.body, found.flags, found.status) == (BODY, flags, 200)
    assert found.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("encoding", ["gzip", "zstd", "br"])
def test_a_payload_that_was_cut_off_gives_what_is_there(tmp_path: Path, encoding: str) -> None:
    packers = {
        "gzip": gzip.compress,
        "zstd": lambda b: by_fastwarc(ZstdWriter, b),
        "br": lambda b: by_fastwarc(BrotliWriter, b),
    }
    body = b"".join(page(n) for n in range(300))
    packed = packers[encoding](body)
    content = http(packed[: len(packed) // 2], [f"Content-Encoding: {encoding}"])
    found = read_payload(tmp_path, stored(tmp_path, foreign(URL, content)))
    assert found.flags in (("encoding-cut",), ("not-encoded",))
    if encoding == "gzip":
        assert len(found.body) > 1000
        assert body.startswith(found.body)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd", "br"])
def test_a_decompression_bomb_costs_no_more_than_the_limit(tmp_path: Path, encoding: str) -> None:
    zeros = bytes(30_000_000)
    packers = {
        "gzip": lambda b: gzip.compress(b, 1),
        "deflate": zlib.compress,
        "zstd": lambda b: by_fastwarc(ZstdWriter, b),
        "br": lambda b: by_fastwarc(BrotliWriter, b[:10_000_000]),
    }
    capture = stored(tmp_path, foreign(URL, http(packers[encoding](zeros), [f"Content-Encoding: {encoding}"])))
    with pytest.raises(PayloadTooLarge):
        read_payload(tmp_path, capture, max_bytes=1_000_000)


def test_a_record_larger_than_the_limit_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(PayloadTooLarge):
        read_payload(tmp_path, stored(tmp_path, foreign(URL, http(bytes(2_000_000)))), max_bytes=1_000_000)


def test_addresses_in_angle_brackets_are_understood(tmp_path: Path) -> None:
    capture = stored(tmp_path, foreign(f"<{URL}>", http(BODY)))
    assert read_payload(tmp_path, capture).body == BODY


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    capture = stored(tmp_path, foreign(URL, http(BODY)))
    good = (tmp_path / "a.warc.gz").read_bytes()
    with PayloadReader(tmp_path) as reader:
        assert reader.read(capture).body == BODY
        nowhere = Capture(URL, "x", capture.fetched_at, "timeout")
        with pytest.raises(PayloadMissing, match="no response is archived"):
            reader.read(nowhere)
    for kind, damaged in {"cut": good[:-500], "other": good[:40] + b"????" + good[44:], "gone": b""}.items():
        (tmp_path / "a.warc.gz").write_bytes(damaged)
        with pytest.raises(PayloadDamaged):
            print(kind, read_payload(tmp_path, capture))
    (tmp_path / "a.warc.gz").unlink()
    with pytest.raises(PayloadMissing, match=r"a\.warc\.gz is not in the archive"):
        read_payload(tmp_path, capture)
    elsewhere = stored(tmp_path, foreign("http://khac.example/", http(BODY)))
    with pytest.raises(PayloadDamaged, match=r"that of http://khac\.example/"):
        read_payload(tmp_path, elsewhere)


@pytest.mark.parametrize(
    ("raw", "status", "headers", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nx", 200, [(b"A", b"b")], b"x"),
        (b"HTTP/1.0 404\nA: b\nC:d\n\nx", 404, [(b"A", b"b"), (b"C", b"d")], b"x"),
        (b"HTTP/2 200\r\nA: b\r\n c\r\nhong\r\n\r\n", 200, [(b"A", b"b c")], b""),
        (b"HTTP/1.1 200 OK\r\n\r\nx\r\n\r\n", 200, [], b"x\r\n\r\n"),
        (b"HTTP/1.1 204 No Content\r\nA: b", 204, [(b"A", b"b")], b""),
    ],
)
def test_heads_as_archives_hold_them(raw: bytes, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    head = parse_head(raw)
    assert head is not None
    assert (head.status, head.headers, raw[head.length :]) == (status, headers, body)


@pytest.mark.parametrize("raw", [b"", b"GET / HTTP/1.1\r\n\r\n", b"ICY 200 OK\r\n\r\n", b"HTTP/1.1\r\n\r\n"])
def test_what_is_no_response_has_no_head(raw: bytes) -> None:
    assert parse_head(raw) is None
