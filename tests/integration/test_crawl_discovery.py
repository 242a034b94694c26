"""Each kind of listing finds every article, each is fetched once, and a second run asks only for what is new."""

from __future__ import annotations

from pathlib import Path

import pytest
from crawl_kit import HOST, Crawls, TruthSite, serving


@pytest.mark.parametrize("finders", [("sitemap",), ("feed", "section"), ("date-archive",), ("json-api",)])
def test_each_way_of_listing_finds_every_article_once(tmp_path: Path, finders: tuple[str, ...]) -> None:
    with serving(TruthSite()) as site:
        site.add(45)
        site.items[7].forbidden = True
        crawls = Crawls(tmp_path, site)
        first = crawls.run("latest", only=finders)
        asked = site.articles_asked()
        assert first["finish_reason"] == "finished"
        assert set(asked) == {item.path for item in site.living()}
        assert set(asked.values()) == {1}
        assert site.forbidden_asked() == []
        assert {c.found_by for c in crawls.candidates()} <= set(finders)
        assert first["counts"]["by_outcome"]["robots"] == 1, "the refusal is on record"
        assert first["new"] == 44

        crawls.run(
            "latest", only=finders
        )  # once more to the end of the lists, which the first crawl could not know as such
        assert not site.articles_asked()
        fresh = site.add(3, days=1)
        second = crawls.run("latest", only=finders)
        assert set(site.articles_asked()) == {item.path for item in fresh}
        assert second["new"] == 3
        listings = [r.path for r in site.log if r.path != "/robots.txt" and not site.by_path(r.path)]
        assert len(listings) <= 6, f"goes on although everything is known: {listings}"


def test_all_finders_together_fetch_nothing_twice_and_say_who_was_first(tmp_path: Path) -> None:
    with serving(TruthSite()) as site:
        site.add(40)
        result = (crawls := Crawls(tmp_path, site)).run("latest")
        asked = site.articles_asked()
        assert set(asked) == {item.path for item in site.living()}
        assert set(asked.values()) == {1}
        assert result["candidates"]["sitemap"] == result["candidates"]["json-api"] == 40
        assert sum(result["first_by"].values()) == 40
        assert {c.url for c in crawls.candidates()} == {item.url for item in site.items}, "tracking parameters are gone"
        assert all(c.found_on for c in crawls.candidates())


def test_backfill_keeps_to_its_budget_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    with serving(TruthSite()) as site:
        site.add(60, days=60)
        crawls = Crawls(tmp_path, site)
        seen: set[str] = set()
        reasons: list[str] = []
        for _ in range(3):
            result = crawls.run("backfill", only=("section",), limit=20)
            got = site.articles_asked()
            assert len(got) == 20
            assert not seen & set(got), "asked again"
            seen |= set(got)
            reasons.append(result["finish_reason"])
        assert seen == {item.path for item in site.living()}
        assert reasons[:2] == ["limit", "limit"]
        assert not {"/thoi-su", "/kinh-te"} & {r.path for r in site.log}, "the last run did not page from the start"


def test_operator_names_addresses_and_links_inside_articles_are_followed(tmp_path: Path) -> None:
    with serving(TruthSite()) as site:
        first, second, third, far = site.add(4)
        for item, onward in ((first, second), (second, third), (third, far)):
            page = (
                f'<!DOCTYPE html><html><p>Xem thêm: <a href="{onward.path}#binh-luan">tin khác</a></p></html>'.encode()
            )
            site.extra[item.path] = lambda _, page=page: (200, {"Content-Type": "text/html"}, page)
        crawls = Crawls(tmp_path, site, {"discovery": {"article_links": True, "max_depth": 2}})
        result = crawls.run("latest", urls=(f"https://m.{HOST}{first.path}?utm_source=fb",))
        assert [r.path for r in site.log][1:] == [first.path, second.path, third.path], "two links deep and no deeper"
        assert result["candidates"] == {"operator": 1, "link": 2}


def test_since_bounds_how_far_back_a_date_archive_goes(tmp_path: Path) -> None:
    with serving(TruthSite()) as site:
        site.add(20, days=20)
        since = sorted(item.day for item in site.items)[-5]
        Crawls(tmp_path, site).run("backfill", only=("date-archive",), since=since)
        assert set(site.articles_asked()) == {item.path for item in site.items if item.day >= since}
        assert min(r.path[-10:] for r in site.log if "theo-ngay" in r.path) == since.isoformat()


def test_requisites_are_fetched_once_by_the_sources_wish_and_within_the_budget(tmp_path: Path) -> None:
    with serving(TruthSite()) as site:
        for item in site.add(3):
            own = f'<img data-src="/anh/rieng-{item.number}.jpg"><img src="https://khac.example/quang-cao.jpg">'
            page = f'<!DOCTYPE html><link rel=stylesheet href="/chung.css"><script src="/x.js"></script>{own}'.encode()
            site.extra[item.path] = lambda _, page=page: (200, {"Content-Type": "text/html"}, page)
            site.extra[f"/anh/rieng-{item.number}.jpg"] = lambda _: (200, {"Content-Type": "image/jpeg"}, b"a" * 5000)
        site.extra["/chung.css"] = lambda _: (200, {"Content-Type": "text/css"}, b"body{}")
        plain = Crawls(tmp_path / "a", site)
        plain.run("latest", only=("section",))
        assert not [r for r in site.log if r.path == "/chung.css" or "/anh/" in r.path], "off by default"

        rich = Crawls(tmp_path / "b", site, {"requisites": {"enabled": True}})
        rich.run("latest", only=("section",))
        asked = sorted(r.path for r in site.log if r.path == "/chung.css" or "/anh/" in r.path or r.path == "/x.js")
        assert asked == ["/anh/rieng-1.jpg", "/anh/rieng-2.jpg", "/anh/rieng-3.jpg", "/chung.css"]
        assert {c.url for c in rich.captures() if c.purpose == "asset"} == {f"https://{HOST}{path}" for path in asked}

        poor = Crawls(tmp_path / "c", site, {"requisites": {"enabled": True, "run_bytes": 6000}})
        poor.run("latest", only=("section",))
        assert len([r for r in site.log if "/anh/" in r.path]) == 2, "the budget is over after the second image"
        assert len(site.articles_asked()) == 3, "articles are not part of it"


def test_lists_of_the_operator_are_a_way_of_discovery_of_their_own(tmp_path: Path) -> None:
    with serving(TruthSite()) as site:
        items = site.add(12)
        wanted, known = items[:5], items[5]
        standing = "\n".join(
            ["# bài cần lưu", "", *(f"{item.url}\tghi chú" for item in wanted), "https://xa.example/a-1.html"]
        )
        crawls = Crawls(tmp_path, site, {"discovery": {"url_lists": ["can-luu.txt"]}})
        (tmp_path / "sources" / "can-luu.txt").write_text(standing, encoding="utf-8")
        result = crawls.run("latest")
        assert set(site.articles_asked()) == {item.path for item in wanted}
        assert result["candidates"] == {"operator": 5}
        assert [(p["kind"], "line 8" in p["detail"]) for p in result["problems"]] == [("url-list", True)]
        assert crawls.run("latest")["counts"]["articles"] == 0, "what is known is not fetched again"

        once = tmp_path / "mot-lan.txt"
        once.write_text(f"{wanted[0].url}\n{known.url}?utm_source=zalo\n{known.url}\n", encoding="utf-8")
        result = crawls.run("latest", urls_from=once, only=("operator",))
        assert site.articles_asked() == {wanted[0].path: 1, known.path: 1}, "a known one too, and each once"
        gone = crawls.run("latest", urls_from=tmp_path / "khong-co.txt", only=("operator",))
        assert gone["problems"][0]["kind"] == "url-list"
