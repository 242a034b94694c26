from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import diffs
from pipelines.diffs import Content, compare, content_digest, names_in, numbers_in, word_diff
from pipelines.records import Caption, Credit, Reading

OLD = Content(
    title="Xã Thượng Lam khánh thành cầu dân sinh",
    lead="Sáng 12/3, xã Thượng Lam đưa cầu Bến Sậy vào sử dụng.",
    body=(
        "Cầu dài 48 m, rộng 3,5 m, tổng vốn 2.350 triệu đồng do nhân dân và doanh nghiệp cùng góp.",
        "Ông Lường Đình Khoát, Trưởng thôn Bến Sậy, cho biết 126 hộ dân đã mong cây cầu này hơn mười năm.",
        "Trước đây, học sinh phải đi bè qua suối; những ngày nước lớn, nhiều em nghỉ học cả tuần.",
    ),
    captions=("Người dân đi trên cây cầu mới.",),
    authors=("Hứa Minh Thư",),
    published_at=datetime(2026, 3, 12, 3, 0, tzinfo=UTC),
)


def test_what_the_encoding_or_the_blanks_did_is_no_change() -> None:
    other = replace(
        OLD,
        title=unicodedata.normalize("NFD", OLD.title or "").replace(" ", "\u00a0"),
        body=("", *(paragraph.replace("Đ", "\u00d0") + " \u200b" for paragraph in OLD.body)),
    )
    assert compare(OLD, other) is None
    assert other.digest == OLD.digest


@pytest.mark.parametrize(
    ("changes", "fields", "change_class"),
    [
        ({"title": "XÃ THƯỢNG LAM KHÁNH THÀNH CẦU DÂN SINH"}, ("title",), "cosmetic"),
        ({"body": (" ".join(OLD.body[:2]), OLD.body[2])}, ("body",), "cosmetic"),
        ({"body": (*OLD.body[:2], OLD.body[2].replace(";", ","))}, ("body",), "cosmetic"),
        ({"captions": ("Người dân đi qua cầu mới.",)}, ("captions",), "minor"),
        ({"authors": ("Hứa Minh Thư", "Lò Văn Sáng")}, ("authors",), "minor"),
        ({"title": "Xã Thượng Lam khánh thành cây cầu dân sinh"}, ("title",), "minor"),
        ({"published_at": OLD.published_at and OLD.published_at + timedelta(minutes=5)}, ("published_at",), "minor"),
        ({"published_at": OLD.published_at and OLD.published_at + timedelta(days=1)}, ("published_at",), "major"),
        ({"title": "Nhịp vui bên dòng suối"}, ("title",), "major"),
        ({"lead": None, "body": OLD.body[:1]}, ("lead", "body"), "major"),
    ],
)
def test_classes_of_change(changes: dict[str, object], fields: tuple[str, ...], change_class: str) -> None:
    change = compare(OLD, replace(OLD, **changes))  # type: ignore[arg-type]  # the table holds values of several fields
    assert change is not None
    assert (change.changed_fields, change.change_class) == (fields, change_class)


def test_a_changed_number_is_major_and_named() -> None:
    change = compare(OLD, replace(OLD, body=(OLD.body[0].replace("2.350", "2.530"), *OLD.body[1:])))
    assert change is not None
    assert (change.numbers_gone, change.numbers_come, change.change_class) == (("2.350",), ("2.530",), "major")
    assert change.names_gone == change.names_come == ()


def test_a_replaced_name_is_major_and_named() -> None:
    new = replace(OLD, body=(OLD.body[0], OLD.body[1].replace("Lường Đình Khoát", "Lường Đình Khoan"), OLD.body[2]))
    change = compare(OLD, new)
    assert change is not None
    assert (change.names_gone, change.names_come) == (("Lường Đình Khoát",), ("Lường Đình Khoan",))
    assert change.change_class == "major"


def test_a_name_that_only_changed_its_place_in_the_sentence_did_not_go() -> None:
    new = replace(OLD, body=(OLD.body[0], OLD.body[1].replace("Ông Lường", "Theo ông Lường"), OLD.body[2]))
    change = compare(OLD, new)
    assert change is not None
    assert (change.names_gone, change.names_come, change.change_class) == ((), (), "minor")


def test_section_tags_images_and_flags_make_no_version() -> None:
    reading = Reading(
        url="https://a.example/x", page_kind="article", reader_version="1", title="Tin", body=("Một.",),
        authors=(Credit("Hứa Minh Thư"),), captions=(Caption("Ảnh"),),
    )  # fmt: skip
    same = replace(reading, section="Thời sự", tags=("x",), images=("i.jpg",), flags=("f",), reader_version="2")
    assert content_digest(reading) == content_digest(same)
    assert content_digest(reading) != content_digest(replace(reading, sources=("TTXVN",)))
    assert content_digest(reading) != content_digest(replace(reading, body=("Hai.",)))


def test_numbers_and_names() -> None:
    assert numbers_in("Ngày 22/6, lúc 07:30, 1.234 hộ (12,5%) ở QL3") == ["22/6", "07:30", "1.234", "12,5%"]
    text = "Đồng chí Lường Đình Khoát và bà Hứa Minh Thư ở UBND TPHCM. Ông Khoát nói: HỌP BÁO CHIỀU"
    assert names_in(text) == ["Lường Đình Khoát", "Hứa Minh Thư"]


def test_word_diff_shows_whole_words() -> None:
    assert word_diff("Vốn 2.350 triệu đồng.", "Vốn 2.530 triệu đồng mới.") == [
        ("equal", "Vốn "), ("delete", "2.350 "), ("insert", "2.530 "), ("equal", "triệu đồng"),
        ("insert", " mới"), ("equal", "."),
    ]  # fmt: skip


_text = st.lists(st.sampled_from(["a", "bà", "12", ",", " ", "\n", "  ", "ngõ 3."]), max_size=30).map("".join)


@given(_text, _text)
def test_word_diff_gives_both_texts_back(old: str, new: str) -> None:
    runs = word_diff(old, new)
    assert "".join(text for op, text in runs if op != "insert") == old
    assert "".join(text for op, text in runs if op != "delete") == new
    assert all(a[0] != b[0] for a, b in pairwise(runs))


def test_long_texts_are_aligned_by_lines_and_then_by_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diffs, "MATCH_LIMIT", 400)
    old = "\n".join(f"dòng {n} của bài viết dài" for n in range(20))
    new = old.replace("dòng 3 của", "dòng 3 trong").replace("dòng 17 của", "dòng 17 trong")
    runs = word_diff(old, new)
    assert [text for op, text in runs if op == "delete"] == ["của ", "của "]
    monkeypatch.setattr(diffs, "MATCH_LIMIT", 3)
    assert [op for op, _ in word_diff(old, new)] == ["equal", "delete", "insert", "equal"]
