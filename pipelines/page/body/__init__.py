"""The blocks of a region, sorted: text of the article, captions, lines about the article, and what is no text at all.

Belongs here: the rules that need several blocks at once (what follows an image, a heading of a box of links, the last
lines), and their order. Does not: names and phrases (`lexicon`), the grammar of bylines and dates. Each rule says which
kind of page it serves.
"""

from __future__ import annotations

from pipelines.page.body.edges import Edges
from pipelines.page.body.lines import is_running, tells_about_document
from pipelines.page.body.links import Links
from pipelines.page.body.noise import drop_comments, drop_facts, drop_front, drop_imprint, drop_junk, drop_zones
from pipelines.page.body.pictures import Pictures, captions_between
from pipelines.page.body.rows import collect
from pipelines.page.body.sheet import Parts, Sheet

__all__ = ["Parts", "Sheet", "captions_between", "is_running", "sort_blocks", "tells_about_document"]


def sort_blocks(sheet: Sheet) -> Parts:
    """The blocks of one region by what they are. Each step sees only what the steps before it left."""
    drop_zones(sheet)
    drop_front(sheet)
    drop_comments(sheet)
    drop_facts(sheet)
    drop_junk(sheet)
    drop_imprint(sheet)
    Links(sheet).drop()
    Pictures(sheet).find()
    Edges(sheet).find()
    collect(sheet)
    return sheet.parts
