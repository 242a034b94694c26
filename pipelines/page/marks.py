"""The outlet's mark before a lead: `(HBĐT) - `, `BHG - `, `(Dân trí) - `, and which marks are the page's own outlet's.

Belongs here: cutting a mark off a line. Does not: finding the lead that it stands before (`pipelines.page.lead`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from pipelines.page.lexicon import key_of
from pipelines.text import search_key

_DASH: Final = r"[-–—]"
# A mark is short and in capitals or a host name, in brackets or before a dash; "UBND tỉnh - ..." is a sentence, so an
# unbracketed mark has no blank inside.
_BRACKETED = re.compile(rf"^\s*[(\[]\s*(?P<mark>[^()\[\]\d]{{2,32}})\s*[)\]]\s*(?:\.?\s*{_DASH}+|:)?\s*(?=\S)")
_CAPITALS = re.compile(
    rf"^\s*(?P<mark>[A-ZĐ]{{2,6}}(?:ĐT|O|TV|Đ)?|[\w]+(?:\.[\w]+)*\.(?:vn|VN|com|net))\s*{_DASH}+\s*(?=[\"“'‘\dA-ZĐÀ-Ỹ])"
)
# "BNEWS Giá vàng tăng" and "QGO. Sáng nay": no dash at all, so only the outlet's own name or initials.
_UNDASHED = re.compile(
    r"^\s*(?P<mark>[A-ZĐ]{3,12}|[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net))(?P<end>[.:]?)\s+(?=[\"“'‘\dA-ZĐÀ-Ỹ])"
)
_BARE_DASH = re.compile(rf"^\s*{_DASH}\s+(?=[A-ZĐÀ-Ỹ\"“])")
_OWN_NAME = re.compile(rf"^\s*(?P<mark>[^\s.,;:–—-][^.,;:–—-]{{2,30}}?)\s*{_DASH}+\s+(?=\S)")
_MARK_END = re.compile(r"(?<=..)(?:o|dt|tv)$")
_OF_OUTLETS = re.compile(r"\b(?:bao|dien tu|online|dai|phat thanh|truyen hinh|pt-th|ptth|tap chi|trang tin|tinh)\b")
_MARK_WORDS = re.compile(
    r"[A-ZĐ]{2,}|\.vn$|\.com$|[Bb]áo |online|Online|điện tử|[Đđ]ài |trí$|Mặt trận|[Nn]gày |[Pp]háp luật|[Tt]ạp chí"
)


def split_mark(text: str, outlet_names: Sequence[str] = ()) -> tuple[str | None, str]:
    """(mark, text without it); (None, text) where `text` opens with no outlet's mark. The mark is without brackets
    and dash.
    """
    match = _BRACKETED.match(text)
    if match:
        mark = match.group("mark").strip()
        rest = text[match.end() :].lstrip()
        dashed = bool(re.search(rf"[)\]]\s*(?:\.?\s*{_DASH}|:)", text[: match.end()]))
        known = search_key(mark) in {key_of(name) for name in outlet_names}
        if rest and (known or dashed or _MARK_WORDS.search(mark)) and len(mark.split()) <= 5:
            return mark, rest
    match = _CAPITALS.match(text)
    if match:
        return match.group("mark"), text[match.end() :].lstrip()
    for name in outlet_names:
        prefix = re.match(rf"\s*{re.escape(name)}\s*(?:{_DASH}|:)\s*(?=\S)", text, re.I)
        if prefix:
            return text[: prefix.end()].strip(" -–—:"), text[prefix.end() :]
    match = _OWN_NAME.match(text)
    if match and match.group("mark").count(" ") < 5:
        key = _core(match.group("mark"))
        if key and any(key == _core(name) for name in outlet_names):
            return match.group("mark"), text[match.end() :]
    match = _UNDASHED.match(text)
    if match:
        mark = match.group("mark")
        own = search_key(mark) in {key_of(name) for name in outlet_names}
        if own or (match.group("end") and is_own_mark(mark, outlet_names)):
            return mark, text[match.end() :]
    match = _BARE_DASH.match(text)
    if match:
        return None, text[match.end() :]
    return None, text


def is_own_mark(mark: str, outlet_names: Sequence[str]) -> bool:
    """Whether a mark in capitals is made of the initials of the page's own outlet: BTNO is "Báo Thiên Nga Online"."""
    letters = _MARK_END.sub("", search_key(mark).replace(".", ""))
    if not letters.isalpha() or len(letters) < 2:
        return False
    return any(letters in (initials, initials[1:]) for name in outlet_names if len(initials := _initials(name)) >= 2)


@lru_cache(maxsize=512)
def _initials(name: str) -> str:
    return _MARK_END.sub("", "".join(word[0] for word in search_key(name).split() if word[0].isalpha()))


@lru_cache(maxsize=512)
def _core(name: str) -> str:
    """What is left of an outlet's name without "Báo", "điện tử" and blanks: "YênBái" is "Báo Yên Bái Online"."""
    return "".join(_OF_OUTLETS.sub(" ", search_key(name)).split())
