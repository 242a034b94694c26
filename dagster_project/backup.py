"""Backups of a data folder: what cannot be made again, and the database so that nobody has to wait for a rebuild.

Belongs here: which files belong to a backup, copying only what changed, putting a backup back. Does not: where backups
are kept and how many (that is the operator's), Dagster's own history (it can be lost), published files (made again).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from dagster_project.installation import Unusable
from dagster_project.paths import DataFolder
from scraper.archive.layout import LOCKS, OPEN_SUFFIX
from warehouse import guard
from warehouse.store import Store

NOTE = "backup.json"


@dataclass(slots=True)
class BackupReport:
    """What was copied."""

    files: int = 0  # files of the backup
    copied: int = 0  # those among them that were new or had changed
    bytes: int = 0  # copied
    left: list[str] = field(default_factory=list)  # what is being written now, for the next backup


def backup(folder: DataFolder, target: Path) -> BackupReport:
    """Brings the backup at `target` up to date with the data folder; only what is new or changed is copied.

    A file appears in the backup whole or not at all; one that was redacted here is replaced there. Nothing else of an
    earlier backup is changed or removed. Raises Unusable, OSError, and what opening the database raises.
    """
    target = target.expanduser().resolve()
    if target == folder.root or folder.root in target.parents:
        raise Unusable(f"{target} lies inside the data folder: a backup belongs on another disk")
    if not folder.archive.is_dir():
        raise Unusable(f"{folder.root} holds no archive yet")
    if target.exists() and any(target.iterdir()) and not (target / NOTE).exists():
        raise Unusable(f"{target} holds other files than a backup of this program; name an empty folder")
    report = BackupReport()
    target.mkdir(parents=True, exist_ok=True)
    _note(target, folder, report, whole=False)
    for path in _files(folder, report):
        _copy(path, target / path.relative_to(folder.root), report)
    if folder.warehouse.exists():
        with guard.alone(folder.warehouse):
            with Store.open_writer(folder.warehouse, guarded=False):
                pass  # leaves no write-ahead log
            _copy(folder.warehouse, target / folder.warehouse.relative_to(folder.root), report)
    _note(target, folder, report, whole=True)
    return report


def restore(source: Path, folder: DataFolder) -> BackupReport:
    """Puts a backup into a data folder that holds no archive yet. Raises Unusable, OSError."""
    source = source.expanduser().resolve()
    if not (source / NOTE).exists():
        raise Unusable(f"{source} is no backup of this program: it holds no {NOTE}")
    if folder.archive.is_dir() and any(folder.archive.iterdir()):
        raise Unusable(f"{folder.root} holds an archive; restore into an empty folder (--data FOLDER) and compare")
    report = BackupReport()
    folder.root.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.rglob("*")):
        if path.is_file() and path.name != NOTE:
            _copy(path, folder.root / path.relative_to(source), report)
    return report


def _files(folder: DataFolder, report: BackupReport) -> Iterator[Path]:
    yield from sorted(path for path in (*folder.root.glob("*.y*ml"), folder.demo_state) if path.is_file())
    for tree in (folder.sources, folder.archive):
        for path in sorted(tree.rglob("*")) if tree.is_dir() else ():
            if LOCKS in path.parts or not path.is_file():
                continue
            if path.name.endswith(OPEN_SUFFIX):
                report.left.append(path.relative_to(folder.root).as_posix())
            elif not path.name.startswith("."):
                yield path


def _copy(path: Path, target: Path, report: BackupReport) -> None:
    report.files += 1
    there = path.stat()
    if target.exists():
        known = target.stat()
        if (known.st_size, known.st_mtime_ns) == (there.st_size, there.st_mtime_ns):
            return
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        shutil.copy2(path, aside)
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    report.copied += 1
    report.bytes += there.st_size


def _note(target: Path, folder: DataFolder, report: BackupReport, *, whole: bool) -> None:
    known = {
        "data_folder": folder.root.name,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "whole": whole,  # false while a backup runs, or where one was killed
        "files": report.files,
        "left": report.left,
    }
    aside = target / f".{NOTE}.{os.getpid()}"
    aside.write_text(json.dumps(known, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    aside.replace(target / NOTE)
