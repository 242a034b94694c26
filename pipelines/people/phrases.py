"""What one phrase between separators is: a person, a source, a collective, an affiliation, or nothing of the kind.

Belongs here: the order in which the word lists and the person test are asked. Does not: labels, brackets and the way
phrases hang together (`grammar.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipelines.people.items import PICTURES, Context, Item, ItemKind
from pipelines.people.lexicon import Entry, Lexicon
from pipelines.people.lexing import GAP, Token
from pipelines.people.names import LIKELY, SURE, Name, is_syllable, judge, one_given_name
from pipelines.people.titles import strip_titles

_MAX_ORGANISATION: Final = 16  # words
_MAX_BUREAU: Final = 4  # words behind the name of an agency
_EDITIONS: Final = frozenset({"điện", "online", "miền", "khu", "thường"})  # "điện tử", "khu vực", "thường trú"
_POSTED: Final = frozenset({"thường", "trú", "của", "tại"})  # between "PV" and the name of an agency


class Phrases:
    """Classifies phrases of one prepared string."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self.text = text
        self.lexicon = lexicon

    def raw(self, tokens: Sequence[Token]) -> str:
        """The words as written, without a sentence dot at the end."""
        written = self.text[tokens[0].start : tokens[-1].end]
        if GAP in written:
            written = " ".join(written.replace(GAP, " ").split())
        if written.endswith(".") and tokens[-1].kind == "word" and "." not in tokens[-1].text[:-1]:
            written = written[:-1]
        return written

    def classify(self, tokens: Sequence[Token], where: Context) -> list[Item]:
        """The items of one phrase, usually one; none for an empty phrase."""
        tokens = self._joined(tokens)
        if not tokens:
            return []
        addresses = [i for i, token in enumerate(tokens) if token.kind == "url"]
        if addresses:
            i = addresses[0]
            return [
                *self.classify(tokens[:i], where),
                self._source(tokens[i : i + 1], "outlet", where),
                *self.classify(tokens[i + 1 :], where),
            ]
        for step in (self._stop, self._collective, self._place, self._agency, self._organisation, self._titled):
            items = step(tokens, where)
            if items is not None:
                return items
        return self._name(tokens, where)

    def _joined(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """Without gaps, and "Ji-hoon" as one word."""
        if not any(token.kind == "sep" for token in tokens):
            return tokens
        joined: list[Token] = []
        for token in tokens:
            if token.key == GAP:
                continue
            glued = len(joined) > 1 and joined[-1].key == "-" and joined[-1].end == token.start == joined[-1].start + 1
            before = joined[-2] if glued else token
            spelled = before.text.istitle() and before.key not in self.lexicon.phrases
            if glued and spelled and one_given_name(before, token, self.lexicon):
                joined[-2:] = [
                    Token("word", f"{before.text}-{token.text}", f"{before.key}-{token.key}", before.start, token.end)
                ]
                continue
            joined.append(token)
        return joined

    # The steps, in the order in which they are asked. None: the phrase is nothing of that kind.

    def _stop(self, tokens: Sequence[Token], where: Context) -> list[Item] | None:
        found = self.lexicon.find("stop", tokens, 0, len(tokens))
        if found is None:
            return None
        entry, stop = found
        if entry.kind == "headline":
            return [Item("unknown", self.raw(tokens), flags=("prose",))]
        if stop < len(tokens) or entry.kind in {"signature", "subject", "lead", "masthead"}:
            return None
        if entry.kind == "account":
            return [Item("nothing", self.raw(tokens), flags=("account",))]
        if (where.reprint or where.behind_slash) and entry.kind == "section" and not self._given(tokens):
            return [self._source(tokens, "outlet", where)]
        agency = self.lexicon.find("agency", tokens, 0, len(tokens))
        if agency and agency[1] == len(tokens) and agency[0].kind != "after":
            placed = (where.labelled or where.behind_person) and all(t.text.isupper() for t in tokens)
            if placed or all(t.text.istitle() for t in tokens):
                return None  # "Thanh Niên" is the paper, "Thanh niên" the section; in capitals the slot tells
        return [Item("nothing", self.raw(tokens), flags=("label",))]

    def _given(self, tokens: Sequence[Token]) -> bool:
        found = self.lexicon.find("given", tokens, 0, len(tokens))
        return found is not None and found[1] == len(tokens)

    def _collective(self, tokens: Sequence[Token], where: Context) -> list[Item] | None:
        pictures = bool(where.roles) and where.roles <= PICTURES
        if (where.reprint or where.slot == "caption" or pictures) and self._given(tokens):
            return [Item("nothing", self.raw(tokens), flags=("provenance",))]
        found = self.lexicon.find("collective", tokens, 0, len(tokens))
        if found is None:
            return None
        entry, stop = found
        whole = stop == len(tokens)
        if entry.kind == "head":
            rest = tokens[stop:]
            if rest and not where.reprint and self._newsroom(rest):  # no paper calls its own desk "Nguồn: ..."
                return [Item("collective", self.raw(tokens), flags=("collective",))]
            return None
        flags = ("collective", "contributor") if "ctv" in entry.text or "cộng tác" in entry.text else ("collective",)
        group = Item("collective", self.raw(tokens[:stop]), flags=flags)
        if whole:
            return [group]
        rest = tokens[stop:]
        role = self.lexicon.find("role", rest, 0, len(rest))
        if role and role[1] == len(rest):
            return [group]
        # "PV Báo Vạn Xuân", "Nhóm PV TTXVN tại Hà Nội": a collective of an outlet; "PV Mai Phương": a title.
        for i in range(len(rest)):
            items = self._agency(rest[i:], where) or self._organisation(rest[i:], where)
            if items is not None:
                return [group, *items]
            if rest[i].key not in _POSTED:
                break
        if self._newsroom(rest) or self._place(rest, where) is not None:
            return [group]
        if rest[0].text[0].islower() and len(rest) <= _MAX_BUREAU and not self._is_prose(rest):
            return [group]  # "Nhóm PV thường trú", "Phóng viên ảnh"
        return None

    def _newsroom(self, tokens: Sequence[Token]) -> bool:
        """Whether all of `tokens` are departments of a newsroom ("Kinh tế", "Văn hóa - Xã hội", "CT-XH")."""
        i = 0
        while i < len(tokens):
            if tokens[i].kind == "sep":
                i += 1
                continue
            found = self.lexicon.find("desk", tokens, i, len(tokens))
            if found is None:
                return False
            i = found[1]
        return True

    def _place(self, tokens: Sequence[Token], where: Context) -> list[Item] | None:
        found = self.lexicon.find("place", tokens, 0, len(tokens))
        if found is None or found[1] < len(tokens):
            return None
        raw = self.raw(tokens)
        name = judge(tokens, self.lexicon)
        believable = name is not None and not any(token.text.islower() for token in tokens)
        believable = believable and all(token.key in self.lexicon.syllables for token in tokens)
        free = where.slot == "byline" and not where.labelled
        if believable and not where.reprint and (free or where.sure):
            return [Item("person", raw, name=name, flags=("place_name",))]
        if where.reprint:
            return [self._source(tokens, "outlet", where)]
        return [Item("affiliation" if where.behind_person else "nothing", raw, source_kind="place", flags=("label",))]

    def _is_place(self, tokens: Sequence[Token]) -> bool:
        found = self.lexicon.find("place", tokens, 0, len(tokens))
        return found is not None and found[1] == len(tokens)

    def _agency(self, tokens: Sequence[Token], where: Context) -> list[Item] | None:
        found = self.lexicon.find("agency", tokens, 0, len(tokens))
        if found is None:
            return None
        entry, stop = found
        sourced = where.reprint or where.behind_slash
        if not self._agency_letters(entry, tokens[:stop]) and not (sourced and entry.text.isascii()):
            return None
        rest = tokens[stop:]
        if not rest:
            kind = "agency" if entry.kind == "anywhere" else "outlet"
            return [self._source(tokens, kind, where)] if entry.kind != "after" or sourced else None
        if entry.kind == "after" or (entry.kind == "alone" and not sourced and rest[0].text[0].isupper()):
            return None
        kind = "agency" if entry.kind == "anywhere" else "outlet"
        if rest[0].kind == "sep":
            glued = len(rest) > 1 and tokens[stop - 1].end == rest[0].start and rest[0].end == rest[1].start
            rest = rest[1:]
            if glued and rest and self.lexicon.find("organisation", rest, 0, len(rest)):  # "VOV-Trung tâm Tin"
                return [self._source(tokens, kind, where)]
        tail = self.lexicon.find("reprint tail", rest, 0, len(rest))
        if tail and tail[1] == len(rest):
            return [self._source(tokens[:stop], kind, where)]
        place = self.lexicon.find("place", rest, 0, len(rest))
        if place is None and entry.kind == "anywhere":
            more: list[Item] | None = None
            for step in (self._stop, self._agency, self._organisation, self._titled):
                more = more or step(rest, where)
            if more is not None:
                return [self._source(tokens[:stop], "agency", where), *more]
            name = judge(rest, self.lexicon)
            if name is not None and name.strength == SURE and name.kind == "person":
                return [self._source(tokens[:stop], "agency", where), Item("person", self.raw(rest), name=name)]
        if rest[0].key == "tại" and len(rest) <= _MAX_BUREAU:  # where the reporter sits is not part of the name
            return [self._source(tokens[:stop], kind, where)]
        bureau = place is not None and place[1] == len(rest)
        edition = rest[0].key in _EDITIONS and len(rest) <= 2
        account = (
            entry.kind == "alone" and entry.text.isascii() and len(rest) <= _MAX_BUREAU and not self._is_prose(rest)
        )
        return [self._source(tokens, kind, where)] if bureau or edition or account else None

    def _agency_letters(self, entry: Entry, tokens: Sequence[Token]) -> bool:
        """Abbreviations must be written as such: "AP" is an agency, "Ấp" and "Ap" are not; "lao động" is no paper."""
        name = entry.text
        if name.isupper() and len(name) <= 4:
            return tokens[0].text.rstrip(".").isupper()
        return tokens[0].text[0].isupper() or tokens[0].text[0].isdigit() or entry.kind == "anywhere"

    def _organisation(self, tokens: Sequence[Token], where: Context) -> list[Item] | None:
        found = self.lexicon.find("organisation", tokens, 0, len(tokens))
        if found is None:
            return None
        entry, stop = found
        title = self.lexicon.find("title", tokens, 0, len(tokens))
        if title is not None and title[1] > stop:  # "phát thanh viên"
            return None
        if entry.kind in {"outlet", "station"}:  # where the reporter sits is not part of the outlet's name
            tokens = tokens[: next((i for i in range(stop + 1, len(tokens)) if tokens[i].key == "tại"), len(tokens))]
        rest = tokens[stop:]
        if rest and rest[0].kind == "sep":
            rest = rest[1:]
        if not self._opens_organisation(entry, tokens[:stop], rest):
            return None
        if len(tokens) > _MAX_ORGANISATION or self._is_prose(tokens):
            return [Item("unknown", self.raw(tokens), flags=("prose",))]
        if entry.kind == "place":
            kind: ItemKind = "affiliation" if where.behind_person else "nothing"
            return [Item(kind, self.raw(tokens), source_kind="place", flags=("label",))]
        if len(tokens) > 2 and [token.key for token in tokens[-2:]] == ["cung", "cấp"]:
            tokens = tokens[:-2]
        return [self._source(tokens, entry.kind, where)]

    def _opens_organisation(self, entry: Entry, head: Sequence[Token], rest: Sequence[Token]) -> bool:
        if not rest:
            return bool(entry.rest) or head[0].text.isupper()
        first = rest[0].text
        if any(map(str.isdigit, first)) or self.lexicon.find("field", rest, 0, len(rest)):
            return True
        if self.lexicon.find("organisation", rest, 0, len(rest)):
            return True
        if entry.needs == "lower":
            return first[0].islower() or (first.isupper() and not is_syllable(first))
        if entry.needs == "street":
            return first[0].islower() or (len(rest) > 1 and self.lexicon.surnames.get(rest[0].key) == "common")
        if entry.needs == "upper":
            return first[0].isupper() or first[0] in '"“'
        return True

    def _titled(self, tokens: Sequence[Token], where: Context) -> list[Item] | None:
        rest, titles = strip_titles(tokens, self.lexicon)
        if not titles:
            return None
        kinds = tuple(title.kind for title in titles)
        flags = ("contributor",) if any("ctv" in title.text or "cộng tác" in title.text for title in titles) else ()
        if not rest:
            behind = "position" in kinds and where.behind_person
            return [Item("affiliation" if behind else "nothing", self.raw(tokens), titles=kinds, flags=flags)]
        listed = None
        for step in (self._stop, self._collective, self._agency, self._organisation):
            listed = listed or step(rest, where)
        if listed is not None and set(kinds) == {"role"}:
            return listed
        name = judge(rest, self.lexicon, labelled=where.sure) if listed is None else None
        if name is None and listed is None and "position" not in kinds:
            name = self._behind_qualifier(rest)
        if name is not None:
            if "reader" in kinds and not where.labelled:
                return [Item("nothing", self.raw(tokens), flags=("subject",))]
            shouted = tokens[0].text.isupper() and len(tokens[0].text) > 1
            if kinds[0] == "position" and shouted:
                return [Item("nothing", self.raw(tokens), flags=("signature",))]
            return [Item("person", self.raw(tokens), name=name, titles=kinds, flags=flags)]
        if "position" in kinds or kinds[-1] in {"rank", "title", "address"}:
            kind: ItemKind = "affiliation" if where.behind_person else "unknown"
            return [Item(kind, self.raw(tokens), titles=kinds)]
        return [Item("collective", self.raw(tokens), flags=("collective",))] if not self._is_prose(rest) else None

    def _behind_qualifier(self, tokens: Sequence[Token]) -> Name | None:
        """The full name behind small words that belong to the title: "Kỹ sư nông nghiệp Nguyễn Văn A"."""
        small = next((i for i, token in enumerate(tokens) if not token.text.islower()), 0)
        name = judge(tokens[small:], self.lexicon) if 1 <= small <= _MAX_BUREAU else None
        return name if name is not None and name.strength == SURE and " " in name.text else None

    def _name(self, tokens: Sequence[Token], where: Context) -> list[Item]:
        raw = self.raw(tokens)
        # One word may be a name by chance ("Cao"); capitals that are no syllable are the outlet's mark ("QN").
        if (len(tokens) > 1 or (raw.isupper() and not is_syllable(raw))) and where.outlet.owns(raw):
            return [Item("nothing", raw, flags=("own_outlet",))]
        name = judge(tokens, self.lexicon, labelled=where.sure, strict=where.slot == "text")
        if name is not None and name.strength < LIKELY and where.labelled and not where.sure:
            name = None
        if name is not None and name.strength < SURE and len(tokens) > 2 and self._holds_heading(tokens):
            name = None
        if name is not None and name.kind == "initials" and self._role_letters(tokens, where):
            return [Item("nothing", raw, flags=("label",))]
        if name is not None and not (where.reprint and self._rather_outlet(tokens, name, where)):
            flags = ("case_repaired",) if name.repaired else ()
            if where.slot == "text" and not where.sure and name.strength < LIKELY:
                return [Item("unknown", raw)]
            return [Item("person", raw, name=name, flags=flags)]
        if where.outlet.owns(raw):
            return [Item("nothing", raw, flags=("own_outlet",))]
        if len(tokens) > 2 and where.outlet.owns(tokens[-1].text):
            return [*self._name(tokens[:-1], where), Item("nothing", tokens[-1].text, flags=("own_outlet",))]
        split = self._two_people(tokens)
        if split:
            return split
        if self._is_prose(tokens):
            return [Item("unknown", raw, flags=("prose",))]
        shown = len(tokens) <= 6 and tokens[0].text[0].isupper()
        if shown and (where.reprint or where.behind_slash):
            return [self._source(tokens, "outlet", where)]
        if len(tokens) == 1 and self._abbreviation(tokens[0].text) and (where.sure or not where.labelled):
            return [self._source(tokens, "outlet", where, flags=("unknown_abbreviation",))]
        if len(tokens) > 1 and not where.labelled and self._abbreviation(tokens[0].text) and self._is_place(tokens[1:]):
            return [self._source(tokens, "org", where, flags=("unknown_abbreviation",))]  # "PXB Thái Nguyên"
        words = [token.key for token in tokens]
        if shown and len(tokens) > 1 and any(word in self.lexicon.outlet_words for word in words):
            return [self._source(tokens, "outlet", where)]
        return [Item("unknown", raw)]

    def _holds_heading(self, tokens: Sequence[Token]) -> bool:
        """Whether two neighbouring words are a section or a place: "Biển Việt Nam", "TÀI CHÍNH QUỐC TẾ"."""
        for i in range(len(tokens) - 1):
            for family in ("stop", "place"):
                found = self.lexicon.find(family, tokens, i, len(tokens))
                if found and found[0].rest and found[0].kind in {"section", "place"}:
                    return True
        return False

    def _role_letters(self, tokens: Sequence[Token], where: Context) -> bool:
        """Whether two bare capitals are short for a role ("ST", "TH") and not somebody's initials."""
        found = self.lexicon.find("role", tokens, 0, len(tokens)) if len(tokens) == 1 and not where.labelled else None
        return found is not None and found[0].needs == "bracket" and "." not in tokens[0].text

    def _rather_outlet(self, tokens: Sequence[Token], name: Name, where: Context) -> bool:
        """Behind "Theo": one word, or words no Vietnamese name has, are an outlet, unless the outlet follows."""
        if len(tokens) == 1:
            minority = tokens[0].text[1:2] == "'" and where.before_outlet  # "Theo K'Liêng/TTXVN"
            return "." not in tokens[0].text and not minority
        return name.strength < LIKELY and not where.before_outlet

    def _abbreviation(self, word: str) -> bool:
        return 3 <= len(word) <= 8 and word.isupper() and word.isalpha() and not is_syllable(word)

    def _two_people(self, tokens: Sequence[Token]) -> list[Item]:
        """Two full names with nothing between them, told by the second family name ("Nguyễn Văn An Trần Thị Bình")."""
        if not 6 <= len(tokens) <= 8:
            return []
        for i in range(len(tokens) - 2, 1, -1):
            if self.lexicon.surnames.get(tokens[i].key) == self.lexicon.surnames.get(tokens[0].key) == "common":
                first, second = judge(tokens[:i], self.lexicon), judge(tokens[i:], self.lexicon)
                if first and second and 2 <= i <= 4 and first.strength == second.strength == SURE:
                    return [
                        Item("person", self.raw(part), name=name)
                        for part, name in ((tokens[:i], first), (tokens[i:], second))
                    ]
        return []

    def _is_prose(self, tokens: Sequence[Token]) -> bool:
        """Whether a phrase is part of a sentence: function words, or several small words outside an organisation."""
        if judge(tokens, self.lexicon) is not None:  # "A Rất Blúi"
            return False
        for token in tokens:
            if token.key in self.lexicon.prose and (token.text.islower() or token.key not in self.lexicon.syllables):
                return True
        return False

    def _source(self, tokens: Sequence[Token], kind: str, where: Context, flags: tuple[str, ...] = ()) -> Item:
        raw = self.raw(tokens).strip("\"“”'")
        if where.outlet.owns(raw):
            return Item("nothing", raw, flags=("own_outlet",))
        return Item("source", raw, source_kind=kind, flags=flags, through=where.reprint or where.behind_slash)
