"""Questions to the published file: free SQL, the history of an article, the state of sources, what a run changed.

Belongs here: read-only queries and their plain results. Does not: how a terminal shows them, or exports of whole
tables.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from pipelines.diffs import Op, word_diff
from pipelines.people import credit_key
from pipelines.text import clean, search_key
from pipelines.urls import canonical_url
from pipelines.zone import to_local
from warehouse import statements
from warehouse.errors import BadQuery, NotBuilt, NotFound
from warehouse.export import plain
from warehouse.finding import article_at
from warehouse.store import Store

STALE_AFTER = timedelta(hours=36)
"""An outlet on schedule (daily or oftener) that was not crawled for so long is stale."""

Diff = list[tuple[Op, str]]


@dataclass(frozen=True, slots=True)
class Result:
    """Columns, their DuckDB types and the rows of a query; `cut` where more rows were left out."""

    columns: list[str]
    types: list[str]
    rows: list[tuple[Any, ...]]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of an article and how it differs from the one before."""

    version_id: str
    version_no: int
    valid_from: datetime
    valid_to: datetime | None
    seen_until: datetime
    title: str | None
    published_at: datetime | None
    authors: list[str]
    changed_fields: list[str]
    change_class: str | None
    numbers_gone: list[str]
    numbers_come: list[str]
    names_gone: list[str]
    names_come: list[str]
    diffs: dict[str, Diff] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """An article with all that is known of its past."""

    article: dict[str, Any]
    versions: list[VersionView]
    addresses: list[dict[str, Any]]
    gaps: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened to articles in a stretch of time."""

    edits: list[dict[str, Any]]
    missing: list[dict[str, Any]]
    gone: list[dict[str, Any]]
    returned: list[dict[str, Any]]
    moves: list[dict[str, Any]]


def sql(database: Path, text: str, limit: int | None = None, *, variables: Mapping[str, str] | None = None) -> Result:
    """The answer to a query on the published file, opened read-only. Raises BadQuery with DuckDB's message.

    `variables` are what the query takes by `getvariable`.
    """
    with _reading(database) as store:
        _shut_in(store)
        try:
            for name, value in (variables or {}).items():
                store.con.execute(f'SET VARIABLE "{name}" = ?', [value])
            cursor = store.con.execute(text)
            names = [column[0] for column in cursor.description or ()]
            types = [str(column[1]) for column in cursor.description or ()]
            rows = cursor.fetchmany(limit + 1) if limit is not None else cursor.fetchall()
        except duckdb.Error as error:
            raise BadQuery(str(error)) from error
        return Result(names, types, rows[:limit], cut=limit is not None and len(rows) > limit)


def search(
    database: Path,
    text: str,
    *,
    source_id: str | None = None,
    since: date | None = None,
    until: date | None = None,
    limit: int = 20,
) -> Result:
    """The best articles for a question (docs/search.md), of an outlet and between two days in Vietnam, both inclusive.

    An article without a date of publication counts by its first capture. Raises NotBuilt where the published file is
    of a time before there was an index.
    """
    asked = {"text": text, "source": source_id, "since": since, "until": until, "most": limit}
    with _reading(database) as store:
        try:
            cursor = store.con.execute(statements.get("search"), asked)
        except duckdb.CatalogException as error:
            raise NotBuilt(
                f"{database} was published by a version of tintinh that had no search; the next load publishes it anew."
            ) from error
        names = [column[0] for column in cursor.description or ()]
        return Result(names, [str(column[1]) for column in cursor.description or ()], cursor.fetchall())


def render(result: Result, style: str) -> str:
    """A result as text: `table`, `csv` (with a header line) or `json` (a list of objects), with a line end."""
    if style == "json":
        rows = [dict(zip(result.columns, map(plain, row), strict=True)) for row in result.rows]
        return json.dumps(rows, ensure_ascii=False, indent=2, default=str) + "\n"
    cells = [[_cell(value, style) for value in row] for row in result.rows]
    if style == "csv":
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([result.columns, *cells])
        return out.getvalue()
    if style != "table":
        raise BadQuery(f"There is no format {style!r}; there are table, csv and json.")
    widths = [max(map(len, column)) for column in zip(result.columns, *cells, strict=True)]
    lines = [result.columns, ["-" * width for width in widths], *cells]
    text = "\n".join("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines)
    return text + ("\n(more rows were left out)\n" if result.cut else "\n")


def history(database: Path, url: str) -> History:
    """The article at `url` (any of its addresses, in any spelling) or with that article or version id.

    Raises NotFound, naming addresses that come near.
    """
    with _reading(database) as store:
        article_id = _article_at(store, url)
        key = {"article": article_id}
        (article,) = store.rows("SELECT * FROM articles WHERE article_id = $article", key)
        versions = store.rows("SELECT * FROM versions WHERE article_id = $article ORDER BY version_no", key)
        return History(
            article=article,
            versions=[
                _version_view(before, version) for before, version in zip([None, *versions], versions, strict=False)
            ],
            addresses=store.rows(
                "SELECT * FROM addresses WHERE article_id = $article ORDER BY first_visit, canonical_url", key
            ),
            gaps=store.rows("SELECT * FROM gaps WHERE article_id = $article ORDER BY from_at, canonical_url", key),
        )


def status(database: Path, now: datetime | None = None) -> list[dict[str, Any]]:
    """One row per outlet as in the view source_health, with `stale`: on schedule, and not crawled for 36 hours."""
    moment = now or datetime.now(UTC)
    with _reading(database) as store:
        rows = store.rows("SELECT * FROM source_health ORDER BY source_id")
    for row in rows:
        last = row["last_crawl"]
        row["stale"] = bool(row["enabled"]) and (last is None or moment - last > STALE_AFTER)
    return rows


def discovery(database: Path) -> list[dict[str, Any]]:
    """How each outlet's articles are found, the most fruitful way first, and how far its sitemaps' lastmod is true."""
    with _reading(database) as store:
        return store.rows(statements.get("discovery"))


def coverage(database: Path, source_id: str | None = None) -> list[dict[str, Any]]:
    """How many articles (of one outlet, or of all) have each field, and where its values came from."""
    with _reading(database) as store:
        return store.rows(statements.get("field_coverage"), {"source": source_id})


def people(database: Path, name: str | None = None, n: int = 200) -> list[dict[str, Any]]:
    """The authors of that name in any spelling, each with whoever is one person with them, and why.

    Where nobody has the name, those who have it without marks, or as a part of theirs. Without a name, all authors who
    are one person with another. Raises NotFound where nobody is called like this.
    """
    key, bare = (credit_key(clean(name)), search_key(clean(name))) if name is not None else (None, None)
    if name is not None and not bare:
        raise NotFound(f"{name!r} is no name.")
    with _reading(database) as store:
        found = store.rows(statements.get("people_find"), {"key": key, "bare": bare, "most": n})
    if name is not None and not found:
        raise NotFound(f"Nobody called {name!r} is credited in the archive.")
    return found


def newest(database: Path, n: int = 20) -> Result:
    """The newest articles: local time, people, title, outlet."""
    with _reading(database) as store:
        cursor = store.con.execute(statements.get("newest"), {"most": n})
        names = [column[0] for column in cursor.description or ()]
        return Result(names, [str(column[1]) for column in cursor.description or ()], cursor.fetchall())


def changes(database: Path, since: datetime, until: datetime) -> Changes:
    """What captures after `since`, up to and including `until`, showed: edits with their diffs, removals, moves.

    An article that is new in that time has neither edits nor moves of before it was known.
    """
    span = {"since": since, "until": until}
    with _reading(database) as store:
        edits = store.rows(statements.get("changes_edits"), span)
        for edit in edits:
            pair = store.rows(
                "SELECT * FROM versions WHERE version_id IN ($old, $new) ORDER BY version_no",
                {"old": edit["version_before"], "new": edit["version_id"]},
            )
            edit["diffs"] = differences(pair[0], pair[1])
        return Changes(
            edits=edits,
            missing=store.rows(statements.get("changes_missing"), span),
            gone=store.rows(statements.get("changes_gone"), span),
            returned=store.rows(statements.get("changes_returned"), span),
            moves=store.rows(statements.get("changes_moves"), span),
        )


@contextmanager
def _reading(database: Path) -> Iterator[Store]:
    with Store.open_reader(database) as store:
        yield store


def _shut_in(store: Store) -> None:
    """A query may read the archive, and neither other files nor the network."""
    store.con.execute("SET enable_external_access = false")
    store.con.execute("SET lock_configuration = true")


def _article_at(store: Store, url: str) -> str:
    text = url.strip()
    if found := article_at(store, text):
        return found
    near = store.rows(statements.get("find_near"), {"text": canonical_url(text)})
    hint = "".join(f"\n  {row['url']}" for row in near)
    raise NotFound(f"No article at {text} is in the archive." + (f" Near it are:{hint}" if hint else ""))


def _version_view(before: Mapping[str, Any] | None, version: Mapping[str, Any]) -> VersionView:
    names = [name for name in VersionView.__dataclass_fields__ if name != "diffs"]
    return VersionView(**{name: version[name] for name in names}, diffs=differences(before, version) if before else {})


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Diff]:
    """From a version to the next, word by word, for each field that changed. Rows are as in the view `versions`."""
    return {name: word_diff(_shown(old, name), _shown(new, name)) for name in new["changed_fields"]}


def _shown(version: Mapping[str, Any], name: str) -> str:
    column = {"sources": "credited_sources"}.get(name, name)
    value = version[column]
    if name == "body":
        return "\n".join(value)
    if name == "captions":
        return "\n".join(caption["text"] for caption in value)
    if name in ("authors", "sources"):
        return ", ".join(value)
    if isinstance(value, datetime):
        return to_local(value).strftime("%d/%m/%Y %H:%M")
    return value or ""


def _cell(value: Any, style: str) -> str:
    if value is None:
        return "" if style == "csv" else "NULL"
    value = plain(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    text = str(value)
    return text if style == "csv" else " ".join(text.split())
