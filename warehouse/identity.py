"""Which addresses lead to one article.

Belongs here: joining addresses by native id, redirect and rel=canonical, and the id of what they share. Does not:
finding the addresses in the database (`warehouse.versions`), or keys of URLs (`pipelines.urls`).

Two addresses of one outlet lead to one article when pages under both carry the same native id; when one redirects to
the other; or when one names the other as its canonical address. A redirect or a canonical address counts only where the
two addresses are alike (half of the words of the shorter slug in common), or where the redirecting one never showed an
article itself: papers send removed articles to some other page, and templates name wrong canonical addresses.

The article's id is computed from the native id of the address that showed it first, else from that address itself, so
an article that moves keeps its id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote, urlsplit

from pipelines.text import search_key
from pipelines.urls import article_key
from warehouse.states import is_front_page

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

    for address in addresses.values():
        for link in _links(address, addresses):
            parents[root(link)] = root(address.canonical_url)
    members: dict[str, list[Address]] = {}
    for address in addresses.values():
        members.setdefault(root(address.canonical_url), []).append(address)
    found = (_group(source_id, group) for group in members.values())
    return sorted((group for group in found if group), key=lambda group: group.article_id)


def alike(one: str, other: str) -> bool:
    """Whether two canonical URLs share two words of their slugs and at least half of those of the shorter one."""
    a, b = _slug(one), _slug(other)
    common = len(a & b)
    return common >= 2 and 2 * common >= min(len(a), len(b))


def _links(address: Address, addresses: Mapping[str, Address]) -> Iterable[str]:
    # Nodes are canonical URLs and, with a prefix that no URL has, native ids.
    if address.first_article is not None:
        yield from (f"id:{native}" for native in address.native_ids)
        for target in address.canonicals:
            if target != address.canonical_url and not is_front_page(target) and alike(target, address.canonical_url):
                yield target
    for target in address.redirects:
        known = addresses.get(target)
        if known is None or known.first_article is None or is_front_page(target):
            continue
        if address.first_article is None or alike(target, address.canonical_url):
            yield target


def _group(source_id: str, members: list[Address]) -> Group | None:
    seen = sorted((m.first_article, m.canonical_url, m.native_ids) for m in members if m.first_article is not None)
    if not seen:
        return None
    native = next((native_ids[0] for _, _, native_ids in seen if native_ids), None)
    key = article_key(source_id, native, seen[0][1])
    return Group(key, native, tuple(sorted(m.canonical_url for m in members)))


def _slug(canonical: str) -> frozenset[str]:
    segments = [part for part in urlsplit(canonical).path.split("/") if part]
    longest = max((_EXTENSION.sub("", part) for part in segments), key=len, default="")
    return frozenset(_WORD.findall(search_key(unquote(longest))))
