"""What passes between the parts of the grammar: phrases as they were understood, and the place where a phrase stands.

Belongs here: the shapes. Does not: how a phrase is understood (`phrases.py`) and what becomes of it (`outcome.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pipelines.people.names import Name
from pipelines.people.outlet import Outlet
from pipelines.people.reading import Slot
from pipelines.records import Role

ItemKind = Literal["person", "source", "collective", "affiliation", "nothing", "unknown"]

PICTURES: Final[frozenset[Role]] = frozenset({"photo", "video", "graphics"})


@dataclass(slots=True)
class Item:
    """One phrase as it was understood."""

    kind: ItemKind
    text: str
    name: Name | None = None
    source_kind: str = ""  # agency, outlet, station, org, place
    flags: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()  # kinds of the titles that were stripped
    label: frozenset[Role] = frozenset()  # roles of the label in front
    suffix: frozenset[Role] | None = None  # roles of the suffix behind
    labelled: bool = False
    through: bool = False  # a source behind "Theo", "Nguồn", a slash
    affiliation: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """Where a phrase stands."""

    slot: Slot
    outlet: Outlet
    roles: frozenset[Role] = frozenset()
    labelled: bool = False
    sure: bool = False  # the label has its colon: "Ảnh: Leo", but not "Clip Vui"
    reprint: bool = False  # behind "Theo" or "Nguồn"
    behind_slash: bool = False
    before_outlet: bool = False  # a slash or bracket follows
    behind_person: bool = False
