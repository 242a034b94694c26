"""From the captures of some addresses to the rows of their articles: the pure heart of a build.

Belongs here: putting identity, states and the chain of versions together. Does not: reading or writing the database
(`warehouse.versions`). The input is every capture of every address that may belong together, so the result depends on
what was captured and not on when it was loaded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipelines.records import ARTICLE_KINDS
from pipelines.urls import display_form
from warehouse.chain import Link, Read, Sight, chain, common_reads, reader_order
from warehouse.identity import Address, Group, groups
from warehouse.states import Standing, Told, Visit, standing, told_by

_HOPS = 5
"""Redirects that are followed from one address to the next before a chain of them tells nothing."""


@dataclass(slots=True)
class Assembly:
    """Rows of the derived tables, and the readings by which each later version is compared with the one before it."""

    articles: list[dict[str, Any]] = field(default_factory=list)
    addresses: list[dict[str, Any]] = field(default_factory=list)
    gaps: list[dict[str, Any]] = field(default_factory=list)
    versions: list[dict[str, Any]] = field(default_factory=list)
    version_captures: list[dict[str, Any]] = field(default_factory=list)
    compared: dict[str, tuple[Read, Read]] = field(default_factory=dict)  # by version_id of the later version

    def add(self, other: Assembly) -> None:
        """Adds the rows of another outlet."""
        self.articles += other.articles
        self.addresses += other.addresses
        self.gaps += other.gaps
        self.versions += other.versions
        self.version_captures += other.version_captures
        self.compared |= other.compared


def assemble(source_id: str, captures: Iterable[Mapping[str, Any]], edited: Callable[[Read, Read], bool]) -> Assembly:
    """The rows that follow from captures of one outlet.

    Each capture has the columns of `captures` and `readings`: a list with one dict for each reader that has read it (or
    the capture whose payload it repeats). `edited` is that of `warehouse.chain.chain`.
    """
    places: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for capture in sorted(captures, key=lambda c: (c["fetched_at"], c["capture_id"])):
        places[capture["canonical_url"]].append(capture)
    addresses = {key: _address(key, found) for key, found in places.items()}
    found_groups = groups(source_id, addresses)
    article_of = {key: group.article_id for group in found_groups for key in group.members}
    visits = _Visits(places, addresses, article_of)
    result = Assembly()
    standings = {key: standing(visits.of(key)) for key in sorted(places)}
    for key, stand in standings.items():
        result.addresses.append(_address_row(source_id, key, places[key], stand, article_of.get(key)))
        if key in article_of:
            result.gaps.extend(_gap_rows(source_id, key, article_of[key], stand))
    for group in found_groups:
        _add_article(result, source_id, group, places, standings, visits, edited)
    return result


class _Visits:
    """What each capture tells about its address; redirects look at what their target showed next."""

    def __init__(
        self,
        places: Mapping[str, Sequence[Mapping[str, Any]]],
        addresses: Mapping[str, Address],
        article_of: Mapping[str, str],
    ) -> None:
        self.places = places
        self.addresses = addresses
        self.article_of = article_of

    def of(self, key: str) -> list[Visit]:
        return [Visit(capture["fetched_at"], self.told(key, capture)) for capture in self.places[key]]

    def told(self, key: str, capture: Mapping[str, Any], hops: int = 0) -> Told:
        redirect = capture["redirect_canonical"]
        target: Told = "nothing"
        if redirect and redirect != key and redirect in self.places and hops < _HOPS:
            target = self._target(key, redirect, capture["fetched_at"], hops)
        kind = page_kind(capture)
        repeats = (
            "seen"
            if kind is None
            else told_by(outcome="response", status=200, page_kind=kind, was_article=self._was_article(key))
        )
        return told_by(
            outcome=capture["outcome"],
            status=capture["status"],
            page_kind=kind,
            was_article=self._was_article(key),
            redirect_key=None if redirect == key else redirect,
            target=target,
            repeats=repeats,
        )

    def _target(self, key: str, redirect: str, at: datetime, hops: int) -> Told:
        """What the target told at the next visit that told anything, else at the last one before."""
        heard = [(c["fetched_at"], self.told(redirect, c, hops + 1)) for c in self.places[redirect]]
        heard = [(moment, told) for moment, told in heard if told != "nothing"]
        told = next((told for moment, told in heard if moment >= at), heard[-1][1] if heard else "nothing")
        if told == "seen" and self.article_of.get(key) != self.article_of.get(redirect):
            return "missing"  # sent to a list or to another article
        return told

    def _was_article(self, key: str) -> bool:
        return self.addresses[key].first_article is not None


def newest_reading(capture: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The reading of a capture by the newest reader."""
    return max(
        capture["readings"],
        key=lambda reading: (reader_order(reading["reader_version"]), reading["reader_version"]),
        default=None,
    )


def page_kind(capture: Mapping[str, Any]) -> str | None:
    """The kind of page of a capture by its newest reading."""
    reading = newest_reading(capture)
    return reading["page_kind"] if reading else None


def _is_article(capture: Mapping[str, Any]) -> bool:
    return page_kind(capture) in ARTICLE_KINDS


def _address(key: str, captures: Sequence[Mapping[str, Any]]) -> Address:
    shown = [capture for capture in captures if _is_article(capture)]
    readings = [reading for capture in shown if (reading := newest_reading(capture))]
    return Address(
        canonical_url=key,
        first_article=shown[0]["fetched_at"] if shown else None,
        native_ids=tuple(dict.fromkeys(r["native_id"] for r in readings if r["native_id"])),
        canonicals=frozenset(r["page_canonical_url"] for r in readings if r["page_canonical_url"]),
        published=frozenset(r["published_at"] for r in readings if r["published_at"]),
        redirects=frozenset(c["redirect_canonical"] for c in captures if c["redirect_canonical"] not in (None, key)),
    )


def _address_row(
    source_id: str, key: str, captures: Sequence[Mapping[str, Any]], stand: Standing, article_id: str | None
) -> dict[str, Any]:
    bodies = [c for c in captures if c["outcome"] == "response" and c["status"] == 200 and c["payload_digest"]]
    repeated = [c for c in captures if c["outcome"] in ("not-modified", "unchanged")]
    validators = sorted((*bodies, *repeated), key=lambda c: (c["fetched_at"], c["capture_id"]), reverse=True)
    telling = [c for c in captures if c["outcome"] in ("response", "not-modified", "unchanged")]
    return {
        "source_id": source_id,
        "canonical_url": key,
        "url": _plain_url(captures),
        "article_id": article_id,
        "state": stand.state,
        "first_seen": stand.first_seen,
        "last_seen": stand.last_seen,
        "first_visit": captures[0]["fetched_at"],
        "last_visit": captures[-1]["fetched_at"],
        "visits": len(captures),
        "failures": stand.failures,
        "missing_since": stand.missing_since,
        "gone_confirmed_at": stand.gone_confirmed_at,
        "redirect_to": telling[-1]["redirect_to"] if telling and telling[-1]["redirect_canonical"] != key else None,
        "found_by": next((c["found_by"] for c in captures if c["found_by"]), None),
        "etag": next((c["etag"] for c in validators if c["etag"]), None),
        "last_modified": next((c["last_modified"] for c in validators if c["last_modified"]), None),
        "payload_digest": bodies[-1]["payload_digest"] if bodies else None,
        "payload_capture_id": bodies[-1]["capture_id"] if bodies else None,
    }


def _plain_url(captures: Sequence[Mapping[str, Any]]) -> str:
    """The latest spelling that showed something; a plain page before amp, print and mobile ones."""

    def rank(capture: Mapping[str, Any]) -> tuple[bool, bool, datetime, str]:
        shows = capture["outcome"] in ("response", "unchanged", "not-modified") and not capture["redirect_canonical"]
        return display_form(capture["url"]) == "plain", shows, capture["fetched_at"], capture["capture_id"]

    return str(max(captures, key=rank)["url"])


def _gap_rows(source_id: str, key: str, article_id: str, stand: Standing) -> list[dict[str, Any]]:
    return [
        {
            "source_id": source_id,
            "canonical_url": key,
            "article_id": article_id,
            "worst": gap.worst,
            "from_at": gap.from_at,
            "to_at": gap.to_at,
            "visits": gap.visits,
            "missing_since": gap.missing_since,
            "gone_confirmed_at": gap.gone_confirmed_at,
        }
        for gap in stand.gaps
    ]


def _add_article(
    result: Assembly,
    source_id: str,
    group: Group,
    places: Mapping[str, Sequence[Mapping[str, Any]]],
    standings: Mapping[str, Standing],
    visits: _Visits,
    edited: Callable[[Read, Read], bool],
) -> None:
    sights = [
        _sight(key, capture)
        for key in group.members
        for capture in places[key]
        if not capture["redirect_canonical"] and visits.told(key, capture) == "seen"
    ]
    links = chain(sights, edited)
    if not links:
        return
    last_direct = {key: max((s.at for s in sights if s.place[0] == key), default=None) for key in group.members}
    # Where it stands now: a live address that shows the page itself, seen last.
    present = max(
        (key for key in group.members if last_direct[key] is not None),
        key=lambda key: (standings[key].state == "live" and not _redirects(places[key]), last_direct[key], key),
    )
    others = sorted(
        (key for key in group.members if key != present), key=lambda key: (places[key][0]["fetched_at"], key)
    )
    live = [key for key in group.members if standings[key].state == "live"]
    state = standings[live[0] if live else present]
    version_rows = _version_rows(result, source_id, group.article_id, links)
    result.articles.append(
        {
            "article_id": group.article_id,
            "source_id": source_id,
            "native_id": group.native_id,
            "canonical_url": present,
            "url": _plain_url(places[present]),
            "alternate_urls": [_plain_url(places[key]) for key in others],
            "status": state.state,
            "first_seen": min(sight.at for sight in sights),
            "last_seen": max(sight.at for sight in sights),
            "missing_since": state.missing_since,
            "gone_confirmed_at": state.gone_confirmed_at,
            "versions": len(version_rows),
            "version_id": version_rows[-1]["version_id"],
        }
    )
    result.versions.extend(version_rows)


def _version_rows(result: Assembly, source_id: str, article_id: str, links: Sequence[Link]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for number, link in enumerate(links, start=1):
        reader, read = link.shown
        version_id = link.sights[0].capture_id
        rows.append(
            {
                "version_id": version_id,
                "article_id": article_id,
                "source_id": source_id,
                "version_no": number,
                "valid_from": link.sights[0].at,
                "valid_to": links[number].sights[0].at if number < len(links) else None,
                "last_seen": link.sights[-1].at,
                "captures": len(link.sights),
                "capture_id": read.capture_id,
                "reader_version": reader,
                "content_id": read.content_id,
                "changed_fields": [],
                "change_class": None,
                "numbers_gone": [],
                "numbers_come": [],
                "names_gone": [],
                "names_come": [],
            }
        )
        result.version_captures.extend(
            {"capture_id": sight.capture_id, "version_id": version_id, "article_id": article_id}
            for sight in link.sights
        )
        if number > 1 and (pair := common_reads(links[number - 2], link)):
            result.compared[version_id] = pair
    return rows


def _sight(key: str, capture: Mapping[str, Any]) -> Sight:
    reads = {
        reading["reader_version"]: Read(
            capture_id=reading["capture_id"],
            digest=reading["content_digest"],
            content_id=reading["content_id"],
            has_text=reading["words"] > 0,
            published_at=reading["published_at"],
        )
        for reading in capture["readings"]
        if reading["page_kind"] in ARTICLE_KINDS
    }
    return Sight(capture["capture_id"], capture["fetched_at"], (key, display_form(capture["url"])), reads)


def _redirects(captures: Sequence[Mapping[str, Any]]) -> bool:
    telling = [c for c in captures if c["outcome"] in ("response", "not-modified", "unchanged")]
    key = captures[0]["canonical_url"]
    return bool(telling) and telling[-1]["redirect_canonical"] not in (None, key)
