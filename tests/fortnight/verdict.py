"""What the fortnight came to: was anything lost, was every trouble told by one alert, and nothing else?

Belongs here: comparing what the papers served and what was planted with what the archive and the alerts say. Does not:
making any of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dagster_project import registering
from dagster_project.installation import Installation
from fortnight import outlets
from fortnight.drive import Record
from fortnight.plan import Fault
from pipelines.zone import to_local
from warehouse import load
from warehouse.store import Store


@dataclass(frozen=True)
class Told:
    """One alert that was new."""

    at: datetime
    subject: str
    whats: frozenset[str]  # kinds and details of its troubles
    message: str


@dataclass
class Verdict:
    """Everything that is printed."""

    days: list[tuple[Any, ...]] = field(default_factory=list)
    troubles: list[tuple[str, str, str, str, bool]] = field(default_factory=list)  # name, alert, delay, how many, well
    lost: list[str] = field(default_factory=list)
    false_edits: list[str] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)
    checked: int = 0
    false_alarms: list[str] = field(default_factory=list)
    early_alarms: list[str] = field(default_factory=list)
    ui_well: int = 0
    ui_failed: int = 0
    ui_slowest: float = 0.0
    notes: list[str] = field(default_factory=list)

    @property
    def as_required(self) -> bool:
        """Whether the fortnight went as it must."""
        told = all(well for *_, well in self.troubles)
        return told and not (self.lost or self.false_edits or self.false_alarms or self.ui_failed or self.wrong)

    def text(self) -> str:
        """The tables."""
        lines = [
            "",
            "| day | cycles | articles | edits | alerts: new, still, over |",
            "| --- | --- | --- | --- | --- |",
        ]
        lines += [f"| {' | '.join(map(str, row))} |" for row in self.days]
        lines += ["", "| planted | told by | alerts | after |", "| --- | --- | --- | --- |"]
        lines += [
            f"| {name} | {alert} | {number} | {delay}{'' if well else '  NOT AS REQUIRED'} |"
            for name, alert, delay, number, well in self.troubles
        ]
        fields = ", ".join(f"{name} {n}" for name, n in sorted(self.wrong.items())) or "none"
        lines += [
            "",
            f"lost: {len(self.lost)}",
            f"false edits: {len(self.false_edits)}",
            f"wrong fields of {self.checked} articles: {fields}",
            f"false alarms: {len(self.false_alarms)} (before: {len(self.early_alarms)})",
            f"UI answers: {self.ui_well} well, {self.ui_failed} failed, the slowest after {self.ui_slowest:.1f} s",
            *self.notes,
        ]
        for title, found in (
            ("lost", self.lost), ("false edit", self.false_edits), ("false alarm", self.false_alarms),
            ("early alarm", self.early_alarms),
        ):  # fmt: skip
            lines += [f"  {title}: {one}" for one in found[:20]]
        return "\n".join(lines)


def judge(record: Record) -> Verdict:
    """Compares everything."""
    verdict = Verdict()
    with Store.open_writer(record.folder.warehouse) as store:
        _kept(record, store, verdict)
        _days(record, store, verdict)
    _alerts(record, verdict)
    ui = record.ui
    assert ui is not None
    verdict.ui_well = sum(well for well, _ in ui.answers)
    verdict.ui_failed = len(ui.answers) - verdict.ui_well
    verdict.ui_slowest = max((seconds for _, seconds in ui.answers), default=0.0)
    verdict.notes.append(f"cycles: {len(record.cycles)}, the daemon killed {record.killed} times")
    verdict.notes.append("runs: " + ", ".join(f"{name} {n}" for name, n in sorted(record.runs.items())))
    verdict.notes += [f"not planted, as this system lets nobody mount a small disk: {f.name}" for f in record.left_out]
    verdict.notes += [f"UI failed: {told}" for told in ui.failures[:5]]
    return verdict


def _kept(record: Record, store: Store, verdict: Verdict) -> None:
    """Every article and version that was served whole is there, says what it said, and there is no other version."""
    plan = record.plan
    by_id = {outlet.id: outlet for outlet in plan.outlets}
    installed = Installation(record.folder)
    known = load.known_logs(store)
    verdict.lost += [
        f"{i}: lines of its logs are not loaded" for i in by_id if registering.has_unregistered(installed, i, known)
    ]
    served: dict[tuple[str, int], set[int]] = defaultdict(set)
    for answer in record.site.served:
        if answer.article is not None and answer.status in {200, 304}:
            served[answer.outlet, answer.article].add(answer.version or 1)
    rows = store.rows(
        "SELECT a.source_id, a.native_id, v.version_no, c.title, c.body, r.published_at, c.authors"
        " FROM articles a JOIN versions v USING (article_id) JOIN contents c USING (content_id)"
        " JOIN readings r ON r.capture_id = v.capture_id AND r.reader_version = v.reader_version"
        " ORDER BY a.source_id, a.native_id, v.version_no"
    )
    stored: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        stored[row["source_id"], int(row["native_id"])].append(row)
    for (outlet_id, number), versions in served.items():
        there = stored.get((outlet_id, number), [])
        if len(there) < len(versions):
            verdict.lost.append(f"{outlet_id} {number}: served {len(versions)} versions, {len(there)} are there")
    for (outlet_id, number), there in stored.items():
        article = outlets.by_number(by_id[outlet_id], number, plan.seed)
        if article is None:
            verdict.false_edits.append(f"{outlet_id} {number}: never published")
            continue
        allowed = len(served.get((outlet_id, number), {1}) | {1})
        if len(there) > allowed:
            verdict.false_edits.append(f"{outlet_id} {number}: {len(there)} versions, {allowed} were served")
        _fields(record, article, there[-1], verdict)


def _fields(record: Record, article: outlets.Article, row: dict[str, Any], verdict: Verdict) -> None:
    verdict.checked += 1
    slow = record.plan.at_work("clock", article.outlet, article.published)
    stated = article.published - timedelta(hours=7 if slow else 0)
    names = [person["name"] for person in row["authors"] or ()]
    verdict.wrong.update(
        name
        for name, wrong in (
            ("title", row["title"] != article.title),
            ("published", row["published_at"] != stated),
            ("authors", names != ([article.byline] if article.byline else [])),
            ("body", tuple(row["body"] or ()) not in {article.body, article.edited_body}),
        )
        if wrong
    )


def _days(record: Record, store: Store, verdict: Verdict) -> None:
    plan = record.plan
    edits = Counter(
        plan.day_of(row["valid_from"])
        for row in store.rows("SELECT valid_from FROM versions WHERE version_no > 1 AND valid_from IS NOT NULL")
    )
    articles = Counter(plan.day_of(row["first_seen"]) for row in store.rows("SELECT first_seen FROM articles"))
    alerts: dict[int, Counter[str]] = defaultdict(Counter)
    for at, message in record.receiver.messages:
        alerts[plan.day_of(at)].update(alert["state"] for alert in message["alerts"])
    cycles = Counter(plan.day_of(cycle) for cycle in record.cycles)
    for day in range(1, plan.days + 1):
        told = " ".join(str(alerts[day][state]) for state in ("new", "still", "over"))
        verdict.days.append((day, cycles[day], articles[day], edits[day], told))


def _alerts(record: Record, verdict: Verdict) -> None:
    """Matches new alerts with faults: one each, soon; every other one is a false alarm."""
    plan = record.plan
    new = [
        Told(
            at, alert["subject"], frozenset(w for t in alert["troubles"] for w in (t["kind"], t["detail"]) if w),
            "; ".join(t["message"] for t in alert["troubles"]),
        )
        for at, message in record.receiver.messages
        for alert in message["alerts"]
        if alert["state"] == "new"
    ]  # fmt: skip
    for fault in plan.faults:
        if fault in record.left_out:
            continue
        until = fault.end + timedelta(hours=36)
        mine = [told for told in new if told.subject == fault.subject and fault.start <= told.at < until]
        named = [told for told in mine if told.whats & fault.told]
        new = [told for told in new if told not in mine]
        if not named:
            verdict.troubles.append((fault.name, "nothing", "never", str(len(mine)), False))
            continue
        delay = _delay(record, fault, named[0].at)
        what = ", ".join(sorted(named[0].whats & fault.told))
        verdict.troubles.append(
            (fault.name, f"{fault.subject}: {what}, {to_local(named[0].at):%d/%m %H:%M}", delay_text(delay),
             str(len(mine)), len(mine) == 1 and delay <= 1)
        )  # fmt: skip
    quiet_until = plan.start + timedelta(days=plan.quiet_days)
    for told in new:
        line = f"{to_local(told.at):%d/%m %H:%M} {told.subject}: {told.message[:300]}"
        (verdict.early_alarms if told.at < quiet_until else verdict.false_alarms).append(line)


_EVIDENCE = {"layout": 10, "clock": 10}
"""Pages that must have been fetched before such a trouble can be told from chance; of the others one answer is enough."""


def _delay(record: Record, fault: Fault, told_at: datetime) -> int:
    """Cycles that began after the one that met the trouble, until the alert."""
    begins = fault.end if fault.kind == "kill" else fault.start
    if fault.kind not in {"kill", "disk"}:
        least = _EVIDENCE.get(fault.kind, 1)
        paths: set[str] = set()
        for answer in record.site.served:
            if answer.outlet == fault.subject and answer.fault == fault.kind and answer.at >= fault.start:
                paths.add(answer.path)
                if len(paths) >= least:
                    begins = answer.at
                    break
    return sum(begins < cycle <= told_at for cycle in record.cycles)


def delay_text(cycles: int) -> str:
    """The delay as people read it."""
    return "in the same cycle" if cycles == 0 else f"{cycles} cycle{'s' if cycles > 1 else ''} later"
