"""The command about the people of the archive: `tintinh people`.

Belongs here: printing who is credited under a name and who is taken for one person. Does not: the file of statements
(`warehouse.aliases`), the rule and the views (`marts/03_credits.sql`).
"""

from __future__ import annotations

import json

import click

from dagster_project.cli.common import console, published, readable_installation, table

COLUMNS = ("person", "source_id", "spellings", "kind", "articles", "first_date", "last_date", "basis", "evidence")


@click.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def people(name: str | None, as_json: bool) -> None:
    """Who is credited as NAME: outlets, spellings, counts, and whom else they are taken for, with the evidence.

    Without NAME: every author who is one person with an author of another outlet or name, and what of people.yaml waits
    or is wrong. That file in the data folder states who is one person; docs/people.md shows its form.

    \b
    Example:
      tintinh people "Hứa Minh Thư"
    """
    installed = readable_installation()
    path = published(installed)
    from warehouse import aliases, query

    rows = query.people(path, name)
    troubles = aliases.read_people(installed.folder.people)[1] if name is None else []
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
    elif rows:
        console().print(table(None, COLUMNS, ([row[c] for c in COLUMNS] for row in rows), numbers=("articles",)))
    else:
        click.echo(
            "No author is one person with another yet: people.yaml joins them, and an outlet that was taken over by"
            " another (docs/people.md). `tintinh people NAME` tells of one name.",
            err=True,
        )
    for trouble in troubles:
        click.echo(trouble, err=True)
    if troubles:
        raise click.exceptions.Exit(3)


COMMANDS = (people,)
