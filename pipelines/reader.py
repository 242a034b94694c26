"""The reader: the bytes of one page in, one `Reading` out. Never raises, in bounded time, with a named status.

Belongs here: the order in which the parts of a page are found, and what one part tells the next. Does not: how each is
found (`pipelines.page`), nor any grammar (`pipelines.dates`, `pipelines.people`, `pipelines.decode`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from html import escape
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from pipelines.decode import decode
from pipelines.page import credits, extras
from pipelines.page.blocks import Block, Walk, join_labels
from pipelines.page.body import Parts, Sorter, captions_between, is_running
from pipelines.page.captions import make_caption
from pipelines.page.context import Context
from pipelines.page.families import choose_family, selectors_of
from pipelines.page.kind import names_many_items, page_kind
from pipelines.page.lead import MIN_LEAD, first_paragraph_lead, front_lead, is_own_mark, join_lead, split_mark
from pipelines.page.lexicon import NOISE, Zone
from pipelines.page.library import library_paragraphs
from pipelines.page.metadata import read_metadata
from pipelines.page.moments import Moments, find_moments, is_article_frame, is_date_line
from pipelines.page.polls import polls
from pipelines.page.region import Region, describe, find_region, text_weight
from pipelines.page.state import find_article
from pipelines.page.title import find_title, names_behind, without_outlet
from pipelines.page.tree import Page, is_inside, letters_of, parse, parse_fragment
from pipelines.reader_version import READER_VERSION
from pipelines.records import Caption, Reading, SiteProfile
from pipelines.text import clean, search_key
from pipelines.urls import canonical_url, host_of, native_id

_NO_PAGES: Final = (
    b"%PDF-",
    b"\xff\xd8\xff",
    b"\x89PNG\r\n",
    b"GIF8",
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"RIFF",
)
"""How documents, pictures and archives begin that servers hand out under the address of a page (status `no-html`)."""
_UNDATED: Final = frozenset(["home", "list", "not-found", "login", "blocked", "outage", "empty"])
"""Kinds of pages that are not published at a moment."""
MAX_CAPTION_DEPTH: Final = 100
"""Levels between a caption's slot and its lines at most."""
MAX_EXPLAINED: Final = 60
"""Lines left out of the text that are witnesses; a page of links has hundreds."""
MAX_BYTES: Final = 24_000_000
"""Payloads above this are not decoded at all (status `too-large`)."""


def read_page(
    payload: bytes,
    url: str,
    *,
    fetched_at: datetime | None = None,
    content_type: str | None = None,
    profile: SiteProfile | None = None,
    status: int = 200,
    witnesses: bool = False,
) -> Reading:
    """What the page `payload`, fetched from `url`, says. Never raises; `Reading.status` names what could not be read.

    `fetched_at` (aware) anchors relative times and tells the future; `content_type` and `status` are those of the HTTP
    response; `profile` is what the source's file says. With `witnesses`, all that was seen for each field is kept.
    """
    try:
        return _read(payload, url, fetched_at, content_type, profile, status, witnesses)
    except (MemoryError, RecursionError):
        return _nothing(url, "too-large", profile)
    except Exception as error:
        # The contract of the reader: a page that breaks a rule of ours is a finding with a name, never a broken run.
        return _nothing(url, f"reader-error: {type(error).__name__}", profile)


def _nothing(
    url: str, status: str, profile: SiteProfile | None, kind: str = "other", encoding: str | None = None
) -> Reading:
    try:
        address: str | None = canonical_url(url, identity_params=profile.identity_params if profile is not None else ())
    except ValueError:
        address = None
    return Reading(
        url,
        "empty" if kind == "empty" else "other",
        READER_VERSION,
        status=status,
        canonical_url=address,
        encoding=encoding,
    )


def _read(
    payload: bytes,
    url: str,
    fetched_at: datetime | None,
    content_type: str | None,
    profile: SiteProfile | None,
    status: int,
    witnesses: bool,
) -> Reading:
    if len(payload) > MAX_BYTES:
        return _nothing(url, "too-large", profile)
    if not payload.strip(b" \t\r\n\x00"):
        return _nothing(url, "empty", profile, "empty")
    if payload.startswith(_NO_PAGES):
        return _nothing(url, "no-html", profile)
    url = url.encode("utf-8", "replace").decode("utf-8")  # halves of surrogate pairs cannot be stored
    if fetched_at is not None and not 1990 < fetched_at.year < 2200:
        fetched_at = None  # a broken clock tells nothing, and its neighbours are no dates at all
    decoded = decode(payload, content_type)
    page = parse(decoded.text, url)
    if page is None:
        return _nothing(url, "no-html", profile, encoding=decoded.encoding)
    meta = read_metadata(page)
    family, known_by = choose_family(page, url, meta.first("generator"), fetched_at, profile)
    context = Context(
        page, url, meta, fetched_at, profile, family.id if family is not None else None, selectors_of(family, profile),
        _outlet_names(url, profile, meta.site_names), flags=[*decoded.flags, *page.flags],
    )  # fmt: skip
    if family is not None:
        context.won("family", known_by, 1.0 if known_by == "source" else 0.8)
    return _Assembly(context, status).reading(decoded.encoding, witnesses)


def _outlet_names(url: str, profile: SiteProfile | None, site_names: Sequence[str]) -> tuple[str, ...]:
    host = host_of(url)
    names = [*(profile.outlet_names if profile is not None else ()), *site_names, host, host.split(".")[0]]
    for name in list(names):  # "Tin nhanh (TinNhanh)" goes by either
        plain, bracket, inside = name.partition("(")
        if bracket:
            names += [plain.strip(), inside.strip(" )")]
    return tuple(dict.fromkeys(name for name in names if len(name) > 1 and len(name) < 120))


class _Assembly:
    """One reading in the making: each step uses what the steps before it found."""

    def __init__(self, context: Context, status: int) -> None:
        self.context = context
        self.status = status
        self.from_selector = False

    def reading(self, encoding: str, witnesses: bool) -> Reading:
        """All steps in order."""
        context = self.context
        find_title(context, final=False)
        self._find_region()
        region_blocks = self._region_blocks()
        if context.title_element is None:
            find_title(context, self._title_anchor())
        context.outlet_names = (*context.outlet_names, *names_behind(context))
        parts = self._sort(region_blocks)
        lead_blocks, how = self._find_lead(parts)
        lead, mark = self._lead_text(lead_blocks, how, parts)
        body, glued_body = self._body(parts)
        if mark is None and lead is None and body:
            mark, body[0] = split_mark(body[0], context.outlet_names)
        if mark is not None and is_own_mark(mark, context.outlet_names):
            context.outlet_names = (*context.outlet_names, mark)
        self._front_pictures(parts, lead_blocks)
        captions, glued_captions = self._captions(parts)
        moments = find_moments(context, parts.dates, parts.front, parts.end_dates)
        if not parts.bylines and not context.pick("byline"):
            parts.bylines = self._bylines_below()
        credited = credits.find_credits(
            context,
            parts.bylines,
            [*glued_body, *glued_captions],
            _without(context.around.between, lead_blocks),
            moments.raw,
            parts.dates,
        )
        kind = page_kind(context, parts, body, lead, has_date=moments.published is not None, status=self.status)
        if kind in _UNDATED and moments.published is not None:
            moments = Moments(None, None, moments.raw, None)  # clocks, and the dates of what is listed
            context.origins.pop("published_at", None)
            context.confidence.pop("published_at", None)
        section = extras.find_section(context)
        tags = extras.find_tags(context)
        images = extras.find_images(context, parts.images)
        language = extras.find_language(context, " ".join([context.title, lead or "", *body[:12]]))
        profile = context.profile
        address = canonical_url(context.url, identity_params=profile.identity_params if profile is not None else ())
        if body:
            region = context.region
            context.won(
                "body", region.origin if region is not None else "library", region.confidence if region else 0.4
            )
        if witnesses:
            self._explain_text(parts, body)
        return Reading(
            context.url,
            kind,
            READER_VERSION,
            canonical_url=address,
            native_id=native_id(address, profile.article_patterns if profile is not None else ()),
            title=context.title or None,
            published_at=moments.published,
            published_precision=moments.precision,
            published_raw=moments.raw,
            modified_at=moments.modified,
            byline_raw=credited.raw,
            authors=credited.authors,
            sources=credited.sources,
            lead=lead,
            source_mark=mark,
            body=tuple(body),
            captions=captions,
            images=images,
            section=section,
            tags=tags,
            language=language,
            encoding=encoding,
            family=context.family,
            origins=dict(context.origins),
            confidence=dict(context.confidence),
            flags=tuple(context.flags),
            witnesses=tuple(context.witnesses) if witnesses else (),
        )

    def _find_region(self) -> None:
        context = self.context
        picked = context.pick("body")
        for least in (200, 60, 0):  # the table of the headline may have the class of the table of the text
            for element, where in picked:
                if (letters_of(element, 200) >= least) if least else (element.find(".//img") is not None):
                    context.region = Region(element, 0.97, "selector", where)
                    self.from_selector = True
                    return
        for element in context.page.index.attributes.get(("itemprop", "articleBody"), ()):
            if letters_of(element, 100) >= 100:
                context.region = Region(element, 0.92, "microdata", "[itemprop=articleBody]")
                return
        context.region = find_region(context.blocks, context.title_element)
        shown = sum(text_weight(block) for block in self._region_blocks())
        told = find_article(context.page, context.meta, shown)
        if told is not None and shown < 0.6 * told.letters:
            context.region = Region(told.element, 0.85, "state", told.where)
            context.meta.article = {**told.statement, **context.meta.article}

    def _region_blocks(self) -> list[Block]:
        region = self.context.region
        if region is None:
            return []
        walked = Walk(region.element, self._not_text(region.element))
        if walked.cut:
            self.context.flag("cut_off")
        return join_labels(walked.blocks)

    def _not_text(self, region: HtmlElement) -> set[HtmlElement]:
        """Elements inside the region that selectors know as something else than text."""
        context = self.context
        found = {element for element in context.pick_all("drop") if element is not region}
        for name in ("byline", "source", "tags"):
            for element, _ in context.pick(name):
                if letters_of(element, 160) <= 160 and is_inside(element, region):
                    found.add(element)
        found |= polls(context.page, region)
        boxes = credits.author_boxes(context.page, region)
        context.author_links = [link for _, link in boxes]
        return found.union(box for box, _ in boxes)

    def _title_anchor(self) -> int | None:
        """The first running text of the region among all blocks, where the page was walked (no selector knew the text):
        a region may hold more than the text in front.
        """
        context = self.context
        if context.region is None or (self.from_selector and context.pick("title")):
            return None
        inside = set(context.region.element.iter())
        mine = [index for index, block in enumerate(context.blocks) if block.element in inside]
        return next((index for index in mine if is_running(context.blocks[index])), mine[0] if mine else None)

    def _sort(self, blocks: list[Block]) -> Parts:
        context = self.context
        slots = context.pick_all("caption")
        for block in blocks if slots else ():
            above = islice(block.element.iterancestors(), MAX_CAPTION_DEPTH)
            if block.element in slots or any(parent in slots for parent in above):
                block.zone |= Zone.CAPTION
        sorter = Sorter(
            blocks,
            title=context.title,
            title_element=context.title_element,
            is_byline=lambda block: credits.is_byline(context, block),
            is_date=lambda text: is_date_line(text, context.fetched_at),
            signs=lambda block: credits.signs(context, block),
            known=self.from_selector,
        )
        parts = sorter.sort()
        if not self.from_selector and context.region is not None:
            self._second_opinion(parts, context.region)
        return parts

    def _second_opinion(self, parts: Parts, region: Region) -> None:
        """Drops lines at the edges of an unknown page's text that are no sentences and that the library leaves out
        too.
        """
        running = [index for index, block in enumerate(parts.text) if is_running(block)]
        if not running:
            return
        doubtful = [
            index
            for index, block in enumerate(parts.text)
            if not running[0] <= index <= running[-1] and not block.is_heading and block.row is None
        ]
        kept = library_paragraphs(region.element) if doubtful else []
        if not kept:
            return
        joined = search_key(" ".join(kept))
        found = sum(1 for index in running if search_key(parts.text[index].text)[:60] in joined)
        if found < 0.6 * len(running):
            return
        for index in reversed(doubtful):
            block = parts.text[index]
            if search_key(block.text) not in joined:
                parts.dropped.append((block, "no sentence at the edge, left out by trafilatura too"))
                del parts.text[index]

    def _explain_text(self, parts: Parts, body: Sequence[str]) -> None:
        """Where the text was taken from, and each line there that was left out, with the reason."""
        context, region = self.context, self.context.region
        context.witness(
            "body", f"{len(body)} paragraphs, {sum(map(len, body))} characters", body[0][:160] if body else "",
            region.origin if region is not None else "library", region.where if region is not None else "whole page",
            region.confidence if region is not None else 0.4, chosen=bool(body),
        )  # fmt: skip
        for block, why in parts.dropped[:MAX_EXPLAINED]:
            if block.kind == "text":
                where = describe(block.element)
                context.witness("body", None, block.text[:160], "text", where, 0.0, reason=f"left out: {why}")

    def _bylines_below(self) -> list[Block]:
        """Bylines right behind the region: templates that keep the author in an element of its own below the text."""
        context = self.context
        found: list[Block] = []
        for block in context.around.after[:4]:
            noisy = block.zone & NOISE and any(z & NOISE and not is_article_frame(e) for e, z in block.zones)
            if block.kind != "text" or noisy or block.letters > 100:
                break
            if not credits.is_byline(context, block):
                break
            if block.linked > 0.5 * block.letters and not credits.points_to_author_or_source(block):
                break
            found.append(block)
        return found

    def _find_lead(self, parts: Parts) -> tuple[list[Block], str]:
        context = self.context
        for element, where in context.pick("lead"):
            key = search_key(context.title)
            walked = Walk(element, context.pick_all("drop")).blocks
            blocks = [b for b in walked if b.kind == "text" and search_key(b.text) != key]
            if len(join_lead(blocks)) >= 15:
                _remove_inside(parts, element)
                return blocks, f"selector {where}"
        if context.region is not None and context.region.origin == "state":
            told = clean(context.meta.ld("description"))
            element = parse_fragment(escape(told)) if len(told) >= MIN_LEAD else None
            if element is not None:
                return Walk(element).blocks, "state description"
        for element in context.page.index.attributes.get(("itemprop", "description"), ()):
            if element.tag == "meta":
                continue
            blocks = [block for block in Walk(element).blocks if block.kind == "text"]
            if len(join_lead(blocks)) >= 40:
                _remove_inside(parts, element)
                return blocks, "microdata [itemprop=description]"
        found = front_lead(context, context.around.between)
        if found is not None:
            return found[0], f"text {found[1]}"
        found = first_paragraph_lead(context, parts.text, len(parts.captions))
        if found is not None:
            taken = {id(block) for block in found[0]}
            first = next((index for index, block in enumerate(parts.text) if id(block) in taken), 0)
            parts.dropped += [(block, "above the lead") for block in parts.text[:first]]
            parts.text = [block for block in parts.text[first:] if id(block) not in taken]
            return found[0], f"structure {found[1]}"
        return [], ""

    def _lead_text(self, blocks: list[Block], how: str, parts: Parts) -> tuple[str | None, str | None]:
        context = self.context
        if not blocks:
            return None, None
        text = join_lead(blocks)
        mark, plain = split_mark(text, context.outlet_names)
        if not plain:
            return None, mark
        origin, _, where = how.partition(" ")
        confidence = {"selector": 0.95, "microdata": 0.85, "text": 0.75, "structure": 0.7}.get(origin, 0.6)
        context.won("lead", origin, confidence)
        context.witness("lead", plain, text, origin, where, confidence, chosen=True, reason="displayed before the text")
        key = search_key(plain)
        if parts.text and search_key(parts.text[0].text) in (key, search_key(text)):
            parts.text.pop(0)
        return plain, mark

    def _body(self, parts: Parts) -> tuple[list[str], list[tuple[str, str]]]:
        context = self.context
        body = [block.text for block in parts.text]
        glued: list[tuple[str, str]] = []
        if len(body) > 1 and not parts.bylines and names_many_items(context.title):
            for index, text in enumerate(body[:-1]):
                cut = credits.split_glued(context, text, caption=False)
                if cut is not None:
                    body[index] = cut[0]
                    glued.append((cut[1], "end of an item"))
            parts.item_bylines += len(glued)
        if body and not parts.bylines:
            cut = credits.split_glued(context, body[-1], caption=False)
            if cut is not None:
                body[-1] = cut[0]
                glued.append((cut[1], "end of the last sentence"))
        if not body and context.region is None:
            body = library_paragraphs(context.page.root)
            if body:
                context.flag("library_text")
        return [line for line in body if line], glued

    def _front_pictures(self, parts: Parts, lead_blocks: Sequence[Block]) -> None:
        """Captions of pictures between headline and text; looked for only where a picture stands there."""
        context = self.context
        if context.region is None or not context.has_picture_before_text:
            return
        between = context.around.between
        found = captions_between(between, lead_blocks, lambda text: is_date_line(text, context.fetched_at))
        found = [(block, src) for block, src in found if search_key(block.text) != search_key(context.title)]
        parts.captions[:0] = [[block] for block, _ in found]
        parts.caption_images[:0] = [src for _, src in found]
        parts.images[:0] = [src for _, src in found if src and src not in parts.images]

    def _captions(self, parts: Parts) -> tuple[tuple[Caption, ...], list[tuple[str, str]]]:
        captions: dict[str, Caption] = {}
        glued: list[tuple[str, str]] = []
        for lines, image in zip(parts.captions, parts.caption_images, strict=True):
            caption = make_caption(lines, image)
            if caption is None:
                continue
            if not parts.bylines:
                cut = credits.split_glued(self.context, caption.text, caption=True)
                if cut is not None:
                    glued.append((cut[1], "end of a caption"))
                    caption = Caption(cut[0], None, caption.image_url)
            if not re.fullmatch(r"\{\w+\}", caption.text):
                captions.setdefault(caption.text, caption)
        return tuple(captions.values()), glued


def _without(blocks: Sequence[Block], taken: Sequence[Block]) -> list[Block]:
    elements = [block.element for block in taken]
    return [block for block in blocks if not any(block.element is element for element in elements)]


def _remove_inside(parts: Parts, element: HtmlElement) -> None:
    """Takes the blocks of a lead that stands inside the region out of the text."""
    inside = set(element.iter())
    parts.text = [block for block in parts.text if block.element not in inside]
    parts.bylines = [block for block in parts.bylines if block.element not in inside]


__all__ = ["READER_VERSION", "Page", "clean", "describe", "read_page", "without_outlet"]
