from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from dagster_project.cli import run as run_command
from dagster_project.paths import DataFolder
from warehouse import publish
from warehouse.store import Store


@dataclass(frozen=True)
class Outcome:
    """What a command said, and how it ended."""

    exit_code: int
    stdout: str
    stderr: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command on an archive with nothing in it."""
    monkeypatch.setenv("TINTINH_DATA", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    paths = DataFolder(tmp_path)
    with Store.open_writer(paths.warehouse) as store:
        publish.publish(store, paths.published, parquet=False)

    def asked(*arguments: str) -> Outcome:
        code = run_command(["sql", *arguments])
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return asked


def test_questions_are_listed_with_their_parameters(run: Run) -> None:
    listed = run("--list")
    assert listed.exit_code == 0
    line = next(line for line in listed.stdout.splitlines() if "my_commune" in line)
    assert "under any of its former names?" in line
    assert "commune, province" in line


def test_a_question_is_asked_by_name_or_number_and_says_what_it_is(run: Run) -> None:
    asked = run("--ask", "removed", "--format", "csv")
    assert asked.exit_code == 0
    assert "source_id" in next(csv.reader(asked.stdout.splitlines()))
    assert "Which articles disappeared" in asked.stderr
    assert run("--ask", "7", "--format", "csv").stdout == asked.stdout
    assert json.loads(run("--ask", "storm", "--set", "storm=bão số 3", "--format", "json").stdout) == []
    assert run("--ask", "removed", "--show").stdout.startswith("SELECT")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--ask", "weather"), "no question 'weather'"),
        (("--ask", "removed", "--set", "agency=TTXVN"), "takes none"),
        (("--ask", "storm", "--set", "storm"), "NAME=VALUE"),
        (("--set", "a=b", "select 1"), "go with --ask"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(run: Run, arguments: tuple[str, ...], says: str) -> None:
    refused = run(*arguments)
    assert refused.exit_code != 0
    assert says in refused.stderr
    assert "Traceback" not in refused.stderr
