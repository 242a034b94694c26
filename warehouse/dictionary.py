"""The data dictionary: what analysts find in the published file, then the tables behind it, in Markdown.

Belongs here: rendering descriptions that live elsewhere: comments in `marts/*.sql`, `schema/tables/*.yaml`,
`exports.yaml`. Does not: any description of its own. `python -m warehouse.dictionary > docs/schema.md` writes the file;
a test holds that it is up to date.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import duckdb

from warehouse import model
from warehouse.export import columns
from warehouse.publish import DATABASE, publish
from warehouse.store import Store

_HEAD = """# Tables and views

Written by `python -m warehouse.dictionary`. In a DuckDB shell the same descriptions are in the comments of each table,
view and column: `select column_name, comment from duckdb_columns() where table_name = 'articles'`.

Instants are UTC (`TIMESTAMP WITH TIME ZONE`); columns named `…_local` are clocks in Vietnam, columns named `…_date` and
`day` are days in Vietnam.

## The published file

What `tintinh sql` and `duckdb published/tintinh.duckdb` show. The file is read-only, needs no extension, and is
replaced as a whole; a session that has it open goes on seeing the old one.
"""

_EXPORTS = """## Exports

`tintinh export` writes these columns in this order; meanings are those of the view of the same name. Instants carry the
offset of Vietnam in JSON and CSV; lists are JSON in CSV.
"""

_BEHIND = """## The writer's database

What a load writes and a publish reads. Nothing here is declared as a key, because DuckLake knows none; the keys,
references and vocabularies named below are counted by checks after each load.
"""


def render() -> str:
    """The whole dictionary."""
    parts = [_HEAD, _published(), _EXPORTS]
    parts.extend(
        f"- **{name}**, ordered by {', '.join(spec['order'])}: {', '.join(f'`{c}`' for c in spec['columns'])}\n"
        for name, spec in columns().items()
    )
    parts.extend([_BEHIND, model.dictionary()])
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _published() -> str:
    with tempfile.TemporaryDirectory() as folder:
        with Store.open_writer(Path(folder) / "empty.duckdb") as store:
            publish(store, Path(folder) / "published", parquet=False)
        with duckdb.connect(Path(folder) / "published" / DATABASE, read_only=True) as con:
            described = con.execute(
                "SELECT view_name, comment, true FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'"
                " UNION ALL"
                " SELECT table_name, comment, false FROM duckdb_tables() WHERE NOT internal AND schema_name = 'main'"
                " ORDER BY 3 DESC, 1"
            ).fetchall()
            parts = []
            for name, comment, is_view in described:
                kind = "view" if is_view else "table"
                parts.append(f"### {name}\n\n{comment} ({kind})\n\n| column | type | meaning |\n| --- | --- | --- |")
                found = con.execute(
                    "SELECT column_name, data_type, comment FROM duckdb_columns()"
                    " WHERE table_name = ? AND schema_name = 'main' ORDER BY column_index",
                    [name],
                ).fetchall()
                parts.extend(f"| `{column}` | {_short(kind)} | {meaning} |" for column, kind, meaning in found)
                parts.append("")
    return "\n".join(parts)


def _short(kind: str) -> str:
    return kind.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ").replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(render())
