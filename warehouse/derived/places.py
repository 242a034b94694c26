"""Which provinces, districts and communes each article names, and the units themselves with their validity.

Belongs here: the rows of `article_places`, `place_units` and `place_changes`. Does not: finding names and choosing
units (`pipelines.places`), coverage by province or the use of old names (`marts/`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.places import Home, Place, find_places, gazetteer
from pipelines.places.gazetteer import data_digest
from warehouse import statements
from warehouse.derived.runner import Derivation
from warehouse.store import Store

RULES = "3"
"""Raised whenever the same texts and lists would give other links."""


def step(store: Store) -> Mapping[str, int]:
    """Replaces the links of the articles in `todo`."""
    store.con.execute("DELETE FROM article_places WHERE article_id IN (SELECT article_id FROM todo)")
    homes = _homes(store)
    rows: list[dict[str, Any]] = []
    for article in store.rows(statements.get("places_texts")):
        places = find_places(_texts(article), article["day"], homes.get(article["source_id"]))
        rows.extend(_row(article, number, place) for number, place in enumerate(places, start=1))
    store.insert("article_places", rows)
    return {"links": len(rows), "open": sum(row["unit_id"] is None for row in rows)}


def reset(store: Store) -> None:
    """Empties all, and fills the units from the lists."""
    for table in PLACES.tables:
        store.con.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    units = gazetteer()
    store.insert(
        "place_units",
        (
            {
                "unit_id": unit.unit_id,
                "borders": unit.borders,
                "code": unit.code,
                "level": unit.level,
                "type": unit.type,
                "name": unit.name,
                "full_name": unit.full_name,
                "parent_id": unit.parent_id,
                "valid_from": unit.valid_from,
                "valid_to": unit.valid_to,
                "provinces_63": list(unit.provinces_63),
                "provinces_34": list(unit.provinces_34),
                "name_kept": unit.name_kept,
            }
            for unit in units.units.values()
        ),
    )
    store.insert("place_changes", (change._asdict() for change in units.changes))


def _homes(store: Store) -> dict[str, Home]:
    codes: dict[str, dict[str, set[str]]] = {}
    for row in store.rows("SELECT source_id, borders, province_code FROM source_provinces"):
        if row["province_code"]:
            codes.setdefault(row["source_id"], {}).setdefault(row["borders"], set()).add(row["province_code"])
    return {
        source_id: Home(frozenset(of.get("63", ())), frozenset(of.get("34", ()))) for source_id, of in codes.items()
    }


def _texts(article: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The article in reading order; the section last, as the text says better which of two units is meant."""
    for name in ("title", "lead"):
        if article[name]:
            yield name, article[name]
    for paragraph in article["body"] or ():
        yield "body", paragraph
    if article["section"]:
        yield "section", article["section"]


def _row(article: Mapping[str, Any], number: int, place: Place) -> dict[str, Any]:
    return {
        "article_id": article["article_id"],
        "source_id": article["source_id"],
        "position": number,
        "unit_id": place.unit.unit_id if place.unit else None,
        "name": place.name,
        "level": place.level,
        "raw": place.raw,
        "fields": place.fields,
        "mentions": place.mentions,
        "marked_old": place.marked_old,
        "first_word": place.first_word,
        "evidence": place.evidence,
        "confidence": place.confidence,
        "candidates": list(place.candidates),
    }


PLACES = Derivation(
    name="places",
    version=f"{RULES}-{data_digest()}",
    description="Provinces, districts and communes that each article names, by the borders of its day.",
    tables=("article_places", "place_units", "place_changes"),
    of_outlets=True,
    step=step,
    reset=reset,
)
