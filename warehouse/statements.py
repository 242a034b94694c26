"""The SQL statements of this package, each in its own file under `sql/`.

Belongs here: finding them by name. Does not: their text, nor migrations (`schema/`) and views (`marts/`).
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_END = re.compile(r";\s*(?:--[^\n]*)?\n")


@cache
def get(name: str) -> str:
    """The text of `sql/<name>.sql`. Parameters in it are named (`$source`); only its last statement may have some."""
    return (files("warehouse") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


@cache
def each(name: str) -> tuple[str, ...]:
    """The statements of `sql/<name>.sql` one by one, for files in which each takes the same parameters."""
    return tuple(part.strip() for part in _END.split(get(name) + "\n") if part.strip())
