"""Looking at a site: a proposed source file for a new one, and whether a known one still answers as described.

Belongs here: what to ask a site for, and what its answers say about it. Does not: asking (the same spider as for every
crawl does that, with its manners and its guard), or showing the outcome (`dagster_project.cli`).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import yaml
from lxml import etree, html

from pipelines.reader import read_page
from pipelines.records import Reading
from pipelines.urls import canonical_url
from scraper.discovery.addresses import may_be_article
from scraper.discovery.finder import Answer, absolute
from scraper.discovery.section import links_of
from scraper.discovery.sitemap import read_sitemap
from scraper.look import Finding, Look, Terms
from scraper.source import Source, bare_host

__all__ = ["Finding", "Outcome", "Terms", "check_source", "probe"]

MOST_SECTIONS = 12
SECTIONS_ASKED = 3
ARTICLES_READ = 3
_NO_ARTICLE = r"(?!)"  # matches nothing: a first look fetches listings only
_PAGE_LINK = re.compile(
    r"^(?P<before>.*?(?:[?&](?:page|p|trang|paged)=|/trang-?|/page[-/]|/p))(?P<n>\d{1,3})(?P<after>/?|\.html?)$"
)
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml"})


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
    base["name"] = _site_name(page) or host
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
    pattern, family = _form_of([*links, *in_sitemaps])
    proposal: dict[str, Any] = dict(base)
    if pattern:
        proposal["article_patterns"] = [pattern]
    trial = Source.model_validate(proposal)
    articles = [url for url in dict.fromkeys([*links, *reversed(in_sitemaps)]) if may_be_article(url, trial)]
    sections = _sections(page, trial)
    feeds = _declared_feeds(page, trial)
    look = Look(
        proposal | {"discovery": {"feeds": feeds, "sections": sections[:SECTIONS_ASKED], "latest_pages": 1}},
        terms,
        limit=ARTICLES_READ,
        urls=articles[:ARTICLES_READ],
    )
    outcome.stopped = outcome.stopped or look.stopped
    judged = [look.judge("feed", url) for url in feeds] + [
        look.judge("section", url) for url in sections[:SECTIONS_ASKED]
    ]
    outcome.findings += judged
    good = {finding.url for finding in judged if finding.ok}
    paging = next((form for url in sections[:SECTIONS_ASKED] if (form := _paging_of(look.answer(url), url))), None)
    listed = (
        [url for url in sections if url in good or url not in {f.url for f in judged}] if good & set(sections) else []
    )
    discovery: dict[str, Any] = {}
    if sitemaps:
        discovery["sitemaps"] = sitemaps
    if good & set(feeds):
        discovery["feeds"] = [url for url in feeds if url in good]
    discovery["sections"] = [{"url": url} | ({"paging": paging} if paging else {}) for url in listed] or [{"url": home}]
    proposal["discovery"] = discovery
    _read_articles(look, outcome)
    families = Counter(reading.family for reading in outcome.samples if reading.family)
    named = families.most_common(1)[0][0] if families else family
    evidence = {"home": "seen", "sections": "seen" if listed else "inferred"}
    if named:
        proposal["family"] = named
        evidence["family"] = "seen" if families else "inferred"
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


@cache
def _forms() -> tuple[tuple[re.Pattern[str], str | None], ...]:
    rows = yaml.safe_load((files("scraper") / "forms.yaml").read_text(encoding="utf-8"))
    return tuple((re.compile(row["pattern"], re.IGNORECASE), row.get("family")) for row in rows)


def _form_of(urls: list[str]) -> tuple[str | None, str | None]:
    """The form of address (and its family) that fits most of a site's links; None where fewer than three fit one."""
    places = []
    for canonical in {canonical_url(url) for url in urls}:
        parts = urlsplit(canonical)
        places.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    scores = [(sum(1 for place in places if form.search(place)), form.pattern, family) for form, family in _forms()]
    best = max(scores, key=lambda score: score[0])  # of equal ones the first, which is the most telling
    return (best[1], best[2]) if best[0] >= 3 else (None, None)


def _sections(page: Answer, source: Source) -> list[str]:
    """Links of the front page that look like rooms of the site: short path, short name, no number."""
    chosen = []
    for link in links_of(page)[0]:
        path = urlsplit(link.url).path.rstrip("/")
        words = (link.title or "").split()
        if not source.owns(link.url) or may_be_article(link.url, source) or urlsplit(link.url).query:
            continue
        if re.fullmatch(r"(?:/[a-z][a-z-]{2,40}){1,2}(?:\.html?)?", path, re.IGNORECASE) and 1 <= len(words) <= 6:
            chosen.append(link.url.partition("#")[0])
    dull = re.compile(r"/(?:lien-he|gioi-thieu|quang-cao|dang-nhap|login|rss|tim-kiem|search|sitemap|tag|en|english)\b")
    return [url for url in dict.fromkeys(chosen) if not dull.search(url)][:MOST_SECTIONS]


def _declared_feeds(page: Answer, source: Source) -> list[str]:
    """Feeds that the front page declares, and links of it that end like one."""
    tree = _tree(page)
    if tree is None:
        return []
    declared = [
        element.get("href", "")
        for element in tree.iter("link")
        if "alternate" in (element.get("rel") or "").lower() and (element.get("type") or "").lower() in _FEED_TYPES
    ]
    linked = [link.url for link in links_of(page)[0] if re.search(r"\.(?:rss|atom)$|/rss/[^/]+$", link.url)]
    urls = [url for href in (*declared, *linked) if (url := absolute(page.url, href)) and source.owns(url)]
    return list(dict.fromkeys(urls))[:10]


def _paging_of(answer: Answer | None, section: str) -> str | None:
    """The form of a section's further pages, from its link to page 2, or None."""
    if answer is None:
        return None
    stem = section.rstrip("/")
    for link in links_of(answer)[0]:
        if not link.url.startswith(stem) or link.url.rstrip("/") == stem:
            continue
        match = _PAGE_LINK.match("{section}" + link.url[len(stem) :])
        if match and match["n"] == "2":
            return f"{match['before']}{{n}}{match['after']}"
    return None


def _site_name(page: Answer) -> str | None:
    """What the site calls itself: og:site_name, else the shortest part of the title."""
    tree = _tree(page)
    if tree is None:
        return None
    stated = tree.xpath("string(//meta[@property='og:site_name']/@content)").strip()
    title = " ".join(tree.xpath("string(//title)").split())
    parts = [part.strip() for part in re.split(r"\s[|–—]\s|\s-\s(?!Truyền hình)", title) if part.strip()]
    named = next((part for part in parts if re.match(r"(?:Báo|Đài|Cổng|Trang)\b", part)), parts[0] if parts else "")
    return (stated or named)[:120] or None


def _tree(page: Answer) -> Any:
    try:
        return html.fromstring(page.text.encode(), parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def _as_yaml(source: Source) -> str:
    """The fields that differ from the defaults, in the order of the model."""
    fields = source.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    fields["hosts"] = [host["host"] if set(host) == {"host"} else host for host in fields["hosts"]]
    for name in ("sections",):
        found = fields.get("discovery", {}).get(name)
        if found:
            fields["discovery"][name] = [row["url"] if set(row) == {"url"} else row for row in found]
    return yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=120)
