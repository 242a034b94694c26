"""One crawl of one source: everything that its parts share, and the two ends of its life.

Belongs here: opening (checks, archive, frontier) and closing (result), and recording an exchange. Does not: deciding
what to ask for (`scraper.visit`, `scraper.discovery`), or how a request leaves (`scraper.net`).
"""

from __future__ import annotations

import logging
import resource
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipelines.records import Candidate, Capture, Outcome
from pipelines.zone import to_local
from scraper.archive import ArchiveError, ArchiveFull, ArchiveWriter, Exchange, Original, SourceBusy
from scraper.archive.exchange import header_bytes, kept_headers
from scraper.discovery import Ground
from scraper.discovery.state import DiscoveryState
from scraper.known import KnownIndex
from scraper.net.guard import is_public, literal_address
from scraper.net.pace import Gate
from scraper.plan import CrawlPlan, CrawlRefused, preflight, result_path, write_json
from scraper.registry import BadSource, UnknownSource, load_source
from scraper.source import Source, bare_host
from scraper.tally import Tally
from scraper.visit import Visit

if TYPE_CHECKING:
    from scraper.net.robots import Robots

logger = logging.getLogger(__name__)

USER_AGENT = "tintinh/0.1"
ROBOTS_TOKEN = "tintinh"  # noqa: S105 -- the product token of robots.txt rules, no secret


class Session:
    """The shared state of one crawl."""

    def __init__(self, plan: CrawlPlan, plan_path: Path, source: Source) -> None:
        self.plan = plan
        self.plan_path = plan_path
        self.source = source
        self.started_at = datetime.now(UTC)
        self._began = time.monotonic()
        self.gate = Gate(source.pace.delay_s if plan.delay_s is None else plan.delay_s)
        self.tally = Tally()
        self.stop_reason: str | None = None
        self.message: str | None = None
        self.listings_open = 0
        self.requisites: set[str] = set()  # asked for in this run
        self.requisite_bytes = 0
        self.ground: Ground
        self.visit: Visit
        self.robots: Robots
        self.api_hosts = tuple(host for api in source.discovery.json_api for host in api.hosts)
        self._writer: ArchiveWriter | None = None

    @classmethod
    def from_plan(cls, plan_path: Path) -> Session:
        """The session of that plan. Raises CrawlRefused where plan or source cannot be used."""
        try:
            plan = CrawlPlan.read(plan_path)
        except (OSError, ValueError) as error:
            raise CrawlRefused("bad-plan", f"{plan_path}: {error}") from error
        try:
            source = load_source(plan.source_id, plan.extra_sources, shipped=not plan.only_extra)
        except UnknownSource as error:
            raise CrawlRefused("unknown-source", str(error)) from error
        except BadSource as error:
            raise CrawlRefused("bad-source", str(error)) from error
        return cls(plan, plan_path, source)

    def open(self) -> None:
        """Checks whether the crawl may start, takes the archive, loads what is known. Raises CrawlRefused."""
        plan = self.plan
        preflight(plan, self.source, self.started_at)
        try:
            self._writer = ArchiveWriter(
                plan.archive, self.source.id, plan.run_id, contact=plan.contact, wait_s=plan.wait_s
            )
            known = KnownIndex(plan.known, self.source)
        except SourceBusy as error:
            raise CrawlRefused("busy", str(error)) from error
        except ArchiveError as error:
            raise CrawlRefused("archive", str(error)) from error
        except (OSError, ValueError) as error:
            raise CrawlRefused("bad-plan", str(error)) from error
        state = DiscoveryState.of(plan.archive, self.source.id)
        self.visit = Visit(
            self.source,
            known,
            limit=plan.limit,
            log=self._log_candidate,
            by_lastmod=self.source.discovery.lastmod,
            trust=state.lastmod,
        )
        self.ground = Ground(
            self.source,
            plan.mode,
            to_local(self.started_at).date(),
            self.visit,
            state,
            plan.since,
        )

    @property
    def user_agent(self) -> str:
        """The name under which requests are sent, with the operator's contact."""
        contact = f"+{self.plan.contact}" if self.plan.contact else "local run"
        return f"{USER_AGENT} (news archive; {contact})"

    def stop(self, reason: str, message: str) -> None:
        """Ends the crawl when what is in flight is done (the gate sees it at once, `scraper.progress` every second)."""
        if self.stop_reason is None:
            self.stop_reason, self.message = reason, message
            logger.error("stopping: %s", message)

    def refusal(self, url: str, more_hosts: tuple[str, ...] = ()) -> str | None:
        """Why `url` must not be asked for, or None: only http(s), only the source's hosts, only public addresses."""
        if not self.source.owns(url, more_hosts):
            return "not a host of the source"
        host = urlsplit(url).hostname or ""
        if self.target_of(host) is None and not self.source.private:
            address = literal_address(host)
            if address and not is_public(address):
                return f"{address} is not a public address"
        return None

    def target_of(self, host: str) -> str | None:
        """The loopback address and port to which the plan sends this host, or None."""
        return self.plan.host_map.get(host) or self.plan.host_map.get(bare_host(host))

    def record(self, meta: dict[str, Any], capture: Capture, exchange: Exchange) -> Capture:
        """Writes an exchange down; the capture as logged. Raises ArchiveFull (and stops the crawl)."""
        assert self._writer is not None
        if notes := self._notes(meta):
            capture = _with_headers(capture, kept_headers(header_bytes(exchange.headers)) | notes)
        try:
            logged = self._writer.response(capture, exchange, _original(meta.get("row")))
        except ArchiveFull as error:
            self.stop("archive-full", str(error))
            raise
        self.tally.captured(logged)
        return logged

    def _notes(self, meta: dict[str, Any]) -> dict[str, str]:
        """What the log says of an exchange beside the server's headers: leniency of ours, a sitemap's claim."""
        notes = {}
        if not self.source.tls.verify or self.source.tls.legacy:
            notes["tintinh-tls"] = "unverified" if not self.source.tls.verify else "legacy"
        article = meta.get("article")
        if article is not None and (lastmod := self.visit.lastmods.get(article.canonical)):
            notes["tintinh-lastmod"] = lastmod[:40]
        return notes

    def record_failure(self, meta: dict[str, Any], url: str, at: datetime, outcome: Outcome, error: str) -> Capture:
        """Writes an attempt down that brought no response. Raises ArchiveFull (and stops the crawl)."""
        assert self._writer is not None
        capture = Capture(
            url=url,
            source_id=self.source.id,
            fetched_at=at,
            outcome=outcome,
            purpose=meta.get("purpose", "article"),
            error=error[:500],
            run_id=self.plan.run_id,
            found_by=meta.get("found_by"),
        )
        try:
            logged = self._writer.failure(capture)
        except ArchiveFull as full:
            self.stop("archive-full", str(full))
            raise
        self.tally.captured(logged)
        return logged

    def progress(self, state: str) -> dict[str, Any]:
        """How far the crawl is: the content of the progress file."""
        tally, done = self.tally, self.tally.articles
        visit = getattr(self, "visit", None)
        queued = due = 0
        if visit is not None:
            due = visit.known.due
            left = max(0, due + visit.named_first - done)
            queued = left if visit.limit is None else min(left, max(0, visit.limit - done))
        rate = tally.rate
        return {
            "state": state,
            "source_id": self.source.id,
            "run_id": self.plan.run_id,
            "started_at": self.started_at.isoformat(timespec="seconds"),
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "done": done,
            "queued": queued,
            "due": due,
            "listings": tally.listings,
            "captures": tally.captures,
            "errors": dict(tally.errors),
            "rate": round(rate, 2),
            "eta_s": round(queued / rate) if rate and queued else None,
            "bytes": tally.bytes,
            "waiting_s": round(self.gate.held_s, 1),
        }

    def close(self, reason: str) -> dict[str, Any]:
        """Closes the archive and writes the result file; returns its content."""
        if self._writer is not None:
            try:
                self._writer.close()
            except ArchiveError as error:
                self.stop("archive-full", str(error))
        opened = hasattr(self, "ground")
        finish = self.stop_reason or reason
        if finish == "finished" and opened and self.visit.spent and (self.visit.unasked or self.listings_open):
            finish = "limit"
        if opened:
            if finish == "finished" and self.plan.mode == "backfill":
                self.ground.state.end_backfill()
            self.ground.state.save()
        result = self._result(finish)
        write_json(result_path(self.plan_path), result)
        return result

    def _result(self, finish: str) -> dict[str, Any]:
        tally = self.tally
        visit = getattr(self, "visit", None)
        lost = self._writer.recovered if self._writer else None
        return {
            "finish_reason": finish,
            "message": self.message,
            "source_id": self.source.id,
            "run_id": self.plan.run_id,
            "mode": self.plan.mode,
            "started_at": self.started_at.isoformat(timespec="seconds"),
            "crawl_seconds": round(time.monotonic() - self._began, 3),
            "ended_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "counts": {
                "articles": tally.articles,
                "listings": tally.listings,
                "captures": tally.captures,
                "bytes": tally.bytes,
                "by_outcome": dict(tally.by_outcome),
                "by_status": {str(status): count for status, count in sorted(tally.by_status.items())},
            },
            "candidates": dict(visit.named) if visit else {},
            "first_by": dict(visit.first_by) if visit else {},
            "new": tally.fresh,
            "pending": visit.pending() if visit else 0,
            "errors": dict(tally.errors),
            "problems": self.ground.problems if hasattr(self, "ground") else [],
            "lastmod": dict(tally.lastmod),
            "lastmod_trust": visit.trust.to_json() if visit else {},
            "recovered": {"cut_bytes": lost.cut_bytes, "lost": len(lost.lost)} if lost else {},
            "memory_mb": _peak_memory_mb(),
        }

    def _log_candidate(self, candidate: Candidate) -> None:
        assert self._writer is not None
        try:
            self._writer.candidate(candidate)
        except ArchiveFull as error:
            self.stop("archive-full", str(error))
            raise


def refused_result(plan_path: Path, refusal: CrawlRefused) -> None:
    """The result file of a crawl that had no session."""
    result = {"finish_reason": refusal.reason, "message": str(refusal), "counts": {}, "errors": {}, "problems": []}
    write_json(result_path(plan_path), result)


def _original(row: dict[str, Any] | None) -> Original | None:
    """The capture that a new one may repeat, where the plan names one."""
    if not row or not (row.get("capture_id") and row.get("payload_digest") and row.get("fetched_at")):
        return None
    fetched_at = datetime.fromisoformat(row["fetched_at"]).astimezone(UTC)
    return Original(row["capture_id"], row["url"], fetched_at, row["payload_digest"])


def _with_headers(capture: Capture, headers: dict[str, str]) -> Capture:
    return replace(capture, headers=headers)


def _peak_memory_mb() -> float:
    """The most memory this process held, in MB; ru_maxrss would count the process that forked it as well."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return round(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024, 1)
    except (OSError, StopIteration):
        return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
