"""Room that is kept on the disk of the data folder, and given up when the disk is full.

Belongs here: the reserve, and whether running work must end for want of room. Does not: whether new work may start
(`Installation.make_ready`), or telling people (`dagster_project.alerts`).

On a disk that is full to the last byte SQLite cannot even be opened: Dagster could note nothing, ask no sensor, and the
alert on the disk would be the one that is never told. So a file holds some room, and whoever sees the disk full removes
it: what crawls (`crawl_step`), and the process beside the daemon (`cli.serve`), which needs nothing of Dagster.
"""

from __future__ import annotations

import contextlib
import os
import shutil

from dagster_project.installation import MIN_FREE_BYTES
from dagster_project.paths import DataFolder

RESERVE_BYTES = 64_000_000
"""Some thousand runs of Dagster's notes."""

FULL_BYTES = 16_000_000
"""With less left the disk counts as full, and the reserve is given up."""

LEAST_BYTES = 100_000_000
"""With less left, work that is under way ends in good order: under what is needed to start some."""


def balance(folder: DataFolder) -> int:
    """Gives the reserve up on a full disk, makes it anew where there is room; bytes that are free then. Never raises.

    An answer of 0 also stands for a folder that is not there or cannot be looked at.
    """
    try:
        free = shutil.disk_usage(folder.root).free
        kept = folder.reserve.exists()
        if kept and free < FULL_BYTES:
            folder.reserve.unlink(missing_ok=True)
        elif not kept and free > MIN_FREE_BYTES + 2 * RESERVE_BYTES:
            _keep(folder)
        return shutil.disk_usage(folder.root).free
    except OSError:
        return 0


def _keep(folder: DataFolder) -> None:
    aside = folder.reserve.with_name(f"{folder.reserve.name}.{os.getpid()}")
    try:
        with aside.open("wb") as out:
            # Blocks, not a hole: only what is really taken can be given back.
            os.posix_fallocate(out.fileno(), 0, RESERVE_BYTES)
        aside.replace(folder.reserve)
    except (OSError, AttributeError):  # systems without posix_fallocate do without the reserve
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)


def wanting(folder: DataFolder) -> str:
    """Why work that is under way must end: empty while there is room."""
    free = balance(folder)
    if free >= LEAST_BYTES:
        return ""
    return f"{free / 1e6:.0f} MB are left on the disk of {folder.root}, and {LEAST_BYTES / 1e6:.0f} MB are the least"
