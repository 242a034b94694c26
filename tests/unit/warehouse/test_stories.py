from __future__ import annotations

import random
from itertools import permutations
from pathlib import Path
from typing import Any

import duckdb
import pytest
from warehouse_world import SOURCE, World, at

from pipelines.records import Caption
from warehouse import load, publish, versions
from warehouse.derived.catalogue import DERIVATIONS
from warehouse.derived.runner import bring_up_to_date
from warehouse.store import Store

OUTLETS = [
    {**SOURCE, "id": name, "name": f"Báo {title}", "names": [title], "hosts": [{"host": f"{name}.example"}]}
    for name, title in (("baomau", "Mẫu"), ("baolam", "Lam Xuyên"), ("baohai", "Hải Tường"))
]
WORDS = [
    "nông",
    "dân",
    "vụ",
    "mùa",
    "lúa",
    "chè",
    "sông",
    "cầu",
    "đường",
    "trường",
    "lớp",
    "bệnh",
    "viện",
    "mưa",
    "lũ",
    "hồ",
    "nước",
    "rừng",
    "cây",
    "giá",
    "chợ",
    "vốn",
    "dự",
    "án",
    "xã",
]


def _paragraphs(seed: int) -> tuple[str, ...]:
    chance = random.Random(seed)
    return tuple(" ".join(chance.choice(WORDS) for _ in range(60)) + "." for _ in range(6))


def _article(world: World, outlet: str, number: int, hours: float, body: tuple[str, ...], **values: Any) -> None:
    url = f"https://{outlet}.example/tin-{number}-post{number}.html"
    capture = world.capture(url, hours + 1, source_id=outlet)
    values.setdefault("published_at", at(hours))
    world.read(capture, body=body, lead=None, **values)


def _load(store: Store, world: World) -> None:
    load.load_sources(store, OUTLETS)
    load.load_captures(store, world.captures)
    load.load_readings(store, world.readings)
    versions.build(store)
    for derivation in DERIVATIONS:
        bring_up_to_date(store, derivation)


def _members(store: Store) -> list[tuple[Any, ...]]:
    return store.con.execute(
        "SELECT m.story_id, m.position, m.source_id, a.native_id, m.jaccard FROM story_members m"
        " JOIN articles a USING (article_id) ORDER BY ALL"
    ).fetchall()


def test_a_cut_copy_is_found_and_the_first_is_first(store: Store, world: World) -> None:
    text = _paragraphs(1)
    _article(world, "baolam", 11, 5, text[:4], sources=("TTXVN",))
    _article(world, "baomau", 12, 2, text)
    _article(world, "baohai", 13, 8, (_paragraphs(9)[0], *text[1:]))
    _article(world, "baohai", 14, 8, _paragraphs(2))
    _load(store, world)
    members = _members(store)
    assert [(position, source) for _, position, source, _, _ in members] == [
        (1, "baomau"),
        (2, "baolam"),
        (3, "baohai"),
    ]
    assert members[1][4] == pytest.approx(4 / 6, abs=0.02)


def test_the_result_does_not_depend_on_the_order_of_loading(tmp_path: Path) -> None:
    text, other = _paragraphs(1), _paragraphs(2)
    pieces = [
        ("baomau", 12, 2, text),
        ("baolam", 11, 5, text[:4]),
        ("baohai", 13, 8, (*text[3:], *other[:3])),
        ("baolam", 15, 9, other),
        ("baolam", 16, 10, other[:5]),
    ]
    results = set()
    for number, order in enumerate(list(permutations(pieces))[::41]):
        with Store.open_writer(tmp_path / f"{number}.duckdb") as store:
            world = World()
            for outlet, native, hours, body in order:
                _article(world, outlet, native, hours, body)
                _load(store, world)
            results.add(repr(_members(store)))
    assert len(results) == 1


def test_an_edit_that_takes_the_copy_out_ends_the_story(store: Store, world: World) -> None:
    text = _paragraphs(1)
    _article(world, "baomau", 12, 2, text)
    _article(world, "baolam", 11, 5, text)
    _load(store, world)
    assert len(_members(store)) == 2
    _article(world, "baolam", 11, 30, _paragraphs(3), published_at=at(5))
    _load(store, world)
    assert _members(store) == []


def test_a_daily_column_is_no_story_and_a_reprint_in_the_same_outlet_is_one(store: Store, world: World) -> None:
    text = _paragraphs(1)
    for day in range(4):
        _article(world, "baomau", 20 + day, 24 * day, (*text[:5], _paragraphs(50 + day)[0]))
    _article(world, "baolam", 30, 3, _paragraphs(4))
    _article(world, "baolam", 31, 60, _paragraphs(4))
    _load(store, world)
    assert [native for _, _, _, native, _ in _members(store)] == ["30", "31"]


def test_texts_months_apart_are_not_compared(store: Store, world: World) -> None:
    _article(world, "baomau", 40, 0, _paragraphs(5))
    _article(world, "baolam", 41, 24 * 45, _paragraphs(5))
    _load(store, world)
    assert _members(store) == []


def test_a_standing_notice_in_hundreds_of_articles_hangs_together_at_little_cost(store: Store, world: World) -> None:
    notice = _paragraphs(6)
    for number in range(240):
        _article(world, ("baomau", "baolam", "baohai")[number % 3], 1000 + number, number / 10, notice)
    _load(store, world)
    assert len(_members(store)) == 240
    assert len({story for story, *_ in _members(store)}) == 1
    assert int(store.value("SELECT count(*) FROM story_links")) < 1000


def test_the_published_views_tell_who_copied_and_who_was_named(store: Store, world: World, tmp_path: Path) -> None:
    text = _paragraphs(1)
    _article(world, "baomau", 1, 2, text)
    _article(world, "baolam", 2, 5, text, sources=("Báo Mẫu",))
    _article(world, "baohai", 3, 8, text)
    _article(world, "baohai", 4, 8, _paragraphs(2), sources=("TTXVN/Vietnam+",))
    _article(world, "baolam", 5, 9, _paragraphs(2), captions=(Caption("Vào vụ.", "TTXVN"), Caption("Gặt.", "TTXVN")))
    _load(store, world)
    report = publish.publish(store, tmp_path / "published", parquet=False)
    with duckdb.connect(report.path, read_only=True) as con:
        assert con.execute(
            "SELECT source_id, credit, delay_hours FROM story_articles WHERE source_id <> 'baolam' OR credit <> 'none' ORDER BY position, source_id DESC"
        ).fetchall() == [
            ("baomau", "first", 0.0),
            ("baohai", "first", 0.0),
            ("baolam", "first outlet", 3.0),
            ("baohai", "none", 6.0),
        ]
        assert con.execute(
            "SELECT outlets, first_source_id, median_delay_hours, uncredited FROM stories ORDER BY ALL"
        ).fetchall() == [(2, "baohai", 1.0, 1), (3, "baomau", 4.5, 1)]
        assert con.execute("SELECT source_id, origin FROM article_origins ORDER BY ALL").fetchall() == [
            ("baohai", "agency"),
            ("baohai", "copied"),
            ("baolam", "copied"),
            ("baolam", "reprint"),
            ("baomau", "own"),
        ]
        # Of two texts in Lam Xuyên one is the agency's, which its photographs name and its text does not.
        assert con.execute(
            "SELECT source_id, agency, articles, uncredited, photos, of_articles, share FROM agency_shares ORDER BY 1"
        ).fetchall() == [("baohai", "TTXVN", 1, 0, 0, 2, 0.5), ("baolam", "TTXVN", 0, 1, 2, 2, 0.0)]
        followers = con.execute(
            "SELECT had_it, took_it, articles, credited, uncredited, timed, median_hours FROM story_followers ORDER BY 1, 2"
        ).fetchall()
        assert ("baohai", "baolam", 1, 0, 1, 1, 1.0) in followers
        assert ("baomau", "baolam", 1, 1, 0, 1, 3.0) in followers
        assert sum(row[2] for row in followers) == 3


def test_a_round_up_does_not_tie_together_what_it_quotes(store: Store, world: World) -> None:
    items = [_paragraphs(seed) for seed in range(60, 66)]
    for number, text in enumerate(items):
        _article(world, "baomau", 50 + number, number, text)
    _article(world, "baolam", 60, 20, tuple(paragraph for text in items for paragraph in text))
    _load(store, world)
    assert _members(store) == []
