"""The checks as Dagster shows them: one step asks all of them about the published file that is there.

Belongs here: Dagster's side of the checks. Does not: what they find (`dagster_project.checks.judging`), or those that a
publish runs before it (`dagster_project.checks.promises`).

One step, because each step of a run leaves a dozen events in Dagster's log for years, and because all of them look at
the same newest articles. It needs no slot of the writer's pool: nothing of the writer's file is opened.
"""

# No `from __future__ import annotations` here: Dagster reads the types of resources from the signatures.

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from dagster_project.assets import WRITER_WAIT_S, articles, published
from dagster_project.checks import layout
from dagster_project.checks.catalogue import CHECKS
from dagster_project.checks.judging import evaluate
from dagster_project.checks.results import result_of
from dagster_project.instance import WRITER_POOL
from dagster_project.resources import Archive
from warehouse.store import Store


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


@dg.asset_check(
    asset=articles,
    name=layout.CHECK.name,
    description=f"{layout.CHECK.description} Asked after each load.",
    pool=WRITER_POOL,
)
def layout_check(archive: Archive) -> dg.AssetCheckResult:
    """The same by hand, from the pages: after a layout was mended and reread, say."""
    with Store.open_reader(archive.installation.folder.warehouse, wait_s=WRITER_WAIT_S) as store:
        return result_of(layout.report(store, datetime.now(UTC)), "articles")


CHECK_DEFINITIONS = [published_checks, layout_check]
