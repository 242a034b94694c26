"""Several sources in one run: crawl them side by side, load them together, say which went badly.

Belongs here: the job that schedules start. Its steps do for each source what the assets of that name do, and report the
same materializations; a run a source would cost more in processes and in Dagster's log than a small crawl itself
(figures in docs/operate.md). Does not: when which source is due (`dagster_project.sensors`).
"""

# No `from __future__ import annotations` here: Dagster reads the types of config and resources from the signatures.

import contextlib
import os
import threading
from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, Literal

import dagster as dg

from dagster_project import room
from dagster_project.assets import (
    WRITER_WAIT_S,
    articles,
    articles_metadata,
    captures,
    captures_metadata,
    readings,
    readings_metadata,
)
from dagster_project.cadence import exhausted
from dagster_project.checks.results import note_layout
from dagster_project.installation import Installation, Unusable
from dagster_project.instance import CRAWLER_POOL, PROCESS_TAG, WRITER_POOL, process_tag
from dagster_project.ledger import Attempt, Ledger, Mode, loading
from dagster_project.progress import Progress
from dagster_project.resources import Archive
from pipelines.reader_version import READER_VERSION
from warehouse.store import Store

if TYPE_CHECKING:
    from dagster_project.crawl_starter import CrawlStarter

BATCH = 12
"""Sources of one run: at daily crawls of some minutes each, a batch ends within the hour that its sources share."""

SOURCES_TAG = "tintinh/sources"
"""Run tag: the sources of the batch, separated by blanks."""

MODE_TAG = "tintinh/mode"


class BatchConfig(dg.Config):
    """What a batch is asked for."""

    sources: list[str]
    mode: Mode = "latest"
    max_minutes: float = 90  # of each crawl
    at_once: int = 0  # crawls side by side; 0: two a processor core, as they mostly wait


class LoadConfig(dg.Config):
    """The same sources, for the steps after the crawl."""

    sources: list[str]
    mode: Mode = "latest"


def run_config(sources: list[str], mode: Mode | Literal["load"]) -> dict[str, Any]:
    """The configuration of a batch of these sources; `load` is that of `load_batch`, which asks no outlet."""
    if mode == "load":
        return {"ops": {load_outlets.name: {"config": {"sources": sources}}}}
    config = {"config": {"sources": sources, "mode": mode}}
    return {"ops": {step.name: config for step in (crawl_outlets, load_outlets, judge_outlets)}}


def run_tags(sources: list[str], mode: Mode | Literal["load"]) -> dict[str, str]:
    """The tags by which the sources of an unfinished batch are known."""
    return {SOURCES_TAG: " ".join(sources), MODE_TAG: mode}


@dg.op(pool=CRAWLER_POOL, out=dg.Out(dg.Nothing))
def crawl_outlets(context: dg.OpExecutionContext, config: BatchConfig, archive: Archive) -> None:
    """Crawls the sources, some side by side; one that fails costs itself alone."""
    context.instance.add_run_tags(context.run_id, process_tag())
    installed = archive.installation
    stop = threading.Event()
    with (
        _starter(len(config.sources)) as starter,
        ThreadPoolExecutor(config.at_once or 2 * (os.cpu_count() or 1), "crawl") as pool,
    ):
        crawls = {
            pool.submit(_crawl, context, installed, source_id, config, stop, starter): source_id
            for source_id in config.sources
        }
        try:
            pending: set[Future[Mapping[str, Any] | None]] = set(crawls)
            broken: list[Exception] = []
            while pending:
                # Short waits: an interrupt of the run reaches this thread between them.
                done, pending = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
                for crawl in done:
                    source_id = crawls[crawl]
                    try:
                        if (brought := crawl.result()) is not None:
                            _report(
                                context, captures, source_id, captures_metadata(installed.folder, source_id, brought)
                            )
                    except Exception as error:  # of Dagster's own files: the other crawls go on all the same
                        broken.append(error)
            if broken:
                raise broken[0]
        except BaseException:
            stop.set()
            for crawl in crawls:
                crawl.cancel()
            raise


def _starter(crawls: int) -> contextlib.AbstractContextManager["CrawlStarter | None"]:
    """What the crawls are forked from; one alone starts as fast by itself, and not all systems tell of forks' ends."""
    from dagster_project.crawl_starter import CrawlStarter, possible

    if crawls < 2 or not possible():
        return contextlib.nullcontext()
    return CrawlStarter()


def _crawl(
    context: dg.OpExecutionContext,
    installed: Installation,
    source_id: str,
    config: BatchConfig,
    stop: threading.Event,
    starter: "CrawlStarter | None",
) -> Mapping[str, Any] | None:
    """What one crawl brought; None where it failed, which the ledger knows and the last step of the run tells."""
    from dagster_project.crawl_step import CrawlOrder, run_crawl
    from scraper.registry import UnknownSource

    try:
        order = CrawlOrder(installed.source(source_id), config.mode, max_seconds=config.max_minutes * 60, retries=False)
        return run_crawl(context, installed, order, stop, starter)
    except dg.Failure as failure:
        if stop.is_set():
            raise
        context.log.warning(failure.description or f"{source_id} failed")
    except (UnknownSource, Unusable) as error:
        context.log.warning(f"{source_id} is left out: {error}")
    except Exception as error:
        if stop.is_set():
            raise
        context.log.error(f"{source_id}: {type(error).__name__}: {error}")
    return None


@dg.op(pool=WRITER_POOL, ins={"crawled": dg.In(dg.Nothing)}, out=dg.Out(dg.Nothing))
def load_outlets(context: dg.OpExecutionContext, config: LoadConfig, archive: Archive) -> None:
    """Registers, reads and builds what the crawls left, of failed and killed ones too; all outlets in one load."""
    from dagster_project import loads

    if PROCESS_TAG not in context.run.tags:
        context.instance.add_run_tags(context.run_id, process_tag())
    installed = archive.installation
    if no_room := room.wanting(installed.folder):
        # The alert on the disk tells it, and what was fetched is loaded by the next run.
        context.log.warning(f"nothing is loaded now: {no_room}")
        return
    broken: dict[str, str] = {}
    with Store.open_writer(installed.folder.warehouse, wait_s=WRITER_WAIT_S) as store:
        if store.repaired:
            context.log.warning(store.repaired)
        for together in groups(config.sources, Ledger(installed.folder, "load").read()):
            name = together[0] if len(together) == 1 else f"{len(together)} outlets"
            with loading(installed.folder, together, context.run_id) as failed:
                loaded = loads.load_each(store, installed, together, Progress(f"reading {name}", context.log.info))
                failed |= {source_id: loads.described(error) for source_id, error in loaded.failed.items()}
            for source_id, error in failed.items():
                context.log.error(f"{source_id} could not be loaded: {error}")
            broken |= failed
            for source_id, metadata in articles_metadata(store, {i: loaded.of(i)[2] for i in loaded.done}).items():
                registered, counts, _ = loaded.of(source_id)
                _report(context, readings, source_id, readings_metadata(registered, counts))
                _report(context, articles, source_id, metadata)
        note_layout(context, store)
    if broken:
        told = "; ".join(f"{source_id}: {error}" for source_id, error in broken.items())
        raise dg.Failure(f"not loaded: {told}. What was fetched is kept, the next run tries again", allow_retries=False)


def groups(source_ids: list[str], loads: Mapping[str, Attempt]) -> list[list[str]]:
    """Which outlets are loaded together: all but those whose last load failed or was killed.

    These follow one by one, those first that failed least often: one that kills the process costs no other its turn.
    """
    tried = {source_id: loads[source_id] for source_id in source_ids if source_id in loads}
    suspects = {
        source_id: attempt.failures + (attempt.ended is None)
        for source_id, attempt in tried.items()
        if attempt.failures or attempt.ended is None
    }
    sound = [source_id for source_id in source_ids if source_id not in suspects]
    alone = [[source_id] for source_id in sorted(suspects, key=lambda one: suspects[one])]
    return [sound, *alone] if sound else alone


@dg.op(ins={"loaded": dg.In(dg.Nothing)})
def judge_outlets(context: dg.OpExecutionContext, config: LoadConfig, archive: Archive) -> None:
    """Fails where a crawl went so badly that no further try is made before its regular time."""
    attempts = Ledger(archive.installation.folder, config.mode).read()
    bad = [
        attempt.message
        for source_id in config.sources
        if (attempt := attempts.get(source_id)) and attempt.run_id == context.run_id and exhausted(attempt)
    ]
    if bad:
        raise dg.Failure(
            f"{len(bad)} of {len(config.sources)} crawls went badly (the others are loaded): {' | '.join(bad)}",
            allow_retries=False,
        )


def _report(
    context: dg.OpExecutionContext, asset: dg.AssetsDefinition, source_id: str, metadata: Mapping[str, Any]
) -> None:
    context.log_event(
        dg.AssetMaterialization(
            asset.key,
            partition=source_id,
            metadata=metadata,
            tags={"dagster/code_version": READER_VERSION} if asset is not captures else None,
        )
    )


@dg.job(
    name="crawl_batch",
    description="Crawl several sources side by side, read what came in, and bring their histories up to date.",
    tags={"tintinh/crawls": "batch"},
    executor_def=dg.in_process_executor,
)
def crawl_batch_job() -> None:
    """What schedules start; `crawl` is the same for one source, from the pages or the command line."""
    judge_outlets(load_outlets(crawl_outlets()))


@dg.job(
    name="load_batch",
    description="Load what several sources brought, where the run of the crawl died, or found no room, before it had.",
    tags={"tintinh/crawls": "none"},
    executor_def=dg.in_process_executor,
)
def load_batch_job() -> None:
    """What the sensor of due crawls starts for what dead runs left; it asks no outlet for anything."""
    load_outlets()
