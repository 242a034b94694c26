"""Who is credited: all finds of a page, which of them count, and how they are put together.

Belongs here: the order of belief among places. Does not: the places (the modules beside this one).

What a line of the article says beats what a template's slot says, which beats machine tags: those mostly name the
outlet or an account. A labelled line (`Bài, ảnh: X`) beats a bare name; a photographer beside an author is added to
him.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.page.blocks import Block
from pipelines.page.context import Context, text_of
from pipelines.page.credits.boxes import boxes_below
from pipelines.page.credits.found import Credited, Found, find_in, has_writer
from pipelines.page.credits.head import beside_dates, front_lines, in_date_line
from pipelines.page.credits.lines import below_text
from pipelines.page.credits.slots import author_slots, machine_tags, source_slots
from pipelines.people import credit_key
from pipelines.records import Credit
from pipelines.text import search_key


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
    slots = author_slots(context)
    sources = source_slots(context)
    tail = below_text(context, lines)
    tail += [find_in(context, raw, "text", where, 0.85) for raw, where in glued]
    fronts = [] if slots else front_lines(context, front)
    if not slots and not fronts:
        fronts = beside_dates(context, dates)
    boxes = [] if slots or tail or fronts else boxes_below(context)
    if not slots and not any(found.reading.authors for found in (*tail, *fronts)):
        linked = [text_of(link) for link in context.author_links]
        boxes += [find_in(context, name, "text", "link to the author's page", 0.8) for name in linked]
    nobody = not has_writer((*slots, *tail))
    inline = in_date_line(context, date_line) if date_line and nobody and not slots else []
    machine = machine_tags(context)
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
        elif named and group in (fronts, inline, boxes) and not has_writer(chosen):
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


def _add_slots(chosen: list[Found], slots: list[Found]) -> list[Found]:
    """Line and slot together: the same people once (the line knows their roles), others added where the line is only
    about pictures or a source.
    """
    people = {credit_key(credit.name) for found in chosen for credit in found.reading.authors}
    new = [found for found in slots if any(credit_key(c.name) not in people for c in found.reading.authors)]
    if not new:
        return chosen
    return chosen if has_writer(chosen) else [*slots, *chosen]


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
