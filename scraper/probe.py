"""Looking at a site: a proposed source file for a new one, and whether a known one still answers as described.

Belongs here: what to ask a site for, and what its answers say about it. Does not: asking (the same spider as for every
crawl does that, with its manners and its guard), or showing the outcome (`dagster_project.cli`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import yaml

from pipelines.reader import read_page
from pipelines.records import Reading
from scraper.discovery.addresses import may_be_article
from scraper.discovery.finder import Answer
from scraper.discovery.section import links_of
from scraper.discovery.sitemap import read_sitemap
from scraper.frontpage import (
    declared_feeds,
    form_of,
    guessed_feeds,
    guessed_lists,
    paging_of,
    province_of,
    sections_of,
    site_name,
)
from scraper.look import Finding, Look, Terms
from scraper.source import Source, bare_host

__all__ = ["Finding", "Outcome", "Terms", "check_source", "probe"]

ARTICLES_READ = 3

_NO_ARTICLE = r"(?!)"  # matches nothing: a first look fetches listings only


@dataclass(slots=True)
class Outcome:
    """What a look at a site gave."""

    source: Source
    findings: list[Finding] = field(default_factory=list)
    samples: list[Reading] = field(default_factory=list)
    stopped: str | None = None  # why the look ended early (robots, no answer), as the crawl said it

    @property
    def ok(self) -> bool:
        """Whether everything that was looked at answered as it should."""
        return self.stopped is None and all(finding.ok for finding in self.findings)

    def as_yaml(self) -> str:
        """The source as a file for the registry."""
        return _as_yaml(self.source)


def probe(url: str, terms: Terms, *, private: bool = False) -> Outcome:
    """Looks at the site at `url` (robots, sitemaps, feeds, sections, three articles) and proposes a source.

    Two short crawls. Raises ValueError for no http(s) address; what the site does wrong is in the outcome.
    """
    home = url if "://" in url else f"https://{url}"
    parts = urlsplit(home)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{url!r} is no http(s) address")
    home = f"{parts.scheme}://{parts.netloc}{parts.path or '/'}"
    host = bare_host(parts.hostname)
    base: dict[str, Any] = {
        "id": re.sub(r"[^a-z0-9]+", "-", re.sub(r"\.(?:com|org|net|gov)?\.?[a-z]+$", "", host)).strip("-") or "site",
        "name": host,
        "kind": "portal" if ".gov." in f"{host}." else "newspaper",
        "home": home,
        "hosts": [host],
        "private": private,
    }
    guesses = [f"{parts.scheme}://{parts.netloc}/sitemap.xml"]
    first = Look(
        base
        | {
            "article_patterns": [_NO_ARTICLE],
            "discovery": {"robots_sitemaps": True, "sitemaps": guesses, "sections": [home], "latest_pages": 1},
        },
        terms,
    )
    outcome = Outcome(Source.model_validate(base), stopped=first.stopped)
    page = first.answer(home)
    if page is None:
        outcome.findings.append(Finding("home", home, False, first.why(home)))
        return outcome
    outcome.findings.append(Finding("home", home, True, f"status {page.status}, {len(page.body):,} bytes"))
    base["name"] = site_name(page) or host
    if base["name"].startswith("Đài "):
        base["kind"] = "broadcaster"
    sitemaps, in_sitemaps = _sitemaps(first, outcome)
    links = [link.url for link in links_of(page)[0] if first.source.owns(link.url)]
    proposal = _second_look(base, home, page, links, sitemaps, in_sitemaps, terms, outcome)
    outcome.source = Source.model_validate(proposal)
    return outcome


def check_source(source: Source, terms: Terms) -> Outcome:
    """Asks a known source for each of its listings once and for two articles; says what answers as described."""
    shown = source.discovery.model_dump(mode="json", by_alias=True) | {"latest_pages": 1, "latest_days": 2}
    fields = source.model_dump(mode="json", by_alias=True, exclude_none=True) | {"discovery": shown}
    look = Look(fields, terms, limit=2)
    outcome = Outcome(source, stopped=look.stopped)
    found = source.discovery
    for url in found.sitemaps:
        outcome.findings.append(look.judge("sitemap", url))
    for url in found.feeds:
        outcome.findings.append(look.judge("feed", url))
    for section in found.sections:
        outcome.findings.append(look.judge("section", section.url))
    for listing in found.json_api:
        outcome.findings.append(look.judge_json(listing))
    if found.date_archive is not None:
        outcome.findings.append(look.judge_days(found.date_archive.url))
    _read_articles(look, outcome)
    if not any(finding.what == "article" for finding in outcome.findings) and outcome.stopped is None:
        outcome.findings.append(Finding("article", source.home, False, "no listing named an article"))
    return outcome


def _sitemaps(look: Look, outcome: Outcome) -> tuple[list[str], list[str]]:
    """Sitemaps that answer with entries, and page addresses that stand in them."""
    asked = [capture for capture in look.captures.values() if capture.purpose == "sitemap"]
    tops, pages, children = [], [], set()
    for capture in asked:
        answer = look.answer(capture.url)
        if answer is None:
            continue
        sitemap = read_sitemap(answer.body, capture.url)
        children |= {child.url for child in sitemap.children}
        pages += [page.url for page in sitemap.pages if look.source.owns(page.url)]
        if sitemap.children or sitemap.pages:
            tops.append(capture.url)
    tops = [url for url in tops if url not in children]
    robots = next((capture for capture in look.captures.values() if capture.purpose == "robots"), None)
    if robots is not None:
        outcome.findings.append(Finding("robots", robots.url, True, f"status {robots.status}"))
    outcome.findings += [look.judge("sitemap", url) for url in tops]
    return tops, pages


def _second_look(
    base: dict[str, Any],
    home: str,
    page: Answer,
    links: list[str],
    sitemaps: list[str],
    in_sitemaps: list[str],
    terms: Terms,
    outcome: Outcome,
) -> dict[str, Any]:
    """Asks for feeds, sections and three articles; the proposed source."""
    pattern, family = form_of([*links, *in_sitemaps])
    proposal: dict[str, Any] = dict(base)
    if pattern:
        proposal["article_patterns"] = [pattern]
    trial = Source.model_validate(proposal)
    articles = [url for url in dict.fromkeys([*links, *reversed(in_sitemaps)]) if may_be_article(url, trial)]
    sections = sections_of(page, trial)
    feeds = declared_feeds(page, trial)
    guesses = [url for url in guessed_lists(home, sections) if url not in sections]
    more_feeds = [url for url in guessed_feeds(feeds, sections) if url not in feeds]
    listed = [*guesses, *sections]
    look = Look(
        proposal | {"discovery": {"feeds": [*feeds, *more_feeds], "sections": listed, "latest_pages": 1}},
        terms,
        limit=ARTICLES_READ,
        urls=articles[:ARTICLES_READ],
    )
    outcome.stopped = outcome.stopped or look.stopped
    judged = [look.judge("feed", url) for url in (*feeds, *more_feeds)]
    judged += [look.judge("section", url) for url in listed]
    judged = [finding for finding in judged if not _is_bad_guess(finding, look, (*guesses, *more_feeds))]
    outcome.findings += judged
    good = {finding.url for finding in judged if finding.ok}
    paging = next((form for url in listed if (form := paging_of(look.answer(url), url))), None)
    sections_found = [url for url in listed if url in good]
    feeds_found = [url for url in (*feeds, *more_feeds) if url in good]
    discovery: dict[str, Any] = {}
    if sitemaps:
        discovery["sitemaps"] = sitemaps
    if feeds_found:
        discovery["feeds"] = feeds_found
    behind = {"paging": paging} if paging else {}
    discovery["sections"] = [{"url": url} | behind for url in sections_found] or [{"url": home}]
    proposal["discovery"] = discovery
    _read_articles(look, outcome)
    families = Counter(reading.family for reading in outcome.samples if reading.family)
    named = families.most_common(1)[0][0] if families else family
    evidence = {"home": "seen", "sections": "seen" if sections_found else "inferred"}
    if named:
        proposal["family"] = named
        evidence["family"] = "seen" if families else "inferred"
    if province := province_of(base["name"]):
        proposal["province"] = province
    if pattern:
        evidence["article_patterns"] = "seen"
    evidence |= {name: "seen" for name in ("sitemaps", "feeds") if name in discovery}
    return proposal | {"evidence": evidence}


def _read_articles(look: Look, outcome: Outcome) -> None:
    """Reads the articles that the look brought, and says what is missing in each."""
    for capture in look.captures.values():
        if capture.purpose != "article" or capture.redirect_to:
            continue
        answer = look.answer(capture.url)
        if answer is None:
            outcome.findings.append(Finding("article", capture.url, False, look.why(capture.url)))
            continue
        reading = read_page(
            answer.body,
            capture.url,
            fetched_at=capture.fetched_at,
            content_type=answer.content_type,
            profile=look.source.profile(),
        )
        outcome.samples.append(reading)
        missing = [name for name in ("title", "published_at", "body") if not getattr(reading, name)]
        ok = reading.is_article and not missing
        said = f"{reading.page_kind}, {len(reading.body)} paragraphs, {len(reading.authors)} people"
        detail = said + (f"; missing: {', '.join(missing)}" if missing else "")
        outcome.findings.append(Finding("article", capture.url, ok, detail))


def _is_bad_guess(finding: Finding, look: Look, guesses: Sequence[str]) -> bool:
    """Whether a guess is not worth a word: sites answer anything with some page, so a list must name itself."""
    if finding.url not in guesses:
        return False
    answer = look.answer(finding.url)
    if not finding.ok or answer is None or answer.url != finding.url:
        return True
    stem = finding.url.rstrip("/")
    return finding.what == "section" and not any(link.url.startswith(stem) for link in links_of(answer)[0])


def _as_yaml(source: Source) -> str:
    """The fields that differ from the defaults, in the order of the model."""
    fields = source.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    fields["hosts"] = [host["host"] if set(host) == {"host"} else host for host in fields["hosts"]]
    for name in ("sections",):
        found = fields.get("discovery", {}).get(name)
        if found:
            fields["discovery"][name] = [row["url"] if set(row) == {"url"} else row for row in found]
    return yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=120)
