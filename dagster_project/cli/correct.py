"""Commands by which the operator overrules what was collected: correct, corrections, redact.

Belongs here: turning a command line into a statement of `corrections.yaml` or `redactions.yaml`, and showing what
became of it. Does not: what a statement may say and how it is applied (`warehouse.corrections`, `taking_out`).
"""

from __future__ import annotations

import getpass
import json
from datetime import UTC, datetime
from typing import Any

import click

from dagster_project.cli.common import console, published, readable_installation, table
from pipelines.zone import local_date


@click.command()
@click.argument("article")
@click.argument("field")
@click.argument("value", required=False)
@click.option("--none", "nothing", is_flag=True, help="The right value is that there is none.")
@click.option(
    "--version", "number", type=click.IntRange(min=1), help="Number of the version, for title, lead and body."
)
@click.option("--reason", required=True, help="Why; analysts see it.")
@click.option("--by", help="Who says so [the user of this machine].")
def correct(
    article: str, field: str, value: str | None, nothing: bool, number: int | None, reason: str, by: str | None
) -> None:
    """Correct a field of an article: the value wins over every reader, also after reread and rebuild.

    ARTICLE is an address in any spelling, or an id. FIELD is authors, credited_sources, published_at, section or tags;
    or title, lead or body of one version. A list is written as JSON, one name or tag as it is. The statement goes to
    the end of corrections.yaml in the data folder, which may be edited by hand as well.

    \b
    Example:
      tintinh correct https://baolamxuyen.example/...-post1201.html authors "Hứa Minh Thư" --reason "read the caption"
    """
    if (value is None) == (not nothing):
        raise click.UsageError("give the right VALUE, or --none")
    installed = readable_installation()
    path = published(installed)
    from warehouse import corrections, query
    from warehouse.store import Store

    found = query.history(path, article)
    version = None
    if number is not None:
        known = {view.version_no: view.version_id for view in found.versions}
        if number not in known:
            raise click.UsageError(f"the article has versions {', '.join(map(str, known))}, not {number}")
        version = known[number]
    entry: dict[str, Any] = {
        "article": found.article["url"],
        "field": field,
        "value": None if value is None else _value(field, value),
        "reason": reason,
        "by": by or getpass.getuser(),
        "day": local_date(datetime.now(UTC)),
    }
    if version:
        entry["version"] = version
    try:
        statement = corrections.parse(entry)
    except corrections.BadCorrection as error:
        raise click.UsageError(str(error)) from error
    corrections.append(installed.folder.corrections, statement)
    from dagster_project import flow

    with Store.open_writer(installed.folder.warehouse, wait_s=600) as store:
        flow.publish_now(store, installed.folder)
    click.echo(
        f"{field} of {found.article['title'] or found.article['url']} is corrected; see {installed.folder.corrections}"
    )


@click.command(name="corrections")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show(as_json: bool) -> None:
    """The corrections in force, and what of corrections.yaml waits or is wrong.

    \b
    Example:
      tintinh corrections
    """
    installed = readable_installation()
    path = published(installed)
    from warehouse import corrections, query

    result = query.sql(
        path,
        "SELECT a.url, c.field, c.value, c.reason, c.corrected_by, c.corrected_on"
        " FROM corrections c JOIN articles a USING (article_id) ORDER BY c.corrected_on, a.url, c.field",
    )
    good, bad = corrections.read_corrections(installed.folder.corrections)
    if as_json:
        click.echo(query.render(result, "json"), nl=False)
    else:
        console().print(table(None, result.columns, result.rows))
    click.echo(f"{len(result.rows)} in force, {len(good) + len(bad)} in {installed.folder.corrections}", err=True)
    for trouble in bad:
        click.echo(trouble, err=True)
    if bad:
        raise click.exceptions.Exit(3)


@click.command()
@click.argument("article")
@click.option("--reason", required=True, help="Why; the tombstone shows it to everybody, so name nobody in it.")
@click.option("--by", help="Who decided [the user of this machine].")
@click.option("--yes", is_flag=True, help="Do not ask.")
def redact(article: str, reason: str, by: str | None, yes: bool) -> None:
    """Take an article out for good: its text, its captures and its raw records, from all that is served or exported.

    A tombstone with the reason stays in the table `redactions`, and the article never comes in again. This is the one
    thing that overwrites the archive, and nothing brings the article back. Not reached: copies made before (backups,
    exports, files handed out), and the pages of sections on which its headline was listed.

    \b
    Example:
      tintinh redact https://baolamxuyen.example/...-post1201.html --reason "court order 12/2026"
    """
    installed = readable_installation()
    path = published(installed)
    from warehouse import query, redactions
    from warehouse.store import Store

    found = query.history(path, article).article
    if not yes:
        click.confirm(f"Take “{found['title']}” ({found['url']}) out for good?", abort=True)
    from dagster_project import flow
    from dagster_project.taking_out import take_out

    folder = installed.folder
    with Store.open_writer(folder.warehouse, wait_s=600) as store:
        known = redactions.read(folder.redactions)
        today = local_date(datetime.now(UTC))
        new = redactions.describe(store, found["article_id"], reason, by or getpass.getuser(), today)
        redactions.write(folder.redactions, [*known, new])
        done = take_out(store, folder)
        flow.publish_now(store, folder)
    click.echo(f"taken out: {done.captures} captures, {done.records} raw records; its tombstone is in `redactions`")
    for what in done.left:
        click.echo(f"left: {what}", err=True)
    if done.left:
        raise click.exceptions.Exit(3)


def _value(field: str, text: str) -> Any:
    if text.lstrip().startswith(("[", "{")):
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise click.UsageError(f"the value looks like JSON and is none: {error}") from error
    return [text] if field in ("authors", "credited_sources", "tags", "body") else text


COMMANDS = (correct, show, redact)
