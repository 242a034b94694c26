"""Exports: articles, versions and captures as JSON lines, CSV or Parquet, with fixed columns in a fixed order.

Belongs here: which columns in which order, and writing them. Does not: free queries (`warehouse.query`), or the Parquet
that a publish writes (`warehouse.publish`). No column tells when something was loaded, so a rebuild under the same
reader gives the same bytes.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import IO, Any, Literal

import duckdb
import yaml

from pipelines.zone import local_iso
from warehouse.errors import BadQuery, explained
from warehouse.store import Store

What = Literal["articles", "versions", "captures"]
Format = Literal["jsonl", "csv", "parquet"]
_FETCH = 2000


@cache
def columns() -> dict[str, dict[str, Any]]:
    """For each export its columns and the columns by which its rows are ordered, from `exports.yaml`."""
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(
        (files("warehouse") / "exports.yaml").read_text(encoding="utf-8")
    )
    return loaded


def export(database: Path, what: str, style: str, out: Path | None) -> int:
    """Writes an export of the published file `database` and returns the number of rows.

    Instants are ISO 8601 with the offset of Vietnam in JSON and CSV, UTC instants in Parquet; lists are JSON in CSV.
    `out` None is standard output (not for Parquet). A file appears whole or not at all. Raises NotBuilt, BadQuery for
    an unknown export or format, NoRoom or Unwritable.
    """
    if what not in columns():
        raise BadQuery(f"There is no export {what!r}; there are {', '.join(columns())}.")
    if style not in ("jsonl", "csv", "parquet"):
        raise BadQuery(f"There is no format {style!r}; there are jsonl, csv and parquet.")
    spec = columns()[what]
    query = f"SELECT {', '.join(spec['columns'])} FROM {what} ORDER BY {', '.join(spec['order'])}"  # noqa: S608 - ours
    with Store.open_reader(database) as store:
        store.con.execute("SET preserve_insertion_order = true")
        if style == "parquet":
            if out is None:
                raise BadQuery("Parquet needs a file to write to.")
            return _parquet(store.con, query, out)
        with _writing(out) as file:
            rows = _rows(store.con, query)
            return _jsonl(rows, file) if style == "jsonl" else _csv(spec["columns"], rows, file)


def plain(value: Any) -> Any:
    """A value of DuckDB as JSON has it: instants with the offset of Vietnam, days and local clocks as ISO 8601."""
    if isinstance(value, datetime):
        return local_iso(value) if value.tzinfo else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def _parquet(con: duckdb.DuckDBPyConnection, query: str, out: Path) -> int:
    fresh = out.with_name(f".{out.name}.{os.getpid()}.new")
    quoted = str(fresh).replace("'", "''")
    with explained(out):
        try:
            row = con.execute(f"COPY ({query}) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)").fetchone()
            fresh.replace(out)
        finally:
            fresh.unlink(missing_ok=True)
    return int(row[0]) if row else 0


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> Iterator[dict[str, Any]]:
    cursor = con.execute(query)
    names = [column[0] for column in cursor.description or ()]
    while batch := cursor.fetchmany(_FETCH):
        for row in batch:
            yield {name: plain(value) for name, value in zip(names, row, strict=True)}


@contextmanager
def _writing(out: Path | None) -> Iterator[IO[str]]:
    if out is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    fresh = out.with_name(f".{out.name}.{os.getpid()}.new")
    with explained(out):
        try:
            with fresh.open("w", encoding="utf-8", newline="") as file:
                yield file
            fresh.replace(out)
        finally:
            fresh.unlink(missing_ok=True)


def _jsonl(rows: Iterator[dict[str, Any]], file: IO[str]) -> int:
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - the last count is the number of rows
        file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
    return count


def _csv(names: list[str], rows: Iterator[dict[str, Any]], file: IO[str]) -> int:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(names)
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - the last count is the number of rows
        writer.writerow(
            json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value for value in row.values()
        )
    return count
