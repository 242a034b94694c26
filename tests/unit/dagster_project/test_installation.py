from __future__ import annotations

from pathlib import Path

import pytest

from dagster_project.installation import Installation, Unusable, read_host_map
from dagster_project.paths import DataFolder
from scraper.registry import UnknownSource


def test_a_folder_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file stands where the folder should be")
    with pytest.raises(Unusable, match=r"cannot be written.*TINTINH_DATA"):
        Installation(DataFolder(tmp_path / "data")).make_ready()


def test_a_full_disk_is_told_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"no room: .* MB are left"):
        Installation(DataFolder(tmp_path)).make_ready(room=10**18)


def test_demo_and_real_sources_never_share_a_folder(tmp_path: Path) -> None:
    real = Installation(DataFolder(tmp_path / "data"))
    demo = Installation(DataFolder(tmp_path / "data" / "demo"))
    demo.folder.root.mkdir(parents=True)
    demo.folder.demo_state.write_text("{}")
    assert {source.id for source in demo.own_sources()} == {"demo-lamxuyen", "demo-haituong", "demo-daksuong"}
    assert not any(source.demo for source in real.own_sources())
    with pytest.raises(Unusable, match="demo"):
        real.source("demo-lamxuyen")
    with pytest.raises(Unusable, match="belongs to the demo"):
        demo.source("bao-thai-nguyen")


def test_schedules_take_enabled_sources_only(tmp_path: Path) -> None:
    installed = Installation(DataFolder(tmp_path))
    installed.folder.sources.mkdir()
    shipped = {source.id for source in installed.scheduled_sources()}
    assert "bao-thai-nguyen" not in shipped
    (installed.folder.sources / "bao-ban-muong.yaml").write_text(
        "id: bao-ban-muong\nname: Báo Bản Mường\nkind: newspaper\nhome: https://baobanmuong.example/\n"
        "hosts: [baobanmuong.example]\nenabled: true\n",
        encoding="utf-8",
    )
    again = Installation(installed.folder)
    assert {source.id for source in again.scheduled_sources()} - shipped == {"bao-ban-muong"}


def test_an_unknown_source_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownSource, match="bao-thai-nguyen"):
        Installation(DataFolder(tmp_path)).source("bao-thai-ngyen")


@pytest.mark.parametrize(
    "text",
    [
        "bao.example=127.0.0.1:81, Dai.example=127.0.0.1:82",
        '{"bao.example": "127.0.0.1:81", "DAI.example": "127.0.0.1:82"}',
    ],
)
def test_host_maps_are_read_in_both_forms(text: str) -> None:
    assert read_host_map(text) == {"bao.example": "127.0.0.1:81", "dai.example": "127.0.0.1:82"}


def test_a_host_map_that_is_none_says_so() -> None:
    with pytest.raises(Unusable, match="TINTINH_HOST_MAP"):
        read_host_map("somewhere else")
