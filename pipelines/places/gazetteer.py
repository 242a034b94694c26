"""The units of Vietnam and their names: 64, 63 and 34 provinces, districts and communes before and after 2025-07-01.

Belongs here: reading `data/*.csv` and the indexes over them. Does not: finding names in a text.

A unit's id is its borders and its code ("63:06", "63:058", "34:01840"), because codes were used again: 24 was Bắc Giang
and is Bắc Ninh. The length of the code tells the level: 2 province, 3 district, 5 commune.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final, Literal, NamedTuple

from pipelines.places.cutting import key_of

Borders = Literal["64", "63", "34"]
Level = Literal["province", "district", "commune"]

REFORM: Final = date(2025, 7, 1)
"""First day of the 34 provinces and of two levels in place of three."""
_LAST_OF_63: Final = date(2025, 6, 30)
_END_OF_HA_TAY: Final = date(2008, 8, 1)
_I_AND_Y: Final = {**dict(zip("iíìỉĩị", "yýỳỷỹỵ", strict=True)), **dict(zip("yýỳỷỹỵ", "iíìỉĩị", strict=True))}
_OPEN_I: Final = re.compile(r"\b(qu|h|k|l|m|s|t)([iíìỉĩịyýỳỷỹỵ])\b")


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit within one set of borders."""

    unit_id: str
    borders: Borders
    code: str
    level: Level
    type: str  # Tỉnh, Thành phố, Quận, Huyện, Thị xã, Xã, Phường, Thị trấn, Đặc khu
    name: str  # without the type
    parent_id: str | None  # the district of a commune of before, the province of all others
    valid_from: date | None
    valid_to: date | None
    provinces_63: tuple[str, ...]  # codes among the 63 of the land it covers
    provinces_34: tuple[str, ...]  # codes among the 34
    within: frozenset[str]  # ids of all units that a text may name as the one it lies in, of any borders
    name_kept: bool  # whether the unit that followed it, or went before it, bears the same name at the same level

    @property
    def full_name(self) -> str:
        """Type and name: "Tỉnh Bắc Kạn"."""
        return f"{self.type} {self.name}"


class Change(NamedTuple):
    """One unit, or a part of it, became part of another."""

    old_id: str
    new_id: str
    part: bool  # only a part of the old one went into this new one
    changed_on: date  # first day of the new one


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All units, by id and by the key of each of their names."""

    units: Mapping[str, Unit]
    changes: tuple[Change, ...]
    names: Mapping[str, tuple[Unit, ...]]
    needs_level: frozenset[str]  # names that are places only behind a word like TP
    lengths: Mapping[str, tuple[int, ...]]  # first token -> token counts of the names that open with it, long first
    not_places: frozenset[str]
    thirds: frozenset[str]  # with what names of three words end


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer, read once."""
    units, changes = _units()
    names: dict[str, dict[str, Unit]] = defaultdict(dict)
    also = {f"63:{row['code']}": row["also"] for row in _rows("communes_63.csv") if row["also"]}
    spellings: dict[tuple[str, str], list[str]] = defaultdict(list)
    needs_level: set[str] = set()
    for row in _rows("spellings.csv"):
        spellings[row["level"], row["name"]].append(row["spelling"])
        if row["needs"]:
            needs_level.add(key_of(row["spelling"]))
    for unit in units.values():
        written = {unit.name, also.get(unit.unit_id, unit.name), *spellings.get((unit.level, unit.name), ())}
        for name in written:
            key = key_of(name)
            for variant in {key, key.replace(" - ", " "), _other_i(key)}:
                names[variant][unit.unit_id] = unit
    folder = files("pipelines.places") / "data"
    lines = (folder / "not_places.txt").read_text(encoding="utf-8").splitlines()
    not_places = frozenset(key_of(line) for line in lines if line and not line.startswith("#"))
    lengths: dict[str, set[int]] = defaultdict(set)
    for key in (*names, *not_places):
        parts = key.split(" ")
        lengths[parts[0]].add(len(parts))
    return Gazetteer(
        units=units,
        changes=tuple(changes),
        names={key: tuple(found.values()) for key, found in names.items()},
        needs_level=frozenset(needs_level),
        lengths={first: tuple(sorted(counts, reverse=True)) for first, counts in lengths.items()},
        not_places=not_places,
        thirds=frozenset(key.rpartition(" ")[2] for key in names if key.count(" ") == 2),
    )


@cache
def data_digest() -> str:
    """Eight hex digits that differ whenever any list of `data/` does."""
    digest = hashlib.sha256()
    for entry in sorted((files("pipelines.places") / "data").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith((".csv", ".txt")):
            digest.update(entry.read_bytes())
    return digest.hexdigest()[:8]


def _other_i(key: str) -> str:
    """The key with y for i and i for y where the two are one sound: "phú quí" and "phú quý", "mĩ" and "mỹ"."""
    return _OPEN_I.sub(lambda match: match[1] + _I_AND_Y[match[2]], key)


def _units() -> tuple[dict[str, Unit], list[Change]]:
    units: dict[str, Unit] = {}
    changes: list[Change] = []
    provinces = list(_rows("provinces.csv"))
    follows = {f"{row['borders']}:{row['code']}": row["merged_into"] for row in provinces if row["merged_into"]}
    made_of: dict[str, list[str]] = defaultdict(list)
    for old_id, new_id in follows.items():
        made_of[new_id].append(old_id)
        changes.append(
            Change(old_id, new_id, part=False, changed_on=REFORM if new_id[:2] == "34" else date(2008, 8, 1))
        )
    name_of = {f"{row['borders']}:{row['code']}": row["name"] for row in provinces}
    for row in provinces:
        unit_id = f"{row['borders']}:{row['code']}"
        of_63 = _of_borders(unit_id, "63", follows, made_of)
        of_34 = _of_borders(unit_id, "34", follows, made_of)
        kin = [follows[unit_id]] if unit_id in follows else made_of[unit_id]
        units[unit_id] = Unit(
            unit_id, _borders(row["borders"]), row["code"], "province", row["type"], row["name"], None,
            _day(row["valid_from"]), _day(row["valid_to"]), of_63, of_34, frozenset({unit_id}),
            any(key_of(name_of[other]) == key_of(row["name"]) for other in kin),
        )  # fmt: skip
    into: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    today = list(_rows("communes_34.csv"))
    for row in today:
        for code in row["made_of"].split():
            into[code.rstrip("~")].append((f"34:{row['code']}", code.endswith("~")))
    names_today = {f"34:{row['code']}": row["name"] for row in today}

    def before(row: Mapping[str, str], level: Level, parent: Unit, province: Unit) -> None:
        unit_id = f"63:{row['code']}"
        kept = any(key_of(names_today[new]) == key_of(row["name"]) for new, _ in into[row["code"]])
        above = {province.unit_id, f"34:{province.provinces_34[0]}", parent.unit_id}
        units[unit_id] = Unit(
            unit_id, "63", row["code"], level, row["type"], row["name"], parent.unit_id, None, _LAST_OF_63,
            province.provinces_63, province.provinces_34, frozenset(above), kept,
        )  # fmt: skip
        changes.extend(Change(unit_id, new, part, REFORM) for new, part in into[row["code"]])

    for row in _rows("districts_63.csv"):
        province = units[f"63:{row['province']}"]
        before(row, "district", province, province)
    for row in _rows("communes_63.csv"):
        district = units[f"63:{row['district']}"]
        before(row, "commune", district, units[district.parent_id or ""])
    for row in today:
        unit_id, province_id = f"34:{row['code']}", f"34:{row['province']}"
        parts = [units[f"63:{code.rstrip('~')}"] for code in row["made_of"].split()]
        units[unit_id] = Unit(
            unit_id, "34", row["code"], "commune", row["type"], row["name"], province_id, REFORM, None,
            tuple(sorted({code for part in parts for code in part.provinces_63})), (row["province"],),
            frozenset({province_id}.union(*(part.within for part in parts))),
            any(key_of(part.name) == key_of(row["name"]) for part in parts),
        )  # fmt: skip
    return units, changes


def _of_borders(
    unit_id: str, borders: Borders, follows: Mapping[str, str], made_of: Mapping[str, list[str]]
) -> tuple[str, ...]:
    """The codes, in those borders, of the provinces that share land with one; Hà Tây of the 64 leads to Hà Nội."""
    if unit_id[:2] == borders:
        return (unit_id[3:],)
    if int(unit_id[:2]) > int(borders):
        return _of_borders(follows[unit_id], borders, follows, made_of)
    return tuple(sorted(old[3:] for old in made_of[unit_id] if old[:2] == borders))


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files("pipelines.places") / "data" / name).read_text(encoding="utf-8")
    rows = csv.reader(line for line in text.splitlines() if not line.startswith("#"))
    head = next(rows)
    for row in rows:
        yield dict(zip(head, row, strict=True))


def _borders(text: str) -> Borders:
    return "64" if text == "64" else "63" if text == "63" else "34"


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
