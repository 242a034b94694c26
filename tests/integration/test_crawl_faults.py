"""What goes wrong on the way: failing servers, traps, hostile answers. Nothing is lost, and nothing inside is asked."""

from __future__ import annotations

import gzip
import json
import signal
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from crawl_kit import HOST, Crawls, TruthSite, serving

from scraper.discovery.date_archive import EMPTY_DAYS
from scraper.plan import progress_path, result_path


def test_with_a_tenth_of_all_requests_failing_every_article_is_got_in_the_end(tmp_path: Path) -> None:
    site = TruthSite(failing=0.10, stall_s=1.2)
    with serving(site):
        site.add(60)
        crawls = Crawls(
            tmp_path, site, {"pace": {"delay_s": 0, "autothrottle": False, "timeout_s": 0.6, "concurrency": 4}}
        )
        sizes = {len(item.page()) for item in site.items}
        got: set[str] = set()
        kinds: set[str] = set()
        for _ in range(4):
            result = crawls.run("latest", only=("sitemap", "section"))
            kinds |= set(result["errors"])
            whole = [c for c in crawls.captures(result["run_id"]) if c.purpose == "article" and c.status == 200]
            assert len(whole) == len({c.url for c in whole}), "a page that came is not asked for again"
            assert {c.payload_bytes for c in whole} <= sizes, "half a page is no page"
            got |= {c.url for c in whole}
            if len(got) == 60:
                break
        assert got == {item.url for item in site.living()}
        assert {"500", "timeout"} <= kinds
        assert kinds & {"refused", "error"}, "resets and answers that are cut off"


def test_traps_cost_little_and_lead_nowhere(tmp_path: Path) -> None:
    bomb = gzip.compress(b"<html>" + b"a" * 60_000_000)
    site = TruthSite()

    def article(name: str) -> str:
        return f"/bay/{name}-bai-viet-thu-{abs(hash(name)) % 1_000_000:06}.html"

    names = ["vong", "ngoai", "trong", "meta", "bom", "to", "cham", "phien", "xa", "file"]
    paths = {name: article(name) for name in names}
    links = "".join(f'<a href="{path}">tin</a>' for path in paths.values())
    inside = '<a href="http://169.254.169.254/latest/tin-bai-noi-bo-so-000001.html">x</a><a href="http://127.0.0.1:1/tin-000002.html">y</a>'
    session = (
        f'<a href="{paths["phien"]};jsessionid=ABC?utm_source=x">lại</a><a href="http://m.{HOST}{paths["phien"]}">m</a>'
    )
    home = f"<!DOCTYPE html><html>{links}{inside}{session}</html>".encode()
    html = {"Content-Type": "text/html"}

    def endless(page: int) -> bytes:
        return f"<!DOCTYPE html><html>{links}<a href='/tin/trang-{page + 1}'>sau</a></html>".encode()

    site.extra = {
        "/tin": lambda _: (200, html, home),
        **{f"/tin/trang-{n}": (lambda _, n=n: (200, html, endless(n))) for n in range(2, 40)},
        paths["vong"]: lambda _: (302, {"Location": f"{paths['vong']}?lan=2"}, b""),
        paths["ngoai"]: lambda _: (302, {"Location": "https://quangcao.example/tin-bai.html"}, b""),
        paths["trong"]: lambda s: (302, {"Location": f"http://127.0.0.1:{s.port}/noi-bo"}, b""),
        paths["meta"]: lambda _: (302, {"Location": "http://169.254.169.254/latest/meta-data/"}, b""),
        paths["bom"]: lambda _: (200, html | {"Content-Encoding": "gzip"}, bomb),
        paths["to"]: lambda _: (200, html, b"<html>" + b"b" * 300_000),
        paths["cham"]: lambda _: (200, html | {"Content-Length": "5000"}, b"<html>nua chung"),
        paths["phien"]: lambda _: (200, html, b"<html>mot lan thoi"),
        paths["xa"]: lambda _: (302, {"Location": "file:///etc/passwd"}, b""),
        paths["file"]: lambda _: (200, html | {"Content-Encoding": "br-tu-che"}, b"\x00\x01"),
    }
    fields = {
        "limits": {"page_bytes": 200_000},
        "pace": {"delay_s": 0, "autothrottle": False, "timeout_s": 1, "retries": 0},
        "discovery": {
            "sections": [{"url": f"https://{HOST}/tin", "paging": "{section}/trang-{n}"}],
            "latest_pages": 30,
        },
    }
    with serving(site):
        crawls = Crawls(tmp_path, site, fields)
        result = crawls.run("latest")
        captures = {}
        for capture in crawls.captures():
            captures.setdefault(capture.url, capture)
        at = {name: captures[f"https://{HOST}{path}"] for name, path in paths.items()}
        asked = [r.path for r in site.log]
    assert result["finish_reason"] == "finished"
    assert at["bom"].outcome == at["to"].outcome == "too-large"
    assert at["cham"].outcome == "timeout"
    assert at["file"].outcome == "response", "an unknown coding is kept as it came"
    assert asked.count(paths["phien"]) == 1
    assert asked.count(paths["vong"]) <= 7
    assert "/noi-bo" not in asked
    assert len([path for path in asked if "/trang-" in path]) <= 2, "pages that repeat themselves end the paging"
    refused = {c.url for c in captures.values() if c.outcome == "offsite"}
    assert refused == {
        "https://quangcao.example/tin-bai.html",
        f"http://127.0.0.1:{site.port}/noi-bo",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
    }
    assert result["memory_mb"] < 250, "the bomb was not unpacked"


def test_endless_things_come_to_an_end(tmp_path: Path) -> None:
    """Paging that always names something new, a calendar of links, a server that drips, rings of redirects."""
    html = {"Content-Type": "text/html"}
    page = "<!DOCTYPE html><html>{}</html>"
    links = '<a href="{}">bản tin</a>'

    def paging(site: TruthSite, n: int) -> tuple[int, dict[str, str], bytes]:
        fresh = "".join(links.format(f"/ao/ban-tin-tu-dong-so-{n}-{k}-{n:03}{k:03}.html") for k in range(3))
        return 200, html, page.format(fresh + f'<a href="/ao/trang-{n + 1}">sau</a>').encode()

    def day(n: int) -> str:
        return f"/lich-cong-tac/lich-tuan-thu-{n}-cua-uy-ban-{900 + n:06}.html"

    drip, one, two = (
        f"/bay/{name}-bai-viet-thu-{n:06}.html" for name, n in (("giot", 1), ("vong-a", 2), ("vong-b", 3))
    )
    rooms = "".join(map(links.format, (drip, one, day(1))))
    site = TruthSite()
    site.extra = {
        "/ao": lambda s: paging(s, 1),
        **{f"/ao/trang-{n}": (lambda s, n=n: paging(s, n)) for n in range(2, 60)},
        **{day(n): (lambda _, n=n: (200, html, page.format(links.format(day(n + 1))).encode())) for n in range(1, 60)},
        "/phong": lambda _: (200, html, page.format(rooms).encode()),
        "/quay": lambda _: (302, {"Location": "/quay-lai"}, b""),
        "/quay-lai": lambda _: (302, {"Location": "/quay"}, b""),
        drip: lambda _: (200, html | {"X-Drip": "0.25"}, b"<html>" + b"x" * 200),
        one: lambda _: (302, {"Location": two}, b""),
        two: lambda _: (301, {"Location": one}, b""),
    }
    fields = {
        "pace": {"delay_s": 0, "autothrottle": False, "timeout_s": 1.2, "retries": 0},
        "discovery": {
            "sections": [
                {"url": f"https://{HOST}/ao", "paging": "{section}/trang-{n}"},
                f"https://{HOST}/phong",
                f"https://{HOST}/quay",
            ],
            "article_links": True,
            "latest_pages": 5,
            "max_depth": 3,
        },
    }
    with serving(site):
        crawls = Crawls(tmp_path, site, fields)
        began = time.monotonic()
        result = crawls.run("latest")
        seconds = time.monotonic() - began
        asked = Counter(r.path for r in site.log)
        outcomes = {c.url.removeprefix(f"https://{HOST}"): c.outcome for c in crawls.captures()}
    assert result["finish_reason"] == "finished"
    assert outcomes[drip] == "timeout", "each byte came in time, the page did not"
    assert seconds < 30
    assert sum(n for path, n in asked.items() if path.startswith("/ao/trang-")) == 4, "latest_pages"
    assert [path for path in asked if path.startswith("/lich-cong-tac/")] == [day(n) for n in range(1, 5)], "max_depth"
    assert asked[one] == asked[two] == 1
    assert asked["/quay"] + asked["/quay-lai"] <= 8


def test_a_date_archive_that_answers_every_day_alike_comes_to_an_end(tmp_path: Path) -> None:
    with serving(TruthSite()) as site:
        site.add(6, days=3)
        newest = site.answer("/thoi-su", {}, {})
        for back in range(400):
            path = f"/theo-ngay/{site.today - timedelta(days=back)}"
            if back >= 200:
                site.extra[path] = lambda _: (404, {}, b"")
            elif back >= 3:
                site.extra[path] = lambda _: newest
        fields = {"discovery": {"date_archive": {"url": f"https://{HOST}/theo-ngay/{{YYYY}}-{{MM}}-{{DD}}"}}}
        result = Crawls(tmp_path, site, fields).run("backfill")
        days = [r.path for r in site.log if r.path.startswith("/theo-ngay/")]
    assert result["finish_reason"] == "finished"
    assert len(site.articles_asked()) == 6
    assert EMPTY_DAYS <= len(days) <= EMPTY_DAYS + 4


def test_a_name_that_leads_inside_is_not_asked_unless_the_source_says_so(tmp_path: Path) -> None:
    """The host `localhost` resolves to loopback: as DNS of a hostile or broken zone might."""
    with serving(TruthSite()) as site:
        site.add(2)
        site.robots_status = 404
        here = f"http://localhost:{site.port}/"
        fields = {"home": here, "hosts": ["localhost"], "discovery": {"sections": [f"{here}thoi-su"]}}
        outside = Crawls(tmp_path / "a", site, fields)
        result = outside.run("latest", host_map={}, contact="nhom@toa-soan.example")
        assert site.log == []
        assert {c.outcome for c in outside.captures()} == {"offsite", "robots"}
        assert result["finish_reason"] == "robots-unreachable"

        inside = Crawls(tmp_path / "b", site, fields | {"private": True})
        inside.run("latest", host_map={})
        assert [r.status for r in site.log][:2] == [404, 200], "robots.txt, then the section"


def test_a_stopped_crawl_keeps_what_it_had_and_the_next_one_goes_on(tmp_path: Path) -> None:
    site = TruthSite(latency_s=0.02)
    with serving(site):
        site.add(80)
        crawls = Crawls(tmp_path, site)
        plan = crawls.plan("latest", only=("section",))
        child = crawls.start(plan)
        while len(site.articles_asked()) < 10:
            time.sleep(0.02)
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=30)
        before = site.articles_asked()
        assert json.loads(result_path(plan).read_text())["finish_reason"] == "shutdown"
        assert json.loads(progress_path(plan).read_text())["state"] == "done"
        assert not list(crawls.archive.rglob("*.open")), "the segment is closed"
        assert 10 <= len(before) < 80
        crawls.run("latest", only=("section",))
        after = site.articles_asked()
        assert not set(before) & set(after)
        assert len(before) + len(after) == 80


def test_progress_tells_how_far_the_crawl_is(tmp_path: Path) -> None:
    site = TruthSite(latency_s=0.06)
    with serving(site):
        site.add(40)
        crawls = Crawls(tmp_path, site)
        plan = crawls.plan("latest", only=("json-api",))
        child = crawls.start(plan)
        seen = []
        while child.poll() is None:
            time.sleep(0.05)
            if progress_path(plan).is_file():
                seen.append(json.loads(progress_path(plan).read_text()))
        child.communicate()
    running = [row for row in seen if row["state"] == "running"]
    assert running
    assert seen[-1]["done"] == 40
    assert seen[-1]["queued"] == 0
    assert any(0 < row["done"] < 40 and row["queued"] > 0 and row["rate"] > 0 and row["eta_s"] for row in running)
