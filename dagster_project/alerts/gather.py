"""What is wrong now, from everywhere: crawls, silent sources, runs, checks, the disk, the daemon itself.

Belongs here: looking. Each look is one function; one that fails is itself a trouble, and what it found before stays
open. Does not: grouping and remembering (`book`), or the judgement behind a failed check (`dagster_project.checks`).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from dagster_project.alerts.book import read_book
from dagster_project.alerts.settings import AlertSettings
from dagster_project.alerts.words import Kind, Trouble
from dagster_project.cadence import SPREAD_MINUTES, exhausted, last_due, period
from dagster_project.installation import Installation
from dagster_project.ledger import Attempt, Ledger
from pipelines.zone import to_local

if TYPE_CHECKING:
    from dagster import AssetCheckKey, DagsterInstance, DagsterRun

GAP = timedelta(minutes=90)
"""Looks are made every minute; when none was made for so long, nothing else was either."""

LOOK_BACK = timedelta(days=7)
"""A failed run that is older is history, whether or not a later one went well."""

BY_SOURCE = "sources"
"""Metadata of a check that names sources: an object from source id to what is wrong with it ("" for none alone)."""


@dataclass(slots=True)
class Findings:
    """All troubles of one look, and the kinds that could not be looked for."""

    troubles: list[Trouble] = field(default_factory=list)
    blind: set[str] = field(default_factory=set)


def gather(
    installed: Installation,
    instance: DagsterInstance,
    check_keys: Collection[AssetCheckKey],
    settings: AlertSettings,
    now: datetime,
    *,
    from_daemon: bool = True,
) -> Findings:
    """Looks everywhere. Never raises: what cannot be looked at is a trouble of its own."""
    looks: dict[tuple[Kind, ...], Callable[[], Iterable[Trouble]]] = {
        ("disk",): partial(disk, installed, settings),
        ("crawl-failed", "blocked", "refused"): partial(crawls, installed),
        ("silent",): partial(silence, installed, settings, now),
        ("source-file",): partial(source_files, installed),
        ("run-failed",): partial(runs, instance, now),
        ("check",): partial(checks, instance, check_keys),
        ("engine",): partial(engine, installed, instance, now, from_daemon),
    }
    found = Findings()
    for kinds, look in looks.items():
        try:
            found.troubles.extend(look())
        except Exception as error:
            found.blind.update(kinds)
            message = f"cannot look for {', '.join(kinds)}: {type(error).__name__}: {error}"[:500]
            found.troubles.append(Trouble("blind", "engine", message, kinds[0]))
    return found


def disk(installed: Installation, settings: AlertSettings) -> Iterator[Trouble]:
    """The disk of the data folder under its limit."""
    free = shutil.disk_usage(installed.folder.root).free
    if free < settings.disk_free_mb * 1e6:
        yield Trouble(
            "disk",
            "disk",
            f"{free / 1e6:.0f} MB are left on the disk of {installed.folder.root}, fewer than the"
            f" {settings.disk_free_mb} of `disk_free_mb`. Free some, or move the folder to a larger disk; under 200 MB"
            " no crawl is started",
        )


def crawls(installed: Installation) -> Iterator[Trouble]:
    """Sources whose last crawl failed and is not tried again before its regular time."""
    scheduled = {source.id for source in installed.scheduled_sources()}
    for mode, what in (("latest", ""), ("revisit", "revisit")):
        for source_id, attempt in Ledger(installed.folder, mode).read().items():
            if source_id in scheduled and exhausted(attempt):
                endings: dict[str, Kind] = {"blocked": "blocked", "refused": "refused"}
                kind = endings.get(attempt.ending or "", "crawl-failed")
                yield Trouble(kind, source_id, attempt.message, what)


def source_files(installed: Installation) -> Iterator[Trouble]:
    """The operator's source files that cannot be used."""
    for source_id, fault in installed.registry.bad.items():
        yield Trouble(
            "source-file",
            source_id,
            f"{fault}. The outlet is not crawled until the file under {installed.folder.sources} is mended;"
            " `tintinh doctor` says whether it is",
        )


def silence(installed: Installation, settings: AlertSettings, now: datetime) -> Iterator[Trouble]:
    """Sources without a good crawl for longer than some of their own periods."""
    ledger = Ledger(installed.folder).read()
    seen: Mapping[str, str] = read_book(installed.folder).get("sources_seen", {})
    for source in installed.scheduled_sources():
        attempt = ledger.get(source.id)
        first = datetime.fromisoformat(seen[source.id]) if source.id in seen else now
        since = (attempt.last_good if attempt else None) or first
        allowed = period(source, now) * settings.silent_after + timedelta(minutes=SPREAD_MINUTES)
        if now - since > allowed:
            told = f"{to_local(since):%d/%m %H:%M}"
            yield Trouble("silent", source.id, _silent(source.id, attempt, told, last_due(source, now)))


def _silent(source_id: str, attempt: Attempt | None, since: str, due: datetime) -> str:
    if attempt is None:
        return (
            f"{source_id}: never crawled since {since}, though it was due {to_local(due):%d/%m %H:%M}."
            " Does the daemon run, and is the sensor `crawls_due_sensor` on?"
        )
    return (
        f"{source_id}: no good crawl since {since}; the last try ended {attempt.ending or 'without a word'}."
        f" `tintinh crawl {source_id}` tries at once; `stopped` in its source file ends this alert"
    )


def runs(instance: DagsterInstance, now: datetime) -> Iterator[Trouble]:
    """Jobs whose latest run failed; failed crawls are told by `crawls`, with what they say about the source."""
    from dagster import DagsterRunStatus, RunsFilter

    latest: dict[str, DagsterRun] = {}
    over = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE]
    for record in instance.get_run_records(
        filters=RunsFilter(statuses=over, created_after=now - LOOK_BACK), limit=1000
    ):
        run = record.dagster_run
        latest.setdefault(_line(run), run)
    for line, run in latest.items():
        if run.status == DagsterRunStatus.FAILURE and (told := _failure(instance, run)):
            yield Trouble("run-failed", f"run:{line}", f"{line}: {told} (run {run.run_id[:8]} in the Dagster UI)")


def _line(run: DagsterRun) -> str:
    """The runs that one success puts right: those of a job, and of a partition where it has some."""
    partition = run.tags.get("dagster/partition", "")
    return f"{run.job_name} of {partition}" if partition else run.job_name


CRAWLING_STEPS = frozenset({"captures", "crawl_outlets", "judge_outlets"})
"""Steps whose failure the ledger of crawls knows better."""


def _failure(instance: DagsterInstance, run: DagsterRun) -> str:
    """Why the run failed; empty where that is told elsewhere."""
    from dagster import DagsterEventType

    told = ""
    for entry in instance.all_logs(run.run_id, of_type={DagsterEventType.STEP_FAILURE}):
        event = entry.dagster_event
        if event is None or event.step_key in CRAWLING_STEPS:
            return ""
        data = event.step_failure_data
        error = data.error
        while error is not None and error.cause is not None:
            error = error.cause
        user = data.user_failure_data
        words = (user.description if user else None) or (error.message.strip() if error else "it failed")
        told = told or f"step {event.step_key}: {words}"[:600]
    if told:
        return told
    if run.tags.get("dagster/partition") or run.job_name.startswith(("crawl", "load_batch")):
        return ""  # killed in the middle: the next run goes on, and what stays silent is told as such
    return "the run ended without a word from any step; its process may have been killed"


def checks(instance: DagsterInstance, keys: Collection[AssetCheckKey]) -> Iterator[Trouble]:
    """Checks whose latest evaluation failed: by source where they name some, else by check."""
    from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

    latest = instance.event_log_storage.get_latest_asset_check_execution_by_key(list(keys))
    for key, record in latest.items():
        if record.status != AssetCheckExecutionRecordStatus.FAILED or record.event is None:
            continue
        evaluation = record.event.dagster_event.asset_check_evaluation_data  # type: ignore[union-attr]  # has one
        named = _by_source(evaluation.metadata)
        for source_id, words in named.items():
            subject = source_id or f"check:{key.name}"
            yield Trouble("check", subject, f"{key.name}: {words}"[:1000], key.name)
        if not named:
            name = f"{key.asset_key.to_user_string()}.{key.name}"
            told = evaluation.description or "failed without a word"
            yield Trouble("check", f"check:{key.name}", f"{name}: {told}"[:1000], key.name)


def _by_source(metadata: Mapping[str, Any]) -> dict[str, str]:
    value = getattr(metadata.get(BY_SOURCE), "value", None)
    return {str(k): str(v) for k, v in value.items()} if isinstance(value, dict) else {}


def engine(installed: Installation, instance: DagsterInstance, now: datetime, from_daemon: bool) -> Iterator[Trouble]:
    """A daemon that is down now, or was until a moment ago."""
    last = read_book(installed.folder).get("last_round")
    if last is not None and now - datetime.fromisoformat(last) > GAP:
        was = f"{to_local(datetime.fromisoformat(last)):%d/%m %H:%M} and {to_local(now):%d/%m %H:%M}"
        yield Trouble(
            "engine",
            "engine",
            f"nothing ran between {was}: the machine slept, or the daemon was down. Missed crawls are made up for now",
            event=True,
        )
    if from_daemon:
        return
    beats = [beat.timestamp for beat in instance.get_daemon_heartbeats().values()]
    if beats and now.timestamp() - max(beats) > 600:
        since = f"{to_local(datetime.fromtimestamp(max(beats), now.tzinfo)):%d/%m %H:%M}"
        yield Trouble(
            "engine",
            "engine",
            f"Dagster's daemon has not been heard of since {since}: nothing is crawled. Start it (`tintinh ui`, or"
            " `systemctl start tintinh-daemon`); its log is in `logs` in the data folder",
        )
