"""Reading the sentences with places and scoring what the finder says of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.places import Home, Place, Unit, find_places, gazetteer
from pipelines.text import tone_key

FOLDER = Path(__file__).parent / "places"
COUNTED = 0.5
"""Links less sure than this count as not made, as they do in the views."""


@dataclass
class Score:
    """Links right, made wrongly, and missed; and the lines that say which."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    open_right: int = 0
    open_missed: int = 0
    report: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed)


def cases(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((FOLDER / name).read_text(encoding="utf-8")))


def unit_id(described: str) -> str:
    """The id of "63 xã Tân Thành, Phú Bình": borders, full name, and names of what it lies in."""
    borders, _, rest = described.partition(" ")
    full, *above = [part.strip() for part in rest.split(",")]
    found = [
        unit.unit_id
        for unit in _by_full_name()[borders, tone_key(full)]
        if {tone_key(name) for name in above} <= _names_above(unit.within, borders)
    ]
    assert len(found) == 1, f"{described}: {found}"
    return found[0]


@cache
def _by_full_name() -> dict[tuple[str, str], list[Unit]]:
    found: dict[tuple[str, str], list[Unit]] = defaultdict(list)
    for unit in gazetteer().units.values():
        found[unit.borders, tone_key(unit.full_name)].append(unit)
    return found


def _names_above(within: frozenset[str], borders: str) -> set[str]:
    above = [gazetteer().units[each] for each in within if each.startswith(borders)]
    return {tone_key(name) for unit in above for name in (unit.name, unit.full_name)}


def places_of(case: dict[str, Any]) -> list[Place]:
    old, _, new = case.get("home", "").partition("/")
    home = Home(frozenset({old} - {""}), frozenset({new} - {""}))
    return find_places([(case.get("field", "body"), case["text"])], case["day"], home)


def score(name: str) -> Score:
    total = Score()
    units = gazetteer().units
    for case in cases(name):
        expected = {unit_id(each) for each in case["links"]}
        places = places_of(case)
        found = {place.unit.unit_id for place in places if place.unit and place.confidence >= COUNTED}
        still_open = {place.name for place in places if place.unit is None}
        total.right += len(found & expected)
        total.wrong += len(found - expected)
        total.missed += len(expected - found)
        total.open_right += len(still_open & set(case.get("open", ())))
        total.open_missed += len(set(case.get("open", ())) - still_open)
        told = [f"+ {each} {units[each].full_name}" for each in sorted(found - expected)]
        told += [f"- {each} {units[each].full_name}" for each in sorted(expected - found)]
        told += [f"- open {each}" for each in sorted(set(case.get("open", ())) - still_open)]
        if told:
            total.report.append(case["text"] + "".join(f"\n    {line}" for line in told))
    return total
