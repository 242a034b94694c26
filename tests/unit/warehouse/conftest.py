"""Fixtures of the warehouse's tests: a world to fill, an open store, and all that follows from what was loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from warehouse_world import World

from warehouse.store import Store


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open_writer(tmp_path / "warehouse" / "tintinh.duckdb") as opened:
        yield opened


DERIVED = ("articles", "addresses", "address_keys", "gaps", "versions", "version_captures")


@pytest.fixture
def derived() -> Callable[[Store], dict[str, list[Any]]]:
    """All derived rows, sorted, for comparing two databases."""

    def read(store: Store) -> dict[str, list[Any]]:
        return {table: sorted(store.con.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in DERIVED}

    return read
