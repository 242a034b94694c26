"""Where a phrase ends and where it goes on, though a separator, a dot or nothing at all stands there.

Belongs here: questions about the token row that need the word lists but no memory. Does not: what the walk does with
the answers (`grammar.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipelines.people.lexicon import Entry, Lexicon
from pipelines.people.lexing import GAP, Token
from pipelines.people.names import LIKELY, is_syllable, judge, one_given_name
from pipelines.people.titles import strip_titles

_PART_WORDS: Final = frozenset({"kỳ", "kì", "bài", "phần", "tập", "số", "quyển", "chương"})
_ROMAN: Final = frozenset("ivx")
_BODIES: Final = frozenset({"hđnd", "ubnd", "đbqh", "mttq", "ubmttq"})
"""What governs a place together, and shares offices."""
_SPANNING: Final = ("agency", "organisation", "place", "field", "stop", "collective", "desk", "given")


@dataclass(frozen=True, slots=True)
class Boundaries:
    """The token row of one string. All positions are indexes into it; `end` is the end of the stretch being read."""

    tokens: Sequence[Token]
    lexicon: Lexicon

    def closing(self, start: int, end: int) -> int:
        """Where the bracket closes that opens at `start`; `end` where it never does."""
        depth = 0
        for i in range(start, end):
            kind = self.tokens[i].kind
            depth += (kind == "open") - (kind == "close")
            if not depth:
                return i
        return end

    def alone(self, stop: int, end: int) -> bool:
        """Whether a phrase that ends at `stop` has no word behind it."""
        return stop >= end or self.tokens[stop].kind not in {"word", "url"}

    def span(self, i: int, end: int) -> int:
        """The end of the longest listed phrase of several words that opens at `i`; `i` where there is none."""
        best = i
        for family in _SPANNING:
            found = self.lexicon.find(family, self.tokens, i, end)
            if found and found[1] > max(best, i + 1):
                best = found[1]
        return best

    def part_number(self, i: int, end: int) -> int:
        """The end of "Kỳ 1", "Bài cuối" at `i`; `i` where there is none."""
        if self.tokens[i].key not in _PART_WORDS or i + 1 >= end:
            return i
        number = self.tokens[i + 1].key
        return i + 2 if number.isdigit() or number == "cuối" or (number and set(number) <= _ROMAN) else i

    def office(self, begin: int, i: int) -> bool:
        """Whether the phrase so far is an organisation: its words belong to it, whatever else they mean."""
        find = self.lexicon.find
        return bool(find("organisation", self.tokens, begin, i) or find("collective", self.tokens, begin, i))

    def sentence_ends(self, before: int, i: int) -> bool:
        """Whether the dot of the word at `before` ends a sentence or a name ("Lan. Hà"), not one letter ("H. Hà")."""
        token, after = self.tokens[before], self.tokens[i]
        if token.kind != "word" or token.text[-1] != "." or "." in token.text[:-1] or not after.text[0].isupper():
            return False
        word = token.text[:-1]
        title = self.lexicon.find("title", self.tokens, before, i)
        if len(word) < 2 or not is_syllable(word) or (title and title[0].needs not in {"surname", "full"}):
            return False
        return not word.isupper() or token.key in self.lexicon.syllables

    # -- a name, and behind it something that is none -----------------------------------------------------------------

    def ends_name(self, begin: int, i: int, end: int) -> bool:
        """Whether a name stands before `i` and an agency, an outlet, an office or an address begins there."""
        tokens, find = self.tokens, self.lexicon.find
        agency = find("agency", tokens, i, end)
        known_agency = agency is not None and self._certain_agency(agency[0], i, agency[1], end)
        office = find("organisation", tokens, i, end)
        title = find("title", tokens, i, end)
        starts = (
            known_agency
            or (office is not None and self._certain_outlet(office[0], i, office[1], end))
            or (office is not None and office[0].kind == "place" and tokens[i].text.islower())
            or (title is not None and title[0].kind == "position" and bool(title[0].rest))
        )
        if not starts or (i - begin == 1 and find("agency", tokens, begin, i)):
            return False
        words, titles = strip_titles(tokens[begin:i], self.lexicon)
        if any(title.kind == "position" for title in titles):  # "Phó Chủ tịch UBND xã"
            return False
        name = judge(words, self.lexicon)
        return name is not None and (len(words) > 1 or name.kind == "initials" or known_agency)

    def _certain_agency(self, agency: Entry, i: int, stop: int, end: int) -> bool:
        first = self.tokens[i].text
        if first.islower() or (agency.text.isupper() and len(agency.text) <= 4 and not first.rstrip(".").isupper()):
            return False
        return agency.kind == "anywhere" or (agency.kind == "alone" and self.alone(stop, end))

    def _certain_outlet(self, outlet: Entry, i: int, stop: int, end: int) -> bool:
        if outlet.kind not in {"outlet", "station"} or stop >= end:
            return False
        return self.tokens[i].text[0].isupper() or outlet.text == "báo"

    # -- separators -------------------------------------------------------------------------------------------------

    def continues(self, begin: int, i: int, end: int) -> int:
        """Where the phrase goes on behind the separator at `i`; `i` where it ends there."""
        tokens, find = self.tokens, self.lexicon.find
        if i + 1 >= end or tokens[i + 1].kind != "word":
            return i
        separator, before, after = tokens[i], tokens[i - 1], tokens[i + 1]
        if separator.key == GAP:
            return self._over_gap(begin, i, end)
        if separator.key not in {"-", "&", ","}:
            return i
        if separator.key != "," and before.end == separator.start and separator.end == after.start:
            if _abbreviations(before.text.rpartition(".")[2], after.text):  # "VH-TT", "NN&MT", "P.TCCB-LĐ"
                return i + 2
            if separator.key == "-" and before.kind == "word" and one_given_name(before, after, self.lexicon):
                return i + 2
        agency = find("agency", tokens, begin, i)
        if agency and agency[1] == i and separator.key == "-":  # "VOV - Tây Bắc"
            place = find("place", tokens, i + 1, end)
            if place is None and before.end == separator.start and find("organisation", tokens, i + 1, end):
                return next((j for j in range(i + 1, end) if tokens[j].kind != "word"), end)  # "VOV-Trung tâm Tin"
            return place[1] if place else i
        office = find("organisation", tokens, begin, i)
        if office is not None and separator.key == "-" and before.key in _BODIES and after.key in _BODIES:
            return i + 2  # "Văn phòng HĐND - UBND xã A" is one office
        if office is None:
            desk = find("collective", tokens, begin, i)
            if desk is None or desk[0].kind != "head":
                return i
        elif office[0].kind == "place":
            return i
        elif (
            separator.key == "&"
            and (office[1] == i or office[0].needs == "all")
            and find("organisation", tokens, i + 1, end)
        ):
            return i + 2
        more = find("field", tokens, i + 1, end)
        return more[1] if more else i

    def _over_gap(self, begin: int, i: int, end: int) -> int:
        """A wide gap parts two names; inside a name it is a slip: one of the sides is no name of its own."""
        tokens = self.tokens
        stop = next((j for j in range(i + 1, end) if tokens[j].kind != "word"), end)
        if (i - begin >= 2 and stop - i - 1 >= 2) or any(token.kind != "word" for token in tokens[begin:i]):
            return i
        name = judge([*tokens[begin:i], *tokens[i + 1 : stop]], self.lexicon)
        return i + 1 if name is not None and name.strength >= LIKELY else i


def _abbreviations(before: str, after: str) -> bool:
    """Whether two glued words are parts of one abbreviation: both in capitals, one of them no syllable."""
    if not (before.isupper() and after.isupper() and len(before) <= 5 and len(after) <= 5):
        return False
    bare = not is_syllable(before), not is_syllable(after)
    return all(bare) or (any(bare) and min(len(before), len(after)) <= 4)
