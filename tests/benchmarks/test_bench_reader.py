"""How long a reading takes beside trafilatura alone, and whether memory grows over many pages.

The ratio is printed, over our golden pages and, where TINTINH_SHARED names one, the folder of pages of others.
"""

from __future__ import annotations

import gc
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
import trafilatura
import varied

from pipelines.reader import read_page

pytestmark = pytest.mark.slow

PAGES_FOR_MEMORY = int(os.environ.get("TINTINH_BENCH_PAGES", "50000"))
FETCHED = datetime(2026, 9, 20, 2, 0, tzinfo=UTC)


def _shared() -> Iterator[tuple[bytes, str]]:
    for name in ("real", "provincial"):
        folder = Path(os.environ["TINTINH_SHARED"]) / "bench" / name
        for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield (folder / row["file"]).read_bytes(), row["url"]


def _best(call: Callable[[], Any], times: int = 5) -> float:
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("name", ["golden", "shared"])
def test_reading_against_trafilatura_alone(name: str) -> None:
    if name == "shared" and "TINTINH_SHARED" not in os.environ:
        pytest.skip("TINTINH_SHARED names no folder of pages")
    ours = {True: 0.0, False: 0.0}
    theirs = {True: 0.0, False: 0.0}
    for payload, url in varied.golden() if name == "golden" else _shared():
        reading = read_page(payload, url, fetched_at=FETCHED)
        known = reading.origins.get("body") == "selector"
        ours[known] += _best(lambda payload=payload, url=url: read_page(payload, url, fetched_at=FETCHED))  # type: ignore[misc]
        theirs[known] += _best(lambda payload=payload: trafilatura.bare_extraction(payload, with_metadata=True))  # type: ignore[misc]
    for known, most in ((True, 1.0), (False, 1.5)):
        if not theirs[known]:
            continue
        ratio = ours[known] / theirs[known]
        print(f"{name}, family {'known' if known else 'unknown'}: {ratio:.2f} times trafilatura alone (at most {most})")
        assert ratio <= most


def test_memory_does_not_grow() -> None:
    """TINTINH_BENCH_PAGES pages, no two alike; what was taken within the first thousand is what it keeps."""
    process = psutil.Process()
    settled = 0
    statuses: Counter[str] = Counter()
    start = time.process_time()
    for number in range(1, PAGES_FOR_MEMORY + 1):
        payload, url = varied.page(number)
        statuses[read_page(payload, url, fetched_at=FETCHED).status] += 1
        if number == 1000 or not number % 10_000:
            gc.collect()
            rss = process.memory_info().rss
            settled = settled or rss
            print(f"{number} pages: {rss / 1e6:.1f} MB, {rss / settled - 1:+.1%} since the first thousand")
    gc.collect()
    grown = process.memory_info().rss / settled - 1 if settled else 0.0
    print(
        f"memory after {PAGES_FOR_MEMORY} pages: {grown:+.1%} since the first thousand (at most +5 %); "
        f"{time.process_time() - start:.0f} s of processor, {dict(statuses)}"
    )
    assert statuses["ok"] == PAGES_FOR_MEMORY
    assert grown <= 0.05
