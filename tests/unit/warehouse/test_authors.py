from __future__ import annotations

import random
import tempfile
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from warehouse_world import SOURCE, World, at

from pipelines.people import parse_byline
from pipelines.records import Caption, Credit
from warehouse import load, publish, versions
from warehouse.aliases import BadAlias, bring_in, parse
from warehouse.derived.people import PEOPLE, author_id, is_full
from warehouse.derived.runner import bring_up_to_date, waiting
from warehouse.store import Store

OUTLETS: list[dict[str, Any]] = [
    {**SOURCE, "id": "baomau", "successor": "baolam"},
    {**SOURCE, "id": "baolam", "name": "Báo Lam Xuyên", "names": ["BLX"], "hosts": [{"host": "baolam.example"}]},
]
STATED = {
    "person": "Lò Thị Mai",
    "authors": [
        {"source": "baomau", "name": "Lò Thị Mai"},
        {"source": "baomau", "name": "L.T.M"},
        {"source": "baolam", "name": "Mai Lò"},
    ],
    "evidence": "The imprint of 2026-03 lists the pen names.",
    "by": "toa-soan@tintinh.example",
    "day": "2026-03-20",
}
TABLES = ("article_authors", "authors", "author_names", "photo_credits")


def _article(world: World, outlet: str, number: int, days: float, *names: str | Credit, **values: Any) -> None:
    capture = world.capture(f"https://{outlet}.example/tin-post{number}.html", days * 24 + 1, source_id=outlet)
    authors = tuple(
        Credit(name, kind="initials" if "." in name and len(name) < 8 else "person") if isinstance(name, str) else name
        for name in names
    )
    world.read(capture, native_id=str(number), authors=authors, published_at=at(days * 24), **values)


def _derive(store: Store, world: World) -> None:
    load.load_sources(store, OUTLETS)
    load.load_captures(store, world.captures)
    load.load_readings(store, world.readings)
    versions.build(store)
    bring_up_to_date(store, PEOPLE)


def _rows(store: Store) -> dict[str, list[Any]]:
    return {table: sorted(store.con.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in TABLES}


def _asker(store: Store, folder: Path) -> Callable[[str], list[tuple[Any, ...]]]:
    """Publishes once; what it returns asks that file."""
    path = publish.publish(store, folder / "published", parquet=False).path

    def ask(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(path, read_only=True) as con:
            return con.execute(sql).fetchall()

    return ask


def _file(folder: Path, *entries: Any) -> Path:
    path = folder / "people.yaml"
    path.write_text(yaml.safe_dump(list(entries), allow_unicode=True), encoding="utf-8")
    return path


def test_spellings_of_one_name_are_one_author_and_marks_part(store: Store, world: World) -> None:
    _article(world, "baomau", 1, 0, "Lò Thị Hoà")
    _article(world, "baomau", 2, 1, "LÒ THỊ HÒA")
    _article(world, "baomau", 3, 2, "Lò Thị Hòa")
    _article(world, "baomau", 4, 3, "Lò Thị Hòa")
    _article(world, "baomau", 5, 4, "Lò Thị Hoa", "Lò Thị Vy", "Lò Thị Vi")
    _article(world, "baolam", 6, 4, "Lò Thị Hòa")
    _derive(store, world)
    found = store.con.execute("SELECT source_id, name, spellings, articles FROM authors ORDER BY ALL").fetchall()
    assert found == [
        ("baolam", "Lò Thị Hòa", 1, 1),
        ("baomau", "Lò Thị Hoa", 1, 1),
        ("baomau", "Lò Thị Hòa", 3, 4),
        ("baomau", "Lò Thị Vi", 1, 1),
        ("baomau", "Lò Thị Vy", 1, 1),
    ]
    assert store.value("SELECT author_id FROM authors WHERE articles = 4") == author_id("baomau", "lò thị hoà")


def test_a_title_case_name_wins_over_capitals_however_frequent(store: Store, world: World) -> None:
    for number in range(3):
        _article(world, "baomau", number, number, "LÒ THỊ MAI", "N.T.M")
    _article(world, "baomau", 9, 9, "Lò Thị Mai")
    _derive(store, world)
    assert store.con.execute("SELECT name, kind FROM authors ORDER BY name").fetchall() == [
        ("Lò Thị Mai", "person"),
        ("N.T.M", "initials"),
    ]


def test_bylines_as_printed_become_authors(store: Store, world: World) -> None:
    printed: list[tuple[tuple[str, ...], list[str]]] = [
        (("Mai Phương", "MAI PHƯƠNG", unicodedata.normalize("NFD", "Mai Phương"), "Mai  Phương "), ["Mai Phương"]),
        (("Hòa Bình", "Hoà Bình"), ["Hoà Bình"]),
        (("M.P", "M. P", "M.P."), ["M.P"]),
        (("Mai Phương", "M.P"), ["M.P", "Mai Phương"]),
        (("Nhóm PV", "NHÓM PHÓNG VIÊN", "PV", "BBT", "Ban Biên tập", "PV-CTV", "Tổng hợp"), []),
        (("TTXVN", "Theo TTXVN", "Thông tấn xã Việt Nam", "Reuters", "Báo Mẫu", "BM"), []),
        (("Mai Phương/TTXVN", "PV Mai Phương", "Mai Phương - CTV"), ["Mai Phương"]),
    ]
    for outlet, (bylines, _) in enumerate(printed):
        for number, byline in enumerate(bylines):
            read = parse_byline(byline, outlet_names=("Báo Mẫu", "BM"))
            sources = tuple(read.sources)
            _article(world, f"bao{outlet}", number, number, *read.authors, byline_raw=byline, sources=sources)
    _derive(store, world)
    for outlet, (_, names) in enumerate(printed):
        found = store.con.execute("SELECT name FROM authors WHERE source_id = ? ORDER BY 1", [f"bao{outlet}"])
        assert [row[0] for row in found.fetchall()] == names


def _five(world: World) -> None:
    _article(world, "baomau", 1, 0, "Lò Thị Mai", Credit("Hứa Minh Thư", ("photo",)))
    _article(world, "baomau", 2, 1, "LÒ THỊ MAI", "L.T.M")
    _article(world, "baomau", 3, 2, "L.T.M")
    _article(world, "baolam", 4, 60, "Lò Thị Mai")
    _article(world, "baolam", 5, 61, "Mai Lò")
    _article(world, "baomau", 1, 3, "Hứa Minh Thư", title="Tin đã sửa")


def test_any_order_in_any_steps_gives_the_same_as_a_rebuild(store: Store, world: World, tmp_path: Path) -> None:
    _five(world)
    _derive(store, world)
    whole = _rows(store)
    assert whole["authors"]
    for seed in range(2):
        order = list(range(len(world.captures)))
        random.Random(seed).shuffle(order)
        with Store.open_writer(tmp_path / f"{seed}.duckdb") as other:
            part = World()
            for n in order:
                part.captures.append(world.captures[n])
                part.readings.append(world.readings[n])
                if n % 2 == seed:
                    _derive(other, part)
            _derive(other, part)
            assert _rows(other) == whole


NAMES = ("Lò Thị Mai", "LÒ THỊ MAI", "Lò Thị Hoà", "Lò Thị Hòa", "L.T.M", "Mai Lò", "Hứa Minh Thư")
VISIT = st.tuples(
    st.sampled_from(["baomau", "baolam"]), st.integers(1, 4), st.lists(st.sampled_from(NAMES), max_size=3)
)


@settings(max_examples=4, deadline=None)
@given(st.lists(VISIT, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_whatever_comes_in_whatever_order_counts_are_those_of_the_articles(
    visits: list[tuple[str, int, list[str]]], chance: random.Random
) -> None:
    world = World()
    for hour, (outlet, number, names) in enumerate(visits):
        _article(world, outlet, number, hour / 24, *dict.fromkeys(names), title=f"Tin {number}, lần {hour}")
    order = list(range(len(world.captures)))
    chance.shuffle(order)
    with tempfile.TemporaryDirectory() as folder, Store.open_writer(Path(folder) / "x.duckdb") as store:
        part = World()
        for n in order:
            part.captures.append(world.captures[n])
            part.readings.append(world.readings[n])
            if chance.random() < 0.5:
                _derive(store, part)
        _derive(store, world)
        # What the last visit of each article credits, counted by hand.
        credited = {(outlet, number): list(dict.fromkeys(names)) for outlet, number, names in visits}
        expected: dict[str, set[tuple[str, int]]] = {}
        spelled: dict[str, set[str]] = {}
        for (outlet, number), names in credited.items():
            for name in names:
                expected.setdefault(author_id(outlet, name), set()).add((outlet, number))
                spelled.setdefault(author_id(outlet, name), set()).add(name)
        found = store.con.execute("SELECT author_id, articles, spellings FROM authors").fetchall()
        assert {row[0]: row[1:] for row in found} == {
            each: (len(articles), len(spelled[each])) for each, articles in expected.items()
        }


def test_an_outlet_under_another_name_is_derived_again(store: Store, world: World) -> None:
    _article(world, "baomau", 1, 0, captions=(Caption("Cảnh.", "Báo Lam"),))
    _derive(store, world)
    assert store.value("SELECT kind FROM photo_credits") != "own"
    bring_up_to_date(store, PEOPLE)
    load.load_sources(store, OUTLETS)
    assert waiting(store)["people"] == 0
    load.load_sources(store, [{**OUTLETS[0], "names": ["BM", "Báo Lam"]}, OUTLETS[1]])
    assert waiting(store)["people"] == 1
    bring_up_to_date(store, PEOPLE)
    assert store.value("SELECT kind FROM photo_credits") == "own"


def test_an_author_without_articles_goes(store: Store, world: World) -> None:
    _article(world, "baomau", 1, 0, "Lò Thị Mai")
    _derive(store, world)
    _article(world, "baomau", 1, 1, "Hứa Minh Thư", title="Tin đã sửa")
    _derive(store, world)
    assert store.con.execute("SELECT name FROM authors").fetchall() == [("Hứa Minh Thư",)]


@pytest.mark.parametrize(
    ("key", "full"),
    [("lò thị mai", True), ("mai lò", False), ("l.t.m", False), ("nguyễn thị h", False), ("xuân hòa bình", False)],
)
def test_only_full_names_can_be_followed(key: str, full: bool) -> None:
    assert is_full(key) is full


def test_a_full_name_goes_on_where_its_outlet_was_taken_over(store: Store, world: World, tmp_path: Path) -> None:
    _five(world)
    _article(world, "baomau", 6, 0, "Mai Lò", "Hứa Minh Châu")
    _article(world, "baolam", 7, 1, "Hứa Minh Châu")
    _article(world, "baomau", 8, 70, "Hứa Minh Châu")
    _derive(store, world)
    ask = _asker(store, tmp_path)
    found = ask("SELECT source_id, name, person, basis FROM author_persons ORDER BY ALL")
    assert found == [
        ("baolam", "Hứa Minh Châu", "Hứa Minh Châu", "outlet"),
        ("baolam", "Lò Thị Mai", "Lò Thị Mai", "outlet"),
        ("baolam", "Mai Lò", "Mai Lò", "outlet"),
        ("baomau", "Hứa Minh Châu", "Hứa Minh Châu", "outlet"),  # both wrote at the same time: two people
        ("baomau", "Hứa Minh Thư", "Hứa Minh Thư", "outlet"),
        ("baomau", "L.T.M", None, "open"),  # initials are nobody's
        ("baomau", "LÒ THỊ MAI", "Lò Thị Mai", "taken over"),
        ("baomau", "Mai Lò", "Mai Lò", "outlet"),  # no full name
    ]
    persons = ask("SELECT person, source_ids, articles FROM persons WHERE authors > 1")
    assert persons == [("Lò Thị Mai", ["baolam", "baomau"], 2)]
    assert ask("SELECT name, candidate FROM initials_candidates") == [("L.T.M", "LÒ THỊ MAI")]


def test_a_statement_joins_and_is_undone_by_taking_it_out(store: Store, world: World, tmp_path: Path) -> None:
    _five(world)
    _derive(store, world)
    sql = "SELECT source_id, name, basis FROM author_persons WHERE person_id = (SELECT person_id FROM person_aliases LIMIT 1) ORDER BY ALL"
    report = bring_in(store, _file(tmp_path, STATED))
    assert (report.persons, report.authors, report.troubles) == (1, 3, [])
    ask = _asker(store, tmp_path)
    assert ask(sql) == [
        ("baolam", "Mai Lò", "stated"),
        ("baomau", "L.T.M", "stated"),
        ("baomau", "LÒ THỊ MAI", "stated"),
    ]
    credits = ask("SELECT DISTINCT person_id FROM credits WHERE name IN ('L.T.M', 'Mai Lò')")
    assert credits == [(author_id("baomau", "Lò Thị Mai"),)]
    before = _rows(store)
    bring_in(store, _file(tmp_path))
    assert store.value("SELECT count(*) FROM person_aliases") == 0
    assert _rows(store) == before


def test_one_author_stated_alone_is_not_followed_by_the_rule(store: Store, world: World, tmp_path: Path) -> None:
    _five(world)
    _derive(store, world)
    bring_in(store, _file(tmp_path, {**STATED, "authors": [{"source": "baomau", "name": "Lò Thị Mai"}]}))
    assert _asker(store, tmp_path)("SELECT count(*) FROM persons WHERE authors > 1") == [(0,)]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"evidence": " "}, "evidence must say something"),
        ({"authors": []}, "must be a list"),
        ({"authors": [{"source": "baomau"}]}, "must be a list"),
        ({"authors": [{"source": "baomau", "name": "L.T.M"}, {"source": "baolam", "name": "LTM"}]}, "initials"),
        ({"day": "yesterday"}, "day must be like"),
        ({"alias": "x"}, "means nothing"),
    ],
)
def test_a_bad_statement_says_what_is_wrong(change: dict[str, Any], says: str) -> None:
    with pytest.raises(BadAlias, match=says):
        parse({**STATED, **change})


def test_a_wrong_statement_costs_itself_alone(store: Store, world: World, tmp_path: Path) -> None:
    _five(world)
    _derive(store, world)
    twice = {**STATED, "person": "Mai", "authors": [{"source": "baolam", "name": "MAI LÒ"}]}
    away = {**STATED, "authors": [{"source": "baolam", "name": "Vàng A Dơ"}]}
    report = bring_in(store, _file(tmp_path, STATED, twice, away))
    assert (report.persons, report.authors) == (2, 4)
    assert "entry 2" in report.troubles[0]
    assert "credited nowhere" in report.troubles[1]


def test_productivity_photographs_and_signatures(store: Store, world: World, tmp_path: Path) -> None:
    def captions(*credits: str | None) -> tuple[Caption, ...]:
        return tuple(Caption(f"Cảnh {n}.", credit, None) for n, credit in enumerate(credits))

    photo = Credit("Hứa Minh Thư", ("photo",))
    _article(world, "baomau", 1, 0, "Lò Thị Mai", photo, section="Xã hội", captions=captions(None, "TTXVN"))
    _article(world, "baomau", 2, 0.2, "Lò Thị Mai", section="Kinh tế", captions=captions("Internet", "Ảnh minh họa"))
    _article(world, "baomau", 3, 2, section="Kinh tế", byline_raw="PV", captions=captions(None, "BM"))
    _article(world, "baomau", 4, 2, section="Kinh tế", byline_raw=None, sources=("TTXVN",), captions=())
    _article(world, "baomau", 5, 3, Credit("L.T.M", kind="initials"), section="Kinh tế", captions=())
    _derive(store, world)
    ask = _asker(store, tmp_path)
    assert ask(
        "SELECT person, articles, written, photographed, active_days, sections, joint FROM productivity ORDER BY 1"
    ) == [
        ("Hứa Minh Thư", 1, 0, 1, 1, 1, 0),
        ("L.T.M", 1, 1, 0, 1, 1, 0),
        ("Lò Thị Mai", 2, 2, 0, 1, 2, 0),
    ]
    assert ask("SELECT origin, photos, from_byline FROM photo_origins ORDER BY 1") == [
        ("TTXVN", 1, 0),
        ("illustration", 1, 0),
        ("internet", 1, 0),
        ("none", 1, 0),
        ("own", 2, 1),
    ]
    assert ask(
        "SELECT section, articles, person, initials, source, collective, none FROM unsigned_shares ORDER BY 1"
    ) == [
        ("Kinh tế", 4, 1, 1, 1, 1, 0),
        ("Xã hội", 1, 1, 0, 0, 0, 0),
    ]
