"""Stories: the same text in several articles, found as articles come in, and who had it first.

Belongs here: signatures, finding and verifying pairs, putting pairs together. Does not: what makes two texts alike
(`pipelines.stories`), who was credited (`source_credits`), or views (`marts/`). No article is deleted or hidden for
being a copy.

A pair counts within thirty days; inside one outlet only where nine tenths of all shingles are common, as columns of
weather and prices are alike every day. Work follows what is new:
signatures are compared with those of a month around, and only texts that share two bands are read again.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pipelines.stories import Likeness, bands, likeness, shingles
from warehouse import statements
from warehouse.derived.runner import Derivation
from warehouse.store import Store

SAME_OUTLET = 0.9
"""Least Jaccard similarity of two articles of one outlet."""
_PAIRS = 10_000
"""Candidate pairs verified at a time; bounds the texts held in memory."""


class Member(NamedTuple):
    """An article as its place in a story follows from it; sorts in the order in which a story came out."""

    moment: Any  # an instant, UTC
    article_id: str
    source_id: str
    exact: bool


class Link(NamedTuple):
    """A verified pair."""

    one_id: str
    other_id: str
    jaccard: float
    contained: float

    def end(self, article_id: str) -> str:
        """The article at the other end."""
        return self.other_id if article_id == self.one_id else self.one_id


def step(store: Store) -> Mapping[str, int]:
    """Replaces signatures and links of the articles in `todo`, and the stories that these touch."""
    for statement in statements.each("stories_clear"):
        store.con.execute(statement)
    fresh = _sign(store)
    pairs = store.con.execute(statements.get("stories_candidates")).fetchall()
    links = list(_verified(store, pairs, fresh))
    store.insert("story_links", links)
    stories, members = _put_together(store)
    return {"candidate_pairs": len(pairs), "links": len(links), "stories": stories, "articles_in_stories": members}


def _sign(store: Store) -> dict[str, array[int]]:
    """Writes the signatures of the articles in `todo`; returns their shingles by article."""
    rows = store.rows(statements.get("stories_texts"))
    hashed = shingles(row.pop("text") for row in rows)
    long = [(row, array("Q", hashes)) for row, hashes in zip(rows, hashed, strict=True) if hashes]
    keys = bands([hashes for _, hashes in long])
    store.insert("story_signatures", [{**row, "bands": key} for (row, _), key in zip(long, keys, strict=True)])
    return {row["article_id"]: hashes for row, hashes in long}


def _verified(
    store: Store, pairs: Sequence[tuple[str, str, bool]], fresh: Mapping[str, array[int]]
) -> Iterator[dict[str, Any]]:
    for start in range(0, len(pairs), _PAIRS):
        some = pairs[start : start + _PAIRS]
        wanted = sorted({other for _, other, _ in some} - fresh.keys())
        texts = store.rows(statements.get("stories_texts_of"), {"ids": wanted}) if wanted else []
        hashed = shingles(row["text"] for row in texts)
        sets = {row["article_id"]: set(hashes) for row, hashes in zip(texts, hashed, strict=True)}
        for one, other, same_outlet in some:
            found = likeness(_set(sets, fresh, one), _set(sets, fresh, other))
            if _counts(found, same_outlet):
                yield {
                    "one_id": min(one, other),
                    "other_id": max(one, other),
                    "jaccard": found.jaccard,
                    "contained": found.contained,
                }


def _set(sets: dict[str, set[int]], fresh: Mapping[str, array[int]], article: str) -> set[int]:
    if article not in sets:
        sets[article] = set(fresh[article])
    return sets[article]


def _counts(found: Likeness, same_outlet: bool) -> bool:
    return found.jaccard >= SAME_OUTLET if same_outlet else found.same_story


def _put_together(store: Store) -> tuple[int, int]:
    """Makes anew the stories of all articles that hang together with those in `todo`; counts them and their members."""
    con = store.con
    con.execute(statements.get("stories_touched"))
    size = 0
    while (now := store.value("SELECT count(*) FROM touched")) != size:
        size = now
        con.execute(statements.get("stories_widen"))
    links = [Link(*row) for row in con.execute(statements.get("stories_links_among")).fetchall()]
    members = {row[1]: Member(*row) for row in con.execute(statements.get("stories_members_among")).fetchall()}
    rows = _members(links, members)
    con.execute("DELETE FROM story_members WHERE article_id IN (SELECT article_id FROM touched)")
    store.insert("story_members", rows)
    return sum(row["position"] == 1 for row in rows), len(rows)


def _members(links: Sequence[Link], members: Mapping[str, Member]) -> list[dict[str, Any]]:
    """The rows of `story_members` that follow from links and the articles at their ends."""
    by_article: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        by_article[link.one_id].append(link)
        by_article[link.other_id].append(link)
    rows = []
    for group in _groups(by_article):
        story = sorted(members[article] for article in group)
        for position, member in enumerate(story, start=1):
            nearest = _nearest(member, by_article[member.article_id], members)
            rows.append(
                {
                    **member._asdict(),
                    "story_id": story[0].article_id,
                    "position": position,
                    "nearest_id": nearest.end(member.article_id) if nearest else None,
                    "jaccard": nearest.jaccard if nearest else None,
                    "contained": nearest.contained if nearest else None,
                }
            )
    return rows


def _nearest(member: Member, links: Iterable[Link], members: Mapping[str, Member]) -> Link | None:
    earlier = [link for link in links if members[link.end(member.article_id)] < member]
    # Of equally like ones the earliest: min of the reversed likeness, then of the order of the story.
    return min(
        earlier,
        key=lambda link: (-link.jaccard, -link.contained, members[link.end(member.article_id)]),
        default=None,
    )


def _groups(by_article: Mapping[str, Sequence[Link]]) -> Iterator[list[str]]:
    """The articles that hang together by links."""
    seen: set[str] = set()
    for start in by_article:
        if start in seen:
            continue
        seen.add(start)
        group = [start]
        for article in group:  # grows while it is walked
            ends = {link.end(article) for link in by_article[article]} - seen
            seen |= ends
            group.extend(sorted(ends))
        yield group


STORIES = Derivation(
    name="stories",
    version="1",
    description="The same text in several articles across outlets: who had it first, who followed, how alike they are.",
    tables=("story_members", "story_links", "story_signatures"),
    step=step,
    kinds=("python", "rensa", "duckdb"),
)
