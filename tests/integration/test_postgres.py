"""Dagster's runs and events in a real PostgreSQL, by one setting: crawled, run by the daemon, pruned, refused without it.

The server is started here from Debian's package, listens on a socket in its own folder and on no port.
"""

# No `from __future__ import annotations` here: Dagster reads the types of steps from the signatures.

import getpass
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import time_machine

import scraper
from dagster_project.demo import DemoSite
from dagster_project.installation import Installation, Unusable
from dagster_project.instance import POOL_LIMITS, POSTGRES_VARIABLE, open_instance, process_tag, release_dead_runs
from dagster_project.ledger import Ledger
from dagster_project.paths import DataFolder
from dagster_project.prune import prune

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

SOURCE = "demo-lamxuyen"
SHIPPED = Path(scraper.__file__).parent / "sources"


def _programs() -> Path | None:
    """The folder of initdb and postgres; Debian keeps them out of the way of PATH."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    return max((path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")), default=None)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The socket's folder of a fresh server."""
    programs = _programs()
    if programs is None:
        if "TINTINH_REQUIRE_ALL" in os.environ:
            pytest.fail("no PostgreSQL here: .ci/run installs Debian's package `postgresql`")
        pytest.skip("no PostgreSQL here (Debian's package `postgresql`)")
    # PostgreSQL refuses to run as root; a socket's path must be short.
    user = "nobody" if os.geteuid() == 0 else getpass.getuser()
    folder = Path(tempfile.mkdtemp(prefix="tintinh-pg-"))
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    as_user = {"user": user} if os.geteuid() == 0 else {}
    log = folder / "server.log"
    try:
        with log.open("wb") as out:
            subprocess.run(
                [programs / "initdb", "-D", folder / "db", "-U", "archive", "-A", "trust", "-E", "UTF8", "--no-locale"],
                check=True, stdout=out, stderr=out, cwd=folder, **as_user,
            )  # fmt: skip
            process = subprocess.Popen(
                [programs / "postgres", "-D", folder / "db", "-c", "listen_addresses=", "-k", folder, "-F"],
                stdout=out, stderr=out, cwd=folder, **as_user,
            )  # fmt: skip
        try:
            deadline = time.monotonic() + 60
            while "ready to accept connections" not in log.read_text(encoding="utf-8", errors="replace"):
                assert process.poll() is None, log.read_text(encoding="utf-8")
                assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
                time.sleep(0.1)
            yield str(folder)
        finally:
            process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            process.wait(timeout=60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def address(server: str, request: pytest.FixtureRequest) -> str:
    """An empty database of its own for each test, addressed the way people write it."""
    name = "".join(letter for letter in request.node.name if letter.isalnum()).lower()[:40]
    _query(f"postgresql://archive@/postgres?host={server}", f"CREATE DATABASE {name}")
    return f"postgresql://archive@/{name}?host={server}"


def _query(address: str, statement: str) -> list[tuple[object, ...]]:
    import psycopg2  # an extra of its own

    connection = psycopg2.connect(address)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


@pytest.fixture
def installed(tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """An installation with one outlet of the demo site, taken as a real one: the demo itself keeps to SQLite."""
    folder = DataFolder(tmp_path / "data")
    folder.sources.mkdir(parents=True)
    text = (SHIPPED / f"{SOURCE}.yaml").read_text(encoding="utf-8")
    (folder.sources / f"{SOURCE}.yaml").write_text(text.replace("demo: true", "enabled: true"), encoding="utf-8")
    monkeypatch.setenv(POSTGRES_VARIABLE, address)
    monkeypatch.setenv("TINTINH_CONTACT", "archive@tintinh.example")
    with DemoSite.serving() as site:
        found = Installation(folder, site.host_map)
        for name, value in found.environment().items():
            monkeypatch.setenv(name, value)
        found.make_ready()
        yield found


def test_the_daemon_crawls_what_is_due_and_all_of_its_memory_is_in_postgresql(
    installed: Installation, address: str, tmp_path: Path
) -> None:
    log = tmp_path / "daemon.log"
    command = [sys.executable, "-m", "dagster_project", "daemon"]
    with log.open("wb") as out:
        daemon = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True, cwd=tmp_path)
    try:
        deadline = time.monotonic() + 240
        while (attempt := Ledger(installed.folder).read().get(SOURCE)) is None or attempt.ending is None or not _over():
            assert daemon.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, _told(installed, log)
            time.sleep(0.5)
        second = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=tmp_path)
        assert second.returncode == 1
        assert "runs already" in second.stderr
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(timeout=60)
    assert attempt.ending == "good"
    statuses = _query(address, "SELECT status, count(*) FROM runs WHERE pipeline_name = 'crawl_batch' GROUP BY 1")
    assert statuses == [("SUCCESS", 1)]
    ((events,),) = _query(address, "SELECT count(*) FROM event_logs")
    assert isinstance(events, int)
    assert events > 20
    ((beats,),) = _query(address, "SELECT count(*) FROM daemon_heartbeats")
    assert isinstance(beats, int)
    assert beats >= 4
    home = installed.folder.dagster_home
    assert not [path for path in home.rglob("*.db") if path.name in {"runs.db", "index.db", "schedules.db"}]
    assert "archive@" not in (home / "dagster.yaml").read_text(encoding="utf-8")  # an address may hold a password


def _over() -> bool:
    rows = _query(os.environ[POSTGRES_VARIABLE], "SELECT status FROM runs WHERE pipeline_name = 'crawl_batch'")
    return bool(rows) and all(status in {"SUCCESS", "FAILURE"} for (status,) in rows)


def _told(installed: Installation, log: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8")[-4000:] for path in (log, *installed.folder.logs.glob("*.log")))


@dg.op
def talks(context: dg.OpExecutionContext) -> None:
    for number in range(40):
        context.log.info(f"line {number} of the log of one of many steps that went well")


@dg.job
def talking() -> None:
    talks()


def test_pools_dead_runs_and_pruning_are_the_same(installed: Installation, address: str) -> None:
    now = datetime.now(UTC)
    with open_instance(installed) as instance:
        assert {pool.name: pool.limit for pool in instance.event_log_storage.get_pool_limits()} == POOL_LIMITS
        gone = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        tag = process_tag(gone.pid)
        gone.kill()
        gone.wait()
        dead = instance.create_run_for_job(talking, status=dg.DagsterRunStatus.STARTED, tags=tag)
        assert release_dead_runs(instance) == [dead.run_id]
        for days in (80, 70, 15, 10):
            with time_machine.travel(now - timedelta(days=days), tick=True):
                assert talking.execute_in_process(instance=instance).success
        done = prune(instance, installed.folder.dagster_home, now)
        assert done.runs == 3
        assert done.bytes_before > 5_000_000  # an empty database of PostgreSQL has seven megabytes
        kept = {run.run_id for run in instance.get_runs()}
    assert len(kept) == 2
    assert {run_id for (run_id,) in _query(address, "SELECT DISTINCT run_id FROM event_logs")} == kept


def test_without_the_setting_nothing_falls_back_to_sqlite(
    installed: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_instance(installed):
        pass
    monkeypatch.delenv(POSTGRES_VARIABLE)
    with pytest.raises(Unusable, match="kept in PostgreSQL"):
        open_instance(installed)
    monkeypatch.setenv(POSTGRES_VARIABLE, "postgresql://archive:geheim@127.0.0.1:1/none")
    with pytest.raises(
        Unusable, match=r"no PostgreSQL database at postgresql://archive:\*+@127\.0\.0\.1:1/none"
    ) as told:
        open_instance(installed)
    assert "geheim" not in str(told.value)
