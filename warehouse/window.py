"""The newest part of the published file as checks look at it: what is judged, and the history it is judged by.

Belongs here: asking the published file, at a given instant, for one outlet or all. Does not: what is too much or too
little (`warehouse.norms`, and the thresholds of `dagster_project.checks`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pipelines.people.lexicon import lexicon
from pipelines.records import Capture
from pipelines.zone import local_date
from warehouse import statements
from warehouse.norms import Sample
from warehouse.rows import capture_of
from warehouse.store import Store


@dataclass(frozen=True, slots=True)
class Span:
    """How far a look goes."""

    few: int  # articles that are judged at least, where there are so many
    back_days: int  # of history
    late_days: int  # after which an article that is seen for the first time is no news (a backfill)
    round_h: int  # hours before the last exchange that count as the last round
    ahead_min: int  # minutes that a publication may lie after the first sight
    suspect: Collection[str]  # flags that make a date doubtful


@dataclass(frozen=True, slots=True)
class SourceSeen:
    """What is known of an outlet's visits up to the instant that is asked for."""

    source_id: str
    first_day: date  # in Vietnam
    last_visit: datetime
    last_answer: datetime | None
    name: str | None
    cron: str | None
    scheduled: bool


class Window:
    """An open look at the published file; made by `opened`."""

    def __init__(self, store: Store, moment: datetime, span: Span, source_id: str | None) -> None:
        self.store = store
        self.moment = moment
        self.day = local_date(moment)
        self.span = span
        self.source_id = source_id
        given = {
            "moment": moment, "day": self.day, "source": source_id, "few": span.few, "back": span.back_days,
            "late": span.late_days, "span_h": span.round_h,
        }  # fmt: skip
        for statement in statements.each("check_window"):
            store.con.execute(statement, {name: value for name, value in given.items() if f"${name}" in statement})
        store.con.execute(
            statements.get("check_traits"),
            {"suspect": list(span.suspect), "surnames": sorted(lexicon().surnames), "ahead_min": span.ahead_min},
        )

    def sources(self) -> dict[str, SourceSeen]:
        """The outlets that have captures, by id."""
        rows = self.store.rows("SELECT * FROM seen_sources ORDER BY source_id")
        return {row["source_id"]: SourceSeen(**row) for row in rows}

    def shares(self, *traits: str) -> Iterator[tuple[str, str, Sample]]:
        """(outlet, trait, sample) for each outlet of which the trait can be asked."""
        for row in self.store.rows(statements.get("check_shares"), {"traits": list(traits)}):
            yield row["source_id"], row["trait"], sample_of(row)

    def origins(self) -> Iterator[tuple[str, str, str, Sample]]:
        """(outlet, field, origin, sample): how many of the articles that have the field took it from there."""
        for row in self.store.rows(statements.get("check_origins")):
            yield row["source_id"], row["field"], row["origin"], sample_of(row)

    def ask(self, name: str, **given: Any) -> list[dict[str, Any]]:
        """The rows of the statement `check_<name>`; the instant, the day and the outlet are given to it as it needs."""
        statement = statements.get(f"check_{name}")
        known = {"moment": self.moment, "day": self.day, "source": self.source_id}
        needed = {key: value for key, value in known.items() if f"${key}" in statement}
        return self.store.rows(statement, {**needed, **given})

    def stored_sample(self, most: int) -> list[Capture]:
        """Up to twice `most` stored responses, half of them fetched within a week; others every day."""
        return [capture_of({"headers": None, **row}) for row in self.ask("warc_sample", most=most)]


def sample_of(row: dict[str, Any], trait: str = "k") -> Sample:
    """The sample in a row with `n`, the count of the trait, and `days` with the same two."""
    return Sample(row["n"], row[trait], [(day["n"], day[trait]) for day in row["days"] or ()])


@contextmanager
def opened(database: Path, moment: datetime, span: Span, source_id: str | None = None) -> Iterator[Window]:
    """A look at the published file as of `moment` (aware); what was seen later counts as not there.

    Raises NotBuilt, Locked or Damaged.
    """
    with Store.open_reader(database) as store:
        yield Window(store, moment, span, source_id)
