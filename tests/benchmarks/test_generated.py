"""The archives of the benchmarks are what the program would have built, and what they say of themselves is true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import generated
import pytest

from warehouse import checks, versions
from warehouse.store import Store

DERIVED = ("articles", "addresses", "address_keys", "gaps", "versions", "version_captures")
ARTICLES = 300


def contents(store: Store) -> dict[str, list[Any]]:
    return {table: sorted(store.con.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in DERIVED}


def test_putting_rows_down_at_once_gives_what_the_program_builds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(generated.KEPT_IN, str(tmp_path / "kept"))
    path = generated.archive(ARTICLES)
    assert generated.archive(ARTICLES) == path
    with Store.open_writer(tmp_path / "other.duckdb") as store:
        generated.fill(store, 0, 100, ARTICLES)
        generated.fill(store, 100, ARTICLES - 100, ARTICLES)
        versions.build(store)
        built = contents(store)
    with Store.open_writer(generated.copy_of(ARTICLES, tmp_path / "copy")) as store:
        assert contents(store) == built
        assert [check for check in checks.run(store) if not check.passed] == []
        truth = f"'{path.parent}/truth/*.parquet'"
        assert store.value(f"SELECT count(*) FROM {truth}") == store.value("SELECT count(*) FROM articles") == ARTICLES
        assert store.value("SELECT count(*) FROM versions WHERE version_no > 1") == store.value(
            f"SELECT count(*) FROM {truth} WHERE edited"
        )
        assert store.value(f"SELECT count(*) FROM {truth} WHERE is_copy") > 0
        # Copies are copies, and headlines name the places that they are said to name.
        said = f"{truth} JOIN articles USING (native_id, source_id) JOIN versions USING (version_id)"
        bodies = (
            "(SELECT text_of, body[2:] AS body, c.title, place_named"
            f" FROM {said} JOIN contents c USING (content_id) WHERE NOT edited)"
        )
        assert store.value(f"SELECT count(*) FROM {bodies} WHERE place_named IS NOT NULL") > 0
        assert not store.value(f"SELECT count(*) FROM {bodies} WHERE NOT starts_with(title, place_named || ': ')")
        assert not store.value(
            f"SELECT count(*) FROM {bodies} a JOIN {bodies} b ON a.text_of = b.text_of WHERE a.body <> b.body"
        )
