"""One payload to one text: the steps in their order, and the flags that say what was done.

Belongs here: the order of the steps and the size limit. Does not: any step itself (`charset`, `fonts`, `repair`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from pipelines.decode.charset import to_text, without_late_controls
from pipelines.decode.evidence import ONLY_VIETNAMESE, plain_text
from pipelines.decode.fonts import convert_fonts, convert_page, has_tcvn3_cues, scheme_of_text
from pipelines.decode.repair import fix_cp1258, fix_mojibake, unescape_twice
from pipelines.text import fold_d, without_floods

MAX_BYTES: Final = 8_000_000
"""Bytes of a payload that are decoded. News pages stay below 2 MB; what is longer is cut and flagged `cut_at_limit`."""

_ETH_ENTITY = re.compile(r"&(?:ETH|#208|#x[dD]0|#393);")
_SMALL_ETH_ENTITY = re.compile(r"(?<!\w)&(?:eth|#240|#x[fF]0|#598);")
_LOOK_ALIKES: Final = ("\u00d0", "\u00f0", "\u0189", "\u0256", "&ETH;", "&#208;")
_MARKS = re.compile("[\u0300-\u036f]+")
MANY_MARKS: Final = 20
"""Letters apart from their marks from which on a page is flagged; a few come with every pasted name."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A payload as text: NFC, without control characters; `encoding` is the one that was found to be true."""

    text: str
    encoding: str
    flags: tuple[str, ...] = ()


def decode(payload: bytes, content_type: str | None = None) -> Decoded:
    """`payload` as text; `content_type` is the HTTP header's value, if any. Never raises.

    The text is HTML as it came: entities stay (once too often escaped ones apart), markup is untouched. Legacy letters
    are converted, look-alikes of Đ are Đ in Vietnamese text, and each repair leaves a flag of `pipelines.flags`.
    """
    flags: list[str] = []
    if len(payload) > MAX_BYTES:
        payload = payload[:MAX_BYTES]
        flags.append("cut_at_limit")
    text, encoding, more = to_text(payload, content_type)
    flags += [flag for flag in more if not (flag == "truncated" and flags)]  # our own cut may split a letter
    text, doubled = unescape_twice(text)
    if doubled:
        flags.append("double_escaped")
    if encoding in ("tcvn3", "vni"):
        text = convert_page(text, "tcvn3" if encoding == "tcvn3" else "vni")
        flags.append("legacy_font")
    else:
        text = _repaired(text, flags)
    tidy = without_late_controls(text)
    if tidy is not text:
        flags.append("control_characters")
    text = _composed(tidy, flags)
    if any(form in text for form in _LOOK_ALIKES) and ONLY_VIETNAMESE.search(text):
        text = _vietnamese_d(text, flags)
    return Decoded(text, encoding, tuple(dict.fromkeys(flags)))


def _repaired(text: str, flags: list[str]) -> str:
    """Letters that were right bytes and are wrong letters: mojibake, and fonts inside Unicode pages."""
    text, misread = fix_mojibake(text)
    if misread:
        flags.append("mojibake")
    text, schemes = convert_fonts(text)
    if schemes:
        flags.append("legacy_font")
    if ONLY_VIETNAMESE.search(text):
        if has_tcvn3_cues(text):
            text = _unmarked_tcvn3(text, flags)
        return text
    if text.isascii():
        return text
    words = plain_text(text)
    scheme = scheme_of_text(words)
    if scheme:
        flags.append("legacy_font")
        return convert_page(text, scheme)
    again = fix_cp1258(text)
    if again is not None:
        flags.append("mojibake")
        return again
    return text


def _composed(text: str, flags: list[str]) -> str:
    """NFC of a page. Where marks stand apart only the letters before them are composed: a page is mostly right, and the
    whole of it takes ten times as long. Compatibility characters without marks are left to `text.clean`."""
    text = without_floods(text)
    marks = _MARKS.search(text)
    if marks is None:
        return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
    pieces: list[str] = []
    at = count = 0
    for match in _MARKS.finditer(text, marks.start()):
        base = max(at, match.start() - 1)
        pieces += (text[at:base], unicodedata.normalize("NFC", text[base : match.end()]))
        at = match.end()
        count += 1
    pieces.append(text[at:])
    if count >= MANY_MARKS:
        flags.append("decomposed")
    return "".join(pieces)


_SEGMENT = re.compile(r"[^<>]+")


def _unmarked_tcvn3(text: str, flags: list[str]) -> str:
    """A Unicode page with a body in TCVN3 that no font marks: the pieces that are not Unicode Vietnamese, together."""
    pieces = [piece for piece in _SEGMENT.findall(text) if not piece.isascii() and not ONLY_VIETNAMESE.search(piece)]
    if scheme_of_text(" ".join(pieces)[:400_000]) != "tcvn3":
        return text
    flags.append("legacy_font")
    return convert_page(text, "tcvn3")


def _vietnamese_d(text: str, flags: list[str]) -> str:
    folded = fold_d(text)
    if "&" in folded:
        folded = _SMALL_ETH_ENTITY.sub("đ", _ETH_ENTITY.sub("Đ", folded))
    if folded != text:
        flags.append("d_look_alike")
    return folded
