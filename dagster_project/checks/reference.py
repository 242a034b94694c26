"""The reference of the checks, `docs/checks.md`; made by `python -m dagster_project.checks.reference`.

Belongs here: rendering the list and the thresholds. Does not: their words (the checks, `thresholds.yaml`).
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable

from dagster_project.checks import layout, thresholds
from dagster_project.checks.catalogue import CHECKS
from dagster_project.checks.promises import SPECS
from dagster_project.tables import markdown_table

_HEAD = """# Checks

Written by `python -m dagster_project.checks.reference`.

Each load ends with the question whether pages still are articles; each publish is followed by one step that asks all
other checks below about the published file. A failed check names each outlet, what was found beside what is usual, and
what to do. An outlet's trouble is told and keeps nobody else waiting; only what would spoil everybody's tables stops a
publish.

A number counts as trouble where two witnesses agree: chance (under one in a thousand) and the outlet's own past (beyond
each of its days). Outlets are held against themselves alone, on the same weekday; an outlet in its first four weeks and
one with too few articles is not judged, nor is volume at Tết and on public holidays. A backfill is never judged.

[check-matrix.md](check-matrix.md) shows, for each fault that tests plant, which check sees it and what it says.
"""

_BLOCKING = """## Before a publish

These run on the writer's file, in the step that publishes. Where one fails nothing is published and the old file stays.
"""

_COLUMNS = ["check", "passing means", "how it looks"]

_NUMBERS = """## Thresholds

From `dagster_project/checks/thresholds.yaml`.
"""


def render() -> str:
    """The whole reference."""
    checks = [_row(check.name, check.description, check.find) for check in CHECKS]
    after_load = [_row(layout.CHECK.name, layout.CHECK.description, layout.find)]
    promises = [(f"`{spec.name}`", spec.description) for spec in SPECS]
    numbers = [
        (f"`{subject}.{name}`", _shown(entry["value"]), entry["why"])
        for subject, names in thresholds.table().items()
        for name, entry in names.items()
    ]
    parts = [
        _HEAD,
        "## After each load\n\n" + markdown_table(_COLUMNS, after_load) + "\n",
        "## On the published file\n\n" + markdown_table(_COLUMNS, checks) + "\n",
        _BLOCKING + "\n" + markdown_table(["check", "passing means"], promises) + "\n",
        _NUMBERS + "\n" + markdown_table(["threshold", "value", "why"], numbers) + "\n",
    ]
    return "\n".join(parts)


def _row(name: str, description: str, find: Callable[..., object]) -> tuple[str, str, str]:
    return f"`{name}`", description, " ".join((inspect.getdoc(find) or "").split())


def _shown(value: object) -> str:
    if isinstance(value, list):
        return f"{value[0]} … {value[-1]}" if len(value) > 9 else ", ".join(map(str, value))
    return str(value)


if __name__ == "__main__":
    sys.stdout.write(render())
