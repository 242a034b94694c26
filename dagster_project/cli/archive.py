"""Commands on the raw archive: is it sound, put it right, make its index, hand it out.

Belongs here: asking `scraper.archive` and printing what it found. Does not: the checks and repairs themselves.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dagster_project.cli.common import readable_installation

if TYPE_CHECKING:
    from scraper.archive import RepairReport, VerifyReport

MOST_SHOWN = 200
"""Problems named one by one; a disk that lost a folder would fill the terminal with them."""

_source = click.option("--source", "source_id", metavar="ID", help="Only this source.")


@click.group()
def archive() -> None:
    """The raw archive: WARC files, capture logs and indexes. See docs/archive.md.

    \b
    Example:
      tintinh archive verify
    """


@archive.command()
@_source
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def verify(source_id: str | None, as_json: bool) -> None:
    """Read everything once: checksums and digests, logs against files, indexes against files. Changes nothing.

    Exit codes: 0 all is sound, 1 something is wrong (each problem is a line), 3 nothing is wrong in what could be
    looked at, but a crawl or ingest is writing now.

    \b
    Example:
      tintinh archive verify --source bao-thai-nguyen
    """
    from scraper.archive import verify as look

    report = look(_archive_of(source_id), source_id, progress=_progress("looking at"))
    if as_json:
        _as_json(report)
    else:
        _tell_problems(report)
    if report.problems:
        raise click.exceptions.Exit(1)
    if report.busy:
        raise click.exceptions.Exit(3)


@archive.command()
@_source
def repair(source_id: str | None) -> None:
    """Put right what `verify` finds, as far as the bytes that are there allow.

    Leftovers of killed runs are finished, indexes made again, records without a log line get one, captures whose bytes
    are gone are marked lost, so that the next crawl asks for them again. No WARC record is ever changed or removed.
    Exit codes: 0 all is sound now, 3 something is lost or had to be left (it is named).

    \b
    Example:
      tintinh archive repair
    """
    from scraper.archive import repair as mend

    report = mend(_archive_of(source_id), source_id, progress=_progress("repairing"))
    _tell_repair(report)
    if not report.whole:
        raise click.exceptions.Exit(3)


@archive.command()
def index() -> None:
    """Merge the indexes of all closed files into index.cdxj, which pywb and other replay tools read.

    \b
    Example:
      tintinh archive index
    """
    from scraper.archive import build_index

    path = build_index(_archive_of(None))
    with path.open("rb") as lines:
        count = sum(1 for _ in lines)
    click.echo(f"{count} captures in {path}")


@archive.command()
@click.argument("out", metavar="OUT.wacz", type=click.Path(path_type=Path, dir_okay=False))
@_source
@click.option("--title", help="What replay tools show as its name.")
@click.option("--force", is_flag=True, help="Replace OUT.wacz where there is one.")
def wacz(out: Path, source_id: str | None, title: str | None, force: bool) -> None:
    """Write the archive, or one source of it, as a WACZ file that replay tools such as ReplayWeb.page open.

    \b
    Example:
      tintinh archive wacz thai-nguyen.wacz --source bao-thai-nguyen
    """
    if out.exists() and not force:
        raise click.UsageError(f"{out} is there already; name another file, or add --force")
    from scraper.archive import export_wacz

    report = export_wacz(_archive_of(source_id), out, source_id=source_id, title=title)
    click.echo(
        f"{report.path}: {report.captures} captures and {report.pages} pages from {report.files} WARC files, "
        f"{report.bytes / 1e6:.1f} MB"
    )


def _archive_of(source_id: str | None) -> Path:
    """The archive's folder. Raises a ClickException where there is none, or nothing of that source in it."""
    installed = readable_installation()
    root = installed.folder.archive
    if not root.is_dir():
        raise click.ClickException(
            f"{installed.folder.root} holds no archive yet: `tintinh crawl SOURCE` and `tintinh ingest FILE` make one"
        )
    if source_id is not None:
        from scraper.archive import iter_capture_logs

        if next(iter_capture_logs(root, source_id), None) is None:
            installed.registry.get(source_id)  # names the nearest ones where there is no such source at all
            raise click.ClickException(f"nothing of {source_id} is in the archive yet")
    return root


def _progress(doing: str) -> Callable[[int, str], None] | None:
    """Shows which file is read, where somebody looks on."""
    if not sys.stderr.isatty():
        return None
    return lambda done, name: click.echo(f"\r\x1b[K{doing} file {done + 1}: {name[:80]}", nl=False, err=True)


def _end_of_progress() -> None:
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)


def _tell_problems(report: VerifyReport) -> None:
    _end_of_progress()
    _named(map(str, report.problems), len(report.problems))
    _tell_busy(report.busy)
    if report.known_losses:
        click.echo(f"{report.known_losses} damaged places are on record: of files that came so, or were repaired")
    if report.index_behind:
        click.echo(f"index.cdxj lacks {report.index_behind} newer files: `tintinh archive index` adds them")
    looked_at = f"{report.files} WARC files, {report.records} records, {report.captures} logged captures"
    if report.ok:
        click.echo(f"{looked_at}: all sound")
        return
    kinds = Counter(problem.kind for problem in report.problems)
    counts = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
    click.echo(f"{looked_at}: {len(report.problems)} problems ({counts})")
    click.echo(
        "`tintinh archive repair` puts right what can be; where there is a copy of a damaged or missing file, put that"
        " back first",
        err=True,
    )


def _as_json(report: VerifyReport) -> None:
    import json
    from dataclasses import asdict

    _end_of_progress()
    click.echo(json.dumps(asdict(report), ensure_ascii=False, indent=2))


def _tell_repair(report: RepairReport) -> None:
    _end_of_progress()
    recovered = report.recovered
    done = [
        (len(recovered.segments), "files left open by killed runs finished"),
        (recovered.torn_lines, "torn log lines cut off"),
        (report.indexes, "indexes made again"),
        (report.adopted + recovered.adopted, "records without a log line got one"),
    ]
    for count, what in done:
        if count:
            click.echo(f"{count} {what}")
    _named((f"lost: {lost.url} ({lost.warc_file})" for lost in recovered.lost), len(recovered.lost))
    left = [
        (report.damaged, "damaged places stay as they are; they are on record, and no longer a problem for `verify`"),
        (report.mismatched, "records do not fit their digest and stay as they are"),
        (report.malformed, "log lines are no captures and stay as they are; readers pass over them"),
    ]
    for count, what in left:
        if count:
            click.echo(f"{count} {what}", err=True)
    for file in report.unreadable:
        click.echo(f"{file} cannot be read now; nothing was declared lost for that. Look at rights and disk", err=True)
    _tell_busy(report.busy)
    if recovered.lost:
        click.echo(
            f"{len(recovered.lost)} captures are marked lost; the next crawl asks for their addresses again", err=True
        )
    if report.whole:
        click.echo("the archive is sound")


def _named(lines: Iterable[str], count: int) -> None:
    for number, line in enumerate(lines):
        if number == MOST_SHOWN:
            click.echo(f"... and {count - MOST_SHOWN} more")
            return
        click.echo(line)


def _tell_busy(busy: list[str]) -> None:
    if busy:
        click.echo(f"being written now, so not looked at to the end: {', '.join(busy)}; run this again later", err=True)


COMMANDS = (archive,)
