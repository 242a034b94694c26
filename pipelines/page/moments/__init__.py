"""When the article was published and last changed: all witnesses of the page, and the choice between them.

Belongs here: where on a page such witnesses stand, which places never count (clocks in the header, related items,
licence and print lines), and the order of trust. Does not: the grammar of dates (`pipelines.dates`).

Order of trust: what the page displays and what it says for machines are reconciled with each other; one of them alone
comes next, then the instant in the address, then htmldate. The modification is never taken for the publication.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipelines.dates import instant_in_url, month_in_url, read_instant
from pipelines.page.blocks import Block
from pipelines.page.context import Context
from pipelines.page.library import library_date
from pipelines.page.moments.choice import choose, why_not
from pipelines.page.moments.displayed import from_lines, from_selectors, is_date_line
from pipelines.page.moments.machine import machine_witnesses, modification
from pipelines.page.moments.witnesses import Found, is_article_frame, is_refused
from pipelines.records import Precision
from pipelines.zone import local_date

__all__ = ["Moments", "find_moments", "is_article_frame", "is_date_line"]


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
    machine = machine_witnesses(context)
    visible = from_selectors(context)
    if not visible:
        visible = from_lines(context, edge_dates, front, end_dates)
    url = instant_in_url(context.url)
    modified = modification(context)
    chosen, reason = choose(context.fetched_at, visible, machine, url)
    chosen_found = chosen
    if chosen is None and not is_refused(visible):
        day = library_date(context.page, context.fetched_at)
        if day:
            reading = read_instant(day, fetched_at=context.fetched_at)
            month = month_in_url(context.url)
            if reading.value is not None:
                # htmldate takes licence and copyright lines for dates: believed where the address has the same month
                local = local_date(reading.value)
                believed = month == (local.year, local.month)
                if believed:
                    chosen_found = Found(replace(reading, precision="day"), "library", "htmldate", 0.3)
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
            found.reading.flags, chosen=taken, reason=reason if taken else why_not(found, chosen_found),
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
