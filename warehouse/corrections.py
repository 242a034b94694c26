"""An operator's corrections: a file of statements that win over every reader and survive re-reading and rebuild.

Belongs here: the shape of `corrections.yaml`, finding the articles that it means, and bringing its statements into the
tables. Does not: applying them (the view `told`, sql/told.sql, through which derivations and publishing read).

A correction is no edit: versions and their changes are what the paper did. Fields that a reader took from the page once
for all (people, sources, date, section, tags) are corrected for the whole article; headline, lead and body differ from
version to version, so the version has to be named.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import yaml

from pipelines.people import name_kind
from pipelines.text import clean, nfc
from pipelines.yaml_files import Unreadable, read_yaml
from pipelines.zone import VIETNAM, local_date, to_utc
from warehouse import statements
from warehouse.errors import WarehouseError
from warehouse.finding import article_at
from warehouse.store import Store

FIELDS_OF_ARTICLES = ("authors", "credited_sources", "published_at", "section", "tags")
FIELDS_OF_VERSIONS = ("title", "lead", "body")
NEEDED = ("article", "field", "value", "reason", "by", "day")


class BadCorrection(WarehouseError):
    """A statement of the file cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One statement of the file."""

    article: str  # an address of the article in any spelling, or its id
    field: str
    value: Any  # plain JSON: a string, a list of strings, null; for authors names or {name, roles}
    reason: str
    by: str
    day: date
    version: str | None = None  # id of the version, for title, lead and body


@dataclass(slots=True)
class CorrectionReport:
    """What became of the file's statements."""

    applied: int = 0
    changed_articles: int = 0  # articles that tell something else than before
    troubles: list[str] = field(default_factory=list)  # statements that could not be used, in words


def read_corrections(path: Path) -> tuple[list[Correction], list[str]]:
    """The statements of the file, and those that cannot be used, in words. No file is no statement.

    A statement that is wrong costs itself alone. Raises BadCorrection where the file is no list at all.
    """
    if not path.exists():
        return [], []
    try:
        raw = read_yaml(path)
    except Unreadable as error:
        raise BadCorrection(str(error)) from error
    if raw is None:
        return [], []
    if not isinstance(raw, list):
        raise BadCorrection(f"{path} must be a list of corrections, each with {', '.join(NEEDED)}")
    good: list[Correction] = []
    bad: list[str] = []
    for number, entry in enumerate(raw, start=1):
        try:
            good.append(parse(entry))
        except BadCorrection as error:
            bad.append(f"{path.name}, entry {number}: {error}")
    return good, bad


def parse(entry: Any) -> Correction:
    """A statement from its plain form. Raises BadCorrection."""
    if not isinstance(entry, Mapping):
        raise BadCorrection("is no mapping of fields")
    if missing := [name for name in NEEDED if name not in entry]:
        raise BadCorrection(f"lacks {', '.join(missing)}")
    if unknown := sorted(set(entry) - {*NEEDED, "version"}):
        raise BadCorrection(f"has {', '.join(unknown)}, which means nothing here")
    name, version = entry["field"], entry.get("version")
    if name not in (*FIELDS_OF_ARTICLES, *FIELDS_OF_VERSIONS):
        raise BadCorrection(
            f"{name!r} cannot be corrected; {', '.join((*FIELDS_OF_ARTICLES, *FIELDS_OF_VERSIONS))} can"
        )
    if name in FIELDS_OF_VERSIONS and not version:
        raise BadCorrection(f"{name} differs from version to version: name the version, as `tintinh history` shows it")
    if name in FIELDS_OF_ARTICLES and version:
        raise BadCorrection(f"{name} is corrected for the whole article: leave the version out")
    for text in ("article", "reason", "by"):
        if not isinstance(entry[text], str) or not entry[text].strip():
            raise BadCorrection(f"{text} must say something")
    given = entry["day"]
    try:
        day = given if isinstance(given, date) and not isinstance(given, datetime) else date.fromisoformat(str(given))
    except ValueError as error:
        raise BadCorrection(f"day must be like 2026-11-20, not {given!r}") from error
    return Correction(
        article=entry["article"].strip(),
        field=name,
        value=_value(name, entry["value"]),
        reason=clean(entry["reason"]),
        by=clean(entry["by"]),
        day=day,
        version=str(version) if version else None,
    )


def append(path: Path, correction: Correction) -> None:
    """Adds a statement at the end of the file, which is made where there is none. Raises OSError."""
    row: dict[str, Any] = {"article": correction.article, "field": correction.field, "value": correction.value}
    if correction.version:
        row["version"] = correction.version
    row |= {"reason": correction.reason, "by": correction.by, "day": correction.day}
    text = yaml.safe_dump([row], allow_unicode=True, sort_keys=False, width=110)
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def bring_in(store: Store, path: Path) -> CorrectionReport:
    """Makes the tables of corrections say what the file says; what differs from before is noted for all derivations.

    Statements about articles that are not there yet wait; they are named in the report. Raises BadCorrection.
    """
    corrections, troubles = read_corrections(path)
    report = CorrectionReport(troubles=troubles)
    rows: dict[tuple[str, str | None, str], dict[str, Any]] = {}
    for correction in corrections:
        placed = _placed(store, correction)
        if placed is None:
            report.troubles.append(
                f"{path.name}: no article {correction.article}"
                + (f" with a version {correction.version}" if correction.version else "")
                + " is in the archive (yet); its correction waits"
            )
            continue
        rows[placed["article_id"], placed["version_id"], correction.field] = placed  # the last one counts
    report.applied = len(rows)
    report.changed_articles = _replace(store, list(rows.values()))
    return report


def _value(name: str, value: Any) -> Any:
    if name in ("body", "tags", "credited_sources"):
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise BadCorrection(f"{name} must be a list of texts")
        return [clean(item) for item in value]
    if name == "authors":
        return _people(value)
    if name == "published_at":
        return None if value is None else _moment(value)[0]
    if value is None and name != "title":
        return None
    if not isinstance(value, str) or not value.strip():
        raise BadCorrection(f"{name} must be a text" + ("" if name == "title" else ", or null for none"))
    return clean(value)


def _people(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise BadCorrection("authors must be a list of names, or of {name, roles}")
    people = []
    for item in value:
        person = {"name": item} if isinstance(item, str) else item
        if not isinstance(person, Mapping) or not isinstance(person.get("name"), str) or not person["name"].strip():
            raise BadCorrection("authors must be a list of names, or of {name, roles}")
        roles = person.get("roles", ["text"])
        known = ("text", "photo", "video", "graphics", "translation", "compilation", "record", "edit")
        if not isinstance(roles, list) or not roles or not set(roles) <= set(known):
            raise BadCorrection(f"roles must be among {', '.join(known)}")
        people.append({"name": clean(person["name"]), "roles": list(roles)})
    return people


def _moment(value: Any) -> tuple[str, datetime, str]:
    """How the file writes it, the instant in UTC, and its precision; a clock without offset is one in Vietnam."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = value.isoformat()
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    try:
        if len(text) == len("2026-11-20"):
            day = date.fromisoformat(text)
            return text, to_utc(datetime.combine(day, time(), VIETNAM)), "day"
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadCorrection(f"published_at must be like 2026-11-20 or 2026-11-20T08:15, not {value!r}") from error
    return text, to_utc(moment), "second" if moment.second else "minute"


def _placed(store: Store, correction: Correction) -> dict[str, Any] | None:
    article_id = article_at(store, correction.article)
    version_id = None
    if article_id and correction.version:
        version_id = store.value(
            "SELECT version_id FROM version_captures WHERE capture_id = ? AND article_id = ?",
            [correction.version, article_id],
        )
    if article_id is None or (correction.version and version_id is None):
        return None
    return {
        "article_id": article_id,
        "version_id": version_id,
        "field": correction.field,
        "value": json.dumps(correction.value, ensure_ascii=False),
        "reason": correction.reason,
        "corrected_by": correction.by,
        "corrected_on": correction.day,
    }


def _replace(store: Store, rows: list[dict[str, Any]]) -> int:
    with store.transaction() as con:
        store.stage("corrections", rows)
        con.execute(statements.get("corrections_changed"))
        changed = int(store.value("SELECT count(*) FROM corrected"))
        if changed:
            for statement in statements.each("corrections_replace"):
                con.execute(statement)
            store.insert("corrections", rows)
            store.insert("corrected_articles", _wide(rows, "article_id", FIELDS_OF_ARTICLES))
            store.insert("corrected_texts", _wide(rows, "version_id", FIELDS_OF_VERSIONS))
    return changed


def _wide(rows: Iterable[Mapping[str, Any]], key: str, names: tuple[str, ...]) -> list[dict[str, Any]]:
    wide: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: (row[key] or "", row["field"])):
        if row["field"] in names:
            made = wide.setdefault(row[key], {key: row[key], "fields": []})
            made["fields"].append(row["field"])
            made.update(_columns(row["field"], json.loads(row["value"])))
    return list(wide.values())


def _columns(name: str, value: Any) -> dict[str, Any]:
    if name == "authors":
        people = [
            {**person, "kind": name_kind(person["name"]), "raw": person["name"], "affiliation": None}
            for person in value
        ]
        return {"authors": people}
    if name == "published_at" and value is not None:
        _, moment, precision = _moment(value)
        return {"published_at": moment, "published_precision": precision, "published_date": local_date(moment)}
    return {name: [nfc(item) for item in value] if isinstance(value, list) else value}
