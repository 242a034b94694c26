"""Small measures of each article: its topic, how it places tones, the day of which its lead tells.

Belongs here: the rows of `article_measures`. Does not: the measures themselves (`pipelines.measures`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.measures import event_day, tone_placements, topic_of
from warehouse import statements
from warehouse.derived.runner import Derivation
from warehouse.store import Store


def step(store: Store) -> Mapping[str, int]:
    """Replaces the rows of the articles in `todo`."""
    store.con.execute("DELETE FROM article_measures WHERE article_id IN (SELECT article_id FROM todo)")
    rows = [_measured(row) for row in store.rows(statements.get("derive_measures"))]
    store.insert("article_measures", rows)
    return {
        "with_topic": sum(row["topic"] != "other" for row in rows),
        "with_event_day": sum(row["event_date"] is not None for row in rows),
    }


def _measured(row: Mapping[str, Any]) -> dict[str, Any]:
    old, new = tone_placements(row["text"])
    event = event_day(row["opening"], row["published_date"]) if row["published_date"] else None
    return {
        "article_id": row["article_id"],
        "source_id": row["source_id"],
        "topic": topic_of(row["section"]),
        "tones_old": old,
        "tones_new": new,
        "look_alike_d": row["look_alike_d"],
        "event_date": event[0] if event else None,
        "event_raw": event[1] if event else None,
    }


MEASURES = Derivation(
    name="article_measures",
    version="1",
    description="Topic of the section, tone placement, the day of which the lead tells.",
    tables=("article_measures",),
    step=step,
    kinds=("python", "duckdb"),
)
