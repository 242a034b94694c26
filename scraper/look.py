"""One short look at a site: a crawl of a source made for it, and what came back.

Belongs here: running that crawl, finding answers behind redirects, judging one listing. Does not: what to look at, or
what it says about a site (`scraper.probe`).
"""

from __future__ import annotations

import os
import subprocess
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pipelines.records import Capture
from pipelines.urls import canonical_url
from scraper.archive import ArchiveError, iter_capture_logs, read_capture_log, read_payload
from scraper.discovery.addresses import may_be_article
from scraper.discovery.feed import read_feed
from scraper.discovery.finder import Answer
from scraper.discovery.json_api import entries_of
from scraper.discovery.section import links_of
from scraper.discovery.sitemap import read_sitemap
from scraper.listings import JsonListing
from scraper.plan import CrawlPlan, crawl_command, result_path
from scraper.source import Source


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str  # home, robots, sitemap, feed, section, article
    url: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which terms a site is asked: where to work, who asks, and where bytes come from in a test."""

    work: Path  # a folder of its own; the archive of the look stays in it
    contact: str | None = None
    host_map: Mapping[str, str] = field(default_factory=dict)
    delay_s: float | None = None  # between requests, instead of what the source says


class Look:
    """One short crawl of a source made for it, and what came back."""

    def __init__(
        self, fields: Mapping[str, Any], terms: Terms, *, limit: int | None = None, urls: Iterable[str] = ()
    ) -> None:
        run_id = uuid.uuid4().hex[:12]
        folder = terms.work / run_id
        (folder / "sources").mkdir(parents=True)
        plain = {name: value for name, value in fields.items() if value is not None} | {"successor": None}
        self.source = Source.model_validate(plain)
        file = folder / "sources" / f"{self.source.id}.yaml"
        kept = self.source.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        # The look's own source stands alone: another file may claim the same host.
        file.write_text(yaml.safe_dump(kept, allow_unicode=True), encoding="utf-8")
        plan = folder / "plan.json"
        self.archive = folder / "archive"
        self.archive.mkdir()
        CrawlPlan(
            run_id=run_id,
            source_id=self.source.id,
            archive=self.archive,
            extra_sources=folder / "sources",
            only_extra=True,
            listings_first=True,
            delay_s=terms.delay_s,
            host_map=dict(terms.host_map),
            contact=terms.contact,
            limit=limit,
            urls=tuple(urls),
        ).write(plan)
        argv, env = crawl_command(plan)
        run = subprocess.run(argv, env=os.environ | env, capture_output=True, text=True, check=False)
        if not result_path(plan).is_file():
            raise RuntimeError(f"the look at {self.source.home} ended without a result: {run.stderr[-500:]}")
        self.result: dict[str, Any] = yaml.safe_load(result_path(plan).read_text(encoding="utf-8"))
        finish = self.result["finish_reason"]
        self.stopped = None if finish in {"finished", "limit"} else self.result.get("message") or finish
        self.captures: dict[str, Capture] = {}
        for log in iter_capture_logs(self.archive, self.source.id):
            for capture in read_capture_log(log):
                kept_capture = self.captures.get(capture.url)
                if kept_capture is None or kept_capture.status != 200:
                    self.captures[capture.url] = capture

    def answer(self, url: str) -> Answer | None:
        """What came back with status 200 for `url`, behind redirects, or None."""
        for _ in range(6):
            capture = self.captures.get(url)
            if capture is None:
                return None
            if capture.redirect_to:
                url = capture.redirect_to
                continue
            if capture.status != 200:
                return None
            try:
                body = read_payload(self.archive, capture).body
            except ArchiveError:
                return None
            return Answer(url, 200, body, capture.headers.get("content-type"))
        return None

    def why(self, url: str) -> str:
        """Why there is no answer for `url`."""
        capture = self.captures.get(url)
        if capture is None:
            return self.stopped or "was not asked for"
        return capture.error or f"status {capture.status}"

    def judge(self, what: str, url: str) -> Finding:
        """Whether a listing answers, and with how much."""
        answer = self.answer(url)
        if answer is None:
            return Finding(what, url, False, self.why(url))
        if what == "sitemap":
            sitemap = read_sitemap(answer.body, url)
            count, problem = len(sitemap.children) + len(sitemap.pages), sitemap.problem
        elif what == "feed":
            feed = read_feed(answer)
            count, problem = len(feed.entries), feed.problem
        else:
            found = {canonical_url(link.url) for link in links_of(answer)[0] if may_be_article(link.url, self.source)}
            count, problem = len(found), None if found else "no article on the page"
        return Finding(what, url, problem is None, problem or f"{count} entries")

    def judge_json(self, listing: JsonListing) -> Finding:
        """Whether a listing in JSON answers as its file describes it."""
        url = listing.url.replace("{page}", str(listing.first))
        answer = self.answer(url)
        if answer is None:
            return Finding("json-api", url, False, self.why(url))
        entries = entries_of(answer.body, listing, self.source.home)
        if entries is None:
            return Finding("json-api", url, False, "not the JSON that the source's file describes")
        return Finding("json-api", url, bool(entries), f"{len(entries)} entries")

    def judge_days(self, form: str) -> Finding:
        """Whether the pages of a date archive answer; a day without news has an empty one, or none."""
        start = form.partition("{")[0]
        days = [capture for capture in self.captures.values() if capture.url.startswith(start)]
        days = [capture for capture in days if capture.purpose == "listing"]
        if not days:
            return Finding("date-archive", form, False, self.stopped or "was not asked for")
        good = [day for day in days if self.answer(day.url) is not None]
        detail = f"{len(good)} of {len(days)} days answer"
        return Finding("date-archive", form, bool(good), detail if good else f"{detail}: {self.why(days[0].url)}")
