"""Outlets switched on, off, stopped and resumed from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from dagster_project.cli import cli
from dagster_project.installation import Installation
from dagster_project.paths import DataFolder
from scraper.plan import CrawlPlan, CrawlRefused, preflight

OWN = "id: bao-mau\nname: Báo Mẫu\nkind: newspaper\nhome: https://baomau.example/\nhosts: [baomau.example]  # mine\n"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TINTINH_DATA", str(tmp_path))
    monkeypatch.delenv("TINTINH_CONTACT", raising=False)
    return tmp_path


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["sources", *arguments])


def _scheduled(data: Path) -> list[str]:
    return [source.id for source in Installation(DataFolder(data)).scheduled_sources()]


def test_an_outlet_of_the_registry_is_switched_on_and_off_again(data: Path) -> None:
    result = _run("enable", "bao-cao-bang", "bao-thai-nguyen")
    assert result.exit_code == 0, result.output
    assert "bao-cao-bang: on schedule, next crawl " in result.output
    assert "TINTINH_CONTACT" in result.output
    assert _scheduled(data) == ["bao-cao-bang", "bao-thai-nguyen"]
    stated = yaml.safe_load((data / "sources" / "bao-cao-bang.yaml").read_text(encoding="utf-8"))
    assert stated == {"id": "bao-cao-bang", "extends": "registry", "enabled": True}
    assert _run("disable", "bao-cao-bang").exit_code == 0
    assert _scheduled(data) == ["bao-thai-nguyen"]


def test_an_outlet_of_ones_own_keeps_its_file(data: Path) -> None:
    path = data / "sources" / "bao-mau.yaml"
    path.parent.mkdir()
    path.write_text(OWN, encoding="utf-8")
    assert _run("enable", "bao-mau").exit_code == 0
    assert path.read_text(encoding="utf-8") == OWN + "enabled: true\n"
    assert _scheduled(data) == ["bao-mau"]


def test_a_stopped_outlet_is_not_asked_and_says_why_until_it_is_resumed(data: Path) -> None:
    _run("enable", "bao-cao-bang")
    assert _run("stop", "bao-cao-bang", "--reason", "toà soạn đề nghị").exit_code == 0
    assert _scheduled(data) == []
    assert "is stopped: toà soạn đề nghị" in _run("enable", "bao-cao-bang").output
    plan = CrawlPlan(run_id="run-00000001", source_id="bao-cao-bang", archive=data, contact="desk@vien.example")
    with pytest.raises(CrawlRefused, match="is stopped: toà soạn đề nghị"):
        preflight(plan, Installation(DataFolder(data)).source("bao-cao-bang"))
    assert "next crawl" in _run("resume", "bao-cao-bang").output
    assert _scheduled(data) == ["bao-cao-bang"]


def test_nothing_is_written_where_a_name_is_wrong(data: Path) -> None:
    result = _run("enable", "bao-cao-bang", "bao-cao-ban")
    assert result.exit_code != 0
    assert not list(data.rglob("*.yaml"))
    assert "sources probe" in _run("enable", "web:tin.example").output
    assert "says nothing" in _run("stop", "bao-cao-bang", "--reason", " ").output
    assert not list(data.rglob("*.yaml"))


def test_a_file_in_which_no_line_can_be_set_stays_as_it_was(data: Path) -> None:
    path = data / "sources" / "bao-cao-bang.yaml"
    path.parent.mkdir()
    path.write_text("{id: bao-cao-bang, extends: registry}\n", encoding="utf-8")
    result = _run("enable", "bao-cao-bang")
    assert result.exit_code == 2
    assert "set it by hand" in result.output
    assert path.read_text(encoding="utf-8") == "{id: bao-cao-bang, extends: registry}\n"


def test_one_that_closed_names_its_heir(data: Path) -> None:
    output = _run("enable", "bao-ha-giang").output
    assert "closed since 01/07/2025; bao-tuyen-quang goes on with its work" in output
    assert _scheduled(data) == []
