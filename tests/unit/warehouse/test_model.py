from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest

from warehouse import dictionary, migrations, model
from warehouse.errors import Damaged, TooNew

ROOT = Path(__file__).parents[3]


def shape(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[str, str, bool]]]:
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for table, column, kind, nullable in con.execute(
        "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() WHERE NOT internal ORDER BY 1, 2"
    ).fetchall():
        if table != "schema_version":
            found.setdefault(table, []).append((column, kind, nullable))
    return found


def test_the_migrations_give_what_is_described() -> None:
    described = duckdb.connect()
    for table in model.tables().values():
        described.execute(table.ddl)
    migrated = duckdb.connect()
    migrations.migrate(migrated)
    assert shape(migrated) == shape(described)


@pytest.mark.parametrize("number", range(migrations.latest()))
def test_every_earlier_schema_comes_to_the_newest(number: int) -> None:
    con = duckdb.connect()
    migrations.migrate(con, up_to=number)
    assert migrations.applied(con) == number
    migrations.migrate(con)
    assert migrations.applied(con) == migrations.latest()
    assert migrations.migrate(con) == []
    missing = con.execute(
        "SELECT table_name, column_name FROM duckdb_columns()"
        " WHERE NOT internal AND comment IS NULL AND table_name <> 'schema_version'"
    ).fetchall()
    assert missing == []


def test_a_later_or_another_schema_is_refused() -> None:
    con = duckdb.connect()
    migrations.migrate(con)
    con.execute("INSERT INTO schema_version VALUES (9999, 'later', 'x')")
    with pytest.raises(TooNew):
        migrations.migrate(con)
    con.execute("DELETE FROM schema_version WHERE number = 9999")
    con.execute("UPDATE schema_version SET digest = 'x' WHERE number = 1")
    with pytest.raises(Damaged):
        migrations.migrate(con)


def test_nothing_that_ducklake_does_not_take() -> None:
    forbidden = re.compile(
        r"\b(PRIMARY\s+KEY|UNIQUE|REFERENCES|SEQUENCE|CREATE\s+INDEX|nextval|FOREIGN)\b", re.IGNORECASE
    )
    for entry in (files("warehouse") / "schema").iterdir():
        if entry.name.endswith(".sql"):
            statements = re.sub(r"--[^\n]*", "", entry.read_text(encoding="utf-8"))
            assert not forbidden.search(statements), entry.name


def test_the_dictionary_in_docs_is_up_to_date() -> None:
    written = (ROOT / "docs" / "schema.md").read_text(encoding="utf-8")
    assert written == dictionary.render(), "run: python -m warehouse.dictionary > docs/schema.md"
    assert "| None |" not in written
