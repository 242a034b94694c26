"""Commands that bring articles in: crawl, ingest, reread, rebuild.

Belongs here: the command line around runs and loads. Does not: crawling (`scraper`), loading (`dagster_project.loads`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dagster_project.cli.common import console, installation, published, readable_installation, table, worked, working
from pipelines.zone import VIETNAM

if TYPE_CHECKING:
    from dagster_project.installation import Installation
    from dagster_project.progress import Progress
    from scraper.archive import IngestProgress, IngestReport


@click.command()
@click.argument("source_ids", metavar="ID...", nargs=-1, required=True)
@click.option("--mode", type=click.Choice(["latest", "revisit", "backfill"]), default="latest", show_default=True)
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Published on this day (in Vietnam) or later."
)
@click.option("--limit", type=click.IntRange(min=1), help="Articles to fetch at most.")
@click.option("--all", "revisit_all", is_flag=True, help="Visit every known article again, whether it is due or not.")
@click.option(
    "--urls",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Fetch the addresses in this file, one a line, and nothing else.",
)
def crawl(
    source_ids: tuple[str, ...],
    mode: str,
    since: datetime | None,
    limit: int | None,
    revisit_all: bool,
    urls: Path | None,
) -> None:
    """Crawl sources now, through Dagster, and publish what came in.

    latest: what is new. revisit: known pages whose time has come, by age. backfill: into the past, resumable.
    One source that fails costs itself alone; the exit code is then 3.

    \b
    Examples:
      tintinh crawl bao-thai-nguyen --limit 20
      tintinh crawl bao-thai-nguyen --urls addresses.txt
    """
    if urls is not None and (len(set(source_ids)) > 1 or revisit_all):
        raise click.UsageError("--urls goes with one SOURCE, and without --all")
    installed = installation()
    chosen = [installed.source(source_id) for source_id in dict.fromkeys(source_ids)]
    installed.make_ready()
    from dagster_project.cli.demo import demo_network
    from dagster_project.cli.runs import Runner

    out = console(stderr=True)
    failed = 0
    with demo_network(installed) as reachable:
        runner = Runner(reachable, out)
        for source in chosen:
            outcome = runner.crawl(
                source.id,
                mode=mode,
                since=since.date().isoformat() if since else "",
                limit=limit or 0,
                revisit_all=revisit_all,
                urls=str(urls.absolute()) if urls else "",
            )
            if not outcome.ok:
                failed += 1
                click.echo(f"Error: {outcome.message}", err=True)
                continue
            out.print(outcome.summary(source.id), markup=False)
            if warning := outcome.metadata.get("captures", {}).get("warning"):
                click.echo(f"Warning: {warning}", err=True)
        if failed < len(chosen):
            _publish(runner)
    if failed:
        raise click.exceptions.Exit(1 if failed == len(chosen) else 3)


def _publish(runner: object) -> None:
    outcome = runner.publish()  # type: ignore[attr-defined]  # Runner; naming its class would import Dagster here
    if not outcome.ok:
        raise click.ClickException(f"what came in is kept, but publishing failed: {outcome.message}")


@click.command()
@click.argument("files", metavar="FILE.warc.gz...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--only-registered", is_flag=True, help="Only hosts that a source file names (for Common Crawl).")
def ingest(files: tuple[Path, ...], only_registered: bool) -> None:
    """Take WARC files as captures: ours, or anyone's. The same file twice adds nothing.

    \b
    Example:
      tintinh ingest CC-NEWS-20261105.warc.gz --only-registered
    """
    installed = installation(create=True)
    folder = installed.folder
    from dagster_project import flow, loads
    from scraper.archive import ArchiveError
    from scraper.archive import ingest as take
    from warehouse.store import Store

    failed = lossy = 0
    for path in files:
        try:
            report = take(
                path,
                folder.archive,
                installed.registry,
                only_registered=only_registered,
                progress=_of_bytes(working(f"taking in {path.name}", unit=1e6, name=" MB")),
            )
        except (ArchiveError, FileNotFoundError, IsADirectoryError) as error:
            failed += 1
            worked()
            message = f"there is no file {path}" if isinstance(error, FileNotFoundError) else str(error)
            click.echo(f"Error: {message}", err=True)
            continue
        lossy += bool(report.lost)
        worked()
        _tell(path, report)
    if failed < len(files):
        with Store.open_writer(folder.warehouse, wait_s=600) as store:
            if store.repaired:
                click.echo(store.repaired, err=True)
            # Every outlet that has captures: where the file of one was changed, its pages are read anew.
            known = [row["source_id"] for row in store.rows("SELECT DISTINCT source_id FROM captures")]
            loaded = loads.catch_up(store, installed, working("reading pages"), also=known)
            worked()
            flow.publish_now(store, folder)
        read, built = loaded.all_read, loaded.all_built
        click.echo(
            f"{read.read} pages read, {read.articles} articles among them; {built.new_articles} new articles, "
            f"{built.new_versions} new versions, {built.edits} edits"
        )
        for status, number in sorted(read.failed.items()):
            click.echo(f"{number} pages could not be read: {status}", err=True)
        if loaded.failed:
            click.echo(f"Error: not loaded: {loaded.told()}. What the files held is kept", err=True)
            raise click.exceptions.Exit(3)
    if failed or lossy:
        raise click.exceptions.Exit(1 if failed == len(files) else 3)


def _of_bytes(told: Progress) -> Callable[[IngestProgress], None]:
    """An ingest's progress, in bytes of the file."""
    return lambda at: told(at.bytes_done, at.bytes_total, note=f"{at.records:,} records, {at.captures:,} new captures")


def _tell(path: Path, report: IngestReport) -> None:
    click.echo(f"{path.name}: {report.captures} captures new, {report.already} known already")
    if report.by_source:
        rows = sorted(report.by_source.items(), key=lambda item: (-item[1], item[0]))
        shown = rows[:12] + ([("... and more", sum(n for _, n in rows[12:]))] if len(rows) > 12 else [])
        console().print(table(None, ["source", "new captures"], shown, numbers=("new captures",)))
    for reason, number in sorted((*report.rejected.items(), *report.skipped.items())):
        click.echo(f"  not taken: {number} records ({reason})")
    for loss in report.lost:
        click.echo(f"  lost: {loss.bytes} bytes at offset {loss.offset} ({loss.reason})", err=True)


@click.command()
@click.option(
    "--source", "source_ids", multiple=True, metavar="ID", help="Only this source; may be given several times."
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Only articles fetched on this local date or later.",
)
@click.option("--again", is_flag=True, help="Also what the present reader has read: after a source file was mended.")
def reread(source_ids: tuple[str, ...], since: datetime | None, again: bool) -> None:
    """Read archived captures again by the present reader, without the network. Never makes an edit.

    What the present reader has read already is not read twice, unless --again asks for it.

    \b
    Examples:
      tintinh reread --source bao-thai-nguyen --since 2026-03-01
      tintinh reread --source bao-thai-nguyen --again
    """
    installed = readable_installation()
    folder = installed.folder
    published(installed)
    from dagster_project import flow
    from dagster_project.registering import register_captures
    from warehouse.store import Store

    total = 0
    with Store.open_writer(folder.warehouse, wait_s=600) as store:
        register_captures(store, installed)
        there = [row["source_id"] for row in store.rows("SELECT DISTINCT source_id FROM captures ORDER BY ALL")]
        for source_id in source_ids or there:
            if source_id not in there:
                installed.registry.get(source_id)  # names the nearest ones where there is no such source at all
                raise click.ClickException(f"nothing of {source_id} is in the archive yet")
        chosen = source_ids or there
        start = since.replace(tzinfo=VIETNAM) if since else None
        for source_id in chosen if again else ():
            told = working(f"reading {source_id} anew")
            total += flow.read_again(store, installed, source_id, since=start, progress=told).read
        told = working("reading again")
        total += flow.added(flow.read_each(store, installed, chosen, everything=True, since=start, progress=told)).read
        worked()
        flow.build_articles(store)
        flow.publish_now(store, folder)
    click.echo(f"{total} captures read again by the present reader")


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; say where the database differs from the archive.")
@click.argument("sources", nargs=-1, metavar="[ID]...")
def rebuild(check: bool, sources: tuple[str, ...]) -> None:
    """Make the database again from the archive: into a new file, swapped in when it is whole.

    The same reader gives the same articles, versions and exports, byte for byte. Nothing is fetched. With `--check`
    nothing is changed: the outlets named, or all, are made again one by one, and every difference is said. Only with
    `--check` may outlets be named.

    \b
    Examples:
      tintinh rebuild
      tintinh rebuild --check bao-thai-nguyen
    """
    if sources and not check:
        raise click.UsageError("outlets are named with --check; a database is made again as a whole")
    installed = readable_installation()
    folder = installed.folder
    if not folder.archive.is_dir():
        raise click.ClickException(f"{folder.root} holds no archive to build from")
    if check:
        _check(installed, sources)
        return
    from dagster_project import flow, rebuilding
    from warehouse import care
    from warehouse.store import Store

    aside = folder.warehouse.with_name("rebuilding.duckdb")
    built = rebuilding.build_aside(installed, aside, progress=working("reading pages"))
    worked()
    for name, (before, after) in _differences(folder.warehouse, aside).items():
        click.echo(f"{name}: {before} rows before, {after} now", err=True)
    care.swap_in(aside, folder.warehouse)
    rebuilding.remove_database(aside)  # its lock file is left
    with Store.open_writer(folder.warehouse, wait_s=600) as store:
        flow.publish_now(store, folder)
    click.echo(
        f"{built.captures} captures registered, {built.read} pages read, {built.articles} articles built; "
        f"{folder.warehouse} is new"
    )


def _check(installed: Installation, sources: tuple[str, ...]) -> None:
    from dagster_project import rebuilding
    from warehouse.store import Store

    with Store.open_writer(installed.folder.warehouse, wait_s=600) as store:
        loaded = [row["source_id"] for row in store.rows("SELECT DISTINCT source_id FROM captures ORDER BY ALL")]
    unknown = sorted(set(sources) - set(loaded))
    if unknown:
        raise click.UsageError(f"nothing is loaded of {', '.join(unknown)}; of these something is: {', '.join(loaded)}")
    agree = True
    for source_id in sources or loaded:
        found = rebuilding.check_outlet(installed, source_id, working(f"{source_id}: reading pages"))
        worked()
        click.echo(rebuilding.told(found))
        agree = agree and found.agrees
    if not agree:
        raise SystemExit(1)


def _differences(old: Path, new: Path) -> dict[str, tuple[int, int]]:
    """Where the rebuilt database differs in its counts; nothing where the old one is not there or cannot be read."""
    from warehouse import care
    from warehouse.errors import WarehouseError

    try:
        return care.compare(old, new)
    except WarehouseError as error:
        click.echo(f"not compared with the old database: {error}", err=True)
        return {}


COMMANDS = (crawl, ingest, reread, rebuild)
