"""Keeping redacted articles out: of the tables, of what comes in later, and of the raw archive.

Belongs here: the order of the steps. Does not: the steps themselves (`warehouse.redactions`, `scraper.archive`).

The file comes first, so that a kill at any moment leaves a promise that the next run keeps: entries say whether their
raw records are gone, and every load, derivation and publishing goes through `take_out` before anything else.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from dagster_project.paths import DataFolder
from pipelines.records import Capture
from pipelines.urls import canonical_url
from scraper.archive import SourceBusy, redact
from warehouse import redactions
from warehouse.store import Store


@dataclass(slots=True)
class TakenOut:
    """What a call took out, and what it had to leave for the next one."""

    captures: int = 0  # rows of captures
    records: int = 0  # raw records overwritten
    left: list[str] = field(default_factory=list)


def take_out(store: Store, folder: DataFolder) -> TakenOut:
    """Takes everything of redacted articles out that is still there. Costs nothing where nothing was redacted.

    Raises warehouse.redactions.BadRedactions where the file cannot be understood.
    """
    done = TakenOut()
    entries = redactions.read(folder.redactions)
    if not entries and not store.value("SELECT count(*) FROM redactions"):
        return done
    wider = redactions.widened(store, entries)
    if wider != entries:
        redactions.write(folder.redactions, wider)
    done.captures = redactions.apply(store, wider)
    if all(entry.raw_gone for entry in wider):
        return done
    overwritten = [_raw(store, folder, entry, done) for entry in wider]
    redactions.write(folder.redactions, overwritten)
    return done


def came_again(folder: DataFolder, source_ids: set[str]) -> None:
    """Notes that a file brought raw records of redacted articles of these sources in again."""
    entries = redactions.read(folder.redactions)
    redactions.write(
        folder.redactions, [replace(e, raw_gone=False) if e.source_id in source_ids else e for e in entries]
    )


def _raw(store: Store, folder: DataFolder, entry: redactions.Redaction, done: TakenOut) -> redactions.Redaction:
    if entry.raw_gone:
        return entry
    params = tuple(store.value("SELECT identity_params FROM sources WHERE source_id = ?", [entry.source_id]) or ())
    addresses = frozenset(entry.addresses)

    def chosen(capture: Capture) -> bool:
        return canonical_url(capture.url, identity_params=params) in addresses

    try:
        report = redact(folder.archive, entry.source_id, chosen, entry.reason)
    except SourceBusy as busy:
        done.left.append(f"{busy}; the raw records of {entry.article_id} go with the next load or publishing")
        return entry
    done.records += report.records
    done.left += report.left
    return replace(entry, raw_gone=not report.left)
