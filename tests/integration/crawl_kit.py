"""A paper on loopback that knows the truth about itself, and what a crawl of it takes: plan, child process, memory.

The site counts every request by its own clock and can go wrong on purpose. The memory stands in for the warehouse: it
reads the logs that crawls leave and says what the next plan knows.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import socket
import ssl
import struct
import subprocess
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

from pipelines.records import Candidate, Capture
from pipelines.zone import to_local
from scraper.archive import iter_candidate_logs, iter_capture_logs, read_candidate_log, read_capture_log
from scraper.known import url_key
from scraper.plan import CrawlPlan, crawl_command, result_path, write_known
from scraper.registry import read_source
from scraper.source import Source

HOST = "baothat.example"
PER_PAGE = 10
BODY = (
    "<p>Sáng nay, bà con xã Tân Phú xuống đồng thu hoạch vụ lúa mùa; năng suất ước đạt 5,{n} tấn mỗi héc ta.</p>"
    "<p>Hợp tác xã cho biết thương lái đã đặt mua trước gần hết sản lượng.</p>"
)

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Item:
    """One article as it stands."""

    number: int
    day: date
    section: str
    version: int = 1
    gone: str | None = None  # 404, 410, home, soft
    forbidden: bool = False
    etag: bool = True

    @property
    def path(self) -> str:
        if self.forbidden:
            return f"/cam/ban-tin-mua-vu-so-{self.number}-{self.number:06}.html"
        return f"/{self.section}/ban-tin-mua-vu-so-{self.number}-{self.number:06}.html"

    @property
    def url(self) -> str:
        return f"https://{HOST}{self.path}"

    def page(self) -> bytes:
        text = BODY.replace("{n}", str(self.number % 90 + self.version))
        title = f"Bản tin mùa vụ số {self.number}" + (f" (sửa lần {self.version - 1})" if self.version > 1 else "")
        return f"<!DOCTYPE html><html lang=vi><title>{title}</title><h1>{title}</h1>{text}</html>".encode()


@dataclass
class Request:
    """One request as the server saw it."""

    at: float  # monotonic
    path: str
    status: int
    conditional: bool
    agent: str


@dataclass
class TruthSite:
    """The paper."""

    items: list[Item] = field(default_factory=list)
    robots: str = "User-agent: *\nDisallow: /cam/\n"
    robots_status: int = 200
    extra: dict[str, Callable[[TruthSite], Answer]] = field(default_factory=dict)  # pages of one test
    failing: float = 0.0  # share of requests that fail, reset or stall
    stall_s: float = 1.5
    refuse: list[Answer] = field(default_factory=list)  # answers to the next article requests, one each
    latency_s: float = 0.0
    port: int = 0
    log: list[Request] = field(default_factory=list)
    busy: int = 0
    most_busy: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _seen: Counter[str] = field(default_factory=Counter)

    @property
    def host_map(self) -> dict[str, str]:
        return {HOST: f"127.0.0.1:{self.port}"}

    @property
    def today(self) -> date:
        return to_local(datetime.now(UTC)).date()

    def living(self) -> list[Item]:
        return [item for item in self.items if item.gone is None and not item.forbidden]

    def by_path(self, path: str) -> Item | None:
        return next((item for item in self.items if item.path == path), None)

    def add(self, count: int, *, days: int = 20) -> list[Item]:
        """`count` more articles, the newest of them today."""
        start = max((item.number for item in self.items), default=0) + 1
        fresh = [
            Item(
                number,
                self.today - timedelta(days=(start + count - 1 - number) % days),
                ["thoi-su", "kinh-te"][number % 2],
            )
            for number in range(start, start + count)
        ]
        self.items += fresh
        return fresh

    def articles_asked(self) -> Counter[str]:
        """How often each article was answered with a page or a 304."""
        return Counter(r.path for r in self.log if self.by_path(r.path) and r.status in {200, 304})

    def gaps(self) -> list[float]:
        """Seconds between the arrivals of requests, in order."""
        times = sorted(request.at for request in self.log)
        return [later - earlier for earlier, later in pairwise(times)]

    def forbidden_asked(self) -> list[str]:
        return [request.path for request in self.log if request.path.startswith("/cam/")]

    # What the site answers.

    def answer(self, path: str, query: dict[str, str], headers: dict[str, str]) -> Answer:
        if path in self.extra:
            return self.extra[path](self)
        if path == "/robots.txt":
            return self.robots_status, {"Content-Type": "text/plain"}, self.robots.encode()
        item = self.by_path(path)
        if item is not None:
            return self._article(item, headers)
        if path in {"/", "/thoi-su", "/kinh-te"} or path.startswith(("/thoi-su/trang-", "/kinh-te/trang-")):
            return self._section(path)
        if path.startswith("/theo-ngay/"):
            day = date.fromisoformat(path.rpartition("/")[2])
            return self._list([item for item in self._newest() if item.day == day])
        if path == "/api/tin":
            return self._json(int(query.get("trang", "1")))
        if path == "/tin.rss":
            return self._feed()
        if path == "/sitemap.xml":
            return self._index()
        if path.startswith("/sitemaps/"):
            return self._sitemap(date.fromisoformat(path[-17:-7]))
        return 404, {}, b"<html><title>404</title>"

    def _newest(self) -> list[Item]:
        shown = [item for item in self.items if item.gone is None]
        return sorted(shown, key=lambda item: (item.day, item.number), reverse=True)

    def _article(self, item: Item, headers: dict[str, str]) -> Answer:
        if item.gone in {"404", "410"}:
            return int(item.gone), {}, b"<html><title>Kh\xc3\xb4ng t\xc3\xacm th\xe1\xba\xa5y</title>"
        if item.gone == "home":
            return 302, {"Location": "/"}, b""
        page = item.page()
        if not item.etag:
            return 200, {"Content-Type": "text/html; charset=utf-8"}, page
        etag = f'"{hashlib.sha1(page).hexdigest()[:12]}"'
        if headers.get("if-none-match") == etag:
            return 304, {"ETag": etag}, b""
        return 200, {"Content-Type": "text/html; charset=utf-8", "ETag": etag}, page

    def _list(self, items: list[Item], more: str = "") -> Answer:
        links = "".join(f'<li><a href="{item.path}">Bản tin số {item.number}</a></li>' for item in items)
        clock = f"<p>{time.time()}</p>"
        frame = '<a href="/">Trang chủ</a><a href="/tag/mua-vu-lua-gao">mùa vụ</a>'
        page = f"<!DOCTYPE html><html>{clock}{frame}<ul>{links}</ul>{more}</html>"
        return 200, {"Content-Type": "text/html"}, page.encode()

    def _section(self, path: str) -> Answer:
        section, _, number = path.strip("/").partition("/trang-")
        page = int(number or 1)
        items = [item for item in self._newest() if not section or item.section == section]
        rooms = '<a href="/thoi-su">Thời sự</a><a href="/kinh-te">Kinh tế</a>'
        onward = f'<a href="/{section}/trang-{page + 1}">{page + 1}</a>' if section else ""
        return self._list(items[(page - 1) * PER_PAGE : page * PER_PAGE], rooms + onward)

    def _json(self, page: int) -> Answer:
        items = self._newest()[(page - 1) * PER_PAGE : page * PER_PAGE]
        rows = [{"id": item.number, "link": item.path, "ten": f"Bản tin số {item.number}"} for item in items]
        return 200, {"Content-Type": "application/json"}, json.dumps({"data": {"tin": rows}}).encode()

    def _feed(self) -> Answer:
        items = "".join(
            f"<item><title>Bản tin số {item.number}</title><link>{item.url}?utm_source=rss</link>"
            "<pubDate>hôm nay</pubDate></item>"
            for item in self._newest()[:15]
        )
        return 200, {"Content-Type": "application/rss+xml"}, f"<rss><channel>{items}</channel></rss>".encode()

    def _index(self) -> Answer:
        days = sorted({item.day for item in self.items if item.gone is None})
        rows = "".join(f"<sitemap><loc>https://{HOST}/sitemaps/bai-{day}.xml.gz</loc></sitemap>" for day in days)
        xml = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'
        return 200, {"Content-Type": "application/xml"}, xml.encode()

    def _sitemap(self, day: date) -> Answer:
        rows = "".join(
            f"<url><loc>{item.url}</loc><lastmod>{item.day}</lastmod></url>"
            for item in self._newest()
            if item.day == day
        )
        xml = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
        return 200, {"Content-Type": "application/gzip"}, gzip.compress(xml.encode())

    def fault(self, path: str) -> str | None:
        """What goes wrong with this request: the same for the same history, so that a failure can be looked into."""
        if not self.failing or path == "/robots.txt":
            return None
        with self._lock:
            self._seen[path] += 1
            dice = hashlib.sha1(f"{path} {self._seen[path]}".encode()).digest()
        if dice[0] / 256 >= self.failing:
            return None
        return ("500", "reset", "stall", "cut")[dice[1] % 4]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: TruthSite

    def do_GET(self) -> None:
        at = time.monotonic()
        site, parts = self.site, urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        with site._lock:
            site.busy += 1
            site.most_busy = max(site.most_busy, site.busy)
        try:
            if site.latency_s:
                time.sleep(site.latency_s)
            status, out, body = 421, {}, b""
            fault = site.fault(parts.path)
            if headers.get("host", "").partition(":")[0] in {HOST, "localhost"}:
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                if fault == "500":
                    status, out, body = 500, {}, b"<html>loi"
                elif site.refuse and site.by_path(parts.path):
                    status, out, body = site.refuse.pop(0)
                else:
                    status, out, body = site.answer(parts.path, query, headers)
            with site._lock:
                logged = 0 if fault in {"reset", "stall", "cut"} else status
                conditional = "if-none-match" in headers or "if-modified-since" in headers
                site.log.append(Request(at, parts.path, logged, conditional, headers.get("user-agent", "")))
            self._send(status, out, body, fault)
        finally:
            with site._lock:
                site.busy -= 1

    def _send(self, status: int, headers: dict[str, str], body: bytes, fault: str | None) -> None:
        lines = [f"HTTP/1.1 {status} X"]
        length = headers.pop("Content-Length", str(len(body)))
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join([*lines, f"Content-Length: {length}", "", ""]).encode()
        if fault in {"reset", "stall", "cut"}:
            self.close_connection = True
        if fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        if fault == "stall":
            time.sleep(self.site.stall_s)
            return
        if (drip := headers.get("X-Drip")) is not None:
            self.close_connection = True
            with suppress(OSError):  # the client has had enough
                self.wfile.write(head)
                for byte in body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(float(drip))
            return
        try:
            self.wfile.write(head + (body[: len(body) // 2] if fault == "cut" else body))
            self.wfile.flush()
        except OSError:
            self.close_connection = True

    def log_message(self, *args: object) -> None:
        """Nothing on standard error."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is part of the tests."""


@contextmanager
def serving(site: TruthSite, tls: ssl.SSLContext | None = None) -> Iterator[TruthSite]:
    """The site on a free port of loopback."""
    handler = type("Handler", (_Handler,), {"site": site})
    server = _Server(("127.0.0.1", 0), handler)
    site.port = server.server_address[1]
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def full_discovery() -> dict[str, Any]:
    """Every way in which the site can be listed."""
    return {
        "sitemaps": [f"https://{HOST}/sitemap.xml"],
        "feeds": [f"https://{HOST}/tin.rss"],
        "sections": [
            {"url": f"https://{HOST}/thoi-su", "paging": "{section}/trang-{n}"},
            {"url": f"https://{HOST}/kinh-te", "paging": "{section}/trang-{n}"},
        ],
        "date_archive": {"url": f"https://{HOST}/theo-ngay/{{YYYY}}-{{MM}}-{{DD}}"},
        "json_api": [
            {"url": f"https://{HOST}/api/tin?trang={{page}}", "items": "data.tin", "link": "link", "title": "ten"}
        ],
        "latest_days": 30,
    }


OUTLET: dict[str, Any] = {
    "id": "bao-that",
    "name": "Báo Thật",
    "kind": "newspaper",
    "home": f"https://{HOST}/",
    "hosts": [HOST],
    "article_patterns": [r"-(?P<id>\d{6})\.html$"],
}
"""What the source file of the site says of it, whatever way of discovery a test adds."""


@dataclass
class Crawls:
    """Crawls of one site into one archive, one after another."""

    folder: Path
    site: TruthSite
    source_fields: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.folder / "sources").mkdir(parents=True, exist_ok=True)
        fields: dict[str, Any] = {
            **OUTLET,
            "discovery": full_discovery(),
            "pace": {"delay_s": 0, "autothrottle": False, "timeout_s": 5},
        }
        fields |= self.source_fields
        file = self.folder / "sources" / f"{fields['id']}.yaml"
        file.write_text(yaml.safe_dump(fields, allow_unicode=True), encoding="utf-8")
        self.source: Source = read_source(file)

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    def plan(self, mode: str = "latest", *, due: Callable[[dict[str, Any]], bool] | None = None, **more: Any) -> Path:
        """A plan file with what the memory knows; pending ones are due, others where `due` says so (revisit: all)."""
        run_id = uuid.uuid4().hex[:12]
        self.archive.mkdir(parents=True, exist_ok=True)
        known = self.folder / f"{run_id}.known.jsonl"
        write_known(known, self.memory(due or (lambda row: mode == "revisit")))
        path = self.folder / f"{run_id}.json"
        fields = {"host_map": self.site.host_map, "extra_sources": self.folder / "sources"} | more
        CrawlPlan(
            run_id=run_id, source_id=self.source.id, mode=mode, archive=self.archive, known=known, **fields
        ).write(path)
        return path

    def start(self, plan: Path) -> subprocess.Popen[str]:
        argv, env = crawl_command(plan)
        return subprocess.Popen(
            argv, env=os.environ | env, cwd=self.folder, stderr=subprocess.PIPE, text=True, start_new_session=True
        )

    def run(self, mode: str = "latest", **more: Any) -> dict[str, Any]:
        """One crawl, to its end; the result file with the child's log under `stderr`."""
        self.site.log.clear()
        plan = self.plan(mode, **more)
        child = self.start(plan)
        _, stderr = child.communicate(timeout=120)
        assert result_path(plan).is_file(), stderr[-3000:]
        assert "Traceback" not in stderr, stderr[-5000:]
        result: dict[str, Any] = json.loads(result_path(plan).read_text(encoding="utf-8"))
        result["stderr"] = stderr
        return result

    def captures(self, run_id: str | None = None) -> list[Capture]:
        found = [c for log in iter_capture_logs(self.archive, self.source.id) for c in read_capture_log(log)]
        return [capture for capture in found if run_id in {None, capture.run_id}]

    def candidates(self) -> list[Candidate]:
        return [c for log in iter_candidate_logs(self.archive, self.source.id) for c in read_candidate_log(log)]

    def memory(self, due: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        """The known rows: what a warehouse would make of the logs."""
        rows: dict[str, dict[str, Any]] = {}
        for candidate in self.candidates():
            canonical, key = url_key(self.source, candidate.url)
            rows.setdefault(
                canonical,
                {"url": candidate.url, "canonical_url": canonical, "article_key": key, "state": "pending", "due": True},
            )
        for capture in sorted(self.captures(), key=lambda c: c.fetched_at):
            if capture.purpose != "article":
                continue
            canonical, key = url_key(self.source, capture.url)
            row = rows.setdefault(canonical, {"url": capture.url, "canonical_url": canonical, "article_key": key})
            self._note(row, capture)
        for row in rows.values():
            row["due"] = row["state"] in {"pending", "unreachable"} or due(row)
        return list(rows.values())

    @staticmethod
    def _note(row: dict[str, Any], capture: Capture) -> None:
        if capture.status == 200:
            row |= {
                "state": "live",
                "etag": capture.headers.get("etag"),
                "last_modified": capture.headers.get("last-modified"),
                "payload_digest": capture.payload_digest,
                "capture_id": capture.refers_to or capture.capture_id,
                "fetched_at": capture.fetched_at.isoformat(),
            }
        elif capture.status == 304:
            row["state"] = "live"
        elif capture.status in {404, 410} or capture.redirect_to:
            row["state"] = "missing"
        elif capture.outcome in {"robots", "offsite", "too-large"} or capture.status in {403, 429}:
            row["state"] = "blocked"
        else:
            row["state"] = "unreachable"
