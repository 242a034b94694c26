"""What one source file may say: an outlet, its hosts through time, how to discover, how its pages read, its pace.

Belongs here: the shape of a file in `scraper/sources/` and the checks that need this one file alone. Does not: finding
and loading files, checks between sources (`scraper.registry`), or what a crawl does with it all (`scraper.spiders`).
"""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from pipelines.records import SiteProfile

Evidence = Literal["seen", "inferred"]
Kind = Literal["newspaper", "portal", "broadcaster", "web"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def _web_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{url!r} is no http(s) address")
    return url


def _regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
    return pattern


WebUrl = Annotated[str, AfterValidator(_web_url)]
Regex = Annotated[str, AfterValidator(_regex)]


class Host(_Part):
    """A host name of the outlet and the days on which it answered for it; no day means open."""

    host: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*[a-z0-9]$")
    from_day: date | None = Field(default=None, alias="from")
    to_day: date | None = Field(default=None, alias="to")

    def holds_on(self, day: date) -> bool:
        """Whether the host was the outlet's on `day` (a calendar day in Vietnam)."""
        return (self.from_day or date.min) <= day <= (self.to_day or date.max)


class ProvinceName(_Part):
    """A province by name and GSO code (two digits; empty for an invented one).

    Codes were re-used in 2025: never key on one alone.
    """

    code: str = Field(pattern=r"^(\d\d)?$")
    name: str


class Province(_Part):
    """Where an outlet belongs: among the 63 provinces before 2025-07-01 and among the 34 since."""

    old: ProvinceName
    new: ProvinceName


class Section(_Part):
    """A page that lists articles, newest first.

    `paging` is the address of its further pages: `{section}` stands for the section's address without a trailing
    slash, `{n}` for the page number (or offset), starting at `first`, growing by `step`. `next-link` follows the
    page's own rel=next.
    """

    url: WebUrl
    paging: str | None = None
    first: int = 2
    step: int = Field(default=1, ge=1)

    @field_validator("paging")
    @classmethod
    def _has_number(cls, paging: str | None) -> str | None:
        if paging is not None and paging != "next-link" and "{n}" not in paging:
            raise ValueError(f"paging {paging!r} has no {{n}} (and is not 'next-link')")
        return paging


class DateArchive(_Part):
    """A page for each day: `url` with {YYYY}, {MM}, {DD} (or {M}, {D} unpadded); `start` is its first day."""

    url: WebUrl
    start: date | None = None
    paging: str | None = None  # further pages of one day: {day} stands for the day's address, {n} for the page number

    @field_validator("url")
    @classmethod
    def _names_a_day(cls, url: str) -> str:
        if not ({"{YYYY}", "{YY}"} & set(re.findall(r"{\w+}", url)) and re.search(r"{DD?}", url)):
            raise ValueError(f"date archive {url!r} needs {{YYYY}}, {{MM}} and {{DD}}")
        return url


class JsonListing(_Part):
    """A listing in JSON. Paths are dotted; `link` may be a template over an item's keys (`/{slug}-{id}.html`)."""

    url: WebUrl  # {page} = page number, from `first`
    items: str = ""  # path to the list; empty: the answer itself is the list
    link: str = "url"
    title: str | None = "title"
    published: str | None = None
    first: int = 1
    step: int = Field(default=1, ge=1)
    hosts: tuple[str, ...] = ()  # API hosts beside the outlet's own


class Discovery(_Part):
    """How articles are found. Each list is one finder; a source may use several."""

    robots_sitemaps: bool = False  # also the Sitemap lines of robots.txt
    sitemaps: tuple[WebUrl, ...] = ()
    feeds: tuple[WebUrl, ...] = ()
    sections: tuple[Section, ...] = ()
    date_archive: DateArchive | None = None
    json_api: tuple[JsonListing, ...] = ()
    url_lists: tuple[str, ...] = ()  # files of addresses beside the operator's own source file, one address a line
    article_links: bool = False  # also follow links inside articles
    # auto: what a sitemap says of known articles is put to the test, and followed once it has proved true;
    # revisit: it is followed at once; hint: never.
    lastmod: Literal["auto", "hint", "revisit"] = "auto"
    latest_pages: int = Field(default=10, ge=1)  # of one section, at most, in a `latest` run
    latest_days: int = Field(default=7, ge=1)  # back, at most, in a `latest` run
    max_pages: int = Field(default=5000, ge=1)  # of one section, at most, in a `backfill`
    max_depth: int = Field(default=3, ge=0)  # of links inside articles

    @field_validator("url_lists")
    @classmethod
    def _beside_the_source_file(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if strays := [name for name in names if not re.fullmatch(r"[^/\\]+\.(?:txt|urls|lst|csv|tsv)", name)]:
            raise ValueError(f"{strays[0]!r} is no plain name of a text file (.txt, .urls, .lst, .csv, .tsv)")
        return names

    @field_validator("sections", mode="before")
    @classmethod
    def _short_sections(cls, sections: Any) -> Any:
        return [{"url": s} if isinstance(s, str) else s for s in sections] if isinstance(sections, list) else sections

    @property
    def kinds(self) -> tuple[str, ...]:
        """The finders that this source uses, as they are named in `found_by`."""
        present = {
            "sitemap": bool(self.sitemaps) or self.robots_sitemaps,
            "feed": bool(self.feeds),
            "section": bool(self.sections),
            "date-archive": self.date_archive is not None,
            "json-api": bool(self.json_api),
            "link": self.article_links,
            "operator": bool(self.url_lists),
        }
        return tuple(kind for kind, there in present.items() if there)


class NightWindow(_Part):
    """Hours in Vietnam in which the source may be asked; may pass midnight (`22:00` to `05:30`)."""

    start: time
    end: time

    def open_at(self, clock: time) -> bool:
        """Whether the window is open at `clock` (local time in Vietnam)."""
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


class Pace(_Part):
    """How gently the source is asked. A larger Crawl-delay of its robots.txt wins over `delay_s`."""

    delay_s: float = Field(default=2.0, ge=0)  # seconds from the end of one exchange to the start of the next
    concurrency: int = Field(default=1, ge=1, le=8)  # requests at a time over all hosts of the source
    autothrottle: bool = True  # grow the delay with the server's own latency
    timeout_s: float = Field(default=30.0, gt=0)
    retries: int = Field(default=2, ge=0, le=5)
    night_window: NightWindow | None = None

    @field_validator("night_window", mode="before")
    @classmethod
    def _from_text(cls, window: Any) -> Any:
        if isinstance(window, str):
            start, dash, end = window.partition("-")
            if not dash:
                raise ValueError(f"night_window {window!r} is not of the form '22:00-05:30'")
            return {"start": start.strip(), "end": end.strip()}
        return window


class Limits(_Part):
    """What one answer may cost."""

    page_bytes: int = Field(default=8_000_000, ge=1000)  # on the wire and after decompression
    listing_bytes: int = Field(default=60_000_000, ge=1000)  # sitemaps may be large: the protocol allows 50 MB


class Tls(_Part):
    """Leniency for servers with old or broken TLS. Off by default; every capture says when it was on."""

    verify: bool = True
    legacy: bool = False  # TLS 1.0 and 1.1, weak ciphers
    reason: str | None = None

    @model_validator(mode="after")
    def _lenient_with_reason(self) -> Tls:
        if (self.legacy or not self.verify) and not self.reason:
            raise ValueError("tls leniency needs a reason")
        return self


class Requisites(_Part):
    """Images, style sheets and PDF files of articles, for replay. Off by default."""

    enabled: bool = False
    run_bytes: int = Field(default=50_000_000, ge=0)  # budget of one run
    kinds: tuple[Literal["image", "style", "script", "pdf"], ...] = ("image", "style")
    hosts: tuple[str, ...] = ()  # where they may lie beside the outlet's own hosts (its CDN)


class Schedule(_Part):
    """When the outlet is crawled: five cron fields, clock of Vietnam; and how often known articles are looked at."""

    cron: str = Field(default="30 5 * * *", pattern=r"^\S+( \S+){4}$")
    revisit_minutes: int = Field(default=180, ge=15, le=1440)  # between two looks while there is news of the last day


class Source(_Part):
    """One outlet: one file in `scraper/sources/`."""

    id: str = Field(pattern=r"^([a-z0-9][a-z0-9-]*|web:[a-z0-9.-]+)$")
    name: str
    kind: Kind
    province: Province | None = None
    home: WebUrl
    hosts: tuple[Host, ...] = Field(min_length=1)
    enabled: bool = False  # whether schedules crawl it; by name it can be crawled all the same
    demo: bool = False
    stopped: str | None = None  # the stop switch: the reason why nothing may ask this source, not even by name
    family: str | None = None
    names: tuple[str, ...] = ()  # the outlet's own names and marks: never an author
    date_order: Literal["dmy", "mdy"] | None = None
    identity_params: tuple[str, ...] = ()
    article_patterns: tuple[Regex, ...] = ()  # on path+query of the canonical URL; group `id` is the native id
    not_articles: tuple[Regex, ...] = ()  # addresses that look like articles and are not
    selectors: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    discovery: Discovery = Discovery()
    pace: Pace = Pace()
    limits: Limits = Limits()
    tls: Tls = Tls()
    requisites: Requisites = Requisites()
    schedule: Schedule | None = None
    private: bool = False  # its own host is private or loopback
    successor: str | None = None  # id of the source that goes on with its work
    closed: date | None = None  # the day from which nothing new comes
    evidence: dict[str, Evidence] = Field(default_factory=dict)
    note: str | None = None

    @field_validator("hosts", mode="before")
    @classmethod
    def _short_hosts(cls, hosts: Any) -> Any:
        return [{"host": h} if isinstance(h, str) else h for h in hosts] if isinstance(hosts, list) else hosts

    @field_validator("selectors", mode="before")
    @classmethod
    def _short_selectors(cls, selectors: Any) -> Any:
        if not isinstance(selectors, dict):
            return selectors
        return {name: [one] if isinstance(one, str) else one for name, one in selectors.items()}

    @model_validator(mode="after")
    def _addresses_are_its_own(self) -> Source:
        found = self.discovery
        addresses = [self.home, *found.sitemaps, *found.feeds, *(s.url for s in found.sections)]
        if found.date_archive:
            addresses.append(found.date_archive.url)
        strays = [url for url in addresses if not self.owns(url)]
        strays += [api.url for api in found.json_api if not self.owns(api.url, api.hosts)]
        if strays:
            raise ValueError(f"addresses outside the source's hosts: {', '.join(strays)}")
        return self

    @property
    def host_names(self) -> tuple[str, ...]:
        """All its hosts, those of the past too."""
        return tuple(host.host for host in self.hosts)

    def owns(self, url: str, more: tuple[str, ...] = ()) -> bool:
        """Whether `url` is an http(s) address on one of the source's hosts (or `more`), www. and m. forms included.

        What no request can be made of (a port of six digits, half a surrogate pair) is nobody's address.
        """
        try:
            parts = urlsplit(url)
            _ = parts.port, url.encode()  # both raise ValueError
        except ValueError:
            return False
        host = (parts.hostname or "").lower().rstrip(".")
        if parts.scheme not in {"http", "https"} or not host:
            return False
        bare = bare_host(host)
        return any(host == name or bare == bare_host(name) for name in (*self.host_names, *more))

    def profile(self) -> SiteProfile:
        """What the reader may know about this source."""
        return SiteProfile(
            source_id=self.id,
            outlet_names=(self.name, *(name for name in self.names if name != self.name)),
            hosts=self.host_names,
            family=self.family,
            selectors=self.selectors,
            date_order=self.date_order,
            identity_params=self.identity_params,
            article_patterns=self.article_patterns,
            province=self.province.new.name if self.province else None,
        )


def bare_host(host: str) -> str:
    """The host name without a leading `www.`, `m.` or `amp.`: forms under which one site answers."""
    return re.sub(r"^(?:(?:www|m|amp|mobile)\.)+(?=[^.]+\.)", "", host.lower().rstrip("."))
