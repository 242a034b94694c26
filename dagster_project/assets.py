"""The assets: captures → readings → articles, each by source, → published.

Belongs here: what Dagster runs and shows of each room. Does not: the work itself (`dagster_project.flow`,
`dagster_project.crawl_step`), or whether its result is sound (`dagster_project.checks`).
"""

# No `from __future__ import annotations` here: Dagster reads the types of config and resources from the signatures.

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from dagster_project.checks import promises
from dagster_project.checks.results import note_layout
from dagster_project.display import metadata as display
from dagster_project.instance import CRAWLER_POOL, PROCESS_TAG, WRITER_POOL, process_tag
from dagster_project.ledger import Ledger, Mode
from dagster_project.paths import DataFolder
from dagster_project.progress import Progress
from dagster_project.resources import Archive
from dagster_project.tables import markdown_table
from pipelines.reader_version import READER_VERSION
from warehouse import model
from warehouse.derived.catalogue import DERIVATIONS
from warehouse.derived.runner import Derivation
from warehouse.store import Store

if TYPE_CHECKING:
    from dagster_project.flow import ReadCounts
    from dagster_project.registering import Registered
    from warehouse.versions import BuildCounts

# Steps import what they work with when they run: the pages and the daemon load these definitions and need none of it.

SOURCES_NAME = "source"
SOURCES = dg.DynamicPartitionsDefinition(name=SOURCES_NAME)
"""One partition an outlet. Never one an article: the history lies in the database, not in Dagster."""

OWNERS = ["team:archive"]

WRITER_WAIT_S = 900.0
"""How long a step waits for another process (a command by hand) that writes; the pool keeps steps themselves apart."""


class CrawlConfig(dg.Config):
    """What a crawl is asked for."""

    mode: Mode = "latest"
    since: str = ""  # local date, YYYY-MM-DD; empty for none
    limit: int = 0  # articles at most; 0 for no limit
    revisit_all: bool = False  # visit every known article again, due or not
    urls: str = ""  # path of a file of addresses, one a line: they are fetched, and nothing else
    max_minutes: float = 360
    retries: bool = True  # whether a failure that may pass is tried again by itself


def source_of(context: dg.AssetExecutionContext) -> str:
    """The source of the partition that this step works on; notes on the run which process works."""
    if PROCESS_TAG not in context.run.tags:
        context.instance.add_run_tags(context.run_id, process_tag())
    return str(context.partition_key)


def columns_of(*tables: str) -> Mapping[str, Any]:
    """The columns of the table, as it is described, for the asset's page."""
    described = [column for name in tables for column in model.tables()[name].columns]
    return {
        "dagster/column_schema": dg.TableSchema(
            columns=[
                dg.TableColumn(
                    c.name,
                    c.type,
                    description=c.meaning,
                    constraints=dg.TableColumnConstraints(nullable=not c.required),
                )
                for c in described
            ]
        ),
        "dagster/table_name": tables[0],
    }


@dg.asset(
    partitions_def=SOURCES,
    group_name="archive",
    owners=OWNERS,
    kinds={"scrapy", "warc"},
    pool=CRAWLER_POOL,
    metadata=columns_of("captures"),
    description="One crawl of a source: every exchange becomes a WARC record and a line of the capture log.",
    # No retry policy: Dagster would start a crawl again that somebody has cancelled. The step asks for retries itself.
)
def captures(context: dg.AssetExecutionContext, config: CrawlConfig, archive: Archive) -> dg.MaterializeResult[Any]:
    """Crawls the partition's source in a child process and judges the crawl by what it brought."""
    from dagster_project.crawl_step import CrawlOrder, run_crawl

    installed = archive.installation
    order = CrawlOrder(
        source=installed.source(source_of(context)),
        mode=config.mode,
        since=date.fromisoformat(config.since) if config.since else None,
        limit=config.limit or None,
        revisit_all=config.revisit_all,
        urls=Path(config.urls) if config.urls else None,
        max_seconds=config.max_minutes * 60,
        retries=config.retries,
    )
    brought = run_crawl(context, installed, order)
    return dg.MaterializeResult(metadata=captures_metadata(installed.folder, order.source.id, brought))


def captures_metadata(folder: DataFolder, source_id: str, result: Mapping[str, Any]) -> dict[str, Any]:
    """What people look at after a crawl of the source, from its result and the days before it."""
    counts = result.get("counts", {})
    return {
        "captures": counts.get("captures", 0),
        "articles": counts.get("articles", 0),
        "new addresses": result.get("new", 0),
        "left for the next run": result.get("pending", 0),
        "bytes": counts.get("bytes", 0),
        "by status": dg.MetadataValue.md(_two_columns("status", counts.get("by_status", {}))),
        **display.for_captures(folder, source_id, counts, datetime.now(UTC)),
        "by outcome": dg.MetadataValue.md(_two_columns("outcome", counts.get("by_outcome", {}))),
        "found by": dg.MetadataValue.md(_two_columns("finder", result.get("first_by", {}))),
        "errors": dg.MetadataValue.json(result.get("errors", {})),
        "problems": dg.MetadataValue.json(result.get("problems", [])),
        "ended": str(result.get("finish_reason", "without a result")),
        "warning": result.get("warning", ""),
    }


@dg.asset(
    partitions_def=SOURCES,
    deps=[captures],
    group_name="archive",
    owners=OWNERS,
    kinds={"python", "trafilatura"},
    code_version=READER_VERSION,
    pool=WRITER_POOL,
    metadata=columns_of("readings"),
    description="What this reader takes from each capture: title, lead, body, dates and people, each with its origin.",
)
def readings(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult[Any]:
    """Registers new captures of the source and reads those that wait for it."""
    from dagster_project import flow
    from dagster_project.registering import Registered, register_captures

    installed = archive.installation
    source_id = source_of(context)
    with Store.open_writer(installed.folder.warehouse, wait_s=WRITER_WAIT_S) as store:
        # It ends with `articles`: until then the source counts as not loaded.
        Ledger(installed.folder, "load").started(source_id, context.run_id, datetime.now(UTC))
        if store.repaired:
            context.log.warning(store.repaired)
        registered = register_captures(store, installed, [source_id]).get(source_id, Registered())
        counts = flow.read_pending(
            store, installed, source_id, progress=Progress(f"reading {source_id}", context.log.info)
        )
    for status, number in counts.failed.items():
        context.log.warning(f"{number} pages could not be read: {status}")
    return dg.MaterializeResult(metadata=readings_metadata(registered, counts))


def readings_metadata(registered: "Registered", counts: "ReadCounts") -> dict[str, Any]:
    """What people look at after captures were read."""
    return {
        "new captures": registered.captures,
        "new captures by status": dg.MetadataValue.md(_two_columns("status", registered.by_status)),
        "new candidates": registered.candidates,
        "pages read": counts.read,
        "articles among them": counts.articles,
        "read anew, as the source's file has changed": counts.again,
        "by kind": dg.MetadataValue.md(_two_columns("kind", counts.by_kind)),
        "not readable": dg.MetadataValue.json(dict(counts.failed)),
        "log lines torn or malformed": registered.torn_lines + registered.malformed_lines,
        "captures lost": registered.lost_captures,
    }


@dg.asset(
    partitions_def=SOURCES,
    deps=[readings],
    group_name="history",
    owners=OWNERS,
    kinds={"duckdb"},
    code_version=READER_VERSION,
    pool=WRITER_POOL,
    metadata=columns_of("articles"),
    description="Articles and their versions: what the paper said, from when to when, and what each edit changed.",
)
def articles(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult[Any]:
    """Rebuilds the versions of every article that new readings touched."""
    from dagster_project import flow

    source_id = source_of(context)
    with Store.open_writer(archive.installation.folder.warehouse, wait_s=WRITER_WAIT_S) as store:
        counts = flow.build_articles(store, source_id)
        Ledger(archive.installation.folder, "load").ended(source_id, context.run_id, "good", datetime.now(UTC))
        note_layout(context, store)
        return dg.MaterializeResult(metadata=articles_metadata(store, {source_id: counts})[source_id])


def articles_metadata(store: Store, built: "Mapping[str, BuildCounts]") -> dict[str, dict[str, Any]]:
    """What people look at after articles of these sources were built, by source."""
    names = ("articles", "new_articles", "new_versions", "edits", "moves", "missing", "gone", "returned")
    shown = display.for_articles(store, list(built), datetime.now(UTC))
    return {
        source_id: {name.replace("_", " "): getattr(counts, name) for name in names} | shown.get(source_id, {})
        for source_id, counts in built.items()
    }


@dg.asset(
    group_name="archive",
    owners=OWNERS,
    kinds={"warc", "duckdb"},
    pool=WRITER_POOL,
    description="WARC files dropped into the inbox folder: captures, readings and articles of the hosts they hold.",
)
def inbox(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult[Any]:
    """Takes every whole file of the inbox all the way into the tables; each ends in `done` or `rejected`."""
    from dagster_project import loads
    from dagster_project.inbox import take as take_files

    installed = archive.installation
    context.instance.add_run_tags(context.run_id, process_tag())
    taken = take_files(installed)
    for name, reason in taken.rejected.items():
        context.log.warning(f"rejected {name}: {reason}")
    for name, loss in taken.losses.items():
        context.log.warning(f"{name} is damaged, its whole records are kept: {loss}")
    with Store.open_writer(installed.folder.warehouse, wait_s=WRITER_WAIT_S) as store:
        loaded = loads.catch_up(store, installed, Progress("reading pages", context.log.info))
    if loaded.failed:
        raise dg.Failure(f"not loaded: {loaded.told()}. What the files held is kept, the next run tries again")
    read, built = loaded.all_read, loaded.all_built
    return dg.MaterializeResult(
        metadata={
            "files taken": len(taken.files),
            "files rejected": len(taken.rejected),
            "reasons": dg.MetadataValue.json(taken.rejected),
            "losses": dg.MetadataValue.json(taken.losses),
            "new captures": taken.captures,
            "known captures": taken.already,
            "pages read": read.read,
            "new articles": built.new_articles,
            "edits": built.edits,
        }
    )


def _derived(derivation: Derivation) -> dg.AssetsDefinition:
    @dg.asset(
        name=derivation.name,
        deps=[dg.AssetDep(articles, partition_mapping=dg.AllPartitionMapping()), inbox],
        group_name="derived",
        owners=OWNERS,
        kinds=set(derivation.kinds),
        code_version=derivation.version,
        pool=WRITER_POOL,
        metadata=columns_of(*derivation.tables[:1]),
        description=derivation.description,
    )
    def derived(context: dg.AssetExecutionContext, archive: Archive) -> dg.MaterializeResult[Any]:
        from dagster_project import flow

        context.instance.add_run_tags(context.run_id, process_tag())
        with Store.open_writer(archive.installation.folder.warehouse, wait_s=WRITER_WAIT_S) as store:
            (counts,) = flow.derive(store, archive.installation.folder, [derivation.name]).counts.values()
        return dg.MaterializeResult(metadata={name.replace("_", " "): number for name, number in counts.items()})

    return derived


DERIVED = [_derived(derivation) for derivation in DERIVATIONS]
"""One asset a derivation, each over all outlets: what follows from whole articles crosses their borders."""


@dg.asset(
    deps=[dg.AssetDep(articles, partition_mapping=dg.AllPartitionMapping()), inbox, *DERIVED],
    group_name="published",
    owners=OWNERS,
    kinds={"duckdb", "parquet"},
    pool=WRITER_POOL,
    check_specs=promises.SPECS,
    description="The read-only DuckDB file and Parquet that analysts open; swapped in by rename, never in their way.",
)
def published(
    context: dg.AssetExecutionContext, archive: Archive
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[Any]]:
    """Checks the tables, writes a compacted copy aside and renames it into place. Unsound tables are not published."""
    from dagster_project import flow, loads
    from warehouse import query

    folder = archive.installation.folder
    context.instance.add_run_tags(context.run_id, process_tag())
    with Store.open_writer(folder.warehouse, wait_s=WRITER_WAIT_S) as store:
        # What a run fetched that died before it had loaded it; else there is nothing to do.
        left = loads.catch_up(store, archive.installation, Progress("reading what was left", context.log.info))
        if left.done:
            context.log.info(f"loaded what was left of {', '.join(left.done)}: {left.all_read.read} pages read")
        if left.failed:
            context.log.warning(f"could not be loaded: {left.told()}")
        # And what a run without the derived assets left waiting.
        derived = flow.derive(store, folder)
        corrections, people = derived.corrections, derived.people
        for trouble in (*corrections.troubles, *people.troubles):
            context.log.warning(trouble)
        for promise in promises.kept(store):
            yield promise
            if not promise.passed:
                raise dg.Failure(f"not published: {promise.description}", allow_retries=False)
        report = flow.publish_now(store, folder)
        if report.repaired:
            context.log.warning(report.repaired)
    newest = query.newest(folder.published_db, 15)
    coverage = query.coverage(folder.published_db)
    yield dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(str(report.path)),
            "bytes": report.bytes,
            "seconds": round(report.seconds, 2),
            "corrections": corrections.applied,
            "corrections that wait or are wrong": len(corrections.troubles),
            "persons stated": people.persons,
            "statements about people that wait or are wrong": len(people.troubles),
            **{name: number for name, number in report.counts.items() if isinstance(number, int)},
            "newest articles": dg.MetadataValue.md(markdown_table(newest.columns, newest.rows)),
            **display.coverage_of_all(coverage),
            **display.for_published(folder),
        }
    )


def _two_columns(name: str, counts: Mapping[str, int]) -> str:
    return markdown_table([name, "count"], sorted(counts.items(), key=lambda pair: -pair[1])) or "none"


ASSETS = [captures, readings, articles, inbox, *DERIVED, published]
