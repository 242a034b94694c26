"""One reading put together: each step uses what the steps before it found.

Belongs here: the order in which the parts of a page are found, and what one part tells the next. Does not: how each is
found (the other modules of this folder), nor bytes and statuses (`pipelines.reader`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final

from pipelines.page import credits, extras
from pipelines.page.blocks import Block
from pipelines.page.body import Parts, Sheet, sort_blocks
from pipelines.page.context import Context
from pipelines.page.kind import names_many_items, page_kind
from pipelines.page.lead_places import find_lead, lead_text
from pipelines.page.lexicon import NOISE, Zone
from pipelines.page.library import library_paragraphs
from pipelines.page.marks import is_own_mark, split_mark
from pipelines.page.moments import Moments, find_moments, is_article_frame, is_date_line
from pipelines.page.pictures import add_front_pictures, read_captions
from pipelines.page.place import choose_region, region_blocks, second_opinion, title_anchor
from pipelines.page.region import describe
from pipelines.page.title import find_title, names_behind
from pipelines.reader_version import READER_VERSION
from pipelines.records import Reading
from pipelines.urls import canonical_url, host_of, native_id

_UNDATED: Final = frozenset(["home", "list", "not-found", "login", "blocked", "outage", "empty"])
"""Kinds of pages that are not published at a moment."""
_PAGES = re.compile(
    r"(?:\d{1,3}|trang (?:trước|sau|tiếp|cuối|đầu|\d+)|tiếp theo|sau|trước|next|prev(?:ious)?|[«»‹›<>|,.\s…-])+", re.I
)
MAX_CAPTION_DEPTH: Final = 100
"""Levels between a caption's slot and its lines at most."""
MAX_EXPLAINED: Final = 60
"""Lines left out of the text that are witnesses; a page of links has hundreds."""


class Assembly:
    """One reading in the making: each step uses what the steps before it found."""

    def __init__(self, context: Context, status: int) -> None:
        self.context = context
        self.status = status
        self.from_selector = False

    def reading(self, encoding: str, witnesses: bool) -> Reading:
        """All steps in order."""
        context = self.context
        find_title(context, final=False)
        self.from_selector = choose_region(context)
        blocks = region_blocks(context)
        if context.title_element is None:
            find_title(context, title_anchor(context, self.from_selector))
        context.outlet_names = (*context.outlet_names, *names_behind(context))
        parts = self._sort(blocks)
        lead_blocks, how = find_lead(context, parts)
        lead, mark = lead_text(context, lead_blocks, how, parts)
        body, glued_body = self._body(parts)
        if mark is None and lead is None and body:
            mark, body[0] = split_mark(body[0], context.outlet_names)
        if mark is not None and is_own_mark(mark, context.outlet_names):
            context.outlet_names = (*context.outlet_names, mark)
        add_front_pictures(context, parts, lead_blocks)
        captions, glued_captions = read_captions(context, parts)
        moments = find_moments(context, parts.dates, parts.front, parts.end_dates)
        known = bool(parts.bylines or context.pick("byline"))
        parts.bylines = [*parts.bylines, *self._bylines_below(sources_only=known)]
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

    def _sort(self, blocks: list[Block]) -> Parts:
        context = self.context
        slots = context.pick_all("caption")
        for block in blocks if slots else ():
            above = islice(block.element.iterancestors(), MAX_CAPTION_DEPTH)
            if block.element in slots or any(parent in slots for parent in above):
                block.zone |= Zone.CAPTION
        sheet = Sheet(
            blocks,
            title=context.title,
            title_element=context.title_element,
            is_byline=lambda block: credits.is_byline(context, block),
            is_date=lambda text: is_date_line(text, context.fetched_at),
            signs=lambda block: credits.signs(context, block),
            host=host_of(context.url),
        )
        parts = sort_blocks(sheet)
        if not self.from_selector and context.region is not None:
            second_opinion(parts, context.region)
        return parts

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

    def _bylines_below(self, *, sources_only: bool) -> list[Block]:
        """Bylines right behind the region: templates that keep the author in an element of its own below the text.
        Where the author is known, only who the text was taken from.
        """
        context = self.context
        found: list[Block] = []
        after = [block for block in context.around.after[:12] if not _turns_pages(block)]
        for block in after[:4]:
            noisy = block.zone & NOISE and any(z & NOISE and not is_article_frame(e) for e, z in block.zones)
            if block.kind != "text" or noisy or block.letters > 100:
                break
            if not (credits.names_source_only if sources_only else credits.is_byline)(context, block):
                break
            if block.linked > 0.5 * block.letters and not credits.points_to_author_or_source(block):
                break
            found.append(block)
        return found

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


def _turns_pages(block: Block) -> bool:
    """Whether a line below the text leads to its other pages: figures, "next"."""
    return block.kind == "text" and _PAGES.fullmatch(block.text) is not None


def _without(blocks: Sequence[Block], taken: Sequence[Block]) -> list[Block]:
    elements = [block.element for block in taken]
    return [block for block in blocks if not any(block.element is element for element in elements)]
