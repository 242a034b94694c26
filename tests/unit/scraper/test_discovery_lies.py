"""Listings that lie: pages that fail with a 200, sitemaps cut off, addresses that are none. Nothing stays lost by them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from discovery_kit import HOME, PLAIN, TODAY, ground_of, list_page, source_of, walk

from scraper.discovery import Answer, Ground, finders_of
from scraper.discovery.finder import BARE
from scraper.discovery.json_api import entries_of
from scraper.discovery.sitemap import read_sitemap
from scraper.found import Found, Standing
from scraper.listings import JsonListing
from scraper.source import Source
from scraper.validators import FIRST_TEST, LISTING_HOLDS, TEST_EVERY, ValidatorTrust, listing_conditions

NOTICE = "<html><h1>Hệ thống đang bảo trì</h1><p>Xin quay lại sau.</p></html>".encode()
IN_FRAME = '<html><a href="/thoi-su">Thời sự</a><p>Không lấy được dữ liệu</p></html>'.encode()
SECTIONS = {"sections": [{"url": f"{HOME}/tin", "paging": "{section}/trang-{n}"}], "latest_pages": 8}


def _url(number: int) -> str:
    return f"{HOME}/tin-so-{number:05}.html"


def _offered(ground: Ground) -> set[str]:
    return set(ground.visit._offered)


def _crawl(source: Source, tmp_path: Path, known: list[str], pages: Callable[[str], bytes | int]) -> Ground:
    """One `latest` run of all finders; its state stays for the next one."""
    ground = ground_of(source, tmp_path, known=known)
    walk(finders_of(ground), pages)
    ground.state.save()
    return ground


@pytest.mark.parametrize("broken", [NOTICE, b"", IN_FRAME, list_page(range(91, 101))])
@pytest.mark.parametrize("known", [[], [_url(n) for n in range(1, 61)]], ids=["first", "later"])
def test_what_lay_behind_a_page_that_failed_with_200_is_found_by_the_next_run(
    tmp_path: Path, broken: bytes, known: list[str]
) -> None:
    source = source_of(article_patterns=[r"-(?P<id>\d{5})\.html$"], discovery=SECTIONS)

    def page(url: str) -> bytes:
        number = int(url.rpartition("-")[2]) if "trang-" in url else 1
        return list_page(range(101 - 10 * number, 111 - 10 * number)) if number <= 6 else IN_FRAME

    first = _crawl(source, tmp_path, known, lambda url: broken if url.endswith("/trang-2") else page(url))
    second = _crawl(source, tmp_path, [*known, *_offered(first)], page)
    wanted = {_url(n) for n in range(51, 101)}
    assert wanted <= set(known) | _offered(first) | _offered(second)


def test_a_list_that_has_ended_is_believed_to_the_second_time(tmp_path: Path) -> None:
    source = source_of(article_patterns=[r"-(?P<id>\d{5})\.html$"], discovery=SECTIONS)

    def page(url: str) -> bytes:
        return list_page(range(1, 9)) if url.endswith("/tin") else IN_FRAME

    known: list[str] = []
    counts = []
    for _ in range(3):
        ground = ground_of(source, tmp_path, known=known)
        counts.append(len(walk(finders_of(ground), page)))
        ground.state.save()
        known = [_url(n) for n in range(1, 9)]
    assert counts == [2, 2, 1]


def test_a_date_archive_asks_again_for_a_day_that_showed_a_notice(tmp_path: Path) -> None:
    discovery = {"date_archive": {"url": f"{HOME}/ngay/{{YYYY}}-{{MM}}-{{DD}}"}, "latest_days": 6}
    source = source_of(article_patterns=[r"-(?P<id>\d{5})\.html$"], discovery=discovery)

    def page(url: str) -> bytes:
        back = (TODAY - datetime.fromisoformat(url.rpartition("/")[2]).date()).days
        return list_page([back + 1])

    two_back = (TODAY - timedelta(days=2)).isoformat()
    first = _crawl(source, tmp_path, [], lambda url: NOTICE if url.endswith(two_back) else page(url))
    assert [problem["detail"] for problem in first.problems] == [BARE]
    second = _crawl(source, tmp_path, sorted(_offered(first)), page)
    assert _offered(second) == {_url(3)}


@pytest.mark.parametrize(
    "broken", [NOTICE, b"", f"<urlset><url><loc>{_url(5)}</loc></url><url><loc>{HOME}/tin-s".encode()]
)
def test_a_sitemap_that_is_not_whole_is_read_again(tmp_path: Path, broken: bytes) -> None:
    source = source_of(
        article_patterns=[r"-(?P<id>\d{5})\.html$"], discovery={"sitemaps": [f"{HOME}/so-do.xml"], "latest_days": 30}
    )

    def day(number: int) -> bytes:
        return f"<urlset><url><loc>{_url(number)}</loc></url></urlset>".encode()

    def page(url: str) -> bytes:
        if url.endswith("so-do.xml"):
            rows = "".join(f"<sitemap><loc>{HOME}/bai-2026-11-{n:02}.xml</loc></sitemap>" for n in range(1, 6))
            return f"<sitemapindex>{rows}</sitemapindex>".encode()
        return day(int(url[-6:-4]))

    first = _crawl(source, tmp_path, [], lambda url: broken if url.endswith("-03.xml") else page(url))
    assert _url(3) not in _offered(first)
    second = _crawl(source, tmp_path, sorted(_offered(first)), page)
    assert _offered(second) == {_url(3)}


def test_a_lastmod_that_does_not_move_when_pages_come_is_no_hint(tmp_path: Path) -> None:
    """An index that says one old day of its news sitemap for ever; the sitemap itself forgets after two days."""
    source = source_of(article_patterns=[r"-(?P<id>\d{5})\.html$"], discovery={"sitemaps": [f"{HOME}/so-do.xml"]})
    news = f"{HOME}/news.xml"
    index = f"<sitemapindex><sitemap><loc>{news}</loc><lastmod>2020-01-01</lastmod></sitemap></sitemapindex>".encode()

    def run(known: list[str], shown: int, hours_ago: float = 0) -> tuple[Ground, list[str]]:
        ground = ground_of(source, tmp_path, known=known)
        if hours_ago:
            seen = datetime.now(UTC) - timedelta(hours=hours_ago)
            ground.state._listings[news]["fetched_at"] = seen.isoformat()
        page = f"<urlset><url><loc>{_url(shown)}</loc></url></urlset>".encode()
        asked = walk(finders_of(ground), lambda url: page if url == news else index)
        if news in asked:
            ground.state.keep_listing(news, lastmod="2020-01-01")  # as the spider does
        ground.state.save()
        return ground, asked

    run([], 1)
    assert news not in run([_url(1)], 2)[1], "it rests"
    ground, _ = run([_url(1)], 2, hours_ago=21)
    assert _offered(ground) == {_url(2)}, "not for a day"
    ground, _ = run([_url(1), _url(2)], 3)
    assert _offered(ground) == {_url(3)}, "and never again, now that it is known for what it is"


def test_sitemaps_elsewhere_are_named_and_not_asked_for(tmp_path: Path) -> None:
    source = source_of(discovery={"sitemaps": [f"{HOME}/so-do.xml"]})
    index = b"<sitemapindex><sitemap><loc>https://cdn.khac.example/a.xml</loc></sitemap></sitemapindex>"
    ground = ground_of(source, tmp_path)
    assert walk(finders_of(ground), lambda _: index) == [f"{HOME}/so-do.xml"]
    assert [problem["url"] for problem in ground.problems] == ["https://cdn.khac.example/a.xml"]


def test_more_news_than_a_run_may_list_is_named(tmp_path: Path) -> None:
    source = source_of(article_patterns=[r"-(?P<id>\d{5})\.html$"], discovery=SECTIONS)
    ground = ground_of(source, tmp_path, known=[_url(1)])
    asked = walk(finders_of(ground), lambda url: list_page([1000 + len(url), hash(url) % 90_000 + 1001]))
    assert len(asked) == 8
    assert [problem["kind"] for problem in ground.problems] == ["paging-limit"]


def test_the_address_of_a_picture_is_none_of_the_page() -> None:
    picture = "<i:image><i:loc>https://anh.example/1.jpg</i:loc></i:image>"
    xml = f'<urlset xmlns:i="http://anh.example/"><url>{picture}<loc>{_url(1)}</loc></url></urlset>'
    assert [page.url for page in read_sitemap(xml.encode(), HOME).pages] == [_url(1)]


@pytest.mark.parametrize(
    "url", [f"{HOME}:99999/tin-00001.html", f"{HOME}:x/tin-00001.html", f"{HOME}/\ud83d-00001.html"]
)
def test_what_no_request_can_be_made_of_is_no_address(tmp_path: Path, url: str) -> None:
    ground = ground_of(PLAIN, tmp_path)
    assert ground.visit.offer(Found(url), "section") is Standing.NO_ARTICLE
    assert ground.visit.offer(Found(url), "operator") is Standing.NO_ARTICLE


def test_half_a_surrogate_pair_in_json_is_a_question_mark() -> None:
    body = b'[{"url": "/tin-00001.html", "title": "M\\ud83d"}]'
    (entry,) = entries_of(body, JsonListing(url=f"{HOME}/api"), HOME) or []
    assert entry.title == "M?"


# 304


def test_a_listing_is_asked_for_without_conditions_once_a_day() -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    row = {"etag": '"a"', "fetched_at": (now - LISTING_HOLDS + timedelta(minutes=1)).isoformat()}
    assert listing_conditions(row, now) == {"If-None-Match": '"a"'}
    assert listing_conditions(row, now + timedelta(minutes=2)) == {}
    assert listing_conditions({"etag": '"a"'}, now) == {}
    assert listing_conditions(None, now) == {}


def test_one_conditional_request_of_forty_is_a_test() -> None:
    trust = ValidatorTrust()
    row = {"etag": '"a"', "last_modified": "Fri, 20 Nov 2026 00:00:00 GMT", "payload_digest": "sha1:A"}
    sent = [trust.headers(row) for _ in range(2 * TEST_EVERY)]
    assert [n for n, (_, is_test) in enumerate(sent, 1) if is_test] == [FIRST_TEST, FIRST_TEST + TEST_EVERY]
    assert all(headers["If-None-Match"] == '"a"' for headers, is_test in sent if not is_test)
    assert all(headers["If-None-Match"] != '"a"' for headers, is_test in sent if is_test)
    assert trust.headers({"payload_digest": "sha1:A"}) == ({}, False)


@pytest.mark.parametrize(
    ("status", "etag", "digest", "lies"),
    [
        (304, None, None, True),
        (200, '"a"', "sha1:A", False),
        (200, '"b"', "sha1:B", False),
        (200, '"a"', "sha1:B", True),
        (200, None, "sha1:B", False),
        (404, '"a"', None, False),
    ],
)
def test_what_a_test_proves(status: int, etag: str | None, digest: str | None, lies: bool) -> None:
    trust = ValidatorTrust(asked=FIRST_TEST)
    row = {"etag": '"a"', "payload_digest": "sha1:A"}
    assert trust.tested(row, status, etag, digest) is lies
    kept = ValidatorTrust.from_json(trust.to_json())
    assert kept == trust
    assert kept.headers(row)[0] == ({} if lies else {"If-None-Match": '"a"'})


def test_a_weak_tag_may_stay_over_small_changes() -> None:
    trust = ValidatorTrust()
    assert trust.tested({"etag": 'W/"a"', "payload_digest": "sha1:A"}, 200, 'W/"a"', "sha1:B") is False


def test_the_answer_says_where_links_are_meant_from(tmp_path: Path) -> None:
    source = source_of(article_patterns=[r"-(?P<id>\d{5})\.html$"], discovery={"sections": [f"{HOME}/cu"]})
    ground = ground_of(source, tmp_path)
    (finder,) = finders_of(ground)
    (ask,) = finder.start()
    list(finder.read(ask, Answer(f"{HOME}/moi/", 200, b'<a href="tin-00007.html">tin</a>')))
    assert _offered(ground) == {f"{HOME}/moi/tin-00007.html"}
