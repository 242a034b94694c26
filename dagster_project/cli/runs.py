"""Running the assets from the command line: the same jobs that schedules run, in this process, with a progress bar.

Belongs here: executing jobs on the persistent instance and showing how far they are. Does not: what the jobs do.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.installation import Installation

if TYPE_CHECKING:
    from dagster import DagsterInstance, ExecuteInProcessResult
    from rich.console import Console

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""The terminal shows a bar and tables; the run's whole log is in the Dagster UI."""


@dataclass(slots=True)
class RunOutcome:
    """How a run ended, for the terminal."""

    run_id: str
    ok: bool
    message: str = ""
    metadata: dict[str, dict[str, Any]] = field(default_factory=dict)  # asset -> label -> value

    def summary(self, source_id: str) -> str:
        """One line on what a crawl brought."""
        fetched = self.metadata.get("captures", {})
        built = self.metadata.get("articles", {})
        told = [f"{fetched.get('captures', 0)} captures", f"{built.get('new articles', 0)} new articles"]
        told += [
            f"{built[name]} {name}" for name in ("edits", "moves", "missing", "gone", "returned") if built.get(name)
        ]
        return f"{source_id}: {', '.join(told)}"


class Runner:
    """Executes jobs of the definitions on the data folder's instance. Opened once, used for several runs."""

    def __init__(self, installed: Installation, out: Console) -> None:
        from dagster_project.instance import open_instance

        self.folder = installed.folder
        self.out = out
        self.instance: DagsterInstance = open_instance(installed)
        from dagster_project.definitions import defs

        self._defs = defs

    def crawl(
        self,
        source_id: str,
        *,
        mode: str = "latest",
        since: str = "",
        limit: int = 0,
        revisit_all: bool = False,
        urls: str = "",
    ) -> RunOutcome:
        """captures → readings → articles of one source; the terminal shows done, queued, errors and rate meanwhile."""
        from dagster_project.assets import SOURCES_NAME
        from dagster_project.crawl_step import plan_stem

        self.instance.add_dynamic_partitions(SOURCES_NAME, [source_id])
        order = {
            "mode": mode,
            "since": since,
            "limit": limit,
            "revisit_all": revisit_all,
            "urls": urls,
            "retries": False,
        }
        config = {"ops": {"captures": {"config": order}}}
        run_id = str(uuid.uuid4())
        progress = self.folder.plans / f"{plan_stem(run_id, source_id)}.progress.json"
        with _progress_bar(self.out, source_id, progress):
            return self._execute("crawl", run_id, partition_key=source_id, run_config=config)

    def publish(self) -> RunOutcome:
        """Swaps in a fresh read-only copy, and runs the checks on it."""
        return self._execute("publish", str(uuid.uuid4()))

    def _execute(
        self, job: str, run_id: str, *, partition_key: str | None = None, run_config: dict[str, Any] | None = None
    ) -> RunOutcome:
        from dagster_project.instance import process_tag

        result = self._defs.resolve_job_def(job).execute_in_process(
            run_id=run_id,
            instance=self.instance,
            partition_key=partition_key,
            run_config={**(run_config or {}), **QUIET},
            raise_on_error=False,
            tags=process_tag(),
        )
        if not result.success and _interrupted(result):
            raise KeyboardInterrupt
        return RunOutcome(run_id, result.success, _failure(result), dict(_metadata(result)))


def _interrupted(result: ExecuteInProcessResult) -> bool:
    """Whether Ctrl-C ended the run; Dagster takes it for a failure, or between two steps for none of any step."""
    failures = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    return not failures or any(f.error_source is not None and f.error_source.name == "INTERRUPT" for f in failures)


def _failure(result: ExecuteInProcessResult) -> str:
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error is not None and error.cause is not None and error.cls_name != "Failure":
                error = error.cause
            data = event.step_failure_data.user_failure_data
            if data is not None and data.description:
                return str(data.description)
            return error.message.strip() if error is not None else "the step failed"
    return ""


def _metadata(result: ExecuteInProcessResult) -> Iterator[tuple[str, dict[str, Any]]]:
    for event in result.all_events:
        if event.is_step_materialization:
            found = event.step_materialization_data.materialization
            yield (
                found.asset_key.to_user_string(),
                {label: value.value for label, value in found.metadata.items() if hasattr(value, "value")},
            )


@contextmanager
def _progress_bar(out: Console, source_id: str, path: Path) -> Iterator[None]:
    if not out.is_terminal:
        yield  # nobody looks on; what came in is told at the end
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from dagster_project.crawl_child import crawl_words

    done = threading.Event()
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.fields[source]}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[line]}"),
        TimeElapsedColumn(),
        console=out,
    )
    task = bar.add_task("", source=source_id, line="starting", total=None)

    def follow() -> None:
        while True:
            last = done.wait(0.3)
            state = _read_state(path)
            if state:
                finished, queued = state.get("done", 0), state.get("queued", 0)
                bar.update(task, completed=finished, total=max(finished + queued, 1), line=crawl_words(state))
            if last:
                return

    follower = threading.Thread(target=follow, daemon=True)
    with bar:
        follower.start()
        try:
            yield
        finally:
            done.set()
            follower.join(timeout=2)


def _read_state(path: Path) -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # not written yet, or replaced this instant: the next look finds it
    return state
