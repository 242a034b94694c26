from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter

from scraper import reference
from scraper.listings import Part
from scraper.source import Source

PAGE = Path(__file__).parents[3] / "docs" / "source-file.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference.page(), "python -m scraper.reference > docs/source-file.md"


def parts(model: type[Part]) -> set[type[Part]]:
    """The model and all mappings in it."""
    schema = str(TypeAdapter(model).core_schema)
    return {model} | {part for part in Part.__subclasses__() if f"{part.__module__}.{part.__name__}" in schema}


@pytest.mark.parametrize("part", sorted(parts(Source), key=lambda part: part.__name__), ids=lambda part: part.__name__)
def test_every_field_says_what_it_means(part: type[Part]) -> None:
    silent = [name for name, field in part.model_fields.items() if not field.description]
    assert silent == []


def test_every_mapping_of_a_file_has_its_table() -> None:
    assert len(parts(Source)) > 10
    page = reference.page()
    for part in parts(Source):
        assert " ".join((part.__doc__ or "").split()) in page
