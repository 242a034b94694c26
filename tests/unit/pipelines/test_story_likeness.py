from __future__ import annotations

import random

import pytest

from pipelines.credited import agency_of
from pipelines.stories import BANDS, SHORTEST, bands, likeness, shingles

SYLLABLES = random.Random(0).sample(
    [
        a + b
        for a in ["b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "ph", "qu", "r", "s", "t", "th", "tr", "v", "x"]
        for b in ["a", "á", "an", "ang", "âm", "ê", "en", "ia", "iên", "o", "ong", "ơi", "u", "ung", "ưa"]
    ],
    250,
)


def _text(seed: int, length: int = 320) -> list[str]:
    chance = random.Random(seed)
    return [chance.choice(SYLLABLES) for _ in range(length)]


def _likeness(one: str, other: str) -> tuple[float, float]:
    a, b = shingles([one, other])
    found = likeness(set(a), set(b))
    return found.jaccard, found.contained


def test_case_marks_and_punctuation_make_no_other_text() -> None:
    one = "Sáng 2/3, UBND tỉnh HOÀ BÌNH họp; " + " ".join(_text(1))
    other = "sáng 2/3 ubnd tỉnh Hòa Bình họp " + " ".join(_text(1)).replace(" ", ", ", 3)
    assert _likeness(one, other) == (1.0, 1.0)


def test_short_texts_are_not_compared() -> None:
    assert [
        len(found) > 0 for found in shingles(["Trời nhiều mây, có mưa rào.", "", " ".join(_text(2, SHORTEST + 9))])
    ] == [
        False,
        False,
        True,
    ]


def _cut(words: list[str], chance: random.Random) -> str:
    start = chance.randrange(len(words) // 2)
    return " ".join(words[start : start + len(words) // 2])


def _touched_up(words: list[str], chance: random.Random) -> str:
    return " ".join(chance.choice(SYLLABLES) if chance.random() < 0.06 else word for word in words)


@pytest.mark.parametrize("change", [_cut, _touched_up])
def test_copies_share_bands_and_verify(change: object) -> None:
    chance = random.Random(7)
    originals = [_text(seed) for seed in range(200)]
    copies = [change(words, chance) for words in originals]  # type: ignore[operator]
    hashed = shingles([*map(" ".join, originals), *copies])
    keys = bands(hashed)
    found = verified = 0
    for number in range(200):
        found += sum(a == b for a, b in zip(keys[number], keys[200 + number], strict=True)) >= 2
        verified += likeness(set(hashed[number]), set(hashed[200 + number])).same_story
    assert found >= 198
    assert verified >= 198


def test_other_texts_do_neither() -> None:
    hashed = shingles([" ".join(_text(seed)) for seed in range(300)])
    keys = bands(hashed)
    assert all(len(key) == BANDS for key in keys)
    shared = sum(
        sum(a == b for a, b in zip(keys[one], keys[other], strict=True)) >= 2
        for one in range(300)
        for other in range(one)
    )
    assert shared <= 5
    assert not any(likeness(set(hashed[0]), set(other)).same_story for other in hashed[1:])


@pytest.mark.parametrize(
    ("credited", "agency"),
    [
        ("TTXVN", "TTXVN"),
        ("TTXVN/Vietnam+", "TTXVN"),
        ("Thông tấn xã Việt Nam", "TTXVN"),
        ("hãng tin Reuters", "Reuters"),
        ("Tân Hoa xã", "Xinhua"),
        ("Báo Tin tức", "TTXVN"),
        ("AFP, Reuters", "AFP"),
        ("Báo Lam Xuyên", None),
        ("VOV", None),
        ("Apec", None),
        ("", None),
    ],
)
def test_wire_services_have_one_name(credited: str, agency: str | None) -> None:
    assert agency_of(credited) == agency
