"""Cutting text into tokens for the search of place names: words with their keys, and the signs between them.

Belongs here: what is decided by characters alone. Does not: what a word means.
News repeats itself: each blank-separated piece is cut once and kept, within a bound.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from pipelines.text import nfc, tone_key

SIGN: Final = 0
LOWER: Final = 1
CAPITAL: Final = 2
SHOUTED: Final = 3  # two letters or more, all capitals
NUMBER: Final = 4

_TOKEN = re.compile(r"[^\W_]+(?:['’ʼ‘´`′][^\W_]+)*|[^\w\s]|_")
_APOSTROPHE = re.compile("[’ʼ‘´`′]")
_DASHES: Final = frozenset("–—−‒―‐‑")
# Ways to write one syllable of the Central Highlands that name the same places and nothing else.
_SAME: Final = {"đăk": "đắk", "dăk": "đắk", "đak": "đắk"}


class Token(NamedTuple):
    """A word, a number or a sign."""

    text: str
    key: str
    kind: int


class Cut(NamedTuple):
    """A text in tokens. `words[i]` is the number of the blank-separated piece in which token i stands."""

    tokens: list[Token]
    words: list[int]
    starts: list[int]  # tokens that a name can open with


@lru_cache(maxsize=1 << 16)
def _pieces(piece: str) -> tuple[tuple[Token, ...], bool]:
    found = tuple(_token(match.group()) for match in _TOKEN.finditer(piece))
    return found, any(token.kind > LOWER for token in found)


def _token(text: str) -> Token:
    first = text[0]
    if first in _DASHES or first == "-":
        return Token(text, "-", SIGN)
    if not first.isalnum():
        return Token(text, text, SIGN)
    if text.isdigit():
        return Token(text, text.lstrip("0") or "0", NUMBER)
    key = tone_key(_APOSTROPHE.sub("'", text))
    key = _SAME.get(key, key)
    if not first.isupper():
        return Token(text, key, LOWER)
    return Token(text, key, SHOUTED if len(text) > 1 and text.isupper() else CAPITAL)


def cut(text: str) -> Cut:
    """`text` in tokens."""
    tokens: list[Token] = []
    words: list[int] = []
    starts: list[int] = []
    for number, piece in enumerate(nfc(text).split()):
        found, telling = _pieces(piece)
        if telling:
            at = len(tokens)
            starts.extend(at + i for i, token in enumerate(found) if token.kind > LOWER)
        tokens.extend(found)
        words.extend([number] * len(found))
    return Cut(tokens, words, starts)


@lru_cache(maxsize=1 << 15)
def key_of(name: str) -> str:
    """The key of a name: the keys of its tokens with single blanks between them."""
    return " ".join(token.key for piece in nfc(name).split() for token in _pieces(piece)[0])


def written(tokens: list[Token], words: list[int], start: int, end: int) -> str:
    """The tokens from `start` to `end` (exclusive) as they stood in the text."""
    parts: list[str] = []
    for i in range(start, end):
        if i > start and words[i] != words[i - 1]:
            parts.append(" ")
        parts.append(tokens[i].text)
    return "".join(parts)
