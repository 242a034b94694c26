"""Bylines as they stand in print, read from `byline_cases.txt`, and strings that name nobody (`not_people.txt`)."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from test_people_forms import as_text

from pipelines.people import looks_like_byline, parse_byline

HERE = Path(__file__).parent


def rows(name: str) -> list[str]:
    lines = (HERE / name).read_text(encoding="utf-8").split("\n")
    return [line.replace("\\n", "\n") for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("row", rows("byline_cases.txt"))
def test_byline(row: str) -> None:
    raw, people, sources = (*row.split("\t"), "", "")[:3]
    assert as_text(parse_byline(raw)) == (people, sources)
    assert as_text(parse_byline(unicodedata.normalize("NFD", raw))) == (people, sources)


@pytest.mark.parametrize("raw", rows("not_people.txt"))
def test_names_nobody(raw: str) -> None:
    assert parse_byline(raw).authors == ()
    assert not looks_like_byline(raw)
