"""What a finder says about an address, and what the visit makes of it: the words that both sides share.

Belongs here: these two records. Does not: finding (`scraper.discovery`) or visiting (`scraper.visit`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Standing(Enum):
    """What an address turned out to be when a finder offered it."""

    NEW = "new"  # not known before this run, and first named now
    SEEN = "seen"  # not known before this run, but named earlier in it
    KNOWN = "known"  # in the plan
    NO_ARTICLE = "no-article"  # another host, another kind of page


@dataclass(frozen=True, slots=True)
class Found:
    """What a finder says about one address."""

    url: str
    title: str | None = None
    published: str | None = None  # as written there
    lastmod: str | None = None  # as written there
