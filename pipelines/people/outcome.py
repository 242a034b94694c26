"""From the phrases of a byline to its credits: who stays, with which roles, each person and source once.

Belongs here: the last step of a reading. Does not: how the phrases were found (`grammar.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.people.items import Item
from pipelines.people.lexicon import in_order
from pipelines.people.names import Name, credit_key
from pipelines.people.reading import BylineReading
from pipelines.records import Credit, Role
from pipelines.text import tone_key


@dataclass(slots=True)
class Parsed:
    """A byline as it was understood, with what the public reading does not tell."""

    reading: BylineReading
    items: Sequence[Item] = ()
    prose: bool = False  # part of a sentence stood there
    unread: int = 0  # phrases that are nothing known
    labelled: bool = False  # a role label, "Theo" or "Nguồn" stood in front of something credited
    roled: bool = False  # role words stood alone ("(Tổng hợp)")


def outcome(
    raw: str,
    items: Sequence[Item],
    *,
    affiliations: Sequence[str],
    flags: Sequence[str],
    default: Role,
    dateline: bool,
    place: str,
    roled: bool,
) -> Parsed:
    """The reading of `raw`. `default`: the role of who has no label; `dateline`: a place with a day stands in front;
    `place`: the words in front of a day, which may be that place."""
    unread = [item for item in items if item.kind == "unknown"]
    prose = any("prose" in item.flags or _small_words(item.text) >= 2 for item in unread)
    kept, subject = _credited(items, prose=prose, dateline=dateline, place=place)
    people: dict[str, Credit] = {}
    sources: dict[str, str] = {}
    through: list[str] = []
    for item in kept:
        if item.kind == "source":
            name = sources.setdefault(tone_key(item.text), item.text)
            if item.through and name not in through:
                through.append(name)
        elif item.name is not None:
            _add(people, item, item.name, default)
    if len(sources) > 1:  # "Nguồn Báo Mới: https://...": the address of the outlet that is named
        sources = {key: name for key, name in sources.items() if not name.startswith("http")} or sources
    notes = [*flags, *(["subject"] if subject else []), *(["prose"] if prose else [])]
    reading = BylineReading(
        authors=tuple(people.values()),
        sources=tuple(sources.values()),
        flags=tuple(dict.fromkeys(notes)),
        raw=raw,
        affiliations=tuple(dict.fromkeys(affiliations)),
        via=tuple(through),
    )
    labelled = any(item.labelled and item.kind != "unknown" and item.kind != "affiliation" for item in items)
    return Parsed(reading, items, prose, len(unread), labelled, roled)


def _add(people: dict[str, Credit], item: Item, name: Name, default: Role) -> None:
    roles = (item.suffix if item.suffix is not None else item.label) or {default}
    credit = Credit(name.text, in_order(set(roles)), name.kind, item.text, item.affiliation)
    known = people.setdefault(credit_key(credit.name), credit)
    if known is not credit:
        both = in_order({*known.roles, *credit.roles})
        affiliation = known.affiliation or credit.affiliation
        people[credit_key(credit.name)] = Credit(known.name, both, known.kind, known.raw, affiliation)


def _credited(items: Sequence[Item], *, prose: bool, dateline: bool, place: str) -> tuple[list[Item], bool]:
    """Who stays: beside a sentence only whom a label credits, and never whom the text is about (then True)."""
    kept = []
    subject = False
    for n, item in enumerate(items):
        if item.kind not in {"person", "source"} or (prose and not (item.labelled and item.label)):
            continue
        if dateline and "place_name" in item.flags:
            continue
        if not n and item.text == place and any(other.kind in {"person", "source"} for other in items[1:]):
            continue  # "Mường Hum, 12/8/2024 - Hà Lam": whoever signs stands behind the day
        after = items[n + 1] if n + 1 < len(items) else None
        if item.titles[:1] == ("address",) and after is not None and _describes(after):
            subject = True
            continue
        kept.append(item)
    return kept, subject


def _describes(item: Item) -> bool:
    """Whether a phrase says what somebody is: an office, or small words ("học sinh lớp 5", "người dân xã A")."""
    return "position" in item.titles or (item.kind == "affiliation" and item.text[:1].islower())


def _small_words(text: str) -> int:
    return sum(word[:1].islower() for word in text.split())
