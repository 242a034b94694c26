"""What the plan says is known already: a million addresses in some tens of megabytes.

Belongs here: looking up addresses and article keys, and reading single rows back. Does not: deciding what is due (the
plan says so) or what this visit does about it (`scraper.visit`).
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from pipelines.urls import article_key, canonical_url, native_id
from scraper.source import Source


def url_key(source: Source, url: str) -> tuple[str, str]:
    """The canonical URL of `url` at that source, and the key of the article that it would be."""
    canonical = canonical_url(url, identity_params=source.identity_params)
    return canonical, article_key(source.id, native_id(canonical, source.article_patterns), canonical)


class KnownIndex:
    """The plan's `known` file. Rows stay in the file; in memory there are hashes, file offsets and instants."""

    def __init__(self, path: Path | None, source: Source) -> None:
        self._path = path
        self._source = source
        self._hashes = array("Q")  # of canonical URLs, ascending
        self._offsets = array("Q")
        self._times = array("d")  # seconds since 1970, 0 where never captured
        self._keys = array("Q")  # of article keys, ascending
        self.listings: dict[str, dict[str, Any]] = {}  # rows of other purposes, by URL as requested
        self.due = 0
        self._due_offsets = array("Q")
        if path is not None:
            self._read(path)

    def __len__(self) -> int:
        return len(self._hashes)

    def __contains__(self, canonical: str) -> bool:
        return self._at(canonical) is not None

    def knows_article(self, key: str) -> bool:
        """Whether an address of the article with that key is known."""
        wanted = _hash(key)
        place = bisect_left(self._keys, wanted)
        return place < len(self._keys) and self._keys[place] == wanted

    def fetched_at(self, canonical: str) -> datetime | None:
        """When the address was last captured with a payload (UTC), or None."""
        place = self._at(canonical)
        return datetime.fromtimestamp(self._times[place], UTC) if place is not None and self._times[place] else None

    def row(self, canonical: str) -> dict[str, Any] | None:
        """The row of that address, or None."""
        place = self._at(canonical)
        return None if place is None else self._row_at(self._offsets[place])

    def due_rows(self) -> Iterator[dict[str, Any]]:
        """The due rows in the file's order."""
        for offset in self._due_offsets:
            yield self._row_at(offset)

    def _read(self, path: Path) -> None:
        hashes, offsets, times, keys = array("Q"), array("Q"), array("d"), array("Q")
        with path.open("rb") as lines:
            offset = 0
            for number, line in enumerate(lines, 1):
                try:
                    row = json.loads(line)
                    url = row["url"]
                except (ValueError, KeyError, TypeError) as error:
                    raise ValueError(f"{path}, line {number}: {error}") from error
                if row.get("purpose", "article") != "article":
                    self.listings[url] = row
                else:
                    canonical, key = keys_of(row, self._source)
                    fetched_at = row.get("fetched_at")
                    hashes.append(_hash(canonical))
                    offsets.append(offset)
                    times.append(datetime.fromisoformat(fetched_at).timestamp() if fetched_at else 0.0)
                    keys.append(_hash(key))
                    if row.get("due"):
                        self._due_offsets.append(offset)
                offset += len(line)
        order = sorted(range(len(hashes)), key=hashes.__getitem__)
        self._hashes = array("Q", map(hashes.__getitem__, order))
        self._offsets = array("Q", map(offsets.__getitem__, order))
        self._times = array("d", map(times.__getitem__, order))
        self._keys = array("Q", sorted(keys))
        self.due = len(self._due_offsets)

    def _row_at(self, offset: int) -> dict[str, Any]:
        assert self._path is not None
        with self._path.open("rb") as lines:
            lines.seek(offset)
            row: dict[str, Any] = json.loads(lines.readline())
            return row

    def _at(self, canonical: str) -> int | None:
        wanted = _hash(canonical)
        place = bisect_left(self._hashes, wanted)
        return place if place < len(self._hashes) and self._hashes[place] == wanted else None


def keys_of(row: Mapping[str, Any], source: Source) -> tuple[str, str]:
    """The canonical URL of a row and the key of its article, computed where the row leaves them open."""
    canonical, key = row.get("canonical_url"), row.get("article_key")
    if not canonical:
        return url_key(source, row["url"])
    return canonical, key or article_key(source.id, native_id(canonical, source.article_patterns), canonical)


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
