from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.text import clean, fold_d, nfc, search_key, tone_key


@pytest.mark.parametrize(
    ("dirty", "tidy"),
    [
        ("  Thái\u00a0 Nguyên \n", "Thái Nguyên"),
        ("Bản\u200b tin\ufeff", "Bản tin"),
        ("hợp\u00adtác", "hợptác"),
        ("P.V" + " " * 45 + "T.H", "P.V T.H"),
        ("\u00a0\u2009\u3000", ""),
        ("một\tdòng\r\nhai", "một dòng hai"),
        ("có\x00 NUL\x08", "có NUL"),
        (unicodedata.normalize("NFD", "Huyện Mường Khoong"), "Huyện Mường Khoong"),
        ("\u00d0iện \u00d0ông, H\u00d0ND, \u0189ảng, \u00f0ã", "Điện Đông, HĐND, Đảng, đã"),
        ("Sigur\u00f0sson đến thăm", "Sigur\u00f0sson đến thăm"),
        ("huyện\u00f0ảo", "huyệnđảo"),
        ("plain text", "plain text"),
    ],
)
def test_clean(dirty: str, tidy: str) -> None:
    assert clean(dirty) == tidy


def test_search_key_is_what_people_type() -> None:
    keys = {search_key(s) for s in ("ĐỒNG THÁP", "Đồng  Tháp", "\u00d0ồng Tháp", "dong thap", nfc("đồng tháp"))}
    assert keys == {"dong thap"}
    assert search_key("Ỷ Lan, Ứng Hòa") == "y lan, ung hoa"


@pytest.mark.parametrize(
    ("old", "new"),
    [("Hòa", "Hoà"), ("KHỎE", "khoẻ"), ("thủy", "thuỷ"), ("Ủy", "Uỷ"), ("úy", "uý"), ("Thanh Hóa,", "thanh hoá,")],
)
def test_tone_key_joins_both_placements(old: str, new: str) -> None:
    assert tone_key(old) == tone_key(new)


@pytest.mark.parametrize(
    "words",
    [
        ("Mỹ", "Mĩ"),
        ("lý", "lí"),
        ("quý", "qúy"),
        ("Hòa", "Hoa"),
        ("Hòa", "Hỏa"),
        ("Tân Tiến", "Tân Tiên"),
        ("Đắk", "Đăk"),
    ],
)
def test_tone_key_keeps_different_words_apart(words: tuple[str, str]) -> None:
    assert tone_key(words[0]) != tone_key(words[1])


@pytest.mark.parametrize("word", ["hoàn", "khoét", "thuyền", "quỳnh", "huýt", "toán", "quý", "loài"])
def test_tone_key_moves_nothing_else(word: str) -> None:
    assert tone_key(word) == word


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_keys_are_stable(text: str) -> None:
    for function in (nfc, clean, fold_d, search_key, tone_key):
        once = function(text)
        assert function(once) == once


def test_long_words_are_linear() -> None:
    assert clean("a\u00f0" * 300_000).startswith("a\u00f0")
    assert len(tone_key("oà" * 300_000)) == 600_000
