"""Outlets all the way into the tables: registered, read and built together, each counted apart.

Belongs here: the order of the steps for several outlets, and what an error costs. Does not: the steps themselves
(`dagster_project.registering`, `dagster_project.flow`), nor Dagster.

A load looks at large tables to find its few rows, whatever it brings; so outlets share one. Where a step fails, it is
taken again by halves until the outlet at fault stands alone: that one is left out of the steps that follow, and the
others are done. Each step goes on from what is in the tables, so nothing is done twice, and a load that is killed at
any moment is completed by the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from dagster_project.flow import ReadCounts, build_each, read_each
from dagster_project.installation import Installation
from dagster_project.progress import Heard
from dagster_project.registering import Registered, register_captures
from scraper.registry import UnknownSource
from warehouse import load
from warehouse.store import Store
from warehouse.versions import BuildCounts


@dataclass(slots=True)
class Loaded:
    """What loading some outlets brought, by outlet; those that failed have what was done before they did."""

    registered: dict[str, Registered] = field(default_factory=dict)
    read: dict[str, ReadCounts] = field(default_factory=dict)
    built: dict[str, BuildCounts] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)  # all the way
    failed: dict[str, Exception] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)  # no file names them now: what they brought waits for that

    def of(self, source_id: str) -> tuple[Registered, ReadCounts, BuildCounts]:
        """What one outlet brought."""
        return (
            self.registered.get(source_id, Registered()),
            self.read.get(source_id, ReadCounts()),
            self.built.get(source_id, BuildCounts()),
        )

    @property
    def all_read(self) -> ReadCounts:
        """What reading brought of all outlets together."""
        whole = ReadCounts()
        for one in self.read.values():
            whole.add(one)
        return whole

    @property
    def all_built(self) -> BuildCounts:
        """What building changed of all outlets together."""
        whole = BuildCounts()
        for one in self.built.values():
            whole.add(one)
        return whole

    def told(self) -> str:
        """Which outlets could not be loaded, and why; empty where all were."""
        return "; ".join(f"{source_id}: {described(error)}" for source_id, error in self.failed.items())


def described(error: Exception) -> str:
    """The error in one line."""
    return f"{type(error).__name__}: {error}"


def load_each(
    store: Store, installed: Installation, source_ids: Iterable[str], progress: Heard | None = None
) -> Loaded:
    """All the way of these outlets: what their crawls left, and a dead load. One that fails costs itself alone."""
    loaded = Loaded()
    ready = _without_the_bad(
        list(source_ids), lambda some: register_captures(store, installed, some, loaded.registered), loaded
    )
    _read_and_build(store, installed, ready, loaded, progress)
    return loaded


def load_source(store: Store, installed: Installation, source_id: str) -> None:
    """All the way of one outlet. Raises whatever kept it from being loaded."""
    loaded = load_each(store, installed, [source_id])
    for error in loaded.failed.values():
        raise error


def catch_up(store: Store, installed: Installation, progress: Heard | None = None, also: Iterable[str] = ()) -> Loaded:
    """Loads whatever the archive holds and the tables do not: what a run fetched that died before it had loaded it.

    Also captures that were registered and never read, and addresses that were never built. Where nothing is left it
    costs a look at the logs and the tables. Outlets in `also` are gone through in any case: where the file of one was
    changed, its pages are read anew.
    """
    loaded = Loaded()
    register_captures(store, installed, into=loaded.registered)
    waiting = sorted({*loaded.registered, *load.sources_waiting(store), *also})
    _read_and_build(store, installed, waiting, loaded, progress)
    return loaded


def _read_and_build(
    store: Store, installed: Installation, source_ids: list[str], loaded: Loaded, progress: Heard | None
) -> None:
    ready = _without_the_bad(
        source_ids, lambda some: read_each(store, installed, some, progress=progress, into=loaded.read), loaded
    )
    loaded.done = _without_the_bad(ready, lambda some: build_each(store, some, loaded.built), loaded)


def _without_the_bad(source_ids: list[str], step: Callable[[Collection[str]], object], loaded: Loaded) -> list[str]:
    """Takes the step for these outlets and returns those for which it was taken; the others are noted."""
    if not source_ids:
        return []
    try:
        step(source_ids)
    except Exception as error:
        if len(source_ids) > 1:
            half = len(source_ids) // 2
            return [
                *_without_the_bad(source_ids[:half], step, loaded),
                *_without_the_bad(source_ids[half:], step, loaded),
            ]
        if isinstance(error, UnknownSource):
            loaded.unknown += source_ids
        else:
            loaded.failed[source_ids[0]] = error
        return []
    return source_ids
