"""The page of all that a source file may say, from the models that check one: `python -m scraper.reference`.

Belongs here: their fields as Markdown. Does not: the fields (`scraper.source`, `scraper.listings`).
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from scraper.listings import Part, parts_of
from scraper.source import Source

_TOP = """# What a source file may say

An outlet is one YAML file named by its id: the shipped ones lie in `scraper/sources/`, your own in `data/sources/`.
[new-outlet.md](new-outlet.md) shows how one is made; `tintinh sources show ID` prints the one that holds. Of a shipped
outlet your file need only state what differs:

```yaml
id: bao-thai-nguyen
extends: registry
pace:
  delay_s: 5
schedule:
  cron: 0 */3 * * *
```

Any other name is refused. This page is made from the code that checks the files.
"""
_WORDS = {"str": "text", "int": "number", "float": "number", "bool": "yes or no", "date": "day", "time": "time"}


def page() -> str:
    """The page, as Markdown."""
    return "\n".join([_TOP, *_sections(Source, "", [])]) + "\n"


def _sections(model: type[Part], name: str, done: list[type[Part]]) -> Iterator[str]:
    """The table of one mapping, then those of the mappings in it, each once."""
    done.append(model)
    yield f"## `{name}`\n" if name else "## The file\n"
    yield " ".join((model.__doc__ or "").split()) + "\n"
    yield "| field | what | what it means | else |\n| --- | --- | --- | --- |"
    inner: list[tuple[str, type[Part]]] = []
    for own, field in model.model_fields.items():
        shown = field.alias or own
        words = _type(field.annotation)
        inner += [(f"{name}.{shown}" if name else shown, part) for part in parts_of(field)]
        meaning = " ".join((field.description or "").split()).replace("|", "\\|")
        yield f"| `{shown}` | {words} | {meaning} | {_default(field)} |"
    yield ""
    for path, part in inner:
        if part not in done:
            yield from _sections(part, path, done)


def _type(annotation: Any) -> str:
    """Words for a type."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return "mapping"
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin in (types.UnionType, typing.Union):
        return _type(next(one for one in arguments if one is not type(None)))
    if origin is tuple:
        return "list of mappings" if _type(arguments[0]) == "mapping" else f"list of {_type(arguments[0])}"
    if origin is dict:
        return f"mapping of names to {_type(arguments[1])}"
    return _WORDS.get(getattr(annotation, "__name__", ""), "text")


def _default(field: FieldInfo) -> str:
    """What holds where the field is not there."""
    if field.is_required():
        return "must be there"
    value = field.get_default(call_default_factory=True)
    if value is None or value in ((), {}, "") or isinstance(value, Part):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return (
        ", ".join(map(str, value))
        if isinstance(value, tuple)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )


if __name__ == "__main__":
    print(page(), end="")
