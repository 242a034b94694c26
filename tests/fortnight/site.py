"""How the invented papers answer: each on a port of its own of the loopback address, with the faults of the plan.

Belongs here: HTTP, faults, and the book of what was served. Does not: what pages say (`outlets`).
"""

from __future__ import annotations

import hashlib
import re
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

from fortnight import outlets
from fortnight.plan import Outlet, Plan


@dataclass(frozen=True)
class Served:
    """One answer; `article` and `version` where it showed an article whole, `fault` what was wrong with it on purpose."""

    at: datetime
    outlet: str
    path: str
    status: int
    article: int | None = None
    version: int | None = None
    fault: str | None = None


class Site:
    """All outlets, as they are at `now()`."""

    def __init__(self, plan: Plan, now: Callable[[], datetime]) -> None:
        self.plan = plan
        self.now = now
        self.served: list[Served] = []
        self._servers: dict[str, ThreadingHTTPServer] = {}

    def start(self) -> None:
        """Serves in threads until `close`."""
        for outlet in self.plan.outlets:
            handler = type("Handler", (_Handler,), {"site": self, "outlet": outlet})
            server = _Server(("127.0.0.1", 0), handler)
            self._servers[outlet.host] = server
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def close(self) -> None:
        """Serves no more."""
        for server in self._servers.values():
            server.shutdown()
            server.server_close()

    @property
    def host_map(self) -> dict[str, str]:
        """Where each host answers."""
        return {host: f"127.0.0.1:{server.server_address[1]}" for host, server in self._servers.items()}

    def answer(self, outlet: Outlet, path: str, moment: datetime) -> tuple[int, str, str, outlets.Article | None]:
        """Status, content type, body, and the article that it shows."""
        seed = self.plan.seed
        if path == "/robots.txt":
            return 200, "text/plain", "User-agent: *\nAllow: /\n", None
        if self.plan.at_work("blocked", outlet.id, moment):
            return 403, "text/html", "<h1>403 Forbidden</h1>", None
        if path == "/tin-moi.rss" and outlet.finder == "feed":
            return 200, "application/rss+xml", outlets.feed(outlet, moment, seed), None
        if path == "/sitemap.xml" and outlet.finder == "sitemap":
            return 200, "application/xml", outlets.sitemap(outlet, moment, seed), None
        if match := re.fullmatch(r"/tin-moi(?:/trang-(\d+))?", path):
            listed = outlets.listing(outlet, moment, seed, int(match[1] or 1))
            return (404, "text/html", "<h1>404</h1>", None) if listed is None else (200, "text/html", listed, None)
        article = outlets.find(outlet, path, moment, seed)
        if article is None:
            return 404, "text/html", "<title>404</title><h1>Không tìm thấy trang</h1>", None
        # A clock that is slow when an article is stored leaves its mark on that article for good.
        slip = timedelta(hours=-7) if self.plan.at_work("clock", outlet.id, article.published) else timedelta()
        layout = self.plan.at_work("layout", outlet.id, moment)
        return 200, "text/html", outlets.page(outlet, article, moment, slip, layout), article


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A crawler that was killed in mid-answer is part of the plan."""


class _Handler(BaseHTTPRequestHandler):
    site: ClassVar[Site]
    outlet: ClassVar[Outlet]
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        """Answers as of now."""
        site, moment, outlet = self.site, self.site.now(), self.outlet
        if site.plan.at_work("dead", outlet.id, moment):
            site.served.append(Served(moment, outlet.id, self.path, 0, fault="dead"))
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        status, kind, text, article = site.answer(outlet, self.path, moment)
        body = text.encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if status == 200 and self.headers.get("If-None-Match") == etag:
            status, body = 304, b""
        self.send_response(status)
        self.send_header("ETag", etag)
        self.send_header("Date", format_datetime(moment))
        if status != 304:
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        fault = None
        if status == 403:
            fault = "blocked"
        elif article and site.plan.at_work("layout", outlet.id, moment):
            fault = "layout"
        elif article and site.plan.at_work("clock", outlet.id, article.published):
            fault = "clock"
        whole = article if article and fault != "layout" else None
        version = whole.version(moment) if whole else None
        site.served.append(Served(moment, outlet.id, self.path, status, whole and whole.number, version, fault))

    def log_message(self, format: str, *args: Any) -> None:
        """`Site.served` keeps what was asked."""
