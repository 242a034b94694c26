"""What each asset tells beside its counts: pictures, tables, and numbers that Dagster plots.

Belongs here: asking the tables for it, and Dagster's types of metadata. Does not: drawing (`charts`, `country`,
`edits`).

Every word of it stays in Dagster's log for as long as the event does, once a day and outlet: pictures of captures fit
into a line of the table, and tables are short.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, wraps
from importlib.resources import files
from typing import Any, ParamSpec

import dagster as dg

from dagster_project.display import charts, country
from dagster_project.display.edits import edits_markdown, harmless
from dagster_project.paths import DataFolder
from dagster_project.tables import markdown_table
from pipelines.zone import local_date
from warehouse import statements
from warehouse.errors import Locked, NotBuilt
from warehouse.query import differences
from warehouse.store import Store

NEWEST = 8
EDITS = 6
EDITS_OF_ALL = 15
DAY = timedelta(days=1)
LEAST_DAYS = 7.0
"""Days that must have been seen before a year's growth is worth a number."""

Metadata = dict[str, Any]
P = ParamSpec("P")


def never_in_the_way(look: Callable[P, Metadata]) -> Callable[P, Metadata]:
    """What cannot be shown is said in its place: the work that it would tell of is done and stays done."""

    @wraps(look)
    def shown(*args: P.args, **kwargs: P.kwargs) -> Metadata:
        try:
            return look(*args, **kwargs)
        except Exception as error:  # whatever it is, the step's own result counts more
            return {"not shown": f"{type(error).__name__}: {error}"}

    return shown


@never_in_the_way
def for_captures(folder: DataFolder, source_id: str, counts: Mapping[str, Any], now: datetime) -> Metadata:
    """The statuses of this crawl as a bar, and the rate of answers over 30 days with this crawl as of today.

    `counts` are those of the crawl's result. Earlier days come from the published file; where there is none, or it
    cannot be opened, this crawl stands alone.
    """
    from dagster_project.registering import WITHOUT_STATUS

    by_status: dict[str, int] = dict(counts.get("by_status", {}))
    by_status |= {name: number for name, number in counts.get("by_outcome", {}).items() if name in WITHOUT_STATUS}
    asked = sum(by_status.values())
    answered = sum(n for status, n in by_status.items() if status[:1] in "23" or status in ("404", "410"))
    today = local_date(now)
    days: dict[Any, tuple[int, int]] = {}
    try:
        with Store.open_reader(folder.published_db) as store:
            rows = store.rows(_sql("visits_by_day"), {"source": source_id, "since": now - 31 * DAY})
            days = {row["day"]: (row["asked"], row["answered"]) for row in rows if row["day"] > today - 30 * DAY}
    except (NotBuilt, Locked):
        pass
    before = days.get(today, (0, 0))
    days[today] = (before[0] + asked, before[1] + answered)
    asked_all = sum(pair[0] for pair in days.values())
    told: Metadata = {}
    if bar := charts.status_bar(by_status):
        told["statuses"] = dg.MetadataValue.md(bar)
    if columns := charts.daily_columns(days, today):
        told["last 30 days"] = dg.MetadataValue.md(columns)
    if asked_all:
        told["answered over 30 days"] = round(sum(pair[1] for pair in days.values()) / asked_all, 4)
    return told


def for_articles(store: Store, source_ids: Sequence[str], now: datetime) -> dict[str, Metadata]:
    """Of each outlet, from the writer's tables: coverage by field, the newest articles, and the edits of a day.

    Asked once for all outlets of a load, as the answer lies all over large tables; an outlet without articles has none.
    """
    try:
        return _of_outlets(store, source_ids, now)
    except Exception as error:  # as `never_in_the_way`
        return {source_id: {"not shown": f"{type(error).__name__}: {error}"} for source_id in source_ids}


def _of_outlets(store: Store, source_ids: Sequence[str], now: datetime) -> dict[str, Metadata]:
    store.con.execute(_sql("articles_looked"), {"sources": list(source_ids)})
    bounds: Metadata = {"newest": NEWEST, "edits": EDITS, "since": now - DAY}
    for statement in _sql("articles_shown").split(";\n"):
        given = {name: value for name, value in bounds.items() if f"${name}" in statement}
        store.con.execute(statement, given or None)
    for name in ("told_of_some", "told"):
        store.con.execute(statements.get(name))
    newest, edits = _by_source(store.rows(_sql("articles_newest"))), _by_source(store.rows(_sql("articles_edits")))
    told: dict[str, Metadata] = {}
    for counts in store.rows(_sql("articles_coverage")):
        source_id, total = counts.pop("source_id"), counts.pop("articles")
        rows = [
            (row["published"], row["people"], f"[{harmless(row['title'] or '?')}](<{row['url']}>)")
            for row in newest[source_id]
        ]
        told[source_id] = {
            **_coverage([(name, present, total) for name, present in counts.items()]),
            "newest articles": dg.MetadataValue.md(markdown_table(["published", "people", "title"], rows)),
            **_edits(store, edits[source_id], "articles_pair"),
        }
    return told


def _by_source(rows: Iterable[dict[str, Any]]) -> defaultdict[str, list[dict[str, Any]]]:
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["source_id"]].append(row)
    return found


@never_in_the_way
def for_published(folder: DataFolder, now: datetime | None = None) -> Metadata:
    """Of all outlets, from the published file: the map, the edits of a day, bytes an article, and a year's disk."""
    moment = now or datetime.now(UTC)
    with Store.open_reader(folder.published_db) as store:
        rows = store.rows(_sql("provinces_now"), {"now": moment})
        edits = store.rows(_sql("published_edits"), {"since": moment - DAY, "most": EDITS_OF_ALL})
        return {
            **_map(rows),
            **_edits(store, edits, "published_pair"),
            **_disk(folder, store.rows(_sql("growth"), {"now": moment})[0]),
        }


def coverage_of_all(rows: list[dict[str, Any]]) -> Metadata:
    """The coverage by field as `warehouse.query.coverage` gives it, as a picture and as numbers."""
    return _coverage([(row["field"], row["present"], row["articles"]) for row in rows])


def _coverage(rows: list[tuple[str, int, int]]) -> Metadata:
    told: Metadata = {f"share with {name}": round(present / of, 4) for name, present, of in rows if of}
    if bars := charts.share_bars(rows):
        told["coverage"] = dg.MetadataValue.md(bars)
    return told


def _edits(store: Store, edits: list[dict[str, Any]], pair: str) -> Metadata:
    """The edits with their differences; `pair` names the statement that gives a version and the one before it."""
    shown = []
    for edit in edits:
        versions = store.rows(_sql(pair), {"article": edit["article_id"], "number": edit["version_no"]})
        if len(versions) == 2:
            shown.append((edit, differences(versions[0], versions[1])))
    return {"edits of the day": dg.MetadataValue.md(edits_markdown(shown) or "none")}


def _map(rows: list[dict[str, Any]]) -> Metadata:
    tallies = {row["code"]: country.Tally(row["outlets"], row["week"], row["silent_days"]) for row in rows}
    silent = sorted(rows, key=lambda row: -(10**6 if row["silent_days"] is None else row["silent_days"]))
    told = [
        (row["province"], row["outlets"], row["week"], "never" if row["silent_days"] is None else row["silent_days"])
        for row in silent
    ]
    table = markdown_table(["province", "outlets", "new in 7 days", "days without a new one"], told)
    picture = country.country_map(tallies)
    return {
        "map": dg.MetadataValue.md(f"{picture}\n\n{table}" if table else picture),
        "provinces with an outlet": len(rows),
        "provinces silent for a week": sum(1 for row in rows if row["silent_days"] is None or row["silent_days"] >= 7),
    }


def _disk(folder: DataFolder, grown: Mapping[str, Any]) -> Metadata:
    """Bytes an article in the archive and in the tables, and what a year at the pace of the last weeks will need."""
    tables = _size(folder.warehouse) + _size_of(folder)
    articles = grown["articles"]
    told: Metadata = {"disk free (GB)": round(shutil.disk_usage(folder.root).free / 1e9, 1)}
    if not articles:
        return told
    told["archive bytes per article"] = round(grown["warc_bytes"] / articles)
    told["table bytes per article"] = round(tables / articles)
    days = grown["days"] or 0.0
    if days >= LEAST_DAYS:
        year = (grown["recent_warc_bytes"] + grown["recent_articles"] * tables / articles) / days * 365
        told["disk for a year (GB)"] = round(year / 1e9, 2)
    else:
        told["disk for a year"] = f"told once {LEAST_DAYS:.0f} days were seen; so far {days:.1f}"
    return told


def _size_of(folder: DataFolder) -> int:
    """Bytes of all that is published: the database file and Parquet."""
    return sum(_size(path) for path in folder.published.rglob("*") if path.is_file())


def _size(path: Any) -> int:
    try:
        return int(path.stat().st_size)
    except FileNotFoundError:  # swapped for a new one meanwhile, or not there yet
        return 0


@cache
def _sql(name: str) -> str:
    return (files("dagster_project.display") / f"{name}.sql").read_text(encoding="utf-8")
