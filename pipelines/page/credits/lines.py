"""Lines of the text itself that credit someone: below it, above it, glued to its end.

Belongs here: whether a line of the region is a byline, and reading it. Does not: lines between headline and text
(`head`), what a template sets (`slots`, `boxes`), the grammar (`pipelines.people`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines.page.blocks import Block
from pipelines.page.body import is_running
from pipelines.page.context import Context
from pipelines.page.credits.found import MAX_BYLINE, Found, find_in
from pipelines.page.lexicon import Zone
from pipelines.page.marks import is_own_mark
from pipelines.page.tree import letters_of
from pipelines.people import BylineReading, looks_like_byline, may_be_pen_name, parse_byline, split_trailing_byline
from pipelines.records import Credit
from pipelines.text import nfc

_PUPIL = re.compile(r"^Em (?=[^\W\d_]+ [^\W\d_]+)")

_CLASS = re.compile(r"\b(?:lớp|học sinh|trường)\s", re.I)

_SOURCE_LINE = re.compile(r"\W*nguồn\b", re.I)

_POSTED = re.compile(r"(?:được )?(?:viết|đăng) bởi\b|người đăng\b|(?:written|posted) by\b", re.I)

RANK = re.compile(
    r"(?:(?:thiếu|trung|thượng|đại) (?:úy|uý|tá|tướng)|(?:GS|PGS|TS|ThS|BS|KS|CN)[\w.,]*"
    r"|(?:nhà (?:báo|văn|thơ)|bác sĩ|kỹ sư|luật sư|thạc sĩ|tiến sĩ)\b)\s",
    re.I,
)


def is_byline(context: Context, block: Block) -> bool:
    """Whether a short line at the edge of the text is a byline; a line set to the right may be any that credits
    someone.
    """
    text = block.text
    if len(text) > MAX_BYLINE:
        return False
    if looks_like_byline(text, outlet_names=context.outlet_names):
        return True
    if _POSTED.match(text) and len(text) <= 60:
        return True
    if _names_source(block):
        return bool(_as_source(context, text).sources)
    if is_signed_by_outlet(context, block):
        return True
    if _names_author(block):
        reading = parse_byline(text, outlet_names=context.outlet_names)
        return bool(reading.authors) and not {"prose", "subject", "signature", "masthead"} & set(reading.flags)
    if block.align == "right" and len(text) <= 80 and not is_running(block):
        reading = parse_byline(_PUPIL.sub("", text), outlet_names=context.outlet_names)
        return bool(reading.authors or reading.sources or {"collective", "account"} & set(reading.flags))
    return False


def signs(context: Context, block: Block) -> bool:
    """Whether a line below the text that is set apart signs it, though elsewhere it would be a caption or a label: in
    bold one person with a rank or a degree, in italics a pupil with the class, in bold at the right a pen name.
    """
    if block.letters > 60:
        return False
    if _is_pupil(block):
        return len(parse_byline(_PUPIL.sub("", block.text), outlet_names=context.outlet_names).authors) == 1
    if _is_pen_name(context, block):
        return True
    if not block.is_bold or not RANK.match(block.text):
        return False
    reading = parse_byline(block.text, outlet_names=context.outlet_names)
    return len(reading.authors) == 1 and not reading.flags


def _is_pupil(block: Block) -> bool:
    """Whether a line in italics names a pupil with class or school, as below what a pupil wrote."""
    return block.is_italic and not is_running(block) and bool(_PUPIL.match(block.text) and _CLASS.search(block.text))


def _is_pen_name(context: Context, block: Block) -> bool:
    """Whether a line in bold at the right is a pen name that no list of names holds."""
    if block.align != "right" or not block.is_bold or not may_be_pen_name(block.text):
        return False
    reading = parse_byline(block.text, outlet_names=context.outlet_names)
    return not (reading.authors or reading.sources or reading.flags)


def is_signed_by_outlet(context: Context, block: Block) -> bool:
    """Whether a line is the initials of the page's own outlet, which sign notices and corrections: of nobody."""
    text = block.text.strip(" .()")
    return 2 <= len(text) <= 8 and text.isupper() and " " not in text and is_own_mark(text, context.outlet_names)


def _names_author(block: Block) -> bool:
    """Whether a short line stands in an element that is named after the author and holds little else."""
    if not block.zone & Zone.AUTHOR or block.letters > 80 or is_running(block):
        return False
    element = next((element for element, zone in reversed(block.zones) if zone & Zone.AUTHOR), block.element)
    return letters_of(element, MAX_BYLINE) <= 100


def names_source_only(context: Context, block: Block) -> bool:
    """Whether a line says "Nguồn ..." of another outlet and names no person."""
    if not _SOURCE_LINE.match(block.text):
        return False
    reading = parse_byline(block.text, outlet_names=context.outlet_names)
    return bool(reading.sources) and not reading.authors


def split_glued(context: Context, text: str, *, caption: bool) -> tuple[str, str] | None:
    """(text, byline) where a byline is glued to the end of a caption or paragraph; a mere photo credit stays with
    its caption.
    """
    parts = split_trailing_byline(text, outlet_names=context.outlet_names)
    if parts is None:
        return None
    if caption:
        reading = parse_byline(parts[1], outlet_names=context.outlet_names)
        if not any("text" in credit.roles for credit in reading.authors) or not re.search(
            r"(?i)\b(?:tin|bài)\b", parts[1]
        ):
            return None
    return parts


def below_text(context: Context, lines: Sequence[Block]) -> list[Found]:
    """The lines below the text; one in brackets belongs to the name above it, as it would on the same line."""
    found: list[Found] = []
    for block in lines:
        if block.text.startswith("(") and block.text.endswith(")") and found and found[-1].reading.authors:
            whole = find_in(context, f"{found[-1].raw} {block.text}", "text", found[-1].where, found[-1].confidence)
            if len(whole.reading.authors) == len(found[-1].reading.authors):
                found[-1] = whole
                continue
        found.append(_line(context, block))
    if any(one.reading.authors for one in found):  # the office whose account posted it is no source
        found = [one for one in found if one.reading.authors or not _POSTED.match(one.raw)]
    return found


def _line(context: Context, block: Block) -> Found:
    if is_signed_by_outlet(context, block):
        nobody = BylineReading(raw=block.text, flags=("own_outlet",))
        return Found(nobody, block.text, "text", "line of the text", 0.9)
    # Elsewhere "Em A, lớp 7A" is of whom the text tells; to the right or in italics below it, a pupil signs.
    text = _PUPIL.sub("", block.text) if block.align == "right" or _is_pupil(block) else block.text
    if _is_pen_name(context, block):
        name = Credit(nfc(block.text), kind="pen-name", raw=block.text)
        return Found(BylineReading(authors=(name,), raw=block.text), block.text, "text", "line of the text", 0.7)
    found = find_in(context, text, "text", "line of the text", 0.9)
    if not found.names and _names_source(block):
        found = replace(found, reading=_as_source(context, block.text), confidence=0.8)
    return found


def _names_source(block: Block) -> bool:
    """Whether a short line stands in an element that is named after the source of a text and holds nothing else."""
    if not block.zone & Zone.SOURCE or block.letters > 60 or is_running(block):
        return False
    element = next((element for element, zone in reversed(block.zones) if zone & Zone.SOURCE), block.element)
    return letters_of(element, 2 * MAX_BYLINE) <= 80


def _as_source(context: Context, text: str) -> BylineReading:
    plain = re.sub(r"^(?:theo|nguồn)\s*:?\s*", "", text, flags=re.I)
    return parse_byline(f"Theo {plain}", outlet_names=context.outlet_names)
