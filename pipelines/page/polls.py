"""Polls inside the text: a question with answers to choose from, which is a form and no part of the article.

Belongs here: finding their boxes by their fields. Does not: boxes that names give away (`lexicon`).
"""

from __future__ import annotations

from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from pipelines.page.tree import Page, is_inside, letters_of

MAX_LETTERS: Final = 500
"""Letters of a question with its answers; a box with more holds text of the article as well."""
_BOXES: Final = frozenset(["div", "form", "fieldset", "section", "aside", "table", "ul"])


def polls(page: Page, region: HtmlElement) -> set[HtmlElement]:
    """The boxes inside `region` that hold fields to choose an answer with, each as large as the limit allows."""
    found: set[HtmlElement] = set()
    for kind in ("radio", "checkbox"):
        for field in page.index.attributes.get(("type", kind), ())[:40]:
            if any(is_inside(field, box) for box in found) or not is_inside(field, region):
                continue
            best: HtmlElement | None = None
            for above in islice(field.iterancestors(), 8):
                if above is region or letters_of(above, MAX_LETTERS) > MAX_LETTERS:
                    break
                if above.tag in _BOXES:
                    best = above
            if best is not None:
                found.add(best)
    return found
