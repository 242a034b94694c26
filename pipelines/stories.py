"""Whether two texts are one story: the same words, printed by two outlets, cut or touched up on the way.

Belongs here: shingles of a text, its MinHash signature (by rensa), how much of one text stands in another. Does not:
finding the pairs among many articles, or who was first (`warehouse.derived.stories`).

Texts are compared without case, marks and punctuation: papers place tones differently and strip diacritics from
names, and none of that makes another text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import rensa

from pipelines.text import search_key

WIDTH = 4
"""Syllables in a shingle: two Vietnamese words, so that common phrases alone make no copy."""
SHORTEST = 24
"""Shingles that a text needs: shorter ones (a caption, a line of weather) are alike by chance."""
BANDS = 64
_ROWS = 2
_SEED = 20210406
_MIX = (0x9E3779B1, 0x85EBCA77)
_LOW = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two texts share, 0 to 1."""

    jaccard: float  # shingles of both, of all shingles of either
    contained: float  # shingles of both, of those of the shorter text
    lengths: float = 1.0  # shingles of the shorter text, of those of the longer one

    @property
    def same_story(self) -> bool:
        """Whether one text is a copy of the other, cut or touched up.

        Changing every twentieth word leaves two thirds of the shingles; texts that share nothing but their subject have
        one or two in a hundred. A text of which the other is a small part only (a round-up of short items, a digest of
        the press) is no copy of it: it would tie together all that it quotes.
        """
        return self.jaccard >= 0.35 or (self.contained >= 0.6 and self.lengths >= 0.25)


class _Folding(dict[int, str]):
    """Letters without marks and case, everything else a blank; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = search_key(char) if char.isalnum() else " "
        if len(self) < 20_000:  # all of Vietnamese, many times over
            self[code] = folded
        return folded


_FOLDING = _Folding()


def shingles(texts: Iterable[str]) -> list[list[int]]:
    """For each text (in NFC) the hashes of its shingles, distinct, in no order; an empty list for a text too short."""
    groups = []
    for text in texts:
        tokens = text.translate(_FOLDING).split()
        groups.append([" ".join(group) for group in zip(*(tokens[i:] for i in range(WIDTH)), strict=False)])
    hashed = rensa.RMinHash.hash_token_sets(groups)
    distinct = (list(set(hashes)) for hashes in hashed)
    return [hashes if len(hashes) >= SHORTEST else [] for hashes in distinct]


def bands(hashed: Sequence[Sequence[int]]) -> list[list[int]]:
    """For each text's shingles the keys (32 bits) of its `BANDS` bands: copies share at least two of them.

    Of two texts that share three tenths of all their shingles, 98 in 100 share two bands; of two that share one in a
    hundred, 2 in 100,000.
    """
    if not hashed:
        return []
    rows = rensa.RMinHash.digest_matrix_from_token_hash_sets(hashed, BANDS * _ROWS, _SEED).to_rows()
    return [
        [
            ((one * _MIX[0]) ^ (other * _MIX[1]) ^ (number * 0xC2B2AE3D)) & _LOW
            for number, (one, other) in enumerate(zip(row[::_ROWS], row[1::_ROWS], strict=True))
        ]
        for row in rows
    ]


def likeness(one: set[int], other: set[int]) -> Likeness:
    """How much two sets of shingles share."""
    common = len(one & other)
    short, long = sorted((len(one), len(other)))
    return Likeness(common / (short + long - common or 1), common / (short or 1), short / (long or 1))
