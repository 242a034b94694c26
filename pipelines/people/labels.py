"""Labels of a byline: the words in front of names or behind them that say who did what, and "Theo", "Nguồn".

Belongs here: recognising them at one place of the token row. Does not: what they do to the names around (`grammar.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from pipelines.people.lexicon import Entry, Lexicon, role
from pipelines.people.lexing import GAP, NEWLINE, Token
from pipelines.records import Role

_JOINERS: Final = frozenset({",", "&", "/", "+", "-", "|", GAP})
_TEXT_SUFFIXES: Final = frozenset({"compilation", "translation", "record"})


class Label(NamedTuple):
    """One or several role words ("Bài và ảnh")."""

    kind: Literal["label", "dash", "suffix"]  # in front of names; the same with a dash or line end behind; behind names
    roles: frozenset[Role]
    entries: tuple[Entry, ...]
    end: int  # behind the role words
    stop: int  # behind the colon, dash or "của" as well
    contributor: bool = False


class Reprint(NamedTuple):
    """ "Theo", "Nguồn:" and the like."""

    stop: int
    roles: frozenset[Role]  # "Nguồn ảnh"
    colon: bool
    prose: bool  # "Theo ông A": somebody is quoted


def read_label(lexicon: Lexicon, tokens: Sequence[Token], i: int, end: int, *, bracketed: bool) -> Label | None:
    """The label that opens at `i`, or None."""
    entries: list[Entry] = []
    j = i
    while True:
        found = lexicon.find("role", tokens, j, end)
        if found is None:
            break
        if found[0].needs == "bracket" and not bracketed and not (found[1] < end and tokens[found[1]].kind == "colon"):
            break
        entries.append(found[0])
        j = found[1]
        k = j
        while k < end and k < j + 2 and tokens[k].kind == "sep" and tokens[k].key in _JOINERS:
            k += 1
        if k < end and tokens[k].kind == "word" and _goes_on(lexicon, tokens, i, entries[-1], j, k, end):
            j = k
            continue
        break
    if not entries:
        return None
    roles = frozenset(name for entry in entries if (name := role(entry.kind)) is not None)
    contributor = any(entry.kind == "none" and entry.text.startswith(("ctv", "cộng")) for entry in entries)
    front = all(entry.needs != "suffix" for entry in entries)
    free = all(entry.needs != "colon" for entry in entries)

    def label(kind: Literal["label", "dash", "suffix"], stop: int) -> Label:
        return Label(kind, roles, tuple(entries), j, stop, contributor)

    after = tokens[j] if j < end else None
    if after is None or after.kind in {"close", "stop", "mail"}:
        return label("suffix", j)
    if after.kind == "colon":
        return label("label", _over_gaps(tokens, j + 1, end)) if front else None
    front = front and all(entry.needs != "bracket" for entry in entries)
    if after.key in {"của", "by"} and front:
        return label("label", j + 1)
    if lexicon.find("reprint by", tokens, j, end):
        return label("suffix", j)
    if after.kind == "open" or entries[-1].text.endswith("lời kể"):
        return label("suffix", j)
    if bracketed and after.kind in {"word", "url"}:
        compiled = all(entry.needs in {"both", "suffix"} for entry in entries) and not roles & {"text", "photo"}
        if compiled and (not front or lexicon.find("agency", tokens, j, end)):
            return label("suffix", j)
    if after.kind in {"word", "url"}:
        return label("label", j) if front and free and after.text[0].isupper() and _names(lexicon, tokens, j) else None
    behind = tokens[j + 1] if j + 1 < end else None
    parts = after.key in {"-", NEWLINE, GAP} or (after.key in {";", ","} and len(entries) > 1)
    if parts and behind is not None and behind.text[0].isupper() and front and free:
        return label("dash", j + 1)
    return label("suffix", j)


def _names(lexicon: Lexicon, tokens: Sequence[Token], j: int) -> bool:
    """Whether the word at `j` can open a name: "Tin Việt" is a label and a name, "Ảnh Đẹp" a title."""
    return tokens[j].key not in lexicon.not_names or "organisation" in lexicon.phrases.get(tokens[j].key, {})


def _goes_on(lexicon: Lexicon, tokens: Sequence[Token], i: int, last: Entry, j: int, k: int, end: int) -> bool:
    """Whether the role word at `k` belongs to the label that opens at `i`: not in "A ghi - Ảnh: B"."""
    found = lexicon.find("role", tokens, k, end)
    if found is None or found[0].needs == "bracket":
        return False
    if i == 0 or k == j or tokens[j].key not in {",", "-", ";"}:
        return True
    if (tokens[i - 1].kind != "word" or tokens[i - 1].text[-1] == ".") and last.kind not in _TEXT_SUFFIXES:
        return True
    while found is not None:
        k = found[1]
        while k < end and tokens[k].kind == "sep" and tokens[k].key in _JOINERS:
            k += 1
        found = lexicon.find("role", tokens, k, end) if k < end else None
    return not (k < end and tokens[k].kind == "colon")


def _over_gaps(tokens: Sequence[Token], i: int, end: int) -> int:
    while i < end and tokens[i].kind in {"sep", "colon"} and tokens[i].key in {GAP, NEWLINE, "-", ":", "&"}:
        i += 1
    return i


def read_reprint(lexicon: Lexicon, tokens: Sequence[Token], i: int, end: int) -> Reprint | None:
    """The word for a source that opens at `i` ("Theo", "Nguồn ảnh:"), or None."""
    found = lexicon.find("reprint by", tokens, i, end)
    if found is None:
        return None
    entry, j = found
    if entry.text == "từ" and (
        tokens[i].text[0].isupper()
        or i == 0
        or (not lexicon.find("role", tokens, max(0, i - 2), i) and not lexicon.find("role", tokens, i - 1, i))
    ):
        return None
    if entry.text == "từ":
        told = lexicon.find("role", tokens, i - 1, i) or (lexicon.find("role", tokens, i - 2, i) if i > 1 else None)
        if told and told[0].kind == "record":  # "tường thuật từ Paris" says where
            return None
    roles: frozenset[Role] = frozenset()
    for word, name in (("ảnh", "photo"), ("video", "video"), ("clip", "video")):
        if word in entry.text.split():
            roles = frozenset({name})  # type: ignore[arg-type]
    colon = j < end and tokens[j].kind == "colon"
    if colon:
        j = _over_gaps(tokens, j + 1, end)
    while j < end and tokens[j].text[0].islower():
        noise = lexicon.find("reprint noise", tokens, j, end)
        if noise is None or noise[1] >= end:
            break
        j = noise[1]
        if tokens[j].kind == "colon":
            j += 1
    title = lexicon.find("title", tokens, j, end) if j < end else None
    office = lexicon.find("organisation", tokens, j, end) if j < end else None
    quoted = title is not None and title[0].kind in {"address", "position", "rank"} and not colon
    if quoted and office is not None and title is not None and office[1] >= title[1]:  # "Theo Tuyên giáo Hà Giang"
        quoted = False
    return Reprint(j, roles, colon, quoted)
