"""The registry of sources: loading the files, checks between them, and finding one by id or host.

Belongs here: everything that looks at more than one source file. Does not: the shape of a file (`scraper.source`).
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from pipelines.text import search_key
from pipelines.yaml_files import Unreadable, read_yaml
from scraper.listings import parts_of
from scraper.overlay import EXTENDS, REGISTRY, merged
from scraper.source import Host, Source, bare_host

SOURCES = Path(__file__).with_name("sources")
"""The source files that ship with the package."""

__all__ = [
    "SOURCES",
    "BadSource",
    "Registry",
    "Source",
    "UnknownSource",
    "ad_hoc_source",
    "load_registry",
    "load_source",
]


class UnknownSource(LookupError):
    """No source of that id. `nearest` holds the ids that come closest, best first."""

    def __init__(self, source_id: str, nearest: Iterable[str]) -> None:
        self.source_id = source_id
        self.nearest = tuple(nearest)
        hint = f"; did you mean {', '.join(self.nearest)}?" if self.nearest else "; `tintinh sources` lists all"
        super().__init__(f"unknown source {source_id!r}{hint}")


class BadSource(ValueError):
    """A source file that cannot be used; the message names the file, the field and what is wrong."""


class Registry:
    """All sources by id. `bad` holds the operator's files that cannot be used: id of the source -> what is wrong."""

    def __init__(self, sources: Iterable[Source], bad: Mapping[str, str] | None = None) -> None:
        self._by_id = {source.id: source for source in sources}
        self.bad = dict(bad or {})

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Source]:
        return iter(self._by_id.values())

    def all(self) -> tuple[Source, ...]:
        """Every source, ordered by id."""
        return tuple(self._by_id[source_id] for source_id in sorted(self._by_id))

    def get(self, source_id: str) -> Source:
        """The source of that id; `web:<host>` makes an ad-hoc one.

        Raises UnknownSource with the nearest ids, or BadSource where its file cannot be used.
        """
        source = self._by_id.get(source_id)
        if source:
            return source
        if source_id in self.bad:
            raise BadSource(self.bad[source_id])
        if source_id.startswith("web:") and len(source_id) > 4:
            return ad_hoc_source(source_id[4:])
        raise UnknownSource(source_id, self._nearest(source_id))

    def by_host(self, host: str, on: date | None = None) -> Source | None:
        """The source that answers at `host` (a port and www. or m. do not matter), or None.

        `on` is a calendar day in Vietnam: where a host went from one outlet to another, the outlet of that day is
        meant; without it, or where no outlet claims the day, the one that holds the host last.
        """
        name = host.lower().partition(":")[0].rstrip(".")
        claims = self._hosts.get(name) or self._hosts.get(bare_host(name)) or ()
        if on:
            for claim, source in claims:
                if claim.holds_on(on):
                    return source
        return max(claims, key=lambda held: held[0].to_day or date.max)[1] if claims else None

    @cached_property
    def _hosts(self) -> dict[str, list[tuple[Host, Source]]]:
        index: dict[str, list[tuple[Host, Source]]] = {}
        for source in self:
            for host in source.hosts:
                for name in {host.host, bare_host(host.host)}:
                    index.setdefault(name, []).append((host, source))
        return index

    def _nearest(self, wanted: str) -> list[str]:
        """Ids by likeness to an id, a name or a host (diacritics and blanks do not matter)."""
        spellings: dict[str, str] = {}
        for source in self:
            for spelling in (source.id, source.name, *source.host_names):
                spellings.setdefault(_plain(spelling), source.id)
        close = difflib.get_close_matches(_plain(wanted), spellings, n=8, cutoff=0.6)
        inside = [key for key in spellings if len(wanted) > 3 and _plain(wanted) in key]
        return list(dict.fromkeys(spellings[key] for key in (*close, *inside)))[:3]


def load_registry(extra: Path | None = None, *, shipped: bool = True) -> Registry:
    """The sources that ship with the package, and those in the folder `extra`, which replace those of the same id, or
    state what is different about them (`extends: registry`, see `scraper.overlay`).

    With `shipped` off only those of `extra`. A file of `extra` that cannot be used, or that contradicts another one,
    costs itself alone: its source is left out (also where a shipped file has the same id: it may say that the source
    is to stop), and `Registry.bad` says why. Raises BadSource where shipped files are at fault.
    """
    base = SOURCES if shipped else None
    return _load(base, _stamp(base), extra, _stamp(extra))


def load_source(source_id: str, extra: Path | None = None, *, shipped: bool = True) -> Source:
    """One source as `load_registry` has it, from its own file alone: who crawls it needs none of the others.

    What only the other files can tell, that it contradicts one of them, is not seen. Raises UnknownSource, BadSource.
    """
    for folder, read in ((extra, read_own_source), (SOURCES if shipped else None, read_source)):
        if folder and (path := folder / f"{source_id}.yaml").is_file():
            return read(path)
    return load_registry(extra, shipped=shipped).get(source_id)


def read_source(path: Path) -> Source:
    """The source in one file. Raises BadSource; the id must be the file's name."""
    return _source(path, _fields(path))


def read_own_source(path: Path) -> Source:
    """The source in a file of the operator's, which may state only what is different from the shipped one.

    Raises BadSource.
    """
    data = _fields(path)
    whole = data.pop(EXTENDS, None)
    if whole is None:
        return _source(path, data)
    if whole != REGISTRY:
        raise BadSource(f"{path.name}: {EXTENDS}: {whole!r} is unknown; it can say {REGISTRY!r}, or be left out")
    shipped = SOURCES / path.name
    if not shipped.is_file():
        raise BadSource(
            f"{path.name}: {EXTENDS} the {REGISTRY}, which has no {path.stem} (`tintinh sources` lists all)"
        )
    return _source(path, merged(_fields(shipped), data))


def _fields(path: Path) -> dict[str, Any]:
    try:
        data = read_yaml(path, _Loader)
    except Unreadable as error:
        raise BadSource(str(error)) from error
    if not isinstance(data, dict):
        raise BadSource(f"{path.name}: must be a mapping of fields, see scraper/source.py")
    return data


def _source(path: Path, data: Mapping[str, Any]) -> Source:
    try:
        source = Source.model_validate(data)
    except ValidationError as error:
        raise BadSource(f"{path.name}: {_in_words(error)}") from error
    if source.id != path.stem:
        raise BadSource(f"{path.name}: id {source.id!r} must be the file's name")
    return source


def ad_hoc_source(host: str) -> Source:
    """A source for a host that no file names: id `web:<host>`, found pages only, no discovery."""
    name = host.lower().partition(":")[0].rstrip(".")
    return Source(id=f"web:{name}", name=name, kind="web", home=f"https://{name}/", hosts=(Host(host=name),))


def check(sources: Iterable[Source]) -> list[str]:
    """What source files say that other files contradict: unknown successors, one host claimed twice on the same day."""
    return [problem for _, problem in _contradictions(sources)]


def _contradictions(sources: Iterable[Source], besides: Collection[str] = ()) -> list[tuple[tuple[str, ...], str]]:
    """The ids of the files that contradict each other, and how; sources of `besides` exist, but say nothing."""
    problems: list[tuple[tuple[str, ...], str]] = []
    known = {source.id: source for source in sources}
    held: dict[str, list[tuple[Host, str]]] = {}
    for source in known.values():
        if source.successor and source.successor not in known and source.successor not in besides:
            problems.append(((source.id,), f"{source.id}: successor {source.successor!r} is no source"))
        if source.successor == source.id:
            problems.append(((source.id,), f"{source.id}: is its own successor"))
        for host in source.hosts:
            for other, owner in held.get(host.host, []):
                if owner != source.id and _overlap(host, other):
                    told = f"{source.id}: host {host.host} is also {owner}'s on the same days; give both from/to"
                    problems.append(((source.id, owner), told))
            held.setdefault(host.host, []).append((host, source.id))
    return problems


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # the C one where libyaml is there
    """Safe loading, four times faster with libyaml."""


@lru_cache(maxsize=4)
def _load(shipped: Path | None, _shipped_stamp: int, extra: Path | None, _extra_stamp: int) -> Registry:
    found = {path.stem: path for path in sorted(shipped.glob("*.yaml"))} if shipped else {}
    if extra and extra.is_dir():
        found |= {path.stem: path for path in sorted(extra.glob("*.yaml"))}
    own = {source_id for source_id, path in found.items() if path.parent == extra}
    sources: dict[str, Source] = {}
    bad: dict[str, str] = {}
    for source_id, path in found.items():
        try:
            sources[source_id] = read_own_source(path) if source_id in own else read_source(path)
        except BadSource as error:
            if source_id not in own:
                raise
            bad[source_id] = str(error)
    while problems := _contradictions(sources.values(), bad):
        at_fault = own.intersection(*(problem[0] for problem in problems[:1]))
        if not at_fault:
            raise BadSource("; ".join(told for _, told in problems))
        for source_id in at_fault:
            del sources[source_id]
            bad[source_id] = f"{source_id}.yaml: {problems[0][1]}"
    return Registry(sources.values(), bad)


def _stamp(folder: Path | None) -> int:
    """Changes when a file of the folder does."""
    if folder is None or not folder.is_dir():
        return 0
    return hash(tuple((path.name, path.stat().st_mtime_ns) for path in sorted(folder.glob("*.yaml"))))


def _overlap(one: Host, other: Host) -> bool:
    return (one.from_day or date.min) <= (other.to_day or date.max) and (other.from_day or date.min) <= (
        one.to_day or date.max
    )


def _in_words(error: ValidationError) -> str:
    said = []
    for problem in error.errors():
        where = ".".join(str(step) for step in problem["loc"])
        text = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            text = f"unknown field{_nearest_field(problem['loc'])}"
        said.append(f"{where}: {text}" if where else text)
    return "; ".join(said)


def _nearest_field(loc: tuple[Any, ...]) -> str:
    fields: Mapping[str, FieldInfo] = Source.model_fields
    for step in loc[:-1]:
        if isinstance(step, str):  # else its place in a list
            part = next(
                (one for name, field in fields.items() if step in (name, field.alias) for one in parts_of(field)), None
            )
            fields = part.model_fields if part else {}
    names = [field.alias or name for name, field in fields.items()]
    # `delay` for `delay_s`, `url` for `urls`: beginnings are nearer than letters tell.
    close = [name for name in names if name.startswith(str(loc[-1]))] or difflib.get_close_matches(
        str(loc[-1]), names, n=1
    )
    return f" (did you mean {close[0]!r}?)" if close else ""


def _plain(text: str) -> str:
    return "".join(ch for ch in search_key(text) if ch.isalnum())
