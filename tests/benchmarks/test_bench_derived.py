"""What people and places cost: a whole archive, and a day of 400 new articles into a small and a large one.

Prints milliseconds per article and the two ratios that matter: an article of the large archive against one of the small,
and a day into the large against a day into the small. Finding places is set beside cutting the same texts into words.
`TINTINH_BENCH_DERIVED` names the sizes (default 10000,100000).
"""

from __future__ import annotations

import os
import random
import time
from datetime import date
from pathlib import Path

import pytest
import yaml
from generated import copy_of, fill

from pipelines.places import Home, find_places
from pipelines.text import tone_key
from warehouse import versions
from warehouse.derived.people import PEOPLE
from warehouse.derived.places import PLACES
from warehouse.derived.runner import Derivation, bring_up_to_date
from warehouse.store import Store

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).parents[1] / "golden" / "places"
ARTICLES, SYLLABLES = 2000, 500
SIZES = [int(size) for size in os.environ.get("TINTINH_BENCH_DERIVED", "10000,100000").split(",")]
DAY = 400


def _articles() -> list[list[tuple[str, str]]]:
    """Articles dense with names: the sentences of the golden cases, put together at random."""
    chance = random.Random(1)
    sentences = [
        case["text"]
        for name in ("first", "second")
        for case in yaml.safe_load((GOLDEN / f"{name}.yaml").read_text(encoding="utf-8"))
    ]
    made = []
    for _ in range(ARTICLES):
        paragraphs: list[tuple[str, str]] = []
        words = 0
        while words < SYLLABLES:
            text = " ".join(chance.choices(sentences, k=3))
            words += len(text.split())
            paragraphs.append(("body", text))
        made.append(paragraphs)
    return made


def test_places_of_dense_articles(capsys: pytest.CaptureFixture[str]) -> None:
    articles, home, day = _articles(), Home(frozenset({"06"}), frozenset({"19"})), date(2025, 9, 1)
    find_places(articles[0], day)  # the lists are read
    words = ours = 0.0
    links = 0
    for article in articles:  # by turns, so that a busy machine slows both down
        start = time.process_time()
        for _, text in article:
            for word in text.split():
                tone_key(word)
        middle = time.process_time()
        links += len(find_places(article, day, home))
        ours += time.process_time() - middle
        words += middle - start
    with capsys.disabled():
        print(
            f"\nplaces: {ours / ARTICLES * 1000:.2f} ms per article of {SYLLABLES} syllables and"
            f" {links / ARTICLES:.0f} links, {ours / words:.1f} times a key for each word"
        )
    assert links > ARTICLES


def _seconds(store: Store, derivation: Derivation) -> float:
    start = time.process_time()
    bring_up_to_date(store, derivation)
    return time.process_time() - start


def test_a_whole_archive_and_a_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    find_places([("body", "Thái Nguyên")])  # the lists are read
    each: dict[str, list[float]] = {}
    days: dict[str, list[float]] = {}
    for size in SIZES:
        with Store.open_writer(copy_of(size, tmp_path / str(size))) as store:
            for derivation in (PEOPLE, PLACES):
                each.setdefault(derivation.name, []).append(_seconds(store, derivation) / size * 1000)
            fill(store, size, DAY, size + DAY)
            versions.build(store)
            for derivation in (PEOPLE, PLACES):
                days.setdefault(derivation.name, []).append(_seconds(store, derivation))
            assert store.value("SELECT count(*) FROM authors")
            assert store.value("SELECT count(*) FROM article_places")
        (tmp_path / str(size) / "tintinh.duckdb").unlink()
    with capsys.disabled():
        for name in each:
            print(
                f"\n{name}, archives of {SIZES}: ms per article {[round(value, 3) for value in each[name]]} (ratio"
                f" {each[name][-1] / each[name][0]:.2f}); a day of {DAY} in s {[round(value, 3) for value in days[name]]}"
                f" (ratio {days[name][-1] / days[name][0]:.2f})"
            )
