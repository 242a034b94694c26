from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from cookbook_world import (
    ALONE,
    EDITED,
    EVERY,
    MERGED,
    NATIONAL,
    PLANTED,
    REMOVED,
    SECTIONS,
    STORM,
    TAKEN,
    UNDATED,
    WIRE,
    Planted,
    page,
    published_file,
)
from warehouse_world import at

from warehouse import recipes
from warehouse.errors import BadQuery

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file of the planted archive."""
    return published_file(tmp_path_factory.mktemp("cookbook"))


def _ask(published: Path, name: str, **values: str) -> list[dict[str, Any]]:
    result = recipes.ask(published, recipes.find(name), values)
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def test_every_question_says_what_it_asks_and_runs(published: Path) -> None:
    assert [recipe.number for recipe in recipes.recipes().values()] == [
        *(1, 2, 5, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 25)
    ]
    for recipe in recipes.recipes().values():
        assert recipe.question.endswith("?") or recipe.name == "sample"
        assert recipe.who
        # What a question takes is what it says it takes.
        taken = {part.split("'")[1] for part in recipe.sql.split("getvariable(")[1:] for part in (part,)}
        assert taken == set(recipe.parameters), recipe.name
        assert recipes.ask(published, recipe).columns


def test_unknown_questions_and_parameters_are_refused_with_what_there_is(published: Path) -> None:
    with pytest.raises(BadQuery, match="coverage, topics"):
        recipes.find("weather")
    with pytest.raises(BadQuery, match="takes commune, province"):
        recipes.ask(published, recipes.find("my_commune"), {"village": "x"})


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Europe/Berlin", "Pacific/Kiritimati"])
def test_no_view_and_no_answer_depends_on_where_the_analyst_sits(published: Path, zone: str) -> None:
    """DuckDB takes the machine's time zone for its session: a day, or an hour where clocks are moved, must not follow it."""
    at_home, abroad = (duckdb.connect(published, read_only=True) for _ in range(2))
    with at_home, abroad:
        at_home.execute("SET TimeZone = 'UTC'")
        abroad.execute(f"SET TimeZone = '{zone}'")
        asked = {recipe.name: recipe.sql.strip().rstrip(";") for recipe in recipes.recipes().values()}
        views = at_home.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
        asked |= {name: f"FROM {name}" for (name,) in views}
        for name, sql in asked.items():
            shown = [
                f'epoch_us("{column}")' if kind == "TIMESTAMP WITH TIME ZONE" else f'"{column}"'
                for column, kind, *_ in at_home.execute(f"DESCRIBE {sql}").fetchall()
            ]
            query = f"SELECT {', '.join(shown)} FROM ({sql}) ORDER BY ALL"
            assert at_home.execute(query).fetchall() == abroad.execute(query).fetchall(), name


def test_coverage_tells_holes_of_the_outlet_from_holes_of_the_crawl(published: Path) -> None:
    rows = [row for row in _ask(published, "coverage") if row["source_id"] == ALONE]
    expected = Counter(item.published.date().replace(day=1) for item in EVERY if item.outlet == ALONE)
    assert {row["month"]: row["articles"] for row in rows if row["articles"]} == expected
    holes = {row["month"]: row["hole"] for row in rows if row["hole"]}
    assert min(expected) < min(holes)
    assert max(holes) < max(expected)
    # The world was fetched from March 2026 on; nothing was printed in that March, and nothing fetched in the May before.
    assert holes[date(2026, 3, 1)] == "outlet"
    assert holes[date(2025, 5, 1)] == "crawler"


def test_topics(published: Path) -> None:
    rows = _ask(published, "topics")
    quarter = [
        SECTIONS[item.section]
        for item in PLANTED
        if item.outlet == MERGED and item.published.year == 2025 and item.published.month in (7, 8, 9)
    ]
    assert {
        row["topic"]: (row["articles"], row["share"])
        for row in rows
        if row["quarter"] == "2025 Q3" and row["province"] == "Thái Nguyên"
    } == {topic: (n, round(n / len(quarter), 3)) for topic, n in Counter(quarter).items()}


def test_silent_edits(published: Path) -> None:
    edits = {row["url"]: row for row in _ask(published, "silent_edits")}
    assert set(edits) == {EDITED.url, STORM[0].url}
    assert edits[EDITED.url]["changed_fields"] == ["title"]
    told = edits[STORM[0].url]
    assert (told["numbers_gone"], told["numbers_come"]) == (["12"], ["19"])
    assert told["hours_after"] == round((at(3430) - datetime(2026, 7, 21, 0, tzinfo=UTC)).total_seconds() / 3600, 1)


def test_removed(published: Path) -> None:
    (row,) = _ask(published, "removed")
    assert (row["url"], row["status"]) == (REMOVED.url, "gone")
    assert row["days_online"] == ((at(200) + timedelta(hours=7)).date() - REMOVED.published.date()).days


def test_wire_spread(published: Path) -> None:
    (row,) = _ask(published, "wire_spread")
    assert (row["outlets"], row["articles"], row["span_hours"], row["uncredited"]) == (2, 2, 3.0, 0)
    assert _ask(published, "wire_spread", agency="AFP") == []


def test_own_and_foreign(published: Path) -> None:
    found = {(row["source_id"], row["year"]): row for row in _ask(published, "own_and_foreign")}
    for outlet in (MERGED, ALONE):
        there = [item for item in EVERY if item.outlet == outlet and item.published.year == 2026]
        agency = sum(item.agency or item in WIRE for item in there if item not in (*TAKEN, *STORM))
        copied = sum(item is TAKEN[1] for item in there)
        row = found[outlet, 2026]
        assert row["articles"] == len(there)
        assert row["agency"] == round(agency / len(there), 3)
        assert row["copied"] == round(copied / len(there), 3)


def test_uncredited(published: Path) -> None:
    (row,) = _ask(published, "uncredited")
    assert (row["had_it"], row["took_it"], row["articles"], row["median_hours"]) == (MERGED, ALONE, 1, 12.0)


def test_delay(published: Path) -> None:
    days: dict[tuple[str, int], list[int]] = defaultdict(list)
    for item in PLANTED:
        days[item.outlet, item.published.isoweekday()].append(item.number % 3)
    found = {
        (row["source_id"], row["weekday"]): (row["articles"], row["mean_days"]) for row in _ask(published, "delay")
    }
    assert found == {key: (len(all_), round(sum(all_) / len(all_), 2)) for key, all_ in days.items()}


def test_hours(published: Path) -> None:
    expected = Counter((item.outlet, item.after, item.published.hour) for item in EVERY)
    rows = _ask(published, "hours")
    assert {(row["source_id"], row["after_merger"], row["hour"]): row["articles"] for row in rows} == expected


def test_productivity(published: Path) -> None:
    rows = [
        row for row in _ask(published, "productivity") if row["source_id"] == MERGED and row["person"] == "Mai Phương"
    ]
    months: dict[date, list[Planted]] = defaultdict(list)
    for item in PLANTED:
        if item.outlet == MERGED and "Mai Phương" in item.authors:
            months[item.published.date().replace(day=1)].append(item)
    assert {row["month"]: (row["articles"], row["active_days"], row["sections"], row["joint"]) for row in rows} == {
        month: (
            len(items),
            len({item.published.date() for item in items}),
            len({item.section for item in items}),
            round(sum(len(item.authors) > 1 for item in items) / len(items), 3),
        )
        for month, items in months.items()
    }


def test_photo_credits(published: Path) -> None:
    rows = {(row["source_id"], row["year"]): row for row in _ask(published, "photo_credits")}
    there = [item.photo for item in PLANTED if item.outlet == MERGED and item.published.year == 2025]
    row = rows[MERGED, 2025]
    assert row["photos"] == len(there)
    for column, photo in (
        ("agency", "TTXVN"),
        ("internet", "Internet"),
        ("illustration", "Ảnh minh họa"),
        ("own", "Mai Phương"),
    ):
        assert row[column] == round(there.count(photo) / len(there), 3), column
    assert row["without_credit"] == round(there.count(None) / len(there), 3)


def test_nobody(published: Path) -> None:
    rows = {(row["source_id"], row["topic"]): row for row in _ask(published, "nobody")}
    there = [item for item in PLANTED if item.outlet == MERGED and item.section == "Kinh tế"]
    row = rows[MERGED, "economy"]
    assert row["articles"] == len(there)
    assert row["nobody"] == round(sum(not item.authors for item in there) / len(there), 3)
    assert row["only_a_source"] == round(sum(item.agency for item in there) / len(there), 3)


def test_absorbed_provinces(published: Path) -> None:
    rows = _ask(published, "absorbed_provinces")
    assert [(row["source_id"], row["province"], row["relation"]) for row in rows] == [
        (MERGED, "Bắc Kạn", "absorbed"),
        (MERGED, "Thái Nguyên", "own"),
    ]
    # 8 of 20 named the province before and 2 of 20 after; the outlet beside it fell from 5 to 4 of ten.
    absorbed, own = rows
    assert (absorbed["share_before"], absorbed["share_after"], absorbed["points"]) == (0.4, 0.1, -30.0)
    assert (absorbed["control"], absorbed["difference"]) == (-10.0, -20.0)
    assert (own["share_before"], own["share_after"], own["difference"]) == (0.2, 0.25, 15.0)
    assert _ask(published, "absorbed_provinces", source=ALONE) == []


def test_old_names(published: Path) -> None:
    (row,) = _ask(published, "old_names")
    assert (row["source_id"], row["articles_before"], row["share_before"]) == (NATIONAL, 8, 1.0)
    # Of the four weeks from the second on, two still have it: half of what it was.
    assert (row["half_life_weeks"], row["weeks_observed"], row["share_last"]) == (2, 7, 0.0)
    assert row["first_marked"] == date(2025, 7, 28)


def test_my_commune(published: Path) -> None:
    rows = _ask(published, "my_commune", commune="Xã Na Rì", province="Thái Nguyên")
    assert {row["url"] for row in rows} == set()
    rows = _ask(published, "my_commune", commune="Xã Chợ Đồn")
    assert {row["url"] for row in rows} == {item.url for item in PLANTED if item.named == "xã Chợ Đồn"}
    assert {row["named"] for row in rows} == {"Xã Chợ Đồn"}
    assert _ask(published, "my_commune", commune="chợ đồn") == rows


def test_storm(published: Path) -> None:
    rows = _ask(published, "storm", storm="Bão số 3", since="2026-07-01", until="2026-07-31")
    assert [
        (row["six_hours"].isoformat(), row["articles"], row["provinces"], row["numbers_corrected"]) for row in rows
    ] == [
        ("2026-07-21T06:00:00", 1, ["Thái Nguyên"], ["19"]),
        ("2026-07-21T12:00:00", 1, ["Cao Bằng"], []),
    ]
    assert _ask(published, "storm", storm="bão số 3", until="2026-07-01") == []


def test_a_sample_is_balanced_has_no_copies_and_comes_again(published: Path) -> None:
    rows = _ask(published, "sample", each="2")
    cells = Counter((item.outlet, item.published.year, SECTIONS[item.section]) for item in PLANTED)
    found = Counter((row["source_id"], row["year"], row["topic"]) for row in rows)
    assert {cell: n for cell, n in found.items() if cell in cells} == {cell: min(2, n) for cell, n in cells.items()}
    taken = {row["url"] for row in rows}
    assert TAKEN[1].url not in taken
    assert WIRE[1].url not in taken
    assert _ask(published, "sample", each="2") == rows
    assert {row["text"] for row in rows} == {None}
    whole = _ask(published, "sample", each="2", texts="yes")
    assert [row["article_id"] for row in whole] == [row["article_id"] for row in rows]
    assert all(row["text"] for row in whole)


def test_spelling(published: Path) -> None:
    rows = {(row["source_id"], row["year"]): row for row in _ask(published, "spelling")}
    there = [item for item in PLANTED if item.outlet == ALONE and item.published.year == 2025]
    row = rows[ALONE, 2025]
    assert (row["old_way"], row["new_way"]) == (len(there), 2 * len(there))
    assert row["with_look_alike_d"] == sum(item.number % 10 == 0 for item in there)


def test_suspect_dates(published: Path) -> None:
    rows = {(row["source_id"], row["rule"]): row for row in _ask(published, "suspect_dates")}
    assert rows[ALONE, "undated"]["example"] == UNDATED.url
    assert rows[ALONE, "undated"]["articles"] == 1


def test_the_page_is_up_to_date(published: Path) -> None:
    assert (DOCS / "cookbook.md").read_text(encoding="utf-8") == page(published), (
        "python tests/unit/warehouse/cookbook_world.py > docs/cookbook.md"
    )
