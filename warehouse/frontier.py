"""The crawl frontier: what is known of a source, and which of it is due.

Belongs here: the known rows of a crawl plan. Does not: discovery, pace, or the plan's file (`scraper.plan`).

Modes: `latest` asks for addresses that were named and never shown; `revisit` also for articles whose time has come
(`revisit.yaml`); `backfill` is like `latest`, while discovery goes further back. An address that nobody ever reached is
tried again ever more rarely, then given up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from pipelines.urls import article_key, native_id
from warehouse import statements
from warehouse.store import Store

Mode = Literal["latest", "revisit", "backfill"]
_FETCH = 5000


def plan_rows(
    store: Store,
    source_id: str,
    mode: str = "latest",
    since: date | None = None,
    now: datetime | None = None,
    limit: int | None = None,
    *,
    everything: bool = False,
) -> Iterator[dict[str, Any]]:
    """The known addresses of a source, the due ones first and the most urgent of them first.

    `since` (a day in Vietnam) keeps articles published before it, else first visited before it, from being due; `limit`
    bounds the number of due rows. `everything` makes every article due, whatever its age. Keys: url, canonical_url,
    article_key, state, due, purpose, etag, last_modified, payload_digest, capture_id, fetched_at (when it was last
    seen, ISO 8601 in UTC), found_by.
    """
    parameters = {
        **_waits(),
        "source": source_id,
        "mode": mode,
        "since": since,
        "now": now or datetime.now(UTC),
        "everything": everything,
        "most": 1_000_000_000 if limit is None else limit,
    }
    patterns = (
        store.value("SELECT article_patterns FROM sources WHERE source_id = $source", {"source": source_id}) or ()
    )
    due: set[str] = set()
    for row in _stream(store, statements.get("frontier_due"), parameters):
        due.add(row["canonical_url"])
        yield _known(source_id, patterns, {**row, "purpose": "article"}, due=True)
    for row in _stream(store, statements.get("frontier_known"), {"source": source_id}):
        if row["purpose"] != "article" or row["canonical_url"] not in due:
            yield _known(source_id, patterns, row, due=False)


def forget_payloads(store: Store, capture_ids: Sequence[str]) -> None:
    """Takes note that the bytes of these captures are gone, so that the next visit asks for the whole page again.

    What was read from them stays. Their addresses are left to the next build.
    """
    with store.transaction() as con:
        for statement in statements.each("forget_payloads"):
            con.execute(statement, {"lost": list(capture_ids)} if "$lost" in statement else None)


def _known(source_id: str, patterns: tuple[str, ...], row: dict[str, Any], *, due: bool) -> dict[str, Any]:
    key = row["article_id"]
    if key is None and row["purpose"] == "article":
        key = article_key(source_id, native_id(row["canonical_url"], patterns), row["canonical_url"])
    seen = row["last_seen"]
    return {
        "url": row["url"],
        "canonical_url": row["canonical_url"],
        "article_key": key,
        "state": row["state"],
        "due": due,
        "purpose": row["purpose"],
        "etag": row["etag"],
        "last_modified": row["last_modified"],
        "payload_digest": row["payload_digest"],
        "capture_id": row["payload_capture_id"],
        "fetched_at": seen.astimezone(UTC).isoformat() if seen else None,
        "found_by": row["found_by"],
    }


def _stream(store: Store, sql: str, parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    cursor = store.con.cursor()
    cursor.execute("SET TimeZone = 'UTC'")
    cursor.execute(sql, parameters)
    names = [column[0] for column in cursor.description or ()]
    while batch := cursor.fetchmany(_FETCH):
        for row in batch:
            yield dict(zip(names, row, strict=True))


@cache
def _waits() -> dict[str, Any]:
    table = yaml.safe_load((files("warehouse") / "revisit.yaml").read_text(encoding="utf-8"))
    return {
        "steps": [{"age": float(step["age"]), "wait": float(step["wait"])} for step in table["live"]],
        **{name: float(table[name]) for name in ("missing", "gone", "moved", "unreachable", "blocked", "retry")},
        "retry_most": float(table["retry_most"]),
        "give_up": int(table["give_up_after"]),
    }
