from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from warehouse_world import SOURCE, World

from warehouse import load, model, versions
from warehouse.derived import catalogue
from warehouse.derived.runner import Derivation, bring_up_to_date, waiting
from warehouse.store import Store


def _lengths(store: Store) -> Mapping[str, int]:
    """A derivation of the tests: the length of each headline."""
    store.con.execute("DELETE FROM lengths WHERE article_id IN (SELECT article_id FROM todo)")
    store.con.execute("INSERT INTO lengths SELECT article_id, length(title) FROM todo_articles")
    return {"headlines": int(store.value("SELECT count(*) FROM todo_articles"))}


LENGTHS = Derivation("lengths", "1", "Lengths of headlines.", ("lengths",), _lengths, batch=2)


@pytest.fixture
def ready(store: Store) -> Iterator[Store]:
    store.con.execute("CREATE TABLE lengths (article_id VARCHAR, n INTEGER)")
    yield store
    store.con.execute("DROP TABLE lengths")


def _rows(store: Store) -> list[tuple[str, int]]:
    return store.con.execute("SELECT * FROM lengths ORDER BY ALL").fetchall()


def test_only_what_changed_is_derived_again(ready: Store, world: World) -> None:
    for number in range(5):
        world.article(f"https://baomau.example/tin-{number}-post10{number}.html", 1, title="Tin")
    world.build(ready)
    assert bring_up_to_date(ready, LENGTHS) == {"articles": 5, "headlines": 5}
    assert waiting(ready) == {"lengths": 0}
    world.article("https://baomau.example/tin-3-post103.html", 5, title="Tin mới")
    load.load_captures(ready, world.captures)
    load.load_readings(ready, world.readings)
    versions.build(ready)
    assert waiting(ready) == {"lengths": 1}
    assert bring_up_to_date(ready, LENGTHS) == {"articles": 1, "headlines": 1}
    assert sorted(n for _, n in _rows(ready)) == [3, 3, 3, 3, 7]


def test_an_article_that_joins_another_takes_its_rows_along(ready: Store, world: World) -> None:
    old, new = "https://baomau.example/tin-cau-moi.html", "https://baomau.example/cau-moi-ben-say.html"
    world.article(old, 1, native_id=None)
    world.article(new, 2, native_id=None, title="Cầu mới")
    world.build(ready)
    bring_up_to_date(ready, LENGTHS)
    assert len(_rows(ready)) == 2
    world.capture(old, 9, status=301, redirect_to="https://baomau.example/tin-cau-moi-post7.html")
    world.article("https://baomau.example/tin-cau-moi-post7.html", 10, native_id="7")
    world.build(ready)
    bring_up_to_date(ready, LENGTHS)
    assert [article for article, _ in _rows(ready)] == sorted(
        row[0] for row in ready.con.execute("SELECT article_id FROM articles").fetchall()
    )


def test_other_rules_derive_everything_again(ready: Store, world: World) -> None:
    world.article("https://baomau.example/tin-post1.html", 1)
    world.build(ready)
    bring_up_to_date(ready, LENGTHS)
    assert bring_up_to_date(ready, LENGTHS)["articles"] == 0
    assert bring_up_to_date(ready, replace(LENGTHS, version="2"))["articles"] == 1
    assert len(_rows(ready)) == 1


def test_a_batch_that_fails_leaves_nothing_behind(ready: Store, world: World) -> None:
    for number in range(5):
        world.article(f"https://baomau.example/tin-{number}-post10{number}.html", 1)
    load.load_sources(ready, [SOURCE])
    world.build(ready)
    batches = []

    def fails_at_second(store: Store) -> Mapping[str, int]:
        batches.append(1)
        done = _lengths(store)
        if len(batches) == 2:
            raise RuntimeError("out of room")
        return done

    with pytest.raises(RuntimeError, match="out of room"):
        bring_up_to_date(ready, replace(LENGTHS, step=fails_at_second))
    assert len(_rows(ready)) == 2
    assert waiting(ready) == {"lengths": 3}
    assert bring_up_to_date(ready, LENGTHS)["articles"] == 3
    assert len(_rows(ready)) == 5


def test_every_derivation_is_described() -> None:
    names = [derivation.name for derivation in catalogue.DERIVATIONS]
    assert len(set(names)) == len(names)
    for derivation in catalogue.DERIVATIONS:
        assert derivation.tables
        assert set(derivation.tables) <= set(model.tables()), f"{derivation.name}: describe its tables in schema/tables"
