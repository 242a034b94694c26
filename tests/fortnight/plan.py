"""What happens when: the plan of the fortnight, from `plan.yaml` or another file of that form.

Belongs here: reading the plan, and the step from its days and hours to instants. Does not: making any of it happen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from pipelines.zone import VIETNAM

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Outlet:
    """An invented outlet."""

    id: str
    name: str
    per_day: tuple[float, ...]  # articles in the mean, Monday to Sunday
    page: str  # template
    finder: str  # section, feed or sitemap
    window: str | None = None

    @property
    def host(self) -> str:
        return f"{self.id}.example"

    def source_file(self) -> dict[str, Any]:
        """What stands in its source file."""
        home = f"https://{self.host}/"
        found = {
            "section": {"sections": [{"url": home + "tin-moi", "paging": "{section}/trang-{n}"}], "latest_pages": 4},
            "feed": {"feeds": [home + "tin-moi.rss"]},
            "sitemap": {"sitemaps": [home + "sitemap.xml"]},
        }
        pace: dict[str, Any] = {"delay_s": 0, "autothrottle": False, "timeout_s": 5, "retries": 1}
        if self.window:
            pace["night_window"] = self.window
        return {
            "id": self.id, "name": self.name, "kind": "newspaper", "home": home, "hosts": [self.host], "enabled": True,
            "article_patterns": [r"-(?P<id>\d+)\.html$"], "discovery": found[self.finder], "pace": pace,
            "schedule": {"cron": "30 5 * * *"},
        }  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong on purpose, and the alert that must say so."""

    name: str
    kind: str  # dead, layout, blocked, clock, disk, kill
    subject: str  # of the alert: an outlet, disk, engine
    start: datetime
    end: datetime
    told: frozenset[str]  # kinds or details of trouble of which the alert names one
    during: str = ""  # kill: the step in the middle of which it comes


@dataclass(frozen=True)
class Plan:
    """The whole of it."""

    first_day: date
    history_days: int
    days: int
    seed: int
    cycles: tuple[datetime, ...]
    ticks: tuple[int, ...]
    watch: timedelta
    quiet_days: int
    disk_mb: int
    disk_alert_mb: int
    outlets: tuple[Outlet, ...]
    faults: tuple[Fault, ...]

    @property
    def start(self) -> datetime:
        """Midnight at which the first day begins."""
        return datetime.combine(self.first_day, time(), VIETNAM)

    def day_of(self, moment: datetime) -> int:
        """The number of the day, from 1; history has numbers below."""
        return (moment.astimezone(VIETNAM).date() - self.first_day).days + 1

    def at_work(self, kind: str, outlet: str, moment: datetime) -> bool:
        """Whether a fault of that kind holds for the outlet now."""
        return any(f.kind == kind and f.subject == outlet and f.start <= moment < f.end for f in self.faults)

    def history(self) -> Iterator[date]:
        """The days before the first."""
        for back in range(self.history_days, 0, -1):
            yield self.first_day - timedelta(days=back)


def read(path: Path = HERE / "plan.yaml") -> Plan:
    """The plan in that file."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    first: date = raw["first_day"]

    def instant(text: str) -> datetime:
        day, clock = text.split()
        return datetime.combine(first + timedelta(days=int(day) - 1), time.fromisoformat(clock), VIETNAM)

    daily = [instant(f"{day} {clock}") for day in range(1, raw["days"] + 1) for clock in raw["cycles"]]
    faults = tuple(
        Fault(
            row["name"], row["kind"], row.get("subject") or row["outlet"], instant(row["from"]), instant(row["to"]),
            frozenset(row["told"]), row.get("while", ""),
        )
        for row in raw["faults"]
    )  # fmt: skip
    return Plan(
        first, raw["history_days"], raw["days"], raw["seed"],
        tuple(sorted({*daily, *map(instant, raw.get("more_cycles", ()))})), tuple(raw["ticks"]),
        timedelta(minutes=raw["watch_minutes"]), raw["quiet_days"], raw["disk_mb"], raw["disk_alert_mb"],
        tuple(Outlet(**{**row, "per_day": tuple(row["per_day"])}) for row in raw["outlets"]), faults,
    )  # fmt: skip
