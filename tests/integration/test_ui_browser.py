"""The Dagster UI over the demo's archive, as `tintinh ui` opens it, looked at and worked with in a real browser.

With TINTINH_SHOTS naming a folder the pictures of the pages are left there; `make shots` makes docs/ui/*.png so.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from dagster_project.paths import DataFolder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]  # a demo, Dagster's two services and a browser

PATIENCE_MS = 60_000


@dataclass(frozen=True)
class Opened:
    folder: DataFolder
    address: str
    log: Path


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The demo's archive, and `tintinh ui` over it."""
    root = tmp_path_factory.mktemp("ui")
    environment = {**os.environ, "TINTINH_DATA": str(root / "data")}
    environment.pop("DAGSTER_HOME", None)
    tintinh = [sys.executable, "-m", "dagster_project"]
    demo = subprocess.run([*tintinh, "demo"], env=environment, capture_output=True, text=True, check=False, timeout=280)
    assert demo.returncode == 0, demo.stdout + demo.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = root / "ui.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*tintinh, "ui", "--port", str(port)], env=environment, stdout=out, stderr=out, start_new_session=True
        )
    try:
        deadline = time.monotonic() + 120
        while "Dagster UI:" not in log.read_text(encoding="utf-8"):
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
            time.sleep(0.3)
        yield Opened(DataFolder(root / "data" / "demo"), f"http://127.0.0.1:{port}", log)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


@pytest.fixture
def page(opened: Opened) -> Iterator[Any]:
    """A browser's page that talks to the UI alone."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None and "TINTINH_REQUIRE_ALL" not in os.environ:
        pytest.skip("no Chromium here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        flags = ["--no-sandbox", "--disable-background-networking"]
        browser = play.chromium.launch(executable_path=chromium, args=flags)
        view = browser.new_page(viewport={"width": 1500, "height": 900})
        view.set_default_timeout(PATIENCE_MS)
        asked: list[str] = []
        view.on("request", lambda request: asked.append(request.url))
        yield view
        browser.close()
    assert all(url.startswith((opened.address, "data:", "blob:")) for url in asked)


def _shot(view: Any, name: str) -> None:
    if folder := os.environ.get("TINTINH_SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        view.screenshot(path=Path(folder) / f"{name}.png")


def _materializations(opened: Opened, asset: str) -> list[dg.EventLogRecord]:
    with dg.DagsterInstance.from_config(str(opened.folder.dagster_home)) as instance:
        return list(instance.fetch_materializations(dg.AssetKey(asset), limit=50).records)


def _await_one_more(opened: Opened, asset: str, before: int) -> dg.EventLogRecord:
    deadline = time.monotonic() + 120
    while len(records := _materializations(opened, asset)) <= before:
        assert time.monotonic() < deadline, opened.log.read_text(encoding="utf-8")
        time.sleep(0.5)
    return records[0]


def _succeeds(opened: Opened, run_id: str) -> None:
    deadline = time.monotonic() + 120
    with dg.DagsterInstance.from_config(str(opened.folder.dagster_home)) as instance:
        while not (run := instance.get_run_by_id(run_id)) or not run.is_finished:
            assert time.monotonic() < deadline, f"run {run_id} does not end"
            time.sleep(0.5)
        assert run.status is dg.DagsterRunStatus.SUCCESS


def test_the_asset_graph_shows_every_room(opened: Opened, page: Any) -> None:
    # One group at a time: what lies outside the view is not drawn.
    for group, assets in (
        ("archive", ("captures", "readings", "inbox")),
        ("history", ("articles",)),
        ("derived", ("stories", "people", "search")),
        ("published", ("published",)),
    ):
        page.goto(f"{opened.address}/asset-groups?expanded=global%40global%3A{group}")
        for asset in assets:
            page.locator("svg").get_by_text(asset, exact=True).first.wait_for()
    page.goto(f"{opened.address}/asset-groups")
    for group in ("archive", "history", "derived", "published"):
        page.locator("svg").get_by_text(group, exact=True).first.click()
        page.wait_for_timeout(800)  # the graph is laid out anew
    page.get_by_text("Hide navigation").first.click()
    page.reload()  # brings the whole of the opened graph into view
    page.locator("svg").get_by_text("captures", exact=True).first.wait_for()
    page.wait_for_timeout(1500)
    _shot(page, "asset-graph")


def test_a_materialisation_started_in_the_browser_succeeds_and_shows_its_counts(opened: Opened, page: Any) -> None:
    before = len(_materializations(opened, "published"))
    page.goto(f"{opened.address}/assets/published")
    page.get_by_text("Latest materialization").wait_for()
    page.get_by_role("button", name="Materialize").first.click()
    page.get_by_role("button", name="Confirm").click()  # nothing came through the demo's inbox yet: Dagster asks
    record = _await_one_more(opened, "published", before)
    _succeeds(opened, record.run_id)

    with duckdb.connect(opened.folder.published_db, read_only=True) as con:
        (articles,) = con.execute("SELECT count(*) FROM articles").fetchone() or (0,)
        (versions,) = con.execute("SELECT count(*) FROM versions").fetchone() or (0,)
    assert articles > 0
    page.goto(f"{opened.address}/assets/published?view=overview")
    page.get_by_text("Latest materialization").wait_for()
    for name, count in (("articles", articles), ("versions", versions)):
        row = page.get_by_role("row").filter(has=page.get_by_text(re.compile(rf"^{name}$")))
        row.first.wait_for()
        assert str(count) in row.first.inner_text().split()
    _shot(page, "published")


PICTURES = (
    "[...document.images].filter(i => i.src.startsWith('data:')).map(i => [i.alt, i.naturalWidth, i.naturalHeight])"
)
"""Script: pictures that the page shows, with the size that the browser found in them; 0 where it could not draw one."""


def _row(view: Any, name: str) -> Any:
    """The line of the table of metadata with that name."""
    return view.get_by_role("row").filter(has=view.get_by_text(name, exact=True)).first


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_map_is_drawn_in_the_ui(opened: Opened, page: Any, theme: str) -> None:
    page.emulate_media(color_scheme=theme)
    page.goto(f"{opened.address}/assets/published?view=overview")
    _row(page, "map").get_by_text("[Show Markdown]").click()
    page.locator("img[alt^='two maps']").wait_for()
    page.wait_for_timeout(500)
    assert [size for alt, *size in page.evaluate(PICTURES) if alt.startswith("two maps")] == [[910, 470]]
    _shot(page, f"map-{theme}")


def test_an_outlets_captures_show_statuses_and_thirty_days_without_a_click(opened: Opened, page: Any) -> None:
    page.goto(f"{opened.address}/assets/captures?view=partitions&partition=demo-lamxuyen")
    page.locator("img[alt^='30 days to']").wait_for()
    days, statuses = [420, 92], [420, 46]
    # A last crawl with nothing due made no exchange, and has no picture of statuses then.
    assert [size for _, *size in page.evaluate(PICTURES)] in ([statuses, days], [days])
    assert all(source in page.inner_text("body") for source in ("demo-lamxuyen", "demo-haituong", "demo-daksuong"))
    _shot(page, "partitions")


def test_an_outlets_articles_show_coverage_newest_and_what_was_edited(opened: Opened, page: Any) -> None:
    page.goto(f"{opened.address}/assets/articles?view=partitions&partition=demo-haituong")
    _row(page, "edits of the day").locator("del").first.wait_for()
    assert _row(page, "edits of the day").locator("del").first.inner_text() == "870"
    assert _row(page, "edits of the day").locator("strong").first.inner_text() == "780"
    _row(page, "coverage").get_by_text("[Show Markdown]").click()
    page.locator("img[alt^='coverage']").wait_for()
    assert all(width for _, width, _ in page.evaluate(PICTURES))
    page.keyboard.press("Escape")
    _row(page, "newest articles").get_by_text("[Show Markdown]").click()
    page.get_by_role("link", name="Khu kinh tế Vũng Đình").last.wait_for()


def test_numbers_are_plotted(opened: Opened, page: Any) -> None:
    page.goto(f"{opened.address}/assets/published?view=overview")
    page.get_by_text("Plots", exact=True).click()
    page.locator("canvas").first.wait_for()
    page.get_by_text("table bytes per article", exact=True).first.wait_for()
    page.wait_for_timeout(1000)
    _shot(page, "plots")


def test_a_failed_check_says_what_and_what_to_do(opened: Opened, page: Any) -> None:
    """A WARC file is taken away, as a broken disk or a careless hand does; the check that looks for it is run again."""
    lost = sorted(opened.folder.archive.glob("demo-haituong/*/*/*.warc.gz"))[0]
    aside = opened.folder.root / lost.name
    lost.rename(aside)
    try:
        page.goto(f"{opened.address}/assets/published?view=checks&checkDetail=archive_files")
        page.locator("button").filter(has_text=re.compile(r"^\s*Execute\s*$")).first.click()
        said = page.get_by_text(re.compile(rf"{re.escape(lost.name)} is not there; \d+ captures lie in it"))
        said.first.wait_for(timeout=2 * PATIENCE_MS)
        assert "backup" in said.first.inner_text()
        page.wait_for_timeout(1500)
        _shot(page, "checks")
    finally:
        aside.rename(lost)
