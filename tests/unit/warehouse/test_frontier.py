from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from warehouse_world import START, World, at

from pipelines.records import Candidate
from warehouse import frontier, load, versions
from warehouse.store import Store

URL = "https://baomau.example/thoi-su/tin-moi-{}.html"


def known(store: Store, mode: str, hours: float, **values: Any) -> list[dict[str, Any]]:
    file = store.path.with_name("known.jsonl")
    counts = frontier.write_known(store, file, "baomau", mode, now=at(hours), **values)
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert (counts.rows, counts.due) == (len(rows), sum(row["due"] for row in rows))
    assert [path.name for path in file.parent.glob("known*")] == [file.name]
    return rows


def due(store: Store, mode: str, hours: float, **values: Any) -> list[str]:
    rows = known(store, mode, hours, **values)
    assert len({row["canonical_url"] for row in rows}) == len(rows)
    dues = [row["due"] for row in rows]
    assert dues == sorted(dues, reverse=True)
    return [row["canonical_url"] for row in rows if row["due"]]


def candidate(number: int, hours: float) -> Candidate:
    return Candidate(URL.format(number), "baomau", "feed", at(hours), found_on="https://baomau.example/rss")


def test_latest_takes_what_was_named_and_never_shown(store: Store, world: World) -> None:
    world.article(URL.format(10001), 0)
    world.capture(URL.format(10002), 0, outcome="timeout")
    world.build(store)
    load.load_candidates(store, [candidate(10001, 0), candidate(10003, 1), candidate(10004, 2)])
    new = [URL.format(10004), URL.format(10003)]
    assert due(store, "latest", 0.5) == new
    assert due(store, "latest", 2) == [*new, URL.format(10002)]
    assert due(store, "latest", 2, limit=1) == new[:1]
    rows = {row["canonical_url"]: row for row in known(store, "latest", 2)}
    assert rows[URL.format(10001)]["due"] is False
    assert rows[URL.format(10001)]["etag"] == '"0"'
    assert rows[URL.format(10003)]["state"] == "pending"
    assert rows[URL.format(10003)]["capture_id"] is None
    assert rows[URL.format(10003)]["article_key"] is None, "it follows from the address"


@pytest.mark.parametrize(
    ("age", "idle", "expected"),
    [
        (1, 0.2, False),
        (1, 0.3, True),
        (20, 0.5, False),
        (20, 1.1, True),
        (200, 70, False),
        (200, 73, True),
        (9000, 999, False),
    ],
)
def test_revisit_goes_by_age(store: Store, world: World, age: float, idle: float, expected: bool) -> None:
    world.article(URL.format(10001), 0, published_at=at(idle - age))
    world.build(store)
    assert due(store, "revisit", idle) == ([URL.format(10001)] if expected else [])
    assert due(store, "latest", idle) == []
    assert due(store, "revisit", idle, everything=True) == [URL.format(10001)]


def test_missing_articles_are_asked_for_daily_until_they_are_gone(store: Store, world: World) -> None:
    world.article(URL.format(10001), 0)
    world.capture(URL.format(10001), 1, status=404)
    world.build(store)
    assert due(store, "revisit", 24) == []
    assert due(store, "revisit", 25.1) == [URL.format(10001)]
    for day in (2, 4):
        world.capture(URL.format(10001), 24 * day, status=404)
    world.build(store)
    assert due(store, "revisit", 24 * 6) == []
    assert due(store, "revisit", 24 * 40) == [URL.format(10001)]


def test_since_goes_by_the_day_of_publication_in_vietnam(store: Store, world: World) -> None:
    # 18:30 UTC is already the next day in Vietnam
    world.article(URL.format(10001), 20, published_at=START.replace(hour=18, minute=30))
    world.build(store)
    day = date(2026, 3, 3)
    assert due(store, "revisit", 30, since=day) == [URL.format(10001)]
    assert due(store, "revisit", 30, since=day + timedelta(days=1)) == []


def test_an_address_that_never_answers_is_given_up(store: Store, world: World) -> None:
    for visit in range(10):
        world.capture(URL.format(10001), visit, outcome="dns")
        if visit == 3:
            world.build(store)
            assert due(store, "latest", 10) == []
            assert due(store, "latest", 12) == [URL.format(10001)]
    world.build(store)
    assert due(store, "latest", 9999) == []


def test_lists_and_feeds_keep_their_validators(store: Store, world: World) -> None:
    world.capture("https://baomau.example/rss", 0, purpose="feed")
    newest = world.capture("https://baomau.example/rss", 5, purpose="feed")
    world.build(store)
    (row,) = known(store, "latest", 6)
    assert (row["purpose"], row["due"], row["etag"], row["capture_id"]) == ("feed", False, '"5"', newest.capture_id)


def test_a_payload_that_is_lost_is_asked_for_without_conditions(store: Store, world: World) -> None:
    lost = world.article(URL.format(10001), 0)
    world.capture(URL.format(10001), 1, outcome="not-modified", status=304, refers_to=lost.capture_id)
    kept = world.article(URL.format(10002), 0)
    world.build(store)
    before = {row["canonical_url"]: row for row in known(store, "latest", 2)}
    frontier.forget_payloads(store, [lost.capture_id])
    versions.build(store)
    after = {row["canonical_url"]: row for row in known(store, "latest", 2)}
    assert before[URL.format(10001)]["capture_id"] == lost.capture_id
    assert before[URL.format(10001)]["etag"]
    row = after[URL.format(10001)]
    assert (row["capture_id"], row["etag"], row["last_modified"], row["payload_digest"]) == (None, None, None, None)
    assert row["state"] == "live", "what was read from it stays"
    assert after[URL.format(10002)] == before[URL.format(10002)]
    assert after[URL.format(10002)]["capture_id"] == kept.capture_id


def test_a_revisit_is_told_only_what_is_due_and_its_other_addresses(store: Store, world: World) -> None:
    for number in (10001, 10002):
        world.article(URL.format(number), 0, published_at=at(0))
    world.article(f"{URL.format(10001)}?trang=in", 0, native_id="10001", published_at=at(0))
    world.capture(URL.format(10002), 1.9, outcome="not-modified", status=304)
    world.capture("https://baomau.example/rss", 0, purpose="feed")
    world.build(store)
    load.load_candidates(store, [candidate(10003, 1)])
    assert {row["canonical_url"] for row in known(store, "latest", 2)} > {
        URL.format(10002),
        "https://baomau.example/rss",
    }
    told = {row["canonical_url"]: row["due"] for row in known(store, "revisit", 2)}
    both = [is_due for url, is_due in told.items() if "10001" in url]
    assert sorted(both) == [False, True], "one address of the article is asked for, the other named"
    assert told[URL.format(10003)] is True
    assert URL.format(10002) not in told
    assert not any("rss" in url for url in told)


def test_an_outlet_that_never_edits_is_looked_at_more_rarely(store: Store, world: World) -> None:
    quiet = URL.format(10001)
    world.article(quiet, 0, published_at=at(0))
    for look in range(1, 40):
        world.capture(quiet, 24 + 3 * look, outcome="not-modified", status=304)
    world.article(URL.format(10002), 200, published_at=at(200 - 100))
    world.build(store)
    assert due(store, "revisit", 203.5) == []
    assert due(store, "revisit", 208) == [URL.format(10002)]
