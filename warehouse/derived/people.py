"""Who writes for each outlet: its authors with all their spellings, the credits linked to them, its photographs.

Belongs here: the rows of `article_authors`, `authors`, `author_names` and `photo_credits`. Does not: reading bylines
and keys of names (`pipelines.people`), who of two outlets is one person (`marts/03_credits.sql`, `warehouse.aliases`).

An author is a name within one outlet: the id follows from outlet and key alone, so neither the order of articles nor a
rebuild changes it. Nobody is merged here; what counts as one person is a view that can be taken back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from pipelines.credited.photos import PhotoCredit, read_photo_credit
from pipelines.people import credit_key, initials_of
from pipelines.people.lexicon import lexicon
from warehouse import statements
from warehouse.derived.runner import Derivation
from warehouse.store import Store


def author_id(source_id: str, name: str) -> str:
    """The id of whoever an outlet credits under this name, in any spelling: 32 hex digits."""
    return _id(source_id, credit_key(name))


def step(store: Store) -> Mapping[str, int]:
    """Replaces the credits and photographs of the articles in `todo`, and counts their authors anew."""
    for statement in statements.each("people_clear"):
        store.con.execute(statement)
    credits = [_credit(row) for row in store.rows(statements.get("people_credits"))]
    store.insert("article_authors", credits)
    new = {row["author_id"]: _author(row) for row in credits}
    store.stage("authors", list(new.values()), name="new_authors")
    for statement in statements.each("people_count"):
        store.con.execute(statement)
    photos = _photos(store)
    store.insert("photo_credits", photos)
    return {"credits": len(credits), "authors": int(store.value("SELECT count(*) FROM authors")), "photos": len(photos)}


def _credit(row: Mapping[str, Any]) -> dict[str, Any]:
    credit = row["credit"]
    return {
        "article_id": row["article_id"],
        "source_id": row["source_id"],
        "position": row["position"],
        "author_id": author_id(row["source_id"], credit["name"]),
        "name": credit["name"],
        "kind": credit["kind"],
        "roles": credit["roles"],
        "published_date": row["published_date"],
    }


def _author(row: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from the name alone; the staged row has no counts yet."""
    key = credit_key(row["name"])
    return {
        "author_id": row["author_id"],
        "source_id": row["source_id"],
        "key": key,
        "full": is_full(key),
        "initials": initials_of(key),
    }


@lru_cache(maxsize=1 << 16)
def _id(source_id: str, key: str) -> str:
    return hashlib.sha256(f"{source_id}\x1f{key}".encode()).hexdigest()[:32]


def is_full(key: str) -> bool:
    """Whether a key has at least three words, none of a single letter, and opens with a family name."""
    words = key.split(" ")
    if len(words) < 3 or "." in key or any(len(word) < 2 for word in words):
        return False
    known = lexicon()
    return words[0] in known.surnames or any(
        tuple(words[: len(family)]) == family for family in known.long_surnames.get(words[0], ())
    )


def _photos(store: Store) -> list[dict[str, Any]]:
    names = _names(store)
    read = lru_cache(maxsize=1 << 14)(read_photo_credit)
    rows = []
    for row in store.rows(statements.get("people_captions")):
        outlet = names.get(row["source_id"], ())
        found: PhotoCredit = read(row["credit_raw"], row["caption"] if _says_more(row["caption"]) else "", outlet)
        from_byline = found.kind == "none" and row["photographer"] is not None
        rows.append(
            {
                "article_id": row["article_id"],
                "source_id": row["source_id"],
                "position": row["position"],
                "kind": "own" if from_byline else found.kind,
                "illustration": found.illustration,
                "agency": found.agency,
                "name": row["photographer"] if from_byline else found.name,
                "from_byline": from_byline,
                "credit_raw": row["credit_raw"],
            }
        )
    return rows


def _says_more(caption: str | None) -> bool:
    """Whether the caption may say that it is an illustration; others need not be told apart."""
    return caption is not None and "minh h" in caption.casefold()


def _names(store: Store) -> dict[str, Sequence[str]]:
    names: dict[str, list[str]] = {}
    for row in store.rows("SELECT source_id, name, names FROM sources"):
        names[row["source_id"]] = [*filter(None, [row["name"], *(row["names"] or ())])]
    for row in store.rows("SELECT source_id, host FROM source_hosts ORDER BY ALL"):
        names.setdefault(row["source_id"], []).append(row["host"])
    return {source_id: tuple(of) for source_id, of in names.items()}


PEOPLE = Derivation(
    name="people",
    version="1",
    description="Authors of each outlet with their spellings, credits linked to them, where photographs come from.",
    tables=("article_authors", "authors", "author_names", "photo_credits"),
    of_outlets=True,
    step=step,
)
