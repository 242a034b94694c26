"""Who is credited: all places of a page that name its authors and sources, and how they are put together.

Belongs here: where bylines stand and which of them count. Does not: their grammar (`pipelines.people`).

What a line of the article says beats what a template's slot says, which beats machine tags: those mostly name the
outlet or an account. A labelled line (`Bài, ảnh: X`) beats a bare name; a photographer beside an author is added to
him.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from pipelines.page.blocks import Block
from pipelines.page.body import is_running, tells_about_document
from pipelines.page.context import Context, text_of
from pipelines.page.lead import is_own_mark
from pipelines.page.lexicon import CHROME, Zone, is_junk, key_of, zone_of_names
from pipelines.page.metadata import people_of
from pipelines.page.tree import Page, is_inside, letters_of, names_of
from pipelines.people import BylineReading, credit_key, looks_like_byline, parse_byline, split_trailing_byline
from pipelines.records import Credit
from pipelines.text import clean, search_key

MAX_BYLINE: Final = 160
MAX_LINKS: Final = 12
"""Links to pages of authors looked at per page."""
_DASHES = re.compile(r"\s+[-–]\s+")
_DATE_PARTS = re.compile(
    r"\s*[|•·]\s*|\s{3,}"
    r"|(?:thứ\s+(?:\w+|\d)|chủ\s+nhật|T[2-7]|CN)?,?\s*(?:ngày\s+)?\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2,4}"
    r"|\d{1,2}\s*(?::|h|giờ)\s*\d{2}(?::\d{2})?(?:\s*(?:AM|PM|SA|CH))?|\(?\b(?:GMT|UTC)\s*\+\s*7\)?",
    re.I,
)
_WIDGETS = re.compile(r"^(?:và \d+ tác giả khác|Theo dõi|Xem thêm bài của|Tác giả|Bút danh|Người viết)\s*:?\s*", re.I)
_AUTHOR_PAGE = re.compile(
    r"/(?:tac-gia|tacgia|but-danh|phong-vien|nha-bao|nguoi-viet|cay-but|authors?|profile)s?[/?=-]", re.I
)
_CREDITS_SOURCE = re.compile(r"^\W*(?:theo|nguồn|tổng hợp từ|via)\b", re.I)
_DAY = re.compile(r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2,4}")
_PUPIL = re.compile(r"^Em (?=[^\W\d_]+ [^\W\d_]+)")
_SOURCE_LINE = re.compile(r"\W*nguồn\b", re.I)
_POSTED = re.compile(r"(?:được )?(?:viết|đăng) bởi\b|người đăng\b|(?:written|posted) by\b", re.I)
_SENDER = re.compile(r"\W*(?:người gửi|người hỏi|người đặt câu hỏi|công dân hỏi)\b", re.I)
_QUESTIONS = re.compile(r"/(?:hoi-dap|hoidap|hoi-va-dap|cau-hoi|qa|faq)", re.I)
_QUESTION = re.compile(r"(?:^|\s)(?:Câu hỏi|Nội dung câu hỏi|Trả lời|CÂU HỎI|TRẢ LỜI)\s*:")
_RANK = re.compile(
    r"(?:(?:thiếu|trung|thượng|đại) (?:úy|uý|tá|tướng)|(?:GS|PGS|TS|ThS|BS|KS|CN)[\w.,]*"
    r"|(?:nhà (?:báo|văn|thơ)|bác sĩ|kỹ sư|luật sư|thạc sĩ|tiến sĩ)\b)\s",
    re.I,
)
_HOUR_OR_DAY = re.compile(r"\d{1,2}:\d{2}|\b(?:19|20)\d\d\b|\btrước\b")
_WRITES: Final = frozenset({"text", "compilation", "translation", "record"})
MAX_BOX: Final = 400
"""Letters of an author's box: name, office, a line or two about the person."""
_LABEL = re.compile(
    r"^\s*(?:tác giả|bút danh|người viết|by|author|written by|đăng bởi|viết bởi|người đăng|posted by)\s*:?\s+", re.I
)


@dataclass(frozen=True, slots=True)
class Found:
    """One byline with its place."""

    reading: BylineReading
    raw: str
    origin: str
    where: str
    confidence: float

    @property
    def names(self) -> bool:
        """Whether it credits anybody."""
        return bool(self.reading.authors or self.reading.sources)


@dataclass(frozen=True, slots=True)
class Credited:
    """The outcome: raw line, people, agencies and outlets."""

    raw: str | None = None
    authors: tuple[Credit, ...] = ()
    sources: tuple[str, ...] = ()


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
    """Whether a bold line below the text is one person with a rank or a degree, which elsewhere would be a caption."""
    if block.letters > 60 or not _RANK.match(block.text):
        return False
    reading = parse_byline(block.text, outlet_names=context.outlet_names)
    return len(reading.authors) == 1 and not reading.flags


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


def find_credits(
    context: Context,
    lines: Sequence[Block],
    glued: Sequence[tuple[str, str]],
    front: Sequence[Block],
    date_line: str | None,
    dates: Sequence[Block] = (),
) -> Credited:
    """Everybody credited. `lines`: bylines at the edges of the region; `glued`: (raw, where) cut off captions and
    sentences; `front`: blocks between headline and text; `date_line`: the line that gave the date; `dates`: date lines
    at the top of the region.
    """
    slots = _slots(context)
    sources = _source_slots(context)
    tail = _tail(context, lines)
    tail += [_found(context, raw, "text", where, 0.85) for raw, where in glued]
    fronts = [] if slots else _front_lines(context, front)
    if not slots and not fronts:
        fronts = _beside_dates(context, dates)
    boxes = [] if slots or tail or fronts else _author_boxes(context)
    if not slots and not any(found.reading.authors for found in (*tail, *fronts)):
        linked = [text_of(link) for link in context.author_links]
        boxes += [_found(context, name, "text", "link to the author's page", 0.8) for name in linked]
    nobody = not _has_writer((*slots, *tail))
    inline = _in_date_line(context, date_line) if date_line and nobody and not slots else []
    machine = _machine(context)
    chosen: list[Found] = []
    reason = ""
    for group, why in (
        (tail, "a line of the article"),
        (slots, "the page's slot for the author"),
        (fronts, "a line between headline and text"),
        (inline, "rest of the date line"),
        (boxes, "the author's box below the text"),
        (machine, "only machine tags name someone"),
    ):
        named = [found for found in group if found.names]
        if named and not chosen:
            chosen, reason = named, why
        elif named and chosen and group is slots:
            chosen = _add_slots(chosen, named)
        elif named and group in (fronts, inline, boxes) and not _has_writer(chosen):
            # "Theo X" or "Ảnh: X" below, a name above
            chosen = [*chosen, *(found for found in named if found.reading.authors)]
    quiet = next((found for found in (*tail, *slots, *fronts) if not found.names and found.raw), None)
    if chosen and quiet is not None and group_is_machine(chosen) and tail:
        chosen = []  # "PV" below the text says nobody; a machine tag does not know better
    extra = [found for found in sources if found.names]
    everything = [*tail, *slots, *fronts, *inline, *boxes, *machine, *sources]
    for found in everything:
        taken = any(found is one for one in (*chosen, *extra))
        context.witness(
            "authors", [c.name for c in found.reading.authors] or list(found.reading.sources), found.raw, found.origin,
            found.where, found.confidence, found.reading.flags, chosen=taken,
            reason=(reason if taken else "credits nobody" if not found.names else "another place names the authors"),
        )  # fmt: skip
    if not chosen and not extra:
        if quiet is not None:
            context.flag(*quiet.reading.flags)
        return Credited(quiet.raw if quiet is not None else None)
    authors = _merge_people([credit for found in chosen for credit in found.reading.authors])
    agencies = list(dict.fromkeys(name for found in (*chosen, *extra) for name in found.reading.sources))
    lead = chosen[0] if chosen else extra[0]
    for found in chosen:
        context.flag(*found.reading.flags)
    if authors:
        context.won("authors", lead.origin, lead.confidence)
    if agencies:
        context.won("sources", (extra or chosen)[0].origin, 0.85)
    raw = " ; ".join(dict.fromkeys(found.raw for found in chosen)) if chosen else extra[0].raw
    return Credited(raw, authors, tuple(_distinct(agencies)))


def group_is_machine(group: Sequence[Found]) -> bool:
    """Whether all of a group are machine tags."""
    return all(found.origin in ("json-ld", "meta") for found in group)


def points_to_author_or_source(block: Block) -> bool:
    """Whether a line that is mostly a link is a credit all the same: "Theo X" with a link to X, a link to an author."""
    return _CREDITS_SOURCE.match(block.text) is not None or is_author_link(block)


def names_source_only(context: Context, block: Block) -> bool:
    """Whether a line says "Nguồn ..." of another outlet and names no person."""
    if not _SOURCE_LINE.match(block.text):
        return False
    reading = parse_byline(block.text, outlet_names=context.outlet_names)
    return bool(reading.sources) and not reading.authors


def is_author_link(block: Block) -> bool:
    """Whether a line is a link to the page of an author."""
    return block.is_link and any(_AUTHOR_PAGE.search(link.get("href") or "") for link in block.links)


def author_boxes(page: Page, region: HtmlElement) -> list[tuple[HtmlElement, HtmlElement]]:
    """(box, link with the name) of the boxes inside a region that introduce an author: a link to the author's page
    with a picture or lines about the person, and no date.
    """
    found: list[tuple[HtmlElement, HtmlElement]] = []
    links = (link for link in page.index.tags.get("a", ()) if _AUTHOR_PAGE.search(link.get("href") or ""))
    for link in islice(links, MAX_LINKS):
        if letters_of(link, 61) > 60 or not is_inside(link, region):
            continue
        best: HtmlElement | None = None
        for above in islice(link.iterancestors(), 5):
            if above is region or above.tag in ("body", "article", "main") or letters_of(above, MAX_BOX) > MAX_BOX:
                break
            if above.tag not in ("div", "section", "aside"):
                continue
            if above.find(".//img") is not None or above.find(".//p") is not None:
                best = above
        if best is not None and not _DAY.search(text_of(best)):
            found.append((best, link))
    if not found:
        found = list(_named_boxes(region))
    return found


def _named_boxes(region: HtmlElement) -> Iterator[tuple[HtmlElement, HtmlElement]]:
    """(box, heading) of boxes named after the author that hold a picture, a name as heading and lines about them."""
    for box in islice(region.iterdescendants("div", "section", "aside"), MAX_LINKS):
        if not zone_of_names(names_of(box)) & Zone.AUTHOR or box.find(".//img") is None:
            continue
        heading = next(islice(box.iterdescendants("h2", "h3", "h4", "h5", "strong", "b"), 1), None)
        if heading is None or box.find(".//p") is None or letters_of(heading, 61) > 60:
            continue
        if letters_of(box, MAX_BOX) <= MAX_BOX and not _DAY.search(text_of(box)):
            yield box, heading


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


def _answers(context: Context) -> bool:
    """Whether the page answers somebody's question, so that who sent it is its subject."""
    if _QUESTIONS.search(context.url):
        return True
    region = context.region.element if context.region is not None else context.page.body
    return _QUESTION.search(text_of(region)) is not None


def _found(context: Context, raw: str, origin: str, where: str, confidence: float) -> Found:
    raw = clean(raw)
    if _SENDER.match(raw) and _answers(context):
        return Found(BylineReading(raw=raw, flags=("subject",)), raw, origin, where, confidence)
    plain = _WIDGETS.sub("", _LABEL.sub("", raw))
    return Found(parse_byline(plain, outlet_names=context.outlet_names), raw, origin, where, confidence)


def _tail(context: Context, lines: Sequence[Block]) -> list[Found]:
    """The lines below the text; one in brackets belongs to the name above it, as it would on the same line."""
    found: list[Found] = []
    for block in lines:
        if block.text.startswith("(") and block.text.endswith(")") and found and found[-1].reading.authors:
            whole = _found(context, f"{found[-1].raw} {block.text}", "text", found[-1].where, found[-1].confidence)
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
    # Elsewhere "Em A, lớp 7A" is of whom the text tells; set to the right below it, a pupil signs.
    text = _PUPIL.sub("", block.text) if block.align == "right" else block.text
    found = _found(context, text, "text", "line of the text", 0.9)
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


def _slots(context: Context) -> list[Found]:
    found: list[Found] = []
    seen: set[str] = set()
    for element, where in context.pick("byline"):
        text = text_of(element)
        key = credit_key(text)
        if text and len(text) <= MAX_BYLINE and key not in seen and not is_junk(text):
            seen.add(key)
            found.append(_found(context, text, "selector", where, 0.92))
    if not found:
        for element in context.page.index.attributes.get(("itemprop", "author"), ())[:3]:
            text = clean(element.get("content") or "") or text_of(element)
            key = credit_key(text)
            if text and len(text) <= MAX_BYLINE and key not in seen:
                seen.add(key)
                found.append(_found(context, text, "microdata", "[itemprop=author]", 0.75))
    if not found:
        # Lists of other articles link their authors in the same way: believed where all links say the same.
        links = context.page.index.attributes.get(("rel", "author"), ())[:MAX_LINKS]
        names = {text for link in links if (text := text_of(link)) and len(text) <= 60}
        found = [_found(context, name, "microdata", "[rel=author]", 0.75) for name in names if len(names) == 1]
        found = [one for one in found if one.names]
    return found


def _source_slots(context: Context) -> list[Found]:
    found: list[Found] = []
    for element, where in context.pick("source"):
        own = {key_of(name) for name in context.outlet_names}
        text = text_of(element)
        if not text or len(text) > 80 or is_junk(text):
            continue
        reading = parse_byline(text, outlet_names=context.outlet_names)
        if reading.authors and not reading.sources and not _CREDITS_SOURCE.match(text):
            continue  # the slot names the author where nothing was taken from elsewhere
        if not reading.sources:
            plain = re.sub(r"^(?:theo|nguồn)\s*:?\s*", "", text, flags=re.I)
            reading = parse_byline(f"Theo {plain}", outlet_names=context.outlet_names)
            if search_key(plain) in own or not plain or "own_outlet" in reading.flags:
                continue
            if not reading.sources:
                reading = BylineReading(sources=(plain,), raw=text)
        found.append(Found(replace(reading, authors=()), text, "selector", where, 0.9))
    return found[:2]


def _front_lines(context: Context, front: Sequence[Block]) -> list[Found]:
    found: list[Found] = []
    for block in front:
        if block.kind != "text" or len(block.text) > 100 or block.zone & (Zone.TITLE | Zone.NAV | Zone.TAGS):
            continue
        if tells_about_document(block):
            continue
        if block.zone & Zone.LEAD and not looks_like_byline(block.text, outlet_names=context.outlet_names):
            continue  # the box of the lead may hold the byline, too
        if block.zone & CHROME and not block.zone & Zone.AUTHOR and not _beside_headline(context, block):
            continue
        line = looks_like_byline(block.text, outlet_names=context.outlet_names)
        if line and any(_AUTHOR_PAGE.search(link.get("href") or "") for link in block.links):
            line = _found(context, block.text, "text", "", 0.0).names  # "A Biên tập viên" is nobody as a line
        dated = bool(block.zone & Zone.DATE) or _HOUR_OR_DAY.search(block.text) is not None
        mixed = dated or (bool(block.links) and not block.zone & Zone.AUTHOR)
        slot = _author_inside(context, block) if mixed and not line and not is_author_link(block) else None
        if slot is not None:
            one = _found(context, slot, "text", "author's slot in the date line", 0.75)
            if one.reading.authors:
                found.append(one)
            continue
        named = (bool(block.zone & Zone.AUTHOR) and not block.zone & Zone.DATE) or is_author_link(block)
        if named or line:
            one = _found(context, block.text, "text", "between headline and text", 0.8 if named else 0.7)
            if one.names or one.reading.flags:
                found.append(one)
    return found


def _beside_dates(context: Context, dates: Sequence[Block]) -> list[Found]:
    """Names in elements of their own in the date lines at the top of the region, where it holds the headline."""
    slots = [slot for block in dates[:3] if (slot := _author_inside(context, block)) is not None]
    found = [_found(context, slot, "text", "author's slot in the date line", 0.75) for slot in slots]
    return [one for one in found if one.reading.authors]


def _beside_headline(context: Context, block: Block) -> bool:
    """Whether all that speaks against a line are boxes that hold the headline too: the <header> of an article."""
    title = context.title_element
    return title is not None and all(is_inside(title, element) for element, zone in block.zones if zone & CHROME)


def _author_inside(context: Context, block: Block) -> str | None:
    """The text of the inline element in a line of author, date and counters that is named after the author, or links
    to the author's page.
    """
    pieces: list[str] = []
    for child in islice(block.element.iterdescendants("a", "span", "b", "strong", "em", "i"), MAX_LINKS):
        text = text_of(child)
        if not 2 < len(text) <= 60 or text == block.text or text not in block.text:
            continue  # elements of the lines around it are found as well where one box holds them all
        linked = child.tag == "a" and _AUTHOR_PAGE.search(child.get("href") or "") is not None
        if linked or zone_of_names(names_of(child)) & Zone.AUTHOR:
            return text
        pieces.append(text)
    # Generated class names say nothing: beside a date, an element of the line that is a byline by itself.
    dated = pieces[:4] if _HOUR_OR_DAY.search(block.text) else ()
    for text in dated:
        if looks_like_byline(text, outlet_names=context.outlet_names):
            return text
        if _RANK.match(text) and len(parse_byline(text, outlet_names=context.outlet_names).authors) == 1:
            return text
    return None


def _author_boxes(context: Context) -> list[Found]:
    """Names in a box below the text that says by its own name that it holds the author, as modern templates do."""
    return [
        _found(context, block.text, "text", "author's box below the text", 0.65)
        for block in context.around.after[:6]
        if block.kind == "text"
        and len(block.text) <= 80
        and block.zone & Zone.AUTHOR
        and not block.zone & (CHROME | Zone.COMMENT | Zone.RELATED | Zone.TAGS)
    ]


def _in_date_line(context: Context, line: str) -> list[Found]:
    found: list[Found] = []
    for part in _DATE_PARTS.split(line):  # "A - B • 10/10/2026" is signed by two
        for piece in (part, *_DASHES.split(part)):
            piece = piece.strip(" ,;:|-–")
            if len(piece) < 3 or re.search(r"\d", piece) or len(piece) > 80:
                continue
            if looks_like_byline(piece, outlet_names=context.outlet_names):
                found.append(_found(context, piece, "text", "date line", 0.65))
                break
    return found[-1:]


def _machine(context: Context) -> list[Found]:
    found: list[Found] = []
    for name, organisation in people_of(context.meta.article.get("author")):
        if name and len(name) <= MAX_BYLINE:
            one = _found(context, name, "json-ld", "author.name", 0.6)
            if organisation:
                one = replace(one, reading=replace(one.reading, authors=(), sources=()))
            found.append(one)
    for tag in ("author", "article:author", "dc.creator", "cxenseparse:author", "parsely-author"):
        found += [
            _found(context, name, "meta", tag, 0.5)
            for name in context.meta.meta.get(tag, ())[:2]
            if name.strip() and len(name) <= MAX_BYLINE and not name.startswith("http")
        ]
    # A machine tag is believed only where it names people with a full name: accounts and outlets fill it otherwise.
    return [
        one if _believable(one) else replace(one, reading=replace(one.reading, authors=(), sources=())) for one in found
    ]


def _believable(found: Found) -> bool:
    people = found.reading.authors
    return bool(people) and all(credit.kind == "person" and " " in credit.name for credit in people)


def _add_slots(chosen: list[Found], slots: list[Found]) -> list[Found]:
    """Line and slot together: the same people once (the line knows their roles), others added where the line is only
    about pictures or a source.
    """
    people = {credit_key(credit.name) for found in chosen for credit in found.reading.authors}
    new = [found for found in slots if any(credit_key(c.name) not in people for c in found.reading.authors)]
    if not new:
        return chosen
    return chosen if _has_writer(chosen) else [*slots, *chosen]


def _has_writer(found: Sequence[Found]) -> bool:
    """Whether somebody is credited with the text, and not only with pictures, a video or the editing."""
    return any(_WRITES & set(credit.roles) for one in found for credit in one.reading.authors)


def _merge_people(people: Sequence[Credit]) -> tuple[Credit, ...]:
    merged: dict[str, Credit] = {}
    for credit in people:
        key = credit_key(credit.name)
        known = merged.get(key)
        if known is None:
            merged[key] = credit
        elif set(credit.roles) - set(known.roles):
            merged[key] = replace(known, roles=tuple(dict.fromkeys((*known.roles, *credit.roles))))
    return tuple(merged.values())


def _distinct(names: Sequence[str]) -> list[str]:
    seen: dict[str, str] = {}
    for name in names:
        seen.setdefault(search_key(name), name)
    return list(seen.values())
