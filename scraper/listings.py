"""What a source file says of the lists that name its articles: sitemaps, feeds, sections, date archives, JSON.

Belongs here: the shape of `discovery` in a file of `scraper/sources/`, and what all parts of such a file share. Does
not: the rest of the file (`scraper.source`), or asking such a list (`scraper.discovery`).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator
from pydantic.fields import FieldInfo


class Part(BaseModel):
    """A mapping of a source file. What stands below a field is its description in docs/source-file.md."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, use_attribute_docstrings=True)


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


def parts_of(field: FieldInfo) -> list[type[Part]]:
    """The mappings that a field is made of: itself, in a list, or where there may be none."""
    return _parts(field.annotation)


def _parts(annotation: Any) -> list[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return [annotation]
    return [part for argument in get_args(annotation) for part in _parts(argument)]


class Section(Part):
    """A page that lists articles, newest first.

    `paging` is the address of its further pages: `{section}` stands for the section's address without a trailing
    slash, `{n}` for the page number (or offset), starting at `first`, growing by `step`. `next-link` follows the
    page's own rel=next.
    """

    url: WebUrl
    """Its first page; alone it may be written without `url:`."""
    paging: str | None = None
    """Address of the further pages, or `next-link`; none: the first page alone."""
    first: int = 2
    """Number of the second page."""
    step: int = Field(default=1, ge=1)
    """What the number grows by."""

    @field_validator("paging")
    @classmethod
    def _has_number(cls, paging: str | None) -> str | None:
        if paging is not None and paging != "next-link" and "{n}" not in paging:
            raise ValueError(f"paging {paging!r} has no {{n}} (and is not 'next-link')")
        return paging


class DateArchive(Part):
    """A page for each day: `url` with {YYYY}, {MM}, {DD} (or {M}, {D} unpadded); `start` is its first day."""

    url: WebUrl
    """The page of a day."""
    start: date | None = None
    """The first day that it has."""
    paging: str | None = None
    """Further pages of one day: {day} stands for the day's address, {n} for the page number."""

    @field_validator("url")
    @classmethod
    def _names_a_day(cls, url: str) -> str:
        if not ({"{YYYY}", "{YY}"} & set(re.findall(r"{\w+}", url)) and re.search(r"{DD?}", url)):
            raise ValueError(f"date archive {url!r} needs {{YYYY}}, {{MM}} and {{DD}}")
        return url


class JsonListing(Part):
    """A listing in JSON. Paths are dotted; `link` may be a template over an item's keys (`/{slug}-{id}.html`)."""

    url: WebUrl
    """Its address; `{page}` is the page number, from `first`."""
    items: str = ""
    """Path to the list; empty: the answer itself is the list."""
    link: str = "url"
    """Path to an item's address, or a template."""
    title: str | None = "title"
    """Path to an item's headline."""
    published: str | None = None
    """Path to an item's time of publication."""
    first: int = 1
    """Number of the first page."""
    step: int = Field(default=1, ge=1)
    """What the number grows by."""
    hosts: tuple[str, ...] = ()
    """API hosts beside the outlet's own."""


class Discovery(Part):
    """How articles are found. Each list is one finder; a source may use several."""

    robots_sitemaps: bool = False
    """Also the Sitemap lines of robots.txt."""
    sitemaps: tuple[WebUrl, ...] = ()
    """Addresses of sitemaps and of indexes of sitemaps."""
    feeds: tuple[WebUrl, ...] = ()
    """Addresses of RSS and Atom feeds."""
    sections: tuple[Section, ...] = ()
    """Pages that list articles."""
    date_archive: DateArchive | None = None
    """A page for each day."""
    json_api: tuple[JsonListing, ...] = ()
    """Listings in JSON."""
    url_lists: tuple[str, ...] = ()
    """Files of addresses beside the operator's own source file, one address a line."""
    article_links: bool = False
    """Also follow links inside articles."""
    lastmod: Literal["auto", "hint", "revisit"] = "auto"
    """What a sitemap says of known articles: `auto` puts it to the test and follows it once it has proved true,
    `revisit` follows it at once, `hint` never."""
    latest_pages: int = Field(default=10, ge=1)
    """Pages of one section that a `latest` crawl looks at, at most."""
    latest_days: int = Field(default=7, ge=1)
    """Days back that a `latest` crawl looks at, at most."""
    max_pages: int = Field(default=5000, ge=1)
    """Pages of one section that a `backfill` looks at, at most."""
    max_depth: int = Field(default=3, ge=0)
    """How many links inside articles are followed one behind the other."""

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
