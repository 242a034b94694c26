"""How fast the archive takes files in and writes, against bare fastwarc on the same machine in the same run.

Prints figures and holds none against a clock: `make bench` shows them.
"""

from __future__ import annotations

import gzip
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator

from pipelines.records import Capture
from scraper.archive import ArchiveWriter, Exchange, ingest, iter_capture_logs, payload_digest, read_capture_log, verify

pytestmark = pytest.mark.slow

RECORDS = 6000  # exchanges: a response and a request record each, as Common Crawl's news crawl has them
PHRASES = [
    "xã vùng cao", "nông thôn mới", "khánh thành cầu", "người dân", "bà con", "đại hội", "khởi công", "mưa lũ",
    "nắng hạn", "cà phê", "lúa chiêm", "rừng phòng hộ", "đồng bào", "bí thư", "chủ tịch", "sáng nay", "hôm qua",
]  # fmt: skip


class OneInAHundred:
    """A registry that knows one host of a hundred."""

    id = "bao-mot"

    def by_host(self, host: str, on: object = None) -> OneInAHundred | None:
        return self if host == "bao-0.example" else None


def page(chance: random.Random, size: int) -> bytes:
    """About `size` bytes that compress as news pages do (to about a fifth)."""
    parts = [
        f'<p id="k{chance.randrange(9999)}">{" ".join(chance.choices(PHRASES, k=14))} {chance.getrandbits(128):x}.</p>'
        for _ in range(size // 245)
    ]
    return ("<html><body>" + "".join(parts) + "</body></html>").encode()


def records() -> Iterator[bytes]:
    chance = random.Random(7)
    for number in range(RECORDS):
        url = f"https://bao-{number % 100}.example/tin/bai-{number}.html"
        payload = page(chance, 100_000)
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nServer: nginx\r\n\r\n" + payload
        digest = f"WARC-Payload-Digest: {payload_digest(payload)}\r\n"
        for kind, content, more in (("response", answer, digest), ("request", b"GET / HTTP/1.1\r\n\r\n", "")):
            head = (
                f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}-{kind}>\r\n"
                f"WARC-Date: 2026-03-07T05:00:00Z\r\nWARC-Target-URI: {url}\r\n{more}"
                f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(content)}\r\n\r\n"
            )
            yield gzip.compress(head.encode() + content + b"\r\n\r\n", 6)


def rate(work: Callable[[], object], count: int) -> float:
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def test_ingest_against_bare_fastwarc(tmp_path: Path) -> None:
    file = tmp_path / "news.warc.gz"
    with file.open("wb") as out:
        out.writelines(records())
    total = 2 * RECORDS

    def bare() -> None:
        assert sum(1 for _ in ArchiveIterator(str(file))) == total

    def take(folder: str, only: bool) -> int:
        return ingest(file, tmp_path / folder, OneInAHundred(), only_registered=only).captures

    baseline = max(rate(bare, total) for _ in range(3))
    print(f"\n{total} records, {file.stat().st_size / 1e6:.0f} MB gzip, pages of 100 kB")
    print(f"fastwarc alone               {baseline:8.0f} records/s")
    for name, folder, only in (
        ("ingest, everything", "all", False),
        ("the same again, nothing new", "all", False),
        ("ingest, one host of a hundred", "one", True),
    ):
        speed = rate(lambda folder=folder, only=only: take(folder, only), total)  # type: ignore[misc]
        print(f"{name:29}{speed:8.0f} records/s   {speed / baseline:.2f} of fastwarc alone")
    print(f"{'verify':29}{rate(lambda: verify(tmp_path / 'all'), total):8.0f} records/s")
    assert sum(1 for log in iter_capture_logs(tmp_path / "all") for _ in read_capture_log(log)) == RECORDS
    assert sum(1 for log in iter_capture_logs(tmp_path / "one") for _ in read_capture_log(log)) == RECORDS // 100


def test_writing(tmp_path: Path) -> None:
    chance = random.Random(3)
    bodies = [page(chance, 20_000) for _ in range(300)]
    start = datetime(2026, 3, 7, tzinfo=UTC)
    headers = [(b"Content-Type", b"text/html; charset=utf-8"), (b"Server", b"nginx"), (b"Set-Cookie", b"a=b")]

    def write() -> None:
        with ArchiveWriter(tmp_path, "bao-mot", "bench") as writer:
            for number in range(RECORDS):
                url = f"https://bao-0.example/tin/bai-{number}.html"
                capture = Capture(url, "bao-mot", start + timedelta(seconds=number), "response")
                writer.response(capture, Exchange(200, headers, bodies[number % 300]))

    speed = rate(write, RECORDS)
    print(f"\nwriting pages of {len(bodies[0]) / 1000:.0f} kB: {speed:.0f} exchanges/s ({2 * speed:.0f} records/s)")
    assert sum(1 for log in iter_capture_logs(tmp_path) for _ in read_capture_log(log)) == RECORDS
