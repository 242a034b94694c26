"""One crawl as a child process of its step: the plan, the process group, the end.

Belongs here: everything between an asset and a running `scrapy crawl`. Does not: the crawl itself (`scraper`), the
judgement of what it brought (`dagster_project.crawl_verdict`), nor the loading of it (`dagster_project.loads`).
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import psutil

from dagster_project import loads, room
from dagster_project.crawl_child import progress_line
from dagster_project.crawl_starter import CrawlStarter, NotStarted, StartedCrawl
from dagster_project.crawl_verdict import judge
from dagster_project.installation import Installation
from dagster_project.ledger import Ending, Ledger, Mode
from dagster_project.paths import DataFolder
from dagster_project.registering import has_unregistered
from pipelines.zone import to_local
from scraper.archive import SourceBusy
from scraper.archive.locks import SourceLock
from scraper.plan import CONTACT_VARIABLE, CrawlPlan, CrawlRefused, preflight, progress_path, result_path, write_known
from scraper.registry import Source
from warehouse import frontier, load
from warehouse.errors import NotBuilt
from warehouse.store import Store

# One of Dagster's own calls inside a Pipes session warns that it may change; the version is pinned.
warnings.filterwarnings("ignore", message=".*expected_writer_count.*")

GRACE_S = 40.0
"""How long an interrupted crawl may take to finish what is in flight before its process group is killed."""

LOCK_WAIT_S = 600.0
"""How long planning waits for a load that holds the writer's file."""

PLANS_KEPT_DAYS = 14

RETRIES = 2
FIRST_RETRY_S = 120
"""A failure that may pass is tried again after this long, then after twice as long."""

MEMORY_BYTES = 1_500_000_000
"""What a crawl and all its processes may hold at a time; the spider itself stays far below (see `make bench`)."""

_BEAT_S = 0.25
_LOOK_AT_RUN_S = 5.0
_WEIGH_S = 2.0


@dataclass(frozen=True, slots=True)
class CrawlOrder:
    """What a run asks of a crawl."""

    source: Source
    mode: Mode = "latest"
    since: date | None = None
    limit: int | None = None
    revisit_all: bool = False  # every known article is due, whatever its age
    urls: Path | None = None  # a file of addresses, one a line: they are fetched, and nothing else
    max_seconds: float = 6 * 3600
    max_bytes: int = MEMORY_BYTES  # resident memory of the crawl and its children
    retries: bool = True  # False where somebody waits for the answer, or the schedule itself tries again


def plan_stem(run_id: str, source_id: str) -> str:
    """The file name, without suffix, of the plan of that run and of all that lies beside it."""
    return f"{run_id[:8]}-{source_id.replace(':', '_')}"


def write_plan(installed: Installation, order: CrawlOrder, run_id: str) -> tuple[Path, frontier.Known]:
    """Writes the plan of a crawl and what is known of the source's addresses; the plan's path, and how much is known.

    Captures that an interrupted run left unloaded are loaded first, so that nothing is fetched twice. Raises
    CrawlRefused where the source may not be asked now, with the reason.
    """
    folder = installed.folder
    folder.plans.mkdir(parents=True, exist_ok=True)
    stem = plan_stem(run_id, order.source.id)
    plan_path = folder.plans / f"{stem}.json"
    known_path = folder.plans / f"{stem}.known.jsonl"
    plan = CrawlPlan(
        run_id=run_id,
        source_id=order.source.id,
        mode=order.mode,
        since=order.since,
        limit=order.limit,
        archive=folder.archive,
        extra_sources=folder.sources if folder.sources.is_dir() else None,
        host_map=dict(installed.host_map),
        contact=os.environ.get(CONTACT_VARIABLE) or None,
        known=known_path,
        urls_from=order.urls.absolute() if order.urls else None,
        only=("operator",) if order.urls else (),
    )
    preflight(plan, order.source)
    _drop_old_plans(folder.plans)
    with _PLANNING:
        known = _write_known(installed, order, known_path)
    plan.write(plan_path)
    return plan_path, known


_PLANNING = threading.Lock()
"""DuckDB keeps processes apart, not the threads of one: crawls of a batch that were planned side by side, each loading
what a dead run had left, would write at once, and all but one would fail."""


def _write_known(installed: Installation, order: CrawlOrder, path: Path) -> frontier.Known:
    database = installed.folder.warehouse
    # A load that died may have registered what it had no time to read or build.
    loaded = Ledger(installed.folder, "load").read().get(order.source.id)
    died = loaded is not None and loaded.ending != "good"
    try:
        with Store.open_reader(database, wait_s=LOCK_WAIT_S) as store:
            behind = died or has_unregistered(installed, order.source.id, load.known_logs(store))
    except NotBuilt:
        behind = has_unregistered(installed, order.source.id, {})
        if not behind:
            return frontier.Known(write_known(path, ()), 0)  # the first crawl of this archive
    if behind:
        with Store.open_writer(database, wait_s=LOCK_WAIT_S) as store:
            loads.load_source(store, installed, order.source.id)
    with Store.open_reader(database, wait_s=LOCK_WAIT_S) as store:
        return frontier.write_known(
            store,
            path,
            order.source.id,
            order.mode,
            order.since,
            datetime.now(UTC),
            0 if order.urls else order.limit,
            everything=order.revisit_all,
        )


def _drop_old_plans(folder: Path) -> None:
    oldest = time.time() - PLANS_KEPT_DAYS * 86400
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()


def run_crawl(
    context: dg.AssetExecutionContext | dg.OpExecutionContext,
    installed: Installation,
    order: CrawlOrder,
    stop: threading.Event | None = None,
    starter: CrawlStarter | None = None,
) -> dict[str, Any]:
    """Runs one crawl to its end and returns its result (the object that `scraper.plan.result_path` names).

    Once `stop` is set the crawl is ended as if cancelled. With a `starter` it is a fork of that, else an interpreter of
    its own. Raises Failure where it brought nothing that counts; what it fetched is kept in any case, for the next
    load. The ledger is told how it began and ended. A source that another run is crawling, by whatever way that was
    started, is left to it: Failure, and nothing is noted.
    """
    try:
        turn = SourceLock(installed.folder.operations, order.source.id).acquire()
    except SourceBusy as busy:
        since = f" since {to_local(busy.since):%H:%M}" if busy.since else ""
        raise dg.Failure(
            f"{order.source.id} is being crawled already (process {busy.pid}{since}). That crawl brings what this one"
            " would have; afterwards this run can be started again",
            allow_retries=False,
        ) from busy
    with turn:
        return _crawl_alone(context, installed, order, stop, turn, starter)


def _crawl_alone(
    context: dg.AssetExecutionContext | dg.OpExecutionContext,
    installed: Installation,
    order: CrawlOrder,
    stop: threading.Event | None,
    turn: SourceLock,
    starter: CrawlStarter | None,
) -> dict[str, Any]:
    source_id = order.source.id
    ledger = Ledger(installed.folder, order.mode)

    def note(change: Callable[[], None]) -> None:
        try:
            change()
        except OSError as error:  # a full disk must not cost the crawl as well
            context.log.warning(f"the ledger of crawls could not be written: {error}")

    note(lambda: ledger.started(source_id, context.run_id, datetime.now(UTC)))

    def ended(ending: Ending, message: str = "", may_pass: bool = False) -> None:
        note(
            lambda: ledger.ended(
                source_id, context.run_id, ending, datetime.now(UTC), message=message, may_pass=may_pass
            )
        )

    try:
        plan_path, known = write_plan(installed, order, context.run_id)
    except CrawlRefused as refusal:
        ended("refused", str(refusal))
        raise dg.Failure(f"{source_id}: {refusal}", allow_retries=False) from refusal
    except Exception as error:
        ended("failed", f"the crawl could not be planned: {error}", may_pass=True)
        raise
    log_path = plan_path.with_suffix(".log")
    context.log.info(
        f"crawling {source_id} ({order.mode}): {known.due} of {known.rows} known addresses are due; "
        f"by hand: scrapy crawl news -a plan={plan_path}"
    )
    for step in known.fitted:
        context.log.info(
            f"articles up to {step.age_h:g} h old are looked at every {step.wait_h:.2g} h, not {step.usual_h:g}: "
            f"{step.edits} of the last {step.looks} looks found a change"
        )
    try:
        limit_passed, code = _child(context, installed.folder, plan_path, order, log_path, stop, turn, starter)
    except Exception as error:
        if str(getattr(error, "description", "")) == CANCELLED:
            ended("cancelled", CANCELLED)
        else:  # of Dagster's files, say: no reason not to try again
            ended("failed", f"{source_id}: its crawl lost its step: {type(error).__name__}: {error}", may_pass=True)
        raise
    except BaseException:
        ended("cancelled", CANCELLED)
        raise
    context.log.info(progress_line(progress_path(plan_path)) or "no progress was written")
    if limit_passed:
        context.log.warning(f"{source_id}: stopped: {limit_passed}")
    result = read_result(plan_path)
    verdict = judge(order.source, result, code, log_path)
    if not verdict.ok:
        ended("blocked" if verdict.blocked else "failed", verdict.message, verdict.retry)
        failure = dg.Failure(
            verdict.message,
            metadata={
                "log": dg.MetadataValue.md(f"```\n{_tail(log_path)}\n```"),
                "result": dg.MetadataValue.json(result or {}),
            },
            allow_retries=False,
        )
        if verdict.retry and order.retries and context.retry_number < RETRIES:
            context.log.warning(f"{verdict.message} Trying again.")
            raise dg.RetryRequested(RETRIES, FIRST_RETRY_S * 2**context.retry_number) from failure
        raise failure
    if verdict.blocked:
        ended("blocked", verdict.warning, may_pass=True)
    elif limit_passed:
        ended("failed", f"{source_id}: {limit_passed}; what was fetched is kept", may_pass=True)
    elif verdict.warning:
        ended("failed", verdict.warning, may_pass=True)  # the rest is due at once, not only tomorrow
    else:
        ended("good")
        plan_path.with_suffix(".known.jsonl").unlink(missing_ok=True)  # as large as the archive is old; of use no more
    if verdict.warning:
        context.log.warning(verdict.warning)
    return {**(result or {}), "warning": verdict.warning or limit_passed}


def _child(
    context: dg.AssetExecutionContext | dg.OpExecutionContext,
    folder: DataFolder,
    plan_path: Path,
    order: CrawlOrder,
    log_path: Path,
    stop: threading.Event | None,
    turn: SourceLock,
    starter: CrawlStarter | None,
) -> tuple[str, int | None]:
    """Runs the crawl of the plan as a child; which limit ended it (empty for none), and its exit code."""
    with (
        dg.open_pipes_session(
            context=context,
            context_injector=dg.PipesEnvContextInjector(),
            message_reader=dg.PipesTempFileMessageReader(),
        ) as session,
        log_path.open("ab") as log,
    ):
        child = _start(
            plan_path, {**os.environ, **session.get_bootstrap_env_vars()}, log.fileno(), turn.fileno(), starter
        )
        try:
            limit_passed = _wait(context, folder, child, order, stop)
        finally:
            end_group(child)
    return limit_passed, child.returncode


def _start(
    plan_path: Path, environment: dict[str, str], log: int, kept: int, starter: CrawlStarter | None
) -> subprocess.Popen[bytes] | StartedCrawl:
    """Starts the crawl in a process group of its own, so that nothing of it outlives the step.

    It holds the descriptor `kept`: where this process is killed, the source is not free before the child is gone.
    """
    if starter is not None:
        with contextlib.suppress(NotStarted):
            return starter.start(plan_path, environment, log, kept)
    return subprocess.Popen(
        [sys.executable, "-m", "dagster_project.crawl_child", str(plan_path), str(os.getpid())],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        pass_fds=(kept,),
        start_new_session=True,
    )


def _wait(
    context: dg.AssetExecutionContext | dg.OpExecutionContext,
    folder: DataFolder,
    child: subprocess.Popen[bytes] | StartedCrawl,
    order: CrawlOrder,
    stop: threading.Event | None,
) -> str:
    """Waits for the child; says which limit it passed, if any. A run cancelled from elsewhere ends here too."""
    deadline = time.monotonic() + order.max_seconds
    look = time.monotonic() + _LOOK_AT_RUN_S
    weigh = time.monotonic() + _WEIGH_S
    while child.poll() is None:
        now = time.monotonic()
        if now > deadline:
            return f"it took longer than {order.max_seconds:.0f} s, the limit of one crawl"
        if now > weigh:
            weigh = now + _WEIGH_S
            held = memory_of(child.pid)
            if held > order.max_bytes:
                return f"it held {held / 1e6:.0f} MB of memory, more than the {order.max_bytes / 1e6:.0f} of one crawl"
            if no_room := room.wanting(folder):
                return no_room
        if now > look:
            look = now + _LOOK_AT_RUN_S
            run = context.instance.get_run_by_id(context.run_id)
            if run is not None and run.status == dg.DagsterRunStatus.CANCELING:
                raise dg.Failure(CANCELLED, allow_retries=False)
        if stop is not None and stop.is_set():
            raise dg.Failure(CANCELLED, allow_retries=False)
        time.sleep(_BEAT_S)
    return ""


CANCELLED = "cancelled; what was fetched is kept, and the next run goes on"


def memory_of(pid: int) -> int:
    """Bytes of resident memory of a process and all its descendants; 0 once it has gone."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    total = 0
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            total += member.memory_info().rss
    return total


def end_group(child: subprocess.Popen[bytes] | StartedCrawl, grace_s: float = GRACE_S) -> None:
    """Ends a crawl and all that it started: asked first, so that it closes its files; killed after `grace_s` s."""
    try:
        if child.poll() is None:
            _signal_group(child, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=grace_s)
    finally:  # also when a second interrupt comes while we wait
        _signal_group(child, signal.SIGKILL)
        child.wait()


def _signal_group(child: subprocess.Popen[bytes] | StartedCrawl, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # the group is gone already
        os.killpg(child.pid, number)


def read_result(plan_path: Path) -> dict[str, Any] | None:
    """What the crawl said when it ended; None where it was killed before it could."""
    try:
        result: dict[str, Any] = json.loads(result_path(plan_path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return result


def _tail(log: Path, size: int = 4000) -> str:
    try:
        return log.read_bytes()[-size:].decode("utf-8", "replace")
    except OSError as error:
        return f"(no log: {error})"
