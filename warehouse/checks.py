"""What must hold of the tables, counted: keys are unique, references lead somewhere, vocabularies are kept.

Belongs here: running the rules of the model. Does not: raising, or deciding what a failed rule means; a check reports
what it found beside what was expected.
"""

from __future__ import annotations

from dataclasses import dataclass

from warehouse import model
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
