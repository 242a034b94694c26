"""The only module that calls trafilatura and htmldate: a second opinion on text, and the last witness of a date.

Belongs here: those calls, and turning what they return into our own plain types. Does not: trusting it; trafilatura
keeps captions and bylines in the text and loses leads on these pages, htmldate takes a footer's copyright year for a
date.
"""

from __future__ import annotations

import copy
import logging
from datetime import datetime
from typing import Final

import htmldate
import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from pipelines.page.tree import Page
from pipelines.text import clean

MAX_ELEMENTS: Final = 20_000
MAX_DEPTH: Final = 150
"""Trees that are larger or deeper take the libraries seconds to minutes; they are read without a second opinion."""

for _name in ("trafilatura", "htmldate"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # a page without text is a result here, not an error


def library_paragraphs(element: HtmlElement) -> list[str]:
    """The paragraphs that trafilatura takes from `element` (a region, or the root of a page), in order; empty if none.

    The element is copied, because trafilatura prunes the tree that it is given.
    """
    if not _is_tame(element):
        return []
    try:
        document = trafilatura.bare_extraction(
            copy.deepcopy(element),
            include_comments=False,
            include_tables=True,
            favor_recall=True,
            fast=True,
            deduplicate=False,
            with_metadata=False,
        )
    except Exception:
        # A second opinion may fail on any tree; what we read ourselves stands without it.
        return []
    text = getattr(document, "text", None) or ""
    return [line for line in (clean(part) for part in text.split("\n")) if line]


def library_date(page: Page, fetched_at: datetime | None) -> str | None:
    """The publication day that htmldate makes out, as `YYYY-MM-DD`, or None."""
    if not _is_tame(page.root):
        return None
    try:
        found = htmldate.find_date(
            copy.deepcopy(page.root),
            original_date=True,
            extensive_search=False,
            url=page.url or None,
            max_date=fetched_at.strftime("%Y-%m-%d") if fetched_at is not None else None,
        )
    except Exception:
        # As above: a witness that stumbles is no witness.
        return None
    return found if isinstance(found, str) else None


def _is_tame(element: HtmlElement) -> bool:
    """Whether a tree is of a size that the libraries were made for."""
    depth = count = 0
    for event, _ in etree.iterwalk(element, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth += 1
        count += 1
        if depth > MAX_DEPTH or count > MAX_ELEMENTS:
            return False
    return True
