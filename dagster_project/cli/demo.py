"""What `tintinh demo` does and shows, and the demo site for every other command that asks its outlets.

Belongs here: the order of the demo and its tables. Does not: the site (`dagster_project.demo`), crawling or loading.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING

import click

from dagster_project.cli.common import console, table
from dagster_project.cli.diffs import print_diffs
from dagster_project.installation import Installation
from dagster_project.paths import DataFolder

if TYPE_CHECKING:
    from rich.console import Console

    from dagster_project.cli.runs import Runner


_QUESTION = "select published_date, title, authors from articles order by all desc limit 10"


@contextmanager
def demo_network(installed: Installation) -> Iterator[Installation]:
    """Serves the invented outlets while a command runs on the demo's folder; leaves any other installation as it is."""
    if not installed.is_demo or installed.host_map:
        yield installed
        return
    from dagster_project.demo import DemoSite

    with DemoSite.serving(step=_step(installed.folder)) as site:
        yield replace(installed, host_map=site.host_map)


@contextmanager
def demo_host(installed: Installation, host: str) -> Iterator[Installation]:
    """Serves the invented outlets, as they were at first, while one of them is asked in whatever folder."""
    from dagster_project.demo import HOSTS, DemoSite

    if installed.host_map or installed.is_demo or host not in HOSTS.values():
        with demo_network(installed) as reachable:
            yield reachable
        return
    with DemoSite.serving() as site:
        yield replace(installed, host_map=site.host_map)


def _step(folder: DataFolder) -> int:
    try:
        return int(json.loads(folder.demo_state.read_text(encoding="utf-8"))["step"])
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{folder.demo_state} is damaged ({error}); `tintinh demo` makes it anew") from error


def _remember(folder: DataFolder, step: int) -> None:
    folder.demo_state.write_text(json.dumps({"step": step}) + "\n", encoding="utf-8")


def run_demo(parent: DataFolder) -> None:
    """The five parts of the demo, from an empty archive, in the folder `demo` of the data folder."""
    from dagster_project.cli.runs import Runner
    from dagster_project.demo import DemoSite

    out = console()
    folder = parent if parent.demo_state.exists() else parent.demo_folder
    started = time.monotonic()
    _start_empty(folder)
    with DemoSite.serving() as site:
        installed = Installation(folder, host_map=site.host_map)
        installed.make_ready()
        out.rule("1  Three invented outlets")
        out.print(
            f"They answer at 127.0.0.1:{site.port}; the archive stores their public addresses.",
            markup=False,
            style="dim",
        )
        for source in installed.own_sources():
            out.print(f"  {source.name}  {source.home}  found by {', '.join(source.discovery.kinds)}", markup=False)
        out.rule("2  First crawl, through Dagster")
        runner = Runner(installed, out)
        _crawl_all(runner, installed)
        out.rule("3  What came in")
        _show_intake(out, folder)
        out.rule("4  The outlets move on; second crawl")
        _remember(folder, site.advance())
        between = datetime.now(UTC)
        _crawl_all(runner, installed, revisit_all=True)
        _show_changes(out, folder, between)
        out.rule("5  Yours now")
        seconds = time.monotonic() - started
        command = _command()
        out.print(f"Took {seconds:.0f} s. The archive lies in {folder.root}. Next:", markup=False, soft_wrap=True)
        out.print(
            f'  {command} sql "{_QUESTION}"\n'
            f"  {command} history {_an_edited_url(folder)}\n"
            "  make ui          # the same assets in the Dagster UI, on http://127.0.0.1:3000",
            markup=False,
            soft_wrap=True,
        )


def _command() -> str:
    """How the user who has just run `make run` calls us."""
    return "tintinh" if shutil.which("tintinh") else ".venv/bin/tintinh"


def _start_empty(folder: DataFolder) -> None:
    """Removes what an earlier demo made: nothing else is ever put into this folder."""
    from dagster_project.cli.serve import ui_is_open

    if opened := ui_is_open(folder):
        raise click.ClickException(f"the Dagster UI is open on the demo's archive: {opened}. Close it first.")
    if folder.root.exists():
        if not folder.demo_state.exists() and any(folder.root.iterdir()):
            raise click.ClickException(
                f"{folder.root} is not empty and not the demo's: move it away, the demo goes there"
            )
        shutil.rmtree(folder.root)
    try:
        folder.root.mkdir(parents=True)
        _remember(folder, 0)
    except OSError as error:
        raise click.ClickException(
            f"the data folder {folder.root} cannot be written ({error.strerror}); name another with TINTINH_DATA"
        ) from error


def _crawl_all(runner: Runner, installed: Installation, *, revisit_all: bool = False) -> None:
    for source in installed.own_sources():
        outcome = runner.crawl(source.id, revisit_all=revisit_all)
        if not outcome.ok:
            raise click.ClickException(f"{outcome.message} (run {outcome.run_id})")
        runner.out.print(f"  {outcome.summary(source.name)}", markup=False)
    outcome = runner.publish()
    if not outcome.ok:
        raise click.ClickException(f"publishing failed: {outcome.message} (run {outcome.run_id})")


def _show_intake(out: Console, folder: DataFolder) -> None:
    from warehouse import query

    path = folder.published_db
    statuses = query.sql(path, (files("dagster_project.cli") / "captures_by_status.sql").read_text(encoding="utf-8"))
    out.print(table("Captures", statuses.columns, statuses.rows, numbers=statuses.columns[1:]))
    rows = [(row["source_id"], row["articles"], row["versions"]) for row in query.status(path) if row["captures"]]
    out.print(
        table("Articles and versions", ["source", "articles", "versions"], rows, numbers=("articles", "versions"))
    )
    newest = query.newest(path, 12)
    out.print(table("Newest articles (local time)", newest.columns, newest.rows))
    coverage = query.coverage(path)
    out.print(
        table(
            "Coverage by field",
            ["field", "present", "of", "share"],
            [(row["field"], row["present"], row["articles"], f"{row['share']:.0%}") for row in coverage],
            numbers=("present", "of", "share"),
        )
    )


def _show_changes(out: Console, folder: DataFolder, since: datetime) -> None:
    from warehouse import query

    changes = query.changes(folder.published_db, since, datetime.now(UTC))
    out.print(f"{len(changes.edits)} edits", style="bold")
    for edit in changes.edits:
        out.print(f"\n{edit['title']}", markup=False)
        out.print(
            f"  {edit['url']}  {edit['change_class']}: {', '.join(edit['changed_fields'])}", markup=False, style="dim"
        )
        print_diffs(out, edit["diffs"])
    out.print(f"\n{len(changes.missing)} missing", style="bold")
    for gone in changes.missing:
        out.print(f"  {gone['title']}\n  {gone['url']}", markup=False)
    out.print(f"\n{len(changes.moves)} moved", style="bold")
    for move in changes.moves:
        out.print(f"  {move['title']}\n  {move['from_url']}\n  → {move['to_url']}", markup=False)
    out.print(
        "\nPages on which only a clock, a counter or related links moved made no edit.",
    )


def _an_edited_url(folder: DataFolder) -> str:
    from warehouse import query

    rows = query.sql(folder.published_db, "select url from articles order by version_no desc, url desc limit 1").rows
    return str(rows[0][0]) if rows else "URL"
