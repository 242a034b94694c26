"""Edits, deletions and returns are noticed on a revisit; what did not change costs little."""

from __future__ import annotations

from pathlib import Path

from crawl_kit import HOST, Crawls, Item, TruthSite, serving

from scraper.archive import read_payload


def _by_outcome(crawls: Crawls, run_id: str) -> dict[str, tuple[str, int | None]]:
    return {c.url: (c.outcome, c.status) for c in crawls.captures(run_id) if c.purpose == "article"}


def test_a_revisit_tells_unchanged_edited_removed_and_returned_apart(tmp_path: Path) -> None:
    with serving(TruthSite()) as site:
        site.add(30)
        plain = site.items[3]
        plain.etag = False
        crawls = Crawls(tmp_path, site)
        crawls.run("latest", only=("sitemap",))

        edited, not_found, gone, home = site.items[5], site.items[6], site.items[7], site.items[8]
        edited.version += 1
        not_found.gone, gone.gone, home.gone = "404", "410", "home"
        second = crawls.run("revisit")
        seen = _by_outcome(crawls, second["run_id"])
        assert len(seen) == 30, "every due article, each once"
        assert seen[edited.url] == ("response", 200)
        assert seen[plain.url] == ("unchanged", 200)
        assert (seen[not_found.url], seen[gone.url], seen[home.url]) == (
            ("response", 404),
            ("response", 410),
            ("response", 302),
        )
        rest = [what for url, what in seen.items() if what in {("not-modified", 304), ("unchanged", 200)}]
        assert len(rest) == 26, "one of them the page without a tag"
        assert rest.count(("not-modified", 304)) >= 24, "one may have been a test of the server's 304"
        assert not [r for r in site.log if "/sitemap" in r.path or r.path == "/"], "no discovery, no front page"

        not_found.gone = None
        third = crawls.run("revisit")
        back = {c.url: c for c in crawls.captures(third["run_id"]) if c.purpose == "article"}[not_found.url]
        assert (back.outcome, back.status) == ("not-modified", 304), "it answers again, as it was"
        by_id = {c.capture_id: c for c in crawls.captures()}
        assert read_payload(crawls.archive, back, by_id.get).body == not_found.page()


def test_latest_also_fetches_what_the_plan_calls_due(tmp_path: Path) -> None:
    with serving(TruthSite()) as site:
        site.add(12)
        crawls = Crawls(tmp_path, site)
        crawls.run("latest", only=("section",))
        due = {site.items[0].url, site.items[1].url}
        site.items[0].version += 1
        fresh: list[Item] = site.add(1, days=1)
        result = crawls.run("latest", only=("section",), due=lambda row: row["url"] in due)
        assert set(_by_outcome(crawls, result["run_id"])) == due | {fresh[0].url}
        assert result["new"] == 1


def test_a_moved_article_is_fetched_once_under_its_new_address(tmp_path: Path) -> None:
    """The old address redirects and the lists name the new one; both carry the same native id."""
    with serving(TruthSite()) as site:
        site.add(6)
        crawls = Crawls(tmp_path, site)
        crawls.run("latest", only=("section",))
        moved = site.items[2]
        old = moved.path
        moved.section = "kinh-te" if moved.section == "thoi-su" else "thoi-su"
        site.extra[old] = lambda _: (301, {"Location": f"https://{HOST}{moved.path}"}, b"")

        revisit = crawls.run("revisit")
        asked = [(r.path, r.status) for r in site.log if r.path in {old, moved.path}]
        assert asked == [(old, 301), (moved.path, 200)]
        hop = next(c for c in crawls.captures(revisit["run_id"]) if c.status == 301)
        assert hop.redirect_to == moved.url

        site.extra.clear()
        latest = crawls.run("latest", only=("section",), due=lambda _: True)
        asked = [(r.path, r.status) for r in site.log if r.path in {old, moved.path}]
        assert asked == [(old, 404)] or asked == [(moved.path, 304)], "one address of an article a visit"
        assert latest["new"] == 0


def test_lastmod_is_a_hint_whose_worth_is_counted(tmp_path: Path) -> None:
    with serving(TruthSite()) as site:
        site.add(8, days=1)
        crawls = Crawls(tmp_path, site)
        crawls.run("latest", only=("sitemap",))
        site.items[-1].version += 1
        result = crawls.run("latest", only=("sitemap",), due=lambda _: True)
        # The site states a day, which ends after our first visit: true of one article, a false alarm for seven.
        assert result["lastmod"] == {"newer-changed": 1, "newer-same": 7}
