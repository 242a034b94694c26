"""Commands that look after an archive: doctor, compact, backup, restore.

Belongs here: arguments and messages. Does not: the work (`dagster_project.doctor`, `dagster_project.backup`,
`warehouse.care`).
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from dagster_project.cli.common import console, installation, readable_installation, table, worked, working


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def doctor(as_json: bool) -> None:
    """Look everything over: disk, files, database, archive, what waits; and say what to do. Changes nothing.

    Exit codes: 0 all is well, 1 something is to be done.

    \b
    Example:
      tintinh doctor
    """
    installed = readable_installation()
    from dataclasses import asdict

    from dagster_project.doctor import examine

    findings = list(examine(installed))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        rows = [("ok" if f.ok else "LOOK", f.subject, f.told, f.advice) for f in findings]
        console().print(table(None, ["", "subject", "found", "what to do"], rows))
    if not all(finding.ok for finding in findings):
        raise click.exceptions.Exit(1)


@click.command()
def compact() -> None:
    """Write the database anew without the room that deleted rows left. Waits until nobody writes.

    \b
    Example:
      tintinh compact
    """
    installed = readable_installation()
    from warehouse.care import compact as make_small

    if not installed.folder.warehouse.exists():
        raise click.ClickException(f"there is no database in {installed.folder.root} yet")
    report = make_small(installed.folder.warehouse)
    click.echo(
        f"{report.bytes_before / 1e6:.1f} MB before, {report.bytes_after / 1e6:.1f} MB now;"
        f" {report.rows} rows, all there"
    )


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def backup(folder: Path) -> None:
    """Bring a backup in FOLDER up to date: the raw archive, the operator's files, the database.

    Only what is new or changed is copied, so it can be run every night. Put the folder on another disk.

    \b
    Example:
      tintinh backup /mnt/backup/tintinh
    """
    installed = readable_installation()
    from dagster_project.backup import backup as copy

    report = copy(installed.folder, folder)
    click.echo(f"{report.files} files in the backup, {report.copied} of them copied now ({report.bytes / 1e6:.1f} MB)")
    for name in report.left:
        click.echo(f"left for the next backup: {name} is being written", err=True)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
def restore(folder: Path) -> None:
    """Put the backup in FOLDER into the data folder, which must hold no archive yet, and publish.

    \b
    Example:
      tintinh --data /srv/tintinh restore /mnt/backup/tintinh
    """
    installed = installation(create=True)
    from dagster_project import flow, loads
    from dagster_project.backup import restore as copy
    from warehouse.store import Store

    report = copy(folder, installed.folder)
    with Store.open_writer(installed.folder.warehouse, wait_s=60) as store:
        loaded = loads.catch_up(store, installed, working("reading pages"))
        worked()
        published = flow.publish_now(store, installed.folder)
    if loaded.failed:
        click.echo(f"Error: restored, but not loaded: {loaded.told()}", err=True)
        raise click.exceptions.Exit(3)
    click.echo(f"{report.files} files restored ({report.bytes / 1e6:.1f} MB); {published.counts['articles']} articles")


COMMANDS = (doctor, compact, backup, restore)
