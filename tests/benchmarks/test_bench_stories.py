"""How well planted copies are found among many articles, and what finding them costs beside the MinHash library alone.

Prints recall, precision and the ratio; `TINTINH_BENCH_STORIES` sets the number of articles (default 100,000).
"""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path

import pytest
import rensa
from generated import copy_of

from warehouse.derived.runner import bring_up_to_date
from warehouse.derived.stories import STORIES
from warehouse.store import Store

pytestmark = pytest.mark.slow

ARTICLES = int(os.environ.get("TINTINH_BENCH_STORIES", "100000"))
HERE = Path(__file__).parent


def _library_alone(store: Store) -> float:
    """CPU seconds of rensa on the same texts: shingles of four words, signatures, its own index asked once a text."""
    texts = store.con.execute(
        "SELECT array_to_string(list_prepend(coalesce(c.lead, ''), c.body), ' ')"
        " FROM articles JOIN versions USING (version_id) JOIN contents c USING (content_id)"
    ).fetchall()
    start = time.process_time()
    index = rensa.RMinHashLSH(0.3, 128, 64)
    for number, (text,) in enumerate(texts):
        words = text.lower().split()
        signature = rensa.RMinHash(128, 1)
        signature.update([" ".join(group) for group in zip(words, words[1:], words[2:], words[3:], strict=False)])
        index.query(signature)
        index.insert(number, signature)
    return time.process_time() - start


def test_planted_copies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.open_writer(copy_of(ARTICLES, tmp_path)) as store:
        store.con.execute(
            "CREATE TEMP TABLE labels AS SELECT a.article_id, c.body[-1] AS text"
            " FROM articles a JOIN versions v USING (version_id) JOIN contents c USING (content_id)"
        )
        store.con.execute((HERE / "copies_planted.sql").read_text(encoding="utf-8"))
        start, wall = time.process_time(), time.perf_counter()
        counts = bring_up_to_date(store, STORIES)
        ours, wall = time.process_time() - start, time.perf_counter() - wall
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # before the library's own texts
        row = store.con.execute((HERE / "copies_found.sql").read_text(encoding="utf-8")).fetchone()
        assert row is not None
        real, found, both = row
        alone = _library_alone(store)
    with capsys.disabled():
        print(
            f"\nstories, {ARTICLES} articles: recall {both / real:.4f}, precision {both / found:.4f} of {real} pairs;"
            f" {ours:.1f} s CPU ({wall:.1f} s) against {alone:.1f} s of the library alone: ratio {ours / alone:.2f};"
            f" {counts['candidate_pairs']} candidate pairs; {peak / 1e6:.0f} MB at most"
        )
    assert real > 0
    assert both > 0
