from __future__ import annotations

import pytest
from warehouse_world import World, at

from warehouse.pace import Step, pace, usual
from warehouse.store import Store

URL = "https://baomau.example/thoi-su/tin-moi-{}.html"


def looked_at(store: Store, looks: int, every_h: float, changed: set[int]) -> dict[float, Step]:
    """One article, seen at once and then again `looks` times; which looks found it changed."""
    world = World()
    version = 0
    for look in range(looks + 1):
        version += look in changed
        if look == 0 or look in changed:
            world.article(URL.format(10001), look * every_h, title=f"Bản {version}", published_at=at(0))
        else:
            world.capture(URL.format(10001), look * every_h, outcome="not-modified", status=304)
    world.build(store)
    return {step.age_h: step for step in pace(store, "baomau", at(looks * every_h))}


def test_an_outlet_of_which_nothing_is_known_has_the_usual_waits(store: Store) -> None:
    assert pace(store, "baomau", at(0)) == usual()
    assert not any(step.fitted for step in usual())


def test_many_changes_shorten_the_wait_of_their_age_alone(store: Store) -> None:
    steps = looked_at(store, 20, 1, {4, 6, 9, 11, 15, 18})
    young, day, week = steps[3], steps[24], steps[168]
    assert (day.looks, day.edits) == (17, 6)
    assert day.wait_h == pytest.approx(day.usual_h / 2, rel=0.2)
    assert (young.looks, young.edits) == (3, 0)
    assert week == Step(168, week.usual_h, week.usual_h)


def test_looks_that_find_nothing_lengthen_the_wait_within_bounds(store: Store) -> None:
    steps = looked_at(store, 150, 3, set())
    assert steps[168].looks > 40
    assert 1.5 * steps[168].usual_h < steps[168].wait_h <= 4 * steps[168].usual_h
    assert steps[168].fitted


def test_a_long_silence_of_ours_counts_little(store: Store) -> None:
    once = looked_at(store, 1, 700, set())
    assert once[720].wait_h < 1.2 * once[720].usual_h
