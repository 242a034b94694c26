"""When the article was published and last changed: all witnesses of the page, and the choice between them.

Belongs here: where on a page such witnesses stand, which places never count (clocks in the header, related items,
licence and print lines), and the order of trust. Does not: the grammar of dates (`pipelines.dates`).

Order of trust: what the page displays and what it says for machines are reconciled with each other; one of them alone
comes next, then the instant in the address, then htmldate. The modification is never taken for the publication.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from pipelines.dates import DateReading, instant_in_url, month_in_url, parse_date_line, read_instant, reconcile
from pipelines.page.blocks import Block
from pipelines.page.body import is_running
from pipelines.page.context import Context, text_of
from pipelines.page.lexicon import Zone, is_related_heading, zone_of_names, zone_of_tag
from pipelines.page.library import library_date
from pipelines.page.region import describe
from pipelines.page.tree import is_inside, names_of
from pipelines.records import Precision
from pipelines.text import search_key
from pipelines.zone import local_date

_PUBLISHED_META: Final = (
    "article:published_time", "og:article:published_time", "datepublished", "pubdate", "publishdate", "publish-date",
    "publish_date", "publication_date", "article.published", "cxenseparse:recs:publishtime", "dc.date.issued",
    "dc.date",
    "dcterms.issued", "dcterms.created", "date", "parsely-pub-date", "sailthru.date", "dc.created",
)  # fmt: skip
_MODIFIED_META: Final = (
    "article:modified_time", "og:updated_time", "og:article:modified_time", "datemodified", "lastmod", "last-modified",
    "dcterms.modified", "dc.date.modified", "revised",
)  # fmt: skip
_PLACES: Final = (
    Zone.NAV | Zone.HEADER | Zone.FOOTER | Zone.SIDE | Zone.RELATED | Zone.COMMENT | Zone.CLOCK | Zone.POPUP | Zone.ADS
)
_MOMENT_ATTRIBUTES: Final = (
    "datetime", "title", "data-time", "data-date", "data-original-title", "data-timestamp", "content", "aria-label",
)  # fmt: skip
_HOUR: Final = 3_600
_DAY: Final = 86_400
_HAS_DATE = re.compile(
    r"\d{1,4}\s*[/.-]\s*\d{1,2}|tháng\s+\d|\bhôm (?:qua|kia|nay\W{1,3}(?:lúc )?\d)"
    r"|(?:phút|giờ|ngày|tuần|giây)\s+trước|\d\s+(?:Th|th)\d|\bago\b|\b(?:19|20)\d\d\b",
    re.I,
)
_IN_WEEKS = re.compile(r"\b(?:tuần|weeks?)\b", re.I)
_UPDATED = re.compile(
    r"^\W*(?:(?:lần )?(?:cập nhật|sửa|chỉnh sửa|update|updated|last modified|modified)\b|ngày cập nhật)", re.I
)


@dataclass(frozen=True, slots=True)
class _Found:
    """One reading with its place."""

    reading: DateReading
    origin: str
    where: str
    confidence: float
    updated: bool = False


@dataclass(frozen=True, slots=True)
class Moments:
    """The instants of an article: UTC; a day stands at local midnight."""

    published: datetime | None = None
    precision: Precision | None = None
    raw: str | None = None
    modified: datetime | None = None


def find_moments(
    context: Context, edge_dates: Sequence[Block], front: Sequence[Block] = (), end_dates: Sequence[Block] = ()
) -> Moments:
    """Published and modified. `edge_dates`, `end_dates`: date lines at the top of the text and below it; `front`: lines
    above the headline, where the region holds it.
    """
    machine = _machine(context)
    visible = _from_selectors(context)
    if not visible:
        visible = _from_lines(context, edge_dates, front, end_dates)
    url = instant_in_url(context.url)
    modified = _modified(context)
    chosen, reason = _choose(context, visible, machine, url)
    chosen_found = chosen
    if chosen is None and not _refused(visible):
        day = library_date(context.page, context.fetched_at)
        if day:
            reading = read_instant(day, fetched_at=context.fetched_at)
            month = month_in_url(context.url)
            if reading.value is not None:
                # htmldate takes licence and copyright lines for dates: believed where the address has the same month
                local = local_date(reading.value)
                believed = month == (local.year, local.month)
                if believed:
                    chosen_found = _Found(replace(reading, precision="day"), "library", "htmldate", 0.3)
                    reason = "the only day that fits the month in the address"
                context.witness(
                    "published_at", reading.value, day, "library", "htmldate", 0.3, chosen=believed,
                    reason=reason if believed else "nothing on the page or in its address confirms it",
                )  # fmt: skip
    modified_value = modified.reading.value if modified is not None else None
    for found in (*visible, *machine):
        taken = (
            chosen_found is not None
            and found.reading.raw == chosen_found.reading.raw
            and found.where == chosen_found.where
        )
        context.witness(
            "published_at", found.reading.value, found.reading.raw, found.origin, found.where, found.confidence,
            found.reading.flags, chosen=taken, reason=reason if taken else _why_not(found, chosen_found),
        )  # fmt: skip
    if url.value is not None or url.flags:
        taken = chosen_found is not None and chosen_found.origin == "url"
        context.witness(
            "published_at", url.value, url.raw, "url", "address", 0.5, url.flags, chosen=taken,
            reason=reason if taken else "an address tells when an article was created, at best",
        )  # fmt: skip
    if modified is not None:
        context.witness(
            "modified_at", modified.reading.value, modified.reading.raw, modified.origin, modified.where,
            modified.confidence, modified.reading.flags, chosen=True, reason="the first statement of a modification",
        )  # fmt: skip
    if chosen_found is None:
        raw = next((found.reading.raw for found in (*visible, *machine) if found.reading.raw), None)
        for found in (*visible, *machine):
            context.flag(
                *(flag for flag in found.reading.flags if flag not in ("not_publication", "incomplete", "prose"))
            )
        return Moments(None, None, raw, modified_value)
    context.flag(*chosen_found.reading.flags)
    context.won("published_at", chosen_found.origin, chosen_found.confidence)
    shown = next((found.reading.raw for found in visible if found.reading.value is not None), chosen_found.reading.raw)
    published = chosen_found.reading.value
    if modified_value is not None and published is not None and modified_value < published:
        context.flag("modified_before_published")
    return Moments(published, chosen_found.reading.precision, shown, modified_value)


def is_date_line(text: str, fetched_at: datetime | None = None) -> bool:
    """Whether a short line is a date line (publication, update or clock) and nothing else."""
    if len(text) > 120 or not _HAS_DATE.search(text):
        return False
    reading = parse_date_line(text, fetched_at=fetched_at)
    return reading.value is not None or bool({"future", "print", "live_clock"} & set(reading.flags))


def _choose(
    context: Context, visible: Sequence[_Found], machine: Sequence[_Found], url: DateReading
) -> tuple[_Found | None, str]:
    shown = next((found for found in visible if found.reading.value is not None and not found.updated), None)
    updated = next((found for found in visible if found.reading.value is not None and found.updated), None)
    told = next((found for found in machine if found.reading.value is not None), None)
    if shown is None and updated is not None and not _is_edit(updated, told):
        shown = updated  # "Cập nhật" as the only line beside the headline is the publication
    if shown is not None and told is not None:
        return _reconciled(context, shown, told)
    if shown is not None:
        return shown, "the date line of the article"
    if _refused(visible):
        return None, ""
    if told is not None:
        return told, "the only statement of a publication"
    if url.value is not None:
        return _Found(url, "url", "address", 0.5), "the page itself names no date"
    return None, ""


def _reconciled(context: Context, shown: _Found, told: _Found) -> tuple[_Found, str]:
    reading = reconcile(shown.reading, told.reading)
    if "witnesses_disagree" in reading.flags and _exchanged(shown.reading, told.reading):
        flags = tuple(dict.fromkeys((*shown.reading.flags, "month_first")))
        flags = tuple(flag for flag in flags if flag != "order_unproven")
        return replace(
            shown, reading=replace(shown.reading, flags=flags)
        ), "the machine tag has day and month exchanged"
    agreed = "witnesses_disagree" not in reading.flags
    if agreed:
        # Two witnesses that read alike prove the order of day and month.
        reading = replace(reading, flags=tuple(flag for flag in reading.flags if flag != "order_unproven"))
    if "witnesses_disagree" in reading.flags and not _may_be_clock(shown, told, context.fetched_at):
        flags = tuple(dict.fromkeys((*shown.reading.flags, "witnesses_disagree")))
        why = "page and machine tag differ; readers see the line of the page"
        return replace(shown, reading=replace(shown.reading, flags=flags), confidence=0.6), why
    base = told if reading.raw == told.reading.raw else shown
    confidence = 0.99 if agreed else min(shown.confidence, told.confidence)
    why = "page and machine tag agree" if agreed else "page and machine tag differ"
    if "tz_mislabeled" in reading.flags:
        why = "the machine tag is seven hours off the visible clock"
    return replace(base, reading=reading, confidence=confidence), why


def _may_be_clock(shown: _Found, told: _Found, fetched_at: datetime | None) -> bool:
    """Whether the visible line that contradicts a machine tag may be a clock in disguise, or is the coarser one."""
    if shown.reading.value is None or told.reading.value is None:
        return True
    weeks = "relative" in shown.reading.flags and _IN_WEEKS.search(shown.reading.raw) is not None
    if (
        shown.reading.precision == "day"
        and told.reading.precision != "day"
        and abs((shown.reading.value - told.reading.value).total_seconds()) < (8 if weeks else 2) * _DAY
    ):
        return True
    if fetched_at is None:
        return False
    age = (fetched_at - shown.reading.value).total_seconds()
    return age < 36 * 3600 and (shown.reading.value - told.reading.value).total_seconds() > 36 * 3600


def _exchanged(shown: DateReading, told: DateReading) -> bool:
    """Whether the two differ only by exchanging day and month (templates that write month first)."""
    if shown.value is None or told.value is None:
        return False
    one, other = local_date(shown.value), local_date(told.value)
    return one.year == other.year and one.day == other.month and one.month == other.day and one != other


def _is_edit(updated: _Found, told: _Found | None) -> bool:
    """Whether a line "Cập nhật ..." is an edit: the machine tag names an earlier publication (by more than a
    minute).
    """
    if told is None or told.reading.value is None or updated.reading.value is None:
        return False
    apart = (updated.reading.value - told.reading.value).total_seconds()
    return apart > 60 and apart != 7 * 3600 and not _exchanged(updated.reading, told.reading)


def _refused(visible: Sequence[_Found]) -> bool:
    """Whether the page's own date line was read and cannot be (the future, a negative age)."""
    return any({"future", "clock_ahead"} & set(found.reading.flags) for found in visible)


def _why_not(found: _Found, chosen: _Found | None) -> str:
    if found.reading.value is None:
        return "no instant in it"
    if chosen is None:
        return "refused"
    if _same_minute(found.reading.value, chosen.reading):
        return "agrees"
    return "says another moment"


def _same_minute(value: datetime, chosen: DateReading) -> bool:
    if chosen.value is None:
        return False
    if chosen.precision == "day":
        return local_date(value) == local_date(chosen.value)
    return value.replace(second=0, microsecond=0) == chosen.value.replace(second=0, microsecond=0)


def _read(context: Context, text: str) -> DateReading:
    order = context.profile.date_order if context.profile is not None else None
    return parse_date_line(text, fetched_at=context.fetched_at, order=order)


def _machine(context: Context) -> list[_Found]:
    order = context.profile.date_order if context.profile is not None else None
    found: list[_Found] = []
    seen: set[str] = set()

    def add(text: str, origin: str, where: str, confidence: float) -> None:
        if text and text not in seen:
            seen.add(text)
            reading = read_instant(text, fetched_at=context.fetched_at, order=order)
            found.append(_Found(reading, origin, where, confidence))

    add(context.meta.ld("datePublished") or context.meta.ld("uploadDate"), "json-ld", "datePublished", 0.9)
    for name in _PUBLISHED_META:
        for value in context.meta.meta.get(name, ())[:2]:
            add(value.strip(), "meta", name, 0.88 if "publish" in name else 0.7)
    for element in context.page.index.attributes.get(("itemprop", "datePublished"), ())[:2]:
        value = element.get("content") or element.get("datetime") or element.get("title")
        if value:
            add(value.strip(), "microdata", "[itemprop=datePublished]", 0.88)
    for element, where in context.pick("date")[:3]:
        for node in (element, *element.iterdescendants("time")):
            for name in ("datetime", "data-time", "data-ts", "data-date", "data-timestamp", "data-publish"):
                value = node.get(name)
                if value and not _is_clock(node, where):
                    add(value.strip(), "attribute", f"{where} @{name}", 0.86)
    if not found:
        for element in context.page.index.tags.get("time", ())[:6]:
            value = element.get("datetime") or element.get("data-time")
            if value and not _is_clock(element) and _beside_title(context, element):
                add(value.strip(), "attribute", f"{describe(element)} @datetime", 0.8)
    # A full instant beats a bare day, whatever tag it stands in.
    found.sort(key=lambda one: (one.reading.value is None, one.reading.precision == "day"))
    return found


def _is_clock(element: HtmlElement, selector: str = "") -> bool:
    """Whether an element is a live clock or stands in the page's frame: known by place and name.

    Where the last name in `selector` has more than one word (`.bread-crumb-detail__time`), a family means this very
    element: some templates put the date of an article into its breadcrumb or a box called header.
    """
    frame = Zone.CLOCK | Zone.FOOTER | Zone.RELATED | Zone.SIDE | Zone.COMMENT
    named = re.search(r"[A-Za-z0-9][_-]+[A-Za-z0-9][\w-]*\]?$", selector) is not None
    if not named:
        frame |= Zone.NAV
    node: HtmlElement | None = element
    for _ in range(6):
        if node is None or node.tag in ("body", "article", "main"):
            return False
        zone = zone_of_names(names_of(node)) | zone_of_tag(node.tag)
        if zone & frame:
            return True
        if node is element and zone & Zone.HEADER and not named:
            return True
        node = node.getparent()
    return False


def _beside_title(context: Context, element: HtmlElement) -> bool:
    """Whether an element stands in the branch of the headline or of the text, not in a list of other articles."""
    holder = element.getparent()
    for _ in range(4):
        if holder is None or holder.tag in ("body", "html"):
            return False
        if context.title_element is not None and is_inside(context.title_element, holder):
            return True
        if context.region is not None and is_inside(context.region.element, holder):
            return True
        holder = holder.getparent()
    return False


def _modified(context: Context) -> _Found | None:
    candidates = [("json-ld", "dateModified", context.meta.ld("dateModified"))]
    candidates += [("meta", name, context.meta.first(name)) for name in _MODIFIED_META]
    for element in context.page.index.attributes.get(("itemprop", "dateModified"), ())[:1]:
        candidates.append(
            ("microdata", "[itemprop=dateModified]", element.get("content") or element.get("datetime") or "")
        )
    for origin, where, text in candidates:
        if text:
            reading = read_instant(text, fetched_at=context.fetched_at)
            if reading.value is not None:
                return _Found(reading, origin, where, 0.8)
    return None


def _from_selectors(context: Context) -> list[_Found]:
    found: list[_Found] = []
    picked = context.pick("date")[:5]
    if len(picked) > 1:  # a selector that says little finds the clock of the page too
        picked = sorted(picked, key=lambda pick: not _beside_title(context, pick[0]))
    for element, where in picked:
        if _is_clock(element, where):
            continue
        text = text_of(element)
        if not text or len(text) > 200:
            continue
        reading = _finer(context, element, _read(context, text))
        found.append(_Found(reading, "selector", where, 0.93, _is_updated(text, reading)))
        if reading.value is not None:
            break
    return found if any(one.reading.value is not None or _refused([one]) for one in found) else []


def _is_updated(text: str, reading: DateReading) -> bool:
    return reading.kind == "modified" or (reading.kind is None and _UPDATED.search(text) is not None)


def _finer(context: Context, element: HtmlElement, reading: DateReading) -> DateReading:
    """The moment in an attribute where the line itself is vague ("11 giờ trước", a bare day) and both go together:
    templates keep the full date for the pointer of the mouse.
    """
    if reading.value is None or reading.precision not in ("day", "hour"):
        return reading
    reach = _DAY if reading.precision == "day" else 2 * _HOUR
    for node in (element, *islice(element.iterdescendants("span", "time", "a", "abbr", "i", "em", "small"), 8)):
        for name in _MOMENT_ATTRIBUTES:
            value = node.get(name)
            if not value or len(value) > 60:
                continue
            told = read_instant(value, fetched_at=context.fetched_at)
            if told.value is None:
                told = _read(context, value)
            if told.value is None or told.precision in ("day", "hour"):
                continue
            apart = (told.value - reading.value).total_seconds()
            if (0 <= apart < reach) if reading.precision == "day" else (abs(apart) <= reach):
                return replace(told, raw=reading.raw, kind=reading.kind)
    return reading


def _refused_reading(reading: DateReading) -> bool:
    return bool({"future", "clock_ahead"} & set(reading.flags))


def _names_date(context: Context, block: Block) -> bool:
    """Whether a line above the headline stands in an element named after the date and is no clock of the day of the
    fetch: it goes before a line below the text, which may be that of a source.
    """
    if not block.zone & Zone.DATE or not _may_be_date(context, block):
        return False
    value = _read(context, block.text).value
    fetched = context.fetched_at
    return value is not None and (fetched is None or local_date(value) != local_date(fetched))


def _from_lines(
    context: Context, edge_dates: Sequence[Block], front: Sequence[Block], end_dates: Sequence[Block]
) -> list[_Found]:
    """Date lines near the headline and the text, in the order in which a reader would take them: below the headline,
    at the top of the text, above the headline, below the text. The first that is no update ends the search.
    """
    around = context.around
    if context.region is None:
        near = [block for block in context.blocks if block.zone & Zone.DATE][:10]
        around = replace(around, between=near)
    found: list[_Found] = []
    today: _Found | None = None
    heads = [block for block in reversed([*around.before, *front]) if _names_date(context, block)] if end_dates else []
    for block, outside in (
        *((block, False) for block in (*around.between, *edge_dates, *heads, *end_dates, *reversed(front))),
        *((block, True) for block in (*_above(around.before), *_below(around.after))),
    ):
        if outside and (found or today is not None):
            break  # an update beside the headline is the date of the page; above stand clocks, below other articles
        if not _may_be_date(context, block):
            continue
        reading = _read(context, block.text)
        if reading.value is None and not _refused_reading(reading):
            reading = _in_own_element(context, block) or reading
        if reading.value is None and not _refused_reading(reading):
            continue
        if reading.value is not None and any(one.reading.value and one.reading.value < reading.value for one in found):
            continue  # no article is published after its update: a clock above the headline
        reading = _finer(context, block.element, reading)
        confidence = 0.88 if block.zone & Zone.DATE else 0.8
        one = _Found(reading, "text", describe(block.element), confidence, _is_updated(block.text, reading))
        if today is None and _is_day_of_fetch(context, reading):
            today = one  # perhaps the page's own calendar: a line with a clock beside the headline goes before it
            continue
        found.append(one)
        if not one.updated:
            break
    if not found and today is None and context.beside_title and context.title_element is not None:
        reading = _read(context, context.beside_title)
        if reading.value is not None:
            return [_Found(reading, "text", describe(context.title_element), 0.75)]
    if today is not None and not any(one.reading.precision != "day" for one in found):
        return [today]
    return found


def _is_day_of_fetch(context: Context, reading: DateReading) -> bool:
    """Whether a date is the bare day on which the page was fetched."""
    fetched, value = context.fetched_at, reading.value
    if fetched is None or value is None or reading.precision != "day" or "relative" in reading.flags:
        return False
    return local_date(value) == local_date(fetched)


def _in_own_element(context: Context, block: Block) -> DateReading | None:
    """The date in an inline element of its own, in a line that is none as a whole: author, date and buttons."""
    for child in islice(block.element.iterdescendants("span", "time", "em", "i", "small"), 6):
        text = text_of(child)
        if text != block.text and len(text) <= 60 and text in block.text and _HAS_DATE.search(text):
            reading = _read(context, text)
            if reading.value is not None:
                return reading
    return None


def _above(before: Sequence[Block]) -> Iterator[Block]:
    """The lines above the headline, nearest first, up to a menu: what stands above that belongs to the page."""
    links = 0
    for block in reversed(before):
        links = links + 1 if block.is_link else 0
        if links >= 3:
            return
        yield block


def _below(after: Sequence[Block]) -> Iterator[Block]:
    """The lines below the text up to the first link to another article or the heading of such links."""
    for block in after:
        if block.kind == "text" and (
            is_related_heading(block.text) or (block.linked >= 20 and block.linked > block.unlinked)
        ):
            return
        yield block


def is_article_frame(element: HtmlElement) -> bool:
    """<footer> and <header> of an article hold its date and author; those of the page do not."""
    return element.tag in ("footer", "header") and any(
        above.tag in ("article", "main") for above in islice(element.iterancestors(), 6)
    )


def _may_be_date(context: Context, block: Block) -> bool:
    if block.kind != "text" or len(block.text) > 160:
        return False
    if block.linked > 0.5 * block.letters and not is_date_line(block.text[:60], context.fetched_at):
        return False
    if not _HAS_DATE.search(block.text) or (is_running(block) and len(block.text) > 100):
        return False
    if any(
        len(child) + len(child.text or "") and zone_of_names(names_of(child)) & Zone.CLOCK
        for child in block.element.iterdescendants("span", "b", "font", "em")
    ):
        return False  # a table cell or paragraph round a clock is the clock
    if block.zone & _PLACES:
        title = context.title_element
        for element, zone in block.zones:
            if not zone & _PLACES or is_article_frame(element):
                continue
            holds_title = title is not None and is_inside(title, element)
            holds_text = context.region is not None and is_inside(context.region.element, element)
            if not (holds_title or holds_text) or zone & Zone.CLOCK:
                return False
    return not search_key(block.text).startswith(("ban quyen", "giay phep", "so giay phep", "copyright", "(c)", "©"))
