"""Whom each text is credited to outside its people: wire services under one name, outlets linked to the registry.

Belongs here: the rows of `source_credits`. Does not: reading bylines (`pipelines.people`), spellings of wire services
(`pipelines.credited`), shares of own and foreign text (`marts/`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from pipelines.credited import agency_of
from pipelines.people.outlet import Outlet, outlet_of
from warehouse import statements
from warehouse.derived.runner import Derivation
from warehouse.store import Store


def step(store: Store) -> Mapping[str, int]:
    """Replaces the rows of the articles in `todo`."""
    store.con.execute("DELETE FROM source_credits WHERE article_id IN (SELECT article_id FROM todo)")
    outlets = _outlets(store)
    find = partial(_named, outlets, {})
    rows = []
    for row in store.rows(statements.get("derive_credited")):
        agency = agency_of(row["name"])
        rows.append(
            {
                **row,
                "kind": "agency" if agency else "outlet",
                "agency": agency,
                "credited_source_id": None if agency else find(row["name"]),
            }
        )
    store.insert("source_credits", rows)
    return {"credits": len(rows), "to_agencies": sum(row["kind"] == "agency" for row in rows)}


def _outlets(store: Store) -> list[tuple[str, Outlet]]:
    hosts: dict[str, list[str]] = {}
    for row in store.rows("SELECT source_id, host FROM source_hosts ORDER BY ALL"):
        hosts.setdefault(row["source_id"], []).append(row["host"])
    return [
        (
            row["source_id"],
            outlet_of([*filter(None, [row["name"], *(row["names"] or ())]), *hosts.get(row["source_id"], ())]),
        )
        for row in store.rows("SELECT source_id, name, names FROM sources ORDER BY source_id")
    ]


def _named(outlets: list[tuple[str, Outlet]], known: dict[str, str | None], name: str) -> str | None:
    """The one outlet that goes by this name; None where none does, or several do."""
    if name not in known:
        found = [source_id for source_id, outlet in outlets if outlet.owns(name)]
        known[name] = found[0] if len(found) == 1 else None
    return known[name]


SOURCE_CREDITS = Derivation(
    name="source_credits",
    version="1",
    description="Agencies and outlets to which texts are credited: wire services under one name, outlets by their id.",
    tables=("source_credits",),
    of_outlets=True,
    step=step,
    kinds=("python", "duckdb"),
)
