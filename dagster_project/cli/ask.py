"""Commands that ask the archive: sql, search, history, status, sources, export.

Belongs here: printing what the published file and the registry say. Does not: the queries (`warehouse`).
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dagster_project.cli.common import cell, console, fitting, installation, published, readable_installation, table

if TYPE_CHECKING:
    from scraper.registry import Source
    from warehouse.query import Result


@click.command()
@click.argument("query", required=False)
@click.option("--format", "style", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.option("--limit", type=click.IntRange(min=1), help="Rows at most.")
@click.option("--list", "listing", is_flag=True, help="The questions of the cookbook.")
@click.option("--ask", "name", metavar="NAME", help="Ask a question of the cookbook.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A parameter of that question.")
@click.option("--show", is_flag=True, help="Print the SQL of that question instead of its answer.")
def sql(
    query: str | None,
    style: str,
    limit: int | None,
    listing: bool,
    name: str | None,
    settings: tuple[str, ...],
    show: bool,
) -> None:
    """Ask the published archive in SQL, read-only. Without QUERY it is read from standard input.

    \b
    Examples:
      tintinh sql "select published_date, count(*) from articles group by all order by all desc limit 7"
      tintinh sql --list
      tintinh sql --ask my_commune --set "commune=Phường Phan Đình Phùng"
    """
    if listing or name is not None:
        _cookbook(listing, name, settings, show, style, limit)
        return
    if show or settings:
        raise click.UsageError("--set and --show go with --ask NAME")
    text = query if query is not None else sys.stdin.read()
    if not text.strip():
        raise click.UsageError("there is no query: give it as an argument or on standard input")
    path = published(readable_installation())
    from warehouse import query as ask

    _print(ask.sql(path, text, limit=limit), style)


def _cookbook(
    listing: bool, name: str | None, settings: tuple[str, ...], show: bool, style: str, limit: int | None
) -> None:
    from warehouse import recipes

    if listing or name is None:
        rows = [(r.number, r.name, r.question, ", ".join(r.parameters)) for r in recipes.recipes().values()]
        console().print(table(None, ["", "name", "question", "parameters"], rows, numbers=("",)))
        return
    recipe = recipes.find(name)
    if show:
        click.echo(recipe.sql)
        return
    values = dict(_pair(setting) for setting in settings)
    click.echo(f"{recipe.question} {recipe.says}".strip(), err=True)
    _print(recipes.ask(published(readable_installation()), recipe, values, limit), style)


def _print(result: Result, style: str) -> None:
    if style == "table":
        out = console()
        out.print(fitting(result.columns, result.rows, out.width))
        return
    from warehouse.query import render

    click.echo(render(result, style), nl=False)


def _pair(setting: str) -> tuple[str, str]:
    name, equals, value = setting.partition("=")
    if not equals:
        raise click.UsageError(f"--set takes NAME=VALUE, not {setting!r}")
    return name, value


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--source", "source_id", metavar="ID", help="Only articles of this outlet.")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Published on this day (in Vietnam) or later."
)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Published on this day or earlier.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Articles at most.")
@click.option("--format", "style", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def search(
    words: tuple[str, ...],
    source_id: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    style: str,
) -> None:
    """Find articles that have all WORDS, typed with or without Vietnamese marks; the best first.

    Words in quotation marks must stand one behind the other. Articles spelled as you typed it come before others.

    \b
    Examples:
      tintinh search thai nguyen chuyen doi so
      tintinh search '"chuyển đổi số" trường học' --source demo-lamxuyen --since 2026-03-01 --format json
    """
    path = published(readable_installation())
    from warehouse import query as ask

    found = ask.search(
        path,
        " ".join(words),
        source_id=source_id,
        since=since.date() if since else None,
        until=until.date() if until else None,
        limit=limit,
    )
    if style != "table":
        _print(found, style)
        return
    if not found.rows:
        click.echo("no article has all these words", err=True)
        return
    shown = ("published_at", "source_id", "title", "snippet")
    places = [found.columns.index(name) for name in shown]
    console().print(
        table(
            None,
            ["published", "source", "title", "where"],
            [[row[place] for place in places] for row in found.rows],
        )
    )


@click.command()
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def history(url: str, as_json: bool) -> None:
    """Every version of the article at URL, with what each edit changed.

    \b
    Example:
      tintinh history https://baolamxuyen.example/thoi-su/...-post1201.html
    """
    path = published(readable_installation())
    from warehouse import query as ask

    found = ask.history(path, url)
    if as_json:
        from dataclasses import asdict

        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2, default=str))
        return
    from dagster_project.cli.diffs import print_diffs

    out = console()
    article = found.article
    out.print(article.get("title") or "(no title)", style="bold", markup=False)
    out.print(f"{article.get('url')}  {article.get('status')}", markup=False)
    for version in found.versions:
        what = (
            f"{version.change_class}: {', '.join(version.changed_fields)}" if version.changed_fields else "first seen"
        )
        out.print(
            f"\nversion {version.version_no}  from {cell(version.valid_from)}  {what}", style="bold", markup=False
        )
        print_diffs(out, version.diffs)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--all", "everything", is_flag=True, help="Also sources that were never crawled.")
@click.option(
    "--discovery", is_flag=True, help="Instead: which kind of discovery found the articles of each source first."
)
def status(as_json: bool, everything: bool, discovery: bool) -> None:
    """Sources, last crawl, counts, and what is stale or failing.

    \b
    Examples:
      tintinh status
      tintinh status --discovery
    """
    installed = readable_installation()
    path = published(installed)
    from warehouse import query as ask

    if discovery:
        _show_discovery(ask.discovery(path), as_json)
        return
    rows = [row for row in ask.status(path) if everything or row["captures"]]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        return
    columns = [
        "source",
        "articles",
        "versions",
        "captures",
        "last crawl",
        "last new article",
        "missing",
        "gone",
        "trouble",
    ]
    shown = [
        (
            row["source_id"],
            row["articles"],
            row["versions"],
            row["captures"],
            row["last_crawl"],
            row["last_new_article"],
            row["missing"],
            row["gone"],
            " ".join(word for word in ("stale", "failing") if row[word]),
        )
        for row in rows
    ]
    console().print(table(None, columns, shown, numbers=("articles", "versions", "captures", "missing", "gone")))
    click.echo(f"data folder: {installed.folder.root}")


def _show_discovery(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        return
    columns = [
        "source",
        "found by",
        "named",
        "named first",
        "alone",
        "articles first",
        "share",
        "hours after publication",
        "lastmod true of claimed",
    ]
    shown = [
        (
            row["source_id"],
            row["found_by"],
            row["named"],
            row["named_first"],
            row["named_alone"],
            row["articles_first"],
            "" if row["share_first"] is None else f"{row['share_first']:.0%}",
            row["hours_after_publication"],
            "" if not row["lastmod_claimed"] else f"{row['lastmod_trust']:.0%} of {row['lastmod_claimed']}",
        )
        for row in rows
    ]
    console().print(table(None, columns, shown, numbers=tuple(columns[2:8])))


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--all", "everything", is_flag=True, help="Also the invented outlets of the demo.")
@click.option(
    "--summary", is_flag=True, help="Counts by kind and province, how complete the files are, seen or inferred."
)
@click.pass_context
def sources(context: click.Context, as_json: bool, everything: bool, summary: bool) -> None:
    """The registry: every outlet, its province, how it is found, and what of that was seen.

    \b
    Examples:
      tintinh sources
      tintinh sources --summary
    """
    if context.invoked_subcommand:
        return
    registry = installation().registry
    rows = [source for source in registry.all() if everything or not source.demo]
    for fault in registry.bad.values():
        click.echo(f"left out: {fault}", err=True)
    if summary:
        _summarize(rows, as_json)
        return
    if as_json:
        click.echo(
            json.dumps([row.model_dump(mode="json", by_alias=True) for row in rows], ensure_ascii=False, indent=2)
        )
        return
    console().print(
        table(
            None,
            ["id", "name", "province", "found by", "family", "on schedule", "seen", "inferred"],
            [
                (
                    row.id,
                    row.name,
                    row.province.new.name if row.province else "",
                    ", ".join(row.discovery.kinds),
                    row.family,
                    _scheduled(row),
                    ", ".join(key for key, how in row.evidence.items() if how == "seen"),
                    ", ".join(key for key, how in row.evidence.items() if how == "inferred"),
                )
                for row in rows
            ],
        )
    )
    click.echo(
        f"{len(rows)} sources, {sum(_scheduled(row) == 'yes' for row in rows)} on schedule; any can be crawled by name"
    )


def _scheduled(row: Source) -> str:
    if row.stopped:
        return "stopped"
    return "yes" if row.enabled and not row.closed else ""


def _summarize(chosen: list[Source], as_json: bool) -> None:
    from dagster_project.cli.registry_page import tables

    if as_json:
        found = {
            shown.title: [dict(zip(shown.columns, row, strict=True)) for row in shown.rows] for shown in tables(chosen)
        }
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for shown in tables(chosen):
        console().print(table(shown.title, shown.columns, shown.rows, numbers=tuple(shown.columns[1:])))


@sources.command()
@click.argument("source_id", metavar="ID")
def show(source_id: str) -> None:
    """One source file, as it is understood.

    \b
    Example:
      tintinh sources show bao-thai-nguyen
    """
    source = installation().registry.get(source_id)
    click.echo(json.dumps(source.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=2))


@click.command()
@click.argument("what", type=click.Choice(["articles", "versions", "captures", "dataset"]))
@click.option("--format", "style", type=click.Choice(["jsonl", "csv", "parquet"]), default="jsonl", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="File to write [standard output]; for a dataset a folder.")
def export(what: str, style: str, out: Path | None) -> None:
    """Write all articles, versions or captures, in a fixed order and with documented columns.

    `dataset` writes all three into a folder, with a card (README.md: what, where from, period, counts, columns, known
    limits), checksums, and the licence that `dataset.yaml` in the data folder states (title, licence, statement,
    contact, citation, limits).

    \b
    Examples:
      tintinh export articles --format parquet --out articles.parquet
      tintinh export dataset --format parquet --out tintinh-2026
    """
    if style == "parquet" and out is None:
        raise click.UsageError("Parquet needs --out FILE")
    installed = readable_installation()
    path = published(installed)
    if what == "dataset":
        from warehouse import dataset

        folder = out or installed.folder.exports / "dataset"
        rows = dataset.write(path, folder, style, dataset.read_statement(installed.folder.dataset_file))
        click.echo(f"{', '.join(f'{number} rows in {name}' for name, number in rows.items())}: {folder}", err=True)
        return
    if out is not None and out.is_dir():
        raise click.UsageError(f"{out} is a folder; --out has to be a file")
    from warehouse.export import export as write

    written = write(path, what, style, out)
    if out is not None:
        click.echo(f"{written} {what} in {out}", err=True)


COMMANDS = (sql, search, history, status, sources, export)
