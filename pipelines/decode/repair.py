"""Text that was broken before it reached us, put right where that is certain.

Belongs here: mojibake (UTF-8 or windows-1258 read as cp1252), entities escaped twice. Does not: choosing the encoding
of bytes (`charset`), fonts (`fonts`). A repair that might be wrong is not made.
"""

from __future__ import annotations

import html
import re
from typing import Final

from pipelines.decode.evidence import VIETNAMESE, plain_text, weigh
from pipelines.text import nfc

_CP1252 = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256)}
CP1252_DECODING: Final = "".join(_CP1252[byte] for byte in range(256))
"""cp1252 as browsers read it: the five undefined bytes are the control characters of the same number."""
_BYTE: Final = {ord(char): byte for byte, char in _CP1252.items()}

_TAIL = "[" + re.escape("".join(_CP1252[byte] for byte in range(0x80, 0xC0))) + "]"
# UTF-8 sequences as cp1252 shows them. Those of Vietnamese: two bytes led by Ã Ä Å Æ (and Â before a symbol), three by
# á (U+1Exx) and â (quotes and dashes).
_LONG = f"[\u00e1\u00e2]{_TAIL}{{2}}"
_SHORT = f"[\u00c2-\u00c6]{_TAIL}"
_MOJIBAKE = re.compile(f"(?:{_LONG}|{_SHORT})+")
MOJIBAKE_SIGNS: Final = ("\u00bb", "\u00ba", "\u00c4", "\u00c6", "\u20ac")
MOJIBAKE_CUES: Final = ("\u00e1\u00bb", "\u00e1\u00ba", "\u00c4\u2018", "\u00c6\u00b0", "\u00c6\u00a1", "\u00e2\u20ac")
"""Beginnings of á»‡, áº¥, Ä‘, Æ°, Æ¡, â€œ: without one of them no UTF-8 Vietnamese was misread."""
CERTAIN_RUNS: Final = 3
"""Misread letters of Vietnamese from which on a page is called broken."""

_TWICE = re.compile(r"&amp;(#\d{2,5}|#x[\da-f]{2,4}|[a-z]{2,8}\d?);", re.IGNORECASE)
_LETTER_ENTITY = re.compile(
    r"&amp;(?:[a-z](?:grave|acute|circ|tilde|uml|cedil)|eth|#(?:19[2-9]|2[0-5]\d|7[68]\d{2}|7[79]\d{2}|4[13]\d|2[57]\d));",
    re.IGNORECASE,
)


def fix_mojibake(page: str) -> tuple[str, bool]:
    """`page` with the letters of UTF-8 that were read as cp1252 put right, and whether there were any."""
    # one character is found many times faster than two: right pages are done after these
    if any(sign in page for sign in MOJIBAKE_SIGNS) and any(cue in page for cue in MOJIBAKE_CUES):
        fixed, letters = _utf8(page)
        if letters >= CERTAIN_RUNS:
            again, more = _utf8(fixed)  # a page may have been misread twice on its way
            return (again if more >= CERTAIN_RUNS else fixed), True
    return page, False


def _utf8(page: str) -> tuple[str, int]:
    letters = 0

    def run(match: re.Match[str]) -> str:
        nonlocal letters
        text = match.group()
        try:
            fixed = bytes(_BYTE[ord(char)] for char in text).decode("utf-8")
        except UnicodeDecodeError:
            return text
        letters += sum("\u0102" <= char <= "\u01b0" or "\u1ea0" <= char <= "\u1ef9" for char in fixed)
        return fixed

    return _MOJIBAKE.sub(run, page), letters


def fix_cp1258(page: str) -> str | None:
    """`page` read again as windows-1258 if it was read as cp1252 ("tiÒnh" for "tỉnh") and that makes it Vietnamese."""
    words = plain_text(page)
    before = weigh(words)
    if before.words < 8 or before.share > 0.6:
        return None
    after = weigh(as_cp1258(words))
    return as_cp1258(page) if after.share >= VIETNAMESE and after.share > before.share + 0.2 else None


def as_cp1258(text: str) -> str:
    """`text` with the characters of cp1252 exchanged for those windows-1258 has on the same bytes, composed."""
    return nfc(text.translate(_CP1258))


_CP1258: Final = {
    ord(_CP1252[byte]): char
    for byte in range(0x80, 0x100)
    if (char := bytes([byte]).decode("cp1258", "ignore")) and char != _CP1252[byte]
}


def unescape_twice(page: str) -> tuple[str, bool]:
    """`page` with entities that were escaped once too often (`&amp;agrave;`) escaped once, and whether there were any.

    Only a page that shows an accented letter in this form is touched, and at most two levels are taken off; one level
    of escaping always stays, so that text never becomes markup.
    """
    changed = False
    for _ in range(2):
        if _LETTER_ENTITY.search(page) is None:
            break
        page, changed = _TWICE.sub(r"&\1;", page), True
    return page, changed


def unescape(text: str) -> str:
    """A field's text (not markup) with its entities resolved, until stable, at most twice."""
    for _ in range(2):
        if "&" not in text:
            break
        resolved = html.unescape(text)
        if resolved == text:
            break
        text = resolved
    return text
