"""What a perfect archive would say about the demo site at each step.

Belongs here: the expected fields of each article, and what truly changed between two steps. Computed from the content
files, never from the HTML. Does not: how the pages look (`render`).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from dagster_project.demo.content import Article, State, outlets, public_url, states, steps
from pipelines.zone import local_iso


@dataclass(frozen=True, slots=True)
class ExpectedArticle:
    """The fields of one article at one step. Times are ISO 8601 with +07:00; a day stands at local midnight."""

    source_id: str
    url: str
    native_id: str
    page_kind: str
    title: str
    published_at: str
    precision: str
    modified_at: str | None
    people: tuple[tuple[str, tuple[str, ...]], ...]  # (name, roles), in the order of the byline
    sources: tuple[str, ...]
    lead: str | None
    source_mark: str | None
    body: tuple[str, ...]  # paragraphs, sub-headings, list items, verse lines, table rows (cells joined by a tab)
    captions: tuple[str, ...]
    section: str
    tags: tuple[str, ...]
    shared_with: str | None  # address of the same wire copy at another outlet

    @property
    def paragraphs(self) -> int:
        """How many parts the body has."""
        return len(self.body)


@dataclass(frozen=True, slots=True)
class Edit:
    """One field that the paper changed. `before` and `after` hold what differs: a title, or paragraphs."""

    url: str
    field: str  # title, lead, body, captions, authors
    before: str
    after: str
    cosmetic: bool


@dataclass(frozen=True, slots=True)
class Removal:
    """An address that no longer shows its article, and how it answers: 404, 410, soft-404, home."""

    url: str
    how: str


@dataclass(frozen=True, slots=True)
class Move:
    """An article under a second address. `old_answers`: 301 (to the new one) or 200 (both show it)."""

    old: str
    new: str
    old_answers: str


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything there is to know about the site at `step`, and what changed since the step before."""

    step: int
    articles: tuple[ExpectedArticle, ...]  # every article that is there, the unreachable ones included
    new: tuple[str, ...]
    edited: tuple[Edit, ...]
    removed: tuple[Removal, ...]
    returned: tuple[str, ...]
    moved: tuple[Move, ...]
    unreachable: tuple[str, ...]
    clock_only: tuple[str, ...]
    gone: tuple[Removal, ...]  # every address missing at this step, whenever it went

    def of(self, source_id: str) -> Iterator[ExpectedArticle]:
        """The articles of one source."""
        return (article for article in self.articles if article.source_id == source_id)

    def by_url(self, url: str) -> ExpectedArticle:
        """The article at that address; KeyError if there is none at this step."""
        for article in self.articles:
            if article.url == url:
                return article
        raise KeyError(url)


@cache
def truth(step: int) -> Truth:
    """The truth at `step` (0 to 4). At step 0 everything is new."""
    now = states(step)
    before = states(step - 1) if step else {}
    plan = steps()[step]
    missing = [s for s in now.values() if s.missing]
    modified_only = {row["article"] for row in plan.get("modified", ())} - {
        row["article"] for row in plan.get("edited", ())
    }
    return Truth(
        step=step,
        articles=tuple(_expected(s) for s in now.values() if s.missing is None),
        new=tuple(public_url(s) for key, s in now.items() if key not in before),
        edited=tuple(_edited(before[row["article"]], now[row["article"]], row) for row in plan.get("edited", ())),
        removed=tuple(_removal(now[row["article"]]) for row in plan.get("removed", ())),
        returned=tuple(public_url(now[key]) for key in plan.get("returned", ())),
        moved=tuple(_moved(before[row["article"]], now[row["article"]], row) for row in plan.get("moved", ())),
        unreachable=tuple(public_url(s) for s in now.values() if s.broken),
        clock_only=tuple(public_url(now[key]) for key in [*plan.get("shuffled", ()), *sorted(modified_only)]),
        gone=tuple(_removal(s) for s in missing),
    )


def body_of(article: Article) -> tuple[str, ...]:
    """The paragraphs that are the article's text: no captions, related boxes, bylines or template leaks."""
    found: list[str] = []
    for block in article.blocks:
        if block.kind in ("p", "heading"):
            found.append(block.text)
        elif block.kind == "item":
            found.append(f"* {block.text}")
        elif block.kind in ("list", "verse"):
            found.extend(block.lines)
        elif block.kind == "table":
            found.extend("\t".join(row) for row in block.rows)
    return tuple(found)


def captions_of(article: Article) -> tuple[str, ...]:
    """The captions as displayed."""
    return tuple(block.text for block in article.blocks if block.kind == "figure")


def _expected(state: State) -> ExpectedArticle:
    article, outlet = state.article, outlets()[state.article.outlet]
    other = states(0).get(article.shared_with or "")
    return ExpectedArticle(
        source_id=outlet.source_id,
        url=public_url(state),
        native_id=article.id,
        page_kind=article.kind,
        title=article.title,
        published_at=local_iso(article.published) or "",
        precision=article.precision,
        modified_at=local_iso(article.modified),
        people=article.people,
        sources=article.sources,
        lead=article.lead or None,
        source_mark=outlet.mark if article.mark else None,
        body=body_of(article),
        captions=captions_of(article),
        section=outlet.sections[article.section],
        tags=article.tags,
        shared_with=public_url(other) if other else None,
    )


def _edited(old: State, new: State, row: Mapping[str, Any]) -> Edit:
    name = row["field"]
    was, then = _parts(old.article, name), _parts(new.article, name)
    if name == "authors":
        return Edit(public_url(new), name, ", ".join(was), ", ".join(then), bool(row.get("cosmetic")))
    gone: list[str] = []
    come: list[str] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, was, then, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += was[i1:i2]
            come += then[j1:j2]
    return Edit(public_url(new), name, "\n".join(gone), "\n".join(come), bool(row.get("cosmetic")))


def _parts(article: Article, name: str) -> tuple[str, ...]:
    if name == "body":
        return body_of(article)
    if name == "captions":
        return captions_of(article)
    if name == "authors":
        return tuple(person for person, _ in article.people)
    return (getattr(article, name),)


def _removal(state: State) -> Removal:
    return Removal(public_url(state), state.missing or "")


def _moved(old: State, new: State, row: Mapping[str, Any]) -> Move:
    return Move(public_url(old), public_url(new), str(row["old"]))
