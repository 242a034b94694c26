"""The same archive gives the same tables, whatever the order and the portions in which it came in.

`TINTINH_EXAMPLES` sets how many random worlds the long runs try (default 200, and a fifth of it with corrections and
redactions).
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warehouse_world import World

from warehouse import checks, load, migrations, model, redactions, versions
from warehouse.corrections import bring_in
from warehouse.derived.catalogue import DERIVATIONS
from warehouse.derived.runner import bring_up_to_date
from warehouse.store import Store

URL = "https://baomau.example/thoi-su/khanh-thanh-cau-ben-say-100001.html"
NEW_URL = "https://baomau.example/xa-hoi/khanh-thanh-cau-ben-say-100001.html"
PLAIN = "https://baomau.example/thoi-su/khanh-thanh-cau-ben-say"
EDITED = ("Cầu dài 48 m, rộng 3,5 m.", "Ông Lường Đình Khoát cho biết 216 hộ dân đã mong cây cầu này.")
EXAMPLES = int(os.environ.get("TINTINH_EXAMPLES", "200"))

NEAR = [
    URL, NEW_URL, "https://m.baomau.example/thoi-su/khanh-thanh-cau-ben-say-100001.html", PLAIN, PLAIN + "-moi",
    "https://baomau.example/tin/khanh-thanh-cau-ben-say", "https://baomau.example/tin/le-hoi-ngay-mua",
    "https://baomau.example/tin/le-hoi-ngay-mua-100002.html", "https://baomau.example/", "https://baomau.example/trang-chu",
]  # fmt: skip
OTHERWISE: list[dict[str, Any]] = [
    {}, {"body": EDITED}, {"body": (), "lead": None}, {"title": "Lễ hội ngày mùa"}, {"native_id": "7"}, {"native_id": None},
    {"canonical_url": PLAIN}, {"canonical_url": NEW_URL}, {"canonical_url": "https://baomau.example/trang-chu"},
]  # fmt: skip
KINDS = ["article", "article", "404", "timeout", "redirect", "repeat", "list", "not-found", "login", "empty", "reread"]
Step = tuple[str, int, int, int, str]


def _world(urls: list[str], steps: list[Step]) -> World:
    """Visits to a few addresses that may or may not be one article; each step has a kind, three choices and a reader."""
    world = World()
    read: set[tuple[str, str]] = set()
    for number, (what, place, other, how, reader) in enumerate(steps):
        url, hours = urls[place % len(urls)], number * (1, 10, 40)[how % 3] + number / 100
        if what == "article":
            capture = world.article(url, hours, reader=reader, **OTHERWISE[how % len(OTHERWISE)])
            read.add((capture.capture_id, reader))
        elif what in ("list", "not-found", "login", "empty"):
            world.read(world.capture(url, hours), page_kind=what)
        elif what == "404":
            world.capture(url, hours, status=404)
        elif what == "timeout":
            world.capture(url, hours, outcome="timeout")
        elif what == "redirect":
            world.capture(url, hours, status=301, redirect_to=urls[other % len(urls)])
        elif what == "repeat" and world.captures:  # also of a payload that lies elsewhere, or is repeated itself
            target = world.captures[other % len(world.captures)].capture_id
            if how % 2:
                world.capture(url, hours, outcome="not-modified", status=304, refers_to=target)
            else:
                world.capture(
                    url, hours, outcome="unchanged", status=200, refers_to=target, payload_digest=f"x{number}"
                )
        elif what == "reread" and world.readings:
            capture_id, reading = world.readings[other % len(world.readings)]
            if (capture_id, f"{reader}.1") not in read:
                read.add((capture_id, f"{reader}.1"))
                values = {**OTHERWISE[how % len(OTHERWISE)], "reader_version": f"{reader}.1", "source_mark": "x"}
                world.readings.append((capture_id, replace(reading, **values)))
    return world


def _worlds() -> st.SearchStrategy[World]:
    step = st.tuples(
        st.sampled_from(KINDS), st.integers(0, 9), st.integers(0, 9), st.integers(0, 8), st.sampled_from(["1", "2"])
    )
    urls = st.lists(st.sampled_from(NEAR), min_size=2, max_size=5, unique=True)
    return st.builds(_world, urls, st.lists(step, min_size=1, max_size=12))


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Store, Store]]:
    """Two empty databases in memory, emptied again by the test."""
    stores = []
    for _ in range(2):
        con = duckdb.connect(":memory:")
        con.execute("SET TimeZone = 'UTC'; SET threads = 1")
        migrations.migrate(con)
        stores.append(Store(Path(":memory:"), con, read_only=True))  # nothing to write when it closes
    yield stores[0], stores[1]
    for store in stores:
        store.close()


def _emptied(store: Store) -> Store:
    for table in model.tables():
        store.con.execute(f"DELETE FROM {table}")
    return store


def _same_in_any_order(pair: tuple[Store, Store], derived: Callable[[Store], Any], world: World, seed: int) -> None:
    whole = _emptied(pair[0])
    load.load_captures(whole, world.captures)
    load.load_readings(whole, world.readings)
    versions.build(whole)
    assert [check for check in checks.run(whole) if not check.passed] == []
    chance = random.Random(seed)
    arrivals: list[Any] = [*world.captures, *world.readings]
    chance.shuffle(arrivals)
    portions = _emptied(pair[1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(versions, "BATCH", chance.choice([1, 2, versions.BATCH]))
        while arrivals:
            size = chance.randint(1, len(arrivals))
            batch, arrivals = arrivals[:size], arrivals[size:]
            load.load_readings(portions, [item for item in batch if isinstance(item, tuple)])
            load.load_captures(portions, [item for item in batch if not isinstance(item, tuple)])
            if chance.random() < 0.7:
                versions.build(portions)
        versions.build(portions)
    assert derived(portions) == derived(whole)


# The same worlds each time, so that a change is judged by itself; TINTINH_EXAMPLES=N looks at N others, at random.
ANY_ORDER = settings(
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    derandomize="TINTINH_EXAMPLES" not in os.environ,
)


@settings(ANY_ORDER, max_examples=12)
@given(world=_worlds(), seed=st.integers(0, 2**16))
def test_the_result_does_not_depend_on_the_order_of_arrival(
    pair: tuple[Store, Store], derived: Callable[[Store], Any], world: World, seed: int
) -> None:
    _same_in_any_order(pair, derived, world, seed)


@pytest.mark.slow
@settings(ANY_ORDER, max_examples=EXAMPLES)
@given(world=_worlds(), seed=st.integers(0, 2**16))
def test_the_result_does_not_depend_on_the_order_of_arrival_at_length(
    pair: tuple[Store, Store], derived: Callable[[Store], Any], world: World, seed: int
) -> None:
    _same_in_any_order(pair, derived, world, seed)


@pytest.mark.parametrize("seed", range(6))
def test_a_payload_repeated_under_another_address_joins_in_any_order(
    pair: tuple[Store, Store], derived: Callable[[Store], Any], seed: int
) -> None:
    """The pages that only repeat: what they show lies in captures of other addresses, two steps back."""
    world = World()
    first = world.article(PLAIN, 0)
    again = world.capture(URL, 5, outcome="unchanged", status=200, refers_to=first.capture_id, payload_digest="x")
    world.capture(NEW_URL, 7, outcome="not-modified", status=304, refers_to=again.capture_id)
    world.readings = [(key, replace(reading, native_id="7")) for key, reading in world.readings]
    _same_in_any_order(pair, derived, world, seed)
    assert pair[0].value("SELECT count(*) FROM articles") == 1


# Places have long lists of their own to fill for each world; what they find depends on the article alone.
OF_ARTICLES = [derivation for derivation in DERIVATIONS if derivation.name != "places"]
STATED = ("corrections", "corrected_articles", "corrected_texts", "redactions", "redacted_addresses")


# Numbers of words, articles and segments follow the order in which they came; where each word stands does not.
WORDS = """
SELECT d.article_id, p.position, w.word, w.key
FROM search_postings p JOIN search_words w USING (key_id, form) JOIN search_documents d USING (doc, segment)
ORDER BY ALL
"""


def _everything(store: Store, derived: Callable[[Store], Any]) -> dict[str, Any]:
    assert store.value("SELECT count(*) FROM search_purged") == 0  # what a redaction asked for is done
    tables = [*STATED, *(table for each in OF_ARTICLES if each.name != "search" for table in each.tables)]
    return derived(store) | {
        "words": store.con.execute(WORDS).fetchall(),
        **{table: sorted(store.con.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in tables},
    }


def _correct(path: Path, store: Store, chance: random.Random) -> None:
    """Statements on some articles of a whole archive: of the article, and of one of its versions."""
    rows = []
    for row in store.rows("SELECT a.url, v.version_id FROM articles a JOIN versions v USING (article_id) ORDER BY ALL"):
        said: dict[str, Any] = {"article": row["url"], "reason": "ảnh", "by": "biên tập", "day": date(2026, 3, 9)}
        if chance.random() < 0.5:
            rows.append(said | {"field": "authors", "value": ["Mai Phương"]})
        if chance.random() < 0.5:
            rows.append(said | {"field": "title", "version": row["version_id"], "value": "Nói lại"})
    path.write_text(yaml.safe_dump(rows, allow_unicode=True), encoding="utf-8")


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the corrections of a world stand."""
    return tmp_path_factory.mktemp("said") / "corrections.yaml"


def _same_with_statements(
    pair: tuple[Store, Store], derived: Callable[[Store], Any], said: Path, world: World, seed: int
) -> None:
    chance = random.Random(seed)
    whole = _emptied(pair[0])
    load.load_captures(whole, world.captures)
    load.load_readings(whole, world.readings)
    versions.build(whole)
    articles = [article for (article,) in whole.con.execute("SELECT article_id FROM articles ORDER BY ALL").fetchall()]
    taken = [
        redactions.describe(whole, article, "theo yêu cầu", "biên tập", date(2026, 3, 9))
        for article in chance.sample(articles, chance.randint(0, min(2, len(articles))))
    ]
    _correct(said, whole, chance)
    _state(whole, said, taken)
    assert [check for check in checks.run(whole) if not check.passed] == []

    portions = _emptied(pair[1])
    arrivals: list[Any] = [*world.captures, *world.readings]
    chance.shuffle(arrivals)
    unread: list[Any] = []
    known_from = chance.random()  # when the operator speaks: before anything came in, or later
    while arrivals:
        size = chance.randint(1, len(arrivals))
        batch, arrivals = arrivals[:size], arrivals[size:]
        unread += [item for item in batch if isinstance(item, tuple)]
        load.load_captures(portions, [item for item in batch if not isinstance(item, tuple)])
        unread = _read(portions, unread)
        if chance.random() < 0.7:
            versions.build(portions)
        if chance.random() < known_from:
            _state(portions, said, taken)
    _state(portions, said, taken)
    assert _everything(portions, derived) == _everything(whole, derived)


def _read(store: Store, unread: list[Any]) -> list[Any]:
    """Loads the readings of captures that are there, as only those are read; returns the others."""
    there = {capture for (capture,) in store.con.execute("SELECT capture_id FROM captures").fetchall()}
    load.load_readings(store, [item for item in unread if item[0] in there])
    return [item for item in unread if item[0] not in there]


def _state(store: Store, said: Path, taken: list[redactions.Redaction]) -> None:
    """What every load and derivation does with the operator's statements."""
    redactions.apply(store, taken)
    versions.build(store)
    bring_in(store, said)
    for derivation in OF_ARTICLES:
        bring_up_to_date(store, derivation)


@settings(ANY_ORDER, max_examples=4)
@given(world=_worlds(), seed=st.integers(0, 2**16))
def test_statements_of_the_operator_hold_in_any_order(
    pair: tuple[Store, Store], derived: Callable[[Store], Any], said: Path, world: World, seed: int
) -> None:
    _same_with_statements(pair, derived, said, world, seed)


@pytest.mark.slow
@settings(ANY_ORDER, max_examples=max(1, EXAMPLES // 5))
@given(world=_worlds(), seed=st.integers(0, 2**16))
def test_statements_of_the_operator_hold_in_any_order_at_length(
    pair: tuple[Store, Store], derived: Callable[[Store], Any], said: Path, world: World, seed: int
) -> None:
    _same_with_statements(pair, derived, said, world, seed)


@pytest.mark.parametrize("seed", range(4))
def test_what_repeated_a_redacted_payload_is_built_again(
    pair: tuple[Store, Store], derived: Callable[[Store], Any], seed: int
) -> None:
    """A page of another address shows nothing of its own: with the payload gone it is no article any more."""
    world = World()
    first = world.article(PLAIN, 0)
    world.article(NEW_URL, 1, title="Lễ hội ngày mùa", native_id="9")
    world.capture(NEW_URL, 5, outcome="unchanged", status=200, refers_to=first.capture_id, payload_digest="x")
    results = []
    for store, early in zip(pair, (False, True), strict=True):
        _emptied(store)
        article = redactions.Redaction("0" * 32, "baomau", (PLAIN,), "theo yêu cầu", "biên tập", date(2026, 3, 9))
        if early:
            redactions.apply(store, [article])
        load.load_captures(store, random.Random(seed).sample(world.captures, len(world.captures)))
        _read(store, world.readings)
        versions.build(store)
        redactions.apply(store, [article])
        versions.build(store)
        results.append(derived(store))
    assert results[0] == results[1]


def test_an_article_that_came_in_by_another_id_goes_with_its_address(pair: tuple[Store, Store]) -> None:
    """The id is that of the page which came in first here; the tombstone has that of the whole archive."""
    world = World()
    world.article(URL, 0)
    world.article(URL, 70, native_id="7")
    store = _emptied(pair[0])
    load.load_captures(store, world.captures[1:])
    load.load_readings(store, world.readings[1:])
    versions.build(store)
    other = store.value("SELECT article_id FROM articles")
    article = redactions.Redaction("0" * 32, "baomau", (URL,), "theo yêu cầu", "biên tập", date(2026, 3, 9))
    assert article.article_id != other
    redactions.apply(store, [article])
    for table in ("articles", "versions", "version_captures", "contents", "readings", "captures", "addresses"):
        assert store.value(f"SELECT count(*) FROM {table}") == 0, table
    assert redactions.apply(store, [article]) == 0
