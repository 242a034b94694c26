"""Edits as Markdown: what went struck out, what came in bold, around it only as much as is needed.

Belongs here: showing word-level differences on Dagster's pages. Does not: computing them (`pipelines.diffs`), or the
same in a terminal (`dagster_project.cli.diffs`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipelines.zone import to_local

AROUND = 40
"""Characters of unchanged text kept on each side of a change."""
LONGEST = 240
"""Characters of one stretch of text that went or came; the rest is cut, `tintinh history` has all."""
FIELD_PIECES = 24
"""Pieces of one field's difference that are shown."""

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~!])")


def harmless(text: str) -> str:
    """Text that Markdown shows as it stands, on one line."""
    return _SIGNS.sub(r"\\\1", text.replace("\n", " ¶ "))


def edits_markdown(edits: Iterable[tuple[Mapping[str, Any], Mapping[str, Sequence[tuple[str, str]]]]]) -> str:
    """A list of edits, each with the differences of its fields as (op, text) pieces; empty for none.

    An edit tells at least edited_at (aware), title, url, source_id and change_class.
    """
    blocks = []
    for edit, differences in edits:
        blocks.append(
            f"- [{harmless(edit['title'] or edit['url'])}](<{edit['url']}>)"
            f" {harmless(edit['source_id'])}, {to_local(edit['edited_at']):%d/%m %H:%M}, {edit['change_class']}"
        )
        blocks += [f"  - {harmless(name)}: {_difference(pieces)}" for name, pieces in differences.items()]
    return "\n".join(blocks)


def _difference(pieces: Sequence[tuple[str, str]]) -> str:
    shown = []
    for index, (op, text) in enumerate(pieces[:FIELD_PIECES]):
        if op == "equal":
            shown.append(harmless(_shorten(text, first=index == 0, last=index == len(pieces) - 1)))
        elif text.strip():
            # Spaces around the marks: Markdown takes them for marks only beside a space or a letter.
            mark = "~~" if op == "delete" else "**"
            cut = text.strip() if len(text.strip()) <= LONGEST else text.strip()[: LONGEST - 1] + "…"
            shown.append(f" {mark}{harmless(cut)}{mark} ")
    return "".join(shown).strip() + (" …" if len(pieces) > FIELD_PIECES else "")


def _shorten(text: str, *, first: bool, last: bool) -> str:
    if len(text) <= 2 * AROUND:
        return text
    return f"{'' if first else text[:AROUND]} … {'' if last else text[-AROUND:]}"
