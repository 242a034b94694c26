"""Choosing the unit that a name means, by its level word, its company, the outlet's province and the day.

Belongs here: weighing the units that bear a name. Does not: finding names (`mentions`).

For each unit of the name and level, evidence adds up: the name is followed by the unit it lies in ("xã A, huyện B"),
that unit is named in the same paragraph, it lies in the province of the outlet, that unit is named elsewhere; its
type and its borders are those of the day. One best unit is taken; of equally good ones all are kept as candidates, and
the link stays open. A name without a level word is a province where there is one; a commune or a district only where it
was named in full elsewhere in the text, is followed by what it lies in, is a district (today: the commune named after
it) at home, or a district whose name nothing and nobody else bears.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from pipelines.people.lexicon import lexicon
from pipelines.places.gazetteer import REFORM, Gazetteer, Level, Unit
from pipelines.places.mentions import BARE, DOUBTFUL, INSTITUTION, Mention

_LEVELS: Final[dict[str, tuple[Level, ...]]] = {
    "xã": ("commune",),
    "phường": ("commune",),
    "thị trấn": ("commune",),
    "đặc khu": ("commune",),
    "huyện": ("district",),
    "quận": ("district",),
    "thị xã": ("district",),
    "thành phố": ("district", "province"),
    "tỉnh": ("province",),
}
# What each piece of evidence is worth: an ancestor right behind the name beats all that the text says elsewhere.
_CHAIN: Final = 100
_NEAR_DISTRICT: Final = 30
_NEAR_PROVINCE: Final = 12
_HOME: Final = 10
_TEXT_DISTRICT: Final = 8
_BORDERS: Final = 5
_TEXT_PROVINCE: Final = 3
_TYPE: Final = 2
_LONGEST_CHAIN: Final = 4  # commune, district, province, and one name in between
MAX_CANDIDATES: Final = 12
"""Candidates that an open link keeps; a name with more is told apart by none of them."""


@dataclass(frozen=True, slots=True)
class Home:
    """Codes of the outlet's provinces: among the 63 before 2025-07-01, and among the 34 since."""

    old: frozenset[str] = frozenset()
    new: frozenset[str] = frozenset()


@dataclass(slots=True)
class Place:
    """One unit that a text names, or one name that stayed open."""

    unit: Unit | None
    name: str  # of the unit; as written where the link is open
    level: Level | None
    raw: str  # first mention as written, level word and mark included
    evidence: str  # why this unit: level word, chain, near, home, text, only, bare, again; open: ambiguous, unknown
    confidence: float
    candidates: tuple[str, ...] = ()
    fields: list[str] = field(default_factory=list)
    mentions: int = 0
    marked_old: int = 0  # mentions with "cũ"
    first_word: int | None = None  # words of title, lead and body before the first mention

    def add(self, mention: Mention, confidence: float) -> None:
        """Counts one more mention."""
        if mention.field not in self.fields:
            self.fields.append(mention.field)
        self.mentions += 1
        self.marked_old += mention.mark == "cũ"
        self.confidence = max(self.confidence, confidence)
        if self.first_word is None:
            self.first_word = mention.word


@dataclass(slots=True)
class _Choice:
    unit: Unit | None
    evidence: str
    confidence: float
    candidates: tuple[str, ...] = ()
    level: Level | None = None


def resolve(mentions: Sequence[Mention], units: Gazetteer, on: date | None, home: Home) -> list[Place]:
    """The places that these mentions of one text name, by first appearance."""
    weigh = _Weighing(mentions, units, on, home)
    choices = [weigh.choose(at) for at in range(len(mentions))]
    again: dict[str, _Choice] = {}
    for mention, choice in zip(mentions, choices, strict=True):
        if choice and mention.level and choice.level != "province":
            again.setdefault(mention.key, choice)
    provinces = {m.key for m, c in zip(mentions, choices, strict=True) if c and m.level == "tỉnh"}
    found: dict[tuple[str, str | None], Place] = {}
    for mention, own in zip(mentions, choices, strict=True):
        choice = own
        if not mention.level and mention.key in again and mention.key not in provinces:
            named = again[mention.key]
            # "xã Hòa Bình" makes "Hòa Bình" that commune, unless the text speaks of the province or it is at home
            if choice is None or choice.unit is None or not weigh.at_home(choice.unit):
                choice = _Choice(named.unit, "again", min(named.confidence, 0.9), named.candidates, named.level)
        if choice is None:
            continue
        where = (choice.unit.unit_id, None) if choice.unit else (mention.key, choice.level)
        confidence = choice.confidence * (0.8 if mention.field == "section" else 1)
        if where not in found:
            found[where] = Place(
                choice.unit, choice.unit.name if choice.unit else mention.bare, choice.level, mention.raw,
                choice.evidence, confidence, choice.candidates,
            )  # fmt: skip
        elif confidence > found[where].confidence:
            found[where].evidence = choice.evidence
        found[where].add(mention, confidence)
    return list(found.values())


class _Weighing:
    """What the whole text says, and the choice for one mention in the light of it."""

    def __init__(self, mentions: Sequence[Mention], units: Gazetteer, on: date | None, home: Home) -> None:
        self.mentions = mentions
        self.units = units
        self.home = home
        self.since = on is None or on >= REFORM
        self.near: dict[int, set[str]] = {}  # text number -> ids of districts and provinces that it may name
        self.text: set[str] = set()
        lower = {m.key for m in mentions if m.level and m.level != "tỉnh"} - {
            m.key for m in mentions if m.level == "tỉnh"
        }
        for mention in mentions:
            if mention.strength <= INSTITUTION or (mention.key in lower and not mention.level):
                continue  # "xã Hòa Bình ... Hòa Bình" does not speak of the province
            ids = {unit.unit_id for unit in self._upper(mention)}
            self.near.setdefault(mention.text_no, set()).update(ids)
            self.text |= ids

    def at_home(self, unit: Unit) -> bool:
        """Whether the unit lies in the outlet's province, by the borders of the day."""
        if self.since:
            return not self.home.new.isdisjoint(unit.provinces_34)
        return not self.home.old.isdisjoint(unit.provinces_63)

    def choose(self, at: int) -> _Choice | None:
        """The unit that a mention means, an open link, or None where it names nothing that we link."""
        mention = self.mentions[at]
        level = mention.level
        if not mention.known:
            return _Choice(None, "unknown", mention.strength, level=_LEVELS[level or "xã"][0])
        of_name = self.units.names[mention.key]
        if level is None and mention.listed and not self._lies_above(at):
            among = [unit for unit in of_name if unit.level in _LEVELS[mention.listed]]
            if among:
                level = mention.listed
        if level is None:
            return self._choose_bare(at, of_name)
        among = [unit for unit in of_name if unit.level in _LEVELS[level]]
        if level == "đặc khu":
            among = [unit for unit in among if unit.type == "Đặc khu"]
        elif level == "thành phố":
            cities = [unit for unit in among if unit.level == "district"]
            among = cities or among
        if not among:
            kind = _LEVELS[level][0]
            if kind == "province":
                return None
            return _Choice(None, "unknown", 0.3, level=kind)
        if among[0].level == "province":
            return self._province(mention, among, mention.strength, "level word")
        return self._weigh(at, among, level)

    def _choose_bare(self, at: int, of_name: Sequence[Unit]) -> _Choice | None:
        mention = self.mentions[at]
        provinces = [unit for unit in of_name if unit.level == "province"]
        lower = [unit for unit in of_name if unit.level != "province"]
        if provinces:
            if mention.key == "hồ chí minh":
                return None  # without TP it is the president
            confidence = mention.strength
            if mention.field == "dateline":
                confidence = 0.95
            elif mention.key == "sài gòn":
                confidence = min(confidence, DOUBTFUL)
            return self._province(mention, provinces, confidence, "bare")
        followers = self._followers(at)
        chained = [unit for unit in self._of_day(mention, lower) if not followers.isdisjoint(unit.within)]
        if chained:
            districts = [unit for unit in chained if unit.level == "district"]
            best = districts if len(districts) == 1 else chained
            if len(best) == 1:
                return _Choice(best[0], "chain", min(mention.strength, 0.85), level=best[0].level)
            return None
        at_home = [unit for unit in lower if self.at_home(unit)]
        districts = [unit for unit in at_home if unit.level == "district"]
        if not districts:
            return self._only_district(mention, lower)
        today = [unit for unit in at_home if unit.borders == "34"]
        if self.since and len(today) == 1 and mention.mark != "cũ":
            return _Choice(today[0], "home", min(mention.strength, 0.55), level="commune")
        if len(districts) > 1:
            ids = tuple(sorted(unit.unit_id for unit in districts))
            return _Choice(None, "ambiguous", 0.3, ids, "district")
        rivals = {unit.unit_id for unit in at_home if unit.borders == "63"} - {districts[0].unit_id}
        confidence = min(mention.strength, 0.6 if rivals else DOUBTFUL)
        return _Choice(districts[0], "home", confidence, level="district")

    def _only_district(self, mention: Mention, lower: Sequence[Unit]) -> _Choice | None:
        """The district of a name that the whole land uses for one place only, and that no person could bear."""
        districts = [unit for unit in lower if unit.level == "district"]
        if len(districts) != 1 or len({unit.provinces_34 for unit in lower}) != 1:
            return None
        if all(part in lexicon().syllables for part in mention.key.split(" ")):
            return None
        of_day = self._of_day(mention, [unit for unit in lower if unit.level == "district" or unit.borders == "34"])
        if len(of_day) != 1:
            return None
        return _Choice(of_day[0], "only", min(mention.strength, 0.55), level=of_day[0].level)

    def _province(self, mention: Mention, among: Sequence[Unit], confidence: float, evidence: str) -> _Choice | None:
        of_day = self._of_day(mention, among)
        if not of_day:
            return None
        return _Choice(of_day[0], evidence, confidence, level="province")

    def _of_day(self, mention: Mention, among: Iterable[Unit]) -> list[Unit]:
        """The units of the borders that the mark or the day speaks for; the others where there are none."""
        among = list(among)
        if mention.mark == "cũ":
            chosen = [unit for unit in among if unit.borders != "34"]
        elif mention.mark == "mới" or self.since:
            chosen = [unit for unit in among if unit.borders == "34"]
        else:
            chosen = [unit for unit in among if unit.borders == "63"]
        return chosen or among

    def _weigh(self, at: int, among: Sequence[Unit], level: str) -> _Choice:
        mention = self.mentions[at]
        followers = self._followers(at)
        near = self.near.get(mention.text_no, set())
        if mention.mark == "cũ":
            among = [unit for unit in among if unit.borders != "34"] or among
        elif mention.mark == "mới":
            among = [unit for unit in among if unit.borders == "34"] or among
        elif not self.since:
            among = [unit for unit in among if unit.borders == "63"] or among
        borders = "34" if self.since and mention.mark != "cũ" else "63"
        scored: list[tuple[int, int, Unit]] = []
        for unit in among:
            above = unit.within - {unit.unit_id}
            told = _CHAIN * len(above & followers)
            told += sum(_NEAR_PROVINCE if len(each) == 5 else _NEAR_DISTRICT for each in above & near)
            told += sum(_TEXT_PROVINCE if len(each) == 5 else _TEXT_DISTRICT for each in above & (self.text - near))
            told += _HOME if self.at_home(unit) else 0
            fits = (_TYPE if unit.type.lower() == level else 0) + (_BORDERS if unit.borders == borders else 0)
            scored.append((told, told + fits, unit))
        best = max(total for _, total, _ in scored)
        winners = [(told, unit) for told, total, unit in scored if total == best]
        if len(winners) == 1 and (winners[0][0] or len(scored) == 1):
            told, unit = winners[0]
            evidence, confidence = self._why(unit, told, followers, near)
            return _Choice(unit, evidence, min(mention.strength, confidence), level=unit.level)
        if not any(told for told, _, _ in scored):
            of_day = [unit for _, _, unit in scored if unit.borders == borders]
            exact = [unit for unit in of_day if unit.type.lower() == level]
            if len(of_day) == 1 or (len(of_day) > 1 and len(exact) == 1 and len({u.name for u in of_day}) > 1):
                unit = of_day[0] if len(of_day) == 1 else exact[0]
                return _Choice(unit, "only", self._only(unit), level=unit.level)
            winners = [(0, unit) for unit in of_day] or winners
        ids = tuple(sorted(unit.unit_id for _, unit in winners))
        return _Choice(None, "ambiguous", 0.3, ids[:MAX_CANDIDATES], winners[0][1].level)

    def _why(self, unit: Unit, told: int, followers: set[str], near: set[str]) -> tuple[str, float]:
        above = unit.within - {unit.unit_id}
        if above & followers:
            return "chain", 0.97
        if self.at_home(unit):
            return ("near", 0.93) if above & near else ("home", 0.85)
        if above & near:
            return "near", 0.8 if self._homeless() else DOUBTFUL
        if told:
            return "text", DOUBTFUL if self._homeless() else 0.6
        return "only", self._only(unit)

    def _only(self, unit: Unit) -> float:
        """Of the sole unit of a name with nothing else to speak for it: communes merged before 2025 are in no list."""
        if unit.level == "district":
            return BARE
        return DOUBTFUL if self._homeless() else 0.45

    def _homeless(self) -> bool:
        return not (self.home.old or self.home.new)

    def _upper(self, mention: Mention) -> list[Unit]:
        """The provinces and districts that a mention may be of."""
        if not mention.known:
            return []
        of_name = self.units.names[mention.key]
        if mention.level:
            return [unit for unit in of_name if unit.level != "commune" and unit.level in _LEVELS[mention.level]]
        provinces = [unit for unit in of_name if unit.level == "province" and mention.key != "hồ chí minh"]
        if provinces:
            return provinces
        return [unit for unit in of_name if unit.level == "district" and (mention.linked or self.at_home(unit))]

    def _followers(self, at: int) -> set[str]:
        """Ids of the units that the mentions linked behind this one may be."""
        ids: set[str] = set()
        last = min(at + _LONGEST_CHAIN, len(self.mentions) - 1)
        while self.mentions[at].linked and at < last:
            at += 1
            mention = self.mentions[at]
            if mention.known:
                levels = _LEVELS[mention.level] if mention.level else ("district", "province")
                ids.update(
                    u.unit_id for u in self.units.names[mention.key] if u.level in levels and u.level != "commune"
                )
        return ids

    def _lies_above(self, at: int) -> bool:
        """Whether a name in a list is in truth what the one before it lies in: "xã Văn Lang, Na Rì"."""
        if not at or not self.mentions[at - 1].linked or not self.mentions[at - 1].known:
            return False
        before, mention = self.mentions[at - 1], self.mentions[at]
        level = before.level or before.listed
        if level is None:
            return False
        above = {unit.unit_id for unit in self.units.names[mention.key] if unit.level != "commune"}
        own = [unit for unit in self.units.names[before.key] if unit.level in _LEVELS[level]]
        return any(above & (unit.within - {unit.unit_id}) for unit in own)
