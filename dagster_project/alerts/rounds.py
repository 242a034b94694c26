"""One turn of the alerts: look, remember, send. The daemon makes one every minute, `tintinh alerts send` one by hand.

Belongs here: putting the parts together so that no failure of one ever reaches a run. Does not: the parts.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from dagster_project.alerts.book import book_path, note, send_waiting
from dagster_project.alerts.deliver import channels
from dagster_project.alerts.gather import gather
from dagster_project.alerts.settings import AlertSettings, load_settings
from dagster_project.alerts.words import Alert, Trouble
from dagster_project.installation import Installation, Unusable
from dagster_project.statefile import changing
from scraper.registry import BadSource, UnknownSource

if TYPE_CHECKING:
    from dagster import AssetCheckKey, DagsterInstance


@dataclass(slots=True)
class Turn:
    """What one turn did."""

    told: list[Alert] = field(default_factory=list)
    open: int = 0
    errors: dict[str, str] = field(default_factory=dict)  # channel or part -> what went wrong


def turn(
    installed: Installation,
    instance: DagsterInstance,
    check_keys: Collection[AssetCheckKey],
    now: datetime,
    *,
    from_daemon: bool = True,
) -> Turn:
    """Looks for troubles, puts what is new into the outbox, and sends what waits. Never raises."""
    done = Turn()
    try:
        settings = load_settings(installed.folder)
    except Unusable as error:
        done.errors["settings"] = str(error)
        settings = AlertSettings()  # into the file at least, and that the settings are broken with it
    found = gather(installed, instance, check_keys, settings, now, from_daemon=from_daemon)
    if "settings" in done.errors:
        found.troubles.append(Trouble("settings", "engine", done.errors["settings"]))
    done.open = len(found.troubles)
    try:
        ways = channels(settings, installed.folder)
        _see_sources(installed, now)
        done.told = note(
            installed.folder, found.troubles, now, settings, ways, lambda s: title(installed, s), found.blind
        )
        done.errors |= send_waiting(installed.folder, ways, now)
    except Exception as error:  # alerts tell of troubles, they must not make any
        done.errors["alerts"] = f"{type(error).__name__}: {error}"
    return done


def _see_sources(installed: Installation, now: datetime) -> None:
    """Remembers since when each source is on schedule: one that was never crawled is silent from then on."""
    with changing(book_path(installed.folder)) as book:
        seen = book.get("sources_seen", {})
        book["sources_seen"] = {
            source.id: seen.get(source.id, now.isoformat()) for source in installed.scheduled_sources()
        }


def title(installed: Installation, subject: str) -> str:
    """The subject as people know it: an outlet by its name."""
    if subject == "engine":
        return "tintinh itself"
    if subject == "disk":
        return "The disk"
    kind, _, name = subject.partition(":")
    if kind in {"check", "run"} and name:
        return f"{'Check' if kind == 'check' else 'Job'} {name}"
    try:
        return f"{installed.registry.get(subject).name} ({subject})"
    except (UnknownSource, BadSource):
        return subject
