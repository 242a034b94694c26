"""Links inside articles.

Belongs here: offering them, within the depth that the source's file allows. Does not: lists of articles (`section`).
"""

from __future__ import annotations

from scraper.discovery.finder import Answer, Ground
from scraper.discovery.section import links_of

FOUND_BY = "link"


def follow_links(ground: Ground, answer: Answer, depth: int) -> None:
    """Offers the links of an article that itself was found `depth` links away from a listing."""
    if depth >= ground.source.discovery.max_depth:
        return
    for found in links_of(answer)[0]:
        ground.visit.offer(found, FOUND_BY, answer.url, depth=depth + 1)
