"""Which addresses lead to one article.

Belongs here: joining addresses by native id, redirect and rel=canonical, and the id of what they share. Does not:
finding the addresses in the database (`warehouse.versions`), or keys of URLs (`pipelines.urls`).

Two addresses of one outlet lead to one article when pages under both carry the same native id; when one redirects to
the other; or when one names the other as its canonical address. A redirect or a canonical address counts only where the
two addresses are alike (half of the words of the shorter slug in common), or where the redirecting one never showed an
article itself: papers send removed articles to some other page, and templates name wrong canonical addresses. A
canonical address does not count either where both have ids and dates of their own.

One native id is not always one article: many systems number texts, videos and pictures each from one. Addresses that
share an id, are not alike and name days of publication far apart are two articles.

The article's id is computed from the native id of the address that showed it first, else from that address itself, so
an article that moves keeps its id. Where an id is taken by an earlier article, the later one's is that of its address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from pipelines.text import search_key
from pipelines.urls import article_key
from warehouse.states import is_front_page

FAR_APART = timedelta(days=3)
"""Days of publication of one article differ by less, where a page names that of its latest change."""

_WORD = re.compile(r"[^\W\d_]+")
_EXTENSION = re.compile(r"\.\w{2,5}$")


@dataclass(frozen=True, slots=True)
class Address:
    """What is known of one address, over all its captures and readings."""

    canonical_url: str
    first_article: datetime | None = None  # first capture that showed an article here
    native_ids: tuple[str, ...] = ()  # the earliest first
    canonicals: frozenset[str] = frozenset()
    redirects: frozenset[str] = frozenset()
    published: frozenset[datetime] = frozenset()  # as its readings said it


@dataclass(frozen=True, slots=True)
class Group:
    """The addresses of one article."""

    article_id: str
    native_id: str | None
    members: tuple[str, ...]  # canonical URLs, sorted


def groups(source_id: str, addresses: Mapping[str, Address]) -> list[Group]:
    """The articles among `addresses` (by canonical URL) of one outlet; addresses that lead to none are in no group."""
    parents: dict[str, str] = {}

    def root(node: str) -> str:
        while (parent := parents.setdefault(node, node)) != node:
            parents[node] = parents[parent]
            node = parent
        return node

    taken = _taken(addresses)
    for address in addresses.values():
        for link in _links(address, addresses, taken):
            parents[root(link)] = root(address.canonical_url)
    members: dict[str, list[Address]] = {}
    for address in addresses.values():
        members.setdefault(root(address.canonical_url), []).append(address)
    found = (_group(source_id, group, taken) for group in members.values())
    return sorted((group for group in found if group), key=lambda group: group.article_id)


def alike(one: str, other: str) -> bool:
    """Whether two canonical URLs share two words of their slugs and at least half of those of the shorter one."""
    a, b = _slug(one), _slug(other)
    common = len(a & b)
    return common >= 2 and 2 * common >= min(len(a), len(b))


def _taken(addresses: Mapping[str, Address]) -> dict[tuple[str, str], int]:
    """Which of the articles that bear a native id an address shows, by address and id: 0 for the first that bore it."""
    bearers: dict[str, list[Address]] = {}
    shown = [(address.first_article, key, address) for key, address in addresses.items() if address.first_article]
    for _, _, address in sorted(shown, key=lambda one: one[:2]):
        for native in address.native_ids:
            bearers.setdefault(native, []).append(address)
    taken = {}
    for native, found in bearers.items():
        firsts: list[Address] = []
        for address in found:
            number = next((n for n, first in enumerate(firsts) if not _are_two(first, address)), len(firsts))
            if number == len(firsts):
                firsts.append(address)
            taken[address.canonical_url, native] = number
    return taken


def _are_two(one: Address, other: Address) -> bool:
    """Whether two addresses with one native id show two articles: unlike slugs, and days of publication far apart."""
    if alike(one.canonical_url, other.canonical_url):
        return False
    apart = [abs(a - b) for a in one.published for b in other.published]
    return bool(apart) and min(apart) > FAR_APART


def _is_own(address: Address, target: Address | None) -> bool:
    """Whether an address is an article of its own, whatever it names as canonical: ids and dates contradict."""
    return (
        target is not None
        and bool(address.native_ids and target.native_ids and address.published and target.published)
        and not set(address.native_ids) & set(target.native_ids)
        and not address.published & target.published
    )


def _links(address: Address, addresses: Mapping[str, Address], taken: Mapping[tuple[str, str], int]) -> Iterable[str]:
    # Nodes are canonical URLs and, with a prefix that no URL has, native ids.
    if address.first_article is not None:
        for native in address.native_ids:
            yield f"id:{taken[address.canonical_url, native]}:{native}"
        for target in address.canonicals:
            if target == address.canonical_url or is_front_page(target) or not alike(target, address.canonical_url):
                continue
            if not _is_own(address, addresses.get(target)):
                yield target
    for target in address.redirects:
        known = addresses.get(target)
        if known is None or known.first_article is None or is_front_page(target):
            continue
        if address.first_article is None or alike(target, address.canonical_url):
            yield target


def _group(source_id: str, members: list[Address], taken: Mapping[tuple[str, str], int]) -> Group | None:
    seen = sorted((m.first_article, m.canonical_url, m.native_ids) for m in members if m.first_article is not None)
    if not seen:
        return None
    url, native = next(((url, native_ids[0]) for _, url, native_ids in seen if native_ids), ("", None))
    is_first = native is not None and taken[url, native] == 0
    key = article_key(source_id, native if is_first else None, seen[0][1])
    return Group(key, native, tuple(sorted(m.canonical_url for m in members)))


def _slug(canonical: str) -> frozenset[str]:
    segments = [part for part in urlsplit(canonical).path.split("/") if part]
    longest = max((_EXTENSION.sub("", part) for part in segments), key=len, default="")
    return frozenset(_WORD.findall(search_key(unquote(longest))))
