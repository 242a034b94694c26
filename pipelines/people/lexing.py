"""From a raw string to tokens: letters in one form, dates and counters cut out, words and separators told apart.

Belongs here: everything that is decided by characters alone. Does not: what a word means (`lexicon.py`, `grammar.py`).
All patterns are linear: no nested repetition, and no input longer than `MAX_LENGTH` is ever matched.
"""

from __future__ import annotations

import html
import re
from typing import Final, NamedTuple

from pipelines.text import clean, nfc, tone_key

MAX_LENGTH: Final = 600
"""Characters of a byline that are read; what is longer is no byline."""

_TLD = "vn|com|net|org|info|edu|gov|asia|biz|tv|me|io|co|uk|us|cn|jp|kr|fr|ru"
_URL = rf"https?://[^\s,;|()<>\"“”]+|www\.[^\s,;|()<>\"“”]+|(?<![\w.@-])[a-z0-9-]+(?:\.[a-z0-9-]+){{0,3}}\.(?:{_TLD})(?![\w.]*\w)(?:/[^\s,;|()<>]*)?"
_MAIL = r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.)*[\w-]{1,63}|[\w.+-]{1,64}@…?"

_WEEKDAY = r"(?:thứ\s(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\snhật|t[2-7]|cn)\b"
# "Sáng 12/8", but "Nguyễn Văn Sáng 12/8" is a name and a day
_PART_OF_DAY = r"(?:(?<![\w)]\s)(?:rạng\ssáng|sáng|trưa|chiều|tối|đêm)\s)?"
_NUMBERS = re.compile(
    rf"""(?P<keep>{_MAIL}|{_URL})
    |(?<!\w)\d{{4}}-\d{{1,2}}-\d{{1,2}}(?:[t ]\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:\.\d{{1,9}})?
        (?:z|[+-]\d{{2}}:?\d{{2}})?)?(?!\w)
    |(?<!\w){_PART_OF_DAY}(?:ngày\s)?\d{{1,2}}\stháng\s\d{{1,2}}(?:,?\s(?:năm\s)?\d{{4}})?(?!\w)
    |(?<!\w)tháng\s\d{{1,2}}\s\d{{1,2}},?\s\d{{4}}(?!\w)
    |(?<!\w)(?:tháng\s)?\d{{1,2}}\s?[/.-]\s?(?:19|20)\d{{2}}(?!\w)|(?<!\w)tháng\s\d{{1,2}}\snăm\s\d{{4}}(?!\w)
    |(?<!\w){_PART_OF_DAY}(?:ngày\s)?\d{{1,2}}\s?[/.-]\s?\d{{1,2}}(?:\s?[/.-]\s?\d{{2,4}})?(?!\w)
    |(?<!\w)\d{{1,2}}(?:\s?[:hg]\s?\d{{2}}(?::\d{{2}})?|\sgiờ(?:\s\d{{1,2}}(?:\sphút)?)?(?!\s\w*trước))(?:\s?(?:sa|ch|am|pm)\b)?(?!\w)
    |\(?(?:gmt|utc)\s?[+-]\s?\d{{1,2}}(?::?\d{{2}})?\)?
    |(?<!\w)\d{{1,4}}\s(?:giây|phút|giờ|ngày|tuần|tháng|năm)\strước\b
    |(?<!\w)\d[\d.,]*\s?(?:lượt\s(?:xem|đọc|truy\scập)|lượt|views?|bình\sluận|comments?)\b
    |(?<!\w)(?:số\s)?(?:lượt\s(?:xem|đọc|truy\scập)|views?|đã\sxem|xem)\s?:?\s?\d[\d.,]*(?!\w)
    |(?<!\w)xem\s(?:tiếp\s)?trang\s\d+(?:\s?,\s?\d+)*
    |(?<!\w)(?:\+84|0)\d(?:[ .]?\d){{7,11}}(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
_NEAR_DATES = re.compile(rf"(?<!\w){_WEEKDAY}", re.IGNORECASE)
_DATELINE = re.compile(r",\s*(?:(?:ngày|tháng)\s+\d|\d{1,2}\s?[-/.]\s?(?:19|20)\d\d)", re.IGNORECASE)
_PLACE_AND_DAY = re.compile(
    r"\s*[(\[]?([^\W\d_][^\d,;|/()]{1,30}),\s*(?:ngày\s+)?\d{1,2}\s?[-/.]\s?\d{1,2}(?:\s?[-/.]\s?(?:19|20)?\d\d)?(?!\d)",
    re.IGNORECASE,
)
_LIFETIME = re.compile(r"\(\s?(?:1[5-9]|20)\d\d\s?-\s?(?:(?:1[5-9]|20)\d\d)?\s?\)")
# Of whom a text tells, not who wrote it: "Nguyễn Văn A, SN 1990"
_BORN = re.compile(r",\s*(?:sn|sinh năm|s\.n\.?)\s*:?\s*(?:1[89]|20)\d\d", re.IGNORECASE)
_LAW = re.compile(r"(?<!\w)\d{1,5}/(?:\d{4}/)?[A-ZĐ][A-ZĐa-z0-9]{1,9}(?:-[A-ZĐ][A-ZĐa-z&]{1,12})*(?!\w)")
_PICTOGRAMS = (
    (re.compile("[\U0001f4f7\U0001f4f8]\ufe0f?\\s*:?"), " | Ảnh: "),
    (re.compile("[\U0001f3a5\U0001f4f9\U0001f3ac]\ufe0f?\\s*:?"), " | Video: "),
    (re.compile("[\u270d\u270f\u2712]\ufe0f?\\s*:?"), " | "),
)
_LEAK = re.compile(r"\{[\w .]{0,40}\}|(?<!\w)\w*_\w*_\w+")
_END_MARK = re.compile(r"\.?\s?/+\s?\.|\.{2,}|…")
_APOSTROPHE = re.compile(r"(?<=\w)\s?[’ʼ‘´`′＇‛]\s?(?=\w)|(?<=\b[A-ZĐ])'\s(?=\w)|(?<=\b[A-ZĐ])\s'(?=\w)")
_LINES = re.compile(r"[\r\n\t\v\f\x1c-\x1e\x85\u2028\u2029]+|[^\S\r\n\t\v\f]{2,}")
_ENTITY = re.compile(r"&#?\w{2,8};")
_DASHES = dict.fromkeys(map(ord, "–—−‒―‐‑"), "-")

NEWLINE: Final = "\u2424"
GAP: Final = "\u2423"

_MARKS = rf"""(?P<word>(?<!\w)(?:đ/c|đ/chí|p/v|c/tv|t/h|s/t|b/[ts]|g/t|k/t|t/[ml]|n/a)(?!\w)\.?
        |vietnam\+
        |\w+(?:'\w+)*(?:\.\w+(?:'\w+)*)*\.?)
    |(?P<sep>[-/|,;&+•·*~={NEWLINE}{GAP}>»►▶])
    |(?P<colon>[::﹕])
    |(?P<open>[(\[{{<«【])
    |(?P<close>[)\]}}】])
    |(?P<stop>[.!?])"""
_TOKEN = re.compile(_MARKS, re.IGNORECASE | re.VERBOSE)
_TOKEN_OR_ADDRESS = re.compile(rf"(?P<mail>{_MAIL})|(?P<url>{_URL})|{_MARKS}", re.IGNORECASE | re.VERBOSE)


class Token(NamedTuple):
    """A word, a separator or another mark, with its place in the prepared string."""

    kind: str  # word, url, mail, sep, colon, open, close, stop
    text: str
    key: str  # tone_key without a trailing dot; one sign for all dashes; "&" for "và", "cùng"
    start: int
    end: int


class Line(NamedTuple):
    """A prepared string and its tokens."""

    text: str
    tokens: tuple[Token, ...]
    dated: bool  # a date, clock or counter was cut out
    dateline: bool  # the date follows a place ("Hà Giang, ngày 3/2/2020")
    too_long: bool
    place: str = ""  # what stands in front of the day in "Mường Hum, 12/8/2024"


def prepare(raw: str) -> tuple[str, bool]:
    """`raw` in one form: NFC, entities undone, one apostrophe, line ends and gaps as signs, dates gone (then True)."""
    if "&" in raw and _ENTITY.search(raw):
        raw = html.unescape(html.unescape(raw))
    pieces = []
    last = 0
    for match in _LINES.finditer(raw):
        pieces.append(clean(raw[last : match.start()]))
        pieces.append(NEWLINE if match.group()[0] in "\r\n\t\v\f\x1c\x1d\x1e\x85\u2028\u2029" else GAP)
        last = match.end()
    text = clean(raw[last:]) if not pieces else " ".join([*pieces, clean(raw[last:])]).strip(f" {NEWLINE}{GAP}")
    if not text.isascii():
        text = text.translate(_DASHES)
        for pattern, label in _PICTOGRAMS:
            text = pattern.sub(label, text)
    text = _APOSTROPHE.sub("'", text)
    if "{" in text or "_" in text:
        text = _LEAK.sub(" | ", text)
    if "." in text or "…" in text:
        text = _END_MARK.sub(f" {NEWLINE} ", text)
    dated = False
    if any(map(str.isdigit, text)):
        text = _BORN.sub(" (sinh năm)", _LIFETIME.sub("(sinh năm)", _LAW.sub(" | ", text)))
        shorter = _NUMBERS.sub(lambda match: match.group("keep") or " | ", text)
        if shorter != text:
            dated, text = True, _NEAR_DATES.sub(" | ", shorter)
    return " ".join(text.split()), dated


def keys_of(text: str) -> str:
    """`tone_key` of `text`, character for character; a letter whose small form is longer (İ, ß) counts as "?"."""
    if len(text.casefold()) != len(text):
        text = "".join([letter if len(letter.casefold()) == 1 else "?" for letter in text])
    keys = tone_key(text)
    return keys if len(keys) == len(text) else text.lower()


def lex(raw: str) -> Line:
    """The tokens of `raw`."""
    if len(raw) > MAX_LENGTH and len(raw := nfc(raw[: 8 * MAX_LENGTH])) > MAX_LENGTH:
        return Line("", (), False, False, True)
    text, dated = prepare(raw)
    keys = keys_of(text)
    tokens: list[Token] = []
    pattern = _TOKEN_OR_ADDRESS if "." in text or "@" in text else _TOKEN
    for match in pattern.finditer(text):
        kind = match.lastgroup or ""
        start, end = match.span()
        key = keys[start:end]
        if kind == "word":
            if key in {"và", "cùng"} and not (match.group() == "Và" and (not tokens or tokens[-1].kind != "word")):
                kind, key = "sep", "&"  # "Và" in front of a name is a family of the Hmông
            elif key[-1] == ".":
                key = key[:-1]
        tokens.append(Token(kind, match.group(), key, start, end))
    opening = _PLACE_AND_DAY.match(raw) if dated else None
    place = clean(opening[1]) if opening else ""
    return Line(text, tuple(tokens), dated, dated and _DATELINE.search(raw) is not None, False, place)
