"""How the phrases of a byline hang together: labels, suffixes, brackets, "Theo", separators.

Belongs here: the walk over the tokens and what each of them does to the names around it. Does not: what one phrase is
(`phrases.py`), where phrases end (`boundaries.py`), the credits that come out (`outcome.py`), whether a paragraph holds
a byline at all (`lines.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from pipelines.people.boundaries import Boundaries
from pipelines.people.items import PICTURES, Context, Item
from pipelines.people.labels import Label, read_label, read_reprint
from pipelines.people.lexicon import Lexicon, lexicon
from pipelines.people.lexing import GAP, NEWLINE, Line, lex
from pipelines.people.names import judge
from pipelines.people.outcome import Parsed, outcome
from pipelines.people.outlet import NOBODY, Outlet
from pipelines.people.phrases import Phrases
from pipelines.people.reading import BylineReading, Slot
from pipelines.people.titles import strip_titles
from pipelines.records import Role

_EDITORS: Final = frozenset({"btv", "b.t.v", "biên tập viên"})
_AUTHORS: Final = frozenset({"tác giả", "người viết", "by"})
"""Labels behind which a name is somebody's even where it is a place's too ("Tác giả Hà Giang", but "Tin Hà Giang")."""
_MAX_DEPTH: Final = 3  # brackets within brackets


class _Step(NamedTuple):
    """Where the walk goes on: with a fresh phrase, or within the one it is in."""

    at: int
    fresh: bool = True


@dataclass(slots=True)
class _Group:
    """What a label says about the names behind it, until the next label."""

    roles: frozenset[Role] = frozenset()
    labelled: bool = False
    sure: bool = False  # the label has its colon
    reprint: bool = False
    credited: bool = True  # False behind a label that is none of ours ("Chủ trì: A")
    first: int = 0  # index of its first item


@dataclass(slots=True)
class _Walk:
    """One walk over the tokens of one string."""

    line: Line
    lexicon: Lexicon
    outlet: Outlet
    slot: Slot
    items: list[Item] = field(default_factory=list)
    affiliations: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    group: _Group = field(default_factory=_Group)
    separator: str = ""  # the one before the phrase in hand
    depth: int = 0
    roled: bool = False  # role words stood there, whoever they belong to
    ended: bool = False  # a masthead or signature swallows the rest
    phrases: Phrases = field(init=False)
    bounds: Boundaries = field(init=False)

    def __post_init__(self) -> None:
        self.phrases = Phrases(self.line.text, self.lexicon)
        self.bounds = Boundaries(self.line.tokens, self.lexicon)

    # -- the walk -----------------------------------------------------------------------------------------------------

    def read(self, start: int, end: int) -> None:
        """Read the tokens from `start` up to `end`."""
        tokens = self.line.tokens
        begin = i = start
        while i < end and not self.ended:
            token = tokens[i]
            step: _Step | None = None
            if token.kind == "word" or token.kind == "url":
                step = self._opening(i, end) if i == begin else self._inside(begin, i, end)
                step = step or _Step(i + 1, fresh=False)
            elif token.kind == "open":
                self._phrase(begin, i)
                close = self.bounds.closing(i, end)
                self._bracket(i + 1, close)
                step = _Step(close + 1)
            elif token.kind == "colon":
                self._colon(begin, i, end)
                step = _Step(i + 1)
            elif token.kind == "sep":
                on = self.bounds.continues(begin, i, end) if begin < i else i
                step = _Step(on, fresh=False) if on > i else None
            if step is None:
                self._phrase(begin, i)
                step = _Step(i + 1)
                if token.kind == "sep":
                    self.separator = token.key
                    if token.key in {NEWLINE, "|"} and not self.group.credited:
                        self.group = _Group(first=len(self.items))
            i, begin = step.at, (step.at if step.fresh else begin)
        if not self.ended:
            self._phrase(begin, min(i, end))

    def _people(self) -> list[Item]:
        return [item for item in self.items[self.group.first :] if item.kind == "person"]

    # -- the start of a phrase ----------------------------------------------------------------------------------------

    def _opening(self, i: int, end: int) -> _Step | None:
        """What the word at `i` opens: a label, "Theo", a widget, a masthead, a listed phrase that holds separators."""
        tokens = self.line.tokens
        if tokens[i].key not in self.lexicon.phrases:
            return None
        stop = self.lexicon.find("stop", tokens, i, end)
        if stop and stop[0].kind in {"masthead", "signature", "lead", "widget"}:
            step = self._stop_phrase(stop[0].kind, i, stop[1], end)
            if step:
                return step
        reprint = read_reprint(self.lexicon, tokens, i, end)
        if reprint and not (stop and stop[1] >= reprint.stop):
            if reprint.prose:
                self.items.append(Item("unknown", tokens[i].text, flags=("prose",)))
            pending = self.group.roles if self.group.labelled and len(self.items) == self.group.first else frozenset()
            roles = reprint.roles or pending  # "Ảnh: Theo Reuters"
            self.group = _Group(roles=roles, labelled=True, reprint=True, first=len(self.items))
            self.flags.append("reprint")
            return _Step(reprint.stop)
        part = self.bounds.part_number(i, end)
        if part > i:
            headline = part < end and tokens[part].kind == "colon"
            if headline:
                self.group = _Group(credited=False, first=len(self.items))
            return _Step(part + headline)
        behind = self.separator in {"-", ","} and bool(self._people())
        if behind and "." in tokens[i].text[:-1]:  # "Video: A, B.T", "A - B.T - C": people; "A - T.H": a role
            last = i + 1 >= end or tokens[i + 1].key == NEWLINE or tokens[i + 1].kind == "stop"
            behind = last and not self.group.sure
        label = read_label(self.lexicon, tokens, i, end, bracketed=self.depth > 0 or behind)
        if label and not (stop and stop[1] > label.end and self.bounds.alone(stop[1], end)):
            step = self._label(label, i)
            if step:
                return step
        span = self.bounds.span(i, end)
        return _Step(span, fresh=False) if span > i else None

    def _stop_phrase(self, kind: str, i: int, stop: int, end: int) -> _Step | None:
        tokens, find = self.line.tokens, self.lexicon.find
        behind = tokens[stop] if stop < end else None
        colon = behind is not None and behind.kind == "colon"
        if kind == "widget" or (kind == "lead" and (colon or (behind is not None and behind.text[0].isupper()))):
            return _Step(stop + colon)
        if kind == "lead":
            return None
        if kind == "signature":  # "KT. CHỦ TỊCH", "TM. UBND TỈNH"
            capitals = tokens[i].text.rstrip(".").isupper()
            if behind is None or not capitals:
                return None
            if find("title", tokens, stop, end) or find("organisation", tokens, stop, end):
                self.flags.append("signature")
                self.ended = True
                return _Step(end)
            return None
        if colon or not (find("title", tokens, i, end) or find("collective", tokens, i, end)):
            self.flags.append("masthead")
            self.separator = NEWLINE
            return _Step(next((j for j in range(stop, end) if tokens[j].key == NEWLINE), end))
        return None

    # -- labels and suffixes ------------------------------------------------------------------------------------------

    def _label(self, label: Label, i: int) -> _Step | None:
        """Take a label in front of names or a suffix behind them; None where it is neither."""
        if label.kind == "dash" and (self._people() or (i > 0 and self.items and len(label.entries) < 2)):
            label = label._replace(kind="suffix", stop=label.end)
        if label.kind in {"label", "dash"}:
            if not label.roles:
                return None
            sure = label.stop > label.end or label.entries[-1].text in _AUTHORS
            self.group = _Group(roles=label.roles, labelled=True, sure=sure, first=len(self.items))
            return _Step(label.stop)
        if any(entry.needs not in {"both", "suffix", "bracket"} for entry in label.entries):
            return None
        if not label.roles and not self._people():
            return None
        if label.contributor:
            self.flags.append("contributor")
        self.roled = self.roled or bool(label.roles - {"text"} - PICTURES)
        self._suffix(label.roles)
        if label.entries[-1].text.endswith("lời kể"):  # who told it is the subject: "ghi theo lời kể của ông B"
            parts = {NEWLINE, GAP, "|", ";", "-"}
            told = range(label.stop, len(self.line.tokens))
            ends = (j for j in told if self.line.tokens[j].key in parts or self.line.tokens[j].kind == "close")
            return _Step(next(ends, told.stop))
        return _Step(label.stop)

    def _suffix(self, roles: frozenset[Role]) -> None:
        """Give `roles` to the names in front: to all that have none yet, a picture's to the nearest of several."""
        waiting = [item for item in self._people() if item.suffix is None]
        if not roles or not waiting:
            return
        if roles <= PICTURES and len(waiting) > 1:
            for item in waiting[:-1]:
                item.suffix = item.label
            waiting = waiting[-1:]
        for item in waiting:
            item.suffix = roles if item.label <= {"text"} else item.label | roles

    def _colon(self, begin: int, i: int, end: int) -> None:
        """A colon behind words that are no label of ours."""
        tokens = self.line.tokens
        if begin == i:
            return
        words = tokens[begin:i]
        items = self.phrases.classify(words, self._context())
        rest, titles = strip_titles(words, self.lexicon)
        if titles and not rest:  # "Nhà báo: A", "PV: A"
            self._add(items)
            if titles[-1].text in _EDITORS:
                self.group = _Group(roles=frozenset({"edit"}), labelled=True, sure=True, first=len(self.items))
            return
        last = i + 1 >= end
        if not last and items and items[0].kind == "person":  # "A: tổng hợp"
            label = read_label(self.lexicon, tokens, i + 1, end, bracketed=True)
            last = label is not None and label.kind == "suffix" and label.stop == end
        described = [token.key for token in words] == ["nhân", "vật"]  # "Nhân vật: A": of whom the text tells
        if not described and (last or (items and items[0].kind in {"collective", "source"})):
            self._add(items)
            return
        section = self.lexicon.find("stop", words, 0, len(words))
        if section and section[0].kind == "section" and section[1] == len(words) and not self.items and not described:
            return  # "Thời sự: A"
        self.flags.append("unknown_label")
        if items and items[0].kind == "unknown" and ("prose" in items[0].flags or len(words) > 3):
            self.items.append(items[0])
        self.group = _Group(credited=False, first=len(self.items))

    # -- inside a phrase ----------------------------------------------------------------------------------------------

    def _inside(self, begin: int, i: int, end: int) -> _Step | None:
        """What the word at `i` does to the phrase it stands in: end it, or take it further; None for nothing."""
        tokens, bounds = self.line.tokens, self.bounds
        if bounds.sentence_ends(i - 1, i):
            return self._cut(begin, i)
        families = self.lexicon.phrases.get(tokens[i].key)
        if families is None or tokens[i].kind == "url":
            return None
        if "stop" in families:
            stop = self.lexicon.find("stop", tokens, i, end)
            if stop and stop[0].kind == "widget" and bounds.alone(stop[1], end):
                self._phrase(begin, i)
                return _Step(stop[1])
        if "reprint by" in families:
            reprint = read_reprint(self.lexicon, tokens, i, end)
            if reprint and (tokens[i].key == "theo" or reprint.colon):
                return self._cut(begin, i)
        if "role" in families:
            step = self._role_inside(begin, i, end)
            if step:
                return step
        if not families.keys() & {"agency", "organisation", "title"}:
            return None
        if bounds.office(begin, i):
            span = bounds.span(i, end)
            return _Step(span, fresh=False) if span > i else None
        return self._cut(begin, i) if bounds.ends_name(begin, i, end) else None

    def _cut(self, begin: int, i: int) -> _Step:
        """End the phrase; what begins at `i` is read as the start of the next."""
        self._phrase(begin, i)
        return _Step(i)

    def _role_inside(self, begin: int, i: int, end: int) -> _Step | None:
        """Role words behind others, with nothing between: "A tổng hợp", "A TH", "Bài A ảnh B", "Quang cảnh Ảnh: A"."""
        tokens = self.line.tokens
        label = read_label(self.lexicon, tokens, i, end, bracketed=True)
        if label is None or not label.roles:
            return None
        named = judge(tokens[begin:i], self.lexicon) is not None
        first = label.entries[0]
        small = tokens[i].text[0].islower()
        if label.kind == "label":
            # "Trong ảnh: A" is no label of ours: small words behind other small words belong to them.
            colon = label.end < end and tokens[label.end].kind == "colon"
            taken = (colon and (named or not small)) or (small and named and i - begin > 1)
            return self._cut(begin, i) if taken else None
        if first.needs == "bracket" or not first.text[1:2].isalpha():  # "TH", "t/h"
            if named and label.kind == "suffix":
                self._phrase(begin, i)
                self._suffix(label.roles)
                return _Step(label.stop)
            return None
        if self.lexicon.find("organisation", tokens, begin, i):
            return None
        if any(entry.needs not in {"both", "suffix"} for entry in label.entries):
            return None
        shouted = all(token.text.isupper() for token in tokens[begin : i + 1] if token.kind == "word")
        return self._cut(begin, i) if small or shouted or first.rest else None

    # -- phrases and brackets -----------------------------------------------------------------------------------------

    def _context(self, end: int | None = None) -> Context:
        tokens = self.line.tokens
        following = tokens[end] if end is not None and end < len(tokens) else None
        return Context(
            slot=self.slot,
            outlet=self.outlet,
            roles=self.group.roles,
            labelled=self.group.labelled and not self.group.reprint,
            sure=self.group.sure,
            reprint=self.group.reprint,
            behind_slash=self.separator == "/",
            before_outlet=following is not None and (following.kind == "open" or following.key == "/"),
            behind_person=bool(self.items) and self.items[-1].kind in {"person", "affiliation"},
        )

    def _phrase(self, begin: int, end: int) -> None:
        if begin >= end:
            return
        items = self.phrases.classify(self.line.tokens[begin:end], self._context(end))
        self._add(items)
        self.separator = ""
        office = len(items) == 1 and items[0].kind == "nothing" and "position" in items[0].titles
        if office and items[0].text.isupper():  # "GIÁM ĐỐC" on a line of its own, a signature below
            self.flags.append("signature")
            self.ended = True

    def _add(self, items: list[Item]) -> None:
        for item in items:
            self.flags.extend(flag for flag in item.flags if flag != "prose")
            if item.kind == "affiliation":
                self._affiliate(item.text)
            if not self.group.credited and item.kind in {"person", "source"}:
                continue
            item.label, item.labelled = self.group.roles, self.group.labelled
            behind_person = bool(self.items) and self.items[-1].kind == "person"
            if item.kind == "source" and behind_person and self.separator in {"-", "/"}:
                item.through = True
            if item.kind == "source" and item.source_kind == "org" and self.separator == "," and self._placed():
                self._affiliate(item.text)  # "A, lớp 9B, Trường THCS B"
                continue
            self.items.append(item)

    def _placed(self) -> bool:
        """Whether an affiliation stands right in front, which what follows a comma goes on with."""
        return bool(self._people()) and self.items[-1].kind == "affiliation"

    def _affiliate(self, text: str) -> None:
        self.affiliations.append(text)
        for item in self._people():
            if item.affiliation is None:
                item.affiliation = text

    def _bracket(self, start: int, end: int) -> None:
        """What stands in brackets: behind a name a role, a source or an affiliation; alone, a byline like any other."""
        tokens = self.line.tokens
        if start >= end or self.depth >= _MAX_DEPTH:
            return
        person = self.items[-1] if self.items and self.items[-1].kind == "person" else None
        if person is not None and self._about_subject(start, end):
            person.kind = "nothing"
            self.flags.append("subject")
            return
        inner = _Walk(self.line, self.lexicon, self.outlet, self.slot, depth=self.depth + 1)
        inner.group = _Group(roles=self.group.roles, labelled=self.group.labelled, reprint=self.group.reprint)
        inner.items = self.items[self.group.first :]  # the names in front, for roles in the bracket
        known = len(inner.items)
        inner.read(start, end)
        found = inner.items[known:]
        self.flags.extend(inner.flags)
        self.roled = self.roled or inner.roled
        if person is None:
            self._take_bracket(found)
            return
        reprint = "reprint" in inner.flags
        if self.group.reprint and not reprint:
            for item in found:  # "Theo A (Tri Thức Mới)": where the other outlet's A wrote it
                if item.kind == "person" and item.suffix is None and item.label == self.group.roles:
                    item.kind, item.source_kind = "source", "outlet"
        kept = [item for item in found if self._credits_in_bracket(item, reprint=inner.group.reprint or reprint)]
        self.items.extend(kept)
        if not kept and any(item.kind in {"person", "source", "affiliation", "unknown"} for item in found):
            raw = self.line.text[tokens[start].start : tokens[end - 1].end]
            self._affiliate(" ".join(raw.replace(NEWLINE, " ").replace(GAP, " ").split()))

    def _take_bracket(self, found: list[Item]) -> None:
        for item in found:
            if item.kind == "affiliation":
                self._affiliate(item.text)
            elif not (item.kind == "unknown" and self.items):
                self.items.append(item)

    def _credits_in_bracket(self, item: Item, *, reprint: bool) -> bool:
        """Whether an item in brackets behind a name is credited itself, and is not what the name belongs to."""
        if item.kind == "person":
            return item.labelled and (item.label != self.group.roles or reprint)
        return item.kind == "source" and (item.source_kind in {"agency", "outlet"} or reprint)

    def _about_subject(self, start: int, end: int) -> bool:
        """Whether a bracket tells the age or home of somebody: "N.T.H (sinh năm 1990)"."""
        found = self.lexicon.find("stop", self.line.tokens, start, end)
        title = self.lexicon.find("title", self.line.tokens, start, end)
        if found is not None and found[0].kind == "subject" and (title is None or title[1] <= found[1]):
            return True
        ages = zip(self.line.tokens[start:end], self.line.tokens[start + 1 : end], strict=False)
        return any(number.key.isdigit() and unit.key == "tuổi" for number, unit in ages)


def read_line(raw: str, *, outlet: Outlet = NOBODY, slot: Slot = "byline") -> Parsed:
    """`raw` read as a byline."""
    line = lex(raw)
    if line.too_long:
        return Parsed(BylineReading(raw=raw, flags=("too_long",)), prose=True, unread=1)
    if not line.tokens:
        return Parsed(BylineReading(raw=raw))
    walk = _Walk(line, lexicon(), outlet, slot)
    walk.read(0, len(line.tokens))
    return outcome(
        raw,
        walk.items,
        affiliations=walk.affiliations,
        flags=walk.flags,
        default="photo" if slot == "caption" else "text",
        dateline=line.dateline,
        place=line.place,
        roled=walk.roled,
    )
