"""Servers that answer, and not with the truth: what they say hides no new article and no edit for long.

How finders take listings that lie is in `tests/unit/scraper/test_discovery_lies.py`; here are whole crawls.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from crawl_kit import HOST, Answer, Crawls, Item, TruthSite, serving

from scraper.discovery.state import DiscoveryState
from scraper.validators import FIRST_TEST, TEST_EVERY

HTML = {"Content-Type": "text/html; charset=utf-8"}


class StuckSite(TruthSite):
    """A cache in front of the paper that says 304 to every condition, whatever the page is by then."""

    def answer(self, path: str, query: dict[str, str], headers: dict[str, str]) -> Answer:
        if "if-none-match" in headers or "if-modified-since" in headers:
            return 304, {}, b""
        status, out, body = super().answer(path, query, headers)
        return status, {"ETag": '"luon-mot-the"', **out} if status == 200 else out, body


class OneTagSite(TruthSite):
    """A server with one strong ETag over all edits: its 304 are right by the letter, and wrong."""

    def _article(self, item: Item, headers: dict[str, str]) -> Answer:
        if headers.get("if-none-match") == '"bai"':
            return 304, {"ETag": '"bai"'}, b""
        return 200, HTML | {"ETag": '"bai"'}, item.page()


def _a_day_passes(crawls: Crawls) -> None:
    """Makes every listing look as if it had been read whole a day ago."""
    state = DiscoveryState.of(crawls.archive, crawls.source.id)
    for row in state._listings.values():
        row["fetched_at"] = "2020-01-01T00:00:00+00:00"
    state.save()


def test_a_cache_that_never_says_modified_hides_nothing_for_long(tmp_path: Path) -> None:
    with serving(StuckSite()) as site:
        site.add(FIRST_TEST + 2, days=2)
        crawls = Crawls(tmp_path, site)
        for _ in range(2):
            crawls.run("latest", only=("sitemap", "section"))
        fresh = site.add(2, days=1)
        _a_day_passes(crawls)
        crawls.run("latest", only=("sitemap", "section"))
        assert set(site.articles_asked()) == {item.path for item in fresh}
        _edits_are_seen(crawls)


def test_one_tag_over_all_edits_hides_them_until_a_test(tmp_path: Path) -> None:
    with serving(OneTagSite()) as site:
        site.add(FIRST_TEST + 2)
        crawls = Crawls(tmp_path, site)
        crawls.run("latest", only=("json-api",))
        _edits_are_seen(crawls)


def _edits_are_seen(crawls: Crawls) -> None:
    for item in crawls.site.items:
        item.version += 1
    first = crawls.run("revisit")
    assert "false-304" in {problem["kind"] for problem in first["problems"]}
    second = crawls.run("revisit")
    assert {c.status for c in crawls.captures(second["run_id"]) if c.purpose == "article"} == {200}
    changed = {c.url for run in (first, second) for c in crawls.captures(run["run_id"]) if c.outcome == "response"}
    assert {item.url for item in crawls.site.items} <= changed


def test_an_honest_server_is_put_to_the_test_rarely(tmp_path: Path) -> None:
    with serving(TruthSite()) as site:
        site.add(TEST_EVERY + FIRST_TEST)
        crawls = Crawls(tmp_path, site)
        crawls.run("latest", only=("json-api",))
        result = crawls.run("revisit")
        outcomes = [c.outcome for c in crawls.captures(result["run_id"]) if c.purpose == "article"]
        assert sorted(outcomes) == ["not-modified"] * (TEST_EVERY + FIRST_TEST - 2) + ["unchanged"] * 2
        assert result["problems"] == []
        assert set(site.articles_asked().values()) == {1}


def test_addresses_that_are_none_and_lists_that_moved_cost_themselves_alone(tmp_path: Path) -> None:
    with serving(TruthSite()) as site:
        listed, moved, named = site.add(3)
        bad = f"https://{HOST}:99999/tin-so-000099.html"
        folder, _, name = moved.path.rpartition("/")
        site.extra = {
            "/phong": lambda _: (200, HTML, f'<a href="{bad}">tin</a><a href="{listed.path}">tin</a>'.encode()),
            "/cu": lambda _: (301, {"Location": f"https://{HOST}{folder}/"}, b""),
            f"{folder}/": lambda _: (200, HTML, f'<html><a href="{name}">tin</a></html>'.encode()),
            "/di": lambda _: (301, {"Location": "https://baomoi-that.example/thoi-su"}, b""),
        }
        urls = tmp_path / "list.txt"
        urls.write_text(f"{bad}\n{named.url}\n", encoding="utf-8")
        sections = [f"https://{HOST}/{room}" for room in ("phong", "cu", "di")]
        result = Crawls(tmp_path, site, {"discovery": {"sections": sections}}).run("latest", urls_from=urls)
        assert site.articles_asked() == {listed.path: 1, moved.path: 1, named.path: 1}
        assert {(problem["kind"], problem["detail"]) for problem in result["problems"]} == {
            ("url-list", "list.txt, line 1: not an address of bao-that"),
            ("section", "301, leads to https://baomoi-that.example/thoi-su"),
        }


@pytest.mark.slow
def test_a_sitemap_of_fifty_thousand_entries_is_taken_in_whole(tmp_path: Path) -> None:
    entries = 50_000  # the most that the protocol allows
    with serving(TruthSite()) as site:
        site.add(1)
        rows = "".join(f"<url><loc>https://{HOST}/cu/tin-so-{n:06}.html</loc></url>" for n in range(2, entries + 1))
        xml = f"<urlset>{rows}<url><loc>{site.items[0].url}</loc></url></urlset>".encode()
        site.extra["/lon.xml"] = lambda _: (200, {}, xml)
        crawls = Crawls(tmp_path, site, {"discovery": {"sitemaps": [f"https://{HOST}/lon.xml"]}})
        began = time.monotonic()
        result = crawls.run("latest", limit=1)
        print(f"\n{entries} entries: {time.monotonic() - began:.1f} s, {result['memory_mb']} MB")
        assert result["candidates"] == {"sitemap": entries}
        assert result["memory_mb"] < 400
