"""What is open, what was told when, and what waits to be sent: the memory of alerts, a file in the data folder.

Belongs here: the step from troubles to alerts (group, new, still, over) and the outbox with its tries. Does not: what
is wrong (`gather`), the words (`words`), the sending (`deliver`).
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dagster_project.alerts.deliver import Channel, NotDelivered
from dagster_project.alerts.settings import AlertSettings
from dagster_project.alerts.words import Alert, Message, Trouble, compose
from dagster_project.paths import DataFolder
from dagster_project.statefile import changing, read_state

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
GIVE_UP = timedelta(days=3)
"""A message that could not be sent for so long is dropped; what is still wrong is in a newer one."""

CALM = timedelta(minutes=30)
"""A trouble must be away for so long before it counts as over: what comes and goes is one trouble."""


def book_path(folder: DataFolder) -> Path:
    """Where the memory lies."""
    return folder.operations / "alerts.json"


def read_book(folder: DataFolder) -> dict[str, Any]:
    """The memory as it is: `subjects` (open ones), `outbox`, `last_round`."""
    return read_state(book_path(folder))


def note(
    folder: DataFolder,
    troubles: Iterable[Trouble],
    now: datetime,
    settings: AlertSettings,
    names: Iterable[str],
    title: Callable[[str], str] = str,
    blind: Collection[str] = (),
) -> list[Alert]:
    """Compares troubles with what is remembered; puts one message with all that is to be told into the outbox.

    `names` are the channels that the message goes to, `blind` the kinds of trouble that could not be looked for now:
    those that were open stay so. Returns what is told. Raises OSError where the memory cannot be
    written.
    """
    with changing(book_path(folder)) as book:
        alerts = _compare(book, [*troubles, *_kept(book, blind)], now, settings, title)
        book["last_round"] = _text(now)
        if alerts:
            message = compose(uuid.uuid4().hex[:12], alerts, now, str(folder.root))
            book["last_message"] = _text(now)
            book.setdefault("outbox", []).append(
                {
                    **message.as_json(),
                    "waiting": {name: {"tries": 0, "next": _text(now), "error": ""} for name in names},
                }
            )
        return alerts


def _kept(book: Mapping[str, Any], blind: Collection[str]) -> list[Trouble]:
    rows = book.get("subjects", {}).items()
    return [Trouble(subject=s, **t) for s, row in rows for t in row["troubles"] if t["kind"] in blind]


def _compare(
    book: dict[str, Any], troubles: list[Trouble], now: datetime, settings: AlertSettings, title: Callable[[str], str]
) -> list[Alert]:
    by_subject: dict[str, list[Trouble]] = defaultdict(list)
    for trouble in sorted(troubles, key=lambda t: t.key):
        if not {trouble.subject, trouble.kind, trouble.detail} & set(settings.mute):
            by_subject[trouble.subject].append(trouble)
    subjects: dict[str, Any] = book.setdefault("subjects", {})
    for subject, found in by_subject.items():
        row = subjects.setdefault(subject, {"since": _text(now), "told": None})
        row["title"] = title(subject)
        row["away_since"] = None
        row["troubles"] = [{"kind": t.kind, "message": t.message, "detail": t.detail, "event": t.event} for t in found]
    for subject, row in subjects.items():
        if subject not in by_subject and not row.get("away_since"):
            row["away_since"] = _text(now)
    last = _time(book.get("last_message"))
    if last is not None and now - last < timedelta(minutes=settings.pause_minutes):
        return []  # told with the next message
    repeat = timedelta(hours=settings.repeat_hours)
    before = book.setdefault("told_before", {})  # of subjects that are over: none is told twice within `repeat`
    alerts: list[Alert] = []
    for subject, row in list(subjects.items()):
        told, away, since = _time(row["told"]), _time(row.get("away_since")), _time(row["since"]) or now
        said = tuple(Trouble(subject=subject, **t) for t in row["troubles"])
        event = all(trouble.event for trouble in said)
        if away is not None and (told is not None or not event):
            if now - away < CALM:
                continue
            if told is not None:
                before[subject] = row["told"]
                if not event:
                    alerts.append(Alert("over", subject, row["title"], since))
            del subjects[subject]
            continue
        last_told = told if event else told or _time(before.get(subject))
        if last_told is not None and (event or now - last_told < repeat):
            continue
        row["told"] = _text(now)
        alerts.append(Alert("new" if told is None else "still", subject, row["title"], since, said))
    book["told_before"] = {
        subject: moment
        for subject, moment in before.items()
        if (told := _time(moment)) is not None and now - told < repeat
    }
    return alerts


def send_waiting(folder: DataFolder, channels: Mapping[str, Channel], now: datetime) -> dict[str, str]:
    """Tries every waiting delivery whose time has come; returns the errors by channel. Never raises NotDelivered."""
    errors: dict[str, str] = {}
    done: dict[tuple[str, str], str] = {}  # (message, channel) -> error, empty for sent
    for row in read_book(folder).get("outbox", []):
        for name, state in row["waiting"].items():
            if (_time(state["next"]) or now) > now:
                continue
            channel = channels.get(name)
            if channel is None:
                done[row["id"], name] = ""  # no longer set: nobody to tell
                continue
            try:
                channel(_message(row))
            except NotDelivered as error:
                errors[name] = str(error)
                done[row["id"], name] = str(error)
            else:
                done[row["id"], name] = ""
    if done:
        with changing(book_path(folder)) as book:
            book["outbox"] = [row for row in (_after(r, done, now) for r in book.get("outbox", [])) if row]
    return errors


def _after(row: dict[str, Any], done: Mapping[tuple[str, str], str], now: datetime) -> dict[str, Any] | None:
    """The row of the outbox after these tries; None once nothing of it waits, or it is too old."""
    for name, state in list(row["waiting"].items()):
        error = done.get((row["id"], name))
        if error is None:
            continue
        if not error:
            del row["waiting"][name]
            continue
        wait = min(FIRST_RETRY * 2 ** min(state["tries"], 10), LONGEST_RETRY)
        row["waiting"][name] = {"tries": state["tries"] + 1, "next": _text(now + wait), "error": error}
    too_old = now - (_time(row["at"]) or now) > GIVE_UP
    return None if too_old or not row["waiting"] else row


def _message(row: Mapping[str, Any]) -> Message:
    at = _time(row["at"]) or datetime.now(UTC)
    return Message(row["id"], at, row["subject"], row["text"], tuple(row["alerts"]))


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _time(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
