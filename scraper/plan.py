"""The plan of one crawl: what the spider is told, and the files by which it answers.

Belongs here: the plan's shape and reading/writing, the rows of known addresses, the checks before a start, the command
that runs it. Does not: deciding what is due (`warehouse`), or running the command (`dagster_project`).
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from pipelines.zone import to_local
from scraper.source import Source

Mode = Literal["latest", "revisit", "backfill"]

CONTACT_VARIABLE = "TINTINH_CONTACT"
"""The environment variable with a mail or web address under which the operator can be reached."""


class KnownRow(BaseModel):
    """One known address of a source, a line of the plan's `known` file.

    `due` rows are fetched in every mode, in the file's order. The others only tell what need not be fetched. An address
    that discovery named but no run has fetched yet is a row with `state` "pending" and `due` true.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    url: str
    canonical_url: str | None = None
    article_key: str | None = None
    state: str | None = None  # live, missing, gone, unreachable, blocked, pending
    due: bool = False
    purpose: str = "article"  # or listing, feed, sitemap: then only the validators are used
    etag: str | None = None
    last_modified: str | None = None
    payload_digest: str | None = None
    capture_id: str | None = None
    fetched_at: datetime | None = None  # UTC
    found_by: str | None = None


class CrawlPlan(BaseModel):
    """What one crawl of one source is to do."""

    model_config = ConfigDict(extra="forbid")

    run_id: str = Field(min_length=8, pattern=r"^[A-Za-z0-9-]+$")
    source_id: str
    mode: Mode = "latest"
    since: date | None = None  # local day, inclusive: how far back discovery goes
    limit: int | None = Field(default=None, ge=0)  # article requests at most
    archive: Path  # absolute folder of WARC segments and capture logs
    extra_sources: Path | None = None  # folder of the operator's own source files
    only_extra: bool = False  # leave out the shipped ones: a look at a site whose host another file may claim
    host_map: dict[str, str] = Field(default_factory=dict)  # public host -> loopback "address:port"
    contact: str | None = None
    known: Path | None = None  # JSONL of KnownRow
    urls: tuple[str, ...] = ()  # addresses from the operator, fetched first
    urls_from: Path | None = None  # more of them, one a line
    only: tuple[str, ...] = ()  # finders to use (as in `found_by`); empty: all that the source has
    wait_s: float = Field(default=0, ge=0)  # for another crawl of the same source to end
    listings_first: bool = False  # read every listing before the first article, whatever the limit: a look at a site
    delay_s: float | None = Field(default=None, ge=0)  # instead of the source's; never below robots.txt's Crawl-delay

    @field_validator("host_map")
    @classmethod
    def _to_loopback_only(cls, host_map: dict[str, str]) -> dict[str, str]:
        for host, target in host_map.items():
            if not re.fullmatch(r"(127(\.\d{1,3}){3}|localhost|\[::1\]):\d{1,5}", target):
                raise ValueError(f"host_map sends {host} to {target!r}, which is no loopback address and port")
        return {host.lower(): target for host, target in host_map.items()}

    def write(self, path: Path) -> None:
        """Writes the plan as JSON, at once or not at all."""
        write_json(path, json.loads(self.model_dump_json(exclude_none=True)))

    @classmethod
    def read(cls, path: Path) -> CrawlPlan:
        """The plan in that file. Raises OSError, or pydantic's ValidationError (a ValueError)."""
        return cls.model_validate_json(path.read_text(encoding="utf-8"))


class CrawlRefused(RuntimeError):
    """The crawl must not start; `reason` is a short word for the result file, the message says what to do."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


def preflight(plan: CrawlPlan, source: Source, now: datetime | None = None) -> None:
    """Raises CrawlRefused where this crawl must not start: stop switch, night window, no contact.

    `now` is an aware instant (default: this one). A contact is needed as soon as a request could leave the machine.
    """
    if source.stopped:
        raise CrawlRefused(
            "stopped", f"{source.id} is stopped: {source.stopped} (`tintinh sources resume {source.id}` takes it back)"
        )
    window = source.pace.night_window
    clock = to_local(now or datetime.now(UTC)).time()
    if window and not window.open_at(clock):
        hours = f"{window.start:%H:%M}-{window.end:%H:%M}"
        raise CrawlRefused("outside-window", f"{source.id} may be asked at {hours} only (Vietnam), it is {clock:%H:%M}")
    if not plan.contact and not on_this_machine(plan, source):
        raise CrawlRefused(
            "no-contact",
            f"a crawl of {source.id} needs a contact in the user agent: set {CONTACT_VARIABLE} to a mail or web "
            "address under which the site's people can reach you",
        )
    if plan.contact and not re.search(r"[^\s@]+@[^\s@]+\.[^\s@]+|https?://\S+", plan.contact):
        raise CrawlRefused("no-contact", f"{CONTACT_VARIABLE} is {plan.contact!r}, neither a mail nor a web address")


def on_this_machine(plan: CrawlPlan, source: Source) -> bool:
    """Whether no request can leave the machine: every host is mapped, or the source is private or a demo."""
    return source.private or source.demo or all(host in plan.host_map for host in source.host_names)


def write_known(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Writes rows of `KnownRow`'s fields as JSONL; returns how many."""
    count = 0
    with path.open("w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False, default=_iso) + "\n")
            count += 1
    return count


def progress_path(plan_path: Path) -> Path:
    """Where the spider tells how far it is, about once a second: see `scraper.progress`."""
    return plan_path.with_suffix(".progress.json")


def result_path(plan_path: Path) -> Path:
    """Where the spider tells how it ended: `finish_reason`, `message` and counts. No file: it was killed."""
    return plan_path.with_suffix(".result.json")


def crawl_command(plan_path: Path) -> tuple[list[str], dict[str, str]]:
    """The command line of the crawl and the environment variables to add to one's own."""
    argv = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", f"plan={plan_path}"]
    return argv, {"SCRAPY_SETTINGS_MODULE": "scraper.settings"}


def write_json(path: Path, value: Any) -> None:
    """Writes JSON aside and renames it into place, so that a reader never sees half a file."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_text(json.dumps(value, ensure_ascii=False, default=_iso), encoding="utf-8")
    aside.replace(path)


def _iso(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
