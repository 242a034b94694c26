"""Edits as people read them: what went struck out, what came underlined, around it only as much as is needed.

Belongs here: showing word-level differences. Does not: computing them (`pipelines.diffs`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

AROUND = 60
"""Characters of unchanged text kept on each side of a change."""


def print_diffs(out: Console, diffs: Mapping[str, Sequence[tuple[str, str]]]) -> None:
    """Prints one block a field; the pieces are (op, text) with op equal, delete or insert."""
    from rich.padding import Padding
    from rich.text import Text

    for name, pieces in diffs.items():
        line = Text(f"{name}: ", style="bold")
        line.append_text(diff_text(pieces))
        out.print(Padding(line, (0, 0, 0, 2)))


def diff_text(pieces: Sequence[tuple[str, str]]) -> Text:
    """One field's difference as styled text; `[-gone-]` and `{+come+}` marks stay readable without colours."""
    from rich.text import Text

    line = Text()
    for index, (op, text) in enumerate(pieces):
        if op == "delete":
            line.append(f"[-{text.strip()}-]", style="red strike")
        elif op == "insert":
            line.append(f"{{+{text.strip()}+}}", style="green underline")
        else:
            line.append(_shorten(text, first=index == 0, last=index == len(pieces) - 1))
        if op != "equal" and text.endswith(" "):
            line.append(" ")
    return line


def _shorten(text: str, *, first: bool, last: bool) -> str:
    if len(text) <= 2 * AROUND:
        return text
    head = "" if first else text[:AROUND]
    tail = "" if last else text[-AROUND:]
    return f"{head} … {tail}"
