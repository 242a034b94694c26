"""The word lists of the byline grammar, loaded once from `data/` and found by their first word.

Belongs here: reading and indexing the files. Does not: the words themselves (data files), the grammar.
Entries are compared by `tone_key`, so case and the two placements of a tone never count.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from pipelines.people.lexing import Token, lex
from pipelines.records import Role
from pipelines.text import search_key, tone_key

ROLE_ORDER: Final[tuple[Role, ...]] = (
    "text",
    "photo",
    "video",
    "graphics",
    "translation",
    "compilation",
    "record",
    "edit",
)


class Entry(NamedTuple):
    """One phrase of a list: its class, its kind within the class, a condition, the keys of its other words."""

    family: str  # role, reprint, title, collective, organisation, agency, stop, place
    kind: str
    needs: str
    rest: tuple[str, ...]
    text: str  # as written in the file


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All lists. `phrases` maps the key of a first word to the entries that open with it, longest first."""

    phrases: dict[str, dict[str, tuple[Entry, ...]]]
    surnames: dict[str, str]  # key -> group; one-word families
    long_surnames: dict[str, tuple[tuple[str, ...], ...]]  # first word -> words of the families that open with it
    syllables: frozenset[str]  # of middle and given names, and one-word families
    bare_syllables: frozenset[str]  # the same without marks
    bare_surnames: frozenset[str]
    not_names: frozenset[str]
    prose: frozenset[str]
    outlet_words: frozenset[str]

    def find(self, family: str, tokens: Sequence[Token], start: int, end: int) -> tuple[Entry, int] | None:
        """The longest phrase of `family` that opens at `start` and ends before `end`, and where it ends."""
        families = self.phrases.get(tokens[start].key)
        if families is None or family not in families:
            return None
        for entry in families[family]:
            stop = start + 1
            for key in entry.rest:
                if stop >= end or tokens[stop].key != key:
                    break
                stop += 1
            else:
                return entry, stop
        return None


def _lines(name: str) -> Iterator[str]:
    text = (files("pipelines.people") / "data" / name).read_text(encoding="utf-8")
    return (line for line in text.split("\n") if line.strip() and not line.startswith("#"))


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one CSV file of `data/`, without its header comment."""
    return list(csv.DictReader(_lines(name)))


def words(name: str) -> list[str]:
    """The blank-separated words of one text file of `data/`, without its header comment."""
    return [word for line in _lines(name) for word in line.split()]


def _entries() -> Iterator[tuple[str, Entry]]:
    def entry(family: str, phrase: str, kind: str, needs: str = "") -> tuple[str, Entry]:
        keys = [token.key for token in lex(phrase).tokens]
        return keys[0], Entry(family, kind, needs, tuple(keys[1:]), phrase)

    for row in rows("roles.csv"):
        yield entry("role", row["phrase"], row["role"], row["where"])
    for row in rows("reprint_words.csv"):
        yield entry(f"reprint {row['kind']}", row["phrase"], row["kind"])
    for row in rows("titles.csv"):
        yield entry("title", row["phrase"], row["kind"], row["strip"])
    for row in rows("collectives.csv"):
        yield entry(row["kind"] if row["kind"] in {"desk", "given"} else "collective", row["phrase"], row["kind"])
    for row in rows("organisations.csv"):
        family = "field" if row["kind"] == "field" else "organisation"
        yield entry(family, row["phrase"], row["kind"], row["needs"] or "")
    for row in rows("agencies.csv"):
        yield entry("agency", row["name"], row["reach"])
    for row in rows("stop_phrases.csv"):
        yield entry("stop", row["phrase"], row["kind"])
    for line in _lines("places.txt"):
        yield entry("place", line, "place")


@cache
def lexicon() -> Lexicon:
    """The lists, read on first use and kept."""
    phrases: dict[str, dict[str, list[Entry]]] = {}
    for first, item in _entries():
        phrases.setdefault(first, {}).setdefault(item.family, []).append(item)
    surnames = {row["name"]: row["group"] for row in rows("surnames.csv")}
    short = {tone_key(name): group for name, group in surnames.items() if " " not in name}
    long = sorted((tuple(tone_key(name).split()) for name in surnames if " " in name), key=len, reverse=True)
    syllables = frozenset(map(tone_key, words("given_names.txt"))) | frozenset(short)
    return Lexicon(
        phrases={
            first: {
                family: tuple(sorted(entries, key=lambda item: -len(item.rest))) for family, entries in families.items()
            }
            for first, families in phrases.items()
        },
        surnames=short,
        long_surnames={first: tuple(name for name in long if name[0] == first) for first in {name[0] for name in long}},
        syllables=syllables,
        bare_syllables=frozenset(map(search_key, syllables)),
        bare_surnames=frozenset(search_key(name) for name, group in short.items() if group in {"common", "kinh"}),
        not_names=frozenset(map(tone_key, words("not_names.txt"))),
        prose=frozenset(map(tone_key, words("prose_words.txt"))),
        outlet_words=frozenset(words("outlet_words.txt")),
    )


def in_order(roles: set[Role]) -> tuple[Role, ...]:
    """`roles` in the order in which they are always written."""
    return tuple(role for role in ROLE_ORDER if role in roles)


def role(name: str) -> Role | None:
    """The role that a file names; None for "none"."""
    return next((known for known in ROLE_ORDER if known == name), None)
