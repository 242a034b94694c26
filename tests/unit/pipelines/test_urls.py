from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.urls import article_key, canonical_url, display_form, host_of, native_id

SAME = [
    "https://baomau.example/chinh-tri/hop-hdnd-12345.html",
    "http://www.baomau.example:80/Chinh-Tri/hop-hdnd-12345.html",
    "https://m.baomau.example/chinh-tri/hop-hdnd-12345.html?utm_source=zalo&fbclid=x#binh-luan",
    "https://amp.baomau.example/chinh-tri//hop-hdnd-12345.html/",
    "https://baomau.example/amp/chinh-tri/hop-hdnd-12345.html",
    "https://baomau.example/chinh-tri/hop-hdnd-12345.html/amp/",
    "https://BAOMAU.example/print/chinh-tri/hop-hdnd-12345.html",
    "https://baomau.example/chinh-tri/hop-hdnd-12345.amp.html?zarsrc=30&PHPSESSID=abc",
    "https://baomau.example/chinh-tri/hop-hdnd-12345.html/index.htm",
    "  https://baomau.example/chinh-tri/hop-hdnd-12345.html;jsessionid=77AA  ",
]


@pytest.mark.parametrize("url", SAME)
def test_spellings_of_one_address_share_a_key(url: str) -> None:
    assert canonical_url(url) == SAME[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/viewer.aspx?mabb=1", "https://a.example/viewer.aspx?mabb=2"),
        ("https://a.example/Pages/News.aspx?cid=AB", "https://a.example/Pages/News.aspx?cid=CD"),
        ("https://khmer.a.example/x", "https://a.example/x"),
        ("https://a.example:8080/x", "https://a.example/x"),
        ("https://a.example/v/aB3dE9", "https://a.example/v/ab3de9"),
        ("https://a.example/print", "https://a.example/"),
    ],
)
def test_different_articles_keep_different_keys(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


def test_identity_parameters_alone_stay_where_a_source_names_them() -> None:
    url = "http://a.example/viewer.aspx?macm=12&MaBB=7&macmp=3"
    assert canonical_url(url, identity_params=["mabb"]) == "https://a.example/viewer.aspx?mabb=7"
    assert canonical_url(url) == "https://a.example/viewer.aspx?MaBB=7&macm=12&macmp=3"


def test_vietnamese_capitals_in_a_path_have_the_key_of_small_ones() -> None:
    assert canonical_url("https://a.example/Đời-Sống/x") == canonical_url(
        "https://a.example/%C4%91%E1%BB%9Di-s%E1%BB%91ng/x"
    )


@pytest.mark.parametrize("text", ["", "không phải địa chỉ", "mailto:x@a.example", "http://[::1", "//a.example/x"])
def test_what_is_no_address_comes_back_as_it_was(text: str) -> None:
    assert canonical_url(text) == text.strip()


_url = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(["www.a.example", "m.www.a.example", "A.example:80", "a.example:8080"]),
    st.lists(
        st.sampled_from(
            [
                "amp",
                "print",
                "index.htm",
                "Chinh-Tri",
                "Đời Sống",
                "%c4%91",
                "a%2Fb",
                "aB3",
                "x.amp",
                "..",
                ";sid=1",
                "a+b",
            ]
        ),
        max_size=5,
    ).map(lambda parts: "".join("/" + part for part in parts)),
    st.sampled_from(["", "/", "//"]),
    st.sampled_from(["", "?b=2&a=1", "?utm_x=1", "?A=%20&a=à", "?&=&x", "#f"]),
)


@given(_url)
def test_a_key_is_its_own_key(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/hop-bao-post71550.html", "71550"),
        ("https://a.example/hop-bao-16112020-a80176.html", "80176"),
        ("https://a.example/kinh-te/hop-bao-221864.htm", "221864"),
        ("https://a.example/chinh-tri/202604/hop-bao-1a2b3c4/", "1a2b3c4"),
        ("https://a.example/chinh-tri/202104/hop-bao-104512/", "104512"),
        ("https://a.example/hop-bao-10226042611203344.htm", "10226042611203344"),
        ("https://a.example/82/58118/hop-bao.html", "58118"),
        ("https://a.example/print/0a0b/203277.htm", "203277"),
        ("https://a.example/amp.aspx?itemid=221864", "221864"),
        ("https://a.example/muc-tieu-nam-2025.html", None),
        ("https://a.example/lich-cat-dien-16112020.html", None),
        ("https://a.example/chinh-tri/hop-bao", None),
        ("https://a.example/", None),
    ],
)
def test_generic_places_of_a_native_id(url: str, expected: str | None) -> None:
    assert native_id(canonical_url(url), ()) == expected


def test_the_pattern_of_a_source_comes_before_the_generic_places() -> None:
    url = canonical_url("https://a.example/Tin/99-hop-bao-12345.html")
    assert native_id(url, [r"^/bai/(?P<id>\d+)", r"^/Tin/(?P<id>\d+)-"]) == "99"
    assert native_id(url, [r"^/bai/(?P<id>\d+)"]) == "12345"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://WWW.A.example:80/x", "a.example"),
        ("http://m.tin.a.example", "tin.a.example"),
        ("khong", ""),
        ("http://[", ""),
    ],
)
def test_host_of(url: str, host: str) -> None:
    assert host_of(url) == host


def test_an_article_survives_a_move_when_it_has_a_native_id() -> None:
    here, there = "https://a.example/x-post1.html", "https://b.example/x-post1.html"
    assert article_key("s", "1", here) == article_key("s", "1", there)
    assert article_key("s", None, here) != article_key("s", None, there)
    assert article_key("s", "1", here) != article_key("t", "1", here)
    assert len(article_key("s", None, here)) == 32


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("https://www.a.example/x.html", "plain"),
        ("https://a.example/amp", "plain"),
        ("https://a.example/x.amp.html", "amp"),
        ("https://a.example/x.html?amp=1", "amp"),
        ("https://a.example/x.html/print/", "print"),
        ("https://m.a.example/x.html", "mobile"),
    ],
)
def test_display_form(url: str, form: str) -> None:
    assert display_form(url) == form
