"""The vocabulary of date lines, compiled: `words.yaml` as patterns, and the folding that lines get before them.

Belongs here: loading the words, building alternations. Does not: deciding what a match means (`line`, `relative`).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any, Final

import yaml

from pipelines.text import search_key

MAX_LINE: Final = 600
"""Characters of a line that are looked at. A date line is far shorter; what follows is another text."""

WORDS: Final[dict[str, Any]] = yaml.load(
    resources.files("pipelines.dates").joinpath("words.yaml").read_text(encoding="utf-8"),
    Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),  # noqa: S506  # a safe loader, the C one where libyaml is there
)

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_BLANK = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000"
)
_TIDY = str.maketrans(
    {
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_BLANK, " "),
        **dict.fromkeys("\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\ue000\ue001\ue002\ue003", ""),
        **dict.fromkeys("\u2044\u2215\uff0f", "/"),
        **dict.fromkeys("\u2236\ufe55\uff1a", ":"),
        **dict.fromkeys("\u2018\u2019\u02bc\u2032\u00b4", "'"),
        **dict.fromkeys("\u00d0\u00f0\u0189\u0256", "đ"),
        **dict.fromkeys("年月", "/"),
        "日": " ",
        "\uff0c": ",",
        "\uff08": "(",
        "\uff09": ")",
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
    }
)
_BLANKS = re.compile(r"\s\s+|[^\S ]")
_BLANK_RUN = re.compile(r"\s+")


def fold(raw: str) -> str:
    """`raw` for matching: first `MAX_LINE` characters, NFC, entities resolved, lower case, plain dashes and blanks."""
    # blanks used for layout do not count: only what they separate is measured
    text = raw if len(raw) <= MAX_LINE else " ".join(raw[: 20 * MAX_LINE].split())[:MAX_LINE]
    if "&" in text:
        text = html.unescape(text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_TIDY)
    text = text.lower().strip()
    return _BLANK_RUN.sub(" ", text) if _BLANKS.search(text) else text


def any_of(words: Iterable[str], plain: bool) -> str:
    """A group that matches any of the words, the longest first; without their marks if `plain`."""
    forms = {search_key(word) if plain else word.lower() for word in words}
    ordered = sorted(forms, key=lambda form: (-len(form), form))
    return "(?:" + "|".join(re.escape(form) + (_guard(form) if plain else "") for form in ordered) + ")"


def _guard(form: str) -> str:
    """What must not follow a form without marks: "ngay cap" (cấp, a licence) opens "ngay cap nhat" (cập nhật) too."""
    return r"(?!\snhat(?!\w))" if form.endswith("cap") else ""


def free(words: Iterable[str], plain: bool) -> re.Pattern[str]:
    """Any of the words, standing free."""
    return re.compile(rf"(?<!\w){any_of(words, plain)}(?!\w)")


def by_word(table: Mapping[Any, Iterable[str]], plain: bool) -> dict[str, Any]:
    """{word: key} of a table {key: words}."""
    return {(search_key(word) if plain else word.lower()): key for key, words in table.items() for word in words}


def flat(table: Mapping[Any, Iterable[str]]) -> list[str]:
    """All words of a table {key: words}."""
    return [word for words in table.values() for word in words]
