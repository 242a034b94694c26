"""Pages a second of our spider against a bare Scrapy spider that only counts pages, on the same site, in turns; and what
others do with that site, where they are installed.

The site is a child process that answers from memory, so that what is measured is the crawler. Delays are off on both
sides; ours writes WARC and log as always.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from scraper.plan import CrawlPlan, crawl_command, result_path

PAGES = 1500
PER_LIST = 100
ROUNDS = 3
FLOOR = 0.85
CONCURRENCY = 8
PEER_PAGES = 300

SITE = textwrap.dedent(
    """
    import asyncio, sys
    pages, per_list = int(sys.argv[1]), int(sys.argv[2])
    text = "<p>" + "Bà con nông dân các xã vùng cao đang vào vụ thu hoạch, năng suất khá. " * 60 + "</p>"
    answers = {}
    def put(path, body, kind="text/html; charset=utf-8"):
        data = body.encode()
        head = f"HTTP/1.1 200 OK\\r\\nContent-Type: {kind}\\r\\nContent-Length: {len(data)}\\r\\n\\r\\n"
        answers[path] = head.encode() + data
    for n in range(pages):
        head = f"<!DOCTYPE html><html><head><title>Tin số {n}</title></head>"
        put(f"/tin-so-{n:06}.html", f"{head}<h1>{n}</h1>{text}</html>")
    for page in range(1, pages // per_list + 1):
        numbers = range((page - 1) * per_list, page * per_list)
        links = "".join(f'<a href="/tin-so-{n:06}.html">Tin {n}</a>' for n in numbers)
        put(f"/tin/trang-{page}", f"<!DOCTYPE html><html>{links}</html>")
    lists = "".join(f'<a href="/tin/trang-{page}">Trang {page}</a>' for page in range(1, pages // per_list + 1))
    put("/", f"<!DOCTYPE html><html><head><title>Báo Nhanh</title></head>{lists}</html>")
    put("/robots.txt", "User-agent: *", "text/plain")
    missing = b"HTTP/1.1 404 X\\r\\nContent-Type: text/html\\r\\nContent-Length: 0\\r\\n\\r\\n"
    async def serve(reader, writer):
        try:
            while True:
                request = await reader.readuntil(b"\\r\\n\\r\\n")
                writer.write(answers.get(request.split(b" ", 2)[1].decode(), missing))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
    async def main():
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()
    asyncio.run(main())
    """
)

BARE = textwrap.dedent(
    """
    import json, sys, time
    import scrapy
    from scrapy.crawler import CrawlerProcess
    port, lists, concurrency, out = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    class Bare(scrapy.Spider):
        name = "bare"
        count = 0
        def __init__(self):
            self.start_urls = [f"http://127.0.0.1:{port}/tin/trang-{n}" for n in range(1, lists + 1)]
        async def start(self):
            self.began = time.monotonic()
            for url in self.start_urls:
                yield scrapy.Request(url)
        def parse(self, response):
            for link in response.css("a::attr(href)").getall():
                yield response.follow(link, self.count_page)
        def count_page(self, response):
            self.count += 1
            self.ended = time.monotonic()
        def closed(self, reason):
            open(out, "w").write(json.dumps({"pages": self.count, "seconds": self.ended - self.began}))
    process = CrawlerProcess({"LOG_LEVEL": "INFO", "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency, "DOWNLOAD_DELAY": 0,
                              "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False})
    process.crawl(Bare)
    process.start()
    """
)

FOCUSED = textwrap.dedent(
    """
    import json, sys, time
    from copy import deepcopy
    import urllib3
    from trafilatura import spider
    from trafilatura.settings import DEFAULT_CONFIG
    port, pages, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    # It takes no links of a host with a port, so the name of a paper is led to the site.
    connect = urllib3.util.connection.create_connection
    urllib3.util.connection.create_connection = lambda to, *more, **named: connect(("127.0.0.1", port), *more, **named)
    config = deepcopy(DEFAULT_CONFIG)
    config["DEFAULT"].update({"SLEEP_TIME": "0", "SSRF_PROTECTION": "no"})
    began = time.monotonic()
    todo, known = spider.focused_crawler("http://baonhanh.example/", max_seen_urls=pages, config=config)
    seconds = time.monotonic() - began
    open(out, "w").write(json.dumps({"pages": len(known) - len(todo), "seconds": seconds}))
    """
)

NEWS_PLEASE = textwrap.dedent(
    """
    import json, sys, time
    from newsplease import NewsPlease
    port, pages, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    urls = [f"http://127.0.0.1:{port}/tin-so-{n:06}.html" for n in range(pages)]
    began = time.monotonic()
    found = NewsPlease.from_urls(urls, request_args={"timeout": 10})
    seconds = time.monotonic() - began
    count = sum(article is not None for article in found.values())
    open(out, "w").write(json.dumps({"pages": count, "seconds": seconds}))
    """
)


@contextmanager
def _site() -> Iterator[int]:
    server = subprocess.Popen(
        [sys.executable, "-c", SITE, str(PAGES), str(PER_LIST)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        yield int(server.stdout.readline())
    finally:
        server.terminate()
        server.wait(10)


def _bare(folder: Path, port: int) -> float:
    out = folder / f"{uuid.uuid4().hex}.json"
    lists = PAGES // PER_LIST
    subprocess.run(
        [sys.executable, "-c", BARE, str(port), str(lists), str(CONCURRENCY), str(out)], check=True, capture_output=True
    )
    result = json.loads(out.read_text())
    assert result["pages"] == PAGES
    return float(result["pages"] / result["seconds"])


def _ours(folder: Path, port: int) -> float:
    host = "baonhanh.example"
    run_id = uuid.uuid4().hex[:12]
    source = {
        "id": "bao-nhanh",
        "name": "Báo Nhanh",
        "kind": "newspaper",
        "home": f"https://{host}/",
        "hosts": [host],
        "article_patterns": [r"-(?P<id>\d{6})\.html$"],
        "discovery": {
            "sections": [{"url": f"https://{host}/tin/trang-{n}"} for n in range(1, PAGES // PER_LIST + 1)],
        },
        "pace": {"delay_s": 0, "autothrottle": False, "concurrency": CONCURRENCY},
    }
    (folder / "sources").mkdir(exist_ok=True)
    (folder / "sources" / "bao-nhanh.yaml").write_text(yaml.safe_dump(source), encoding="utf-8")
    plan = folder / f"{run_id}.json"
    CrawlPlan(
        run_id=run_id,
        source_id="bao-nhanh",
        archive=folder / f"archive-{run_id}",
        extra_sources=folder / "sources",
        host_map={host: f"127.0.0.1:{port}"},
    ).write(plan)
    argv, env = crawl_command(plan)
    subprocess.run(argv, check=True, capture_output=True, env=os.environ | env, cwd=folder)
    result = json.loads(result_path(plan).read_text())
    assert result["counts"]["articles"] == PAGES
    return float(PAGES / result["crawl_seconds"])


@pytest.mark.slow
def test_our_spider_keeps_up_with_a_bare_one(tmp_path: Path) -> None:
    rounds: list[tuple[float, float]] = []
    with _site() as port:
        for _ in range(ROUNDS):
            rounds.append((_ours(tmp_path, port), _bare(tmp_path, port)))
            time.sleep(0.2)
    ratios = sorted(ours / bare for ours, bare in rounds)
    for ours, bare in rounds:
        print(f"ours {ours:7.1f} pages/s   bare {bare:7.1f} pages/s   ratio {ours / bare:.2f}")
    print(f"median ratio {ratios[len(ratios) // 2]:.2f} (floor {FLOOR})")
    assert ratios[len(ratios) // 2] >= FLOOR


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "package", "script"),
    [
        ("trafilatura's crawler, which reads links and keeps nothing", "trafilatura", FOCUSED),
        ("news-please from_urls, which reads each page and keeps nothing", "newsplease", NEWS_PLEASE),
    ],
    ids=["trafilatura", "news-please"],
)
def test_what_others_do_with_the_same_site(tmp_path: Path, name: str, package: str, script: str) -> None:
    """For comparison only: where the package is installed (`TINTINH_PEERS_PYTHON` may name another interpreter)."""
    python = os.environ.get("TINTINH_PEERS_PYTHON") or sys.executable
    if subprocess.run([python, "-c", f"import {package}"], capture_output=True, check=False).returncode:
        pytest.skip(f"{package} is not installed for {python}")
    out = tmp_path / "out.json"
    with _site() as port:
        ours = _ours(tmp_path, port)
        subprocess.run([python, "-c", script, str(port), str(PEER_PAGES), str(out)], check=True, capture_output=True)
    result = json.loads(out.read_text())
    rate = result["pages"] / result["seconds"]
    print(f"\nours {ours:.1f} pages/s   {name}: {rate:.1f} pages/s   ratio {ours / rate:.1f}")
    assert result["pages"] >= PEER_PAGES - 2
