"""Letters: the one form in which Vietnamese text is stored, and the keys by which it is found again.

Belongs here: normalisation that changes nothing a reader sees (NFC, blanks, look-alikes of Đ), and keys made from text.
Does not: decoding of bytes and repair of broken encodings (`pipelines.decode`), names of people and places.
Keys are for comparing and searching only; they are never stored in place of the text.
"""

from __future__ import annotations

import re
import unicodedata

# Invisible characters that editors and PDF layers leave behind; they separate nothing a reader sees.
_INVISIBLE = dict.fromkeys(
    [
        *range(0x00, 0x09),
        *range(0x0E, 0x1C),
        *range(0x7F, 0x85),  # U+0085 is a line end and collapses with the blanks
        *range(0x86, 0xA0),
        0xAD,
        0x180E,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2065),
        *range(0x2066, 0x2070),
        0xFEFF,
        0xFFF9,
        0xFFFA,
        0xFFFB,
    ]
)
_INVISIBLE_RUN = re.compile("[" + "".join(map(re.escape, map(chr, _INVISIBLE))) + "]")
_BLANKS = re.compile(r"\s+")
_UNTIDY = re.compile(r"\s\s|[^\S ]|^\s|\s$")

# The three capitals look alike and no Unicode normalisation unifies them.
_CAPITAL_D = str.maketrans({"\u00d0": "Đ", "\u0189": "Đ", "\u0256": "đ"})
_LOOK_ALIKE = re.compile("[\u00d0\u00f0\u0189\u0256]")
# Vietnamese đ opens a syllable, the Icelandic eth never does: "ð" inside a word is a foreign name ("Sigurðsson")
# unless the word also holds a letter that only Vietnamese writes.
_ETH_WORD = re.compile("\\b[^\\W\u00f0]*+\u00f0\\w*")
_ONLY_VIETNAMESE = re.compile("[ăĂơƠưƯđĐ\u1ea0-\u1ef9]")

_MARKS = re.compile("[\u0300-\u036f]+")
_COMBINING = re.compile(
    "[" + "".join(char for char in map(chr, range(0x300, 0x1F000)) if unicodedata.combining(char)) + "]"
)
MAX_MARKS = 16
"""Combining marks that are kept in a row; no script needs more than a handful."""
_FLOOD = re.compile(f"({_COMBINING.pattern}{{{MAX_MARKS}}}){_COMBINING.pattern}+")
_STEP = 32
_TWO = re.compile(f"{_COMBINING.pattern}(?={_COMBINING.pattern})")
_LONG = re.compile(f"{_COMBINING.pattern}{{{_STEP + 1}}}")

# Old and new placement of a tone differ in open syllables on oa, oe, uy only ("hòa", "hoà"); never after q ("quý").
_NEW_PLACES = {
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa",
    "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe",
    "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip
_NEW_PLACE = re.compile(r"(?<!q)(?:o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])(?!\w)")


def nfc(s: str) -> str:
    """`s` in Unicode NFC, the only form in which text is stored and compared; endless runs of marks are cut."""
    return unicodedata.normalize("NFC", without_floods(s))


def without_floods(s: str) -> str:
    """`s` with runs of combining marks cut to `MAX_MARKS` where a run has 64 or more of them.

    Putting marks in order takes time with the square of such a run: a megabyte of them takes hours. So long a run
    has marks at two of every 32nd places, one after the other, and looking only there costs next to nothing.
    """
    if len(s) < 2 * _STEP or s.isascii():
        return s
    if any(_LONG.match(s, hit.start() * _STEP) for hit in _TWO.finditer(s[::_STEP])):
        return _FLOOD.sub(r"\1", s)
    return s


def fold_d(s: str) -> str:
    """`s` with the look-alikes of Đ/đ (U+00D0, U+00F0, U+0189, U+0256) replaced; meant for Vietnamese text.

    A small eth inside a word without Vietnamese letters is left: it belongs to an Icelandic or Faroese name.
    """
    if _LOOK_ALIKE.search(s) is None:
        return s
    s = s.translate(_CAPITAL_D)
    if "\u00f0" not in s:
        return s
    # pages hold thousands of words and one eth: a pattern over all of them takes many times longer
    return " ".join(_ETH_WORD.sub(_small_eth, piece) if "\u00f0" in piece else piece for piece in s.split(" "))


def _small_eth(match: re.Match[str]) -> str:
    word = match.group()
    if word[0] != "\u00f0" and not _ONLY_VIETNAMESE.search(word):
        return word
    return word.replace("\u00f0", "đ")


def clean(s: str) -> str:
    """One line of text as it is stored: NFC, nothing invisible, every run of blanks one blank, Đ for its look-alikes.

    Line ends and tabs are blanks too; call it per line or per cell where they mean something.
    """
    s = nfc(s)
    if _is_clean(s):
        return s
    if not s.isascii():
        s = fold_d(_INVISIBLE_RUN.sub("", s))
    elif not s.isprintable():
        s = _INVISIBLE_RUN.sub("", s)
    return _BLANKS.sub(" ", s).strip() if _UNTIDY.search(s) else s


def _is_clean(s: str) -> bool:
    """Whether a text in NFC needs nothing: no blank but the plain one, and nothing invisible, is printable."""
    if not s.isprintable() or "  " in s or s[:1] == " " or s[-1:] == " ":
        return False
    return s.isascii() or _LOOK_ALIKE.search(s) is None


def search_key(s: str) -> str:
    """What a reader without a Vietnamese keyboard would type: lower case, no marks, đ as d, single blanks.

    "ĐỒNG THÁP", "Đồng Tháp" and "dong thap" have one key; so do different names ("Tân Tiến", "Tân Tiên").
    """
    s = clean(s).lower()
    if s.isascii():
        return s
    # Marks that stood alone leave blanks behind, and letters of other scripts come apart: cleaned again.
    return clean(_MARKS.sub("", unicodedata.normalize("NFD", s)).replace("đ", "d")).lower()


def tone_key(s: str) -> str:
    """Equal for the two placements of a tone and for any case: "Hoà", "HÒA" and "hòa" have one key.

    Marks stay, and i/y are never exchanged ("Mỹ" is not "Mĩ"): different names keep different keys.
    """
    s = clean(s).casefold()
    if s.isascii():
        return s
    return _NEW_PLACE.sub(lambda match: _NEW_PLACES[match.group()], unicodedata.normalize("NFC", s))
