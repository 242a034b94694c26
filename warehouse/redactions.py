"""Redactions: articles that are taken out of everything that is kept, served and exported, with a tombstone.

Belongs here: the shape of `redactions.yaml`, and taking articles out of the tables. Does not: overwriting raw records
(`scraper.archive.redacting`), the order in which both happen (`dagster_project.flow`).

The file is the truth, so a rebuild takes the same articles out again. It holds ids, addresses, reason, name and day,
and nothing of the text; keep it with the archive, and out of what is published.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from pipelines.yaml_files import Unreadable, read_yaml
from warehouse import statements
from warehouse.errors import WarehouseError
from warehouse.store import Store

HEAD = "# Articles taken out for good: see `tintinh redact --help`. To remove an entry brings nothing back.\n"


class BadRedactions(WarehouseError):
    """The file cannot be understood; nothing is loaded or published until it can."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """One article that is taken out."""

    article_id: str
    source_id: str
    addresses: tuple[str, ...]  # canonical URLs
    reason: str
    by: str
    day: date
    raw_gone: bool = False  # whether its raw records are overwritten, as far as is known


def read(path: Path) -> list[Redaction]:
    """The redactions of the file; none where there is no file. Raises BadRedactions.

    Unlike a correction, a redaction that cannot be understood stops everything: what it protects must not come out.
    """
    if not path.exists():
        return []
    try:
        rows = read_yaml(path) or []
        return [
            Redaction(
                str(row["article_id"]),
                str(row["source_id"]),
                tuple(str(address) for address in row["addresses"]),
                str(row["reason"]),
                str(row["by"]),
                row["day"] if isinstance(row["day"], date) else date.fromisoformat(str(row["day"])),
                bool(row.get("raw_gone", False)),
            )
            for row in rows
        ]
    except Unreadable as error:
        raise BadRedactions(f"{error}. Nothing is published until that is mended.") from error
    except (KeyError, TypeError, ValueError) as error:
        raise BadRedactions(
            f"{path} cannot be understood ({type(error).__name__}: {error}). Each entry has article_id, source_id,"
            " addresses, reason, by and day. Nothing is published until that is mended."
        ) from error


def write(path: Path, redactions: Iterable[Redaction]) -> None:
    """Replaces the file in one step. Raises OSError."""
    rows = [
        {
            "article_id": redaction.article_id,
            "source_id": redaction.source_id,
            "addresses": list(redaction.addresses),
            "reason": redaction.reason,
            "by": redaction.by,
            "day": redaction.day,
            "raw_gone": redaction.raw_gone,
        }
        for redaction in redactions
    ]
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with aside.open("w", encoding="utf-8") as file:
        file.write(HEAD + yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=110))
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def describe(store: Store, article_id: str, reason: str, by: str, day: date) -> Redaction:
    """The redaction of an article that is in the tables."""
    rows = store.rows("SELECT source_id, canonical_url FROM addresses WHERE article_id = ? ORDER BY ALL", [article_id])
    addresses = tuple(row["canonical_url"] for row in rows)
    return Redaction(article_id, str(rows[0]["source_id"]), addresses, reason, by, day)


def widened(store: Store, redactions: list[Redaction]) -> list[Redaction]:
    """The redactions with every address under which one of their articles is in the tables now."""
    found: dict[str, set[str]] = {}
    for row in store.rows(statements.get("redacted_again"), {"ids": [r.article_id for r in redactions]}):
        found.setdefault(row["article_id"], set()).add(row["canonical_url"])
    return [
        replace(r, addresses=tuple(sorted({*r.addresses, *found[r.article_id]})), raw_gone=False)
        if r.article_id in found
        else r
        for r in redactions
    ]


def apply(store: Store, redactions: list[Redaction]) -> int:
    """Takes all that belongs to these articles out of the tables; returns the number of captures that went.

    Repeating it costs little and changes nothing. Loads pass over the addresses from now on (`warehouse.load`).
    """
    tombstones: list[dict[str, Any]] = [
        {
            "article_id": r.article_id,
            "source_id": r.source_id,
            "reason": r.reason,
            "redacted_by": r.by,
            "redacted_on": r.day,
        }
        for r in redactions
    ]
    addresses = {
        (r.source_id, address): {"source_id": r.source_id, "canonical_url": address, "article_id": r.article_id}
        for r in redactions
        for address in r.addresses
    }
    with store.transaction() as con:
        con.execute("DELETE FROM redactions")
        con.execute("DELETE FROM redacted_addresses")
        store.insert("redactions", tombstones)
        store.insert("redacted_addresses", list(addresses.values()))
        con.execute(statements.get("redact_find"))
        captures = int(store.value("SELECT count(*) FROM redacted_captures"))
        if captures or store.value("SELECT count(*) FROM redacted_left"):
            for statement in statements.each("redact_take_out"):
                con.execute(statement)
    return captures
