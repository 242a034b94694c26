"""The database made anew from the archive, beside the one in use: the whole to swap in, or one outlet to compare.

Belongs here: making it, and whose turn it is to be checked. Does not: reading and building (`dagster_project.flow`),
the comparison (`warehouse.verify`), swapping (`warehouse.care`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dagster_project import flow
from dagster_project.installation import Installation
from dagster_project.progress import Heard
from dagster_project.registering import register_captures
from dagster_project.statefile import changing, read_state
from pipelines.reader_version import READER_VERSION
from warehouse import verify
from warehouse.store import Store

SHOWN = 5
"""Differing articles named in a message."""


@dataclass(frozen=True, slots=True)
class Built:
    """What making a database anew took."""

    captures: int
    read: int
    articles: int


def build_aside(
    installed: Installation, aside: Path, source_id: str | None = None, progress: Heard | None = None
) -> Built:
    """Makes the database `aside` from the logs and WARC files of one source, or of all; what lay there goes."""
    remove_database(aside)
    with Store.open_writer(aside) as store:
        found = register_captures(store, installed, None if source_id is None else [source_id])
        there = [row["source_id"] for row in store.rows("SELECT DISTINCT source_id FROM captures ORDER BY ALL")]
        read = flow.added(flow.read_each(store, installed, there, progress=progress)).read
        built = flow.build_articles(store)
    return Built(sum(one.captures for one in found.values()), read, built.articles)


def check_outlet(installed: Installation, source_id: str, progress: Heard | None = None) -> verify.Verified:
    """Makes one outlet anew from the archive and compares; changes nothing. The turn of the outlet is over then.

    The writer's place is taken for the comparison alone, so crawls and loads go on meanwhile.
    """
    aside = installed.folder.warehouse.with_name(f"verifying-{source_id.replace(':', '-')}.duckdb")
    try:
        build_aside(installed, aside, source_id, progress)
        found = verify.outlet(installed.folder.warehouse, aside, source_id, READER_VERSION)
    finally:
        remove_database(aside)
    with changing(_turns(installed)) as turns:
        turns[source_id] = datetime.now(UTC).isoformat(timespec="seconds")
    return found


def next_outlet(installed: Installation) -> str | None:
    """The outlet with captures that was checked longest ago, or never; None where nothing is loaded."""
    with Store.open_writer(installed.folder.warehouse, wait_s=600) as store:
        loaded = [row["source_id"] for row in store.rows("SELECT DISTINCT source_id FROM captures")]
    turns = read_state(_turns(installed))
    return min(loaded, key=lambda source_id: (str(turns.get(source_id, "")), source_id), default=None)


def told(found: verify.Verified) -> str:
    """One line on what the comparison found, with what to do where the two differ."""
    line = f"{found.source_id}: {found.articles} articles and {found.versions} versions made anew from the archive"
    if found.left_out:
        line += f" ({found.left_out} articles left out: read by an older reader, or seen again meanwhile)"
    if found.agrees:
        return f"{line}, no difference"
    parts = []
    if found.differing:
        named = "; ".join(f"{url} ({_HELD[held]})" for url, held in found.differing[:SHOWN])
        parts.append(f"{len(found.differing)} articles differ: {named}")
    if found.without_log:
        parts.append(f"{found.without_log} captures are loaded that no log of the archive holds")
    if found.not_loaded:
        parts.append(f"{found.not_loaded} captures of the archive are not loaded")
    return (
        f"{line}. {'. '.join(parts)}. Look with `tintinh doctor` and `tintinh archive verify`; `tintinh rebuild` makes"
        " the database say what the archive says"
    )


_HELD = {"old": "only in the database in use", "new": "only in the archive", "both": "in both"}


def remove_database(path: Path) -> None:
    """Removes a database that is closed, with what belongs to it."""
    for suffix in ("", ".wal", ".lock"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _turns(installed: Installation) -> Path:
    return installed.folder.operations / "verified.json"
