from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from dagster_project.cli import cli, reference

ROOT = Path(__file__).resolve().parents[3]
COMMANDS = list(reference.commands())
HEAVY = {"dagster", "scrapy", "twisted", "duckdb", "pyarrow", "rich", "trafilatura", "pandas", "sqlalchemy"}


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_explains_itself_with_an_example(name: str, command: click.Command) -> None:
    text = command.get_help(click.Context(command, info_name=name))
    assert "Example" in text
    example = text[text.index("Example") :]
    assert "tintinh" in example, f"the example of {name} shows no command line"
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name not in {"help", "version"}:
            documented = parameter.help or isinstance(parameter.type, click.Choice) or parameter.show_default
            assert documented, f"{name} {parameter.opts[0]} says nothing about itself"


def test_the_reference_page_is_what_the_commands_say() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert page == reference.render(), "remake it: python -m dagster_project.cli.reference > docs/commands.md"


def test_all_commands_of_the_archive_are_there() -> None:
    wanted = [
        "demo",
        "crawl",
        "ingest",
        "extract",
        "parse",
        "sql",
        "history",
        "status",
        "sources",
        "export",
        "ui",
        "explain",
    ]
    assert set(wanted) <= set(cli.commands)


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (["--help"], set()),
        (["crawl", "--help"], set()),
        (["parse", "date"], set()),
        (["extract", "{page}", "--url", "https://bao.example/tin-1.html"], {"trafilatura"}),
        (["sources", "show", "bao-thai-nguyen"], set()),
        (["crawl", "bao-thai-ngyuen"], set()),
        (["sql", "select 1"], set()),
        (["status"], set()),
        (["history", "https://bao.example/tin-1.html"], set()),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, list) else "",
)
def test_commands_start_light(arguments: list[str], allowed: set[str], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<html><title>Tin</title><body><h1>Tin</h1><p>Một đoạn văn ngắn.</p></body></html>", encoding="utf-8"
    )
    script = (
        "import sys\nfrom dagster_project.cli import run\n"
        f"run({[a.format(page=page) for a in arguments]!r})\n"
        "print('LOADED', *(n for n in sys.modules if '.' not in n))"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", script],
        input="06/04/2021\n",
        capture_output=True,
        text=True,
        check=True,
        env={"TINTINH_DATA": str(tmp_path / "data"), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )
    loaded = set(outcome.stdout.rsplit("LOADED", 1)[1].split())
    assert not (loaded & HEAVY) - allowed
