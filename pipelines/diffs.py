"""What changed between two contents of one article: the digest that tells whether, and the words, numbers and names.

Belongs here: pure comparison of texts. Does not: which captures are compared (`warehouse.chain`), or how a diff is
shown.

Classes of a change, the first that holds:
- cosmetic: the words are the same in the same order; only case, punctuation, tone placement ("hòa", "hoà"), paragraph
  breaks or the order of captions differ.
- major: a number or a name went from title, lead or body, or was replaced; or less than two thirds of the headline's
  words stayed; or less than four fifths of the body's words stayed (twice the common words by the sum of both); or the
  day of publication moved.
- minor: anything else, such as a typo, an added sentence or caption, a byline, a corrected hour.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from typing import Literal

from pipelines.records import Reading
from pipelines.text import clean, tone_key
from pipelines.zone import local_date

ChangeClass = Literal["cosmetic", "minor", "major"]
Op = Literal["equal", "delete", "insert"]

FIELDS = ("title", "lead", "body", "captions", "authors", "sources", "published_at")
"""The fields that make a version, in the order in which changes are named."""

TITLE_KEPT = 2 / 3
"""A headline that keeps fewer of its words than this has changed in a major way."""
BODY_KEPT = 4 / 5
"""A body that keeps fewer of its words than this has changed in a major way."""
MATCH_LIMIT = 4_000_000
"""Words of old times words of new above which a stretch is not aligned but shown as gone and come."""

_TOKEN = re.compile(r"\s+|(?:\d+(?:[.,:/]\d+)*%?|\w+|[^\w\s])\s*")
_WORD = re.compile(r"\d+(?:[.,:/]\d+)*%?|\w+")
_NUMBER = re.compile(r"(?<![\w.,/:-])\d+(?:[.,:/-]\d+)*%?")
# Latin capitals up to the end of Latin Extended Additional, where the Vietnamese ones stand among their small letters.
_CAPITAL = "[" + "".join(letter for letter in map(chr, range(0x41, 0x1F00)) if letter.isupper()) + "]"
_NAME = re.compile(rf"(?<!\w){_CAPITAL}\w*(?:[ ]{_CAPITAL}\w*)+")


@dataclass(frozen=True, slots=True)
class Content:
    """What an article said at one time, as far as a change of it makes a new version."""

    title: str | None = None
    lead: str | None = None
    body: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    published_at: datetime | None = None

    @classmethod
    def of(cls, reading: Reading) -> Content:
        """The content of a reading; what is no content (section, tags, images, flags) is left out."""
        return cls(
            title=reading.title,
            lead=reading.lead,
            body=tuple(reading.body),
            captions=tuple(caption.text for caption in reading.captions),
            authors=tuple(credit.name for credit in reading.authors),
            sources=tuple(reading.sources),
            published_at=reading.published_at,
        )

    @property
    def folded(self) -> tuple[object, ...]:
        """The values by which two contents are the same: NFC, Đ for its look-alikes, single blanks, no empty lines."""
        return (
            clean(self.title or ""),
            clean(self.lead or ""),
            _lines(self.body),
            _lines(self.captions),
            _lines(self.authors),
            _lines(self.sources),
            self.published_at.astimezone(UTC).isoformat() if self.published_at else "",
        )

    @property
    def digest(self) -> str:
        """32 hex digits, equal for contents that are the same."""
        payload = json.dumps(self.folded, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(payload.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit did. Numbers and names are given once each, as written, in the order of the text."""

    changed_fields: tuple[str, ...]
    change_class: ChangeClass
    numbers_gone: tuple[str, ...] = ()
    numbers_come: tuple[str, ...] = ()
    names_gone: tuple[str, ...] = ()
    names_come: tuple[str, ...] = ()


def content_digest(reading: Reading) -> str:
    """32 hex digits that are equal for two readings of the same content: what makes a version, and nothing else."""
    return Content.of(reading).digest


def compare(old: Content, new: Content) -> Change | None:
    """The change from `old` to `new`, or None where they are the same content."""
    fields = tuple(name for name, a, b in zip(FIELDS, old.folded, new.folded, strict=True) if a != b)
    if not fields:
        return None
    before, after = _prose(old), _prose(new)
    numbers_gone, numbers_come = _moved(_NUMBER.findall(before), _NUMBER.findall(after))
    names_gone, names_come = _names_missing(before, after), _names_missing(after, before)
    if _cosmetic(old, new):
        change_class: ChangeClass = "cosmetic"
        numbers_gone = numbers_come = names_gone = names_come = ()
    elif numbers_gone or names_gone or _reworded(old, new) or _other_day(old, new):
        change_class = "major"
    else:
        change_class = "minor"
    return Change(fields, change_class, numbers_gone, numbers_come, names_gone, names_come)


def word_diff(old: str, new: str) -> list[tuple[Op, str]]:
    """The way from `old` to `new` in runs of words: (equal | delete | insert, text).

    The texts of equal and delete give `old`, those of equal and insert give `new`, to the letter. Stretches longer than
    `MATCH_LIMIT` allows are aligned by lines first and, where that does not help, shown as gone and come.
    """
    runs: list[tuple[Op, str]] = []
    for op, text in _align(_TOKEN.findall(old), _TOKEN.findall(new), by_lines=True):
        if text and runs and runs[-1][0] == op:
            runs[-1] = (op, runs[-1][1] + text)
        elif text:
            runs.append((op, text))
    return runs


def numbers_in(text: str) -> list[str]:
    """The numbers of a text as written: 1.234, 12,5%, 22/6, 07:30."""
    return _NUMBER.findall(text)


def names_in(text: str) -> list[str]:
    """Runs of two or more capitalised words, without a title or honorific before them; no run of capitals only."""
    names = (_bare(run) for run in _NAME.findall(text))
    return [name for name in names if name]


def _align(old: Sequence[str], new: Sequence[str], *, by_lines: bool) -> Iterable[tuple[Op, str]]:
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    yield "equal", "".join(old[:head])
    if not middle_old or not middle_new:
        yield "delete", "".join(middle_old)
        yield "insert", "".join(middle_new)
    elif len(middle_old) * len(middle_new) > MATCH_LIMIT:
        lines_old, lines_new = _by_line(middle_old), _by_line(middle_new)
        if by_lines and len(lines_old) * len(lines_new) <= MATCH_LIMIT:
            yield from _match(lines_old, lines_new, deeper=True)
        else:
            yield "delete", "".join(middle_old)
            yield "insert", "".join(middle_new)
    else:
        yield from _match(middle_old, middle_new, deeper=False)
    yield "equal", "".join(old[len(old) - tail :])


def _match(old: Sequence[str], new: Sequence[str], *, deeper: bool) -> Iterable[tuple[Op, str]]:
    # Blanks after a word are kept with it and do not count: the last word of a line is the same inside another line.
    keys_old, keys_new = [token.rstrip() for token in old], [token.rstrip() for token in new]
    for tag, a, b, c, d in SequenceMatcher(None, keys_old, keys_new, autojunk=False).get_opcodes():
        if tag == "equal":
            for key, before, after in zip(keys_old[a:b], old[a:b], new[c:d], strict=True):
                if before == after:
                    yield "equal", before
                else:
                    yield "equal", key
                    yield "delete", before[len(key) :]
                    yield "insert", after[len(key) :]
        elif tag == "replace" and deeper:
            yield from _align(_TOKEN.findall("".join(old[a:b])), _TOKEN.findall("".join(new[c:d])), by_lines=False)
        else:
            yield "delete", "".join(old[a:b])
            yield "insert", "".join(new[c:d])


def _by_line(tokens: Sequence[str]) -> list[str]:
    return "".join(tokens).splitlines(keepends=True)


def _lines(values: Iterable[str]) -> list[str]:
    return [line for line in map(clean, values) if line]


def _prose(content: Content) -> str:
    return "\n".join((clean(content.title or ""), clean(content.lead or ""), *_lines(content.body)))


def _words(*texts: str | None) -> list[str]:
    return _WORD.findall(tone_key("\n".join(text or "" for text in texts)))


def _cosmetic(old: Content, new: Content) -> bool:
    return (
        _words(old.title) == _words(new.title)
        and _words(old.lead, *old.body) == _words(new.lead, *new.body)
        and sorted(map(_key, old.captions)) == sorted(map(_key, new.captions))
        and [_key(name) for name in old.authors] == [_key(name) for name in new.authors]
        and [_key(name) for name in old.sources] == [_key(name) for name in new.sources]
        and old.published_at == new.published_at
    )


def _key(text: str) -> str:
    return " ".join(_words(text))


def _reworded(old: Content, new: Content) -> bool:
    return (
        _kept(_words(old.title), _words(new.title)) < TITLE_KEPT
        or _kept(_words(old.lead, *old.body), _words(new.lead, *new.body)) < BODY_KEPT
    )


def _kept(old: Sequence[str], new: Sequence[str]) -> float:
    """The share of words kept, order aside: twice the common words by the sum of both; 1 for nothing and nothing."""
    if not old and not new:
        return 1.0
    common = sum((Counter(old) & Counter(new)).values())
    return 2 * common / (len(old) + len(new))


def _other_day(old: Content, new: Content) -> bool:
    if old.published_at is None or new.published_at is None:
        return False
    return local_date(old.published_at) != local_date(new.published_at)


def _moved(old: Sequence[str], new: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    before, after = Counter(old), Counter(new)
    gone = tuple(dict.fromkeys(number for number in old if before[number] > after[number]))
    come = tuple(dict.fromkeys(number for number in new if after[number] > before[number]))
    return gone, come


def _names_missing(text: str, other: str) -> tuple[str, ...]:
    """The names of `text` that `other` does not hold at all, however they are capitalised or joined there."""
    haystack = " " + " ".join(_words(other)) + " "
    return tuple(dict.fromkeys(name for name in names_in(text) if f" {_key(name)} " not in haystack))


def _bare(run: str) -> str | None:
    words = run.split(" ")
    stripped = True
    while stripped:
        stripped = False
        for size in (2, 1):
            if len(words) > size and " ".join(words[:size]).casefold() in _honorifics():
                words, stripped = words[size:], True
                break
    if len(words) < 2 or all(word.isupper() and len(word) > 1 for word in words):
        return None
    return " ".join(words)


@cache
def _honorifics() -> frozenset[str]:
    lines = (files("pipelines") / "honorifics.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))
