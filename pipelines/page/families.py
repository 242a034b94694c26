"""CMS families: which one a page belongs to, and the selectors that follow. The families themselves are data.

Belongs here: loading `pipelines/families/*.yaml`, checking them, and recognising a family by its marks. Does not:
what the selectors find (the modules of the fields), and selectors of single sources (their own files, through
`SiteProfile`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from pipelines.page.selectors import Selector, compile_selector
from pipelines.page.tree import Page
from pipelines.records import SiteProfile
from pipelines.zone import local_date

FIELDS: Final = ("title", "lead", "date", "byline", "source", "body", "caption", "section", "tags", "drop")
"""Fields that a family or source may give selectors for; `drop` names boxes inside the text that are no text."""


@dataclass(frozen=True, slots=True)
class Family:
    """One family of content systems, as its file describes it."""

    id: str
    name: str
    evidence: str  # seen or inferred
    valid_from: date | None
    valid_to: date | None
    marks: tuple[Selector, ...]  # elements of its pages; each kind found counts one
    urls: tuple[re.Pattern[str], ...]
    generators: tuple[re.Pattern[str], ...]
    need: float
    selectors: Mapping[str, tuple[str, ...]]

    def covers(self, moment: datetime | None) -> bool:
        """Whether the family's templates were in use when the page was fetched (always, where that is not known)."""
        if moment is None:
            return True
        day = local_date(moment)
        return (self.valid_from is None or day >= self.valid_from) and (self.valid_to is None or day <= self.valid_to)


@cache
def load_families() -> Mapping[str, Family]:
    """All families by id. Raises ValueError, naming the file, for one that breaks the format."""
    found: dict[str, Family] = {}
    folder = files("pipelines").joinpath("families")
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".yaml"):
            family = parse_family(yaml.safe_load(file.read_text(encoding="utf-8")), file.name)
            found[family.id] = family
    return found


def parse_family(data: Mapping[str, Any], name: str) -> Family:
    """The family that a YAML document describes. Raises ValueError with file name and field for anything unexpected."""
    try:
        valid = data.get("valid") or {}
        prints = data.get("fingerprint") or {}
        selectors = {key: tuple(value) for key, value in data["selectors"].items()}
        unknown = set(selectors) - set(FIELDS)
        if unknown:
            raise ValueError(f"unknown fields {sorted(unknown)}; known are {list(FIELDS)}")
        for values in selectors.values():
            for value in values:
                compile_selector(value)
        if data["id"] != name.removesuffix(".yaml"):
            raise ValueError(f"id {data['id']!r} is not the file's name")
        if data["evidence"] not in ("seen", "inferred"):
            raise ValueError(f"evidence {data['evidence']!r} is neither seen nor inferred")
        return Family(
            data["id"],
            data["name"],
            data["evidence"],
            valid.get("from"),
            valid.get("to"),
            tuple(compile_selector(mark) for mark in prints.get("marks", ())),
            tuple(re.compile(url, re.I) for url in prints.get("urls", ())),
            tuple(re.compile(text, re.I) for text in prints.get("generators", ())),
            float(prints.get("need", 1)),
            selectors,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"families/{name}: {error}") from error


def recognise(page: Page, url: str, generator: str, fetched_at: datetime | None) -> Family | None:
    """The family whose marks the page carries, or None. An element counts 1, the form of the address 0.5, a
    generator 2.
    """
    shown = _shown_marks(page)
    best, best_score = None, 0.0
    for family in load_families().values():
        score = float(shown.get(family.id, 0))
        if generator and any(pattern.search(generator) for pattern in family.generators):
            score += 2
        if score + 0.5 < family.need or score + 0.5 <= best_score or not family.covers(fetched_at):
            continue
        if any(pattern.search(url) for pattern in family.urls):
            score += 0.5
        if score >= family.need and score > best_score:
            best, best_score = family, score
    return best


@cache
def _marks_by_name() -> dict[str, list[tuple[str, Selector]]]:
    """Class (with a dot) or id (with a hash) of a mark's target -> (family, mark); the others stand under ""."""
    found: dict[str, list[tuple[str, Selector]]] = {}
    for family in load_families().values():
        for mark in family.marks:
            target = mark.target
            name = f"#{target.id}" if target.id else f".{target.classes[0]}" if target.classes else ""
            found.setdefault(name, []).append((family.id, mark))
    return found


def _shown_marks(page: Page) -> dict[str, int]:
    """Family -> how many of its marks the page shows."""
    names = _marks_by_name()
    index = page.index
    likely = list(names.get("", ()))
    for sign, kept in ((".", index.classes), ("#", index.ids)):
        for name in kept:
            likely += names.get(sign + name, ())
    shown: dict[str, int] = {}
    for family, mark in likely:
        if next(page.select(mark), None) is not None:
            shown[family] = shown.get(family, 0) + 1
    return shown


def choose_family(
    page: Page, url: str, generator: str, fetched_at: datetime | None, profile: SiteProfile | None
) -> tuple[Family | None, str]:
    """(family, how it was known): the one the source names, if it was in use then; else the one the page shows."""
    named = load_families().get(profile.family) if profile is not None and profile.family else None
    if named is not None and named.covers(fetched_at):
        return named, "source"
    found = recognise(page, url, generator, fetched_at)
    if found is not None:
        return found, "fingerprint"
    return named, "source" if named is not None else ""


def selectors_of(family: Family | None, profile: SiteProfile | None) -> dict[str, tuple[str, ...]]:
    """Field -> selectors, the source's own before the family's."""
    merged: dict[str, tuple[str, ...]] = dict(family.selectors) if family is not None else {}
    if profile is not None:
        for field, own in profile.selectors.items():
            merged[field] = (*own, *merged.get(field, ()))
    return merged
