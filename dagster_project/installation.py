"""One installation as commands and assets see it: the data folder, the registry, and what the environment adds to them.

Belongs here: what has to be known before anything can run, and the check that the folder can be used. Does not: names
inside the folder (`paths`), Dagster's part of it (`instance`), or anything that is done with it (`flow`, `crawl`).
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from dagster_project.paths import DataFolder

if TYPE_CHECKING:
    from scraper.registry import Registry, Source

HOST_MAP_VARIABLE = "TINTINH_HOST_MAP"
"""Environment variable with `host=127.0.0.1:port` pairs, separated by blanks or commas, or the same as a JSON object:
where bytes come from instead (the demo, tests, a mirror). Stored addresses stay the public ones."""

MIN_FREE_BYTES = 200_000_000
"""Below this much room nothing new is started: DuckDB and SQLite take it badly when a disk fills up under them."""


class Unusable(RuntimeError):
    """The installation cannot be used as it is; the message says what to do."""


@dataclass(frozen=True)
class Installation:
    """The data folder with its registry and host map."""

    folder: DataFolder
    host_map: Mapping[str, str] = field(default_factory=dict)  # public host -> "127.0.0.1:port"

    @classmethod
    def from_environment(cls, folder: DataFolder | None = None) -> Installation:
        """What the environment says. Raises Unusable where the host map cannot be read."""
        return cls(folder or DataFolder.from_environment(), read_host_map(os.environ.get(HOST_MAP_VARIABLE, "")))

    @cached_property
    def registry(self) -> Registry:
        """The sources that ship with the package and the operator's own; files that cannot be used are in its `bad`."""
        from scraper.registry import load_registry

        return load_registry(self.folder.sources)

    @property
    def is_demo(self) -> bool:
        """Whether this folder belongs to the demo; demo and real sources never share one."""
        return self.folder.demo_state.exists()

    def own_sources(self) -> list[Source]:
        """The sources that belong to this folder: those of the demo, or all others, ordered by id."""
        return [source for source in self.registry.all() if source.demo == self.is_demo]

    def scheduled_sources(self) -> list[Source]:
        """The sources that schedules crawl: enabled, not stopped, not closed; in the demo's folder all of it."""
        return [
            source
            for source in self.own_sources()
            if (source.enabled or source.demo) and not source.stopped and not source.closed
        ]

    def source(self, source_id: str) -> Source:
        """A source of this folder. Raises UnknownSource, or Unusable for a demo source elsewhere and the reverse."""
        source = self.registry.get(source_id)
        if source.demo and not self.is_demo:
            raise Unusable(
                f"{source.id} is an outlet of the demo site, which runs only inside `tintinh demo`."
                " After it, `tintinh --demo crawl` crawls its outlets once more."
            )
        if self.is_demo and not source.demo:
            raise Unusable(
                f"{self.folder.root} belongs to the demo; {source.id} is a real outlet and goes elsewhere:"
                " leave out --demo, or let TINTINH_DATA name another folder."
            )
        return source

    def environment(self) -> dict[str, str]:
        """What child processes need in their environment to see the same installation."""
        values = {"TINTINH_DATA": str(self.folder.root), "DAGSTER_HOME": str(self.folder.dagster_home)}
        if self.host_map:
            values[HOST_MAP_VARIABLE] = " ".join(f"{host}={target}" for host, target in sorted(self.host_map.items()))
        return values

    def make_ready(self, room: int = MIN_FREE_BYTES) -> None:
        """Makes the folders and proves that they can be written. Raises Unusable with what to do."""
        folder = self.folder
        try:
            for path in (folder.archive, folder.warehouse.parent, folder.published, folder.plans, folder.dagster_home):
                path.mkdir(parents=True, exist_ok=True)
                probe = path / f".probe-{os.getpid()}"
                probe.write_bytes(b"tintinh")
                probe.unlink()
            free = shutil.disk_usage(folder.root).free
        except OSError as error:
            raise Unusable(
                f"the data folder {folder.root} cannot be written: {error.strerror or error} ({error.filename})."
                " Give this user the right to write there, or let TINTINH_DATA name another folder."
            ) from error
        if free < room:
            raise Unusable(
                f"no room: {free / 1e6:.0f} MB are left on the disk of {folder.root}, {room / 1e6:.0f} MB are the least"
                " to start with. Free some, or let TINTINH_DATA name a folder on another disk."
            )


def read_host_map(text: str) -> dict[str, str]:
    """`host=address:port` pairs as a mapping; JSON is understood too. Raises Unusable."""
    if not text.strip():
        return {}
    try:
        if text.lstrip().startswith("{"):
            pairs = {str(host): str(target) for host, target in json.loads(text).items()}
        else:
            pairs = dict(pair.split("=", 1) for pair in re.split(r"[\s,]+", text.strip()))
    except ValueError as error:
        raise Unusable(f"{HOST_MAP_VARIABLE} must hold host=127.0.0.1:port pairs, not {text!r}") from error
    return {host.lower(): target for host, target in pairs.items()}
