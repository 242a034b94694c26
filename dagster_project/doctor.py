"""Looking an installation over: is everything there, whole and up to date, and what is to be done where it is not?

Belongs here: one function a subject, each with what it found and what to do. Does not: mending anything. What takes
long (every byte of the archive) is `tintinh archive verify`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from dagster_project.installation import MIN_FREE_BYTES, Installation
from dagster_project.instance import uses_postgres
from scraper.archive import LogTally, iter_capture_logs, read_capture_log
from warehouse import aliases, checks, corrections, load, migrations, redactions
from warehouse.derived import runner
from warehouse.errors import WarehouseError
from warehouse.store import Store


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    ok: bool
    told: str  # what was found
    advice: str = ""  # what to do; empty where all is well


def examine(installed: Installation) -> Iterator[Finding]:
    """Looks at everything, subject by subject; a subject that cannot be looked at is a finding of its own."""
    for look in (_versions, _disk, _folders, _operator_files, _leftovers, _archive, _published, _dagster):
        yield from _safely(look.__name__.strip("_"), lambda look=look: look(installed))  # type: ignore[misc]
    if not installed.folder.warehouse.exists():
        yield Finding(
            "database", False, "there is none", _bring(installed) or "`tintinh rebuild` makes it from the archive"
        )
        return
    try:
        with Store.open_writer(installed.folder.warehouse, wait_s=5) as store:
            for look_inside in (_database, _waiting, _registered):
                name = look_inside.__name__.strip("_")
                yield from _safely(name, lambda look=look_inside: look(store, installed))  # type: ignore[misc]
    except WarehouseError as error:
        yield Finding("database", False, str(error), "look again when nobody writes, or do as the message says")


def _safely(name: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except (OSError, ValueError, WarehouseError) as error:
        yield Finding(name, False, str(error), "mend that, then run `tintinh doctor` again")


def _versions(installed: Installation) -> Iterator[Finding]:
    names = ("tintinh", "duckdb", "dagster", "scrapy", "trafilatura")
    told = ", ".join(f"{name} {version(name)}" for name in names)
    yield Finding("versions", True, f"Python {sys.version.split()[0]}, {told}, schema {migrations.latest()}")


def _disk(installed: Installation) -> Iterator[Finding]:
    if not installed.folder.root.exists():
        return  # the data folder is a finding of its own
    free = shutil.disk_usage(installed.folder.root).free
    # A publishing writes the whole database once more, and so does a compaction.
    need = MIN_FREE_BYTES + 2 * _size(installed.folder.warehouse)
    yield Finding(
        "disk",
        free >= need,
        f"{free / 1e9:.1f} GB free, {need / 1e9:.1f} GB needed to publish and to compact",
        "" if free >= need else "free some room, or move the data folder to a larger disk",
    )


def _folders(installed: Installation) -> Iterator[Finding]:
    root = installed.folder.root
    if not root.exists():
        yield Finding("data folder", False, f"there is no {root}", "is that the right folder (TINTINH_DATA, --data)?")
        return
    installed.make_ready(room=0)
    yield Finding("data folder", True, f"{installed.folder.root} can be written")


def _operator_files(installed: Installation) -> Iterator[Finding]:
    folder = installed.folder
    faults = installed.registry.bad.values()
    yield Finding(
        "sources",
        not faults,
        f"{len(installed.registry)} source files are sound, {len(installed.scheduled_sources())} on schedule"
        + "".join(f"; {fault}" for fault in faults),
        f"mend the file under {folder.sources}; until then its source is not crawled" if faults else "",
    )
    for name, path, (good, bad) in (
        ("corrections", folder.corrections, corrections.read_corrections(folder.corrections)),
        ("people", folder.people, aliases.read_people(folder.people)),
    ):
        yield Finding(
            name,
            not bad,
            f"{len(good)} can be used" + "".join(f"; {trouble}" for trouble in bad),
            f"mend {path}" if bad else "",
        )
    left = [entry.article_id for entry in redactions.read(folder.redactions) if not entry.raw_gone]
    yield Finding(
        "redactions",
        not left,
        f"raw records of {', '.join(left)} are still there" if left else "nothing is left of what was taken out",
        "publish when no crawl is running (`tintinh reread` does), then look again" if left else "",
    )


def _leftovers(installed: Installation) -> Iterator[Finding]:
    folder = installed.folder
    aside = ("warehouse/rebuilding.duckdb*", "warehouse/verifying-*.duckdb*")
    patterns = (*aside, "warehouse/*.new*", "warehouse/*.compact*", "published/.*.new*")
    found = [path for pattern in patterns for path in folder.root.glob(pattern)]
    yield Finding(
        "leftovers",
        not found,
        f"{', '.join(path.name for path in found)} ({sum(map(_size, found)) / 1e6:.0f} MB)" if found else "none",
        "left by a run that was killed, or in use by one that runs now: remove them when none does" if found else "",
    )


def _archive(installed: Installation) -> Iterator[Finding]:
    root = installed.folder.archive
    missing: set[str] = set()
    seen: set[str] = set()
    tally = LogTally()
    for log in iter_capture_logs(root):
        for capture in read_capture_log(log, tally):
            name = capture.warc_file
            if name and name not in seen:
                seen.add(name)
                if not (root / name).exists() and not (root / f"{name}.open").exists():
                    missing.add(name)
    yield Finding(
        "archive",
        not missing and not tally.malformed,
        f"{tally.captures} captures in {len(seen)} WARC files"
        + (f"; not there: {', '.join(sorted(missing)[:5])}" if missing else "")
        + (f"; {tally.malformed} lines of logs are no captures" if tally.malformed else ""),
        "put the files back from a backup, or `tintinh archive repair` notes what is lost" if missing else "",
    )


def _bring(installed: Installation) -> str:
    """How articles come in, where the archive has none yet from which anything could be made."""
    began = any(iter_capture_logs(installed.folder.archive))
    return "" if began else "`tintinh crawl SOURCE` or `tintinh ingest FILE` brings articles in"


def _published(installed: Installation) -> Iterator[Finding]:
    path, manifest = installed.folder.published_db, installed.folder.published / "manifest.json"
    if not path.exists() or not manifest.exists():
        yield Finding(
            "published", False, "there is none", _bring(installed) or "`tintinh reread` or a crawl publishes one"
        )
        return
    known = json.loads(manifest.read_text(encoding="utf-8"))
    with path.open("rb") as file:
        same = hashlib.file_digest(file, "sha256").hexdigest() == known["sha256"]
    current = known["schema_version"] == migrations.latest()
    yield Finding(
        "published",
        same and current,
        f"{known['counts'].get('articles', 0)} articles, made {known['built_at']}"
        + ("" if same else "; the file is not the one of its manifest")
        + ("" if current else f"; its schema {known['schema_version']} is not the newest"),
        "" if same and current else "publish again: a crawl, an ingest or the job `publish` does",
    )


def _dagster(installed: Installation) -> Iterator[Finding]:
    size = sum(_size(path) for path in installed.folder.dagster_home.rglob("*") if path.is_file())
    yield Finding(
        "dagster",
        size < 2e9,
        f"{size / 1e6:.0f} MB of runs and events" + (", others in PostgreSQL" if uses_postgres(installed) else ""),
        "" if size < 2e9 else "the weekly maintenance prunes them; see docs/operate.md",
    )


def _database(store: Store, installed: Installation) -> Iterator[Finding]:
    results = checks.run(store)
    broken = [f"{result.name}: {result.found}" for result in results if not result.passed]
    yield Finding(
        "database",
        not broken,
        "; ".join(broken[:10]) if broken else f"{len(results)} promises of the schema kept",
        "`tintinh rebuild` makes the tables again from the archive" if broken else "",
    )
    if store.repaired:
        yield Finding("repaired", True, store.repaired)


def _waiting(store: Store, installed: Installation) -> Iterator[Finding]:
    unbuilt = int(store.value("SELECT count(*) FROM unbuilt"))
    waiting = {name: number for name, number in runner.waiting(store).items() if number}
    told = [f"{unbuilt} addresses to build"] if unbuilt else []
    told += [f"{number} articles for {name}" for name, number in waiting.items()]
    yield Finding(
        "waiting",
        not told,
        ", ".join(told) or "nothing waits to be built or derived",
        "the next crawl or ingest does it, and publishes" if told else "",
    )


def _registered(store: Store, installed: Installation) -> Iterator[Finding]:
    known = load.known_logs(store)
    late = sorted(
        {
            log.relative_to(installed.folder.archive).as_posix()
            for log in iter_capture_logs(installed.folder.archive)
            if log.stat().st_size > known.get(log.relative_to(installed.folder.archive).as_posix(), (0, 0))[0]
        }
    )
    yield Finding(
        "loaded",
        not late,
        f"{len(late)} logs hold lines that are not loaded ({late[0]} ...)" if late else "all logs of the archive",
        "the next crawl of the source, or any `tintinh ingest`, loads them" if late else "",
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
