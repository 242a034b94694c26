"""What discovery remembers from run to run: chains of pages that were not read to their end, listings' validators,
and how far lastmods and answers of "not modified" can be believed.

Belongs here: reading and writing that small file. Does not: what articles are known (the plan says so). Losing the file
costs only requests: everything it saves is found again.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scraper.lastmod import LastmodTrust
from scraper.plan import write_json
from scraper.validators import ValidatorTrust

_SAVE_EVERY_S = 2.0


class DiscoveryState:
    """The memory of one source: `<archive>/.discovery/<source>.json`."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._saved_at = 0.0
        data: dict[str, Any] = {}
        if path is not None and path.is_file():
            try:
                data = json.loads(path.read_text(encoding="utf-8"))
            except ValueError:
                data = {}  # half a file cannot happen (it is renamed into place); a foreign one is not worth a crash
        self._chains: dict[str, dict[str, Any]] = data.get("chains", {})
        self._listings: dict[str, dict[str, Any]] = data.get("listings", {})
        self.lastmod = LastmodTrust.from_json(data.get("lastmod", {}))
        self.validators = ValidatorTrust.from_json(data.get("validators", {}))

    @classmethod
    def of(cls, archive: Path, source_id: str) -> DiscoveryState:
        """The state of that source beside its archive."""
        folder = archive / ".discovery"
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder / f"{source_id.replace(':', '_')}.json")

    def chain(self, name: str) -> dict[str, Any] | None:
        """What an earlier run left of a chain that it did not finish, or None where it finished (or never ran).

        `{"ended": True}`: an earlier part of the same backfill has finished it.
        """
        return self._chains.get(name)

    def keep_chain(self, name: str, **place: Any) -> None:
        """The chain is being read and has come to `place`."""
        self._chains[name] = place
        self.save(soon=True)

    def end_chain(self, name: str) -> None:
        """The chain was read to its end. One of a backfill is marked so: the backfill's next part leaves it out."""
        if name.startswith("backfill:"):
            self._chains[name] = {"ended": True}
        else:
            self._chains.pop(name, None)
        self.save(soon=True)

    def end_backfill(self) -> None:
        """A backfill had its budget and is over: where all its chains have ended, the next one starts anew."""
        parts = {name: place for name, place in self._chains.items() if name.startswith("backfill:")}
        if all(place.get("ended") for place in parts.values()):
            for name in parts:
                del self._chains[name]

    def listing(self, url: str) -> dict[str, Any]:
        """Validators and dates of an earlier answer: etag, last_modified, lastmod, fetched_at."""
        return self._listings.get(url, {})

    def keep_listing(self, url: str, **what: str | None) -> None:
        """A listing was read whole."""
        kept = {name: value for name, value in what.items() if value}
        if kept and self.listing(url).get("stands_still"):
            kept["stands_still"] = "yes"
        if not kept:
            self._listings.pop(url, None)
            return
        self._listings[url] = kept | {"fetched_at": datetime.now(UTC).isoformat(timespec="seconds")}
        self.save(soon=True)

    def mark_standing_still(self, url: str) -> None:
        """What the index says of this sitemap's lastmod does not move when pages come: it is no hint."""
        if url in self._listings:
            self._listings[url]["stands_still"] = "yes"

    def save(self, *, soon: bool = False) -> None:
        """Writes the file; with `soon` only when the last time is some seconds ago."""
        if self._path is None or (soon and time.monotonic() - self._saved_at < _SAVE_EVERY_S):
            return
        trust = {"lastmod": self.lastmod.to_json(), "validators": self.validators.to_json()}
        write_json(self._path, {"chains": self._chains, "listings": self._listings, **trust})
        self._saved_at = time.monotonic()
