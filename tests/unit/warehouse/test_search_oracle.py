"""The answers of `search`, beside those of a few lines of Python that read every text."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from warehouse_world import SOURCE, World, at

from pipelines.text import search_key
from warehouse import load, publish, versions
from warehouse.derived import search as derived
from warehouse.derived.runner import bring_up_to_date
from warehouse.derived.search import SEARCH
from warehouse.store import Store

SYLLABLES = ["tân", "tần", "tan", "lập", "lấp", "phú", "phù", "hòa", "đông", "dong", "xã", "số"]
TEXTS, EDITS, QUESTIONS = 60, 25, 60


@dataclass
class Text:
    """One article as the paper has it now."""

    number: int
    title: list[str]
    parts: list[list[str]]

    def words(self) -> list[list[str]]:
        return [self.title, *self.parts]


def _text(chance: random.Random, number: int) -> Text:
    def some(most: int) -> list[str]:
        return chance.choices(SYLLABLES, weights=range(len(SYLLABLES), 0, -1), k=chance.randint(1, most))

    return Text(number, some(4), [some(9) for _ in range(chance.randint(1, 3))])


def _told(world: World, text: Text, day: int) -> None:
    world.article(
        f"https://baomau.example/tin-{text.number}00.html", day, title=" ".join(text.title), lead=None, captions=(),
        body=tuple(" ".join(part) for part in text.parts), published_at=at(text.number),
    )  # fmt: skip


def _question(chance: random.Random) -> list[tuple[bool, list[str]]]:
    parts: list[tuple[bool, list[str]]] = []
    for _ in range(chance.randint(1, 3)):
        words = chance.choices(SYLLABLES, k=chance.randint(1, 3))
        bare = chance.random() < 0.3
        words = [search_key(word) for word in words] if bare else words
        if (phrase := chance.random() < 0.4) or not parts or parts[-1][0]:
            parts.append((phrase, words))
        else:
            parts[-1][1].extend(words)  # what stands outside quotation marks is one row of words
    return parts


def _spelled(words: list[str], needle: list[str], key: Any) -> bool:
    return any(
        [key(word) for word in words[start : start + len(needle)]] == [key(word) for word in needle]
        for start in range(len(words) - len(needle) + 1)
    )


def _answer(texts: list[Text], question: list[tuple[bool, list[str]]]) -> list[tuple[int, bool, bool, int, int]]:
    """Number, exact, in_title, together and hits of each article found, the best first."""
    asked = [word for _, words in question for word in words]
    keys = {search_key(word) for word in asked}
    pairs = [pair for _, words in question for pair in pairwise(map(search_key, words))]
    plain = all(word == search_key(word) for word in asked)
    found = []
    for text in texts:
        folded = [[search_key(word) for word in part] for part in text.words()]
        flat = [word for part in folded for word in part]
        phrases = [words for phrase, words in question if phrase]
        if not keys <= set(flat) or not all(any(_spelled(p, w, search_key) for p in text.words()) for w in phrases):
            continue
        exact = plain or (
            set(asked) <= {word for part in text.words() for word in part}
            and all(any(_spelled(part, words, str) for part in text.words()) for words in phrases if len(words) > 1)
        )
        stand = {pair for part in folded for pair in pairwise(part)}
        found.append(
            (
                text.number,
                exact,
                keys <= set(folded[0]),
                sum(pair in stand for pair in pairs),
                sum(word in keys for word in flat),
            )
        )
    return sorted(found, key=lambda row: (not row[1], not row[2], -row[3], -row[4], -row[0]))


@pytest.mark.parametrize("seed", [1, 2])
def test_random_questions_of_random_texts(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "TOGETHER", 3)
    chance, world = random.Random(seed), World()
    texts = [_text(chance, number) for number in range(1, TEXTS + 1)]
    told, dead = [*range(TEXTS), *chance.choices(range(TEXTS), k=EDITS)], 0
    with Store.open_writer(tmp_path / "tintinh.duckdb") as store:
        load.load_sources(store, [SOURCE])
        for day, number in enumerate(told, 1):
            if day > TEXTS:
                texts[number] = _text(chance, number + 1)
            _told(world, texts[number], day)
            if day % 9 and day < len(told):  # articles come and change in some loads
                continue
            load.load_captures(store, world.captures)
            load.load_readings(store, world.readings)
            versions.build(store)
            bring_up_to_date(store, SEARCH)
            dead += store.value("SELECT count(*) FROM search_dead")
        path = publish.publish(store, tmp_path / "published", parquet=False).path
    assert dead > 0
    with duckdb.connect(path, read_only=True) as con:
        for _ in range(QUESTIONS):
            question = _question(chance)
            asked = " ".join(f'"{" ".join(words)}"' if phrase else ", ".join(words) for phrase, words in question)
            rows = con.execute(
                "SELECT url, exact, in_title, together, hits FROM search($q, snippets := 0) ORDER BY rank", {"q": asked}
            ).fetchall()
            found = [(int(url.rsplit("-", 1)[1].removesuffix("00.html")), *rest) for url, *rest in rows]
            assert found == _answer(texts, question), asked
