"""What the plan of one crawl costs, in time and memory, when an outlet has 10,000, 100,000 and 1,000,000 known addresses.

Two processes are weighed, as in a real run: the one that writes the plan from the database, and the one that crawls by
it. Prints figures and holds none against a clock; the memory is held against the promise of 500 MB.
"""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest

from warehouse.store import Store

pytestmark = pytest.mark.slow

SIZES = (10_000, 100_000, 1_000_000)
MOST_MB = 500
SOURCE = """\
id: bao-lon
name: Báo Lớn
kind: newspaper
home: https://baolon.example/
hosts: [baolon.example]
article_patterns: ['-post(?P<id>\\d+)\\.html$']
"""

MEASURED = textwrap.dedent(
    """
    import json, sys, time
    from datetime import datetime
    from pathlib import Path

    what, database, known, source, mode, now = sys.argv[1:]
    if what == "plan":
        from warehouse import frontier
        from warehouse.store import Store
        began = time.monotonic()
        with Store.open_reader(Path(database)) as store:
            counts = frontier.write_known(store, Path(known), "bao-lon", mode, now=datetime.fromisoformat(now))
        rows, due = counts.rows, counts.due
    else:
        from scraper.known import KnownIndex
        from scraper.registry import read_source
        source = read_source(Path(source))
        began = time.monotonic()
        index = KnownIndex(Path(known), source)
        rows, due = len(index), index.due
    seconds = time.monotonic() - began
    peak = next(int(l.split()[1]) for l in open("/proc/self/status") if l.startswith("VmHWM:")) / 1024
    print(json.dumps({"seconds": seconds, "mb": peak, "rows": rows, "due": due}))
    """
)


def _filled(path: Path, addresses: int, now: datetime) -> None:
    script = (Path(__file__).parent / "frontier.sql").read_text(encoding="utf-8")
    with Store.open_writer(path) as store:
        store.con.execute("SET VARIABLE addresses = $n", {"n": addresses})
        store.con.execute("SET VARIABLE now = $now::TIMESTAMPTZ", {"now": now})
        store.con.execute(script)


@pytest.mark.parametrize("addresses", SIZES)
def test_a_plan_costs_seconds(tmp_path: Path, addresses: int) -> None:
    now = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
    database, known, source = tmp_path / "w.duckdb", tmp_path / "known.jsonl", tmp_path / "bao-lon.yaml"
    _filled(database, addresses, now)
    source.write_text(SOURCE, encoding="utf-8")
    for mode in ("latest", "revisit"):
        for what, who in (("plan", "written from the database"), ("crawl", "read by the crawl")):
            done = subprocess.run(
                [sys.executable, "-c", MEASURED, what, str(database), str(known), str(source), mode, now.isoformat()],
                check=True,
                capture_output=True,
                text=True,
            )
            cost = json.loads(done.stdout.splitlines()[-1])
            print(
                f"{addresses:9,} known, {mode:8} {who:26} {cost['seconds']:6.2f} s {cost['mb']:5.0f} MB peak, "
                f"{cost['rows']:9,} rows, {cost['due']:6,} due, file {known.stat().st_size / 1e6:.0f} MB"
            )
            assert cost["due"] > 0
            assert cost["mb"] < MOST_MB
