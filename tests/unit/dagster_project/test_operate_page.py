"""docs/operate.md names all that an operator may meet, and what it tells to type or to install is there."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path
from typing import get_args

import pytest

from dagster_project.alerts.words import Kind
from dagster_project.checks import layout, promises
from dagster_project.checks.catalogue import CHECKS
from dagster_project.cli import cli
from dagster_project.instance import POSTGRES_VARIABLE
from dagster_project.schedules import SCHEDULES
from dagster_project.sensors import SENSORS

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE = (DOCS / "operate.md").read_text(encoding="utf-8")
ROWS = {name for line in PAGE.splitlines() if (found := re.match(r"\| `([^`]+)`", line)) for name in [found[1]]}
UNITS = sorted((DOCS / "systemd").iterdir())


def test_each_kind_of_alert_each_check_and_all_that_works_by_itself_has_its_row() -> None:
    assert set(get_args(Kind)) <= ROWS
    assert layout.CHECK.name in ROWS
    assert {check.name for check in CHECKS} | {spec.name for spec in promises.SPECS} <= ROWS
    assert {sensor.name for sensor in SENSORS} | {schedule.name for schedule in SCHEDULES} <= ROWS
    assert POSTGRES_VARIABLE in PAGE


@pytest.mark.parametrize(
    "path", [path for path in UNITS if path.suffix in {".service", ".timer"}], ids=lambda p: p.name
)
def test_units_start_commands_that_exist(path: Path) -> None:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # names of systemd have capitals
    unit.read_string(path.read_text(encoding="utf-8"))
    assert unit["Unit"]["Description"]
    assert path.name in PAGE or path.with_suffix(".timer").name in PAGE
    if path.suffix == ".timer":
        assert path.with_suffix(".service").exists()
        return
    program, *words = shlex.split(unit["Service"]["ExecStart"])
    assert program.endswith("/tintinh")
    assert unit["Service"]["EnvironmentFile"] == "/etc/tintinh.env"
    command = cli
    while words and (below := getattr(command, "commands", {}).get(words[0])):
        command, words = below, words[1:]
    assert command is not cli
    command.make_context(path.name, list(words))  # raises where an option is not one


def test_links_of_the_page_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", PAGE):
        assert (DOCS / target).exists(), target
