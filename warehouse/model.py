"""The described model: what each table and column means, from which comments, checks and the data dictionary come.

Belongs here: reading `schema/tables/*.yaml` and everything derived from it. Does not: the statements that build or
change the tables (`schema/NNNN_*.sql`; a test holds that they give exactly what is described), or the views (`marts/`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its DuckDB type, what it means, whether it is always there, and its vocabulary where it has one."""

    name: str
    type: str
    meaning: str
    required: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the writer's database: what a row is, its columns, and what must hold of them."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    references: Mapping[str, str] = field(default_factory=dict)  # column -> "table.column"
    published: tuple[str, ...] | None = None
    """Copied whole into the published file, in the order of these columns; None where it is not, or by its own SQL."""

    @property
    def ddl(self) -> str:
        """The CREATE TABLE statement. No key and no index is declared: DuckLake knows neither; checks count instead."""
        lines = [f'  "{c.name}" {c.type}{" NOT NULL" if c.required else ""}' for c in self.columns]
        return f"CREATE TABLE {self.name} (\n" + ",\n".join(lines) + "\n);\n"


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that must hold of a table: the query counts the rows that break it."""

    name: str
    table: str
    description: str
    query: str


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The loader in C where libyaml is there: a tenth of the time."""


@cache
def tables() -> Mapping[str, Table]:
    """All tables by name, in the order of their file names."""
    found: dict[str, Table] = {}
    folder = files("warehouse") / "schema" / "tables"
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".yaml"):
            table = _table(yaml.load(entry.read_text(encoding="utf-8"), Loader=_LOADER))  # noqa: S506  # a safe loader
            found[table.name] = table
    return found


def comment_statements(present: Mapping[str, Collection[str]] | None = None) -> Iterator[str]:
    """COMMENT ON statements for all tables and columns, or for those among them that are `present` (table: columns)."""
    for table in tables().values():
        if present is not None and table.name not in present:
            continue
        yield f"COMMENT ON TABLE {table.name} IS {_quoted(table.row)}"
        for column in table.columns:
            if present is None or column.name in present[table.name]:
                yield f'COMMENT ON COLUMN {table.name}."{column.name}" IS {_quoted(column.meaning)}'


def rules() -> Iterator[Rule]:
    """What must hold: keys are unique, references lead somewhere, vocabularies are kept."""
    for table in tables().values():
        if table.key:
            names = ", ".join(table.key)
            yield Rule(
                f"{table.name}: unique ({names})",
                table.name,
                f"No two rows of {table.name} share {names}.",
                # names come from our own files
                f"SELECT count(*) FROM (SELECT 1 FROM {table.name} GROUP BY {names} HAVING count(*) > 1)",  # noqa: S608
            )
        for column, target in table.references.items():
            other, key = target.split(".")
            yield Rule(
                f"{table.name}.{column}: in {target}",
                table.name,
                f"Every {column} of {table.name} is in {target}.",
                f"SELECT count(*) FROM {table.name} a WHERE a.{column} IS NOT NULL"  # noqa: S608 - our own names
                f" AND NOT EXISTS (SELECT 1 FROM {other} b WHERE b.{key} = a.{column})",
            )
        for c in table.columns:
            if c.values:
                allowed = ", ".join(map(_quoted, c.values))
                yield Rule(
                    f"{table.name}.{c.name}: known value",
                    table.name,
                    f"{c.name} of {table.name} is one of {', '.join(c.values)}.",
                    f"SELECT count(*) FROM {table.name} WHERE {c.name} NOT IN ({allowed})",  # noqa: S608 - our own names
                )


def dictionary() -> str:
    """The data dictionary of the writer's tables in Markdown."""
    parts: list[str] = []
    for table in tables().values():
        parts.append(f"### {table.name}\n\n{table.row}\n")
        if table.key:
            parts.append(f"Key: {', '.join(f'`{name}`' for name in table.key)}.\n")
        parts.append("| column | type | meaning |\n| --- | --- | --- |")
        for c in table.columns:
            values = f" One of {', '.join(f'`{value}`' for value in c.values)}." if c.values else ""
            target = table.references.get(c.name)
            link = f" Refers to `{target}`." if target else ""
            parts.append(
                f"| `{c.name}` | {c.type}{'' if c.required else ', may be NULL'} | {c.meaning}{values}{link} |"
            )
        parts.append("")
    return "\n".join(parts)


def _table(raw: Mapping[str, object]) -> Table:
    columns = raw["columns"]
    references = raw.get("references") or {}
    key = raw["key"]
    published = raw.get("published")
    if not (
        isinstance(published, list | None)
        and isinstance(columns, dict)
        and isinstance(references, dict)
        and isinstance(key, list)
    ):
        raise ValueError(f"the description of table {raw.get('table')!r} has the wrong shape")
    return Table(
        name=str(raw["table"]),
        row=str(raw["row"]),
        key=tuple(key),
        columns=tuple(
            Column(
                name=name,
                type=str(spec["type"]),
                meaning=str(spec["meaning"]),
                required=bool(spec.get("required", False)),
                values=tuple(spec.get("values", ())),
            )
            for name, spec in columns.items()
        ),
        references=references,
        published=tuple(published) if published is not None else None,
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
