"""What stands in front of a name and is no part of it: professions, degrees, ranks, offices, forms of address.

Belongs here: stripping titles off the words of a phrase. Does not: the titles themselves (`data/titles.csv`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipelines.people.lexicon import Entry, Lexicon
from pipelines.people.lexing import Token
from pipelines.people.names import judge


class Title(NamedTuple):
    """One title that was stripped."""

    kind: str  # title, rank, address, religious, role, position
    text: str


def strip_titles(tokens: Sequence[Token], lexicon: Lexicon) -> tuple[Sequence[Token], list[Title]]:
    """What is left behind the titles in front ("GS.TS", "Đại tá, TS", "TS.Nguyễn"), and the titles."""
    titles: list[Title] = []
    while tokens:
        found = lexicon.find("title", tokens, 0, len(tokens))
        if found is not None and _strips(found[0], tokens, found[1], lexicon):
            titles.append(Title(found[0].kind, found[0].text))
            tokens = tokens[found[1] :]
            while tokens and tokens[0].kind in {"sep", "stop"}:
                tokens = tokens[1:]
            continue
        glued = _behind_glued_title(tokens[0], lexicon)
        if glued is None:
            break
        titles.append(Title("title", tokens[0].text))
        tokens = [*glued, *tokens[1:]]
    return tokens, titles


def _strips(entry: Entry, tokens: Sequence[Token], stop: int, lexicon: Lexicon) -> bool:
    rest = tokens[stop:]
    if entry.needs == "always":
        return True
    if entry.needs == "dot":
        head = tokens[0].text
        return bool(rest) and (head.endswith(".") or (head.isupper() and len(rest) > 1))
    if entry.needs == "behind":
        return bool(rest) and judge(rest, lexicon) is None
    family = lexicon.surnames.get(rest[0].key) if rest else None
    if entry.needs == "full":
        return len(rest) >= 3 and family in {"common", "kinh"}
    return len(rest) >= 2 and (family == "common" or (len(rest) > 2 and family is not None))


def _behind_glued_title(token: Token, lexicon: Lexicon) -> list[Token] | None:
    """What is left of "TS.Nguyễn" or "ThS.BS." behind its titles; None where it opens with no title."""
    pieces = [piece for piece in token.text.split(".") if piece]
    keys = [piece for piece in token.key.split(".") if piece]
    if len(pieces) < 2 or len(pieces) != len(keys):
        return None
    taken = 0
    while taken < len(keys):
        entries = lexicon.phrases.get(keys[taken], {}).get("title", ())
        if len(keys[taken]) < 2 or all(entry.rest for entry in entries):
            break
        taken += 1
    if not taken:
        return None
    rest = ".".join(pieces[taken:])
    return [token._replace(text=rest, key=".".join(keys[taken:]))] if rest else []
