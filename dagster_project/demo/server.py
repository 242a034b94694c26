"""The demo site over HTTP, on a free port of the loopback address.

Belongs here: which path answers with what status, headers, conditional requests, the site's current step.
Does not: the text of pages (`render`), of feeds (`feeds`), what the articles say (`content`).
"""

from __future__ import annotations

import gzip
import hashlib
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from dagster_project.demo import feeds, render
from dagster_project.demo.content import STEPS, Outlet, State, listing_pages, outlets, states, visible
from dagster_project.demo.truth import Truth, truth
from pipelines.zone import VIETNAM, to_utc

SOURCE_IDS = tuple(outlet.source_id for outlet in outlets().values())
HOSTS: Mapping[str, str] = {outlet.source_id: outlet.host for outlet in outlets().values()}
_PREFIX = re.compile(r"^/_site/(?P<source>[a-z-]+)(?P<path>/.*)?$")


class DemoOver(RuntimeError):
    """The site has no further step."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP response, before it is put on the wire."""

    status: int
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


class DemoSite:
    """Three outlets behind one port of 127.0.0.1, told apart by the Host header (the port in it does not matter)."""

    def __init__(self, step: int = 0, port: int = 0) -> None:
        """`port` 0 takes a free one. Nothing is served before `start`."""
        states(step)  # a step that does not exist is an error now
        self.step = step
        self.requests: list[tuple[str, str, int]] = []
        """(host, path with query, status) of every answer since the start."""
        self._wanted_port = port
        self._server: ThreadingHTTPServer | None = None
        self._visits = 0
        self._lock = threading.Lock()
        self._flaked: set[str] = set()

    @classmethod
    @contextmanager
    def serving(cls, step: int = 0, port: int = 0) -> Iterator[DemoSite]:
        """The site, served for as long as the block runs."""
        site = cls(step, port)
        site.start()
        try:
            yield site
        finally:
            site.close()

    def start(self) -> None:
        """Serve in a thread. Raises OSError if the port is taken."""
        handler = type("Handler", (_Handler,), {"site": self})
        self._server = _Server(("127.0.0.1", self._wanted_port), handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        """Stop serving and free the port."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def port(self) -> int:
        """The port that the site listens on; RuntimeError while it is not served."""
        if self._server is None:
            raise RuntimeError("the demo site is not being served")
        return int(self._server.server_address[1])

    @property
    def host_map(self) -> dict[str, str]:
        """Each outlet's host with the loopback address that its requests should go to."""
        return dict.fromkeys(HOSTS.values(), f"127.0.0.1:{self.port}")

    def advance(self) -> int:
        """Move the site one step on and return the step; raises DemoOver after the last."""
        if self.step + 1 >= STEPS:
            raise DemoOver(f"the demo site has only the steps 0 to {STEPS - 1}")
        self.step += 1
        return self.step

    def go_to(self, step: int) -> None:
        """Show the site as of `step`; ValueError for one that does not exist."""
        states(step)
        self.step = step

    def truth(self, step: int | None = None) -> Truth:
        """The truth at `step`, or at the current one."""
        return truth(self.step if step is None else step)

    def answer(self, host: str, target: str) -> Answer:
        """What the site says to a GET of `target` (path and query) on `host`."""
        outlet = next((o for o in outlets().values() if o.host == host.rsplit(":", 1)[0].lower()), None)
        if outlet is None:
            return Answer(421, b"no such site here\n", "text/plain; charset=utf-8")
        with self._lock:
            self._visits += 1
            moment = render.Moment(datetime.now(VIETNAM), self._visits, self.step)
        split = urlsplit(target)
        found = self._for_machines(outlet, split.path) or self._article(outlet, split.path, moment)
        return found or self._list(outlet, split.path, split.query, moment) or _missing(outlet, moment)

    def _for_machines(self, outlet: Outlet, path: str) -> Answer | None:
        text: str | None = None
        kind = "application/xml; charset=utf-8"
        if path == "/robots.txt":
            text, kind = feeds.robots(outlet), "text/plain; charset=utf-8"
        elif path.startswith("/sitemap") and outlet.key == "lamxuyen":
            day = re.fullmatch(r"/sitemaps/bai-viet-(\d{4}-\d\d-\d\d)\.xml", path)
            if path == "/sitemap.xml":
                text = feeds.sitemap_index(outlet, self.step)
            elif path == "/sitemaps/chuyen-muc.xml":
                text = feeds.sitemap_of_sections(outlet)
            elif day:
                text = feeds.sitemap_of_day(outlet, self.step, day[1])
        elif feed := re.fullmatch(r"/rss/([a-z-]+)\.rss", path):
            text, kind = feeds.rss(outlet, self.step, feed[1]), "application/rss+xml; charset=utf-8"
        elif re.fullmatch(r"/(images|file)/.+\.(svg|png)", path):
            suffix = path.rsplit(".", 1)[1]
            return Answer(200, render.image(path, suffix), "image/svg+xml" if suffix == "svg" else "image/png")
        if text is None:
            return None
        return _tagged(outlet, Answer(200, text.encode(), kind), text)

    def _article(self, outlet: Outlet, path: str, moment: render.Moment) -> Answer | None:
        for state in states(self.step).values():
            if state.article.outlet != outlet.key or path not in (state.path, *state.old_paths):
                continue
            if state.missing:
                return _gone(outlet, state.missing, moment)
            if state.broken or self._flakes(state):
                return Answer(500, b"<h1>Server Error in '/' Application.</h1>")
            if state.old_paths.get(path) == "301":
                return Answer(301, headers={"Location": f"https://{outlet.host}{state.path}"})
            encoding = "windows-1258" if "windows-1258" in state.article.dirt else "utf-8"
            body = render.encode(render.article_page(state, moment), encoding)
            # Old systems name the encoding in the page alone.
            kind = "text/html" if encoding == "windows-1258" else "text/html; charset=utf-8"
            changed = state.article.modified or state.article.published
            return _tagged(outlet, Answer(200, body, kind), repr(state), changed)
        return None

    def _flakes(self, state: State) -> bool:
        with self._lock:
            first = "flaky" in state.article.dirt and state.article.key not in self._flaked
            self._flaked.add(state.article.key)
        return first

    def _list(self, outlet: Outlet, path: str, query: str, moment: render.Moment) -> Answer | None:
        shown = visible(self.step, outlet.key)
        if path == "/":
            return _listing(outlet, outlet.name, shown[:12], [], moment)
        day = re.fullmatch(r"/tin-ngay/(\d{4}-\d\d-\d\d)/?", path)
        if day and outlet.key == "daksuong":
            items = [s for s in shown if s.article.published.date().isoformat() == day[1]]
            return _listing(outlet, f"Tin ngày {day[1]}", items, [], moment)
        match = re.fullmatch(r"/([a-z-]+?)(?:/trang-(\d+))?/?", path)
        if match is None:
            return None
        section, number = match[1], match[2] or (parse_qs(query).get("trang") or ["1"])[0]
        page = int(number) if number.isdecimal() else 1
        if section == "tin-moi":
            title, items = "Tin mới", shown
        elif section in outlet.sections:
            title, items = outlet.sections[section], [s for s in shown if s.article.section == section]
        else:
            return None
        pages = listing_pages(items)
        numbers = range(1, len(pages) + 1)
        if outlet.key == "daksuong":
            paths = [f"/{section}/?trang={n}" for n in numbers]
        else:
            paths = [f"/{section}" + (f"/trang-{n}" if n > 1 else "") for n in numbers]
        return _listing(outlet, title, pages[page - 1] if 0 < page <= len(pages) else [], paths, moment)


def _listing(outlet: Outlet, title: str, items: list[State], paths: list[str], moment: render.Moment) -> Answer:
    page = render.listing_page(outlet, title, items, paths, moment)
    return _tagged(outlet, Answer(200, page.encode()), repr([(s.path, s.article.title) for s in items]))


def _missing(outlet: Outlet, moment: render.Moment) -> Answer:
    return _gone(outlet, "soft-404" if outlet.key == "daksuong" else "404", moment)


def _gone(outlet: Outlet, how: str, moment: render.Moment) -> Answer:
    if how == "home":
        return Answer(302, headers={"Location": outlet.home})
    return Answer(200 if how == "soft-404" else int(how), render.missing_page(outlet, moment).encode())


def _tagged(outlet: Outlet, answer: Answer, content: str, changed: datetime | None = None) -> Answer:
    """With ETag and Last-Modified, on the one outlet that has them; they follow the content, not clock and counters."""
    if outlet.key != "lamxuyen":
        return answer
    headers = {**answer.headers, "ETag": f'W/"{hashlib.sha256(content.encode()).hexdigest()[:20]}"'}
    if changed is not None:
        headers["Last-Modified"] = format_datetime(to_utc(changed), usegmt=True)
    return replace(answer, headers=headers)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in mid-answer is everyday life, and no news for the terminal."""


class _Handler(BaseHTTPRequestHandler):
    site: ClassVar[DemoSite]
    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        """Answer from the site's current step."""
        host, target = self.headers.get("Host", ""), self.path
        prefix = _PREFIX.match(target)
        if prefix and prefix["source"] in HOSTS:
            host, target = HOSTS[prefix["source"]], prefix["path"] or "/"
        answer = self.site.answer(host, target)
        if prefix:
            answer = _for_browsing(answer, f"/_site/{prefix['source']}", f"https://{host}")
        status, body, headers = answer.status, answer.body, dict(answer.headers)
        if headers.get("ETag") and headers["ETag"] == self.headers.get("If-None-Match"):
            status, body = 304, b""
        elif headers.get("ETag") and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body)
            headers["Content-Encoding"] = "gzip"
        self.site.requests.append((host, target, status))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status != 304:
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: `DemoSite.requests` keeps what was asked."""


def _for_browsing(answer: Answer, prefix: str, origin: str) -> Answer:
    """The same page with links that work in a browser, where no host is mapped."""
    headers = {name: value.replace(origin, prefix) for name, value in answer.headers.items() if name != "ETag"}
    body = answer.body
    if answer.content_type.startswith("text/html"):
        for attribute in (b"href", b"src", b"data-src"):
            body = body.replace(attribute + b'="/', attribute + b'="' + prefix.encode() + b"/")
    return replace(answer, body=body, headers=headers)
