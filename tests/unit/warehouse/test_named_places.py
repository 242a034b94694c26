from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from warehouse_world import SOURCE, World

from pipelines.places import gazetteer
from warehouse import load, publish, versions
from warehouse.derived.places import PLACES
from warehouse.derived.runner import bring_up_to_date
from warehouse.store import Store

BEFORE, AFTER = datetime(2024, 5, 6, 2, tzinfo=UTC), datetime(2025, 9, 8, 2, tzinfo=UTC)
HOME = {
    **SOURCE,
    "province": {"old": {"code": "06", "name": "Bắc Kạn"}, "new": {"code": "19", "name": "Thái Nguyên"}},
}


def _article(world: World, number: int, published: datetime | None, *body: str, **values: Any) -> None:
    defaults: dict[str, Any] = {"title": "Tin trong ngày", "lead": None, "section": None, "published_at": published}
    if published is None:
        defaults |= {"published_precision": None, "published_raw": None}
    world.article(
        f"https://baomau.example/tin-post{number}.html", number, native_id=str(number), body=body, **defaults | values
    )


def _load(store: Store, world: World) -> None:
    load.load_sources(store, [HOME])
    load.load_captures(store, world.captures)
    load.load_readings(store, world.readings)
    versions.build(store)


def _derive(store: Store, world: World) -> None:
    _load(store, world)
    bring_up_to_date(store, PLACES)


def _links(store: Store) -> list[tuple[Any, ...]]:
    return store.con.execute(
        "SELECT a.native_id, p.* FROM article_places p JOIN articles a USING (article_id) ORDER BY ALL"
    ).fetchall()


@pytest.fixture
def told(world: World) -> World:
    _article(world, 1, BEFORE, "UBND huyện Chợ Đồn làm việc với xã Bằng Lãng về trồng rừng.", section="Bắc Kạn")
    _article(world, 2, AFTER, "Xã Chợ Đồn ra mắt tổ công nghệ số.", "Hai ngày sau, huyện Chợ Đồn cũ đổi tên đường.")
    _article(world, 3, AFTER, "Huyện Na Rì vào vụ hồi.", title="Thái Nguyên: Được mùa hồi")
    _article(world, 4, AFTER, "Xã Tân An họp dân.", "Anh Nguyễn Văn Thanh ở xã Khuổi Nhả Lạ.")
    return world


def test_links_have_unit_fields_count_and_confidence(store: Store, told: World) -> None:
    _derive(store, told)
    rows = store.rows(
        "SELECT a.native_id AS n, u.borders, u.full_name, u.valid_to, p.fields, p.mentions, p.marked_old, p.first_word"
        " FROM article_places p JOIN articles a USING (article_id) JOIN place_units u USING (unit_id)"
        " WHERE p.confidence >= 0.5 ORDER BY n, p.position"
    )
    assert [tuple(row.values()) for row in rows if row["n"] in "12"] == [
        ("1", "63", "Huyện Chợ Đồn", date(2025, 6, 30), ["body"], 1, 0, 5),
        ("1", "63", "Xã Bằng Lãng", date(2025, 6, 30), ["body"], 1, 0, 11),
        ("1", "63", "Tỉnh Bắc Kạn", date(2025, 6, 30), ["section"], 1, 0, None),
        ("2", "34", "Xã Chợ Đồn", None, ["body"], 1, 0, 4),
        ("2", "63", "Huyện Chợ Đồn", date(2025, 6, 30), ["body"], 1, 1, 16),
    ]


def test_a_name_that_could_be_several_units_stays_open(store: Store, told: World) -> None:
    _derive(store, told)
    rows = store.rows(
        "SELECT p.name, p.level, p.evidence, len(p.candidates) AS many FROM article_places p"
        " JOIN articles a USING (article_id) WHERE a.native_id = '4' AND unit_id IS NULL ORDER BY 1"
    )
    assert [(row["name"], row["evidence"], row["many"] > 1) for row in rows] == [
        ("Khuổi Nhả Lạ", "unknown", False),
        ("Tân An", "ambiguous", True),
    ]


def test_units_and_changes_are_all_there_and_come_again_with_other_lists(store: Store, world: World) -> None:
    _derive(store, world)
    units = gazetteer()
    assert store.value("SELECT count(*) FROM place_units") == len(units.units)
    assert store.value("SELECT count(*) FROM place_changes") == len(units.changes)
    assert store.value("SELECT count(*) FROM place_units WHERE borders = '34' AND level = 'province'") == 34
    store.con.execute("UPDATE derivations SET version = 'older' WHERE name = 'places'")
    bring_up_to_date(store, PLACES)
    assert store.value("SELECT count(*) FROM place_units") == len(units.units)


def test_an_undated_article_seen_before_the_reform_is_older_than_it(store: Store, world: World) -> None:
    _article(world, 9, None, "Nước sông Cầu dâng cao ở Bắc Kạn.")
    bring_up_to_date(store, PLACES)
    _load(store, world)
    store.con.execute("UPDATE articles SET first_seen = TIMESTAMPTZ '2025-06-30 16:59:59+00'")
    bring_up_to_date(store, PLACES)
    assert [row[3] for row in _links(store)] == [1]
    assert store.value("SELECT unit_id FROM article_places") == "63:06"


def test_an_edit_replaces_the_links_and_any_order_gives_the_same(store: Store, told: World, tmp_path: Path) -> None:
    _derive(store, told)
    _article(told, 3, AFTER, "Xã Na Rì vào vụ hồi.", title="Được mùa hồi")
    told.captures[-1] = told.captures[-1].__class__(
        **{
            **{name: getattr(told.captures[-1], name) for name in told.captures[-1].__dataclass_fields__},
            "fetched_at": told.captures[-1].fetched_at + timedelta(days=3),
        }
    )
    told.readings[-1] = (told.captures[-1].capture_id, told.readings[-1][1])
    _derive(store, told)
    links = _links(store)
    assert {row[4] for row in links if row[0] == "3"} == {
        store.value("SELECT unit_id FROM place_units WHERE full_name = 'Xã Na Rì' AND borders = '34'")
    }
    with Store.open_writer(tmp_path / "other.duckdb") as other:
        mixed = World(list(told.captures), list(told.readings))
        random.Random(4).shuffle(mixed.captures)
        random.Random(5).shuffle(mixed.readings)
        _derive(other, mixed)
        assert _links(other) == links


def _ask(store: Store, folder: Path, sql: str) -> list[tuple[Any, ...]]:
    report = publish.publish(store, folder / "published", parquet=False)
    with duckdb.connect(report.path, read_only=True) as con:
        return con.execute(sql).fetchall()


def test_the_commune_under_all_its_names(store: Store, told: World, tmp_path: Path) -> None:
    _derive(store, told)
    found = _ask(
        store,
        tmp_path,
        "SELECT DISTINCT a.native_id, named, relation FROM unit_articles JOIN articles a USING (article_id)"
        " WHERE unit = 'Xã Chợ Đồn' AND province = 'Thái Nguyên' ORDER BY ALL",
    )
    assert found == [("1", "Xã Bằng Lãng", "before"), ("2", "Xã Chợ Đồn", "itself")]


def test_coverage_by_old_borders_for_all_dates(store: Store, told: World, tmp_path: Path) -> None:
    _derive(store, told)
    found = _ask(
        store,
        tmp_path,
        "SELECT province, published_date >= '2025-07-01' AS after, count(*), count(*) FILTER (local)"
        " FROM article_provinces WHERE borders = '63' GROUP BY ALL ORDER BY ALL",
    )
    # The Thái Nguyên of 2025 is both old provinces; only the district tells that article 3 is about Bắc Kạn.
    assert [row for row in found if row[0] in ("Bắc Kạn", "Thái Nguyên")][:3] == [
        ("Bắc Kạn", False, 1, 1),
        ("Bắc Kạn", True, 2, 2),
        ("Thái Nguyên", True, 1, 0),
    ]
    shares = _ask(
        store,
        tmp_path,
        "SELECT day, province, own, articles, of_articles FROM province_coverage WHERE borders = '34' AND own ORDER BY ALL",
    )
    assert shares[0][1:] == ("Thái Nguyên", True, 1, 1)
    assert shares[1][3] >= 2
    assert shares[1][4] == 3


def test_the_half_life_of_old_names_is_where_it_was_planted(store: Store, world: World, tmp_path: Path) -> None:
    start = datetime(2025, 4, 7, 2, tzinfo=UTC)  # twelve weeks before the week of the reform
    number = 0
    for week in range(30):
        # All ten articles name a district to the end; then nine, eight ... of ten until the eighth week; then one.
        after = week - 12
        olds = 10 if after < 0 else max(10 - after, 1)
        for n in range(10):
            number += 1
            text = "Huyện Na Rì vào vụ hồi." if n < olds else "Nông dân vào vụ hồi."
            if n == 9 and after > 0:
                text = "Địa bàn huyện Na Rì cũ vào vụ hồi."
            _article(world, number, start + timedelta(weeks=week, hours=n), text)
    _derive(store, world)
    ((share, half_life, observed),) = _ask(
        store, tmp_path, "SELECT share_before, half_life_weeks, weeks_observed FROM old_name_half_life"
    )
    # Weeks 4 to 7 have 6 + 5 + 4 + 3 of forty: the first four weeks with at most half of all.
    assert (share, half_life, observed) == (1.0, 4, 17)
    marked = _ask(store, tmp_path, "SELECT weeks_since_reform, with_marked FROM old_name_weeks ORDER BY 1")
    assert [m for w, m in marked if w in (-1, 0, 1, 17)] == [0, 0, 1, 1]
