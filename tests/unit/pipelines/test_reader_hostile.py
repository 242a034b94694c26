"""Pages made to stall or break the reader, and whatever hypothesis builds from pieces of pages.

The plain suite reads each page at a size at which time with the square of the size is felt by the suite's timeout;
the slow one at full size, in processor seconds and memory.
"""

from __future__ import annotations

import json
import resource
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hostile_pages import BROKEN, PAGES, PAYLOADS, TEXT, URLS, article
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.page.families import load_families
from pipelines.people import parse_byline
from pipelines.reader import read_page
from pipelines.records import Reading, SiteProfile
from pipelines.text import clean, nfc, search_key, tone_key

URL = "https://bao.example/mua-gat-post12345.html"
FETCHED = datetime(2026, 9, 20, 2, 0, tzinfo=UTC)
PLAIN_SIZE = 10_000
FULL_SIZES = (200_000, 1_000_000)
MOST_TIMES = 8
"""A hostile page may cost so many times what an ordinary one of six megabytes does in the same run; what grows with the
square costs hundreds of times as much."""
MOST_MEMORY = 1_500  # MB over what the process had


def read(payload: bytes, url: str = URL, fetched_at: datetime | None = FETCHED, **more: str) -> Reading:
    """A reading that broke no rule of ours, and that can be written down."""
    reading = read_page(payload, url, fetched_at=fetched_at, content_type=more.get("content_type"), witnesses=True)
    assert reading.status in ("ok", "empty", "too-large", "no-html"), reading.status
    assert reading.status == "ok" or not reading.body
    json.dumps(reading.to_json(), ensure_ascii=False).encode()
    return reading


def processor_seconds(payload: bytes) -> float:
    """What reading takes."""
    start = time.process_time()
    read(payload)
    return time.process_time() - start


@pytest.fixture(scope="module")
def most_seconds() -> float:
    """What a hostile page may take, on this machine and now."""
    ordinary = article(TEXT * (6_000_000 // len(TEXT.encode()))).encode()
    return MOST_TIMES * min(processor_seconds(ordinary) for _ in range(2))


@pytest.mark.timeout(30)
@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page_has_a_status(name: str) -> None:
    read(PAGES[name](PLAIN_SIZE).encode())


@pytest.mark.slow
@pytest.mark.parametrize("size", FULL_SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page_of_full_size_is_read_in_bounded_time_and_memory(
    name: str, size: int, most_seconds: float
) -> None:
    payload = PAGES[name](size).encode()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = processor_seconds(payload)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{name}, {len(payload) / 1e6:.1f} MB: {seconds:.2f} s, {grown:.0f} MB more")
    assert seconds <= most_seconds
    assert grown <= MOST_MEMORY


@pytest.mark.timeout(30)
@pytest.mark.parametrize("name", BROKEN)
def test_broken_bytes_have_a_status(name: str) -> None:
    read(BROKEN[name](PLAIN_SIZE))


@pytest.mark.slow
@pytest.mark.parametrize("name", BROKEN)
def test_broken_bytes_of_full_size_are_read_in_bounded_time(name: str, most_seconds: float) -> None:
    payload = BROKEN[name](6_000_000)
    seconds = processor_seconds(payload)
    print(f"{name}, {len(payload) / 1e6:.1f} MB: {seconds:.2f} s")
    assert seconds <= most_seconds


@pytest.mark.slow
def test_sixty_megabytes_are_refused_at_once() -> None:
    payload = article(TEXT * 60_000).encode()[:60_000_000]
    start = time.process_time()
    assert read(payload).status == "too-large"
    assert time.process_time() - start <= 0.1


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_of_any_form_has_a_status(name: str) -> None:
    read(PAYLOADS[name])


@pytest.mark.parametrize("name", ["pdf", "jpeg", "gzip", "zip"])
def test_documents_and_pictures_are_no_pages(name: str) -> None:
    reading = read(PAYLOADS[name])
    assert (reading.status, reading.body, reading.title) == ("no-html", (), None)


@pytest.mark.parametrize("url", URLS, ids=range(len(URLS)))
def test_an_odd_address_costs_no_text(url: str) -> None:
    assert read(article().encode(), url).body == read(article().encode()).body


@pytest.mark.parametrize("href", ["http://[", "//[::1", "https://a:b@[c", "\\\\x", "http://%00/", "?" * 5000])
def test_an_odd_link_in_the_text_costs_no_text(href: str) -> None:
    body = f"<ul><li><a href='{href}'>Tin khác của thôn</a></li></ul><p><img src='{href}'></p>{TEXT}"
    assert len(read(article(body).encode()).body) >= 5


@pytest.mark.parametrize("date", ["14/03/2025 07:30", "3 giờ trước", "hôm qua", "14/03", "9:00 hôm nay"])
@pytest.mark.parametrize(
    "fetched_at",
    [
        None,
        datetime(2026, 9, 20),  # noqa: DTZ001 - a clock without a zone is what is tested
        datetime.min,  # noqa: DTZ901 - the same
        datetime.max,  # noqa: DTZ901 - the same
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=timezone(-timedelta(hours=23))),
    ],
    ids=str,
)
def test_a_broken_clock_breaks_nothing(fetched_at: datetime | None, date: str) -> None:
    read(article(date=date).encode(), fetched_at=fetched_at)


@pytest.mark.parametrize(
    "content_type", ["text/html; charset=" + name for name in ("hex", "zip", "utf-7", "rot13", "idna", "", "x" * 999)]
)
def test_a_charset_that_is_none_breaks_nothing(content_type: str) -> None:
    read(PAYLOADS["a codec that is no charset"], content_type=content_type)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("marks", ["\u0301", "\u0323\u0301", "\u05b0\u0591", "\u0344", "\u0f71\u0f72"])
def test_floods_of_marks_are_cut_and_words_with_marks_are_not(marks: str) -> None:
    flood = "gặt a" + marks * 200_000 + " lúa"
    for fold in (nfc, clean, search_key, tone_key):
        assert len(fold(flood)) < 60
    parse_byline(flood)
    spelled = "Nguyê\u0303n Thi\u0323 Hô\u0300ng " * 40
    assert nfc(spelled) == "Nguyễn Thị Hồng " * 40


# Pieces of the pages of all families: names from their selectors, slots, dates, bylines, and what goes wrong in them.
_CLASSES = sorted(
    {
        part.split("[")[0].split(">")[0]
        for family in load_families().values()
        for values in family.selectors.values()
        for value in values
        for part in value.replace(".", " ").replace("#", " ").split()
        if part.isascii()
    }
)
_LINES = (
    "Chiều nay, bà con thôn Đồng Lạc ra đồng gặt lúa; ai cũng mừng vì hạt chắc và đường thóc khô.", "Bài, ảnh: Ngô Thu Lam",
    "Theo TTXVN", "14/03/2025 07:30", "Thứ Sáu, 14/3/2025, 07:30 (GMT+7)", "3 giờ trước", "(BVX) - ", "Ảnh: N.T.L", "{keywords}",
    "./.", "Tin liên quan", "Mùa gặt ở Đồng Lạc", "&amp;agrave;", "\u0323\u0301", "404", "Đăng nhập", "a" * 300, "1/1/" * 50, "",
)  # fmt: skip
_TAGS = ("div", "p", "h1", "h2", "span", "td", "table", "tr", "ul", "li", "figure", "figcaption", "a", "em", "strong", "time",
         "blockquote", "section", "article", "br", "font", "script", "style", "title", "body", "o:p", "noscript")  # fmt: skip
_VALUES = ("2025-03-14T07:30:00+07:00", "2025-03-14T00:30:00Z", "", "http://[", "/anh.jpg", *_LINES[:4])
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(_VALUES),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "@type",
                    "@graph",
                    "author",
                    "name",
                    "headline",
                    "datePublished",
                    "dateModified",
                    "publisher",
                    "articleBody",
                    "itemListElement",
                    "item",
                    "image",
                    "content",
                    "title",
                ]
            ),
            inner | st.sampled_from(["NewsArticle", "BreadcrumbList", "Person"]),
            max_size=5,
        )
    ),
    max_leaves=12,
)
_scripts = st.builds(
    lambda kind, value, cut: f"<script {kind}>{json.dumps(value)[: cut or None]}</script>",
    st.sampled_from(['type="application/ld+json"', 'id="__NEXT_DATA__"']),
    _json,
    st.sampled_from([0, 0, 0, 20]),
)
_metas = st.builds(
    lambda name, value: f'<meta property="{name}" name="{name}" content="{value}">',
    st.sampled_from(["og:title", "og:type", "article:published_time", "pubdate", "author", "generator", "keywords"]),
    st.sampled_from(_VALUES),
)
_leaves = st.sampled_from(_LINES) | _scripts | _metas | st.text(max_size=20)


def _element(tag: str, name: str, key: str, value: str, inner: list[str], closed: bool) -> str:
    return f"<{tag} class='{name}' id={name} {key}='{value}'>{''.join(inner)}" + (f"</{tag}>" if closed else "")


_markup = st.recursive(
    _leaves,
    lambda inner: st.builds(
        _element,
        st.sampled_from(_TAGS),
        st.sampled_from(_CLASSES),
        st.sampled_from(["itemprop", "datetime", "href", "src", "data-role", "data-slot", "align", "style"]),
        st.sampled_from(
            ["articleBody", "author", "description", "content", "sapo", "center", "display:none", *_VALUES]
        ),
        st.lists(inner, max_size=4),
        st.sampled_from([True, True, True, False]),
    ),
    max_leaves=25,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    st.lists(_markup, max_size=6).map("".join),
    st.sampled_from([None, *sorted(load_families())]),
    st.sampled_from(["utf-8", "utf-16", "cp1258"]),
    st.integers(0, 3),
)
def test_pages_of_random_pieces(markup: str, family: str | None, encoding: str, lost: int) -> None:
    payload = markup.encode(encoding, "ignore")
    reading = read_page(
        payload[: len(payload) - lost],
        URL,
        fetched_at=FETCHED,
        profile=SiteProfile("bx", family=family),
        witnesses=True,
    )
    assert reading.status in ("ok", "empty", "no-html"), reading.status
    json.dumps(reading.to_json(), ensure_ascii=False).encode()
    assert all(line and line == nfc(line) and "\0" not in line for line in reading.body)
    assert (reading.published_at is None) == (reading.published_precision is None)
    assert reading.published_at is None or reading.published_at <= FETCHED + timedelta(days=1)
    assert all(credit.name.strip() for credit in reading.authors)
    assert read_page(payload[: len(payload) - lost], URL, fetched_at=FETCHED, profile=SiteProfile("bx", family=family), witnesses=True) == reading  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2000), st.text(max_size=60), st.datetimes())
def test_any_bytes_from_any_address_at_any_time(payload: bytes, url: str, fetched_at: datetime) -> None:
    read(payload, url, fetched_at)
