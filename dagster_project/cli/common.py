"""What several commands share: the installation they work on, consoles, tables, and times as people read them.

Belongs here: helpers of the command line. Does not: commands.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dagster_project.installation import Installation
from dagster_project.paths import DataFolder
from pipelines.zone import to_local

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from dagster_project.progress import Progress


def installation(*, create: bool = False) -> Installation:
    """The installation that a command which brings something in works on; with `create` its folders are made.

    Raises dagster_project.installation.Unusable where the folder cannot be used.
    """
    chosen = _folder()
    found = Installation.from_environment(chosen.demo_folder if _demo_asked() else chosen)
    if create:
        found.make_ready()
    return found


def readable_installation() -> Installation:
    """The installation that a command which only looks works on.

    Where the data folder has no archive of its own but the demo has run, it is the demo's; standard error says so.
    """
    chosen = _folder()
    if _demo_asked() or (not chosen.warehouse.exists() and chosen.demo_folder.demo_state.exists()):
        if not _demo_asked():
            click.echo(f"(no archive in {chosen.root} yet: this is the demo's, in {chosen.demo_folder.root})", err=True)
        return Installation.from_environment(chosen.demo_folder)
    return Installation.from_environment(chosen)


def working(what: str, *, unit: float = 1, name: str = "") -> Progress:
    """Shows how far work is: on one line of the terminal, else as lines of standard error, a few a minute."""
    from dagster_project.progress import LOG_EVERY_S, TERMINAL_EVERY_S, Progress

    if not sys.stderr.isatty():
        return Progress(what, lambda line: click.echo(line, err=True), LOG_EVERY_S, unit, name)

    def show(line: str) -> None:
        click.echo(f"\r\x1b[K{line}", nl=False, err=True)

    return Progress(what, show, TERMINAL_EVERY_S, unit, name)


def worked() -> None:
    """Takes the line of `working` off the terminal again."""
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)


def _folder() -> DataFolder:
    context = click.get_current_context(silent=True)
    named = context.find_root().params.get("data") if context else None
    return DataFolder(Path(named).expanduser().resolve()) if named else DataFolder.from_environment()


def _demo_asked() -> bool:
    context = click.get_current_context(silent=True)
    return bool(context and context.find_root().params.get("demo"))


def published(installed: Installation) -> Path:
    """The published database. Raises a ClickException that says how to make one where there is none yet."""
    path = installed.folder.published_db
    if not path.is_file():
        raise click.ClickException(
            f"nothing is published in {installed.folder.root} yet: `tintinh demo`, `tintinh crawl SOURCE` and"
            " `tintinh ingest FILE` bring articles in"
        )
    return path


def console(*, stderr: bool = False) -> Console:
    """A rich console that never marks up article text by accident; wide enough for tables when nobody looks."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, highlight=False, soft_wrap=False, width=None if stream.isatty() else 160)


READABLE = 10
"""Characters that a column needs for its values to be read at a glance."""


def table(
    title: str | None, columns: Sequence[str], rows: Iterable[Sequence[Any]], numbers: Sequence[str] = ()
) -> Table:
    """A rich table; cells are shown as text, None as nothing, lists joined."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        shown.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(Text(cell(value)) for value in row))
    return shown


def fitting(columns: Sequence[str], rows: Sequence[Sequence[Any]], width: int) -> Table:
    """A table; where its columns would come out too narrow to be read, one line a column and a number a row instead."""
    texts = [[cell(value) for value in row] for row in rows]
    narrowest = [min(READABLE, max(map(len, (name, *values)))) for name, *values in zip(columns, *texts, strict=True)]
    if not texts or sum(narrowest) + 3 * len(columns) <= width:
        return table(None, columns, texts)
    turned: list[tuple[str, str, str]] = []
    for number, row in enumerate(texts, 1):
        turned.extend(
            (str(number) if at == 0 else "", name, value)
            for at, (name, value) in enumerate(zip(columns, row, strict=True))
        )
    return table(None, ["row", "column", "value"], turned, numbers=("row",))


def cell(value: Any) -> str:
    """A value as people read it: local minutes for times, joined lists, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return to_local(value).strftime("%d/%m/%Y %H:%M") if value.tzinfo else value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, list | tuple):
        return ", ".join(map(cell, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {cell(part)}" for key, part in value.items())
    return str(value)
