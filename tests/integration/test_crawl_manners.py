"""How gently a crawl asks, by the server's own clock, and when it does not ask at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from crawl_kit import Crawls, TruthSite, serving

from pipelines.zone import VIETNAM
from scraper.archive import ArchiveWriter


def test_crawl_delay_holds_by_the_servers_clock(tmp_path: Path) -> None:
    site = TruthSite(robots="User-agent: *\nCrawl-delay: 0.25\nDisallow: /cam/\n")
    with serving(site):
        site.add(6)
        site.items[1].forbidden = True
        pace = {"delay_s": 0.1, "concurrency": 2, "timeout_s": 5}
        Crawls(tmp_path, site, {"pace": pace}).run("latest", only=("section",))
        assert len(site.articles_asked()) == 5
        assert site.forbidden_asked() == []
        assert min(site.gaps()[1:]) >= 0.25
        assert site.gaps()[0] >= 0.1, "robots.txt itself is a request like any other"
        agents = {request.agent for request in site.log}
        assert agents == {"tintinh/0.1 (news archive; local run)"}


def test_one_request_at_a_time_by_default(tmp_path: Path) -> None:
    site = TruthSite(latency_s=0.02)
    with serving(site):
        site.add(15)
        Crawls(tmp_path, site).run("latest", only=("section", "feed", "sitemap"))
        assert site.most_busy == 1


def test_retry_after_is_waited_out(tmp_path: Path) -> None:
    with serving(TruthSite()) as site:
        site.add(3)
        site.refuse = [(503, {"Retry-After": "2"}, b""), (429, {"Retry-After": "1"}, b"")]
        result = Crawls(tmp_path, site).run("latest", only=("section",))
        articles = [r for r in site.log if site.by_path(r.path)]
        assert [r.status for r in articles[:2]] == [503, 429]
        assert articles[1].at - articles[0].at >= 2
        assert articles[2].at - articles[1].at >= 1
        assert len(site.articles_asked()) == 3
        assert result["errors"] == {"429": 1, "503": 1}


def test_a_server_that_asks_for_an_hour_is_left_alone(tmp_path: Path) -> None:
    with serving(TruthSite()) as site:
        site.add(5)
        site.refuse = [(503, {"Retry-After": "3600"}, b"")] * 5
        result = Crawls(tmp_path, site).run("latest", only=("section",))
        assert result["finish_reason"] == "asked-to-wait"
        assert len([r for r in site.log if site.by_path(r.path)]) == 1


@pytest.mark.parametrize("status", [503, 429])
def test_robots_that_cannot_be_had_means_stop(tmp_path: Path, status: int) -> None:
    with serving(TruthSite(robots_status=status)) as site:
        site.add(3)
        pace = {"delay_s": 0, "autothrottle": False, "retries": 0}
        result = Crawls(tmp_path, site, {"pace": pace}).run("latest")
        assert result["finish_reason"] == "robots-unreachable"
        assert {r.path for r in site.log} == {"/robots.txt"}


def test_refusals_before_the_first_request(tmp_path: Path) -> None:
    now = datetime.now(VIETNAM)
    closed = f"{now + timedelta(hours=2):%H:%M}-{now + timedelta(hours=3):%H:%M}"
    with serving(TruthSite()) as site:
        site.add(1)
        no_contact = Crawls(tmp_path / "a", site).run("latest", host_map={})
        assert no_contact["finish_reason"] == "no-contact"
        assert "TINTINH_CONTACT" in no_contact["message"]
        night = Crawls(tmp_path / "b", site, {"pace": {"night_window": closed}}).run("latest")
        assert night["finish_reason"] == "outside-window"
        crawls = Crawls(tmp_path / "c", site)
        with ArchiveWriter(crawls.archive, crawls.source.id, "another-run"):
            busy = crawls.run("latest")
        assert busy["finish_reason"] == "busy"
        assert site.log == []
