"""Text that only its font makes readable: runs of TCVN3 and VNI inside HTML, found by font name or by statistics.

Belongs here: walking the text of a page with the fonts in force, and converting the runs that need it. Does not: the
tables (`tables`), bytes. Such runs stand in UTF-8 pages too: pasted from Word, their letters are Latin-1 characters.
A font name alone proves nothing (Unicode text keeps an old font's name for years): the letters have to agree.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final, Literal

from pipelines.decode.evidence import ONLY_VIETNAMESE, VIETNAMESE, weigh
from pipelines.decode.tables import TCVN3_MARKS, convert_tcvn3, convert_vni

Scheme = Literal["tcvn3", "tcvn3-capitals", "vni"]

_NAMES: Final[tuple[str, ...]] = (".Vn", "VNI")
_OTHER_NAMES: Final[tuple[str, ...]] = (".VN", ".vnt", ".vna", "vni-", "Vni")
_SYMBOLS: Final = tuple("\u00b8\u00b5\u00aa\u00ad\u00ae\u00f8\u00ef\u00f1\u00fb\u00f6")
MAX_TAG: Final = 5000
"""Characters of a tag that are looked at."""
MAX_NAMES: Final = 500
"""Places where a name is looked at; "VNI" is also a word of the stock market."""
MAX_DEPTH: Final = 200
"""Open elements whose font is remembered."""

_FACE = re.compile(
    r"(?:face\s?=\s?|font-family\s?:\s?|font\s?:[^;\"'>]{0,40})(?:[\"'\s]|&quot;){0,4}"
    r"(\.vn[\w. ]{0,30}|vni[\w\- ]{0,30})",
    re.IGNORECASE,
)
_OTHER_FACE = re.compile(r"face\s?=|font-family\s?:", re.IGNORECASE)
_NAME = re.compile(r"</?([a-zA-Z][\w:]{0,20})")
_SHOWN_ATTRIBUTE = re.compile(r"(\s(?:content|alt|title)\s?=\s?)(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_VOID: Final = frozenset(("br", "img", "hr", "meta", "link", "input", "area", "base", "col", "param", "wbr", "source"))
_LATIN1 = re.compile("[\u00a1-\u00ff]|&#?\\w{2,8};")
_WESTERN = re.compile("[\u00a1-\u00ff]")
_TCVN3_CUES: Final = ("\u00b8", "\u00b5", "\u00aa", "\u00ad", "\u00a9", "\u00ab", "\u00ac")
_ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot|apos|#39|#34|#38|#60|#62);)#?\w{2,8};")

CONVERT: Final[dict[Scheme, Callable[[str], str]]] = {
    "tcvn3": convert_tcvn3,
    "tcvn3-capitals": lambda text: convert_tcvn3(text, capitals=True),
    "vni": convert_vni,
}


def names_legacy_font(page: str) -> bool:
    """Whether a page can hold runs in legacy fonts: by plain substrings, which cost less than any pattern.

    The spellings that style sheets seldom use are looked for only beside letters that such runs are made of.
    """
    names = _NAMES
    if any(symbol in page for symbol in _SYMBOLS):
        names += _OTHER_NAMES
    return any(_names_font_at(page, at) for name in names for at in islice(_places(page, name), MAX_NAMES))


def _places(page: str, name: str) -> Iterator[int]:
    at = page.find(name)
    while at >= 0:
        yield at
        at = page.find(name, at + 1)


def _names_font_at(page: str, at: int) -> bool:
    return _FACE.search(page, max(0, at - 60), at + 30) is not None


def scheme_of_face(face: str) -> Scheme | None:
    """The scheme behind a font name (`.VnTime`, `.VnTimeH`, `VNI-Times`), None for any other font."""
    name = face.strip(" \"'").lower()
    if name.startswith(".vn"):
        return "tcvn3-capitals" if name.endswith("h") else "tcvn3"
    return "vni" if name.startswith("vni") and not name.startswith("vnix") else None


def _parts(page: str) -> Iterator[tuple[bool, str]]:
    """(is markup, piece) in order; comments, scripts and styles are one piece of markup each. Linear."""
    at, length = 0, len(page)
    unclosed: set[str] = set()
    while at < length:
        start = page.find("<", at)
        if start < 0:
            yield False, page[at:]
            return
        if start > at:
            yield False, page[at:start]
        lead = page[start : start + 8].lower()
        closer = "-->" if lead.startswith("<!--") else "</script" if lead.startswith("<script") else ">"
        if lead.startswith("<style"):
            closer = "</style"
        end = -1
        if closer not in unclosed:
            end = page.find(closer, start + 1)
            if end < 0 and closer.startswith("</"):
                end = page.find(closer.upper(), start + 1)
            if end < 0:
                unclosed.add(closer)
        if end < 0:
            closer = ">"
            end = page.find(">", start + 1)
        if end < 0:
            yield True, page[start:]
            return
        end += len(closer)
        yield True, page[start:end]
        at = end


def _with_fonts(page: str) -> Iterator[tuple[bool, str, Scheme | None]]:
    """(is markup, piece, scheme of the font in force)."""
    open_elements: list[tuple[str, Scheme | None]] = []
    for markup, piece in _parts(page):
        scheme = open_elements[-1][1] if open_elements else None
        if not markup:
            yield False, piece, scheme
            continue
        yield True, piece, scheme
        match = _NAME.match(piece)
        if match is None:
            continue
        name = match[1].lower()
        if piece.startswith("</"):
            for depth in range(len(open_elements) - 1, -1, -1):
                if open_elements[depth][0] == name:
                    del open_elements[depth:]
                    break
        elif name not in _VOID and not piece.endswith("/>") and len(open_elements) < MAX_DEPTH:
            head = piece[:MAX_TAG]
            face = _FACE.search(head)
            if face:
                scheme = scheme_of_face(face[1])
            elif _OTHER_FACE.search(head):
                scheme = None
            # only what a font hangs on, or what may close one, has to be remembered
            if face or open_elements:
                open_elements.append((name, scheme))


def convert_fonts(page: str) -> tuple[str, tuple[Scheme, ...]]:
    """`page` with the runs in legacy fonts converted, and the schemes that were.

    A scheme is applied only where its runs, taken together, become Vietnamese by it.
    """
    if not names_legacy_font(page):
        return page, ()
    pieces = list(_with_fonts(page))
    true_schemes = []
    for scheme in CONVERT:
        runs = [_unescape(piece) for markup, piece, found in pieces if not markup and found == scheme]
        runs = [run for run in runs if _candidate(run)]
        if runs and _becomes_vietnamese(" ".join(runs), CONVERT[scheme], few=True):
            true_schemes.append(scheme)
    if not true_schemes:
        return page, ()
    out = [
        _converted(piece, CONVERT[scheme]) if not markup and scheme in true_schemes else piece
        for markup, piece, scheme in pieces
    ]
    return "".join(out), tuple(true_schemes)


def scheme_of_text(text: str) -> Literal["tcvn3", "vni"] | None:
    """The scheme that makes a plain text Vietnamese, though no font says so; None if it is right as it is."""
    if _WESTERN.search(text) is None:
        return None
    tcvn3, vni = (_becomes_vietnamese(text, CONVERT[scheme]) for scheme in ("tcvn3", "vni"))
    if tcvn3:
        return "tcvn3"
    return "vni" if vni else None


def has_tcvn3_cues(page: str) -> bool:
    """Whether symbols that TCVN3 uses for letters stand in a page often enough to be worth the statistics."""
    return sum(cue in page for cue in _TCVN3_CUES) >= 3


def convert_page(page: str, scheme: Literal["tcvn3", "vni"]) -> str:
    """Every text of the page that is not Unicode Vietnamese already, and every shown attribute, out of `scheme`."""
    convert = CONVERT[scheme]
    capitals = CONVERT["tcvn3-capitals"] if scheme == "tcvn3" else convert

    def attribute(match: re.Match[str]) -> str:
        return match[1] + _converted(match[2], convert) if _candidate(match[2]) else match.group()

    out = []
    for markup, piece, found in _with_fonts(page):
        if not markup:
            out.append(_converted(piece, capitals if found == "tcvn3-capitals" else convert))
        elif len(piece) < MAX_TAG and _LATIN1.search(piece) and not piece[:7].lower().startswith(("<script", "<style")):
            out.append(_SHOWN_ATTRIBUTE.sub(attribute, piece))
        else:
            out.append(piece)
    return "".join(out)


def _candidate(text: str) -> bool:
    return _LATIN1.search(text) is not None and ONLY_VIETNAMESE.search(text) is None


def _unescape(text: str) -> str:
    """Entities of letters resolved; those that keep markup apart from text stay."""
    return _ENTITY.sub(lambda match: html.unescape(match.group()), text) if "&" in text else text


def _converted(text: str, convert: Callable[[str], str]) -> str:
    resolved = _unescape(text)
    return convert(resolved) if ONLY_VIETNAMESE.search(resolved) is None else text


def _becomes_vietnamese(text: str, convert: Callable[[str], str], *, few: bool = False) -> bool:
    """Whether conversion turns nonsense into Vietnamese. `few`: a font name vouches, so that few words are enough."""
    before, after = weigh(text), weigh(convert(text))
    if after.share < VIETNAMESE or after.share <= before.share + 0.1:
        return False
    return few or (after.words >= 8 and before.share < 0.5)


def looks_like_tcvn3(text: str) -> bool:
    """Whether a short text by itself holds TCVN3 symbols between letters and becomes Vietnamese without them."""
    return bool(TCVN3_MARKS & set(text)) and _becomes_vietnamese(text, convert_tcvn3, few=True)
