"""The checks as Dagster shows them: one step asks all of them about the published file that is there.

Belongs here: Dagster's side of the checks. Does not: what they find (`dagster_project.checks.judging`), or those that a
publish runs before it (`dagster_project.checks.promises`).

One step, because each step of a run leaves a dozen events in Dagster's log for years, and because all of them look at
the same newest articles. It needs no slot of the writer's pool: nothing of the writer's file is opened.
"""

# No `from __future__ import annotations` here: Dagster reads the types of resources from the signatures.

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import dagster as dg

from dagster_project.alerts.gather import BY_SOURCE
from dagster_project.assets import published
from dagster_project.checks.catalogue import CHECKS
from dagster_project.checks.judging import TOLD, Finding, Report, evaluate
from dagster_project.resources import Archive
from dagster_project.tables import markdown_table

SHOWN = 40
"""Rows of a check's table."""


def result_of(report: Report) -> dg.AssetCheckResult:
    """What a check found, as Dagster keeps it."""
    found = report.answer.findings
    severity = dg.AssetCheckSeverity.ERROR if report.severity == "error" else dg.AssetCheckSeverity.WARN
    metadata: dict[str, dg.MetadataValue] = {
        "judged": dg.MetadataValue.int(report.answer.judged),
        "found": dg.MetadataValue.int(len(found)),
    }
    if found:
        rows = [(one.source_id or "all", one.severity, one.message) for one in found[:SHOWN]]
        metadata["what and what to do"] = dg.MetadataValue.md(markdown_table(["outlet", "severity", "finding"], rows))
        metadata[BY_SOURCE] = dg.MetadataValue.json(by_source(found))
    return dg.AssetCheckResult(
        asset_key=published.key,
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


@dg.multi_asset_check(
    name="checks_of_the_published_file",
    specs=[dg.AssetCheckSpec(check.name, asset=published, description=check.description) for check in CHECKS],
    can_subset=True,
)
def published_checks(context: dg.AssetCheckExecutionContext, archive: Archive) -> Iterator[dg.AssetCheckResult]:
    """Asks every selected check about the published file, as of now."""
    folder = archive.installation.folder
    wanted = {key.name for key in context.selected_asset_check_keys}
    chosen = [check for check in CHECKS if check.name in wanted]
    for report in evaluate(chosen, folder.published_db, datetime.now(UTC), archive=folder.archive):
        if not report.passed:
            context.log.warning(f"{report.check.name}: {report.message}")
        yield result_of(report)


CHECK_DEFINITIONS = [published_checks]
