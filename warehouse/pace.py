"""How often an article is looked at again: by its age, and by how often its outlet changed articles of that age lately.

Belongs here: the waits of `revisit.yaml`, fitted to one outlet. Does not: which address is due (`warehouse.frontier`),
or when an outlet is visited at all (the schedules of `dagster_project`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from warehouse import statements
from warehouse.store import Store


@dataclass(frozen=True, slots=True)
class Step:
    """Articles up to one age, and how long they wait between two looks. All times in hours."""

    age_h: float
    usual_h: float  # the wait of an outlet of which nothing is known
    wait_h: float  # the wait of this outlet
    looks: int = 0  # second and later looks at articles of this age, in the days that count
    edits: int = 0  # of them, those that found the article changed

    @property
    def fitted(self) -> bool:
        """Whether the outlet's own past moved the wait."""
        return abs(self.wait_h - self.usual_h) > 0.01 * self.usual_h


@cache
def table() -> dict[str, Any]:
    """What `revisit.yaml` says."""
    read: dict[str, Any] = yaml.safe_load((files("warehouse") / "revisit.yaml").read_text(encoding="utf-8"))
    return read


def usual() -> tuple[Step, ...]:
    """The steps of an outlet of which nothing is known, by age."""
    return tuple(Step(float(step["age"]), float(step["wait"]), float(step["wait"])) for step in table()["live"])


def pace(store: Store, source_id: str, now: datetime) -> tuple[Step, ...]:
    """The steps of one outlet, fitted to what its latest looks found.

    Where looks at articles of one age found more changes than `aim` asks for, the wait becomes shorter; where fewer,
    longer; never beyond the bounds of the table, and hardly at all while there were few looks. `now` is aware.
    """
    fit = table()["fit"]
    found = {
        row["age"]: row
        for row in store.rows(
            statements.get("frontier_pace"),
            {
                "source": source_id,
                "now": now,
                "days": int(fit["days"]),
                "steps": [{"age": step.age_h, "wait": step.usual_h} for step in usual()],
                "longest": float(fit["slowest"]),
            },
        )
    }
    fitted = []
    for step in usual():
        row = found.get(step.age_h)
        if row is None:
            fitted.append(step)
            continue
        # Were one look in 1/aim to find a change at the usual wait, so many changes would have come in that time.
        expected = row["waits"] * fit["aim"]
        factor = (expected + fit["weight"]) / (row["edits"] + fit["weight"])
        factor = min(max(factor, fit["quickest"]), fit["slowest"])
        fitted.append(Step(step.age_h, step.usual_h, step.usual_h * factor, row["looks"], row["edits"]))
    return tuple(fitted)
