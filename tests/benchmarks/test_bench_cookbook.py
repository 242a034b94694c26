"""What each question of the cookbook takes on archives of growing size, beside one look at every text.

Prints seconds (median of three, the file read before) and the ratio to a full scan: counting the articles whose folded text
holds a word. `TINTINH_BENCH_COOKBOOK` sets the numbers of articles (default 10000).
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import pytest
from derived import copy_of
from measured import sizes

from warehouse import publish, query, recipes
from warehouse.store import Store

pytestmark = pytest.mark.slow

SCAN = "SELECT count(*) FROM articles WHERE contains(lower(strip_accents(text)), 'chuyen doi')"


def _seconds(published: Path, sql: str) -> float:
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        query.sql(published, sql)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


@pytest.mark.parametrize("articles", sizes("TINTINH_BENCH_COOKBOOK", "10000"))
def test_questions(articles: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.open_writer(copy_of(articles, tmp_path / "warehouse")) as store:
        published = publish.publish(store, tmp_path / "published", parquet=False).path
    scan = _seconds(published, SCAN)
    lines = [f"cookbook, {articles} articles: a full scan takes {scan:.2f} s"]
    for recipe in recipes.recipes().values():
        taken = _seconds(published, recipe.sql)
        rows = len(query.sql(published, recipe.sql).rows)
        lines.append(
            f"  {recipe.number:>2} {recipe.name:<20}{taken:>8.3f} s  {taken / scan:>6.3f} of the scan {rows:>8} rows"
        )
    with capsys.disabled():
        print("\n" + "\n".join(lines))
