"""One day's crawl of all outlets into a generated archive, as the captures and readings that a load gets.

Belongs here: making the day. Does not: loading or measuring it.

The day is the one after the archive's last: 400 new articles (one in twelve tells an older one's text again), 60 edits
and 40 removals of recent articles, and visits that find nothing new, four of five to recent articles.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import generated

from pipelines.records import Caption, Capture, Credit, Reading
from warehouse.rows import capture_of
from warehouse.store import Store

HERE = Path(__file__).parent
CAPTURES, NEW, EDITS, REMOVED = 5000, 400, 60, 40
RECENT = 5000
"""How many of the newest articles most visits go to."""
STARTS = datetime(2026, 1, 9, 17, tzinfo=UTC)
"""Midnight in Vietnam, when the last visits of the generated ten years are over."""


@dataclass(frozen=True, slots=True)
class Day:
    """What a day brought, in the order of its captures."""

    captures: list[Capture]
    readings: list[tuple[str, Reading]]  # with the id of the capture

    def of(self, *source_ids: str) -> Day:
        """What came from these outlets."""
        captures = [capture for capture in self.captures if capture.source_id in source_ids]
        ids = {capture.capture_id for capture in captures}
        return Day(captures, [item for item in self.readings if item[0] in ids])


def made(articles: int, scratch: Path) -> Day:
    """The day after an archive of so many articles; `scratch` is an empty folder."""
    chance = random.Random(articles)
    made = Day([], [])

    def add(capture: Capture, reading: Reading | None = None) -> None:
        moment = STARTS + timedelta(seconds=chance.randrange(86_400))
        made.captures.append(replace(capture, fetched_at=moment))
        if reading:
            made.readings.append((made.captures[-1].capture_id, reading))

    with Store.open_writer(scratch / "new.duckdb") as store:
        generated.fill(store, articles, NEW, articles)
        for row in _rows(store, _column(store, "SELECT min_by(capture_id, fetched_at) FROM captures GROUP BY url")):
            add(capture_of(row["capture"]), _reading(row, published_at=STARTS))
    with Store.open_reader(generated.archive(articles)) as store:
        known = _column(
            store, "SELECT version_id FROM articles WHERE versions = 1 AND status = 'live' ORDER BY first_seen"
        )
        recent = chance.sample(known[-RECENT:], min(len(known), RECENT))
        visits = CAPTURES - NEW - EDITS
        visited = recent[EDITS : EDITS + visits * 4 // 5]
        visited += chance.sample(known[:-RECENT], min(len(known) - len(recent), visits - len(visited)))
        for number, row in enumerate(_rows(store, recent[:EDITS])):
            digest = f"sha1:{number:032}"
            body = (f"Đến nay {chance.randrange(9000)} hộ đã nhận hỗ trợ.", *row["body"][1:])
            title = f"{row['title']} (cập nhật)" if number % 3 == 0 else row["title"]
            add(replace(capture_of(row["capture"]), payload_digest=digest), _reading(row, body=body, title=title))
        for number, row in enumerate(_rows(store, visited)):
            seen = capture_of(row["capture"])
            if number % (visits // REMOVED) == 0:
                add(replace(seen, status=404, payload_digest=f"sha1:{number:032}"))
            else:
                add(replace(seen, outcome="not-modified", status=304, payload_digest=None, refers_to=seen.capture_id))
    made.captures.sort(key=lambda capture: capture.fetched_at)
    return made


def _column(store: Store, sql: str) -> list[Any]:
    return [value for (value,) in store.con.execute(sql).fetchall()]


def _rows(store: Store, ids: Sequence[str]) -> list[dict[str, Any]]:
    return store.rows((HERE / "day_rows.sql").read_text(encoding="utf-8"), {"ids": list(ids)})


def _reading(row: Mapping[str, Any], **values: Any) -> Reading:
    given: dict[str, Any] = {
        "url": row["capture"]["url"],
        "page_kind": "article",
        "published_precision": "minute",
        "authors": tuple(
            Credit(credit["name"], tuple(credit["roles"]), credit["kind"], credit["raw"] or "")
            for credit in row["authors"]
        ),
        "sources": tuple(row["credited_sources"]),
        "captions": tuple(Caption(**caption) for caption in row["captions"]),
        "origins": {"title": "selector", "published_at": "json-ld", "authors": "selector", "body": "structure"},
        "confidence": {"title": 0.9, "published_at": 1.0},
    }
    for name in ("native_id", "published_at", "section", "byline_raw", "reader_version", "title", "lead"):
        given[name] = row[name]
    for name in ("tags", "images", "body"):
        given[name] = tuple(row[name])
    return Reading(**{**given, **values})
