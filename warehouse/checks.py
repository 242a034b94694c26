"""What must hold of the tables: they are as described, keys unique, references lead somewhere, vocabularies are kept.

Belongs here: running the rules of the model. Does not: raising, or deciding what a failed rule means; a check reports
what it found beside what was expected.
"""

from __future__ import annotations

from dataclasses import dataclass

from warehouse import model, statements
from warehouse.store import Store


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One rule and what it found."""

    name: str
    table: str
    description: str
    found: int  # rows that break the rule
    expected: int = 0

    @property
    def passed(self) -> bool:
        """Whether no row breaks the rule."""
        return self.found == self.expected


def run(store: Store, tables: frozenset[str] | None = None) -> list[CheckResult]:
    """Counts the rows that break each rule of the model, for these tables or all."""
    return [
        CheckResult(rule.name, rule.table, rule.description, int(store.value(rule.query) or 0))
        for rule in model.rules()
        if tables is None or rule.table in tables
    ]


def differs_from_description(store: Store) -> list[str]:
    """In what the tables of an open database differ from `schema/tables/*.yaml`, a sentence each; empty for nothing."""
    found: dict[str, dict[str, tuple[str, bool]]] = {}
    for table, column, kind, nullable in store.con.execute(statements.get("schema_columns")).fetchall():
        found.setdefault(table, {})[column] = (kind, nullable)
    told = []
    for name, table in model.tables().items():
        if name not in found:
            told.append(f"table {name} is missing")
            continue
        there = found[name]
        for column in table.columns:
            kind, nullable = there.pop(column.name, (None, None))
            if kind is None:
                told.append(f"{name}.{column.name} is missing")
            elif kind != _spelled(store, column.type):
                told.append(f"{name}.{column.name} is {kind}, described as {column.type}")
            elif nullable is column.required:
                told.append(f"{name}.{column.name} {'may be' if nullable else 'is never'} NULL, described otherwise")
        told.extend(f"{name}.{column} is not described" for column in there)
    described = {*model.tables(), "schema_version"}
    told.extend(f"table {name} is not described" for name in found if name not in described)
    return told


def _spelled(store: Store, kind: str) -> str:
    """A type as DuckDB spells it."""
    if kind not in _SPELLED:
        _SPELLED[kind] = str(store.value(f"SELECT typeof(NULL::{kind})"))
    return _SPELLED[kind]


_SPELLED: dict[str, str] = {}
