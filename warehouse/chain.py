"""The versions of one article: which captures showed the same content, and where the paper changed it.

Belongs here: walking over captures in time. Does not: comparing texts (`pipelines.diffs`), or the database.

Rules:
- Two captures are compared under one reader only: the newest that has read both. Where no reader has read both, nothing
  can be told, and the later one is taken to show the same.
- A version opens where the content differs from the version before it *and* from what the same address showed, in the
  same form, when it was visited before. So an article that answers under two addresses or as amp and plain page with
  slightly different templates is not edited back and forth by our visits.
- A move is no edit: the first visit to another address opens a version only where headline or text read otherwise
  (`edited`), not where captions, byline or time are set differently there.
- An amp, print or mobile page does not open a version while a plain one is known: its differences are the template's.
- A page without text does not open a version of an article that has one: it was cut off, or its template failed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

Place = tuple[str, str]
"""Canonical URL and form of display (`pipelines.urls.display_form`)."""


@dataclass(frozen=True, slots=True)
class Read:
    """What one reader took from a capture, as far as versions need it."""

    capture_id: str  # the capture read; another one where a payload is repeated
    digest: str
    content_id: str
    has_text: bool = True
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """A capture that showed the article."""

    capture_id: str
    at: datetime
    place: Place
    reads: Mapping[str, Read]  # by version of the reader; empty where the payload was never read


@dataclass(slots=True)
class Link:
    """A version in the chain."""

    sights: list[Sight]  # all captures of its time, in order
    own: list[Sight] = field(default_factory=list)  # those among them that showed its content

    @property
    def shown(self) -> tuple[str, Read]:
        """The reader and the reading by which the version is shown: the newest reader's, of the earliest capture."""
        best = max({reader for sight in self.own for reader in sight.reads}, key=reader_order)
        return best, self.read_by(best)

    def read_by(self, reader: str) -> Read:
        """The earliest reading of its content by `reader`, one with text before one without."""
        reads = [sight.reads[reader] for sight in self.own if reader in sight.reads]
        return next((read for read in reads if read.has_text), reads[0])


@cache
def reader_order(version: str) -> tuple[tuple[int, int | str], ...]:
    """Sorts versions of the reader: runs of digits by value, anything else by letter; 1.9 stands before 1.10."""
    return tuple((1, int(part)) if part.isdigit() else (0, part) for part in re.findall(r"\d+|[^\d.]+", version))


def chain(sights: Sequence[Sight], edited: Callable[[Read, Read], bool] = lambda old, new: True) -> list[Link]:
    """The versions of an article from all captures that showed it, in any order.

    `edited` says whether headline or text differ between two readings of one reader; it is asked about first visits to
    another address only. Where no capture has been read, there is no version.
    """
    ordered = sorted(sights, key=lambda sight: (sight.at, sight.capture_id))
    text_known = any(read.has_text for sight in ordered for read in sight.reads.values())
    whole = [s for s in ordered if s.reads and (not text_known or any(read.has_text for read in s.reads.values()))]
    plain_known = any(sight.place[1] == "plain" for sight in whole)
    usable = {sight.capture_id for sight in whole}
    links: list[Link] = []
    waiting: list[Sight] = []  # seen before the first version opened
    before: dict[Place, Sight] = {}
    for sight in ordered:
        opens = False
        if sight.capture_id in usable:
            first = sight.place not in before
            if not (first and plain_known and sight.place[1] != "plain"):
                opens = not links or _opens(links[-1], before.get(sight.place), sight, edited)
            before[sight.place] = sight
        if opens:
            links.append(Link([*waiting, sight], [sight]))
            waiting = []
        elif not links:
            waiting.append(sight)
        else:
            links[-1].sights.append(sight)
            if sight.capture_id in usable and _compared(links[-1], sight) is not False:
                links[-1].own.append(sight)
    return links


def common_reads(old: Link, new: Link) -> tuple[Read, Read] | None:
    """The readings by which two versions are compared: those of the newest reader that knows both."""
    common = {r for sight in old.own for r in sight.reads} & {r for sight in new.own for r in sight.reads}
    if not common:
        return None
    reader = max(common, key=reader_order)
    return old.read_by(reader), new.read_by(reader)


def _opens(current: Link, before: Sight | None, sight: Sight, edited: Callable[[Read, Read], bool]) -> bool:
    if _compared(current, sight) is not False:
        return False
    if before is not None:
        return _same(before, sight) is False
    old, new = next(pair for own in reversed(current.own) if (pair := _pair(own, sight)))
    return edited(old, new)


def _compared(current: Link, sight: Sight) -> bool | None:
    """Whether `sight` shows the content of the version; None where no reader has read both."""
    return next((same for own in reversed(current.own) if (same := _same(own, sight)) is not None), None)


def _same(one: Sight, other: Sight) -> bool | None:
    pair = _pair(one, other)
    return pair[0].digest == pair[1].digest if pair else None


def _pair(one: Sight, other: Sight) -> tuple[Read, Read] | None:
    common = one.reads.keys() & other.reads.keys()
    if not common:
        return None
    reader = max(common, key=reader_order)
    return one.reads[reader], other.reads[reader]
