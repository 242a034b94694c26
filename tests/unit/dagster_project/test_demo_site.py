"""The demo site: what it serves agrees with what it says the truth is, at each of its steps."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest
from lxml import etree, html

from dagster_project.demo import HOSTS, SOURCE_IDS, STEPS, DemoOver, DemoSite, truth
from dagster_project.demo.content import articles

A, B, C = SOURCE_IDS
ALL_STEPS = range(STEPS)


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite.serving() as served:
        yield served


class Got:
    def __init__(self, response: HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        body = response.read()
        self.body = gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body

    @property
    def text(self) -> str:
        """All text of the page, as a careful reader would normalise it."""
        encoding = "windows-1258" if b"charset=windows-1258" in self.body else "utf-8"
        decoded = unicodedata.normalize("NFC", self.body.decode(encoding)).replace("\u00d0", "Đ")
        return re.sub(r"\s+", " ", html.fromstring(decoded).text_content())

    @property
    def links(self) -> list[str]:
        return [str(link) for link in html.fromstring(self.body).xpath("//a/@href")]


def get(site: DemoSite, url: str, **headers: str) -> Got:
    split = urlsplit(url)
    connection = HTTPConnection(site.host_map.get(split.netloc, f"127.0.0.1:{site.port}"), timeout=20)
    target = split.path + (f"?{split.query}" if split.query else "")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", target or "/", headers={"Host": split.netloc, **named})
    try:
        return Got(connection.getresponse())
    finally:
        connection.close()


def found_by_sitemap(site: DemoSite) -> set[str]:
    host = HOSTS[A]
    robots = get(site, f"https://{host}/robots.txt").body.decode()
    index = re.search(r"^Sitemap: (\S+)$", robots, re.MULTILINE)
    assert index is not None
    maps = etree.fromstring(get(site, index[1]).body).xpath("//*[local-name()='loc']/text()")
    locs = [
        loc for one in maps for loc in etree.fromstring(get(site, one).body).xpath("//*[local-name()='loc']/text()")
    ]
    return {loc for loc in locs if "-post" in loc}


def found_by_sections(site: DemoSite, source_id: str, sections: tuple[str, ...], page: str) -> set[str]:
    base = f"https://{HOSTS[source_id]}"
    pattern = r"-\d{5}\.html$" if source_id == B else r"/\d{6}/[^/]+-[0-9a-f]{7}/$"
    found: set[str] = set()
    for section in sections:
        for number in range(1, 10):
            url = f"{base}/{section}" + (page.format(number) if number > 1 else "")
            document = html.fromstring(get(site, url).body)
            listed = document.xpath("//*[contains(@class, 'b-list') or contains(@class, 'danh-sach')]//a/@href")
            if not listed:
                break
            assert len(listed) <= 8
            found |= {base + link for link in listed if re.search(pattern, link)}
    return found


def test_there_are_about_sixty_articles_of_three_papers_with_unlike_systems() -> None:
    first = truth(0)
    assert 50 <= len(first.articles) <= 70
    assert {article.source_id for article in first.articles} == set(SOURCE_IDS)
    assert all(len(list(first.of(source_id))) >= 17 for source_id in SOURCE_IDS)
    kinds = {article.page_kind for article in first.articles}
    assert {"article", "gallery", "video", "multi-item"} <= kinds
    assert any(article.precision == "day" for article in first.articles)
    shared = [article for article in first.articles if article.shared_with]
    assert len(shared) == 2
    assert {article.shared_with for article in shared} == {article.url for article in shared}
    assert len({article.source_id for article in shared}) == 2


def test_no_date_of_the_content_depends_on_today() -> None:
    dates = [article.published for article in articles().values()]
    assert min(dates) >= datetime.fromisoformat("2026-09-01T00:00:00+07:00")
    assert max(dates) < datetime.fromisoformat("2026-11-20T00:00:00+07:00")


def test_every_name_in_the_truth_stands_on_its_page() -> None:
    for article in articles().values():
        shown = " ".join([article.byline, article.body]).casefold()
        missing = [name for name, _ in article.people if name.casefold() not in shown]
        assert not missing, f"{article.key}: {missing}"


@pytest.mark.parametrize("step", ALL_STEPS)
def test_every_article_shows_what_the_truth_says(site: DemoSite, step: int) -> None:
    site.go_to(step)
    now = site.truth()
    for article in now.articles:
        answer = get(site, article.url)
        if article.url in now.unreachable:
            assert answer.status == 500
            continue
        if answer.status == 500:  # the page that fails once
            answer = get(site, article.url)
        assert answer.status == 200, article.url
        for part in (article.title, article.lead or "", *article.body, *article.captions):
            assert part.replace("\t", "") in answer.text.replace("\t", "") or all(
                cell in answer.text for cell in part.split("\t")
            ), f"{article.url}: {part}"
        name = article.people[0][0] if article.people else ""
        assert name.casefold() in answer.text.casefold()


@pytest.mark.parametrize("step", ALL_STEPS)
def test_discovery_names_every_article_and_no_missing_one(site: DemoSite, step: int) -> None:
    site.go_to(step)
    now = site.truth()
    wanted = {source_id: {article.url for article in now.of(source_id)} for source_id in SOURCE_IDS}
    assert found_by_sitemap(site) == wanted[A]
    assert found_by_sections(site, B, ("tin-moi",), "/trang-{}") == wanted[B]
    assert found_by_sections(site, B, ("thoi-su", "kinh-te", "xa-hoi", "van-hoa", "the-thao"), "/trang-{}") == wanted[B]
    assert found_by_sections(site, C, ("tin-moi/",), "?trang={}") == wanted[C]
    days = {article.published_at[:10] for article in now.of(C)}
    by_day = [found_by_sections(site, C, (f"tin-ngay/{day}",), "/none-{}") for day in days]
    assert set().union(*by_day) == wanted[C]


def test_feeds_hold_ten_items_one_unreadable_date_and_one_feed_is_empty(site: DemoSite) -> None:
    home = etree.fromstring(get(site, f"https://{HOSTS[B]}/rss/home.rss").body)
    dates = [str(date) for date in home.xpath("//item/pubDate/text()")]
    assert len(dates) == 10
    assert sum("Thg" in date for date in dates) == 1
    empty = get(site, f"https://{HOSTS[B]}/rss/ban-doc.rss")
    assert empty.status == 200
    assert not etree.fromstring(empty.body).xpath("//item")
    assert get(site, f"https://{HOSTS[B]}/rss/khong-co.rss").status == 404


def test_a_day_without_news_and_a_page_past_the_last_are_empty_lists(site: DemoSite) -> None:
    assert found_by_sections(site, C, ("tin-ngay/2026-09-03",), "/none-{}") == set()
    assert get(site, f"https://{HOSTS[B]}/kinh-te/trang-9").status == 200


def test_the_first_step_brings_every_kind_of_change_once() -> None:
    step = truth(1)
    assert {article.split("/")[2] for article in step.new} == set(HOSTS.values())
    assert sorted(edit.field for edit in step.edited) == ["body", "title"]
    number = next(edit for edit in step.edited if edit.field == "body")
    assert re.sub(r"\d", "", number.before) == re.sub(r"\d", "", number.after)
    assert number.before != number.after
    assert [removal.how for removal in step.removed] == ["404"]
    assert [move.old_answers for move in step.moved] == ["301"]
    assert len(step.clock_only) == 1


def test_later_steps_bring_the_rest_and_things_add_up() -> None:
    later = [truth(step) for step in range(1, STEPS)]
    assert {edit.field for step in later for edit in step.edited} == {"title", "lead", "body", "captions", "authors"}
    assert {removal.how for step in later for removal in step.removed} == {"404", "410", "soft-404", "home"}
    assert any(edit.cosmetic for step in later for edit in step.edited)
    assert all(edit.before != edit.after for step in later for edit in step.edited)
    for before, now in zip([truth(0), *later], later, strict=False):
        urls = {article.url for article in before.articles} - {r.url for r in now.removed}
        urls = {{m.old: m.new for m in now.moved}.get(url, url) for url in urls}
        assert {article.url for article in now.articles} == urls | set(now.new) | set(now.returned)


def test_edits_touch_nothing_but_the_field_they_name() -> None:
    for step in range(1, STEPS):
        before = {article.native_id: article for article in truth(step - 1).articles}
        changed = set()
        for article in truth(step).articles:
            old = before.get(article.native_id)
            pairs = {
                "title": (old.title, article.title) if old else None,
                "lead": (old.lead, article.lead) if old else None,
                "body": (old.body, article.body) if old else None,
                "captions": (old.captions, article.captions) if old else None,
                "authors": (old.people, article.people) if old else None,
            }
            changed |= {(article.url, name) for name, pair in pairs.items() if pair and pair[0] != pair[1]}
        assert changed == {(edit.url, edit.field) for edit in truth(step).edited}


def test_removed_pages_answer_as_said_and_come_back(site: DemoSite) -> None:
    answers = {"404": 404, "410": 410, "soft-404": 200, "home": 302}
    for step in ALL_STEPS:
        site.go_to(step)
        for removal in truth(step).gone:
            answer = get(site, removal.url)
            assert answer.status == answers[removal.how]
            if removal.how == "soft-404":
                assert "Không tìm thấy bài viết" in answer.text
            if removal.how == "home":
                assert answer.headers["location"] == f"https://{urlsplit(removal.url).netloc}/"
        for url in truth(step).returned:
            assert "Không tìm thấy bài viết" not in get(site, url).text
    first = truth(1).removed[0]
    assert all(first in truth(step).gone for step in range(1, STEPS))


def test_moved_pages(site: DemoSite) -> None:
    kinds = set()
    for step in range(1, STEPS):
        site.go_to(step)
        for move in truth(step).moved:
            kinds.add(move.old_answers)
            old, new = get(site, move.old), get(site, move.new)
            assert (old.status, new.status) == (int(move.old_answers), 200)
            assert old.headers.get("location", move.new) == move.new
            site.go_to(step - 1)
            assert get(site, move.new).text.find(truth(step).by_url(move.new).title) < 0
            site.go_to(step)
    assert kinds == {"301", "200"}


def test_one_page_fails_the_first_time_only(site: DemoSite) -> None:
    url = next(article.url for article in truth(0).of(B) if article.native_id == "55133")
    assert [get(site, url).status for _ in range(3)] == [500, 200, 200]


def test_the_etags_of_one_outlet_move_with_content_and_counters_only(site: DemoSite) -> None:
    tags: dict[str, str] = {}
    for step in ALL_STEPS:
        site.go_to(step)
        now = truth(step)
        changed = set()
        for article in now.of(A):
            answer = get(site, article.url, If_None_Match=tags.get(article.url, ""))
            assert answer.status in (200, 304)
            if answer.status == 200:
                changed.add(article.url)
                tags[article.url] = answer.headers["etag"]
                assert "last-modified" in answer.headers
            else:
                assert answer.body == b""
        said = {*now.new, *(edit.url for edit in now.edited), *now.clock_only, *now.returned}
        assert changed == {url for url in said if urlsplit(url).netloc == HOSTS[A]}
    assert "etag" not in get(site, f"https://{HOSTS[B]}/kinh-te").headers


def test_compressed_where_asked_for(site: DemoSite) -> None:
    answer = get(site, f"https://{HOSTS[A]}/", Accept_Encoding="gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert "Báo Lam Xuyên" in answer.text


@pytest.mark.parametrize("source_id", SOURCE_IDS)
def test_clock_and_counters_move_at_each_fetch(site: DemoSite, source_id: str) -> None:
    url = next(iter(truth(0).of(source_id))).url
    assert get(site, url).body != get(site, url).body


def test_the_dirt_is_there(site: DemoSite) -> None:
    pages = {article.native_id: get(site, article.url).body for article in truth(0).articles}
    assert b"charset=windows-1258" in pages["49d3b01"]
    with pytest.raises(UnicodeDecodeError):
        pages["49d3b01"].decode("utf-8")
    assert "\u00d0" in pages["104121"].decode()
    assert not unicodedata.is_normalized("NFC", pages["104199"].decode())
    assert pages["104159"].count(b"&nbsp;") > 5
    assert b"{title} {publish} {head}" in pages["4ec51b0"]
    assert b"Tin li\xc3\xaan quan" in pages["104118"].split(b"cms-body")[1].split(b"article__tag")[0]


def test_robots_unknown_hosts_and_paths(site: DemoSite) -> None:
    for host in HOSTS.values():
        robots = get(site, f"https://{host}/robots.txt")
        assert robots.headers["content-type"].startswith("text/plain")
        assert "Crawl-delay: 0" in robots.body.decode()
        assert "Disallow: /" in robots.body.decode()
    assert get(site, "https://khac.example/").status == 421
    assert get(site, f"https://{HOSTS[A]}/khong-co-gi").status == 404
    assert get(site, f"https://{HOSTS[C]}/thoi-su/?trang=x").status == 200
    assert get(site, f"https://{HOSTS[A]}/images/00.svg").body.startswith(b"<svg")
    assert get(site, f"https://{HOSTS[B]}/images/00.png").body.startswith(b"\x89PNG")


def test_stepping(site: DemoSite) -> None:
    assert [site.advance() for _ in range(STEPS - 1)] == [1, 2, 3, 4]
    with pytest.raises(DemoOver):
        site.advance()
    with pytest.raises(ValueError, match="steps 0 to 4"):
        site.go_to(5)
    get(site, f"https://{HOSTS[A]}/")
    assert site.requests == [(HOSTS[A], "/", 200)]


def test_by_hand_links_stay_on_the_loopback_address() -> None:
    command = [sys.executable, "-m", "dagster_project.demo", "--step", "4"]
    outcome = subprocess.run(command, input="\n", capture_output=True, text=True, timeout=60, check=True)
    assert f"/_site/{A}/" in outcome.stdout
    assert "only the steps 0 to 4" in outcome.stdout
    with DemoSite.serving() as site:
        page = get(site, f"http://127.0.0.1:{site.port}/_site/{B}/kinh-te")
        assert all(link.startswith((f"/_site/{B}/", "#")) for link in page.links)
