"""What is done once a week without anybody asking: Dagster's memory pruned, the database kept small and checked.

Belongs here: the list of the week's work, each part a function that answers in numbers, and the job around it. Does
not: the work itself. A further part is one function and one line in `PARTS`.
"""

# No `from __future__ import annotations` here: Dagster reads the types of resources from the signatures.

import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import dagster as dg

from dagster_project.installation import Installation
from dagster_project.instance import WRITER_POOL, process_tag
from dagster_project.progress import Progress
from dagster_project.prune import prune
from dagster_project.resources import Archive
from warehouse import checks
from warehouse.store import Store

Numbers = Mapping[str, int | float | str]
WRITER_WAIT_S = 900.0


def prune_dagster(instance: dg.DagsterInstance, installed: Installation) -> Numbers:
    """Old runs, events, ticks and logs of Dagster go, and its files shrink."""
    done = prune(instance, installed.folder.dagster_home, datetime.now(UTC))
    return {
        "runs": done.runs,
        "check results": done.check_results,
        "files": done.files,
        "megabytes before": round(done.bytes_before / 1e6, 1),
        "megabytes after": round(done.bytes_after / 1e6, 1),
        "in use, not shrunk": ", ".join(done.not_shrunk),
    }


def catch_up(_instance: dg.DagsterInstance, installed: Installation) -> Numbers:
    """Whatever the archive holds and the tables do not is loaded; nothing is left behind by a killed run."""
    from dagster_project import loads

    with Store.open_writer(installed.folder.warehouse, wait_s=WRITER_WAIT_S) as store:
        done = loads.catch_up(store, installed)
    if done.failed:
        raise dg.Failure(f"not loaded: {done.told()}", allow_retries=False)
    return {
        "captures": sum(one.captures for one in done.registered.values()),
        "pages read": done.all_read.read,
        "new articles": done.all_built.new_articles,
    }


def check_tables(_instance: dg.DagsterInstance, installed: Installation) -> Numbers:
    """Every promise of the schema, on the writer's own tables."""
    with Store.open_writer(installed.folder.warehouse, wait_s=WRITER_WAIT_S) as store:
        broken = [result for result in checks.run(store) if not result.passed]
    if broken:
        told = "; ".join(f"{result.name}: found {result.found}, expected {result.expected}" for result in broken[:10])
        raise dg.Failure(f"{told}. `tintinh rebuild` makes the tables again from the archive", allow_retries=False)
    return {"free megabytes": round(shutil.disk_usage(installed.folder.root).free / 1e6)}


def make_small(_instance: dg.DagsterInstance, installed: Installation) -> Numbers:
    """The database without the room that replaced rows left."""
    from warehouse.care import compact

    report = compact(installed.folder.warehouse, wait_s=WRITER_WAIT_S)
    return {
        "rows": report.rows,
        "megabytes before": round(report.bytes_before / 1e6, 1),
        "megabytes after": round(report.bytes_after / 1e6, 1),
    }


PARTS: tuple[Callable[[dg.DagsterInstance, Installation], Numbers], ...] = (
    prune_dagster,
    catch_up,
    check_tables,
    make_small,
)
"""In this order; one that fails does not keep the next from running."""


@dg.op(pool=WRITER_POOL, out=dg.Out(dg.Nothing))
def maintain(context: dg.OpExecutionContext, archive: Archive) -> None:
    """Runs all parts; fails at the end where one of them did."""
    context.instance.add_run_tags(context.run_id, process_tag())
    failed: dict[str, str] = {}
    for part in PARTS:
        try:
            numbers = part(context.instance, archive.installation)
        except dg.Failure as failure:
            failed[part.__name__] = failure.description or "failed"
        except Exception as error:
            failed[part.__name__] = f"{type(error).__name__}: {error}"
        else:
            context.log.info(f"{part.__name__}: " + ", ".join(f"{name} {value}" for name, value in numbers.items()))
    if failed:
        raise dg.Failure("; ".join(f"{name}: {told}" for name, told in failed.items()), allow_retries=False)


@dg.op(ins={"maintained": dg.In(dg.Nothing)}, out=dg.Out(dg.Nothing))
def verify_an_outlet(context: dg.OpExecutionContext, archive: Archive) -> None:
    """Makes one outlet anew from the archive and compares, each week another one; fails where they differ."""
    from dagster_project import rebuilding

    source_id = rebuilding.next_outlet(archive.installation)
    if source_id is None:
        context.log.info("nothing is loaded yet that could be held against the archive")
        return
    progress = Progress(f"{source_id}: reading pages", context.log.info)
    found = rebuilding.check_outlet(archive.installation, source_id, progress)
    if not found.agrees:
        raise dg.Failure(rebuilding.told(found), allow_retries=False)
    context.log.info(rebuilding.told(found))


@dg.job(
    name="maintenance",
    description="The week's care: Dagster's memory pruned, leftovers loaded, tables checked, the database compacted,"
    " one outlet made anew from the archive and compared.",
    executor_def=dg.in_process_executor,
)
def maintenance_job() -> None:
    """What the weekly schedule starts."""
    verify_an_outlet(maintained=maintain())
