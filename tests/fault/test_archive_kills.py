"""What kills, power cuts and a second process do to the archive: nothing whole is ever lost."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.records import Capture
from scraper.archive import (
    ArchiveWriter,
    Exchange,
    SourceBusy,
    ingest,
    iter_capture_logs,
    read_capture_log,
    read_payload,
    recover,
    repair,
    verify,
)

SOURCE = "bao-nam-kham"
NOON = datetime(2026, 3, 7, 5, 0, tzinfo=UTC)
CRAWL = """
import sys, os
from datetime import UTC, datetime
from pathlib import Path
from pipelines.records import Capture
from scraper.archive import ArchiveWriter, Exchange
number = 0
with ArchiveWriter(Path(sys.argv[1]), "bao-nam-kham", sys.argv[2], rotate_bytes=200_000) as writer:
    while True:
        number += 1
        url = f"https://baonamkham.example/tin/bai-{sys.argv[2]}-{number}.html"
        capture = Capture(url, "bao-nam-kham", datetime.now(UTC), "response")
        writer.response(capture, Exchange(200, [("Content-Type", "text/html")], url.encode() * 50 + os.urandom(3000)))
        print(url, flush=True)
"""


def body(number: int) -> bytes:
    return f"<p>Lũ trên sông Nậm Khằm rút {number} cm trong đêm.</p>".encode() * (1 + number % 3)


def crawl(root: Path, count: int, *, close: bool = True) -> tuple[ArchiveWriter, list[Capture]]:
    writer = ArchiveWriter(root, SOURCE, "f00dcafe", clock=lambda: NOON)
    kept = []
    for number in range(count):
        url = f"https://baonamkham.example/tin/bai-{number}.html"
        capture = Capture(url, SOURCE, NOON + timedelta(seconds=number), "response", purpose="listing")
        kept.append(writer.response(capture, Exchange(200, [("Content-Type", "text/html")], body(number))))
    if close:
        writer.close()
    return writer, kept


def logged(root: Path) -> list[Capture]:
    return [capture for log in iter_capture_logs(root, SOURCE) for capture in read_capture_log(log)]


class Killed:
    """A segment and its log, as a kill in mid-run leaves them; cut and damaged copies of it are made in new folders."""

    def __init__(self, folder: Path) -> None:
        _, self.kept = crawl(folder, 6)
        segment = folder / str(self.kept[0].warc_file)
        self.name = segment.relative_to(folder)
        self.data = segment.read_bytes()
        self.log = next(iter_capture_logs(folder)).read_bytes()
        self.ends = [(c.warc_offset or 0) + (c.warc_length or 0) for c in self.kept]

    def left(self, root: Path, data: bytes, log: bytes) -> None:
        path = root / self.name
        path.parent.mkdir(parents=True)
        path.with_name(path.name + ".open").write_bytes(data)
        path.with_name(path.name.replace("-000.warc.gz", ".captures.jsonl")).write_bytes(log)


@pytest.fixture(scope="module")
def killed() -> Iterator[Killed]:
    with tempfile.TemporaryDirectory() as folder:
        yield Killed(Path(folder))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_segment_cut_at_any_byte_keeps_exactly_its_whole_records(killed: Killed, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(killed.data)))
    # The log may be behind (a kill) or ahead (a power cut) of the segment, and cut anywhere itself.
    log = killed.log[: data.draw(st.integers(0, len(killed.log)))]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        killed.left(root, killed.data[:cut], log)
        report = recover(root)
        whole = [capture for capture, end in zip(killed.kept, killed.ends, strict=True) if end <= cut]
        assert sorted(logged(root), key=lambda c: c.url) == whole  # adopted ones as they were, purpose and run included
        assert all(read_payload(root, c).body == body(n) for n, c in enumerate(whole))
        lines = log.count(b"\n")
        assert [gone.url for gone in report.lost] == [c.url for c in killed.kept[len(whole) : lines]]
        assert report.adopted == max(0, len(whole) - lines)
        assert not list(root.rglob("*.open"))
        assert verify(root).problems == []
        assert not recover(root)


def test_a_hole_in_the_middle_costs_only_the_records_it_hits(killed: Killed, tmp_path: Path) -> None:
    start = (killed.kept[2].warc_offset or 0) + 30
    killed.left(tmp_path, killed.data[:start] + bytes(300) + killed.data[start + 300 :], killed.log)
    report = recover(tmp_path)
    assert [gone.url for gone in report.lost] == [killed.kept[2].url]
    assert logged(tmp_path) == [capture for capture in killed.kept if capture is not killed.kept[2]]
    assert [problem.kind for problem in verify(tmp_path).problems] == ["damaged"]


def test_what_a_living_process_writes_is_left_alone(tmp_path: Path) -> None:
    writer, kept = crawl(tmp_path, 3, close=False)
    report = recover(tmp_path)
    assert (report.busy, report.segments) == ([SOURCE], [])
    assert repair(tmp_path).busy == [SOURCE]
    assert verify(tmp_path).problems == []
    assert list(tmp_path.rglob("*.open"))
    writer.close()
    assert logged(tmp_path) == kept


def test_the_next_run_finishes_what_a_killed_one_left(killed: Killed, tmp_path: Path) -> None:
    killed.left(tmp_path, killed.data[:-5], killed.log[:-5])
    with ArchiveWriter(tmp_path, SOURCE, "r2") as writer:
        assert writer.recovered.segments == [killed.name.as_posix()]
        assert (writer.recovered.adopted, writer.recovered.torn_lines) == (1, 1)
    assert logged(tmp_path) == killed.kept


def start_crawl(root: Path, run: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", CRAWL, str(root), run], stdout=subprocess.PIPE, text=True)


def kill_after(child: subprocess.Popen[str], lines: int) -> set[str]:
    """The addresses that the child had told of when it was killed."""
    assert child.stdout is not None
    told = {child.stdout.readline().strip() for _ in range(lines)}
    child.send_signal(signal.SIGKILL)
    told |= {line.strip() for line in child.stdout if line.endswith("\n")}
    child.stdout.close()
    child.wait()
    return told


def test_a_process_killed_in_mid_write_loses_no_capture_that_it_had_told_of(tmp_path: Path) -> None:
    told: set[str] = set()
    for number in range(3):
        told |= kill_after(start_crawl(tmp_path, f"run{number}"), 40 + 60 * number)
    recover(tmp_path)
    kept = {capture.url: capture for capture in logged(tmp_path)}
    assert told <= set(kept)
    assert all(read_payload(tmp_path, capture).body.startswith(url.encode()) for url, capture in kept.items())
    assert verify(tmp_path).problems == []


def test_a_source_that_another_process_writes_is_named_and_free_when_it_dies(tmp_path: Path) -> None:
    child = start_crawl(tmp_path, "run1")
    assert child.stdout is not None
    child.stdout.readline()
    with pytest.raises(SourceBusy, match=f"{SOURCE} is being written by process {child.pid} since") as busy:
        ArchiveWriter(tmp_path, SOURCE, "run2")
    assert busy.value.pid == child.pid
    assert busy.value.since is not None
    kill_after(child, 0)
    ArchiveWriter(tmp_path, SOURCE, "run2", wait_s=5).close()


class Everyone:
    """A registry in which every host is registered."""

    id = SOURCE

    def by_host(self, host: str, on: object = None) -> Everyone:
        return self


INGEST = """
import sys
from pathlib import Path
from scraper.archive import ingest
class Everyone:
    id = "bao-nam-kham"
    def by_host(self, host, on=None):
        return self
print("start", flush=True)
ingest(Path(sys.argv[1]), Path(sys.argv[2]), Everyone(), only_registered=sys.argv[3] == "True")
"""


@pytest.mark.parametrize("only_registered", [False, True])
def test_an_ingest_that_was_killed_is_finished_by_running_it_again(tmp_path: Path, only_registered: bool) -> None:
    _, kept = crawl(tmp_path / "here", 1500)
    file = tmp_path / "here" / str(kept[0].warc_file)
    there = tmp_path / "there"
    for delay in (0.0, 0.03, 0.08):
        command = [
            sys.executable,
            "-c",
            INGEST,
            str(file),
            str(there),
            str(only_registered),
        ]
        child = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(delay)
        child.kill()
        child.wait()
        child.stdout.close()
    ingest(file, there, Everyone(), only_registered=only_registered)
    captures = logged(there)
    assert sorted(c.url for c in captures) == sorted(c.url for c in kept)
    assert all(read_payload(there, capture).status == 200 for capture in captures)
    assert verify(there).problems == []
    assert not list(there.rglob("*.copy"))
    assert not list(there.rglob("*.open"))
