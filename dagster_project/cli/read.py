"""Commands that read pages and strings: extract, parse, and explain, which also takes a page from the archive.

Belongs here: files and lines in, JSON out. Does not: how they are read (`pipelines`).
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dagster_project.cli.common import cell, console, installation, readable_installation, table
from pipelines.zone import to_local, to_utc

if TYPE_CHECKING:
    from dagster_project.reading_pool import PageJob
    from pipelines.records import Capture, SiteProfile
    from scraper.archive import StoredResponse


def _instant(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        return to_utc(datetime.fromisoformat(value))
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(f"{value!r} is no ISO 8601 time, like 2026-11-05T08:30:00+07:00") from error


_CHUNK = 1 << 16
"""Characters of answers that are written at once where nobody watches."""
_JSON_NAMES = {list: "array", str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}

fetched_at_option = click.option(
    "--fetched-at", callback=_instant, metavar="ISO", help="When the page was fetched; relative dates count from it."
)
source_option = click.option("--source", "source_id", metavar="ID", help="Read as a page of this source.")


@click.command()
@click.argument("page", type=click.Path(path_type=Path), required=False)
@click.option("--url", help="The page's public address.")
@fetched_at_option
@source_option
@click.option(
    "--manifest", type=click.Path(path_type=Path, dir_okay=False), help="JSONL rows with file, url, fetched_at."
)
@click.option("--pages", type=click.Path(path_type=Path), help="Base folder of the manifest's files [its own folder].")
def extract(
    page: Path | None,
    url: str | None,
    fetched_at: datetime | None,
    source_id: str | None,
    manifest: Path | None,
    pages: Path | None,
) -> None:
    """Read saved pages: one JSON object a page on standard output, in order.

    A page that cannot be read gives an object whose `status` says why; in bulk it costs itself alone, and the exit
    code is 3.

    \b
    Examples:
      tintinh extract page.html --url https://bao.example/tin-post12.html
      tintinh extract --manifest rows.jsonl --pages pages/ > readings.jsonl
    """
    if bool(page) == bool(manifest):
        raise click.UsageError("give one PAGE with --url, or --manifest alone")
    from dagster_project.reading_pool import PageJob, read_all

    if manifest:
        failed = False
        for job, reading in read_all(_manifest_jobs(manifest, pages or manifest.parent, source_id)):
            failed |= reading.status != "ok"
            click.echo(json.dumps({"file": job.key, **reading.to_json()}, ensure_ascii=False))
        if failed:
            raise click.exceptions.Exit(3)
        return
    assert page is not None
    if not url:
        raise click.UsageError("--url is missing: the page's address is part of the evidence")
    if not page.is_file():
        raise click.ClickException(f"there is no file {page}")
    (_, reading), *_ = read_all([PageJob(page.name, url, fetched_at, _profiles(source_id)(url), file=page)])
    shown = {"file": page.name, **reading.to_json()}
    click.echo(json.dumps(shown, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))
    if reading.status != "ok" or page.stat().st_size == 0:
        told = "the page is empty (0 bytes)" if page.stat().st_size == 0 else f"not read: {reading.status}"
        raise click.ClickException(f"{page}: {told}")


def _manifest_jobs(manifest: Path, base: Path, source_id: str | None) -> Iterator[PageJob]:
    if not manifest.is_file():
        raise click.ClickException(f"there is no manifest {manifest}")
    from dagster_project.reading_pool import PageJob

    profile_of = _profiles(source_id)
    with manifest.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                when = row.get("fetched_at")
                fetched_at = to_utc(datetime.fromisoformat(when)) if when else None
                yield PageJob(row["file"], row["url"], fetched_at, profile_of(row["url"]), file=base / row["file"])
            except (ValueError, KeyError, TypeError, OverflowError) as error:
                raise click.ClickException(
                    f"{manifest}, line {number}: not a row with file, url and fetched_at ({error!r})"
                ) from error


def _profiles(source_id: str | None) -> Callable[[str], SiteProfile | None]:
    """From a page's address to what the registry says of the named source, or else of the one that owns the host."""
    from pipelines.urls import host_of

    registry = installation().registry
    if source_id is not None:
        named = registry.get(source_id).profile()
        return lambda _url: named

    def by_host(url: str) -> SiteProfile | None:
        source = registry.by_host(host_of(url))
        return source.profile() if source else None

    return by_host


@click.command()
@click.argument("kind", type=click.Choice(["byline", "date"]), required=False)
@click.option(
    "--jsonl", is_flag=True, help="Rows {kind, raw, fetched_at?, order_hint?} in, the same rows with the reading out."
)
@fetched_at_option
def parse(kind: str | None, jsonl: bool, fetched_at: datetime | None) -> None:
    """Read byline or date strings from standard input, one a line.

    A row that is none costs itself alone: in its place stands an object whose `error` says why, and the exit code is 3.

    \b
    Examples:
      echo 'Đăng ngày: 06/04/2021 , 10:13 GMT+7' | tintinh parse date
      echo 'Bài, ảnh: MAI PHƯƠNG - Trần Hải' | tintinh parse byline
      tintinh parse --jsonl < rows.jsonl
    """
    if not kind and not jsonl:
        raise click.UsageError("say what the lines are: byline or date (or give --jsonl rows with a kind)")
    bad = 0
    answers = sys.stdout if sys.stdout.isatty() else io.StringIO()
    for number, line in enumerate(sys.stdin.buffer, start=1):
        text = line.decode("utf-8-sig", "replace").rstrip("\r\n")
        if not text.strip():
            continue
        row: dict[str, Any] = {}
        try:
            row = _row(text) if jsonl else {"raw": text}
            asked = row.get("kind") or kind
            if asked not in ("byline", "date"):
                raise _BadRow(f"kind is {_shown(asked)}, it must be byline or date")
            answer = _parse_byline(row["raw"]) if asked == "byline" else _parse_date(row, fetched_at)
        except _BadRow as error:
            bad += 1
            answer = {"error": f"line {number}: {error}"}
            click.echo(answer["error"], err=True)
        answers.write(_as_line({**row, **answer}))
        if isinstance(answers, io.StringIO) and answers.tell() > _CHUNK:
            click.echo(answers.getvalue(), nl=False)
            answers = io.StringIO()
    if isinstance(answers, io.StringIO):
        click.echo(answers.getvalue(), nl=False)
    if bad:
        click.echo(f"{bad} {'row was' if bad == 1 else 'rows were'} not read.", err=True)
        sys.exit(3)


class _BadRow(Exception):
    """A row of `parse --jsonl` that is none, and why."""


def _row(text: str) -> dict[str, Any]:
    try:
        row = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _BadRow(f"no JSON ({error})") from error
    if not isinstance(row, dict):
        raise _BadRow(f"a JSON {_JSON_NAMES.get(type(row), 'value')}, it must be an object with kind and raw")
    if not isinstance(row.get("raw"), str):
        raise _BadRow(
            "raw is missing" if row.get("raw") is None else f"raw is {_shown(row['raw'])}, it must be a string"
        )
    return row


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]} …"


def _as_line(row: dict[str, Any]) -> str:
    try:
        text = json.dumps(row, ensure_ascii=False)
        text.encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair, which only an escape can write
        text = json.dumps(row)
    return text + "\n"


def _parse_byline(raw: str) -> dict[str, Any]:
    from pipelines.people import parse_byline

    reading = parse_byline(raw)
    return {
        "authors": [{"name": credit.name, "roles": list(credit.roles)} for credit in reading.authors],
        "sources": list(reading.sources),
        "flags": list(reading.flags),
    }


def _parse_date(row: dict[str, Any], fetched_at: datetime | None) -> dict[str, Any]:
    from pipelines.dates import order_of, parse_date_line
    from pipelines.zone import local_iso

    when = row.get("fetched_at")
    try:
        moment = to_utc(datetime.fromisoformat(when)) if when else fetched_at
    except OverflowError:  # year 1 or 9999 in another zone: a clock that is broken, as the grammar takes it too
        moment = None
    except (ValueError, TypeError) as error:
        raise _BadRow(f"fetched_at is {_shown(when)}, it must be an ISO 8601 time") from error
    hint = row.get("order_hint")
    order = order_of(hint) if isinstance(hint, str) else None
    if hint and order is None:
        raise _BadRow(f"order_hint is {_shown(hint)}, it must be DMY or MDY")
    reading = parse_date_line(row["raw"], fetched_at=moment, order=order)
    if reading.kind == "modified":  # "Sửa lần cuối: …" says when the text was changed, not when it was published
        answer = {"published_at": None, "precision": None, "modified_at": local_iso(reading.value)}
        return {**answer, "flags": [*reading.flags, "modified"]}
    return {"published_at": local_iso(reading.value), "precision": reading.precision, "flags": list(reading.flags)}


@click.command()
@click.argument("page", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--url", required=True, help="The page's public address.")
@fetched_at_option
@source_option
@click.option("--json", "as_json", is_flag=True, help="Witnesses as JSON.")
def explain(page: Path | None, url: str, fetched_at: datetime | None, source_id: str | None, as_json: bool) -> None:
    """Show every witness for each field of a page, and why one won.

    Without PAGE it is the page as the archive has it from the latest visit to that address.

    \b
    Examples:
      tintinh explain --url https://bao.example/tin-post12.html
      tintinh explain page.html --url https://bao.example/tin-post12.html
    """
    from dataclasses import asdict

    from pipelines.reader import read_page

    profile = _profiles(source_id)(url)
    if page is not None:
        reading = read_page(page.read_bytes(), url, fetched_at=fetched_at, profile=profile, witnesses=True)
    else:
        capture, stored = _stored(url)
        reading = read_page(
            stored.body,
            capture.url,
            fetched_at=fetched_at or capture.fetched_at,
            content_type=stored.headers.get("content-type"),
            profile=profile,
            status=capture.status or stored.status,
            witnesses=True,
        )
        click.echo(f"as fetched {to_local(capture.fetched_at):%d/%m/%Y %H:%M}", err=True)
    if as_json:
        click.echo(
            json.dumps([asdict(witness) for witness in reading.witnesses], ensure_ascii=False, indent=2, default=str)
        )
        return
    out = console()
    out.print(f"{reading.page_kind}, {reading.status}, family {reading.family or 'unknown'}", markup=False)
    if reading.flags:
        out.print(f"flags: {', '.join(reading.flags)}", markup=False)
    for field in dict.fromkeys(witness.field for witness in reading.witnesses):
        rows = [
            (
                "→" if w.chosen else "",
                w.origin,
                w.where,
                _short(w.value),
                _short(w.raw),
                f"{w.confidence:.2f}",
                w.reason,
            )
            for w in reading.witnesses
            if w.field == field
        ]
        out.print(table(field, ["", "origin", "where", "value", "raw", "trust", "why"], rows))


def _stored(url: str) -> tuple[Capture, StoredResponse]:
    """The newest page of the address in the archive, loaded today or published long ago."""
    from scraper.archive import ArchiveError, read_payload
    from warehouse import load
    from warehouse.store import Store

    installed = readable_installation()
    with Store.open_reader(installed.folder.warehouse, wait_s=60) as store:
        capture = load.newest_page(store, url)
    if capture is None:
        raise click.ClickException(
            f"no page of {url} is in the archive. `tintinh extract` and `tintinh explain` read a file, too: name it"
            " before --url"
        )
    try:
        return capture, read_payload(installed.folder.archive, capture)
    except ArchiveError as error:
        raise click.ClickException(str(error)) from error


def _short(value: object, most: int = 90) -> str:
    text = cell(value)
    return text if len(text) <= most else f"{text[:most]} … ({len(text)} characters)"


COMMANDS = (extract, parse, explain)
