"""Room is kept on a disk that has some, given up on one that is full, and taken again when that is over."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from dagster_project import room
from dagster_project.paths import DataFolder

Disk = Callable[[int], None]


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Sets what is free but for the reserve."""

    def holds(free: int) -> None:
        def usage(path: Path) -> SimpleNamespace:
            return SimpleNamespace(free=free if (path / ".reserve").exists() else free + room.RESERVE_BYTES)

        monkeypatch.setattr(shutil, "disk_usage", usage)

    return holds


def test_the_reserve_is_taken_given_up_and_taken_again(folder: DataFolder, disk: Disk) -> None:
    disk(10**9)
    assert room.balance(folder) == 10**9
    assert folder.reserve.stat().st_blocks * 512 >= room.RESERVE_BYTES  # really taken: a hole could not be given back
    disk(room.LEAST_BYTES)
    assert room.wanting(folder) == ""
    assert folder.reserve.exists()
    disk(0)
    assert room.balance(folder) == room.RESERVE_BYTES
    assert not folder.reserve.exists()
    assert "64 MB are left" in room.wanting(folder)  # running work ends, and Dagster has room to note it
    disk(10**9)
    assert room.wanting(folder) == ""
    assert folder.reserve.exists()


def test_a_small_disk_and_a_folder_that_is_not_there_do_without(folder: DataFolder, disk: Disk) -> None:
    disk(room.RESERVE_BYTES)
    assert room.balance(folder) == 2 * room.RESERVE_BYTES
    assert not folder.reserve.exists()
    assert room.balance(DataFolder(folder.root / "not there")) >= 0


def test_a_disk_that_fills_in_a_crawl_ends_it(folder: DataFolder, disk: Disk) -> None:
    disk(0)
    told = room.wanting(folder)
    assert str(folder.root) in told
    assert "100 MB are the least" in told
