"""The word lists of this folder, compiled: what a class name hints at, and which lines are no text.

Belongs here: loading and matching `names.yaml` and `phrases.yaml`. Does not: what follows from a match.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

import yaml

from pipelines.text import search_key


class Zone:
    """What names say about a block, as bits of an int: parts of the page that are no text, and parts of an article.

    Plain ints, because a page has thousands of blocks and `enum.IntFlag` takes microseconds per operation.
    """

    NONE: Final = 0
    NAV: Final = 1
    HEADER: Final = 2
    FOOTER: Final = 4
    SIDE: Final = 8
    RELATED: Final = 16
    ADS: Final = 32
    WIDGET: Final = 64
    COMMENT: Final = 128
    TAGS: Final = 256
    CLOCK: Final = 512
    POPUP: Final = 1024
    TITLE: Final = 2048
    LEAD: Final = 4096
    DATE: Final = 8192
    AUTHOR: Final = 16384
    SOURCE: Final = 32768
    CAPTION: Final = 65536
    BODY: Final = 131072


NOISE: Final = (
    Zone.NAV | Zone.HEADER | Zone.FOOTER | Zone.SIDE | Zone.RELATED | Zone.ADS | Zone.WIDGET | Zone.COMMENT
    | Zone.TAGS | Zone.CLOCK | Zone.POPUP
)  # fmt: skip
"""Zones whose text is not the article's."""
CHROME: Final = Zone.NAV | Zone.HEADER | Zone.FOOTER | Zone.SIDE | Zone.RELATED | Zone.COMMENT | Zone.POPUP | Zone.ADS
"""Zones in which no article stands."""
_TAG_ZONES: Final = {
    "nav": Zone.NAV, "menu": Zone.NAV, "header": Zone.HEADER, "footer": Zone.FOOTER, "aside": Zone.SIDE,
    "marquee": Zone.HEADER, "figcaption": Zone.CAPTION, "dialog": Zone.POPUP,
}  # fmt: skip
# Short pieces between digits are those of a hash ("css-1ad8f2", "x48ad"), not words.
_PIECES: Final = re.compile(r"(?<![a-zđ])[a-zđ]{4,}|(?<![a-zđ0-9])(?:[a-zđ]{3}|[a-zđ]{1,2}(?!\d+[a-wyz]))(?![a-zđ])")
_ICON: Final = re.compile(
    r"(?:^|\s)(?:fa|icon|icons|ico|bi|glyphicon|ti|la|mdi|ion|bx|uil|icofont|flaticon)[_-]+[\w-]*clock", re.I
)
# What styles a paragraph, and no box of tools: "has-medium-font-size" of WordPress, "font-size-16".
_STYLES: Final = re.compile(
    r"(?<!\S)(?:has-\S+|(?:font|text)-?size-?(?:\d|x*-?(?:small|large)|medium|normal)\S*)(?!\S)", re.I
)
_PICTURES: Final = re.compile(r"gallery|image|img|photo|anh", re.I)
_OF_READERS: Final = ("binh luan", "cac binh luan", "tat ca binh luan", "y kien ban doc", "y kien doc gia", "comment")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _load(name: str) -> Any:
    return yaml.safe_load(files("pipelines.page").joinpath(name).read_text(encoding="utf-8"))


@cache
def _names() -> tuple[dict[str, int], list[tuple[re.Pattern[str], int]]]:
    data = _load("names.yaml")
    words: dict[str, int] = {}
    parts: list[tuple[re.Pattern[str], int]] = []
    for group in ("zones", "hints"):
        for name, lists in data[group].items():
            zone: int = getattr(Zone, name.upper())
            for word in lists["words"]:
                words[word] = words.get(word, 0) | zone
            parts.append((re.compile("|".join(lists["parts"])), zone))
    return words, parts


@lru_cache(maxsize=8192)
def zone_of_names(names: str) -> int:
    """The hints of one `class id` string."""
    words, parts = _names()
    zone = 0
    if "size" in names or "has-" in names:
        names = _STYLES.sub(" ", names)
    pieces = _PIECES.findall(_CAMEL.sub(" ", names).lower())
    for piece in pieces:
        zone |= words.get(piece, 0)
    for token in names.lower().split():  # pHead, pCaption: one name to their authors
        zone |= words.get(token, 0)
    joined = "".join(pieces)
    for pattern, hint in parts:
        if pattern.search(joined):
            zone |= hint
    if zone & Zone.CLOCK and _ICON.search(names):
        zone = (zone & ~Zone.CLOCK) | Zone.DATE  # the little clock that icon fonts set before a date
    if zone & Zone.POPUP and _PICTURES.search(names):
        zone &= ~Zone.POPUP  # pictures that open larger: "popup-gallery"
    return zone


def zone_of_tag(tag: str) -> int:
    """The hint of a tag name."""
    return _TAG_ZONES.get(tag, 0)


class Phrases:
    """`phrases.yaml`, compiled once."""

    def __init__(self) -> None:
        data = _load("phrases.yaml")
        self.related: frozenset[str] = frozenset(data["related"])
        self.comments: frozenset[str] = frozenset(data["comments"])
        self.junk: frozenset[str] = frozenset(data["junk"])
        self.junk_prefixes: tuple[str, ...] = tuple(data["junk_prefixes"])
        self.notices: tuple[str, ...] = tuple(data["notices"])
        self.leaks: re.Pattern[str] = re.compile("|".join(f"(?:{leak})" for leak in data["leaks"]))
        self.tags_labels: tuple[str, ...] = tuple(data["tags_labels"])
        self.section_labels: tuple[str, ...] = tuple(data["section_labels"])
        self.not_found: tuple[str, ...] = tuple(data["not_found"])
        self.login: tuple[str, ...] = tuple(data["login"])
        self.kept_out: tuple[str, ...] = tuple(data["kept_out"])
        self.outage: tuple[str, ...] = tuple(data["outage"])
        self.failed: tuple[str, ...] = tuple(data["failed"])
        self.official: tuple[str, ...] = tuple(data["official"])
        self.multi_item: tuple[str, ...] = tuple(data["multi_item"])


@cache
def phrases() -> Phrases:
    """The compiled phrase lists."""
    return Phrases()


@lru_cache(maxsize=2048)
def key_of(line: str) -> str:
    """The search key of a short line, which several rules ask for."""
    return search_key(line)


def line_key(line: str) -> str:
    """The search key of a short line without the punctuation and bullets around it."""
    return (key_of(line) if len(line) <= 160 else search_key(line)).strip(" :.…|*•-–—»«")


def is_related_heading(line: str) -> bool:
    """Whether `line` heads a box of links to other articles."""
    return len(line) <= 60 and line_key(line) in phrases().related


def is_comments_heading(line: str) -> bool:
    """Whether `line` heads the comments of readers: "Bình luận (2)", "Ý kiến bạn đọc"."""
    return line_key(line).rstrip("( )0123456789").strip() in phrases().comments


def is_heading_of_comments(line: str) -> bool:
    """As `is_comments_heading`, without the words that stand inside articles too ("Ý kiến", "Trả lời")."""
    return is_comments_heading(line) and line_key(line).startswith(_OF_READERS)


_LICENCE: Final = re.compile(r"giấy phép\b.{0,60}\d+\s?/\s?GP\b", re.I)
_OF_IMPRINT: Final = re.compile(r"tổng biên tập|chịu trách nhiệm|cơ quan chủ quản|bản quyền|©|\bcấp ngày|hotline", re.I)


def is_licence(line: str) -> bool:
    """Whether `line` tells the licence of an outlet together with who runs it, as imprints do."""
    return "phép" in line and len(line) <= 400 and bool(_LICENCE.search(line)) and bool(_OF_IMPRINT.search(line))


def is_junk(line: str) -> bool:
    """Whether `line` is a button, a counter, a label, a licence line or an unfilled template."""
    lists = phrases()
    if len(line) > 160:
        return len(line) <= 600 and line[:1] in "BQbq" and search_key(line[:40]).startswith(lists.notices)
    key = key_of(line)
    if len(line) <= 60 and line_key(line) in lists.junk:
        return True
    return (
        key.startswith(lists.junk_prefixes)
        or key.startswith(lists.notices)
        or key.lstrip("*•- ").startswith(lists.junk_prefixes)
        or lists.leaks.search(line) is not None
    )
