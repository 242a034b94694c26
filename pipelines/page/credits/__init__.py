"""Who is credited on a page: where bylines stand, and which of them count.

Belongs here: what other readers of a page ask for. Does not: the grammar of bylines (`pipelines.people`).

`found` is one byline with its place; `lines`, `links`, `head`, `slots` and `boxes` are the places; `choice` decides.
"""

from __future__ import annotations

from pipelines.page.credits.boxes import author_boxes
from pipelines.page.credits.choice import find_credits
from pipelines.page.credits.found import Credited
from pipelines.page.credits.lines import is_byline, is_signed_by_outlet, names_source_only, signs, split_glued
from pipelines.page.credits.links import is_author_link, points_to_author_or_source

__all__ = [
    "Credited",
    "author_boxes",
    "find_credits",
    "is_author_link",
    "is_byline",
    "is_signed_by_outlet",
    "names_source_only",
    "points_to_author_or_source",
    "signs",
    "split_glued",
]
