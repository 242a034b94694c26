"""The numbers that checks go by, from `thresholds.yaml`.

Belongs here: reading them, and the days on which nobody is measured. Does not: the numbers and their reasons (the data
file), or what is done with them (the checks).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def table() -> dict[str, dict[str, dict[str, Any]]]:
    """Subject -> name -> value and why."""
    text = (files("dagster_project") / "checks" / "thresholds.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(text)
    return loaded


def value(name: str) -> Any:
    """The value of `subject.name`. Raises KeyError."""
    subject, _, one = name.partition(".")
    return table()[subject][one]["value"]


def number(name: str) -> float:
    """A value that is a number."""
    return float(value(name))


def count(name: str) -> int:
    """A value that is a whole number."""
    return int(value(name))


@cache
def _tet() -> tuple[date, ...]:
    return tuple(value("holidays.tet"))


@cache
def is_holiday(day: date) -> bool:
    """Whether papers are expected to be thin on that day: Tết and the days around it, and public holidays."""
    if day.strftime("%m-%d") in value("holidays.fixed"):
        return True
    before, after = timedelta(days=count("holidays.tet_before")), timedelta(days=count("holidays.tet_after"))
    return any(tet - before <= day <= tet + after for tet in _tet())
