"""The reader on our own pages: floors per measure, pinned with the digest of the pages."""

from __future__ import annotations

import warnings
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
import yaml
from golden_scoring import (
    FLOORS,
    PAGES,
    READINGS,
    digest,
    golden_pages,
    knowledge,
    read_otherwise,
    readings,
    right,
    score,
)

import pipelines
from pipelines.reader_version import READER_VERSION
from pipelines.records import PageKind

PINNED = yaml.safe_load(FLOORS.read_text(encoding="utf-8"))


@cache
def _score() -> tuple[dict[str, int], dict[str, list[str]]]:
    return score()


def test_the_floors_were_measured_on_these_pages() -> None:
    assert PINNED["digest"] == digest(), (
        "pages of tests/golden/cases were added, changed or removed since the floors were pinned; "
        "look at the score, then run: python tests/golden/floors.py --write"
    )
    assert PINNED["pages"] == sum(1 for _ in golden_pages()) >= 40


def test_pages_read_differently_only_under_another_version_of_the_reader() -> None:
    """Two captures of an article are compared under one version: were it kept, a better reader would make edits."""
    pinned = yaml.safe_load(READINGS.read_text(encoding="utf-8"))
    others = read_otherwise(pinned["pages"], readings())
    assert not others, (
        f"{', '.join(others)} read differently than under version {pinned['reader_version']}; raise READER_VERSION in "
        "pipelines/reader_version.py, then run: python tests/golden/floors.py --write"
    )
    assert pinned["knowledge"] == knowledge(), (
        "data files of the reader (families, phrases, names) changed, and pages that are not among these may read"
        f" differently than under version {pinned['reader_version']}; raise READER_VERSION in pipelines/reader_version.py,"
        " then run: python tests/golden/floors.py --write"
    )
    assert pinned["reader_version"] == READER_VERSION, "run: python tests/golden/floors.py --write"


@pytest.mark.parametrize("measure", PINNED["floors"])
def test_no_measure_falls_below_its_floor(measure: str) -> None:
    hits, wrong = _score()
    floor, found = PINNED["floors"][measure], hits.get(measure, 0)
    assert found >= floor, (
        f"{measure}: right on {found} pages, the floor is {floor}; wrong on {', '.join(wrong[measure])}; "
        f"see python tests/golden/floors.py --diff {(wrong[measure] or ['NAME'])[0]}"
    )
    if found > floor:
        warnings.warn(f"{measure}: raise the floor from {floor} to {found} (floors.py --write)", stacklevel=1)


def test_every_page_has_its_expectation_and_every_measure_a_floor() -> None:
    assert {page.stem for page in PAGES.glob("*.html")} == {path.stem for path in PAGES.glob("*.json")}
    assert set(_score()[0]) == set(PINNED["floors"])


def test_every_family_has_a_page_of_its_own() -> None:
    families = {path.stem for path in (Path(pipelines.__file__).parent / "families").glob("*.yaml")}
    assert families <= {page.expected.get("family") for page in golden_pages()}


def test_every_kind_of_page_is_there() -> None:
    kinds = {page.expected["page_kind"] for page in golden_pages()}
    assert kinds >= set(get_args(PageKind)) - {"other"}


def test_expectations_hold_strings_of_their_page() -> None:
    """An expectation that its page cannot meet, or that contradicts itself, proves nothing."""
    for page in golden_pages():
        want = page.expected
        both = [text for text in want["must_not_contain"] if text in "\n".join(want.get("body", []))]
        assert not both, f"{page.name}: {both} is both expected and forbidden"


def test_a_reading_that_says_nothing_scores_nothing() -> None:
    """The scorer itself can fail: an empty reading is wrong in every field that a page has."""
    for page in golden_pages():
        want = page.expected
        if not all(want.get(field) for field in ("authors", "captions", "body", "published_at")):
            continue
        nothing = dict.fromkeys(want) | {
            "body": [], "captions": [], "authors": [], "sources": [], "flags": [], "family": None,
        }  # fmt: skip
        marks = right(want, nothing)
        wrong = ("page_kind", "title", "date", "precision", "authors", "roles", "body", "captions")
        assert not any(marks[measure] for measure in wrong), page.name
