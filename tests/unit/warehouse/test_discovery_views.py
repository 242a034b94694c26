"""What the published file says about how articles were found, and about lastmods."""

from __future__ import annotations

from pathlib import Path

import pytest
from warehouse_world import World, at

from pipelines.records import Candidate
from warehouse import load, publish, query
from warehouse.store import Store

URL = "https://baomau.example/thoi-su/tin-moi-{}.html"


def test_the_finder_that_named_an_article_first_is_counted(store: Store, world: World, tmp_path: Path) -> None:
    for number in (10001, 10002, 10003):
        world.article(URL.format(number), 5, published_at=at(0), published_precision="minute")
    world.build(store)
    named = [
        ("feed", 10001, 1),
        ("sitemap", 10001, 2),
        ("sitemap", 10002, 3),
        ("sitemap", 10003, 3),
        ("feed", 10003, 2),
    ]
    named.append(("sitemap", 10004, 4))  # never fetched
    load.load_candidates(store, [Candidate(URL.format(n), "baomau", by, at(hours)) for by, n, hours in named])
    publish.publish(store, tmp_path / "published", parquet=False)
    rows = {row["found_by"]: row for row in query.discovery(tmp_path / "published" / publish.DATABASE)}
    feed, sitemap = rows["feed"], rows["sitemap"]
    assert (feed["named"], feed["named_first"], feed["named_alone"], feed["articles_first"]) == (2, 2, 0, 2)
    assert (sitemap["named"], sitemap["named_first"], sitemap["named_alone"], sitemap["articles_first"]) == (4, 2, 2, 1)
    assert feed["share_first"] == pytest.approx(2 / 3, abs=1e-3)
    assert feed["hours_after_publication"] == 1.5


def test_what_a_lastmod_claimed_is_held_against_what_the_visit_found(
    store: Store, world: World, tmp_path: Path
) -> None:
    def look(number: int, hours: float, lastmod: str, *, edited: bool) -> None:
        headers = {"content-type": "text/html", "tintinh-lastmod": lastmod}
        if edited:
            world.read(world.capture(URL.format(number), hours, headers=headers), title=f"Bản của giờ {hours}")
        else:
            world.capture(URL.format(number), hours, outcome="not-modified", status=304, headers=headers)

    for number in range(10001, 10006):
        world.article(URL.format(number), 0)
    look(10001, 30, "2026-03-03T01:00:00Z", edited=True)  # the world begins on 2 March, 8 in the morning of Vietnam
    look(10002, 30, "2026-03-03T01:00:00Z", edited=False)
    look(10003, 30, "2026-03-02", edited=True)  # the day of the first visit: claims nothing
    look(10004, 30, "2026-03-03", edited=True)
    look(10005, 30, "hôm qua", edited=False)
    world.build(store)
    publish.publish(store, tmp_path / "published", parquet=False)
    path = tmp_path / "published" / publish.DATABASE
    answer = query.sql(path, "SELECT * EXCLUDE (source_id, last_look) FROM lastmod_trust")
    assert dict(zip(answer.columns, answer.rows[0], strict=True)) == {
        "looks": 5,
        "claimed": 3,
        "claimed_changed": 2,
        "claimed_edited": 2,
        "unclaimed_edited": 1,
        "unreadable": 1,
        "trust": 0.6667,
    }
