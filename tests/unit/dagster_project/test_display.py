"""What assets show on their pages: pictures that fit, a map that tells the truth, edits that read as what changed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from check_world import MOMENT, TODAY, Morning, World

from dagster_project.display import charts, country, metadata
from dagster_project.display.edits import edits_markdown
from dagster_project.display.svg import INLINE
from dagster_project.paths import DataFolder
from pipelines.diffs import word_diff
from warehouse.store import Store

PICTURE = re.compile(r"^!\[[^\[\]]+\]\(<data:image/svg\+xml,([^<>\s][^<>]*)>\)")


def drawn(markdown: str) -> ElementTree.Element:
    """The drawing in a picture of Markdown; fails where it is none, or no XML."""
    found = PICTURE.match(markdown)
    assert found, markdown[:200]
    return ElementTree.fromstring(unquote(found[1]))


def words(markdown: str) -> list[str]:
    return [element.text or "" for element in drawn(markdown).iter("{http://www.w3.org/2000/svg}text")]


def test_a_bar_of_statuses_fits_into_a_line_of_the_table() -> None:
    bar = charts.status_bar({"200": 41_200, "304": 7_700, "404": 99, "410": 3, "503": 41, "timeout": 27, "dns": 2})
    assert len(bar) <= INLINE
    assert "200 41200, 304 7700, 404 99, 503 41, timeout 27, 410 3, dns 2" in words(bar)
    widths = [float(e.get("width", "0")) for e in drawn(bar) if e.get("height") == "16"]
    assert widths[0] > 5 * widths[1] > 50 * widths[2]
    assert charts.status_bar({}) == ""


def test_thirty_full_days_fit_into_a_line_of_the_table() -> None:
    days = {TODAY - timedelta(days=n): (1000 + n, 990 - 13 * n) for n in range(40)}
    columns = charts.daily_columns(days, TODAY)
    assert len(columns) <= INLINE
    answered = sum(990 - 13 * n for n in range(30))
    asked = sum(1000 + n for n in range(30))
    assert f"{answered / asked:.1%} of {asked} answered; at most 1029 a day" in words(columns)
    assert charts.daily_columns({}, TODAY) == ""


def test_one_unanswered_exchange_of_a_great_day_can_be_seen() -> None:
    assert _last_heads(charts.daily_columns({TODAY: (1000, 999)}, TODAY)) == [17, 18]
    assert _last_heads(charts.daily_columns({TODAY: (1000, 1000)}, TODAY)) == [18, 18]
    assert _last_heads(charts.daily_columns({TODAY: (10, 5)}, TODAY)) == [18, 46]


def _last_heads(markdown: str) -> list[int]:
    """How high the last day's columns reach, of what was asked and of what was answered, from above."""
    paths = [element.get("d", "") for element in drawn(markdown) if element.tag.endswith("path")]
    return [int(path.split("V")[-2].split("h")[0]) for path in paths]


def test_the_map_has_all_provinces_with_both_groups_of_islands() -> None:
    assert len(country.provinces()) == 34
    assert len({province.code for province in country.provinces()}) == 34
    by_name = {province.name: province for province in country.provinces()}

    def reaches(name: str, east: float, south: float, north: float) -> bool:
        return any(x > east and south < y < north for ring in by_name[name].rings for x, y in ring)

    assert reaches("Đà Nẵng", 111, 15, 18)  # Hoàng Sa
    assert reaches("Khánh Hòa", 111, 6, 12)  # Trường Sa
    root = drawn(country.country_map({}))
    paths = list(root.iter("{http://www.w3.org/2000/svg}path"))
    assert len(paths) == 34
    assert all(re.fullmatch(r"(M\d+ \d+(l[-\d ]+|h2v2h-2)z)+", path.get("d", "")) for path in paths)


@pytest.mark.parametrize(
    ("tally", "week", "silence"),
    [
        (country.Tally(), country.NO_OUTLET, country.NO_OUTLET),
        (country.Tally(1, 0, None), country.NOTHING_CAME, country.NOTHING_CAME),
        (country.Tally(1, 0, 7), country.NOTHING_CAME, "#cc4c02"),
        (country.Tally(2, 9, 6), "#c6dbef", "#fe9929"),
        (country.Tally(2, 10, 0), "#6baed6", "#74c476"),
        (country.Tally(2, 10_000, 1), "#08458a", "#74c476"),
    ],
)
def test_a_province_has_the_colour_of_its_class(tally: country.Tally, week: str, silence: str) -> None:
    coloured = country.colours({"19": tally})
    assert coloured["19"] == (week, silence)
    assert {pair for code, pair in coloured.items() if code != "19"} == {(country.NO_OUTLET, country.NO_OUTLET)}
    used = [e.get("fill") for e in drawn(country.country_map({"19": tally})).iter("{http://www.w3.org/2000/svg}use")
            if e.get("href") == "#p19"]  # fmt: skip
    assert used == [week, silence]


def test_an_edit_reads_as_what_went_and_what_came() -> None:
    edit = {
        "title": "Thu *2* tỷ [đồng]", "url": "https://a.example/x.html", "source_id": "a_b", "change_class": "major",
        "edited_at": datetime(2026, 11, 25, 0, 51, tzinfo=UTC),
    }  # fmt: skip
    before = "Vốn thực hiện ước đạt 870 triệu USD.\n" + "Đoạn dài không đổi. " * 20
    after = before.replace("870", "780")
    text = edits_markdown([(edit, {"body": word_diff(before, after)})])
    first, second = text.splitlines()
    assert first == r"- [Thu \*2\* tỷ \[đồng\]](<https://a.example/x.html>) a\_b, 25/11 07:51, major"
    assert "~~870~~" in second
    assert "**780**" in second
    assert "¶" in second
    assert len(second) < 300
    assert not re.search(r"\S(~~|\*\*)\S+(~~|\*\*)\S", second)
    assert edits_markdown([]) == ""


def _renamed(crawl: Morning) -> None:
    """An article of three days ago is found with another number in its headline."""
    item = crawl.again[0]
    item.status, item.outcome = 200, "response"
    item.values = {**item.values, "title": item.values["title"].replace("xã", "phường")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    root = tmp_path_factory.mktemp("display")
    world = World(root / "work")
    world.outlet("lien-tuc", _renamed)
    world.outlet("im-lang", until=9)
    for source, code, name in zip(world.sources, ("19", "91"), ("Thái Nguyên", "An Giang"), strict=True):
        source["province"] = {"old": {"name": name, "code": code}, "new": {"name": name, "code": code}}
    published = world.publish()
    data = DataFolder(root)
    data.published.mkdir()
    published.rename(data.published_db)
    data.warehouse.parent.mkdir()
    world.warehouse.rename(data.warehouse)
    return data


def _value(told: metadata.Metadata, name: str) -> str:
    return str(told[name].value)


def test_the_published_file_tells_of_provinces_edits_and_disk(folder: DataFolder) -> None:
    told = metadata.for_published(folder, MOMENT)
    assert "not shown" not in told
    assert told["provinces with an outlet"] == 2
    assert told["provinces silent for a week"] == 1
    table = [line for line in _value(told, "map").splitlines() if line.startswith("|")]
    with Store.open_reader(folder.published_db) as store:
        week = store.value(
            "SELECT count(*) FROM articles WHERE source_id = 'lien-tuc' AND first_seen > $since",
            {"since": MOMENT - timedelta(days=7)},
        )
    assert table[2:] == ["| An Giang | 1 | 0 | 9 |", f"| Thái Nguyên | 1 | {week} | 0 |"]
    edits = _value(told, "edits of the day")
    assert edits.count("\n- ") == 0
    assert "~~xã~~" in edits
    assert "**phường**" in edits
    assert told["archive bytes per article"] == 0  # nothing of this world lies in WARC files
    assert told["table bytes per article"] > 0
    assert told["disk for a year (GB)"] >= 0
    assert told["disk free (GB)"] > 0


def test_no_growth_is_told_before_a_week_was_seen(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.outlet("moi", days=3)
    world.publish()
    told = metadata.for_published(DataFolder(tmp_path), MOMENT)
    assert "disk for a year (GB)" not in told
    assert "3.1" in told["disk for a year"]


def test_articles_of_one_outlet_are_told_from_the_writers_tables(folder: DataFolder) -> None:
    with Store.open_writer(folder.warehouse) as store:
        both = metadata.for_articles(store, ["lien-tuc", "khong-co", "im-lang"], MOMENT)
        alone = metadata.for_articles(store, ["lien-tuc"], MOMENT)
        broken = metadata.for_articles(store, ["lien-tuc"], "today")  # type: ignore[arg-type]  # anything that fails
    told = both["lien-tuc"]
    assert alone == {"lien-tuc": told}
    assert list(broken["lien-tuc"]) == ["not shown"]
    assert "edits of the day" in both["im-lang"]
    assert "not shown" not in told
    assert told["share with title"] == 1.0
    assert 0.6 < told["share with captions"] < 0.8
    assert any("100% of" in line for line in words(_value(told, "coverage")))
    newest = _value(told, "newest articles").splitlines()
    assert len(newest) == 2 + metadata.NEWEST
    assert newest[2].startswith("| 24/11/2026 ")
    assert "https://lien-tuc.example/" in newest[2]
    assert "**phường**" in _value(told, "edits of the day")
    assert "khong-co" not in both


def test_captures_are_told_beside_the_days_before(folder: DataFolder) -> None:
    counts = {"by_status": {"200": 8, "503": 2}, "by_outcome": {"response": 10, "timeout": 4}}
    told = metadata.for_captures(folder, "lien-tuc", counts, MOMENT)
    assert "not shown" not in told
    assert "200 8, timeout 4, 503 2" in words(_value(told, "statuses"))
    with Store.open_reader(folder.published_db) as store:
        asked = store.value(
            "SELECT count(*) FROM captures WHERE source_id = 'lien-tuc' AND"
            " (fetched_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::DATE > $since",
            {"since": date(2026, 11, 25) - timedelta(days=30)},
        )
    assert told["answered over 30 days"] == round((asked + 8) / (asked + 14), 4)
    assert any(f"of {asked + 14} answered" in line for line in words(_value(told, "last 30 days")))


def test_captures_without_a_published_file_tell_of_this_crawl(tmp_path: Path) -> None:
    told = metadata.for_captures(DataFolder(tmp_path), "moi", {"by_status": {"200": 3, "403": 1}}, MOMENT)
    assert told["answered over 30 days"] == 0.75


def test_what_cannot_be_shown_is_said_and_stops_nothing(tmp_path: Path) -> None:
    told = metadata.for_published(DataFolder(tmp_path), MOMENT)
    assert list(told) == ["not shown"]
    assert "There is no database at" in told["not shown"]
