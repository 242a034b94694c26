"""What finding places costs: milliseconds per article of 500 syllables, dense with names, beside cutting it into words.

Prints the ratio and the links per second; the sentences are those of the golden cases, put together at random.
"""

from __future__ import annotations

import random
import time
from datetime import date
from pathlib import Path

import pytest
import yaml

from pipelines.places import Home, find_places
from pipelines.text import tone_key

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).parents[1] / "golden" / "places"
ARTICLES = 2000
SYLLABLES = 500


def _articles() -> list[list[tuple[str, str]]]:
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
    articles = _articles()
    find_places(articles[0], date(2025, 9, 1))  # the lists are read
    start = time.process_time()
    for article in articles:
        for _, text in article:
            [tone_key(word) for word in text.split()]
    words = time.process_time() - start
    start = time.process_time()
    links = sum(
        len(find_places(article, date(2025, 9, 1), Home(frozenset({"06"}), frozenset({"19"})))) for article in articles
    )
    ours = time.process_time() - start
    with capsys.disabled():
        print(
            f"\nplaces: {ours / ARTICLES * 1000:.2f} ms per article of {SYLLABLES} syllables and {links / ARTICLES:.0f} links,"
            f" {ours / words:.1f} times a key for each word",
        )
    assert links > ARTICLES
