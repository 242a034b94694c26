"""A data set to give away: all exports in one folder, with a card that says what it is, and the operator's licence.

Belongs here: filling the folder, and the words and figures of its README.md. Does not: how a single export is written
(`warehouse.export`). Nothing in the folder tells when it was made, so the same archive gives the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from pipelines.text import nfc
from pipelines.yaml_files import Unreadable, read_yaml
from warehouse import statements
from warehouse.errors import WarehouseError, explained
from warehouse.export import columns, export
from warehouse.store import Store

CARD = "README.md"
CHECKSUMS = "SHA256SUMS"
_TEXTS = ("title", "licence", "statement", "contact", "citation")
_NO_LICENCE = (
    "The operator has stated no licence. The texts belong to their outlets: without a licence or a permission of theirs"
    " this data set is not to be passed on."
)


class BadStatement(WarehouseError):
    """The operator's statement cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What the operator says of the data set: `dataset.yaml`. Every text is optional."""

    title: str | None = None
    licence: str | None = None  # its short name (CC-BY-4.0), or a few words
    statement: str | None = None  # under what conditions, whose rights, how to have something taken out
    contact: str | None = None
    citation: str | None = None
    limits: tuple[str, ...] = field(default=())  # known limits beyond those that the card counts itself


def read_statement(path: Path) -> Statement:
    """The operator's statement; an empty one where there is no file. Raises BadStatement."""
    if not path.exists():
        return Statement()
    try:
        given = read_yaml(path) or {}
    except Unreadable as error:
        raise BadStatement(str(error)) from error
    if not isinstance(given, dict):
        raise BadStatement(f"{path} has to be a list of names and texts ({', '.join((*_TEXTS, 'limits'))}).")
    if unknown := sorted(set(map(str, given)) - {*_TEXTS, "limits"}):
        raise BadStatement(f"{path} has {', '.join(unknown)}; known are {', '.join((*_TEXTS, 'limits'))}.")
    for name in _TEXTS:
        if not isinstance(given.get(name), str | None):
            raise BadStatement(f"{name} in {path} has to be a text.")
    limits = given.get("limits") or []
    if not isinstance(limits, list) or not all(isinstance(limit, str) for limit in limits):
        raise BadStatement(f"limits in {path} has to be a list of texts.")
    texts = {name: nfc(given[name]).strip() for name in _TEXTS if given.get(name)}
    return Statement(**texts, limits=tuple(nfc(limit).strip() for limit in limits))


def write(database: Path, folder: Path, style: str, said: Statement) -> dict[str, int]:
    """Writes the data set of the published file `database` into `folder` and returns the number of rows of each file.

    The folder appears whole or not at all; one that is there is replaced only where it is a data set itself. Raises
    NotBuilt, BadStatement, NoRoom or Unwritable.
    """
    folder = folder.absolute()
    if folder.exists() and any(folder.iterdir()) and not (folder / CHECKSUMS).exists():
        raise BadStatement(f"{folder} holds something that is no data set; name another folder.")
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}.new")
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    with explained(folder):
        try:
            fresh.mkdir(parents=True)
            rows = {f"{what}.{style}": export(database, what, style, fresh / f"{what}.{style}") for what in columns()}
            (fresh / CARD).write_text(card(database, style, rows, said), encoding="utf-8")
            sums = [f"{_digest(path)}  {path.name}\n" for path in sorted(fresh.iterdir())]
            (fresh / CHECKSUMS).write_text("".join(sums), encoding="utf-8")
            if folder.exists():
                folder.rename(old)
            fresh.rename(folder)
        finally:
            for left in (fresh, old):
                shutil.rmtree(left, ignore_errors=True)
    return rows


def card(database: Path, style: str, rows: Mapping[str, int], said: Statement) -> str:
    """The text of README.md: what, where from, period, counts, columns, licence, known limits."""
    with Store.open_reader(database) as store:
        (whole,) = store.rows(statements.get("dataset_whole"))
        sources = store.rows(statements.get("dataset_sources"))
        described = store.rows(statements.get("dataset_columns"), {"views": list(columns())})
    template = Template((files("warehouse") / "dataset_card.txt").read_text(encoding="utf-8"))
    return template.substitute(
        title=said.title or "Vietnamese provincial news: articles and their versions",
        licence_name=said.licence or "none stated",
        licence="\n\n".join(filter(None, [said.licence, said.statement])) or _NO_LICENCE,
        contact=said.contact or "The operator has named nobody.",
        citation=said.citation or "Name this data set, the outlet, the address and the `version_id` of what you cite.",
        files=_table(["file", "rows"], [[name, number] for name, number in rows.items()]),
        sources=_table(["source_id", "outlet", "articles", "first", "last"], [list(row.values()) for row in sources]),
        columns="\n\n".join(_columns(style, described)),
        more_limits="".join(f"- {limit}\n" for limit in said.limits),
        **{name: "none" if value is None else value for name, value in whole.items()},
    )


def _columns(style: str, described: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for what, spec in columns().items():
        of_view = {row["column_name"]: row for row in described if row["view_name"] == what}
        yield f"### {what}.{style}\n\n" + _table(
            ["column", "type", "meaning"],
            [[name, of_view[name]["data_type"], of_view[name]["comment"]] for name in spec["columns"]],
        )


def _table(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    def line(cells: Sequence[Any]) -> str:
        return "| " + " | ".join("" if c is None else str(c).replace("|", "\\|") for c in cells) + " |"

    return "\n".join([line(names), line(["---"] * len(names)), *map(line, rows)])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
