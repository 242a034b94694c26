"""The registry counted: outlets by province and kind, how complete each file is, and how much of it was seen.

Belongs here: counts over source files. Does not: one file's shape (`scraper.source`), loading (`scraper.registry`), or
printing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from scraper.source import Source

Borders = Literal["34", "63"]

PARTS: Mapping[str, Callable[[Source], bool]] = {
    "sections": lambda s: any(section.url.rstrip("/") != s.home.rstrip("/") for section in s.discovery.sections),
    "article pattern": lambda s: bool(s.article_patterns),
    "feeds or sitemaps": lambda s: any(
        (
            s.discovery.feeds,
            s.discovery.sitemaps,
            s.discovery.json_api,
            s.discovery.date_archive,
        )
    ),
    "family": lambda s: bool(s.family),
}
"""What a file may know beyond host and home page. `feeds or sitemaps` counts addresses that the file names, of date
archives and JSON listings too; that robots.txt is asked for sitemaps goes without saying and is no knowledge."""


@dataclass(slots=True)
class Survey:
    """Counts over some sources."""

    sources: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    parts: Counter[str] = field(default_factory=Counter)  # how many files have each part
    host_only: int = 0  # nothing but host and home page is known
    complete: int = 0  # all parts are there
    closed: int = 0
    seen: int = 0  # statements of the files that somebody has seen to be true
    inferred: int = 0

    def add(self, source: Source) -> None:
        """Counts one more source."""
        there = [name for name, has in PARTS.items() if has(source)]
        self.sources += 1
        self.kinds[source.kind] += 1
        self.parts.update(there)
        self.host_only += not there
        self.complete += len(there) == len(PARTS)
        self.closed += source.closed is not None
        how = Counter(source.evidence.values())
        self.seen += how["seen"]
        self.inferred += how["inferred"]


def survey(sources: Iterable[Source]) -> Survey:
    """The counts over all of them."""
    counted = Survey()
    for source in sources:
        counted.add(source)
    return counted


def by_kind(sources: Iterable[Source]) -> dict[str, Survey]:
    """The counts of each kind of outlet, the most frequent first."""
    return _grouped((source.kind, source) for source in sources)


def by_province(sources: Iterable[Source], borders: Borders) -> dict[str, Survey]:
    """The counts of each province, by its official code; `63` before 2025-07-01, `34` since. "Cả nước" has none."""
    placed: list[tuple[str, str, Source]] = []
    for source in sources:
        if source.province is None:
            placed.append(("~", NATIONWIDE, source))
        else:
            place = source.province.new if borders == "34" else source.province.old
            placed.append((place.code, place.name, source))
    placed.sort(key=lambda row: row[:2])
    groups: dict[str, Survey] = {}
    for _, name, source in placed:
        groups.setdefault(name, Survey()).add(source)
    return groups


NATIONWIDE = "Cả nước"
"""Where outlets of no province are counted."""


def statements(sources: Iterable[Source]) -> dict[str, Counter[str]]:
    """For each field that source files state: how many files have seen it, how many only infer it."""
    fields: dict[str, Counter[str]] = {}
    for source in sources:
        for name, how in source.evidence.items():
            fields.setdefault(name, Counter())[how] += 1
    return dict(sorted(fields.items(), key=lambda item: (-item[1].total(), item[0])))


def _grouped(keyed: Iterable[tuple[str, Source]]) -> dict[str, Survey]:
    groups: dict[str, Survey] = {}
    for key, source in keyed:
        groups.setdefault(key, Survey()).add(source)
    return dict(sorted(groups.items(), key=lambda item: (-item[1].sources, item[0])))
