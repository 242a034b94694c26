"""Numbered SQL files, applied once each and in order by the writer.

Belongs here: finding, checking and applying `schema/NNNN_*.sql`, and the comments of the model. Does not: what a
migration does (its file says), or what tables mean (`schema/tables`).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import duckdb

from warehouse import model
from warehouse.errors import Damaged, TooNew

_NAME = re.compile(r"(?P<number>\d{4})_(?P<name>\w+)\.sql")
_COMMENTS = "comments"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema."""

    number: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        """SHA-256 of the statements; a migration that was applied must never change."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


@cache
def available() -> tuple[Migration, ...]:
    """All migrations in order. Raises ValueError where a number is missing or used twice."""
    found = [
        Migration(int(match["number"]), match["name"], entry.read_text(encoding="utf-8"))
        for entry in (files("warehouse") / "schema").iterdir()
        if (match := _NAME.fullmatch(entry.name))
    ]
    found.sort(key=lambda migration: migration.number)
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise ValueError("the migrations are not numbered 0001, 0002, ... without gaps")
    return tuple(found)


def latest() -> int:
    """The number of the newest schema."""
    return available()[-1].number


def applied(con: duckdb.DuckDBPyConnection) -> int:
    """The schema of an open database; 0 for an empty one. Raises Damaged where it holds other tables than ours."""
    names = {row[0] for row in con.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall()}
    if "schema_version" in names:
        row = con.execute("SELECT coalesce(max(number), 0) FROM schema_version").fetchone()
        return int(row[0]) if row else 0
    if names:
        raise Damaged(f"This database was not made by tintinh: it has no table schema_version, but {min(names)}.")
    return 0


def migrate(con: duckdb.DuckDBPyConnection, up_to: int | None = None) -> list[Migration]:
    """Brings an open database to the newest schema (or to number `up_to`) and returns what was applied.

    Each step is one transaction together with its row in schema_version, so a kill leaves a whole schema behind.
    Raises TooNew where the file knows a later schema, Damaged where an applied step is not the one that we have.
    """
    have = applied(con)
    if have > latest():
        raise TooNew(f"This database has schema {have}, this program knows up to {latest()}. Use a newer tintinh.")
    con.execute(
        "CREATE TABLE IF NOT EXISTS schema_version ("
        "number INTEGER NOT NULL, name VARCHAR NOT NULL, digest VARCHAR NOT NULL)"
    )
    _check_digests(con)
    done = []
    for migration in available():
        if have < migration.number <= (latest() if up_to is None else up_to):
            con.execute("BEGIN")
            try:
                con.execute(migration.sql)
                con.execute(
                    "INSERT INTO schema_version VALUES (?, ?, ?)",
                    [migration.number, migration.name, migration.digest],
                )
                con.execute("COMMIT")
            except BaseException:
                con.execute("ROLLBACK")
                raise
            done.append(migration)
    if up_to is None:
        _comment(con)
    return done


def _check_digests(con: duckdb.DuckDBPyConnection) -> None:
    known = {migration.number: migration for migration in available()}
    rows = con.execute("SELECT number, digest FROM schema_version WHERE number > 0").fetchall()
    for number, digest in rows:
        if known[number].digest != digest:
            raise Damaged(
                f"Schema step {number:04} of this database is not the one of this program."
                " `tintinh rebuild` makes the database again from the archive folder."
            )


def _comment(con: duckdb.DuckDBPyConnection) -> None:
    statements = list(model.comment_statements())
    digest = hashlib.sha256("\n".join(statements).encode()).hexdigest()
    # Number 0 is the row of the comments: descriptions may improve without a new schema.
    row = con.execute("SELECT digest FROM schema_version WHERE number = 0").fetchone()
    if row and row[0] == digest:
        return
    con.execute("BEGIN")
    try:
        for statement in statements:
            con.execute(statement)
        con.execute("DELETE FROM schema_version WHERE number = 0")
        con.execute("INSERT INTO schema_version VALUES (0, ?, ?)", [_COMMENTS, digest])
        con.execute("COMMIT")
    except BaseException:
        con.execute("ROLLBACK")
        raise
