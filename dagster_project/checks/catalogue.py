"""The list of all checks on the published file.

Belongs here: the list. A new check is one function in the module of its subject and one line here; a test plants the
fault that it finds. Does not: promises of the tables, which are kept before anything is published
(`dagster_project.checks.promises`).
"""

from __future__ import annotations

from dagster_project.checks import archive, bylines, dates, fields, text, visits, volume
from dagster_project.checks.judging import Check

CHECKS: tuple[Check, ...] = (
    volume.CHECK,
    *fields.CHECKS,
    *dates.CHECKS,
    bylines.CHECK,
    *text.CHECKS,
    *visits.CHECKS,
    *archive.CHECKS,
)
