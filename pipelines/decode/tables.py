"""The old Vietnamese encodings, and text converted out of them.

Belongs here: TCVN3 (ABC), VNI and VISCII, as tables (`letters.csv`) and conversions of text that shows their bytes as
Latin-1. Does not: deciding whether a text is in one of them (`evidence`, `fonts`).
"""

from __future__ import annotations

import re
from importlib import resources
from typing import Final


def _rows() -> list[list[str]]:
    text = resources.files("pipelines.decode").joinpath("letters.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [line.split(",") for line in lines[1:]]


_ROWS: Final = _rows()
_TCVN3: Final = {int(code, 16): letter for letter, code, _, _ in _ROWS if code != "-"}
_VISCII: Final = {int(code, 16): letter for letter, _, code, _ in _ROWS}
_VNI: Final = {written: letter for letter, _, _, written in _ROWS}
# the second character of a pair decides the tone whatever its case; the base decides the case of the letter
_VNI_ANY_CASE: Final = (
    _VNI
    | {key[0] + key[1].upper(): letter for key, letter in _VNI.items() if len(key) == 2 and key[0].islower()}
    | {key[0] + key[1].lower(): letter for key, letter in _VNI.items() if len(key) == 2 and key[0].isupper()}
)
_VNI_LETTER: Final = re.compile("|".join(sorted(_VNI_ANY_CASE, key=lambda key: (-len(key), key))))
_WORD: Final = re.compile(r"[^\W\d_]+")
# Byte AD (ư) is the soft hyphen of Latin-1; some paths turn it into a minus sign on the way
_MINUS_IN_WORD: Final = re.compile(r"\u2212(?=[^\W\d])|(?<=[^\W\d])\u2212")

VISCII_DECODING: Final = "".join(_VISCII.get(code, chr(code)) for code in range(256))
"""For `codecs.charmap_decode`: every byte of VISCII 1.1 (RFC 1456), the six capitals in the control range included."""

TCVN3_MARKS: Final = frozenset(map(chr, _TCVN3))
"""What TCVN3 looks like when its bytes are shown as Latin-1."""


def convert_tcvn3(text: str, capitals: bool = False) -> str:
    """`text`, whose TCVN3 bytes were read as Latin-1 or cp1252, in Unicode; characters outside TCVN3 stay.

    `capitals` is for runs in a font whose name ends in H (.VnTimeH): it shows capitals for lower-case codes, so the
    text is written in upper case. In the other fonts no capital with a tone exists, and headings were typed as capitals
    mixed with small toned letters ("THµNH PHè"): such words become capitals throughout.
    """
    text = _MINUS_IN_WORD.sub("\u00ad", text) if "\u2212" in text else text
    text = text.translate(_TCVN3)
    return text.upper() if capitals else _WORD.sub(_even_capitals, text)


def _even_capitals(match: re.Match[str]) -> str:
    word = match.group()
    plain = [char for char in word if char.isascii()]
    if len(plain) > 1 and not word.isupper() and all(map(str.isupper, plain)):
        return word.upper()
    return word


def convert_vni(text: str) -> str:
    """`text`, written for VNI fonts and read as Latin-1 or cp1252, in Unicode; what is no VNI letter stays."""
    return _VNI_LETTER.sub(lambda match: _VNI_ANY_CASE[match.group()], text)
