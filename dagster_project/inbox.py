"""The inbox: WARC files that somebody drops into a folder become captures; each file ends in `done` or in `rejected`.

Belongs here: which files are whole and waiting, taking them, and where they go. Does not: when that happens
(`dagster_project.sensors`), or what becomes of the captures (`dagster_project.loads`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dagster_project.installation import Installation

QUIET_S = 10.0
"""A file that was written to within so many seconds may still be coming in."""

SUFFIXES = (".warc", ".warc.gz")


@dataclass(slots=True)
class Taken:
    """What emptying the inbox brought."""

    files: list[str] = field(default_factory=list)
    rejected: dict[str, str] = field(default_factory=dict)  # file -> reason
    captures: int = 0  # new ones
    already: int = 0
    losses: dict[str, str] = field(default_factory=dict)  # file -> what of it was cut off or damaged


def waiting(folder: Path, now: float | None = None) -> list[Path]:
    """The files that nobody has written to for a while, the oldest first; of other kinds too, to be rejected."""
    if not folder.is_dir():
        return []
    now = time.time() if now is None else now
    found = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
    return sorted((p for p in found if now - p.stat().st_mtime >= QUIET_S), key=lambda p: (p.stat().st_mtime, p.name))


def take(installed: Installation, now: float | None = None) -> Taken:
    """Ingests every waiting file. Raises ArchiveFull or SourceBusy, which leave the file where it is."""
    from scraper.archive import ArchiveError, ArchiveFull, SourceBusy, ingest

    inbox = installed.folder.inbox
    taken = Taken()
    for path in waiting(inbox, now):
        try:
            if not path.name.endswith(SUFFIXES):
                raise ArchiveError(f"{path.name} is not named .warc or .warc.gz")
            report = ingest(path, installed.folder.archive, installed.registry)
        except (ArchiveFull, SourceBusy):
            raise
        except ArchiveError as error:
            taken.rejected[path.name] = str(error)
            kept = _move(path, inbox / "rejected")
            kept.with_name(kept.name + ".reason.txt").write_text(f"{error}\n", encoding="utf-8")
            continue
        taken.files.append(path.name)
        taken.captures += report.captures
        taken.already += report.already
        if report.lost:
            taken.losses[path.name] = "; ".join(
                f"{loss.bytes} bytes at {loss.offset}: {loss.reason}" for loss in report.lost
            )
        _move(path, inbox / "done")
    return taken


def _move(path: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    target = next(name for name in _names(folder / path.name) if not name.exists())
    return path.rename(target)


def _names(path: Path) -> Iterator[Path]:
    yield path
    number = 2
    while True:
        yield path.with_name(f"{number}-{path.name}")
        number += 1
