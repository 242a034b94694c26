"""The cookbook: questions that people ask of the archive, one SQL file each, with how to read the answer.

Belongs here: finding the files, their headers, and asking one. Does not: the SQL (`cookbook/*.sql`), which runs in any
DuckDB shell on the published file, or how answers are shown.

A file opens with comment lines `-- key: text`: `question`, `who` asks it, `says` how to read the answer, and a
`parameter` (`name = default`) for each variable that the query takes by `getvariable`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from warehouse.errors import BadQuery
from warehouse.query import Result, sql

_FILE = re.compile(r"(?P<number>\d\d)_(?P<name>\w+)\.sql")
_HEAD = re.compile(r"-- (?P<key>question|who|says|parameter): (?P<text>.+)")


@dataclass(frozen=True, slots=True)
class Recipe:
    """One question."""

    number: int
    name: str
    question: str
    who: str
    says: str
    parameters: Mapping[str, str]  # name -> what it is where it is not set, in words
    sql: str


@cache
def recipes() -> Mapping[str, Recipe]:
    """All questions by name, in the order of their numbers."""
    found = {}
    for entry in sorted((files("warehouse") / "cookbook").iterdir(), key=lambda entry: entry.name):
        if match := _FILE.fullmatch(entry.name):
            found[match["name"]] = _recipe(int(match["number"]), match["name"], entry.read_text(encoding="utf-8"))
    return found


def find(name: str) -> Recipe:
    """The question of that name or number. Raises BadQuery with the names that there are."""
    for recipe in recipes().values():
        if name in (recipe.name, str(recipe.number)):
            return recipe
    raise BadQuery(f"There is no question {name!r} in the cookbook; there are {', '.join(recipes())}.")


def ask(database: Path, recipe: Recipe, values: Mapping[str, str] | None = None, limit: int | None = None) -> Result:
    """The answer of the published file. Raises BadQuery for a parameter that the question does not take."""
    for name in values or {}:
        if name not in recipe.parameters:
            takes = f"it takes {', '.join(recipe.parameters)}" if recipe.parameters else "it takes none"
            raise BadQuery(f"The question {recipe.name} has no parameter {name!r}; {takes}.")
    return sql(database, recipe.sql, limit, variables=values)


def _recipe(number: int, name: str, text: str) -> Recipe:
    heads: dict[str, list[str]] = {"question": [], "who": [], "says": [], "parameter": []}
    lines = text.splitlines()
    while lines and (match := _HEAD.fullmatch(lines[0])):
        heads[match["key"]].append(match["text"])
        lines.pop(0)
    parameters = dict(part.split(" = ", 1) for part in heads["parameter"])
    return Recipe(
        number,
        name,
        heads["question"][0],
        heads["who"][0],
        " ".join(heads["says"]),
        parameters,
        "\n".join(lines).strip(),
    )
