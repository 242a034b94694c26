"""Place names in whole sentences: the floors that may only rise."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from places_scoring import FOLDER, Score, cases, places_of, score

FLOORS: dict[str, dict[str, float]] = yaml.safe_load((FOLDER / "floors.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_places_stay_above_their_floor(name: str) -> None:
    measured: Score = score(f"{name}.yaml")
    floor = FLOORS[name]
    told = "\n".join(measured.report)
    assert len(cases(f"{name}.yaml")) >= floor["sentences"]
    assert measured.precision >= floor["precision"], told
    assert measured.recall >= floor["recall"], told
    assert measured.open_missed <= floor["open_missed"], told


@pytest.mark.parametrize(
    "case", [case for case in cases("first.yaml") if case.get("dateline")], ids=lambda c: c["text"]
)
def test_a_name_before_the_text_proper_is_a_dateline(case: dict[str, Any]) -> None:
    assert places_of(case)[0].fields == ["dateline"]
