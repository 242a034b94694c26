"""Commands that look at a site: `tintinh sources probe` for a new one, `tintinh sources check` for a known one.

Belongs here: asking for a look and printing what it found. Does not: the look itself (`scraper.probe`).
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from dagster_project.cli.ask import sources
from dagster_project.cli.common import console, installation, table

if TYPE_CHECKING:
    from scraper.probe import Outcome, Terms


@sources.command()
@click.argument("url")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write the proposal to.")
def probe(url: str, out: Path | None) -> None:
    """Look at a site (robots, sitemaps, feeds, listings, three articles) and propose a source file for it.

    Put the proposal into data/sources/ under its id, read it through, and crawl it by that. Where the registry has a
    source at this host, the proposal bears its id, and takes its place once it lies there. The outlets of the demo
    answer without a network.

    \b
    Examples:
      tintinh sources probe https://baolamxuyen.example
      tintinh sources probe https://tin-moi-cua-tinh.example --out data/sources/tin-moi-cua-tinh.yaml
    """
    from scraper.probe import probe as look

    host = urlsplit(url if "://" in url else f"https://{url}").hostname or ""
    if "." not in host:
        raise click.UsageError(f"{url!r} is no address of a site; one looks like https://baolamxuyen.example")
    known = installation().registry.by_host(host)
    if known is not None and out is not None and out.stem != known.id:
        raise click.UsageError(
            f"the registry has {host} as {known.id}, and takes one file for a host: --out {out.with_stem(known.id)}"
        )
    with _terms(host) as terms:
        try:
            outcome = look(url, terms)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
    if known is not None:
        outcome.source = outcome.source.model_copy(update={"id": known.id, "province": known.province})
        click.echo(f"the registry has this host: `tintinh sources show {known.id}`, `... check {known.id}`", err=True)
    elif out is not None and re.fullmatch("[a-z0-9][a-z0-9-]*", out.stem):
        outcome.source = outcome.source.model_copy(update={"id": out.stem})
    _show(outcome)
    if out is not None and outcome.stopped is None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(outcome.as_yaml(), encoding="utf-8")
        click.echo(f"proposal written to {out}", err=True)
    else:
        click.echo(outcome.as_yaml(), nl=False)
    if not outcome.ok:
        raise click.exceptions.Exit(1)


@sources.command()
@click.argument("source_id", metavar="ID")
def check(source_id: str) -> None:
    """Ask a known source for each of its listings once and for two articles: does it still answer as described?

    \b
    Example:
      tintinh sources check bao-thai-nguyen
    """
    from scraper.probe import check_source

    source = installation().registry.get(source_id)
    with _terms(source.host_names[0]) as terms:
        outcome = check_source(source, terms)
    _show(outcome)
    if not outcome.ok:
        raise click.exceptions.Exit(1)


@contextmanager
def _terms(host: str) -> Iterator[Terms]:
    """The terms of a look at `host`; the invented outlets of the demo answer for as long as it takes."""
    from dagster_project.cli.demo import demo_host
    from scraper.probe import Terms

    # What a look fetches is no part of the archive.
    with (
        demo_host(installation(), host) as installed,
        tempfile.TemporaryDirectory(prefix="tintinh-look-") as work,
    ):
        yield Terms(Path(work), contact=os.environ.get("TINTINH_CONTACT") or None, host_map=dict(installed.host_map))


def _show(outcome: Outcome) -> None:
    out = console(stderr=True)
    rows = [(finding.what, "ok" if finding.ok else "no", finding.url, finding.detail) for finding in outcome.findings]
    out.print(table(None, ["what", "", "address", "found"], rows))
    for sample in outcome.samples:
        people = ", ".join(credit.name for credit in sample.authors) or "nobody"
        out.print(f"{sample.title}  ({sample.to_json()['published_at']}, {people})", markup=False)
    if outcome.stopped:
        click.echo(f"Error: the look ended early: {outcome.stopped}", err=True)
    elif bad := [finding for finding in outcome.findings if not finding.ok]:
        click.echo(f"{len(bad)} of {len(outcome.findings)} do not answer as they should (marked no)", err=True)


COMMANDS = ()
"""None of its own: both hang under `tintinh sources`."""
