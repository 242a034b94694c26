"""Commands that switch an outlet: `tintinh sources enable`, `disable`, `stop`, `resume`.

Belongs here: which field of which file a switch is, and what follows from it, in words. Does not: changing a file
(`scraper.overlay`) and what files mean (`scraper.registry`).
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from dagster_project.cli.ask import sources
from dagster_project.cli.common import installation

if TYPE_CHECKING:
    from dagster_project.installation import Installation
    from scraper.registry import Source


@sources.command()
@click.argument("source_ids", nargs=-1, required=True, metavar="ID...")
def enable(source_ids: tuple[str, ...]) -> None:
    """Have outlets crawled by schedule from now on.

    Writes `enabled: true` into data/sources/ID.yaml; what such a file does not state follows the registry, also after
    an upgrade.

    \b
    Example:
      tintinh sources enable bao-thai-nguyen bao-cao-bang
    """
    installed = installation()
    for source in _switched(installed, source_ids, "enabled", True):
        if source.stopped:
            click.echo(
                f"{source.id}: is stopped: {source.stopped} (`tintinh sources resume {source.id}` takes it back)"
            )
        elif source.closed:
            click.echo(f"{source.id}: is closed since {source.closed:%d/%m/%Y}; {_heir(source, installed)}")
        else:
            click.echo(f"{source.id}: {_next_crawl(source)}")
    if not os.environ.get("TINTINH_CONTACT"):
        click.echo(
            "No crawl begins before TINTINH_CONTACT names a mail or web address under which a site's people reach you.",
            err=True,
        )
    click.echo("Schedules run while `tintinh daemon` or `tintinh ui` does (docs/operate.md).")


@sources.command()
@click.argument("source_ids", nargs=-1, required=True, metavar="ID...")
def disable(source_ids: tuple[str, ...]) -> None:
    """Have outlets crawled by name only, no longer by schedule. What is in the archive stays.

    \b
    Example:
      tintinh sources disable bao-cao-bang
    """
    for source in _switched(installation(), source_ids, "enabled", False):
        click.echo(f"{source.id}: no schedule crawls it; `tintinh crawl {source.id}` still does")


@sources.command()
@click.argument("source_ids", nargs=-1, required=True, metavar="ID...")
@click.option("--reason", required=True, help="Why, and who asked for it; every refused crawl repeats it.")
def stop(source_ids: tuple[str, ...], reason: str) -> None:
    """Ask outlets for nothing any more, neither by schedule nor by name.

    To take an outlet off its schedule alone, use `tintinh sources disable`.

    A crawl that is under way goes on; the UI cancels it, under Runs.

    \b
    Example:
      tintinh sources stop bao-cao-bang --reason "asked for by the newsroom, mail of 3 May"
    """
    if not reason.strip():
        raise click.UsageError("--reason says nothing")
    for source in _switched(installation(), source_ids, "stopped", " ".join(reason.split())):
        click.echo(f"{source.id}: stopped; `tintinh sources resume {source.id}` takes it back")


@sources.command()
@click.argument("source_ids", nargs=-1, required=True, metavar="ID...")
def resume(source_ids: tuple[str, ...]) -> None:
    """Let outlets be asked again that were stopped.

    \b
    Example:
      tintinh sources resume bao-cao-bang
    """
    for source in _switched(installation(), source_ids, "stopped", None):
        on = (
            _next_crawl(source)
            if source.enabled and not source.closed
            else f"may be asked again: `tintinh crawl {source.id}`"
        )
        click.echo(f"{source.id}: {on}")


def _switched(
    installed: Installation, source_ids: tuple[str, ...], field: str, value: bool | str | None
) -> list[Source]:
    """Sets the field in the operator's file of each source. All are known and usable, or none is changed.

    Raises UnknownSource, BadSource, or UsageError for hosts without a file.
    """
    from scraper import overlay
    from scraper.registry import BadSource, read_own_source

    for source_id in source_ids:
        if installed.source(source_id).kind == "web":
            raise click.UsageError(
                f"{source_id} has no file to switch; `tintinh sources probe {source_id.removeprefix('web:')} --out"
                " data/sources/NAME.yaml` proposes one"
            )
    found: list[Source] = []
    for source_id in source_ids:
        path = installed.folder.sources / f"{source_id}.yaml"
        before = path.read_text(encoding="utf-8") if path.exists() else None
        if before is None and value is None and not installed.source(source_id).stopped:
            found.append(installed.source(source_id))
            continue
        overlay.write(path, overlay.with_field(before, source_id, field, value))
        try:
            found.append(read_own_source(path))
        except BadSource as error:
            if before is None:
                path.unlink()
            else:
                overlay.write(path, before)
            raise click.UsageError(
                f"{path} is as it was: with {field!r} set it could not be read ({error}); set it by hand"
            ) from error
    return found


def _next_crawl(source: Source) -> str:
    from dagster_project.cadence import next_due
    from pipelines.zone import to_local

    due = to_local(next_due(source, datetime.now(UTC)))
    return f"on schedule, next crawl {due:%d/%m/%Y %H:%M}"


def _heir(source: Source, installed: Installation) -> str:
    if not source.successor:
        return "nothing new comes from it"
    return f"{source.successor} goes on with its work ({installed.registry.get(source.successor).name})"


COMMANDS = ()
"""None of its own: they hang under `tintinh sources`."""
