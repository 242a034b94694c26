"""Small tables as Markdown, for metadata that people look at.

Belongs here: layout of rows. Does not: where the rows come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table; bars and line breaks in cells are made harmless, empty for no rows."""
    lines = [_line(columns), "|" + " --- |" * len(columns)]
    body = [_line(row) for row in rows]
    return "\n".join(lines + body) if body else ""


def _line(cells: Sequence[Any]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")
