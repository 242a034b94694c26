"""Who is one person: the operator's file `people.yaml`, which joins authors and takes them apart, with evidence.

Belongs here: the shape of the file, and bringing its statements into `person_aliases`. Does not: authors themselves
(`warehouse.derived.people`), or the one rule that joins authors without a statement (`marts/03_credits.sql`).

Nothing that is derived changes: the views join authors by this table, so a statement that goes from the file is undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pipelines.people import credit_key
from pipelines.people.names import initials_of
from pipelines.text import clean
from pipelines.yaml_files import Unreadable, read_yaml
from warehouse.derived.people import author_id
from warehouse.errors import WarehouseError
from warehouse.store import Store

NEEDED = ("person", "authors", "evidence", "by", "day")


class BadAlias(WarehouseError):
    """A statement of the file cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Person:
    """One statement: these authors are this person, and nobody else is."""

    name: str
    authors: tuple[tuple[str, str], ...]  # (source_id, name), the first gives the person its id
    evidence: str
    by: str
    day: date


@dataclass(slots=True)
class AliasReport:
    """What became of the file's statements."""

    persons: int = 0
    authors: int = 0
    troubles: list[str] = field(default_factory=list)  # statements that could not be used, or wait, in words


def read_people(path: Path) -> tuple[list[Person], list[str]]:
    """The statements of the file, and those that cannot be used, in words. No file is no statement.

    A statement that is wrong costs itself alone; an author who is stated to be two persons costs the second statement.
    Raises BadAlias where the file is no list at all.
    """
    if not path.exists():
        return [], []
    try:
        raw = read_yaml(path)
    except Unreadable as error:
        raise BadAlias(str(error)) from error
    if raw is None:
        return [], []
    if not isinstance(raw, list):
        raise BadAlias(f"{path} must be a list of persons, each with {', '.join(NEEDED)}")
    good: list[Person] = []
    bad: list[str] = []
    taken: dict[str, str] = {}
    for number, entry in enumerate(raw, start=1):
        try:
            person = parse(entry)
            ids = {author_id(source, name): f"{name} of {source}" for source, name in person.authors}
            for each in ids.keys() & taken.keys():
                raise BadAlias(f"{ids[each]} is stated to be {taken[each]} already")
        except BadAlias as error:
            bad.append(f"{path.name}, entry {number}: {error}")
            continue
        taken.update(dict.fromkeys(ids, person.name))
        good.append(person)
    return good, bad


def parse(entry: Any) -> Person:
    """A statement from its plain form. Raises BadAlias."""
    if not isinstance(entry, Mapping):
        raise BadAlias("is no mapping of fields")
    if missing := [name for name in NEEDED if name not in entry]:
        raise BadAlias(f"lacks {', '.join(missing)}")
    if unknown := sorted(str(name) for name in set(entry) - set(NEEDED)):
        raise BadAlias(f"has {', '.join(unknown)}, which means nothing here")
    for text in ("person", "evidence", "by"):
        if not isinstance(entry[text], str) or not entry[text].strip():
            raise BadAlias(f"{text} must say something")
    given = entry["day"]
    try:
        day = given if isinstance(given, date) and not isinstance(given, datetime) else date.fromisoformat(str(given))
    except ValueError as error:
        raise BadAlias(f"day must be like 2026-11-20, not {given!r}") from error
    authors = _authors(entry["authors"])
    if len(authors) > 1 and all(_only_initials(name) for _, name in authors):
        raise BadAlias("joins initials with initials: they say nothing about who is meant; name the full name too")
    return Person(clean(entry["person"]), authors, clean(entry["evidence"]), clean(entry["by"]), day)


def bring_in(store: Store, path: Path) -> AliasReport:
    """Makes `person_aliases` say what the file says. Raises BadAlias.

    Statements about authors who are not credited (yet) are kept, and named in the report: they may be misspelt.
    """
    persons, troubles = read_people(path)
    report = AliasReport(persons=len(persons), troubles=troubles)
    rows = [
        {
            "author_id": author_id(source, name),
            "person_id": author_id(*person.authors[0]),
            "person": person.name,
            "evidence": person.evidence,
            "stated_by": person.by,
            "stated_on": person.day,
        }
        for person in persons
        for source, name in dict.fromkeys(person.authors)
    ]
    rows = list({row["author_id"]: row for row in rows}.values())  # two spellings of one author
    report.authors = len(rows)
    with store.transaction() as con:
        store.stage("person_aliases", rows)
        if store.value(
            "SELECT count(*) FROM (FROM (FROM staged EXCEPT FROM person_aliases) UNION ALL"
            " (FROM person_aliases EXCEPT FROM staged))"
        ):
            con.execute("DELETE FROM person_aliases")
            con.execute("INSERT INTO person_aliases FROM staged")
    known = {row[0] for row in store.con.execute("SELECT author_id FROM authors").fetchall()}
    report.troubles.extend(
        f"{path.name}: {name} of {source} ({person.name}) is credited nowhere (yet)"
        for person in persons
        for source, name in person.authors
        if author_id(source, name) not in known
    )
    return report


def _authors(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list) or not value:
        raise BadAlias("authors must be a list of {source, name}")
    found = []
    for item in value:
        if (
            not isinstance(item, Mapping)
            or set(item) != {"source", "name"}
            or not all(isinstance(text, str) and text.strip() for text in item.values())
            or not credit_key(clean(item["name"]))
        ):
            raise BadAlias("authors must be a list of {source, name}, both texts")
        found.append((item["source"].strip(), clean(item["name"])))
    return tuple(found)


def _only_initials(name: str) -> bool:
    """Whether a name is nothing but first letters: "N.T.M", "NTM", "B"."""
    letters = [sign for sign in name if sign.isalpha()]
    return initials_of(name).count(".") + 1 == len(letters) or (
        len(letters) <= 4 and name.isupper() and " " not in name.strip()
    )
