"""The data that a page carries for its own scripts: JSON scripts, what is assigned to `window`, and the payloads of
Next.js and Nuxt.

Belongs here: finding these data and turning them into plain objects, whatever their notation. Does not: which object is
the article (`pipelines.page.state`). No script is ever run: what a script would compute or fetch is not there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from pipelines.page.metadata import MAX_NODES, MAX_SCRIPT, load_json
from pipelines.page.tree import Page

MAX_SCRIPTS: Final = 200
MAX_DEPTH: Final = 60
"""Levels of nesting that are followed; states of real pages have twenty."""
_ASSIGNED = re.compile(r"(?:window|self|globalThis|var|let|const)[.\s]\s*[\w$.\[\]'\"]{2,60}\s*=\s*(?=[{\[(])")
_PUSHED = re.compile(r"__next_f\s*\.\s*push\(\s*\[\s*1\s*,\s*(?=\")")
_ROW = re.compile(r"([0-9a-f]{1,6}):(?:T([0-9a-f]{1,6}),|([A-SU-Z]{0,2})(?=[\[{\"]))")
_CALLED = re.compile(r"\(\s*function\s*\(([^)]*)\)\s*\{\s*return\s+")
_TOKEN = re.compile(
    r"\s*(?:(?P<string>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')|(?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_$][\w$]*)|(?P<mark>[{}\[\]:,()!-]))",
    re.S,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.S)
_LETTERS: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_WORDS: Final = {"true": True, "false": False, "null": None, "undefined": None, "NaN": None}


def page_states(page: Page, least: int = 0) -> Iterator[tuple[Any, str]]:
    """(data, where) for every payload of the page that has at least `least` characters."""
    flight: list[str] = []
    for script in page.index.tags.get("script", ())[:MAX_SCRIPTS]:
        text = script.text or ""
        if not max(40, least // 20) <= len(text) <= MAX_SCRIPT:
            continue
        ident, kind = script.get("id") or "", (script.get("type") or "").lower()
        if "__next_f" in text:
            flight += _pushed(text)
        elif len(text) < least or "ld+json" in kind:
            continue
        elif ident == "__NUXT_DATA__":
            yield _revived(load_json(text)), ident
        elif kind.endswith("/json") or ident == "__NEXT_DATA__":
            yield load_json(text), ident or f"script[type={kind}]"
        elif not kind or "javascript" in kind or kind == "module":
            found = _ASSIGNED.search(text[:4000])
            if found is not None:
                yield _assigned(text, found.end()), clean_name(found.group())
    whole = "".join(flight)
    if len(whole) >= max(least, 1):
        yield _rows(whole), "__next_f"


def clean_name(text: str) -> str:
    """The name in `window.__NUXT__ = `."""
    return text.rstrip("= \n\t").split()[-1].rpartition(".")[2] or "script"


def _assigned(text: str, start: int) -> Any:
    called = _CALLED.match(text, start)
    if called is None:
        try:
            return json.JSONDecoder(strict=False).raw_decode(text, start)[0]
        except (ValueError, RecursionError):
            return _Literal(text, start).value()
    # (function(a,b){return {...}}(1,"x")): values that occur twice stand behind the object
    names = [name.strip() for name in called.group(1).split(",") if name.strip()]
    end = text.rfind("}(")
    if end < 0:
        return None
    values = _Literal("[" + text[end + 2 : text.rfind(")", 0, text.rfind(")"))] + "]", 0).value()
    known = dict(zip(names, values, strict=False)) if isinstance(values, list) else {}
    return _Literal(text, called.end(), known).value()


def _pushed(text: str) -> Iterator[str]:
    decoder = json.JSONDecoder(strict=False)
    for match in _PUSHED.finditer(text):
        try:
            value, _ = decoder.raw_decode(text, match.end())
        except ValueError:
            continue
        if isinstance(value, str):
            yield value


def _rows(text: str) -> list[Any]:
    """The rows of a stream of React's server components; texts that stand in rows of their own are put back in."""
    raw = text.encode("utf-8", "replace")
    decoder = json.JSONDecoder(strict=False)
    texts: dict[str, str] = {}
    rows: list[Any] = []
    position = 0
    while position < len(text) and len(rows) < MAX_NODES:
        match = _ROW.match(text, position)
        if match is None:
            position = text.find("\n", position) + 1
            if not position:
                break
            continue
        if match.group(2):  # the length is in bytes
            start = len(text[: match.end()].encode("utf-8", "replace"))
            body = raw[start : start + int(match.group(2), 16)].decode("utf-8", "replace")
            texts["$" + match.group(1)] = body
            position = match.end() + len(body)
            continue
        try:
            value, position = decoder.raw_decode(text, match.end())
        except (ValueError, RecursionError):
            position = text.find("\n", position) + 1
            if not position:
                break
            continue
        rows.append(value)
        position += text[position : position + 1] == "\n"
    return [_filled(row, texts) for row in rows] if texts else rows


def _filled(node: Any, texts: dict[str, str], depth: int = 0) -> Any:
    if depth > MAX_DEPTH:
        return None
    if isinstance(node, str):
        return texts.get(node, node) if node.startswith("$") else node
    if isinstance(node, list):
        return [_filled(one, texts, depth + 1) for one in node]
    if isinstance(node, dict):
        return {key: _filled(one, texts, depth + 1) for key, one in node.items()}
    return node


def _revived(data: Any) -> Any:
    """The objects of Nuxt 3: a flat list in which numbers inside objects and lists are positions in the list."""
    if not isinstance(data, list) or not data or len(data) > MAX_NODES:
        return data
    return [{key: _at(data, place) for key, place in node.items()} for node in data if isinstance(node, dict)]


def _at(data: list[Any], place: Any, depth: int = 0) -> Any:
    """What stands at one position; lists and objects (an author with a name) one level deep."""
    if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(data):
        return None
    value = data[place]
    if depth < 2 and isinstance(value, list):
        if len(value) == 2 and value[0] in ("Reactive", "ShallowReactive", "Ref", "ShallowRef", "Date"):
            return value[1] if value[0] == "Date" else _at(data, value[1], depth + 1)
        return [_at(data, one, depth + 1) for one in value[:200]]
    if depth < 2 and isinstance(value, dict):
        return {key: _at(data, one, depth + 1) for key, one in value.items()}
    return value if not isinstance(value, (list, dict)) else None


class _Literal:
    """An object written as in JavaScript: bare keys, single quotes, names for values (`known`), `void 0`, `!0`."""

    def __init__(self, text: str, start: int, known: dict[str, Any] | None = None) -> None:
        self.text, self.position, self.known = text, start, known or {}
        self.nodes = 0

    def value(self) -> Any:
        """The value that starts here; what cannot be read ends it."""
        try:
            return self._value(0)
        except (ValueError, IndexError):
            return None

    def _next(self) -> tuple[str, str]:
        match = _TOKEN.match(self.text, self.position)
        if match is None:
            raise ValueError(self.position)
        self.position = match.end()
        return str(match.lastgroup), match.group(match.lastgroup or 0)

    def _peek(self) -> str:
        match = _TOKEN.match(self.text, self.position)
        return match.group(match.lastgroup or 0) if match is not None else ""

    def _value(self, depth: int) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise ValueError("too much")
        kind, word = self._next()
        if kind == "string":
            return _unquoted(word)
        if kind == "number":
            return float(word) if any(mark in word for mark in ".eE") else int(word)
        if word == "{":
            return self._object(depth)
        if word == "[":
            return self._list(depth)
        if word == "!":
            return not self._value(depth + 1)
        if word == "-":
            value = self._value(depth + 1)
            return -value if isinstance(value, (int, float)) else None
        if word == "new":
            return self._value(depth + 1)
        if word == "void":
            self._value(depth + 1)
            return None
        if kind != "name":
            raise ValueError(word)
        if self._peek() == "(":  # Date(1700000000000), Array(3)
            self._next()
            given = None if self._peek() == ")" else self._value(depth + 1)
            while self._peek() == ",":
                self._next()
                self._value(depth + 1)
            self._next()
            return given if word == "Date" else None
        return self.known.get(word, _WORDS.get(word))

    def _object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self._peek() != "}":
            kind, key = self._next()
            if key == ",":
                continue
            if self._next()[1] != ":":
                raise ValueError(key)
            found[_unquoted(key) if kind == "string" else key] = self._value(depth + 1)
        self._next()
        return found

    def _list(self, depth: int) -> list[Any]:
        found: list[Any] = []
        while self._peek() != "]":
            if self._peek() == ",":
                self._next()
                continue
            found.append(self._value(depth + 1))
        self._next()
        return found


def _unquoted(word: str) -> str:
    def letter(match: re.Match[str]) -> str:
        code = match.group(1) or match.group(2)
        return chr(int(code, 16)) if code else _LETTERS.get(match.group(3), match.group(3))

    inner = word[1:-1]
    if "\\" not in inner:
        return inner
    text = _ESCAPE.sub(letter, inner)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
