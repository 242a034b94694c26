"""A crawl killed (-9) again and again: what the log had stays, and little is fetched a second time."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from crawl_kit import Crawls, TruthSite, full_discovery, serving

from scraper.archive import read_payload, verify

KILLS = 10
ARTICLES = 400


@pytest.mark.slow
@pytest.mark.parametrize("finders", [("sitemap",), ("feed", "section"), ("date-archive",)])
def test_ten_kills_lose_nothing_that_the_log_had(tmp_path: Path, finders: tuple[str, ...]) -> None:
    chance = random.Random(20261124)
    site = TruthSite(latency_s=0.01)
    with serving(site):
        site.add(ARTICLES)
        fields = {"discovery": full_discovery() | {"latest_pages": 40}}
        crawls = Crawls(tmp_path, site, fields)
        logged: set[str] = set()
        for _ in range(KILLS):
            before = len(site.log)
            child = crawls.start(crawls.plan("latest", only=finders))
            few = chance.randrange(1, 70)
            while len(site.log) - before < few and child.poll() is None:
                time.sleep(0.01)
            if child.poll() is None:
                child.kill()
            child.wait()
            if child.stderr:
                child.stderr.close()
            now = {capture.capture_id for capture in crawls.captures()}
            assert logged <= now, "a capture that was in the log is gone"
            logged = now
        killed_log = list(site.log)
        final = crawls.run("latest", only=finders)
        site.log[:0] = killed_log
        assert final["finish_reason"] == "finished"
        captures = [c for c in crawls.captures() if c.purpose == "article" and c.status == 200]
        assert logged <= {capture.capture_id for capture in crawls.captures()}
        assert {capture.url for capture in captures} == {item.url for item in site.living()}, "recall is whole"
        again = sum(times - 1 for times in site.articles_asked().values())
        print(
            f"\n| {' + '.join(finders)} | {KILLS} | {len(logged)} | 0 | {again} of {ARTICLES} ({again / ARTICLES:.1%}) |"
        )
        assert again <= ARTICLES * 0.05, f"{again} of {ARTICLES} were fetched again"
        report = verify(crawls.archive, crawls.source.id)
        assert report.ok, report.problems[:5]
        pages = {item.url: item.page() for item in site.items}
        assert all(read_payload(crawls.archive, capture).body == pages[capture.url] for capture in captures)
