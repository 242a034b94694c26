"""The word lists of the byline grammar: complete headers, known vocabulary, no word twice, no list against another."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files

import pytest

from pipelines.people.lexicon import ROLE_ORDER, lexicon, rows, words
from pipelines.text import tone_key

DATA = files("pipelines.people") / "data"
FILES = sorted(item.name for item in DATA.iterdir() if item.name.endswith((".csv", ".txt")))
KINDS = {
    "roles.csv": ("where", {"label", "suffix", "both", "bracket", "colon"}),
    "reprint_words.csv": ("kind", {"by", "noise", "tail"}),
    "titles.csv": ("strip", {"always", "surname", "dot", "full", "behind"}),
    "collectives.csv": ("kind", {"whole", "head", "desk", "given"}),
    "organisations.csv": ("kind", {"org", "outlet", "station", "place", "field"}),
    "agencies.csv": ("reach", {"anywhere", "alone", "after"}),
    "surnames.csv": ("group", {"common", "kinh", "minority", "religious"}),
    "stop_phrases.csv": (
        "kind",
        {"section", "label", "account", "masthead", "signature", "widget", "lead", "subject", "headline"},
    ),
}  # fmt: skip


def test_every_list_is_tested() -> None:
    assert {name for name in FILES if name.endswith(".csv")} == KINDS.keys()


@pytest.mark.parametrize("name", FILES)
def test_each_list_says_what_it_is_and_where_it_comes_from(name: str) -> None:
    header = "".join(line for line in (DATA / name).read_text(encoding="utf-8").splitlines(True) if line[0] == "#")
    assert len(header) > 150
    assert "Sources:" in header


@pytest.mark.parametrize("name", KINDS)
def test_only_known_kinds(name: str) -> None:
    column, known = KINDS[name]
    found = Counter(row[column] for row in rows(name))
    assert set(found) == known
    assert all(None not in row and None not in row.values() for row in rows(name))


def test_roles_are_those_of_the_records() -> None:
    assert {row["role"] for row in rows("roles.csv")} == {*ROLE_ORDER, "none"}


def test_needs_of_organisations_are_known() -> None:
    assert {row["needs"] for row in rows("organisations.csv")} == {"", "lower", "upper", "street", "all"}


def test_no_phrase_stands_twice_in_a_list() -> None:
    twice = [
        (family, first, entry.text)
        for first, families in lexicon().phrases.items()
        for family, entries in families.items()
        for entry, count in Counter(entry._replace(text="", kind="", needs="") for entry in entries).items()
        if count > 1
    ]
    assert not twice
    keys = Counter(tone_key(row["name"]) for row in rows("surnames.csv"))
    assert [key for key, count in keys.items() if count > 1] == []


def test_no_word_both_is_and_is_not_part_of_names() -> None:
    assert lexicon().not_names & lexicon().syllables == set()


def test_the_lists_are_read_as_lists() -> None:
    assert len(words("given_names.txt")) > 800
    assert lexicon().surnames["nguyễn"] == "common"
    assert ("rơ", "châm") in lexicon().long_surnames["rơ"]
