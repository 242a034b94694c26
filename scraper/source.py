"""What one source file may say: an outlet, its hosts through time, how to discover, how its pages read, its pace.

Belongs here: the shape of a file in `scraper/sources/` and the checks that need this one file alone. Does not: finding
and loading files, checks between sources (`scraper.registry`), or what a crawl does with it all (`scraper.spiders`).
"""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from pipelines.records import SiteProfile
from scraper.listings import Discovery, Part, Regex, WebUrl

Evidence = Literal["seen", "inferred"]
Kind = Literal["newspaper", "portal", "broadcaster", "web"]


class Host(Part):
    """A host name of the outlet and the days on which it answered for it; no day means open."""

    host: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*[a-z0-9]$")
    """The name; alone it may be written without `host:`. `www.` and `m.` forms of it are meant too."""
    from_day: date | None = Field(default=None, alias="from")
    """The first day."""
    to_day: date | None = Field(default=None, alias="to")
    """The last day."""

    def holds_on(self, day: date) -> bool:
        """Whether the host was the outlet's on `day` (a calendar day in Vietnam)."""
        return (self.from_day or date.min) <= day <= (self.to_day or date.max)


class ProvinceName(Part):
    """A province by name and GSO code (two digits; empty for an invented one).

    Codes were re-used in 2025: never key on one alone.
    """

    code: str = Field(pattern=r"^(\d\d)?$")
    """GSO code."""
    name: str
    """As the province writes itself."""


class Province(Part):
    """Where an outlet belongs: among the 63 provinces before 2025-07-01 and among the 34 since."""

    old: ProvinceName
    """Among the 63."""
    new: ProvinceName
    """Among the 34."""


class NightWindow(Part):
    """Hours in Vietnam in which the source may be asked; may pass midnight (`22:00` to `05:30`)."""

    start: time
    """The first moment, `22:00`."""
    end: time
    """The last moment, `05:30`."""

    def open_at(self, clock: time) -> bool:
        """Whether the window is open at `clock` (local time in Vietnam)."""
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


class Pace(Part):
    """How gently the source is asked. A larger Crawl-delay of its robots.txt wins over `delay_s`."""

    delay_s: float = Field(default=2.0, ge=0)
    """Seconds from the end of one exchange to the start of the next."""
    concurrency: int = Field(default=1, ge=1, le=8)
    """Requests at a time over all hosts of the source."""
    autothrottle: bool = True
    """Grow the delay with the server's own latency."""
    timeout_s: float = Field(default=30.0, gt=0)
    """Seconds that an answer may take."""
    retries: int = Field(default=2, ge=0, le=5)
    """How often an address that failed is tried again in a crawl."""
    night_window: NightWindow | None = None
    """`22:00-05:30`: the only hours in which the outlet is asked."""

    @field_validator("night_window", mode="before")
    @classmethod
    def _from_text(cls, window: Any) -> Any:
        if isinstance(window, str):
            start, dash, end = window.partition("-")
            if not dash:
                raise ValueError(f"night_window {window!r} is not of the form '22:00-05:30'")
            return {"start": start.strip(), "end": end.strip()}
        return window


class Limits(Part):
    """What one answer may cost."""

    page_bytes: int = Field(default=8_000_000, ge=1000)
    """Of a page, on the wire and after decompression."""
    listing_bytes: int = Field(default=60_000_000, ge=1000)
    """Of a sitemap, feed or section; sitemaps may be large, the protocol allows 50 MB."""


class Tls(Part):
    """Leniency for servers with old or broken TLS. Off by default; every capture says when it was on."""

    verify: bool = True
    """Whether its certificate must be good."""
    legacy: bool = False
    """TLS 1.0 and 1.1, weak ciphers."""
    reason: str | None = None
    """Why leniency is needed; without it there is none."""

    @model_validator(mode="after")
    def _lenient_with_reason(self) -> Tls:
        if (self.legacy or not self.verify) and not self.reason:
            raise ValueError("tls leniency needs a reason")
        return self


class Requisites(Part):
    """Images, style sheets and PDF files of articles, for replay. Off by default."""

    enabled: bool = False
    """Whether they are fetched."""
    run_bytes: int = Field(default=50_000_000, ge=0)
    """Bytes of them in one crawl, at most."""
    kinds: tuple[Literal["image", "style", "script", "pdf"], ...] = ("image", "style")
    """Which."""
    hosts: tuple[str, ...] = ()
    """Where they may lie beside the outlet's own hosts (its CDN)."""


class Schedule(Part):
    """When the outlet is crawled: five cron fields, clock of Vietnam; and how often known articles are looked at."""

    cron: str = Field(default="30 5 * * *", pattern=r"^\S+( \S+){4}$")
    """When it is crawled; moved by up to 45 minutes that are always the same for this outlet."""
    revisit_minutes: int = Field(default=180, ge=15, le=1440)
    """Between two looks at known articles while there is news of the last day."""


class Source(Part):
    """One outlet: one file in `scraper/sources/`."""

    id: str = Field(pattern=r"^([a-z0-9][a-z0-9-]*|web:[a-z0-9.-]+)$")
    """The file's name without `.yaml`; never changes."""
    name: str
    """The outlet's name as it writes it."""
    kind: Kind
    """What it is; `web` for hosts that came with a WARC file and that nobody described."""
    province: Province | None = None
    """Where it belongs."""
    home: WebUrl
    """Its front page."""
    hosts: tuple[Host, ...] = Field(min_length=1)
    """Its host names; nothing else is asked or believed."""
    enabled: bool = False
    """Whether schedules crawl it; by name it can be crawled all the same."""
    demo: bool = False
    """Of the demo, which answers by itself."""
    stopped: str | None = None
    """The stop switch: the reason why nothing may ask this source, not even by name."""
    family: str | None = None
    """The content management system, a name of `pipelines/families/`; tells where fields stand on a page."""
    names: tuple[str, ...] = ()
    """The outlet's own names and marks: never an author."""
    date_order: Literal["dmy", "mdy"] | None = None
    """Whether 3/4 is the third of April (`dmy`); none: told from the page."""
    identity_params: tuple[str, ...] = ()
    """Parameters of its addresses that name the article (`?id=`); all others are dropped."""
    article_patterns: tuple[Regex, ...] = ()
    """Which addresses are articles: on path and query; the group `id` is the outlet's number of the article."""
    not_articles: tuple[Regex, ...] = ()
    """Addresses that look like articles and are not."""
    selectors: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """CSS selectors by field, where the family's do not fit."""
    discovery: Discovery = Discovery()
    """How articles are found."""
    pace: Pace = Pace()
    """How gently it is asked."""
    limits: Limits = Limits()
    """What one answer may cost."""
    tls: Tls = Tls()
    """Leniency for old servers."""
    requisites: Requisites = Requisites()
    """Pictures and style sheets."""
    schedule: Schedule | None = None
    """When it is crawled, once it is enabled."""
    private: bool = False
    """Its own host is private or loopback, which no request may reach otherwise."""
    successor: str | None = None
    """Id of the outlet that goes on with its work."""
    closed: date | None = None
    """The day from which nothing new comes."""
    evidence: dict[str, Evidence] = Field(default_factory=dict)
    """For each statement above, whether it was seen on the site or inferred."""
    note: str | None = None
    """Anything for the next reader."""

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
