"""Finders on listings as sites serve them, without a network: what they offer, ask for next, and when they stop."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from discovery_kit import HOME, PLAIN, TODAY, ground_of, list_page, source_of, walk

from scraper.discovery import Answer, finders_of
from scraper.discovery.addresses import fetch_form, is_front_page, may_be_article
from scraper.discovery.feed import read_feed
from scraper.discovery.json_api import entries_of
from scraper.discovery.section import links_of
from scraper.discovery.sitemap import day_in_name, read_sitemap
from scraper.discovery.state import DiscoveryState
from scraper.lastmod import instant as lastmod_instant
from scraper.listings import JsonListing
from scraper.source import Source

# Addresses


@pytest.mark.parametrize(
    ("url", "is_article"),
    [
        (f"{HOME}/kinh-te/gia-lua-tang-12345.html", True),
        ("https://m.baomau.example/gia-lua-tang-12345.html?utm_source=fb", True),
        (f"{HOME}/kinh-te", False),
        ("https://khac.example/gia-lua-tang-12345.html", False),
        ("javascript:void(0)", False),
        ("http://169.254.169.254/gia-lua-tang-12345.html", False),
        (f"{HOME}/{'a' * 3000}-12345.html", False),
    ],
)
def test_patterns_say_what_may_be_an_article(url: str, is_article: bool) -> None:
    assert may_be_article(url, PLAIN) is is_article


@pytest.mark.parametrize(
    ("path", "is_article"),
    [
        ("/thoi-su/khanh-thanh-cau-moi-qua-song", True),
        ("/chi-tiet-tin.aspx?id=20211", False),
        ("/news/12345p1c5/le-hoi.htm", False),
        ("/viewer_20211.aspx", True),
        ("/tag/khanh-thanh-cau-moi-qua-song", False),
        ("/uploads/khanh-thanh-cau-moi.jpg", False),
        ("/kinh-te/trang-12", False),
        ("/lien-he/gui-bai-cho-toa-soan", False),
        ("/thoi-su", False),
    ],
)
def test_without_patterns_the_look_of_an_address_decides(path: str, is_article: bool) -> None:
    assert may_be_article(HOME + path, source_of()) is is_article


def test_where_the_query_is_the_article_it_counts() -> None:
    portal = source_of(identity_params=["ItemID"])
    assert may_be_article(f"{HOME}/Pages/tin.aspx?ItemID=77&page=2", portal)
    assert fetch_form(f"{HOME}/Pages/tin.aspx?ItemID=77&page=2", portal) == f"{HOME}/Pages/tin.aspx?ItemID=77"


@pytest.mark.parametrize(
    ("found", "asked"),
    [
        ("http://www.baomau.example/Tin-12345.html#binh-luan", f"{HOME}/Tin-12345.html"),
        ("https://m.baomau.example/tin-12345.html?utm_source=fb&gclid=1", f"{HOME}/tin-12345.html"),
        (f"{HOME}/amp/tin-12345.html", f"{HOME}/tin-12345.html"),
        (f"{HOME}/kinh-te/202611/tin-4e19c64/", f"{HOME}/kinh-te/202611/tin-4e19c64/"),
        (f"{HOME}/tin-12345.html;jsessionid=A1", f"{HOME}/tin-12345.html"),
        (f"{HOME}/tin?id=5&b=x&fbclid=1", f"{HOME}/tin?id=5&b=x"),
    ],
)
def test_the_form_in_which_an_address_is_asked_for(found: str, asked: str) -> None:
    assert fetch_form(found, PLAIN) == asked


def test_front_pages_are_known() -> None:
    assert all(is_front_page(url, PLAIN) for url in (HOME, f"{HOME}/?utm_source=x", f"http://m.{HOME[8:]}/trang-chu"))
    assert not is_front_page(f"{HOME}/thoi-su", PLAIN)


# Formats


def test_a_sitemap_index_and_a_news_sitemap_are_read() -> None:
    index = (
        b'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        b"<sitemap><loc> /a-2026-11-05.xml </loc><lastmod>2026-11-05</lastmod></sitemap></sitemapindex>"
    )
    assert [(c.url, c.lastmod) for c in read_sitemap(index, f"{HOME}/sitemap.xml").children] == [
        (f"{HOME}/a-2026-11-05.xml", "2026-11-05")
    ]
    news = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
        f"<url><loc>{HOME}/tin-12345.html</loc><news:news><news:publication_date>2026-11-05T07:00:00+07:00</news:publication_date>"
        "<news:title>Giá lúa &amp; gạo</news:title></news:news></url></urlset>"
    ).encode()
    page = read_sitemap(gzip.compress(news), HOME).pages[0]
    assert (page.url, page.title, page.published) == (
        f"{HOME}/tin-12345.html",
        "Giá lúa & gạo",
        "2026-11-05T07:00:00+07:00",
    )


@pytest.mark.parametrize(
    ("body", "entries", "problem"),
    [
        (b"", 0, "empty"),
        (b"<!DOCTYPE html><html><title>404</title></html>", 0, "HTML where XML should be"),
        (f"<urlset><url><loc>{HOME}/tin-1.html</loc></url><url><loc>{HOME}/tin-2".encode(), 1, "cut off"),
        (f"{HOME}/tin-1.html\n{HOME}/tin-2.html\nkhong phai\n".encode(), 2, None),
        (b"<urlset></urlset>", 0, "no entries"),
        (gzip.compress(b"<urlset>" + b" " * 3_000_000), 0, "the payload decodes to more than 1,000,000 bytes"),
        (
            b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><urlset><url><loc>https://a.example/&f;</loc></url></urlset>',
            1,
            None,
        ),
    ],
)
def test_broken_sitemaps_give_what_they_have_and_a_reason(body: bytes, entries: int, problem: str | None) -> None:
    sitemap = read_sitemap(body, f"{HOME}/sitemap.xml", 1_000_000)
    assert len(sitemap.pages) == entries
    assert sitemap.problem == problem
    assert not any("root:" in page.url for page in sitemap.pages)


def test_days_and_months_in_names_of_sitemaps() -> None:
    day = date(2026, 11, 5)
    assert day_in_name("/sitemap-article-2026-11-05.xml") == (day, day)
    assert day_in_name("/sitemaps/202602.xml") == (date(2026, 2, 1), date(2026, 2, 28))
    assert day_in_name("/sitemap-123456789.xml") is None
    assert day_in_name("/sitemap-1.xml") is None


def test_feeds_with_broken_dates_html_and_nothing_in_them() -> None:
    rss = (
        "<rss><channel><item><title>Lễ hội</title><link> https://baomau.example/tin-12345.html </link>"
        "<pubDate>thứ Năm</pubDate>"
        "</item><item><guid>https://baomau.example/tin-12346.html</guid></item>"
        "<item><title>không địa chỉ</title></item></channel></rss>"
    ).encode()
    feed = read_feed(Answer(f"{HOME}/rss", 200, rss, "text/xml"))
    assert [(e.url[-15:], e.published) for e in feed.entries] == [
        ("/tin-12345.html", "thứ Năm"),
        ("/tin-12346.html", None),
    ]
    atom = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title><link href="/tin-12347.html"/>'
        b"<updated>2026-11-05T00:00:00Z</updated></entry></feed>"
    )
    assert read_feed(Answer(f"{HOME}/atom", 200, atom, None)).entries[0].url == f"{HOME}/tin-12347.html"
    assert read_feed(Answer(HOME, 200, b"<!doctype html><html>", "text/xml")).problem == "HTML where XML should be"
    assert read_feed(Answer(HOME, 200, b"<rss><channel/></rss>", "text/xml")).problem == "no entries"
    assert read_feed(Answer(HOME, 200, b"  ", "text/xml")).problem == "empty answer"


def test_links_of_a_page_keep_their_order_base_and_longest_text() -> None:
    page = (
        '<html><head><base href="/muc/"><link rel="next" href="?trang=2"></head><a href="a-12345.html"><img></a>'
        '<a href="/b-12346.html" title="B có tiêu đề"></a><a href="a-12345.html">Tin A dài</a><a href="#x">x</a></html>'
    ).encode()
    found, following = links_of(Answer(f"{HOME}/muc/", 200, page, "text/html"))
    assert [(f.url, f.title) for f in found] == [
        (f"{HOME}/muc/a-12345.html", "Tin A dài"),
        (f"{HOME}/b-12346.html", "B có tiêu đề"),
    ]
    assert following == f"{HOME}/muc/?trang=2"
    assert links_of(Answer(HOME, 200, b"", None)) == ([], None)


def test_json_listings_by_path_and_by_template() -> None:
    body = b'{"data": {"items": [{"slug": "le-hoi", "id": 7, "t": {"vi": "L"}}, {"slug": "thieu-id"}]}}'
    listing = JsonListing(url=f"{HOME}/api?p={{page}}", items="data.items", link="/{slug}-{id}.html", title="t.vi")
    found = entries_of(body, listing, f"{HOME}/")
    assert found is not None
    assert [(f.url, f.title) for f in found] == [(f"{HOME}/le-hoi-7.html", "L")]
    assert entries_of(b"<html>", listing, HOME) is None
    assert entries_of(b'{"data": 5}', listing, HOME) is None


def test_a_lastmod_of_a_day_means_its_end() -> None:
    moment = lastmod_instant("2026-11-05")
    assert moment is not None
    assert moment.isoformat() == "2026-11-05T16:59:59+00:00"
    assert lastmod_instant("hôm qua") is None


# Chains


def _sections(**more: Any) -> Source:
    section = {"url": f"{HOME}/tin", "paging": "{section}/trang-{n}"}
    return source_of(
        article_patterns=[r"-(?P<id>\d{5})\.html$"], discovery={"sections": [section], "latest_pages": 8} | more
    )


def _paged(last: int, per_page: int = 5) -> Callable[[str], bytes | int]:
    def page(url: str) -> bytes | int:
        number = int(url.rpartition("-")[2]) if "trang-" in url else 1
        return list_page(range((number - 1) * per_page, number * per_page)) if number <= last else list_page([])

    return page


def _urls(numbers: range) -> list[str]:
    return [f"{HOME}/tin-so-{n:05}.html" for n in numbers]


def test_latest_stops_where_everything_is_known(tmp_path: Path) -> None:
    ground = ground_of(_sections(), tmp_path, known=_urls(range(7, 40)))
    asked = walk(finders_of(ground), _paged(8))
    assert asked == [f"{HOME}/tin", f"{HOME}/tin/trang-2", f"{HOME}/tin/trang-3"]
    assert ground.visit.waiting == 7
    assert ground.state.chain(f"latest:{HOME}/tin") is None


def test_latest_does_not_trust_known_articles_after_a_run_that_was_killed(tmp_path: Path) -> None:
    killed = ground_of(_sections(), tmp_path, known=_urls(range(3)))
    next(iter(finders_of(killed)[0].start()))
    killed.state.save()
    ground = ground_of(_sections(), tmp_path, known=_urls(range(20)))
    assert len(walk(finders_of(ground), _paged(6))) == 7, "to the end, and the empty page behind it"
    assert ground.visit.waiting == 10
    ground.state.save()
    again = ground_of(_sections(), tmp_path, known=_urls(range(30)))
    assert len(walk(finders_of(again), _paged(6))) == 1


def test_paging_ends_at_repeats_at_the_limit_and_after_failures(tmp_path: Path) -> None:
    def same(_: str) -> bytes:
        return list_page(range(5))

    assert len(walk(finders_of(ground_of(_sections(), tmp_path / "a")), same)) == 2
    assert len(walk(finders_of(ground_of(_sections(), tmp_path / "b")), _paged(10**6))) == 8
    ground = ground_of(_sections(), tmp_path / "c")
    assert len(walk(finders_of(ground), lambda url: 500 if "trang" in url else list_page(range(5)))) == 4
    assert ground.state.chain(f"latest:{HOME}/tin") is not None, "the next run does not trust what is known"
    assert [p["detail"] for p in ground.problems] == ["500"] * 3
    ground = ground_of(_sections(), tmp_path / "d")
    assert len(walk(finders_of(ground), lambda url: 404 if "trang" in url else list_page(range(5)))) == 2
    assert ground.problems == []


def test_one_failing_page_does_not_end_a_backfill(tmp_path: Path) -> None:
    whole = _paged(12)
    ground = ground_of(_sections(), tmp_path, "backfill")
    walk(finders_of(ground), lambda url: 500 if url.endswith("trang-5") else whole(url))
    assert ground.visit.waiting == 55


def test_daily_sitemaps_are_read_newest_first_until_one_is_known(tmp_path: Path) -> None:
    days = [TODAY - timedelta(days=n) for n in range(30)]
    rows = "".join(f"<sitemap><loc>{HOME}/sm-{day}.xml</loc></sitemap>" for day in days)
    index = f"<sitemapindex>{rows}<sitemap><loc>{HOME}/chuyen-muc.xml</loc></sitemap></sitemapindex>".encode()

    def page(url: str) -> bytes:
        if url.endswith("sitemap.xml"):
            return index
        if "chuyen-muc" in url:
            return f"<urlset><url><loc>{HOME}/kinh-te</loc></url></urlset>".encode()
        number = (TODAY - date.fromisoformat(url[-14:-4])).days
        return f"<urlset><url><loc>{HOME}/tin-so-{number:05}.html</loc></url></urlset>".encode()

    source = source_of(
        article_patterns=[r"-(?P<id>\d{5})\.html$"], discovery={"sitemaps": [f"{HOME}/sitemap.xml"], "latest_days": 10}
    )
    ground = ground_of(source, tmp_path, known=_urls(range(3, 30)))
    asked = walk(finders_of(ground), page)
    assert asked == [f"{HOME}/sitemap.xml", f"{HOME}/chuyen-muc.xml", *(f"{HOME}/sm-{day}.xml" for day in days[:4])]
    first = ground_of(source, tmp_path / "first")
    assert len(walk(finders_of(first), page)) == 2 + 10, "a first run goes back so many days"
    everything = ground_of(source, tmp_path / "all", "backfill")
    assert len(walk(finders_of(everything), page)) == 2 + 30
    since = ground_of(source, tmp_path / "since", "backfill", since=TODAY - timedelta(days=4))
    assert len(walk(finders_of(since), page)) == 2 + 5


def test_indexes_that_name_each_other_end(tmp_path: Path) -> None:
    source = source_of(discovery={"sitemaps": [f"{HOME}/s0.xml"]})
    ground = ground_of(source, tmp_path)

    def page(url: str) -> bytes:
        onward = int(url[-5]) + 1
        rows = "".join(f"<sitemap><loc>{HOME}/s{n}.xml</loc></sitemap>" for n in (0, onward))
        return f"<sitemapindex>{rows}</sitemapindex>".encode()

    assert walk(finders_of(ground), page) == [f"{HOME}/s{n}.xml" for n in range(3)]
    assert "levels" in ground.problems[0]["detail"]


def _days(first: int, last: int) -> Callable[[str], bytes | int]:
    """A date archive with one article on each day from `first` to `last` days ago."""

    def page(url: str) -> bytes | int:
        ago = (TODAY - date.fromisoformat(url[-10:])).days
        return list_page([ago]) if first <= ago <= last else list_page([])

    return page


def _archive(**more: Any) -> Source:
    archive = {"url": f"{HOME}/ngay/{{YYYY}}-{{MM}}-{{DD}}"} | more
    return source_of(
        article_patterns=[r"-(?P<id>\d{5})\.html$"], discovery={"date_archive": archive, "latest_days": 10}
    )


def test_a_date_archive_is_walked_back_and_ends(tmp_path: Path) -> None:
    latest = ground_of(_archive(), tmp_path / "a", known=_urls(range(2, 40)))
    assert len(walk(finders_of(latest), _days(0, 40))) == 3, "today, yesterday, and one day that is all known"
    start = (TODAY - timedelta(days=40)).isoformat()
    whole = ground_of(_archive(start=start), tmp_path / "b", "backfill")
    assert len(walk(finders_of(whole), _days(0, 60))) == 41
    trap = ground_of(_archive(), tmp_path / "c", "backfill")
    assert len(walk(finders_of(trap), _days(0, 3))) == 4 + 120, (
        "a calendar without end is left after so many empty days"
    )


def test_a_backfill_by_day_goes_on_where_it_stopped_and_repeats_failed_days(tmp_path: Path) -> None:
    start = (TODAY - timedelta(days=20)).isoformat()
    bad = f"{HOME}/ngay/{TODAY - timedelta(days=5)}"
    first = ground_of(_archive(start=start), tmp_path, "backfill")
    pages, count = _days(0, 60), 0
    queue = [ask for finder in finders_of(first) for ask in finder.start()]
    while count < 8:  # then it is killed
        ask = queue.pop(0)
        count += 1
        page = 500 if ask.url == bad else pages(ask.url)
        queue += (
            ask.finder.failed(ask, "500")
            if isinstance(page, int)
            else ask.finder.read(ask, Answer(ask.url, 200, page, "text/html"))
        )
    first.state.save()
    second = ground_of(_archive(start=start), tmp_path, "backfill")
    asked = walk(finders_of(second), pages)
    assert asked[0] == bad
    assert asked[1].endswith(str(TODAY - timedelta(days=8)))
    assert len(asked) == 1 + 13
    assert second.visit.waiting == 14


def test_json_paging_and_wrong_answers(tmp_path: Path) -> None:
    listing = {"url": f"{HOME}/api?p={{page}}", "items": "", "link": "u"}
    source = source_of(article_patterns=[r"-(?P<id>\d{5})\.html$"], discovery={"json_api": [listing]})

    def page(url: str) -> bytes:
        number = int(url.rpartition("=")[2])
        rows = [f'{{"u": "/tin-so-{n:05}.html"}}' for n in range(number * 5, number * 5 + 5)] if number < 4 else []
        return f"[{','.join(rows)}]".encode()

    ground = ground_of(source, tmp_path)
    assert len(walk(finders_of(ground), page)) == 4
    assert ground.visit.waiting == 15
    broken = ground_of(source, tmp_path / "broken")
    walk(finders_of(broken), lambda _: b"<html>bao tri</html>")
    assert broken.problems[0]["kind"] == "json-api"


def test_a_revisit_lists_nothing_and_only_narrows(tmp_path: Path) -> None:
    source = _sections(feeds=[f"{HOME}/rss"])
    assert finders_of(ground_of(source, tmp_path, "revisit")) == []
    assert [f.found_by for f in finders_of(ground_of(source, tmp_path), only=("feed",))] == ["feed"]
    assert [f.found_by for f in finders_of(ground_of(source, tmp_path))] == ["feed", "section"]


def test_every_chain_is_marked_as_unread_before_anything_is_asked_for(tmp_path: Path) -> None:
    """A run may be killed at its first request; then nothing that is known may end a chain of the next run."""
    sections = [{"url": f"{HOME}/{name}", "paging": "{section}/trang-{n}"} for name in ("a", "b")]
    discovery = {
        "sections": sections,
        "sitemaps": [f"{HOME}/sitemap.xml"],
        "json_api": [{"url": f"{HOME}/api?p={{page}}"}],
        "date_archive": {"url": f"{HOME}/ngay/{{YYYY}}-{{MM}}-{{DD}}"},
    }
    source = source_of(discovery=discovery)
    ground = ground_of(source, tmp_path)
    finders_of(ground)
    ground.state.save()
    left = DiscoveryState(tmp_path / "state.json")
    chains = [f"{HOME}/a", f"{HOME}/b", "sitemap", f"{HOME}/api?p={{page}}", "date-archive"]
    assert [name for name in chains if left.chain(f"latest:{name}") is None] == []
