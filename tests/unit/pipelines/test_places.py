from __future__ import annotations

import time
import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.places import Home, Place, find_places, gazetteer

THAI_NGUYEN = Home(frozenset({"19"}), frozenset({"19"}))
BEFORE, SINCE = date(2024, 5, 6), date(2025, 9, 2)


def ids(text: str, on: date | None = BEFORE, home: Home | None = None) -> list[str]:
    return [place.unit.unit_id for place in find_places([("body", text)], on, home) if place.unit]


def one(text: str, on: date | None = BEFORE, home: Home | None = None) -> Place:
    (place,) = find_places([("body", text)], on, home)
    return place


def test_the_gazetteer_is_whole() -> None:
    units = gazetteer().units
    count = {
        (borders, level): sum(unit.borders == borders and unit.level == level for unit in units.values())
        for borders in ("64", "63", "34")
        for level in ("province", "district", "commune")
    }
    assert count["63", "province"] == 63
    assert count["34", "province"] == 34
    assert count["34", "commune"] == 3321
    assert count["63", "district"] == 696
    assert count["63", "commune"] == 10047
    assert all(unit.parent_id in units for unit in units.values() if unit.level != "province")


def test_every_unit_of_before_leads_to_one_of_today_and_back() -> None:
    g = gazetteer()
    old = {change.old_id for change in g.changes}
    new = {change.new_id for change in g.changes}
    assert {u.unit_id for u in g.units.values() if u.borders == "63" and u.level != "district"} <= old
    assert {u.unit_id for u in g.units.values() if u.borders == "34"} <= new
    assert all(unit.provinces_63 and unit.provinces_34 for unit in g.units.values())


@pytest.mark.parametrize(
    ("unit", "of_63", "of_34"),
    [
        ("34:19", ("06", "19"), ("19",)),
        ("63:06", ("06",), ("19",)),
        ("63:24", ("24",), ("24",)),  # Bắc Giang, whose code is Bắc Ninh's today
        ("63:27", ("27",), ("24",)),
        ("64:28", ("01",), ("01",)),
        ("34:79", ("74", "77", "79"), ("79",)),
    ],
)
def test_a_unit_knows_its_provinces_by_both_borders(unit: str, of_63: tuple[str], of_34: tuple[str]) -> None:
    assert gazetteer().units[unit].provinces_63 == of_63
    assert gazetteer().units[unit].provinces_34 == of_34


@pytest.mark.parametrize(("on", "unit"), [(date(2025, 6, 30), "63:27"), (date(2025, 7, 1), "34:24")])
def test_the_day_decides_between_borders(on: date, unit: str) -> None:
    assert ids("Tại Bắc Ninh, mưa to.", on) == [unit]


def test_forms_of_letters_do_not_matter() -> None:
    text = "Tỉnh Hoà Bình và huyện Lạc Thuỷ"
    expected = ["63:17", "63:159"]
    assert ids(text) == ids(unicodedata.normalize("NFD", text)) == ids("Tỉnh Hòa Bình và huyện Lạc Thủy") == expected


def test_two_equal_candidates_stay_open_and_both_are_kept() -> None:
    place = one("Xã Tân Thành được mùa.")
    assert (place.unit, place.evidence, place.level) == (None, "ambiguous", "commune")
    assert len(place.candidates) == 12
    assert place.raw == "Xã Tân Thành"


def test_home_decides_only_where_one_unit_lies_there() -> None:
    assert ids("Xã Tân Thành được mùa.", home=THAI_NGUYEN) == ["63:05923"]
    assert ids("Xã Tân Thịnh được mùa.", BEFORE, Home(frozenset({"19", "06"}), frozenset())) == ["63:05548"]


def test_what_follows_beats_home() -> None:
    text = "Xã Tân Thành, huyện Hàm Thuận Nam, tỉnh Bình Thuận"
    assert ids(text, home=THAI_NGUYEN)[0] == ids(text)[0] != "63:05923"


def test_mentions_fields_and_the_first_word_are_counted() -> None:
    texts = [("title", "Mưa lớn ở Bắc Kạn"), ("lead", "Cả tỉnh Bắc Kạn cũ ngập."), ("section", "Bắc Kạn")]
    (place,) = find_places(texts, SINCE)
    assert place.unit
    assert (place.unit.unit_id, place.mentions, place.marked_old, place.first_word) == ("63:06", 3, 1, 3)
    assert place.fields == ["title", "lead", "section"]


def test_a_commune_named_once_in_full_is_meant_again() -> None:
    (place,) = find_places(
        [("body", "Xã Hòa Bình vào vụ."), ("body", "Hòa Bình có 300 hộ.")], BEFORE, Home(frozenset({"04"}))
    )
    assert place.level == "commune"
    assert place.mentions == 2


@pytest.mark.parametrize(
    ("text", "raw", "known"),
    [
        ("Xã Tam Trà Đông về đích.", "Xã Tam Trà Đông", False),  # a commune that no list has, beside Tam Trà
        ("Chủ tịch xã Tam Trà Nguyễn Văn Đông nói.", "xã Tam Trà", True),
        ("Người xã Tam Trà Đông Nam Bộ.", "xã Tam Trà", True),
        ("Phường Hòa Cường Nam họp.", "Phường Hòa Cường Nam", True),
    ],
)
def test_a_word_of_direction_makes_it_another_place(text: str, raw: str, known: bool) -> None:
    (place,) = find_places([("body", text)], BEFORE)
    assert (place.raw, place.unit is not None) == (raw, known)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Tàu do P.V.K (44 tuổi) cầm lái. Tin, ảnh: P.V", []),
        ("Công an tạm giữ N.V.A và X.V.T.", []),
        ("Nhà ở P.1, Q.5, P.V là khu phố cũ.", ["P.1", "Q.5"]),
        ("Phường V, TP. Vị Thanh.", ["Phường V", "TP. Vị Thanh"]),
        ("Về T.P Hồ Chí Minh, T.P. Cần Thơ và T.P.Đà Nẵng.", ["T.P Hồ Chí Minh", "T.P. Cần Thơ", "T.P.Đà Nẵng"]),
        ("Anh T.P (22 tuổi) và chị N.T.P. Hà Nội mưa.", ["Hà Nội"]),
        ("Đường lên X.A Túc và X. Y Tý.", ["X.A Túc", "X. Y Tý"]),
    ],
)
def test_initials_are_no_short_level_word_with_a_name_of_one_letter(text: str, named: list[str]) -> None:
    assert [place.raw for place in find_places([("body", text)], BEFORE)] == named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Anh Danh ở ấp Hòa Bình kể.", []),
        ("Các thôn Tân Thành, Phú Bình và Hòa Bình vào vụ.", []),
        ("Chị em thôn Đồng Hới Nội gây quỹ cho Gò Quao Hạ.", []),
        ("Bà con bản Phú Bình, Thái Nguyên vào vụ.", ["Thái Nguyên"]),
        ("Theo văn bản Thái Nguyên gửi.", ["Thái Nguyên"]),
        ("Thôn Bến Sậy, xã Phú Bình, tỉnh Hòa Bình.", ["xã Phú Bình", "tỉnh Hòa Bình"]),
    ],
)
def test_a_hamlet_is_no_unit_though_it_bears_the_name_of_one(text: str, named: list[str]) -> None:
    assert [place.raw for place in find_places([("body", text)], BEFORE)] == named


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.sampled_from([None, BEFORE, SINCE]))
def test_no_text_breaks_it(text: str, on: date | None) -> None:
    for place in find_places([("title", text), ("body", f"xã {text} (huyện")], on, THAI_NGUYEN):
        assert 0 <= place.confidence <= 1
        assert place.mentions >= 1


def test_long_texts_take_time_in_proportion() -> None:
    def seconds(times: int) -> float:
        texts = [("body", "xã Tân Thành, huyện Phú Bình, " * times)]
        started = time.process_time()
        find_places(texts, BEFORE, THAI_NGUYEN)
        return time.process_time() - started

    seconds(10)
    assert seconds(2000) < 40 * max(seconds(200), 0.005)
