"""Finding the names of places in a text: what is named, behind which word, in what company.

Belongs here: telling a place's name from a person's, a river's or a newspaper's by the words around it. Does not: which
of several units of that name is meant (`resolve`).
One pass over the tokens; only words with a capital are looked up.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from pipelines.people.lexicon import lexicon
from pipelines.people.names import is_syllable
from pipelines.places.cutting import CAPITAL, LOWER, NUMBER, SHOUTED, SIGN, Cut, Token, cut, written
from pipelines.places.gazetteer import Gazetteer, Unit

SURE: Final = 0.97
BARE: Final = 0.85
DOUBTFUL: Final = 0.7
INSTITUTION: Final = 0.5

_ONE_WORD: Final = {"xã": "xã", "phường": "phường", "huyện": "huyện", "quận": "quận", "tỉnh": "tỉnh"}
_TWO_WORDS: Final = {
    ("thị", "xã"): "thị xã",
    ("thị", "trấn"): "thị trấn",
    ("thành", "phố"): "thành phố",
    ("đặc", "khu"): "đặc khu",
    ("huyện", "đảo"): "huyện",
    ("xã", "đảo"): "xã",
}
_COMMUNES: Final = frozenset({"xã", "phường", "thị trấn"})
_SHORT: Final = {"tp": "thành phố", "tx": "thị xã", "tt": "thị trấn"}
_SHORT_WITH_DOT: Final = {**_SHORT, "p": "phường", "q": "quận", "h": "huyện", "x": "xã", "t": "tỉnh"}
_LEVEL_ENDS: Final = frozenset({*_ONE_WORD, "trấn", "phố"})
_BETWEEN: Final = frozenset({",", "(", "-", "thuộc", "của", "ở", "tại", "nay", "là", "trước", "đây"})
_AND: Final = frozenset({",", ";", "và", "cùng", "&", "-", "hay", "hoặc"})
_ENDS: Final = frozenset({".", "!", "?", ":", "…", "“", '"', "”", ";"})
_FORMERLY: Final = (["trước", "đây"], ["trước", "sáp", "nhập"], ["trước", "khi", "sáp", "nhập"])
_DIRECTIONS: Final = frozenset({"đông", "tây", "nam", "bắc", "trung", "thượng", "hạ", "nội", "ngoại", "trong", "ngoài"})
# Capitals that open no name although they stand right before one.
_NO_NAME_BEFORE: Final = frozenset({"tại", "ở", "từ", "về", "đến", "trong", "và", "miền", "thủ", "đô", "người"})
_NO_COMMUNE: Final = frozenset({"đoàn", "đội", "ủy", "hội", "mặt", "ta", "bí", "chủ", "trường", "ban", "miền"})


@dataclass(slots=True)
class Mention:
    """One name in one text."""

    field: str
    text_no: int
    start: int  # first token, the level word before the name included
    end: int  # token after the name and its mark
    key: str
    raw: str  # as written, level word and mark included
    bare: str  # as written, without them
    level: str | None  # the level word before it, in full and lower case
    listed: str | None  # the level word at the head of the list in which it stands
    mark: str | None  # "cũ" or "mới"
    strength: float  # how sure it is that the name is that of a place
    word: int | None  # words of title, lead and body before it; None in a section
    known: bool = True  # whether the gazetteer has the name
    linked: bool = False  # whether the next mention says where this one lies: "xã A, huyện B"


def find_mentions(texts: Iterable[tuple[str, str]], units: Gazetteer) -> list[Mention]:
    """All names of places in the texts, in their order. `texts`: (field, text), one paragraph each."""
    found: list[Mention] = []
    words_before = 0
    leads_done = False
    for number, (field, text) in enumerate(texts):
        pieces = cut(text)
        counted = field != "section"
        mentions = _scan(pieces, field, number, words_before if counted else None, units)
        if field in ("lead", "body") and not leads_done:
            leads_done = True
            _dateline(pieces.tokens, mentions)
        found.extend(mentions)
        if counted and pieces.words:
            words_before += pieces.words[-1] + 1
    return found


def _scan(pieces: Cut, field: str, number: int, words_before: int | None, units: Gazetteer) -> list[Mention]:
    tokens, words, starts = pieces
    lengths, names, not_places = units.lengths, units.names, units.not_places
    found: list[Mention] = []
    free = 0  # tokens before it belong to a name already
    hamlet = 0  # where the latest name of a hamlet ends
    for i in starts:
        if i < free:
            continue
        token = tokens[i]
        level, head = _level_before(tokens, words, i)
        end = longer = 0
        key = ""
        for length in lengths.get(token.key, ()):
            if i + length <= len(tokens) and _capitals(tokens, i, i + length):
                key = " ".join([each.key for each in tokens[i : i + length]])
                if key in names or key in not_places:
                    end = i + length
                    break
        previous = found[-1] if found else None
        listed = _listed(tokens, previous, i) if previous and not level else None
        if end and key in not_places and not level:
            free = end
            continue
        known = bool(end) and key in names
        if known and level and _initials(tokens, i, end):
            continue
        if known and (longer := _longer(tokens, words, i, end, level, units.thirds)):
            if not level:
                free = longer
                continue
            known = False
        strength: float | None
        if not known:
            end = (longer or _unknown(tokens, words, i)) if level else 0
            if not end:
                continue
            key = " ".join([each.key for each in tokens[i:end]])
            strength = 0.3
        elif level:
            strength = SURE
        elif token.kind == NUMBER:
            follows = tokens[end] if end < len(tokens) else None
            if not listed or (follows and follows.kind != SIGN and follows.key != "và"):
                continue
            strength = BARE
        elif key in units.needs_level or (end == i + 1 and key != "huế" and not listed and len(key) < 5):
            continue
        else:
            strength = BARE if listed else _judge(tokens, i, end)
            if _context(tokens, i) == "hamlet" or (hamlet and _another_hamlet(tokens, hamlet, i, names[key])):
                hamlet, strength = end, None
        if strength is None:
            free = end
            continue
        mark, after = _mark(tokens, end, bool(level))
        found.append(
            Mention(
                field=field,
                text_no=number,
                start=head,
                end=after,
                key=key,
                raw=written(tokens, words, head, after).rstrip("("),
                bare=written(tokens, words, i, end),
                level=level,
                listed=listed,
                mark=mark,
                strength=strength,
                word=None if words_before is None else words_before + words[i],
                known=known,
            )
        )
        if mark:
            _mark_list(found, mark)
        free = end
    for one, next_one in pairwise(found):
        between = [token.key for token in tokens[one.end : next_one.start]]
        one.linked = 1 <= len(between) <= 4 and _BETWEEN.issuperset(between)
    return found


def _another_hamlet(tokens: Sequence[Token], hamlet: int, i: int, meant: Sequence[Unit]) -> bool:
    """Whether a name goes on with a list of hamlets; behind a comma a province is where the hamlet lies."""
    between = [token.key for token in tokens[hamlet:i]]
    if between == [","]:
        return all(unit.level != "province" for unit in meant)
    return between in (["và"], ["cùng"])


def _capitals(tokens: Sequence[Token], start: int, end: int) -> bool:
    return all(token.kind > LOWER or token.key == "-" for token in tokens[start:end])


def _level_before(tokens: Sequence[Token], words: Sequence[int], i: int) -> tuple[str | None, int]:
    """The level word right before token i, and the token with which it opens; (None, i) for none."""
    j = i - 1
    if j < 0:
        return None, i
    token = tokens[j]
    if (opened := _city(tokens, j)) is not None:
        return "thành phố", opened
    if token.key == "." and j and words[j] == words[j - 1]:
        if tokens[i].key == "p" and tokens[j - 1].key == "t" and words[i] == words[j]:
            return None, i
        short = tokens[j - 1]
        level = _SHORT_WITH_DOT.get(short.key)
        if level and (short.kind > LOWER or len(short.key) > 1) and not (j > 1 and tokens[j - 2].key == "."):
            return level, j - 1
        return None, i
    if (
        token.key in (":", "“", '"')
        and j
        and tokens[j - 1].key in ("xã", "phường", "huyện", "quận", "trấn", "tỉnh", "phố")
    ):
        j -= 1
        token = tokens[j]
    if j and (level := _TWO_WORDS.get((tokens[j - 1].key, token.key))):
        return level, j - 1
    if level := _ONE_WORD.get(token.key):
        return level, j
    if token.key in _SHORT and (token.kind > LOWER or token.key == "tp"):
        return _SHORT[token.key], j
    return None, i


def _city(tokens: Sequence[Token], j: int) -> int | None:
    """The token with which "T.P" or "T.P." opens that ends at token j: the city, as some papers write TP."""
    last = j - 1 if tokens[j].key == "." else j
    written_so = last >= 2 and [token.text for token in tokens[last - 2 : last + 1]] == ["T", ".", "P"]
    return last - 2 if written_so and not (last > 2 and tokens[last - 3].key == ".") else None


def _initials(tokens: Sequence[Token], i: int, end: int) -> bool:
    """Whether a name of one letter behind a short word of one letter is initials: P.V the reporter, not "Phường V"."""
    return end == i + 1 and len(tokens[i].key) == 1 and tokens[i].kind != NUMBER and tokens[i - 1].key == "."


def _listed(tokens: Sequence[Token], previous: Mention, i: int) -> str | None:
    """The level word of the list that goes on at token i: "các xã A, B và C"."""
    level = previous.level or previous.listed
    between = [token.key for token in tokens[previous.end : i]]
    return level if level and 1 <= len(between) <= 2 and _AND.issuperset(between) else None


def _unknown(tokens: Sequence[Token], words: Sequence[int], i: int) -> int:
    """Where the name of a unit that no list has ends: two words with capitals, or three before something else."""
    if tokens[i].kind != CAPITAL or tokens[i].key in _NO_COMMUNE:
        return 0
    end = i
    while end < len(tokens) and end < i + 4 and tokens[end].kind == CAPITAL and words[end] == words[i] + end - i:
        end += 1
    if end - i < 2:
        return 0
    if end - i == 3 and tokens[i + 2].key not in lexicon().surnames:
        return end
    return i + 2


def _longer(
    tokens: Sequence[Token], words: Sequence[int], i: int, end: int, level: str | None, thirds: Collection[str]
) -> int:
    """Where a name goes on by a word of direction, or a commune's by a word with which names of three end, so that it
    is not the known one: "xã Tam Trà Đông", "xã Thượng Cát Sơn".
    """
    if level == "tỉnh" or end - i < 2 or end >= len(tokens) or words[end] != words[end - 1] + 1:
        return 0
    follows = tokens[end]
    if follows.kind != CAPITAL:
        return 0
    # Names of three end in "Huế" too, but behind a ward it is the city.
    ends = level in _COMMUNES and end - i == 2 and follows.key in thirds and not _opens_level(tokens, end)
    if follows.key not in _DIRECTIONS and not (ends and follows.key != "huế"):
        return 0
    # With one more capital behind it, it opens the next name: "xã Hải Ninh Nam Định".
    return 0 if end + 1 < len(tokens) and tokens[end + 1].kind == CAPITAL else end + 1


def _mark(tokens: Sequence[Token], end: int, behind_level: bool) -> tuple[str | None, int]:
    """The word that says of when the unit is, and the token after it."""
    key = tokens[end].key if end < len(tokens) else ""
    following = tokens[end + 1].key if end + 1 < len(tokens) else ""
    if key == "cũ":
        return "cũ", end + 1
    if key == "mới" and behind_level and following not in ("đây", "được", "có", "là", "chỉ", "đạt", "bắt", "phát"):
        return "mới", end + 1
    if key == "(" and following in ("cũ", "mới"):
        closed = end + 2 < len(tokens) and tokens[end + 2].key == ")"
        return following, end + 3 if closed else end + 2
    bracket = key == "("
    ahead = [token.key for token in tokens[end + bracket : end + bracket + 5]]
    for phrase in _FORMERLY:
        if ahead[: len(phrase)] == phrase:
            onward = ahead[len(phrase)] if len(phrase) < len(ahead) else ""
            if bracket and onward == ")":
                return "cũ", end + len(phrase) + 2
            if not bracket and onward not in ("thuộc", "là", "có", "vốn"):
                return "cũ", end + len(phrase)
    return None, end


def _mark_list(found: Sequence[Mention], mark: str) -> None:
    """A mark at the end of a list is meant for all of it: "hai tỉnh Bắc Kạn, Thái Nguyên cũ"."""
    at = len(found) - 1
    while at and found[at].listed and found[at - 1].mark is None:
        at -= 1
        found[at].mark = mark


def _judge(tokens: Sequence[Token], i: int, end: int) -> float | None:
    """How sure it is that a name without a level word names a place; None where it names something else."""
    strength = BARE
    kind = _context(tokens, i)
    if kind in ("person", "feature", "paper", "club", "battle", "product"):
        return None
    if kind in ("street", "road"):
        onward = end + 1 < len(tokens) and tokens[end].key == "-" and tokens[end + 1].kind > LOWER
        if not onward and kind == "street":
            return None
        strength = DOUBTFUL if onward else INSTITUTION
    elif kind == "institution":
        strength = INSTITUTION
    if i and kind != "place":
        before = tokens[i - 1]
        if before.kind == CAPITAL:
            if before.key not in _NO_NAME_BEFORE:
                opens = i == 1 or tokens[i - 2].key in _ENDS
                if _is_surname(before) or (not opens and is_syllable(before.key)):
                    return None
                strength = min(strength, DOUBTFUL)
        elif before.kind == tokens[i].kind == SHOUTED and _is_surname(before):
            return None
    if end < len(tokens) and tokens[end].kind == CAPITAL and tokens[end - 1].kind == CAPITAL:
        follows = tokens[end]
        if follows.key not in lexicon().surnames and is_syllable(follows.key) and not _opens_level(tokens, end):
            strength = min(strength, DOUBTFUL)
    return strength


def _is_surname(token: Token) -> bool:
    return lexicon().surnames.get(token.key) == "common"


def _opens_level(tokens: Sequence[Token], i: int) -> bool:
    key = tokens[i].key
    return key in _ONE_WORD or key in _SHORT or (i + 1 < len(tokens) and (key, tokens[i + 1].key) in _TWO_WORDS)


def _context(tokens: Sequence[Token], i: int) -> str | None:
    """What the up to three words right before token i say that the name names."""
    contexts = _contexts()
    phrase = ""
    kind: str | None = None
    for j in range(i - 1, max(i - 4, -1), -1):
        if tokens[j].kind == SIGN:
            break
        phrase = f"{tokens[j].key} {phrase}" if phrase else tokens[j].key
        kind = contexts.get(phrase, kind)
    return kind


@cache
def _contexts() -> dict[str, str]:
    text = (files("pipelines.places") / "data" / "contexts.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {row["phrase"]: row["kind"] for row in rows}


def _dateline(tokens: Sequence[Token], mentions: Sequence[Mention]) -> None:
    """Makes a name that stands before the text proper the dateline: "Thái Nguyên - ", "(Bắc Kạn) - "."""
    if not mentions:
        return
    first = mentions[0]
    after = [token.key for token in tokens[first.end : first.end + 3]]
    if first.start == 0:
        dashed = after[:1] == ["-"] and not (len(mentions) > 1 and mentions[1].start == first.end + 1)
        if dashed or after[:2] == [",", "ngày"]:
            first.field = "dateline"
    elif first.start == 1 and tokens[0].key == "(" and after[:1] == [")"] and after[1:2] in (["-"], [":"], ["."]):
        first.field = "dateline"
