"""Whether a text is Vietnamese as it stands: the share of its accented words that are possible Vietnamese syllables.

Belongs here: the statistics by which encodings are told apart. Does not: the encodings (`tables`, `charset`).
A wrong encoding almost never makes syllables: the wrong letters stand in the wrong places.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import islice
from typing import Final

SAMPLE_WORDS: Final = 3000
"""Accented words that are looked at; far fewer decide."""
ENOUGH_WORDS: Final = 4
"""Below this many accented words a page without a declared encoding proves nothing."""
VIETNAMESE: Final = 0.75
"""A text whose share is above this is Vietnamese in the right encoding (names and abbreviations are the rest)."""

ONLY_VIETNAMESE: Final = re.compile("[ăĂđĐơƠưƯ\u1ea0-\u1ef9]")
"""Letters that no other language of these pages writes."""

_MARKUP = re.compile(r"<[^<>]{0,2000}>|&#?\w{1,8};|https?://[^\s\"'<>]{0,2000}")
_SCRIPT = re.compile(r"<(script|style)\b", re.IGNORECASE)
# letters of any encoding: ASCII letters and whatever lies above ASCII, except the quotes, dashes and blanks of print
_TOKEN = re.compile("[^\x00-@\\[-`{-\x7f\u00a0\u2000-\u206f\u20ac\u2122\u3000]+")

_VOWELS = "aăâeêioôơuưy"
_TONES = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_ONSET = r"(?:b|ch|c|d|đ|gh|gi|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|r|s|th|tr|t|v|x)?"
_SYLLABLE = re.compile(rf"{_ONSET}(?P<v>[{_VOWELS}]{{1,3}})(?P<coda>ch|c|m|ng|nh|n|p|t)?")
# which vowels may follow one another inside a syllable; anything else comes from a wrong table
_NUCLEI_WRITTEN: Final = """
a ă â e ê i o ô ơ u ư y ai ao au ay âu ây eo êu ia iê iêu iu oa oai oao oay oă oe oeo oi oo ôi ơi ua uă uâ uây uê ui uô
uôi uơ uy uya uyê uyu uai uao uau uay ue uei ueo ưa ưi ươ ươi ươu ưu yê yêu ye ya ôô ie io iơ iô iă iâ iư
"""
_NUCLEI: Final = frozenset(_NUCLEI_WRITTEN.split())


@dataclass(frozen=True, slots=True)
class Evidence:
    """Counts over the accented words of a text."""

    words: int
    syllables: int

    @property
    def share(self) -> float:
        """Part of the accented words that are Vietnamese syllables, 0 where there is none."""
        return self.syllables / self.words if self.words else 0.0

    @property
    def vietnamese(self) -> bool:
        """Whether this is enough to call the text Vietnamese in its right encoding."""
        return self.words >= ENOUGH_WORDS and self.share >= VIETNAMESE


def plain_text(html: str, limit: int = 400_000) -> str:
    """A sample of the words of a page: without tags, scripts, entities and addresses."""
    sample = html[:limit]
    if "<" not in sample:
        return sample
    pieces, at, lower = [], 0, sample.lower()
    for match in _SCRIPT.finditer(sample):
        if match.start() < at:
            continue
        pieces.append(sample[at : match.start()])
        end = lower.find("</" + match[1].lower(), match.end())
        at = end if end >= 0 else len(sample)
    pieces.append(sample[at:])
    return _MARKUP.sub(" ", " ".join(pieces))


def weigh(text: str) -> Evidence:
    """The evidence of a plain text (`plain_text`)."""
    accented = (token for token in _TOKEN.findall(text) if not token.isascii())
    tokens = list(islice(accented, SAMPLE_WORDS))
    known: dict[str, bool] = {}
    syllables = 0
    for token in tokens:
        if token not in known:
            known[token] = is_syllable(token)
        syllables += known[token]
    return Evidence(len(tokens), syllables)


def is_syllable(word: str) -> bool:
    """Whether a word could be written in Vietnamese: onset, vowels, coda and tone go together."""
    if len(word) > 8:
        return False
    tone, letters = "", []
    for char in unicodedata.normalize("NFD", word.lower()):
        mark = _TONES.get(char)
        if mark is None:
            letters.append(char)
        elif tone:
            return False
        else:
            tone = mark
    match = _SYLLABLE.fullmatch(unicodedata.normalize("NFC", "".join(letters)))
    if match is None or match["v"] not in _NUCLEI:
        return False
    return match["coda"] not in ("c", "ch", "p", "t") or tone in ("s", "j")
