"""Whether a line is a byline, and where the byline begins that is glued to the end of a paragraph or caption.

Belongs here: the judgement of whole lines, stricter than the grammar because the place says nothing.
Does not: the grammar itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipelines.people.grammar import read_line
from pipelines.people.items import Item
from pipelines.people.lexicon import lexicon
from pipelines.people.names import LIKELY, SURE, is_syllable
from pipelines.people.outcome import Parsed
from pipelines.people.outlet import Outlet, outlet_of
from pipelines.text import nfc, search_key, tone_key

MAX_LINE: Final = 140
"""Characters of a line that can be a byline; long-form credits with many names stay below it."""
_MAX_BARE: Final = 60  # characters of a byline without any label
_MAX_LABEL: Final = 40  # characters of a label with its colon
_TAIL: Final = 240  # characters at the end of a paragraph in which a glued byline is looked for

_MAX_ENDS: Final = 12  # ends of sentences in the tail that are tried; more dots than that are no text

_ENDS_SENTENCE = re.compile(r"[!?:…]\W*$")
_DOT = re.compile(r"\.[\"”')\]]*\s*$")
_COMMENT = re.compile(r"\(\s*\d{1,2}[/:-]\d")  # readers' comments: "Trần A (20/08/2016 09:18)"
_OF_REPORTERS = re.compile(
    r"(?:các |nhóm |tổ )?(?:pv|p\.v|phóng viên|ctv|c\.t\.v|cộng tác viên|btv|biên tập|tác giả|thực hiện)"
    r"|bbt|b\.b\.t|ban ",
    re.IGNORECASE,
)
# Where a byline may begin: behind the end of a sentence, in a bracket at the end, at the first word of a label.
_SENTENCE_END = re.compile(r"(?:\.?/+\.|[.!?…][\"”’)\]]*)\s*(?=[(\[]?[^\W\d_])")
_LAST_BRACKET = re.compile(r"[(\[]([^()\[\]]{2,120})[)\]][\s./]*$")
_LABEL_START = re.compile(
    r"(?<!\w)(?=(?:bài|tin|ảnh|hình|photo|clip|video|thực hiện|nội dung|đồ họa|đồ hoạ|infographic|thiết kế|trình bày"
    r"|biên tập|tổng hợp|lược dịch|dịch|lược ghi|ghi|sưu tầm|theo|nguồn|nhóm pv|pv)\b)",
    re.IGNORECASE,
)
_BARE_ROLES: Final = frozenset({"tong hop", "t/h", "suu tam", "luoc dich", "luoc ghi"})
_PARTING: Final = frozenset("-–—|(.,;*")
_EDGE: Final = " \t\r\n\u00a0-–—|•*("


def looks_like_byline(line: str, *, outlet_names: Sequence[str] = ()) -> bool:
    """Whether a short first or last paragraph is a byline rather than text, a heading or a caption.

    Strict: everything on the line must be understood. A bare name must be one by its syllables and no place; an
    organisation needs a label ("Tin và ảnh: Chùa A"); a collective ("PV", "(Tổng hợp)") is a byline, though of nobody.
    """
    if not 1 < len(line) <= 8 * MAX_LINE:
        return False
    line = nfc(line)
    text = " ".join(line.split())
    return len(text) <= MAX_LINE and _is_byline(line, text, outlet_of(outlet_names))


def _is_byline(line: str, text: str, outlet: Outlet) -> bool:
    if _ENDS_SENTENCE.search(text) or _COMMENT.search(text):
        return False
    if len(text) > _MAX_BARE and text[0] not in "([" and _DOT.search(text):
        return False  # a sentence: nothing below could say otherwise, and paragraphs are most of what is asked about
    parsed = read_line(line, outlet=outlet, slot="text")
    reading, items = parsed.reading, parsed.items
    if parsed.prose or parsed.unread or {"signature", "masthead", "unknown_label", "subject"} & set(reading.flags):
        return False
    if not items:  # role words alone: "(Tổng hợp)", "T/h"
        return parsed.roled and (text[0] in "([" or search_key(text) in _BARE_ROLES)
    if parsed.labelled and (reading.authors or reading.sources or _says_nobody(parsed)):
        return all(map(_stands_beside_label, items)) and not (_DOT.search(text) and len(text) > _MAX_BARE)
    if len(text) > _MAX_BARE or (_DOT.search(text) and not _ends_with_initials(parsed)):
        return False
    # "Đ/c A - Bí thư", "TS A" on a line of their own are captions, headings or signatures; a place, a section or the
    # outlet's name beside a name are no part of a byline either.
    if "/" in text and len(items) > 1:  # "(TTXVN/Tin Mới)", "A/Tin Mới/TTXVN": how agencies' customers sign
        items = [item for item in items if item.kind != "nothing" or "own_outlet" not in item.flags]
    if any(set(item.titles) - {"role"} or item.kind in {"nothing", "affiliation"} for item in items):
        return False
    people = [item for item in items if item.kind == "person"]
    sources = [item for item in items if item.kind == "source"]
    if people:
        return all(map(_certain, people)) and len(people) == len(reading.authors)
    if sources:
        return all(item.source_kind == "agency" and not item.text.islower() for item in sources)
    return all(_OF_REPORTERS.match(item.text) for item in items)


_GREETS: Final = frozenset({"xin", "kính", "mến", "thân", "chào", "trân", "chúc", "mừng"})


def may_be_pen_name(line: str) -> bool:
    """Whether two words in title case may be a pen name made of everyday words ("Hoài Bão"): the first stands in names,
    neither is a word of bylines, offices and labels. Only where the way a line is set says that somebody signs.
    """
    words = nfc(line).split()
    if len(words) != 2 or not all(word.istitle() and word.isalpha() and is_syllable(word) for word in words):
        return False
    known = lexicon()
    keys = [tone_key(word) for word in words]
    if keys[0] not in known.syllables or keys[0] in known.not_names or not _GREETS.isdisjoint(keys):
        return False
    return not any(known.phrases.get(key) for key in (*keys, " ".join(keys)))


def _says_nobody(parsed: Parsed) -> bool:
    return any(item.labelled and {"collective", "provenance"} & set(item.flags) for item in parsed.items)


def _stands_beside_label(item: Item) -> bool:
    """Whether an item may stand on one line with labelled credits: not an office or a place without a label."""
    if item.labelled or item.kind == "collective":
        return True
    if item.kind == "person":
        return _certain(item)
    return item.kind == "affiliation" or (item.kind == "source" and item.source_kind in {"agency", "outlet"})


def _certain(item: Item) -> bool:
    """Whether a bare name is one by itself: two words of names, or dotted initials."""
    name = item.name
    if name is None or "place_name" in item.flags:
        return False
    if name.kind == "person":
        return name.strength >= LIKELY and (" " in name.text or "'" in name.text)
    return "." in name.text and name.strength >= SURE


def _ends_with_initials(parsed: Parsed) -> bool:
    last = parsed.items[-1]
    return last.kind == "collective" or (last.name is not None and last.name.kind == "initials")


def split_trailing_byline(paragraph: str, *, outlet_names: Sequence[str] = ()) -> tuple[str, str] | None:
    """(text, byline) where a byline is glued to the end of a paragraph or a caption; None where there is none.

    The text keeps its end mark ("./."); both parts are as written, in NFC and without blanks at their edges. Behind the
    end of a sentence any byline is believed, inside one only a labelled credit ("Quang cảnh buổi lễ Bài và ảnh: A"), in
    brackets at the very end an agency or a labelled credit.
    """
    paragraph = nfc(paragraph)
    start = max(0, len(paragraph) - _TAIL)
    tail = paragraph[start:]
    if not tail.strip():
        return None
    outlet = outlet_of(outlet_names)
    for match in list(_SENTENCE_END.finditer(tail))[-_MAX_ENDS:]:
        rest = tail[match.end() :].strip()
        if len(rest) <= MAX_LINE and not abbreviated(tail[: match.start() + 1]) and _is_tail(rest, outlet):
            return _cut(paragraph, start + match.end(), rest)
    bracket = _LAST_BRACKET.search(tail)
    if bracket and _bracket_is_credit(tail[: bracket.start()], bracket.group(1), outlet):
        return _cut(paragraph, start + bracket.start(), bracket.group(1).strip())
    for match in _LABEL_START.finditer(tail):
        rest = tail[match.start() :].strip()
        if len(rest) > MAX_LINE or ":" not in rest[:_MAX_LABEL]:
            continue
        before = tail[: match.start()].rstrip()
        # A small letter in the middle of a sentence continues another label ("Tổng biên tập: A").
        if before and not rest[0].isupper() and before[-1] not in _PARTING:
            continue
        if _is_glued_label(rest, outlet) and not _is_masthead(tail, outlet):
            return _cut(paragraph, start + match.start(), rest)
    return None


def _cut(paragraph: str, at: int, byline: str) -> tuple[str, str] | None:
    """None where nothing is left in front: then the whole paragraph is the byline."""
    text = paragraph[:at].rstrip(_EDGE)
    return (text, byline) if text.strip(" ./") else None


def _bracket_is_credit(before: str, inside: str, outlet: Outlet) -> bool:
    if not _is_byline(inside, " ".join(inside.split()), outlet):
        return False
    parsed = read_line(inside, outlet=outlet, slot="text")
    people = any(item.kind == "person" for item in parsed.items)
    # "(Nguyễn Văn A)" inside a sentence explains somebody; behind its end it signs.
    return parsed.labelled or not people or bool(_SENTENCE_END.search(before.rstrip()[-4:] + " A"))


def _is_tail(rest: str, outlet: Outlet) -> bool:
    if _is_byline(rest, " ".join(rest.split()), outlet):
        return True
    bare = rest.rstrip(" ./")
    return bare != rest and _is_byline(bare, " ".join(bare.split()), outlet)


def _is_glued_label(rest: str, outlet: Outlet) -> bool:
    """Whether `rest` opens with a role label and is nothing but credits."""
    parsed = read_line(rest.rstrip(" ./"), outlet=outlet, slot="text")
    if parsed.prose or parsed.unread or not parsed.labelled:
        return False
    return bool(parsed.reading.authors or parsed.reading.sources)


def _is_masthead(tail: str, outlet: Outlet) -> bool:
    return "masthead" in read_line(tail[-MAX_LINE:], outlet=outlet, slot="text").reading.flags


def abbreviated(before: str) -> bool:
    """Whether the dot at the end of `before` belongs to an abbreviation or an initial ("TP.", "TS.", "Q.")."""
    if not before.endswith("."):
        return False
    words = before[:-1].split()
    word = words[-1].strip('("“') if words else ""
    if not word or not word[-1].isalpha() or not word[0].isupper() or len(word) > 3:
        return False
    known = lexicon().phrases.get(word.casefold(), {})
    return word.isupper() or "title" in known or "organisation" in known
