"""What an operator states over the registry: files that hold only what is different, and changing one field of a file.

Belongs here: laying one file over another, and writing a field so that comments and order stay. Does not: the shape of
a source file (`scraper.source`), and which files count (`scraper.registry`).

A file of the operator's that says `extends: registry` takes all else from the file of the same id that ships with the
package, also after an upgrade that mends it. Mappings are laid over each other field by field; lists and values
replace.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

EXTENDS: Final = "extends"
REGISTRY: Final = "registry"

_HEAD: Final = "# What is different for this outlet; all else is as the registry has it.\n"


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with what `over` states in its place; where both have a mapping, field by field."""
    found = dict(base)
    for key, value in over.items():
        below = found.get(key)
        found[key] = merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return found


def with_field(text: str | None, source_id: str, field: str, value: bool | str | None) -> str:
    """The text of a source file, None where there is none yet, with a field of its top level set, or gone (None).

    All other lines stay as they are.
    """
    if text is None:
        text = f"{_HEAD}id: {source_id}\n{EXTENDS}: {REGISTRY}\n"
    lines = text.splitlines(keepends=True)
    start = next((i for i, line in enumerate(lines) if re.match(rf"{re.escape(field)}\s*:", line)), None)
    stated = "" if value is None else yaml.safe_dump({field: value}, allow_unicode=True, width=10_000)
    if start is None:
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        return "".join(lines) + stated
    end = start + 1
    while end < len(lines) and re.match(r"[ \t]+\S", lines[end]):  # what belongs to the value stands further in
        end += 1
    return "".join([*lines[:start], stated, *lines[end:]])


def write(path: Path, text: str) -> None:
    """Writes the file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)
