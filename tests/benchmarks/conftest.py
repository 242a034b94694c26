"""Benchmarks take as long as they take: no limit of time, as nobody waits for them.

Belongs here: what holds for all benchmarks. Does not: measuring (`measured`), or the archives (`generated`, `derived`).
"""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Lifts the limit for the tests of this folder; pytest gives all that were found, of other folders too."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.timeout(0))
