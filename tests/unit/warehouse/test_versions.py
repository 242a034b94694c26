from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from warehouse_world import World, at

from pipelines.records import Caption, Capture, Credit
from warehouse import checks, load, versions
from warehouse.store import Store

URL = "https://baomau.example/thoi-su/khanh-thanh-cau-ben-say-100001.html"
NEW_URL = "https://baomau.example/xa-hoi/khanh-thanh-cau-ben-say-100001.html"
PLAIN = "https://baomau.example/thoi-su/khanh-thanh-cau-ben-say"
EDITED = ("Cầu dài 48 m, rộng 3,5 m.", "Ông Lường Đình Khoát cho biết 216 hộ dân đã mong cây cầu này.")


def one(store: Store, sql: str) -> Any:
    rows = store.rows(sql)
    assert len(rows) == 1, rows
    return rows[0]


def test_an_edit_is_a_version_with_what_changed(store: Store, world: World) -> None:
    first = world.article(URL, 0)
    world.article(URL, 1)
    edit = world.article(URL, 2, body=EDITED)
    counts = world.build(store)
    assert (counts.new_articles, counts.new_versions, counts.edits) == (1, 2, 1)
    old, new = store.rows("SELECT * FROM versions ORDER BY version_no")
    assert (old["version_id"], old["valid_from"], old["valid_to"], old["captures"]) == (
        first.capture_id, at(0), at(2), 2,
    )  # fmt: skip
    assert (new["version_id"], new["changed_fields"], new["change_class"]) == (edit.capture_id, ["body"], "major")
    assert (new["numbers_gone"], new["numbers_come"], new["valid_to"]) == (["126"], ["216"], None)


def test_repeating_every_step_changes_nothing(store: Store, world: World, derived: Callable[[Store], Any]) -> None:
    world.article(URL, 0)
    world.article(URL, 2, body=EDITED)
    world.build(store)
    before = derived(store)
    counts = world.build(store)
    assert counts == versions.BuildCounts()
    assert load.load_captures(store, world.captures).new == 0
    assert load.load_readings(store, world.readings).new == 0
    store.con.execute("INSERT INTO unbuilt SELECT DISTINCT source_id, canonical_url FROM captures")
    counts = versions.build(store)
    assert (counts.new_articles, counts.new_versions, counts.edits, counts.moves) == (0, 0, 0, 0)
    assert derived(store) == before


def test_the_reader_the_clock_and_blanks_make_no_edit(store: Store, world: World) -> None:
    world.article(URL, 0)
    capture = world.article(URL, 1, body=("Cầu  dài 48 m,\u00a0rộng 3,5 m.", EDITED[1].replace("216", "126")))
    world.read(capture, reader="2", body=EDITED, lead=None)
    world.article(URL, 2, section="Xã hội", tags=("cầu",), images=("https://baomau.example/j.jpg",))
    assert world.build(store).edits == 0
    shown = one(store, "SELECT reader_version, capture_id FROM versions")
    assert shown == {"reader_version": "2", "capture_id": capture.capture_id}


def test_versions_are_compared_under_one_reader(store: Store, world: World) -> None:
    first = world.article(URL, 0, reader="1.9", title="Nhầm")
    second = world.article(URL, 1, reader="1.10")
    assert world.build(store).edits == 0
    world.read(first, reader="1.10")
    assert world.build(store).edits == 0
    assert one(store, "SELECT version_id, reader_version FROM versions") == {
        "version_id": first.capture_id, "reader_version": "1.10",
    }  # fmt: skip
    world.read(second, reader="1.11", title="Sửa")
    world.read(first, reader="1.11")
    assert world.build(store).edits == 1


def pending(store: Store, reader: str, **choice: Any) -> list[Capture]:
    """What waits for this reader, taken out one by one; the counts say as much before."""
    counted = load.find_pending(store, ["baomau"], reader, **choice)
    taken: list[Capture] = []
    while some := load.take_pending(store, 1):
        taken += some
    assert len(taken) == counted.get("baomau", 0)
    return taken


def test_pending_readings_bring_in_the_older_captures_of_touched_articles(store: Store, world: World) -> None:
    old = world.article(URL, 0)
    world.article("https://baomau.example/khac-200002.html", 0)
    world.build(store)
    assert pending(store, "1") == []
    assert pending(store, "2") == []
    new = world.capture(URL, 5)
    world.capture(URL, 6, outcome="timeout")
    world.capture(URL, 7, status=404)
    world.capture("https://baomau.example/f.pdf", 7, headers={"content-type": "application/pdf"})
    load.load_captures(store, world.captures)
    assert pending(store, "2") == [old, new]
    assert len(pending(store, "2", everything=True)) == 3
    world.read(new, reader="2")
    load.load_readings(store, world.readings)
    assert pending(store, "2") == [old]


def test_reading_again_since_a_day_takes_the_older_captures_of_these_articles_along(store: Store, world: World) -> None:
    old = world.article(URL, 0)
    world.article("https://baomau.example/khac-200002.html", 0)
    new = world.article(URL, 30)
    world.build(store)
    again = {"everything": True, "since": at(24)}
    assert pending(store, "2", **again) == [new]
    world.read(new, reader="2")
    load.load_readings(store, world.readings)
    assert pending(store, "2", **again) == [old]
    world.read(old, reader="2")
    load.load_readings(store, world.readings)
    assert pending(store, "2", **again) == []


def test_a_page_that_comes_without_its_text_makes_no_edit(store: Store, world: World) -> None:
    world.article(URL, 0)
    world.article(URL, 1, lead=None, body=())
    world.article(URL, 2)
    assert world.build(store).edits == 0
    assert one(store, "SELECT captures, last_seen FROM versions") == {"captures": 3, "last_seen": at(2)}


def test_a_revert_is_an_edit_too(store: Store, world: World) -> None:
    for hours, body in enumerate([EDITED, (), EDITED]):
        world.article(URL, hours, **({"body": body} if body else {}))
    assert world.build(store).edits == 2
    assert len(store.rows("SELECT DISTINCT version_id FROM versions")) == 3


def test_amp_and_mobile_pages_make_no_edits_beside_the_plain_one(store: Store, world: World) -> None:
    world.article("https://m.baomau.example/amp/thoi-su/khanh-thanh-cau-ben-say-100001.html", 0, captions=())
    for hours in (1, 3):
        world.article(URL, hours)
        world.article("https://m.baomau.example/thoi-su/khanh-thanh-cau-ben-say-100001.html", hours + 1, captions=())
    assert world.build(store).edits == 0
    assert one(store, "SELECT url, visits FROM addresses") == {"url": URL, "visits": 5}
    assert one(store, "SELECT len(captions) AS n FROM versions JOIN contents USING (content_id)")["n"] == 1


def test_a_move_is_a_second_address_and_no_edit(store: Store, world: World) -> None:
    world.article(URL, 0)
    world.build(store)
    world.article(NEW_URL, 30, captions=(Caption("Cây cầu mới."),), authors=(Credit("Minh Thư"),))
    world.capture(URL, 31, status=404)
    counts = world.build(store)
    assert (counts.moves, counts.edits, counts.missing, counts.new_articles) == (1, 0, 0, 0)
    assert one(store, "SELECT url, alternate_urls, status, versions FROM articles") == {
        "url": NEW_URL, "alternate_urls": [URL], "status": "live", "versions": 1,
    }  # fmt: skip
    world.article(NEW_URL, 60, captions=(Caption("Cây cầu mới."),), authors=(Credit("Minh Thư"),), body=EDITED)
    assert world.build(store).edits == 1


def test_a_move_by_redirect_keeps_the_id_of_an_article_without_native_id(store: Store, world: World) -> None:
    world.article(PLAIN, 0)
    world.build(store)
    before = one(store, "SELECT article_id FROM articles")
    moved = "https://baomau.example/tin/khanh-thanh-cau-ben-say"
    world.capture(PLAIN, 40, status=301, redirect_to=moved)
    world.article(moved, 40.001)
    world.build(store)
    assert one(store, "SELECT article_id, url, alternate_urls, status FROM articles") == {
        **before, "url": moved, "alternate_urls": [PLAIN], "status": "live",
    }  # fmt: skip


def test_a_video_with_the_number_of_a_text_is_no_edit_of_it(store: Store, world: World) -> None:
    """Many systems number texts, videos and pictures each from one."""
    video = "https://baomau.example/video/le-hoi-ngay-mua-100001.html"
    for hours in (0, 24, 48):
        world.article(URL, hours)
        world.article(video, hours + 1, title="Lễ hội ngày mùa", body=("Hội làng.",), published_at=at(-9000))
    counts = world.build(store)
    assert (counts.new_articles, counts.edits, counts.moves) == (2, 0, 0)
    assert store.value("SELECT count(DISTINCT article_id) FROM addresses") == 2


def test_a_redirect_to_another_story_is_a_removal_and_no_move(store: Store, world: World) -> None:
    world.article(PLAIN, 0)
    other = "https://baomau.example/thoi-su/le-hoi-ngay-mua"
    world.article(other, 0, title="Lễ hội ngày mùa")
    world.capture(PLAIN, 40, status=302, redirect_to=other)
    world.article(other, 41, title="Lễ hội ngày mùa")
    assert world.build(store).new_articles == 2
    assert one(store, f"SELECT status, versions FROM articles WHERE url = '{PLAIN}'") == {
        "status": "missing", "versions": 1,
    }  # fmt: skip


def test_a_removed_article_keeps_its_text_and_its_gap(store: Store, world: World) -> None:
    world.article(URL, 0)
    world.build(store)
    world.capture(URL, 24, status=410)
    world.read(world.capture(URL, 48), page_kind="not-found")
    assert world.build(store).missing == 1
    world.capture(URL, 97, status=302, redirect_to="https://baomau.example/")
    assert world.build(store).gone == 1
    row = one(store, "SELECT status, missing_since, gone_confirmed_at FROM articles")
    assert row == {"status": "gone", "missing_since": at(24), "gone_confirmed_at": at(97)}
    assert one(store, "SELECT c.title FROM versions JOIN contents c USING (content_id)")["title"].startswith("Xã")
    world.article(URL, 200)
    counts = world.build(store)
    assert (counts.returned, counts.edits) == (1, 0)
    assert one(store, "SELECT worst, from_at, to_at, visits FROM gaps") == {
        "worst": "gone", "from_at": at(24), "to_at": at(200), "visits": 3,
    }  # fmt: skip


def test_repeated_payloads_are_sights_of_the_version(store: Store, world: World) -> None:
    first = world.article(URL, 0)
    world.capture(URL, 5, outcome="not-modified", status=304, refers_to=first.capture_id)
    again = world.capture(URL, 6, outcome="unchanged", status=200, refers_to=first.capture_id, payload_digest="x")
    world.capture(URL, 7, outcome="not-modified", status=304, refers_to=again.capture_id)
    world.build(store)
    assert one(store, "SELECT captures, last_seen FROM versions") == {"captures": 4, "last_seen": at(7)}
    assert one(store, "SELECT payload_capture_id, state FROM addresses") == {
        "payload_capture_id": first.capture_id, "state": "live",
    }  # fmt: skip


def test_lists_are_no_articles(store: Store, world: World) -> None:
    world.read(world.capture("https://baomau.example/thoi-su", 0), page_kind="list")
    counts = world.build(store)
    assert counts.new_articles == 0
    assert one(store, "SELECT state, article_id FROM addresses") == {"state": "live", "article_id": None}


@pytest.mark.parametrize("wrong", ["versions", "articles"])
def test_checks_find_what_does_not_hold(store: Store, world: World, wrong: str) -> None:
    world.article(URL, 0)
    world.build(store)
    assert all(check.passed for check in checks.run(store))
    store.con.execute(f"INSERT INTO {wrong} SELECT * FROM {wrong}")
    failed = [check for check in checks.run(store) if not check.passed]
    assert failed[0].table == wrong
    assert (failed[0].found, failed[0].expected) == (1, 0)
