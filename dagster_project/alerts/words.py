"""Troubles and the words they are told in.

Belongs here: what a trouble is, how several become one message. Does not: finding them, remembering, sending.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pipelines.zone import to_local

Kind = Literal[
    "crawl-failed",
    "blocked",
    "refused",
    "silent",
    "source-file",
    "check",
    "run-failed",
    "disk",
    "engine",
    "blind",
    "settings",
]
"""What can be wrong; docs/operate.md says of each what it means and what to do."""

State = Literal["new", "still", "over"]
_MOST = 12


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong now. Troubles of one `subject` (an outlet, the disk, a job) are told together."""

    kind: Kind
    subject: str  # source id, or disk, engine, check:NAME, run:JOB
    message: str  # what is wrong, and what to do
    detail: str = ""  # tells apart troubles of one kind and subject: the name of a check
    event: bool = False  # something that happened: told once, and never over

    @property
    def key(self) -> str:
        """What stays the same while the trouble lasts."""
        return ":".join(filter(None, (self.kind, self.subject, self.detail)))


@dataclass(frozen=True, slots=True)
class Alert:
    """All troubles of one subject, as they are told at one moment."""

    state: State
    subject: str
    title: str  # the subject as people know it
    since: datetime
    troubles: tuple[Trouble, ...] = ()

    def lines(self) -> list[str]:
        """The alert as text."""
        since = to_local(self.since).strftime("%d/%m %H:%M")
        if self.state == "over":
            return [f"OVER   {self.title}: all well again (since {since} it was not)"]
        head = {"new": "NEW    ", "still": "STILL  "}[self.state] + f"{self.title} (since {since})"
        return [head, *(f"  - {trouble.message}" for trouble in self.troubles)]


@dataclass(frozen=True, slots=True)
class Message:
    """What goes out at once."""

    id: str
    at: datetime
    subject: str
    text: str
    alerts: tuple[dict[str, Any], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The body of the webhook and the line of the file: `text` for chat services, `alerts` for programs."""
        return {
            "id": self.id,
            "at": self.at.isoformat(),
            "subject": self.subject,
            "text": self.text,
            "alerts": list(self.alerts),
        }


def compose(message_id: str, alerts: Sequence[Alert], now: datetime, place: str) -> Message:
    """One message for these alerts; `place` is the data folder."""
    order = {"new": 0, "still": 1, "over": 2}
    sorted_alerts = sorted(alerts, key=lambda alert: (order[alert.state], alert.title))
    counts = {state: sum(alert.state == state for alert in alerts) for state in ("new", "still", "over")}
    told = [f"{counts[state]} {state}" for state in ("new", "still", "over") if counts[state]]
    names = ", ".join(alert.title for alert in sorted_alerts[:3]) + (" ..." if len(alerts) > 3 else "")
    text = "\n".join("\n".join(alert.lines()) for alert in sorted_alerts)
    text += f"\n\n{socket.gethostname()}, {place}. `tintinh alerts list`: what is open; docs/operate.md: what to do."
    return Message(
        id=message_id,
        at=now,
        subject=f"tintinh: {', '.join(told)}: {names}"[:180],
        text=text,
        alerts=tuple(
            {
                "state": alert.state,
                "subject": alert.subject,
                "title": alert.title,
                "since": alert.since.isoformat(),
                "troubles": [
                    {"kind": t.kind, "detail": t.detail, "message": t.message} for t in alert.troubles[:_MOST]
                ],
            }
            for alert in sorted_alerts
        ),
    )
