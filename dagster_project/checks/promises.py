"""What must hold before anything is published: the tables are as described, and keep what the description promises.

Belongs here: the blocking checks; a publish runs them first, on the writer's file, and stops where one fails. Does not:
what a single outlet brought (the other modules): its trouble is told beside what is published and keeps nobody waiting.
"""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from warehouse import checks
from warehouse.store import Store

SPECS = [
    dg.AssetCheckSpec(
        "schema_as_described",
        asset="published",
        blocking=True,
        description="Tables and columns are those of their descriptions; or nothing is published.",
    ),
    dg.AssetCheckSpec(
        "tables_are_sound",
        asset="published",
        blocking=True,
        description="Keys are unique, required columns filled, references resolved; or nothing is published.",
    ),
]


def kept(store: Store) -> list[dg.AssetCheckResult]:
    """Both checks on the writer's open database; soundness is asked only where the tables are there."""
    differs = checks.differs_from_description(store)
    schema = dg.AssetCheckResult(
        check_name="schema_as_described",
        passed=not differs,
        description=(
            f"{'; '.join(differs[:10])}. Somebody changed the database by hand, or an upgrade broke off:"
            " `tintinh rebuild`"
            " makes the tables again from the archive."
            if differs
            else "all tables are as described"
        ),
        metadata={"differences": len(differs)},
    )
    return [schema] if differs else [schema, _soundness(checks.run(store))]


def _soundness(results: Sequence[checks.CheckResult]) -> dg.AssetCheckResult:
    broken = [result for result in results if not result.passed]
    told = "; ".join(f"{r.name}: found {r.found}, expected {r.expected}" for r in broken[:10])
    return dg.AssetCheckResult(
        check_name="tables_are_sound",
        passed=not broken,
        description=(
            f"{told}. `tintinh rebuild` makes the tables again from the archive."
            if broken
            else f"{len(results)} promises of the schema kept"
        ),
        metadata={"promises": len(results), "broken": len(broken)},
    )
