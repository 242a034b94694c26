"""The map of Vietnam by its 34 provinces: what came in from each this week, and for how long each has been silent.

Belongs here: outlines, classes and colours. Does not: counting (`dagster_project.display.metadata`).
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dagster_project.display.svg import PALE, Drawing

Point = tuple[int, int]

WEST, NORTH = 102.0, 23.5
SCALE = 28.0
"""Pixels of one degree of latitude."""
GRID = 2
"""Steps of a pixel to which corners are drawn; neighbours round alike, so that no gap opens between them."""
_ACROSS = math.cos(math.radians(16))
"""A degree of longitude beside one of latitude in the middle of the country."""
PANEL = (455, 470)


@dataclass(frozen=True, slots=True)
class Province:
    """One of the 34 provinces: GSO code of two digits, name, and outlines as (longitude, latitude) corners."""

    code: str
    name: str
    rings: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """What the outlets of one province brought."""

    outlets: int = 0
    week: int = 0  # articles first seen in the last seven days
    silent_days: int | None = None  # whole days since an article was first seen; None: never one


@cache
def provinces() -> tuple[Province, ...]:
    """All 34, by code."""
    text = (files("dagster_project.display") / "provinces.csv").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return tuple(Province(row["code"], row["name"], _rings(row["rings"])) for row in csv.DictReader(lines))


WEEK_CLASSES: Sequence[tuple[int, str, str]] = (
    (1, "#c6dbef", "1 to 9"),
    (10, "#6baed6", "10 to 49"),
    (50, "#2b7bba", "50 to 199"),
    (200, "#08458a", "200 and more"),
)
"""Least articles a week, colour, words."""
SILENCE_CLASSES: Sequence[tuple[int, str, str]] = (
    (0, "#74c476", "under 2 days"),
    (2, "#fee391", "2 or 3 days"),
    (4, "#fe9929", "4 to 6 days"),
    (7, "#cc4c02", "a week or more"),
)
"""Least whole days without a new article, colour, words."""
NO_OUTLET = "#eee"
NOTHING_CAME = "#b9a5c9"


def colours(tallies: Mapping[str, Tally]) -> dict[str, tuple[str, str]]:
    """For each province, by code, its colours on the two maps: of the week, and of silence."""
    return {province.code: _colours(tallies.get(province.code, Tally())) for province in provinces()}


def _colours(tally: Tally) -> tuple[str, str]:
    if not tally.outlets:
        return NO_OUTLET, NO_OUTLET
    week = _of_class(WEEK_CLASSES, tally.week) or NOTHING_CAME
    silence = NOTHING_CAME if tally.silent_days is None else _of_class(SILENCE_CLASSES, tally.silent_days)
    return week, silence or SILENCE_CLASSES[0][1]


def _of_class(classes: Sequence[tuple[int, str, str]], value: int) -> str:
    return next((colour for least, colour, _ in reversed(classes) if value >= least), "")


def country_map(tallies: Mapping[str, Tally]) -> str:
    """Both maps side by side as one picture in Markdown; `tallies` by code of the 34 provinces."""
    width, height = PANEL
    drawing = Drawing(2 * width, height)
    shapes = "".join(f"<path id='p{p.code}' d='{_path(p)}'/>" for p in provinces())
    drawing.raw(f"<defs><g stroke='white' stroke-width='1'>{shapes}</g></defs>")
    coloured = colours(tallies)
    for panel, (title, classes) in enumerate(
        (("New articles in seven days", WEEK_CLASSES), ("Days without a new article", SILENCE_CLASSES))
    ):
        left = panel * width
        drawing.words(left + 150, 20, title, size=14)
        uses = "".join(f"<use href='#p{code}' fill='{pair[panel]}'/>" for code, pair in coloured.items())
        drawing.raw(
            f"<g transform='translate({left + 6} 10) scale({1 / GRID:g})' stroke='#777' stroke-width='.6'>{uses}</g>"
        )
        legend = [*((colour, words) for _, colour, words in classes), (NOTHING_CAME, "none yet" if panel else "none")]
        for index, (colour, words) in enumerate([*legend, (NO_OUTLET, "no outlet here")]):
            y = 246 + 18 * index  # in the sea between the two groups of islands
            drawing.box(left + 228, y, 14, 12, colour)
            drawing.words(left + 248, y + 10, words)
        drawing.words(left + 268, 188, "Hoàng Sa", fill=PALE, size=9)
        drawing.words(left + 370, 346, "Trường Sa", fill=PALE, size=9)
    covered = sum(1 for tally in tallies.values() if tally.outlets)
    drawing.words(8, height - 8, f"{covered} of {len(provinces())} provinces with an outlet")
    return drawing.markdown(f"two maps of Vietnam: {covered} of {len(provinces())} provinces with an outlet")


def _path(province: Province) -> str:
    return "".join(_ring(ring) for ring in province.rings)


def _ring(ring: Sequence[tuple[float, float]]) -> str:
    """Steps between corners on the grid. An island too small for it is a speck, not lost."""
    corners: list[Point] = []
    for longitude, latitude in ring:
        point = (
            round((longitude - WEST) * _ACROSS * SCALE * GRID),
            round((NORTH - latitude) * SCALE * GRID),
        )
        if not corners or corners[-1] != point:
            corners.append(point)
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    (x, y), rest = corners[0], corners[1:]
    if len(rest) < 2:
        return f"M{x} {y}h2v2h-2z"
    steps = []
    for to_x, to_y in rest:
        steps.append(f"{to_x - x} {to_y - y}")
        x, y = to_x, to_y
    return f"M{corners[0][0]} {corners[0][1]}l{' '.join(steps).replace(' -', '-')}z"


def _rings(text: str) -> tuple[tuple[tuple[float, float], ...], ...]:
    found = []
    for ring in text.split(";"):
        numbers = [float(number) for number in ring.split()]
        found.append(tuple(zip(numbers[::2], numbers[1::2], strict=True)))
    return tuple(found)
