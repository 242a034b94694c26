"""The crawl frontier: what is known of a source, and which of it is due.

Belongs here: the known rows of a crawl plan. Does not: discovery, pace, or the plan's file (`scraper.plan`).

Modes: `latest` asks for addresses that were named and never shown; `revisit` also for articles whose time has come
(`warehouse.pace`); `backfill` is like `latest`, while discovery goes further back. An address that nobody ever reached
is tried again ever more rarely, then given up.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse import statements
from warehouse.pace import Step, pace, table, usual
from warehouse.store import Store

_MEMORY = "200MB"
"""What DuckDB may use for a plan before it spills to disk: planning runs beside other work."""


@dataclass(frozen=True, slots=True)
class Known:
    """How many addresses a plan names, how many of them are to be fetched, and which waits the outlet's past moved."""

    rows: int
    due: int
    fitted: tuple[Step, ...] = ()


def write_known(
    store: Store,
    path: Path,
    source_id: str,
    mode: str = "latest",
    since: date | None = None,
    now: datetime | None = None,
    limit: int | None = None,
    *,
    everything: bool = False,
) -> Known:
    """Writes the known addresses of a source as JSON lines: the due ones first, the most urgent of them at the top.

    `since` (a day in Vietnam) keeps articles published before it, else first visited before it, from being due; `limit`
    bounds the due rows. `everything` makes every article due, whatever its age. A `revisit` discovers nothing: its file
    names only what is due, and the other addresses of the same articles, so that it costs what is due and not what the
    archive holds. Keys: url, canonical_url, article_key (NULL where it follows from the address alone), state, due,
    purpose, etag, last_modified, payload_digest, capture_id, fetched_at (when it was last seen, ISO 8601 in UTC),
    found_by. The database itself writes the file: a million rows pass through Python nowhere.
    """
    moment = now or datetime.now(UTC)
    steps = pace(store, source_id, moment) if mode == "revisit" else usual()
    given = {
        **_waits(),
        "steps": [{"age": step.age_h, "wait": step.wait_h} for step in steps],
        "source": source_id,
        "mode": mode,
        "since": since,
        "now": moment,
        "everything": everything,
        "most": 1_000_000_000 if limit is None else limit,
    }
    behind = path.with_name(path.name + ".known")
    cursor = store.con.cursor()
    try:
        cursor.execute("SET TimeZone = 'UTC'")
        cursor.execute("SET enable_progress_bar = false")  # it would be drawn on the standard output of whoever plans
        cursor.execute(f"SET memory_limit = '{_MEMORY}'")
        cursor.execute(f"CREATE OR REPLACE TEMP TABLE frontier_now AS {statements.get('frontier_due')}", given)
        due = _copy(cursor, "frontier_now", path, {})
        known = _copy(cursor, "frontier_known", behind, {"source": source_id, "discovers": mode != "revisit"})
        cursor.execute("DROP TABLE frontier_now")
        with path.open("ab") as out, behind.open("rb") as rest:
            shutil.copyfileobj(rest, out)
    finally:
        behind.unlink(missing_ok=True)
        cursor.close()
    return Known(due + known, due, tuple(step for step in steps if step.fitted))


def _copy(cursor: duckdb.DuckDBPyConnection, name: str, path: Path, given: dict[str, Any]) -> int:
    """Has the database write the rows of `sql/<name>.sql` as JSON lines; returns how many."""
    target = str(path).replace("'", "''")
    sql = statements.get(name).strip().rstrip(";")
    row = cursor.execute(f"COPY ({sql}) TO '{target}' (FORMAT json)", given).fetchone()
    return int(row[0]) if row else 0


def forget_payloads(store: Store, capture_ids: Sequence[str]) -> None:
    """Takes note that the bytes of these captures are gone, so that the next visit asks for the whole page again.

    What was read from them stays. Their addresses are left to the next build.
    """
    with store.transaction() as con:
        for statement in statements.each("forget_payloads"):
            con.execute(statement, {"lost": list(capture_ids)} if "$lost" in statement else None)


def _waits() -> dict[str, Any]:
    said = table()
    return {
        **{name: float(said[name]) for name in ("missing", "gone", "moved", "unreachable", "blocked", "retry")},
        "retry_most": float(said["retry_most"]),
        "give_up": int(said["give_up_after"]),
    }
