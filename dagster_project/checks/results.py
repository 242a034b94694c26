"""What checks found, as Dagster keeps it.

Belongs here: the step from a report to results and events of Dagster. Does not: asking (`judging`, `layout`), or the
definitions that Dagster shows (`assets`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import dagster as dg

from dagster_project.alerts.gather import BY_SOURCE
from dagster_project.checks import layout
from dagster_project.checks.judging import TOLD, Finding, Report
from dagster_project.tables import markdown_table
from warehouse.store import Store

SHOWN = 40
"""Rows of a check's table."""


def result_of(report: Report, asset: str = "published") -> dg.AssetCheckResult:
    """What a check of the asset found, as Dagster keeps it."""
    found = report.answer.findings
    severity = dg.AssetCheckSeverity.ERROR if report.severity == "error" else dg.AssetCheckSeverity.WARN
    metadata: dict[str, dg.MetadataValue] = {
        "judged": dg.MetadataValue.int(report.answer.judged),
        "found": dg.MetadataValue.int(len(found)),
    }
    if report.answer.waiting:
        metadata["not judged yet"] = dg.MetadataValue.md("\n".join(f"- {one}" for one in report.answer.waiting[:SHOWN]))
    if found:
        rows = [(one.source_id or "all", one.severity, one.message) for one in found[:SHOWN]]
        metadata["what and what to do"] = dg.MetadataValue.md(markdown_table(["outlet", "severity", "finding"], rows))
        metadata[BY_SOURCE] = dg.MetadataValue.json(by_source(found))
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey(asset),
        check_name=report.check.name,
        passed=report.passed,
        severity=severity,
        description=report.message,
        metadata=metadata,
    )


def by_source(found: Sequence[Finding]) -> dict[str, str]:
    """What is wrong with each outlet, for the alerts; under the empty string what is wrong with none of them alone."""
    told: dict[str, list[str]] = {}
    for one in found:
        told.setdefault(one.source_id or "", []).append(one.message)
    return {source_id: " | ".join(messages[:TOLD]) for source_id, messages in told.items()}


def note_layout(context: dg.OpExecutionContext | dg.AssetExecutionContext, store: Store) -> None:
    """Asks after a load whether the pages still are articles, and notes the answer as the check of `articles`.

    Of all outlets, whichever were loaded: Dagster and the alerts know a check by its latest answer.
    """
    report = layout.report(store, datetime.now(UTC))
    if not report.passed:
        context.log.warning(f"{report.check.name}: {report.message}")
    found = result_of(report, "articles")
    told = dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey("articles"),
        check_name=report.check.name,
        passed=found.passed,
        metadata=found.metadata,
        severity=found.severity,
        description=found.description,
    )
    context.log_event(told)  # type: ignore[arg-type]  # it takes these, its annotation is behind
