"""The archive replayed by pywb, in an environment of its own, and looked at in a real browser."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from pipelines.records import Capture
from scraper.archive import ArchiveWriter, Exchange, Original, build_index
from scraper.archive.surt import surt

pytestmark = pytest.mark.slow

SOURCE = "bao-nam-kham"
URL = "https://baonamkham.example/tin/lu-rut-post7.html?muc=xa-hoi&trang=1"
NOON = datetime(2026, 3, 7, 5, 0, tzinfo=UTC)
ADDRESSES = [
    "https://www2.Bao.example:443/Tin-Tuc/Bai-1.HTML?b=2&a=1",
    "http://bao.example:8080/",
    "http://bao.example?x=1",
    "http://bao.example/?",
    "http://bao.example/a?b&a=&c=1",
    "http://bao.example/x;jsessionid=0123456789ABCDEF0123456789ABCDEF?q=1",
    "http://bao.example/(S(4hqa0555fwsecu455xqckv45))/a.aspx",
    "http://bao.example/a.aspx?PHPSESSID=0123456789abcdef0123456789abcdef&x=1",
    "http://bao.example/a?x=1&sid=0123456789abcdef0123456789abcdef",
    "http://bao.example/a?CFID=1&CFTOKEN=abc&z=1",
    "http://bao.example/tin-t%E1%BB%A9c/%C4%91",
    "http://bao.example/TIN-TỨC/Đ?Q=Đ",
    "http://bao.example/a/../b/./c//d",
    "http://user:pw@bao.example/a#frag",
    "http://127.0.0.1:8000/a",
    "http://[::1]:80/a",
    "http://báo.example/",
    "http://bao.example/a?x=http://y.z/&q=1",
    "http://bao.example/a%2Fb%25c%252Fd",
    "http://bao.example./a",
    "http://bao.example//",
    "http://bao.example/%7Euser/%2e%2e/x",
    "http://bao.example/a?b=1&&c=2",
    "http://bao.example/a?b=1&",
    'http://bao.example/a|b{c}[d]^`"<>',
    "http://bao.example/a?b=%26c&a=%3D",
]


def page(title: str, text: str) -> bytes:
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><h1>{title}</h1><p>{text}</p></body></html>"
    ).encode()


FIRST = page("Lũ trên sông Nậm Khằm đã rút", "Nước rút 40 cm trong đêm, người dân xã Đồng Lạc dọn bùn từ sáng sớm.")
EDITED = page("Lũ trên sông Nậm Khằm đã rút", "Nước rút 45 cm trong đêm, người dân xã Đồng Lạc dọn bùn từ sáng sớm.")


@dataclass(frozen=True)
class Replay:
    base: str
    python: Path

    def url(self, moment: datetime, address: str = URL, kind: str = "id_") -> str:
        return f"{self.base}/{moment:%Y%m%d%H%M%S}{kind}/{quote(address, safe=':/?&=%')}"


def archive(root: Path) -> None:
    html = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Encoding", "gzip"),
        ("Transfer-Encoding", "chunked"),
    ]

    def asked(address: str, days: int) -> Capture:
        return Capture(address, SOURCE, NOON + timedelta(days=days), "response")

    with ArchiveWriter(root, SOURCE, "9f2c41d07a") as writer:
        first = writer.response(asked(URL, 0), Exchange(200, html, FIRST))
        known = Original(first.capture_id, first.url, first.fetched_at, first.payload_digest or "")
        writer.response(asked(URL, 1), Exchange(200, html, FIRST), known)
        writer.response(asked(URL, 2), Exchange(304, [], b""), known)
        writer.response(asked(URL, 3), Exchange(200, html, EDITED))
        moved = [("Location", "/tin/lu-rut-post7.html?muc=xa-hoi&trang=1")]
        writer.response(asked("http://www.baonamkham.example/cu/7.aspx", 0), Exchange(301, moved, b""))
        writer.response(
            asked("https://baonamkham.example/xoa.html", 0), Exchange(404, html, page("Không tìm thấy", ""))
        )
    build_index(root)


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    folder = tmp_path_factory.mktemp("pywb")
    pins = Path(__file__).with_name("pywb-constraints.txt")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    python = folder / "venv" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--constraint", str(pins)]
    done = subprocess.run([*install, "setuptools", "pywb"], capture_output=True, text=True, check=False)
    if done.returncode and "TINTINH_REQUIRE_ALL" not in os.environ:
        pytest.skip(f"pywb cannot be installed here: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    archive(folder / "data")
    data = str(folder / "data")
    collection = {"index_paths": f"{data}/index.cdxj", "archive_paths": f"{data}/"}
    (folder / "config.yaml").write_text(json.dumps({"collections": {"tintinh": collection}}), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "wayback.log").open("wb") as log:
        command = [str(python.with_name("wayback")), "--port", str(port), "--bind", "127.0.0.1"]
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            for _ in range(300):
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    assert server.poll() is None, (folder / "wayback.log").read_text()
                    time.sleep(0.1)
            yield Replay(f"http://127.0.0.1:{port}/tintinh", python)
        finally:
            server.terminate()
            server.wait(timeout=30)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def fetch(url: str) -> tuple[int, dict[str, str], bytes]:
    try:
        with urllib.request.build_opener(_Stay).open(url, timeout=30) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


@pytest.mark.parametrize(("days", "shown", "body"), [(0, 0, FIRST), (1, 1, FIRST), (2, 1, FIRST), (3, 3, EDITED)])
def test_every_visit_is_replayed_with_the_content_of_its_day(
    replay: Replay, days: int, shown: int, body: bytes
) -> None:
    # On day 2 the server said 304: the content of that day is what day 1 saw.
    status, headers, replayed = fetch(replay.url(NOON + timedelta(days=days)))
    if status in (302, 307):
        status, headers, replayed = fetch(headers["location"])
    assert (status, replayed) == (200, body)
    seen = datetime.strptime(headers["memento-datetime"], "%a, %d %b %Y %H:%M:%S %Z").replace(tzinfo=UTC)
    assert seen == NOON + timedelta(days=shown)


def test_redirects_and_errors_are_replayed_as_they_were(replay: Replay) -> None:
    status, headers, _ = fetch(replay.url(NOON, "http://www.baonamkham.example/cu/7.aspx"))
    assert (status, headers["location"]) == (301, "/tin/lu-rut-post7.html?muc=xa-hoi&trang=1")
    status, _, body = fetch(replay.url(NOON, "https://baonamkham.example/xoa.html"))
    assert status == 404
    assert "Không tìm thấy" in body.decode()


def test_keys_of_addresses_are_those_that_pywb_computes(replay: Replay) -> None:
    code = (
        "import json, sys; from pywb.utils.canonicalize import canonicalize;"
        "print(json.dumps([canonicalize(url) for url in json.load(sys.stdin)]))"
    )
    done = subprocess.run(
        [str(replay.python), "-c", code], input=json.dumps(ADDRESSES), capture_output=True, text=True, check=True
    )
    assert dict(zip(ADDRESSES, map(surt, ADDRESSES), strict=True)) == dict(
        zip(ADDRESSES, json.loads(done.stdout), strict=True)
    )


def test_a_replayed_page_shows_in_a_browser(replay: Replay, tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None and "TINTINH_REQUIRE_ALL" not in os.environ:
        pytest.skip("no Chromium here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        view = browser.new_page(viewport={"width": 1100, "height": 500})
        view.goto(replay.url(NOON, kind=""), wait_until="load")
        inside = view.frame_locator("iframe#replay_iframe")
        inside.locator("h1").wait_for(timeout=30_000)
        assert inside.locator("h1").inner_text() == "Lũ trên sông Nậm Khằm đã rút"
        assert "Nước rút 40 cm" in inside.locator("p").first.inner_text()
        shot = Path(os.environ.get("TINTINH_SHOTS") or tmp_path) / "replay.png"
        shot.parent.mkdir(parents=True, exist_ok=True)
        view.screenshot(path=shot)
        assert shot.stat().st_size > 5000
        browser.close()
