"""Whether a few words are somebody's name, how it is written, and the keys that compare names.

Belongs here: the person test and the spelling of names. Does not: where in a byline a name stands (`grammar.py`).
Nothing is looked up outside the word lists; a name is believed by its letters, its syllables and its place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from pipelines.people.lexicon import Lexicon
from pipelines.people.lexing import Token
from pipelines.text import search_key, tone_key

NameKind = Literal["person", "pen-name", "initials"]

# What the parts of a name are worth as evidence.
WEAK: Final = 1  # capitalised words of which the place alone says that they are a name
LIKELY: Final = 2  # syllables of names only
SURE: Final = 3  # a family name and syllables of names, dotted initials, H' and K'

MAX_WORDS: Final = 5

_ONSETS: Final = frozenset({"ph", "th", "tr", "ch", "nh", "ng", "ngh", "kh", "gh", "gi", "qu", "q", "x"})
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnprstvx])?"
    r"(?:uya|uye|uyu|oai|oay|oao|oeo|ieu|yeu|uoi|uou|uay|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo|ua|ue|ui|uo|uu|uy|ye|[aeiouy])"
    r"(?:ch|ng|nh|[cmnpt])?"
)
_LETTERS = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ'-]+")
_APOSTROPHES = re.compile(r"[’ʼ‘´`′＇‛]")


class Name(NamedTuple):
    """A name as it is stored, and how much speaks for it."""

    text: str
    kind: NameKind
    strength: int
    repaired: bool = False  # its case was not that of a name


def credit_key(name: str) -> str:
    """Equal for spellings of one name within an outlet, whatever the case, tone placement, apostrophes, blanks at dots.

    i and y are different letters of different people ("Vi", "Vy") and stay apart; so do marks ("Thanh", "Thánh").
    """
    key = tone_key(_APOSTROPHES.sub("'", name))
    return re.sub(r"\.\s+", ".", key).rstrip(". ")


def initials_of(name: str) -> str:
    """The first letter of each part, dotted: "Nguyễn Thị Minh" and "N.T.Minh" give "N.T.M", "K'Vân" gives "K"."""
    parts = [part for part in re.split(r"[\s.\-]+", unicodedata.normalize("NFC", name)) if part[:1].isalpha()]
    return ".".join(_bare_capital(part[0]) for part in parts)


def _bare_capital(letter: str) -> str:
    """The capital without its tone, but with the mark that makes it another letter (Â, Đ, Ơ)."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    bare = "".join(sign for sign in unicodedata.normalize("NFD", letter.upper()) if sign not in tones)
    return unicodedata.normalize("NFC", bare)


def is_syllable(word: str) -> bool:
    """Whether `word` could be one syllable of Vietnamese, with or without its marks."""
    return _SYLLABLE.fullmatch(search_key(word)) is not None


def capitalised(word: str) -> str:
    """`word` with a capital behind each apostrophe and small letters elsewhere: "H'LINH" gives "H'Linh"."""
    return "'".join(part[:1].upper() + part[1:].lower() for part in word.split("'"))


def _is_initial(piece: str) -> bool:
    return piece[:1].isupper() and (len(piece) == 1 or piece.lower() in _ONSETS)


def _spelled(word: str) -> str:
    """One word of a name in title case; dotted initials stay."""
    if "." in word:
        pieces = word.split(".")
        if all(_is_initial(piece) for piece in pieces if piece):
            return word
        return ".".join(capitalised(piece) if len(piece) > 1 else piece for piece in pieces)
    if word.isupper() or word.islower():
        return capitalised(word)
    return word


def _well_cased(word: str) -> bool:
    """Title case or capitals, each part between apostrophes and hyphens on its own ("K'vân" is well cased too)."""
    return word.isupper() or (
        word[0].isupper() and all(part[1:] == part[1:].lower() for part in re.split("['-]", word))
    )


def one_given_name(before: Token, after: Token, lexicon: Lexicon) -> bool:
    """Whether a hyphen without blanks joins a foreign given name ("Ji-hoon", "Marie-Claire") and does not part two."""
    if after.text.islower():
        return True
    both = before.text, after.text
    foreign = all(word.isascii() and word.istitle() and len(word) > 1 for word in both)
    return foreign and not is_syllable(before.text) and after.key not in lexicon.syllables


def judge(tokens: Sequence[Token], lexicon: Lexicon, *, labelled: bool = False, strict: bool = False) -> Name | None:
    """The name that `tokens` are, or None.

    `labelled`: a role stands in front, so one unknown word is believed as well. `strict`: the place says nothing.
    """
    count = len(tokens)
    if not 1 <= count <= MAX_WORDS + 3 or any(token.kind != "word" for token in tokens):
        return None
    words = [token.text for token in tokens]
    if words[-1][-1] == "." and not (count > 1 and _is_initial(words[-1][:-1])):
        words[-1] = words[-1][:-1]
    if any(not token.key or any(map(str.isdigit, token.key)) for token in tokens):
        return None
    family = _family(tokens, lexicon)
    if any(token.key in lexicon.not_names for token in tokens[family:]) and not _unusual(tokens, lexicon):
        return None
    if any("." in word for word in words):
        return _dotted(words, lexicon)
    if not all(map(_LETTERS.fullmatch, words)):
        return None
    keys = [token.key for token in tokens]
    if count == 1:
        return _single(words[0], keys[0], lexicon, labelled)
    return _several(words, keys, lexicon, labelled, strict)


def _family(tokens: Sequence[Token], lexicon: Lexicon) -> int:
    """How many words in front are a minority's family name though they are everyday words too ("A Rất", "Và")."""
    if len(tokens) < 3 or not all(token.text[0].isupper() for token in tokens):
        return 0
    keys = tuple(token.key for token in tokens)
    for name in lexicon.long_surnames.get(keys[0], ()):
        if keys[: len(name)] == name and len(keys) > len(name):
            return len(name)
    return int(lexicon.surnames.get(keys[0]) == "minority")


def _unusual(tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """A full name whose last word is an everyday word ("Nguyễn Văn Gạo"), in title case."""
    *before, last = tokens
    if len(before) < 2 or last.key in lexicon.prose or not all(token.text.istitle() for token in tokens):
        return False
    family = lexicon.surnames.get(before[0].key) in {"common", "minority"}
    return family and all(token.key in lexicon.syllables and token.key not in lexicon.not_names for token in before)


def _dotted(words: list[str], lexicon: Lexicon) -> Name | None:
    pieces = [piece for word in words for piece in word.split(".") if piece]
    if not 2 <= len(pieces) <= MAX_WORDS or not all(piece.isalpha() and _well_cased(piece) for piece in pieces):
        return None
    # "Lan. Hà" is two sentences, "H. Hà" and "Lan H." are names: only initials carry dots.
    for word in words:
        for piece in word.split(".")[:-1]:
            if not _is_initial(piece):
                return None
    rest = [piece for piece in pieces if not _is_initial(piece)]
    if not rest:
        if len(words) > 2:
            return None
        return Name(" ".join(words).rstrip("."), "initials", SURE)
    if not all(_known(piece, lexicon) or is_syllable(piece) for piece in rest):
        foreign = len(rest) == 1 and rest[0] == words[-1] and rest[0].isascii() and rest[0].istitle()
        return Name(" ".join(words), "pen-name", WEAK) if foreign and "." in words[0] else None
    return Name(" ".join(map(_spelled, words)), "pen-name", SURE if _known(rest[-1], lexicon) else LIKELY)


def _known(word: str, lexicon: Lexicon) -> bool:
    return tone_key(word) in lexicon.syllables


def _single(word: str, key: str, lexicon: Lexicon, labelled: bool) -> Name | None:
    if not _well_cased(word):
        return None
    if "'" in word:
        head, _, tail = word.partition("'")
        if len(head) <= 2 and len(tail) > 1 and tail.replace("'", "").isalpha():
            return Name(_spelled(word), "person", SURE)
        return None
    if key in lexicon.syllables:
        return Name(_spelled(word), "pen-name", LIKELY if len(word) > 1 else WEAK) if len(word) > 1 else None
    if len(word) == 2 and word.isupper() and not is_syllable(word):
        return Name(word, "initials", WEAK)
    if labelled and len(word) > 2 and not word.isupper():
        return Name(word, "pen-name", WEAK)
    return None


def _several(words: list[str], keys: list[str], lexicon: Lexicon, labelled: bool, strict: bool) -> Name | None:
    count = len(words)
    known = sum(key in lexicon.syllables for key in keys)
    family = lexicon.surnames.get(keys[0])
    long_families = lexicon.long_surnames.get(keys[0], ())
    long_family = next((name for name in long_families if count > len(name) and tuple(keys[: len(name)]) == name), None)
    if count > MAX_WORDS + (len(long_family) - 1 if long_family else 0):
        return None
    repaired = False
    for i, word in enumerate(words):  # "NGuyễn", "KSor": the shift key held too long
        if word[:2].isupper() and word[2:].islower() and keys[i] in lexicon.syllables:
            words[i], repaired = capitalised(word), True
    low = [i for i, word in enumerate(words) if word[0].islower()]
    if len(low) == count:
        # A login typed as a name: only behind a label, or with a family that nobody doubts.
        login = family == "common" and not strict and (count > 2 or keys[0] == "nguyễn")  # "hồ tiêu" is pepper
        if (labelled or login) and known == count and count <= 4:
            return Name(" ".join(map(capitalised, words)), "person", LIKELY, repaired=True)
        return None
    if low and (family not in {"common", "kinh"} or low[0] == 0 or low[-1] == count - 1 or len(low) > 2):
        return None
    if any(keys[i] not in lexicon.syllables for i in low):
        return None
    if not all(_well_cased(word) for i, word in enumerate(words) if i not in low):
        return None
    if family == "minority" and len(words[0]) == 1 and count == 2 and len(words[1]) == 1:
        return None
    text = " ".join(map(_spelled, words))
    repaired = repaired or bool(low)
    shouted = all(word.isupper() for word in words)
    if not shouted and any(
        len(word) > 1 and word.isupper() and "'" not in word and not is_syllable(word) for word in words
    ):
        return None
    if known == count:
        strength = SURE if family or long_family else LIKELY
        return Name(text, "person", strength, repaired)
    if any("'" in word for word in words):
        return Name(text, "person", SURE, repaired)
    if family or long_family:
        if shouted and known * 2 < count and not long_family:
            return None
        clan = family == "minority" and lexicon.surnames.get(keys[-1]) == "minority"  # "Y Bhiông Niê"
        return Name(text, "person", LIKELY if clan or all(map(is_syllable, words)) else WEAK, repaired)
    if all(word.isascii() for word in words):
        return _unmarked(words, text, lexicon)
    if not is_syllable(words[0]) and keys[1] not in lexicon.surnames:
        return None  # "Anna Lê" is a name, "Agribank Sông Lam" a branch
    if known * 2 >= count and (not shouted or (labelled and count == 2 and all(map(is_syllable, words)))):
        return Name(text, "person", WEAK, repaired)
    return None


def _unmarked(words: list[str], text: str, lexicon: Lexicon) -> Name | None:
    """Names without marks ("Mai Phuong") and foreign names ("Kim Sa-myeong")."""
    lower = [word.lower() for word in words]
    if all(word in lexicon.bare_syllables for word in lower):
        likely = lower[0] in lexicon.bare_surnames and not words[0].isupper()
        return Name(text, "person", LIKELY if likely else WEAK)
    if len(words) > 4 or any(word in lexicon.outlet_words for word in lower) or all(word.isupper() for word in words):
        return None
    return Name(text, "person", WEAK) if all(len(word) > 1 for word in words[:1] + words[-1:]) else None
