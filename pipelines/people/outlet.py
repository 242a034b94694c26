"""Whether a string names the page's own outlet, in any of the ways in which papers name themselves.

Belongs here: comparing names, marks and hosts of one outlet. Does not: what kind of outlet a string names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipelines.text import search_key, tone_key

# Words that papers add to their name or leave out ("Báo Thái Nguyên điện tử"), and the classes that tell a paper from
# the broadcaster or the portal of the same province.
_FILLERS: Final = re.compile(
    r"\b(?:điện tử|online|trang thông tin|trang tin|thông tin|của|tỉnh|thành phố|tp|ttđt|portal|website|và|&|"
    r"phát thanh|truyền hình|pt-th|ptth|pt - th|ubnd)(?!\w)\.?"
)
_CLASSES: Final = re.compile(r"\b(?:báo|đài|cổng|tạp chí|trang|đảng bộ)(?!\w)")
_HOST: Final = re.compile(r"(?:https?://)?(?:www\.|m\.)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[/:].*)?")
_PLAIN: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Outlet:
    """The keys of one outlet's names."""

    keys: frozenset[str]  # names and marks without blanks and punctuation, with their tones
    cores: frozenset[tuple[frozenset[str], str]]  # classes (báo, đài, cổng) and what is left of the name
    hosts: frozenset[str]
    labels: frozenset[str]  # first labels of hosts: "baothainguyen"

    def owns(self, text: str) -> bool:
        """Whether `text` is a name, a mark, a host or an address of this outlet."""
        if not self.keys and not self.hosts:
            return False
        host = _HOST.fullmatch(text.lower().rstrip("/."))
        if host:
            name = host.group(1)
            return name in self.hosts or any(name.endswith("." + own) for own in self.hosts)
        key = tone_key(text)
        plain = _PLAIN.sub("", key)
        if plain in self.keys:
            return True
        core = _core(key)
        return core in self.cores or (bool(core[0]) and _PLAIN.sub("", search_key(text)) in self.labels)


NOBODY: Final = Outlet(frozenset(), frozenset(), frozenset(), frozenset())


def _core(key: str) -> tuple[frozenset[str], str]:
    classes = frozenset(_CLASSES.findall(key))
    return classes, _PLAIN.sub("", _CLASSES.sub("", _FILLERS.sub("", key)))


@lru_cache(maxsize=256)
def _outlet(names: tuple[str, ...]) -> Outlet:
    keys, cores, hosts, labels = set(), set(), set(), set()
    for name in names:
        host = _HOST.fullmatch(name.strip().lower())
        if host:
            hosts.add(host.group(1))
            labels.add(host.group(1).split(".")[0])
            continue
        key = tone_key(name)
        keys.add(_PLAIN.sub("", key))
        core = _core(key)
        # Without a class the rest is a bare place name, and that belongs to everybody.
        if core[0] and core[1]:
            cores.add(core)
    return Outlet(frozenset(keys - {""}), frozenset(cores), frozenset(hosts), frozenset(labels))


def outlet_of(names: Iterable[str]) -> Outlet:
    """The outlet that goes by `names`: names, marks ("BTN") and hosts, in any mixture."""
    known = tuple(names)
    return _outlet(known) if known else NOBODY
