"""Outlets loaded together: counted as if each came alone, one that fails costs itself alone, a killed load is completed.

Real logs and WARC files, the real reader, a real database; no crawl and no Dagster.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from dagster_project import loads
from dagster_project.batches import groups
from dagster_project.installation import Installation
from dagster_project.ledger import Attempt, Ledger, loading
from dagster_project.paths import DataFolder
from dagster_project.registering import register_captures
from pipelines.records import Candidate, Capture
from scraper.archive import ArchiveWriter, Exchange, repair
from warehouse import versions
from warehouse.assembly import Assembly, assemble
from warehouse.store import Store

IDS = ["bao-mot", "bao-hai", "bao-ba", "bao-bon", "bao-nam"]
BAD = "bao-ba"
TABLES = [
    *("captures", "readings", "candidates", "articles", "addresses", "versions", "version_captures", "gaps"),
    *("unbuilt", "unread_addresses"),
]

PAGE = """<html lang="vi"><head><title>{title}</title></head><body><article>
<h1>{title}</h1><p class="date">Đăng ngày: 05/11/2026, 10:13 GMT+7</p>
<p>Sáng nay, bà con xã Nậm Thuông ra đồng gặt lứa lúa cuối cùng của vụ mùa, năng suất ước đạt {number} tạ một héc-ta.</p>
<p>Xã đang vận động các hộ làm đất sớm để trồng cây vụ đông, ưu tiên ngô ngọt và khoai tây.</p>
</article></body></html>"""


def _source(folder: DataFolder, source_id: str, **fields: object) -> None:
    folder.sources.mkdir(parents=True, exist_ok=True)
    host = f"{source_id}.example"
    stated = {"id": source_id, "name": source_id, "kind": "newspaper", "home": f"https://{host}/"}
    text = yaml.safe_dump(stated | {"hosts": [{"host": host}], "evidence": {}} | fields, allow_unicode=True)
    (folder.sources / f"{source_id}.yaml").write_text(text, encoding="utf-8")


def _crawl(folder: DataFolder, source_id: str, hour: int, articles: Iterable[int], edited: int, gone: int) -> None:
    """What a crawl of an outlet leaves: pages, one of them with another text than before, one that is not found."""
    with ArchiveWriter(folder.archive, source_id, f"{source_id}{hour:02}") as writer:
        for number in articles:
            url = f"https://{source_id}.example/thoi-su/gat-xong-vu-mua-{1000 + number}.html"
            capture = Capture(url, source_id, datetime(2026, 11, 5, hour, number, tzinfo=UTC), "response")
            page = PAGE.format(title=f"Gặt xong vụ mùa lần {number}", number=90 if number == edited else 50)
            status = 404 if number == gone else 200
            body = "<h1>Không tìm thấy</h1>" if number == gone else page
            writer.response(capture, Exchange(status, [("Content-Type", "text/html; charset=utf-8")], body.encode()))
            writer.candidate(Candidate(url=url, source_id=source_id, found_by="listing", found_at=capture.fetched_at))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a day that is loaded, of each outlet another number of pages, and one that is not."""
    folder = DataFolder(tmp_path_factory.mktemp("base") / "data")
    folder.root.mkdir()
    for place, source_id in enumerate(IDS):
        _source(folder, source_id)
        _crawl(folder, source_id, 4, range(place + 2), edited=-1, gone=-1)
    with Store.open_writer(folder.warehouse) as store:
        assert loads.load_each(store, Installation(folder), IDS).done == IDS
    for place, source_id in enumerate(IDS):
        _crawl(folder, source_id, 5, range(place + 4), edited=0, gone=1 if place % 2 else -1)
    return folder.root


@pytest.fixture
def folders(base: Path, tmp_path: Path) -> tuple[Installation, Installation]:
    """Two data folders with the same in them."""
    one, other = (Path(shutil.copytree(base, tmp_path / name)) for name in ("together", "alone"))
    return Installation(DataFolder(one)), Installation(DataFolder(other))


def _rows(installed: Installation) -> dict[str, Any]:
    """What is in the tables."""
    with Store.open_reader(installed.folder.warehouse) as store:
        return {name: store.rows(f"SELECT * FROM {name} ORDER BY ALL") for name in TABLES}


def _counts(loaded: loads.Loaded, source_id: str) -> list[dict[str, Any]]:
    return [asdict(part) for part in loaded.of(source_id)]


def _together(installed: Installation) -> loads.Loaded:
    with Store.open_writer(installed.folder.warehouse) as store:
        return loads.load_each(store, installed, IDS)


def _one_by_one(installed: Installation, ids: Iterable[str] = IDS) -> dict[str, list[dict[str, Any]]]:
    counts = {}
    with Store.open_writer(installed.folder.warehouse) as store:
        for source_id in ids:
            counts[source_id] = _counts(loads.load_each(store, installed, [source_id]), source_id)
    return counts


def test_together_gives_the_rows_and_the_counts_of_one_by_one(folders: tuple[Installation, Installation]) -> None:
    together, alone = folders
    loaded = _together(together)
    expected = _one_by_one(alone)
    assert {source_id: _counts(loaded, source_id) for source_id in IDS} == expected
    assert _rows(together) == _rows(alone)
    assert (loaded.done, loaded.failed) == (IDS, {})
    registered, read, built = loaded.of("bao-hai")
    assert (registered.captures, registered.candidates, registered.by_status) == (5, 2, {"200": 4, "404": 1})
    assert (read.read, read.articles) == (4, 4)
    assert (built.new_articles, built.edits, built.missing) == (2, 1, 1)
    assert not _together(together).all_read.read


class _Broken:
    """One outlet fails in a step; `undo` mends it."""

    def __init__(self, step: str, patch: pytest.MonkeyPatch, folder: DataFolder) -> None:
        self.undo = patch.undo
        if step == "registering":
            from warehouse import rows

            plain = rows.capture_row

            def row(capture: Capture, params: Any) -> dict[str, Any]:
                if capture.source_id == BAD:
                    raise ValueError("no such address")
                return plain(capture, params)

            patch.setattr(rows, "capture_row", row)
        elif step == "reading":
            (folder.sources / f"{BAD}.yaml").write_text("id: [", encoding="utf-8")
            self.undo = lambda: _source(folder, BAD)
        else:

            def built(source_id: str, *rest: Any) -> Assembly:
                if source_id == BAD:
                    raise ValueError("no such version")
                return assemble(source_id, *rest)

            patch.setattr(versions, "assemble", built)


@pytest.mark.parametrize("step", ["registering", "reading", "building"])
def test_an_outlet_that_fails_costs_itself_alone_and_nothing_is_lost(
    folders: tuple[Installation, Installation], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    together, alone = folders
    broken = _Broken(step, monkeypatch, together.folder)
    loaded = _together(Installation(together.folder))
    assert list(loaded.failed) == [BAD]
    assert BAD in loaded.told()
    assert loaded.done == [source_id for source_id in IDS if source_id != BAD]
    with Store.open_reader(together.folder.warehouse) as store:
        edited = store.rows("SELECT DISTINCT source_id FROM versions WHERE version_no > 1")
        # All of the outlet is as it was, or all of it is new: never some of its versions.
        articles = store.value("SELECT count(*) FROM articles WHERE source_id = ?", [BAD])
    assert {row["source_id"] for row in edited} == set(loaded.done)
    assert articles == IDS.index(BAD) + 2
    broken.undo()
    expected = _one_by_one(alone)
    assert {i: _counts(loaded, i) for i in loaded.done} == {i: expected[i] for i in loaded.done}
    again = _together(Installation(together.folder))
    assert again.done == IDS
    assert _rows(together) == _rows(alone)
    # What the failed load did and what the next one did are what one load does.
    first, second = loaded.of(BAD), again.of(BAD)
    whole = [
        first[0].captures + second[0].captures,
        first[1].read + second[1].read,
        first[2].edits + second[2].edits,
    ]
    assert whole == [expected[BAD][0]["captures"], expected[BAD][1]["read"], expected[BAD][2]["edits"]]


WORKER = """
import os, signal, sys
from pathlib import Path
from dagster_project import flow, loads
from dagster_project.installation import Installation
from dagster_project.paths import DataFolder
from warehouse import load, versions
from warehouse.store import Store

def kill(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

flow.BATCH = 7
where = sys.argv[2]
if where == "registering":
    load.remember_logs = kill
elif where == "reading":
    plain, calls = load.load_readings, []
    def some(*given, **named):
        calls.append(1)
        if len(calls) == 3:
            kill()
        return plain(*given, **named)
    load.load_readings = some
elif where == "before building":
    versions.build_next = kill
else:
    versions._stage_built = kill
with Store.open_writer(Path(sys.argv[1]) / "warehouse" / "tintinh.duckdb", wait_s=60) as store:
    loads.load_each(store, Installation(DataFolder(Path(sys.argv[1]))), sys.argv[3:])
"""


@pytest.mark.parametrize("where", ["registering", "reading", "before building", "in a build"])
def test_a_load_that_is_killed_is_completed_by_the_next(folders: tuple[Installation, Installation], where: str) -> None:
    together, alone = folders
    command = [sys.executable, "-c", WORKER, str(together.folder.root), where, *IDS]
    killed = subprocess.run(command, timeout=120, env={**os.environ}, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with Store.open_reader(together.folder.warehouse) as store:
        assert store.value("SELECT count(*) FROM versions WHERE version_no > 1") == 0  # nothing half built is visible
        assert store.value("SELECT count(*) FROM articles") == sum(range(2, 7))
    with Store.open_writer(together.folder.warehouse) as store:
        left = loads.catch_up(store, together)
    assert not left.failed
    _one_by_one(alone, reversed(IDS))
    assert _rows(together) == _rows(alone)


def test_all_that_lies_in_the_archive_is_registered_by_outlet(folders: tuple[Installation, Installation]) -> None:
    together, _ = folders
    with Store.open_writer(together.folder.warehouse) as store:
        found = register_captures(store, together)
    assert {source_id: one.captures for source_id, one in found.items()} == {i: n + 4 for n, i in enumerate(IDS)}


def test_outlets_whose_load_failed_or_was_killed_are_loaded_last_and_alone(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    ledger = Ledger(folder, "load")
    with loading(folder, IDS, "first") as failed:
        failed["bao-hai"] = "ValueError: no"
    found = ledger.read()
    assert {i: found[i].ending for i in IDS} == {i: "failed" if i == "bao-hai" else "good" for i in IDS}
    assert groups(IDS, found) == [["bao-mot", "bao-ba", "bao-bon", "bao-nam"], ["bao-hai"]]
    now = datetime(2026, 11, 25, tzinfo=UTC)
    killed = {i: Attempt(now, "second", failures=i == "bao-mot") for i in IDS}
    assert groups(IDS, killed) == [["bao-hai"], ["bao-ba"], ["bao-bon"], ["bao-nam"], ["bao-mot"]]
    assert groups(IDS, {}) == [IDS]
    with pytest.raises(KeyError), loading(folder, IDS, "third"):
        raise KeyError("all")
    assert {one.ending for one in ledger.read().values()} == {"failed"}


def test_bytes_that_were_lost_and_came_back_are_back_in_the_tables(folders: tuple[Installation, Installation]) -> None:
    together, alone = folders
    _together(together)
    before = _rows(together)["captures"]
    (path,) = (together.folder.archive / "bao-hai").rglob("bao-hai-*-baohai04-*.warc.gz")
    kept = path.read_bytes()
    path.unlink()
    repair(together.folder.archive)
    assert _together(together).of("bao-hai")[0].lost_captures == 3
    assert sum(row["warc_file"] is None for row in _rows(together)["captures"]) == 3
    path.write_bytes(kept)
    assert repair(together.folder.archive).whole
    assert _together(together).done == IDS
    assert _rows(together)["captures"] == before
    # Also where all of the log is read at once, as by a rebuild.
    shutil.rmtree(alone.folder.warehouse.parent)
    shutil.rmtree(alone.folder.archive)
    shutil.copytree(together.folder.archive, alone.folder.archive)
    _together(alone)
    assert _rows(alone)["captures"] == before
