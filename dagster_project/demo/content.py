"""The demo's news: the YAML of `content/` as records, and what each article looks like at each step.

Belongs here: reading the content files, the small markup of article bodies, and applying `steps.yaml`.
Does not: HTML (`render`), what tests compare with (`truth`), HTTP (`server`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from string import Template
from typing import Any, Literal

import yaml

from pipelines.zone import VIETNAM

CONTENT = Path(__file__).parent / "content"
STEPS = 5
"""The site has the steps 0 to 4."""

BlockKind = Literal["p", "heading", "figure", "list", "table", "verse", "box", "item", "signature", "leak", "video"]
_MARKS: Mapping[str, BlockKind] = {
    "## ": "heading",
    "!! ": "figure",
    "@@ ": "box",
    "=== ": "item",
    "-- ": "signature",
    "%% ": "leak",
    "vv ": "video",
    "* ": "list",
    "| ": "table",
    "> ": "verse",
}


@dataclass(frozen=True, slots=True)
class Outlet:
    """One invented outlet, as `content/outlets.yaml` describes it."""

    key: str
    source_id: str
    host: str
    name: str
    province: str
    mark: str
    mark_shown: str
    article_path: str
    image: str
    licence: str
    weather: str
    sections: Mapping[str, str]
    feeds: tuple[str, ...] = ()
    broken_feed_date: str = ""

    @property
    def home(self) -> str:
        """The public address of the front page."""
        return f"https://{self.host}/"


@dataclass(frozen=True, slots=True)
class Block:
    """One part of an article's body: a paragraph, or one of the marked kinds. `lines` come without the mark."""

    kind: BlockKind
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines as one string."""
        return " ".join(self.lines)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The cells of a table, row by row."""
        return tuple(tuple(cell.strip() for cell in line.split(" | ")) for line in self.lines)


@dataclass(frozen=True, slots=True)
class Article:
    """An article as its outlet shows it at one step."""

    outlet: str
    id: str
    section: str
    slug: str
    title: str
    published: datetime  # local
    body: str  # the markup of the content files
    lead: str = ""
    mark: bool = False
    byline: str = ""
    byline_at_end: bool = False
    people: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    kind: str = "article"
    precision: str = "minute"
    modified: datetime | None = None
    shared_with: str | None = None  # key of the other outlet's article made from the same wire copy
    dirt: tuple[str, ...] = ()  # nbsp, nfd, eth, windows-1258, flaky: see `render` and `server`
    from_step: int = 0

    @property
    def key(self) -> str:
        """`outlet/id`, the name of the article in `steps.yaml`."""
        return f"{self.outlet}/{self.id}"

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The body's parts in reading order."""
        return parse_body(self.body)


@dataclass(frozen=True, slots=True)
class State:
    """What the site does with one article at one step."""

    article: Article
    path: str
    old_paths: Mapping[str, str] = field(default_factory=dict)  # former path -> "301" or "200"
    missing: str | None = None  # "404", "410", "soft-404", "home"
    broken: bool = False  # answers 500
    shuffles: int = 0  # how often counter and related box moved


def parse_body(markup: str) -> tuple[Block, ...]:
    """Blocks are parted by blank lines; the first characters of a line name its kind, none means a paragraph."""
    blocks: list[Block] = []
    for chunk in re.split(r"\n\s*\n", markup.strip()):
        lines = [line.strip() for line in chunk.splitlines() if line.strip()]
        if not lines:
            continue
        mark = next((mark for mark in _MARKS if lines[0].startswith(mark)), "")
        kept = tuple(line.removeprefix(mark).strip() for line in lines)
        blocks.append(Block(_MARKS[mark] if mark else "p", kept))
    return tuple(blocks)


def slugify(text: str) -> str:
    """`Chè hữu cơ` as `che-huu-co`: the papers' own way of making addresses."""
    folded = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", folded.replace("đ", "d")).strip("-")


@cache
def outlets() -> Mapping[str, Outlet]:
    """The outlets by their short key."""
    return {
        key: Outlet(key=key, **{**row, "feeds": tuple(row.get("feeds", ()))})
        for key, row in _load(CONTENT / "outlets.yaml").items()
    }


@cache
def articles() -> Mapping[str, Article]:
    """Every article as first published, by key, in the order of the files."""
    found: dict[str, Article] = {}
    for outlet in outlets():
        for path in sorted((CONTENT / outlet).glob("*.yaml")):
            for row in _load(path):
                article = _article(outlet, row)
                if article.key in found:
                    raise ValueError(f"{path.name}: {article.key} is there twice")
                found[article.key] = article
    return found


@cache
def steps() -> tuple[Mapping[str, Any], ...]:
    """What happens on the way to each step, as written in `content/steps.yaml`; the first entry (step 0) is empty."""
    rows = {row["step"]: row for row in _load(CONTENT / "steps.yaml")}
    return tuple(rows.get(step, {}) for step in range(STEPS))


@cache
def states(step: int) -> Mapping[str, State]:
    """Every article that has been published by `step`, with what the site does with it then."""
    if not 0 <= step < STEPS:
        raise ValueError(f"the demo has the steps 0 to {STEPS - 1}, not {step}")
    now = {key: replace(state, broken=False) for key, state in (states(step - 1) if step else {}).items()}
    for key, article in articles().items():
        if article.from_step == step:
            now[key] = State(article, _path(article))
    plan = steps()[step]
    for row in plan.get("edited", ()):
        now[row["article"]] = _changed(now[row["article"]], article=_edit(now[row["article"]].article, row))
    for row in plan.get("modified", ()):
        state = now[row["article"]]
        now[row["article"]] = _changed(state, article=replace(state.article, modified=_local(row["at"])))
    for row in plan.get("moved", ()):
        state = now[row["article"]]
        moved = replace(
            state.article, slug=row.get("slug", state.article.slug), section=row.get("section", state.article.section)
        )
        old_paths = {**state.old_paths, state.path: str(row["old"])}
        now[moved.key] = _changed(state, article=moved, path=_path(moved), old_paths=old_paths)
    for row in plan.get("removed", ()):
        now[row["article"]] = _changed(now[row["article"]], missing=str(row["how"]))
    for key in plan.get("returned", ()):
        now[key] = _changed(now[key], missing=None)
    for key in plan.get("unreachable", ()):
        now[key] = _changed(now[key], broken=True)
    for key in plan.get("shuffled", ()):
        now[key] = _changed(now[key], shuffles=now[key].shuffles + 1)
    return now


def visible(step: int, outlet: str) -> list[State]:
    """The articles that the outlet lists at `step`, newest first."""
    shown = [s for s in states(step).values() if s.article.outlet == outlet and s.missing is None]
    return sorted(shown, key=lambda s: (s.article.published, s.article.id), reverse=True)


def public_url(state_or_article: State | Article, path: str | None = None) -> str:
    """The public address of an article at its step (or of another path of its outlet)."""
    article = state_or_article.article if isinstance(state_or_article, State) else state_or_article
    if path is None:
        path = state_or_article.path if isinstance(state_or_article, State) else _path(article)
    return f"https://{outlets()[article.outlet].host}{path}"


def _changed(state: State, **values: Any) -> State:
    return replace(state, **values)


def _edit(article: Article, row: Mapping[str, Any]) -> Article:
    name = {"captions": "body", "authors": "byline"}.get(row["field"], row["field"])
    if "replace" in row:
        old, new = row["replace"]
        text = getattr(article, name)
        if text.count(old) != 1:
            raise ValueError(f"{article.key}: {old!r} stands {text.count(old)} times in {name}, not once")
        value: Any = text.replace(old, new)
    else:
        value = row["to"]
    edited = replace(article, **{name: value})
    if row["field"] == "authors":
        edited = replace(edited, people=_people(row.get("people"), value))
    return edited


def _article(outlet: str, row: Mapping[str, Any]) -> Article:
    values = dict(row)
    byline = values.get("byline", "")
    values["people"] = _people(values.get("people"), byline)
    for name in ("sources", "tags", "dirt"):
        values[name] = tuple(values.get(name, ()))
    values["published"] = _local(values["published"])
    values["id"] = str(values["id"])
    values.setdefault("slug", slugify(values["title"]))
    if outlets()[outlet].key == "lamxuyen":  # this system writes seconds, into the attributes alone
        values["published"] = values["published"].replace(second=int(values["id"]) % 60)
        values["precision"] = "second"
    return Article(outlet=outlet, **values)


def _people(row: Mapping[str, str] | None, byline: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if row is None:
        return ((byline, ("text",)),) if byline else ()
    return tuple((name, tuple(roles.split())) for name, roles in row.items())


def _path(article: Article) -> str:
    template = Template(outlets()[article.outlet].article_path)
    return template.substitute(
        slug=article.slug, id=article.id, section=article.section, month=article.published.strftime("%Y%m")
    )


def _local(text: str) -> datetime:
    return datetime.fromisoformat(str(text)).replace(tzinfo=VIETNAM)


def _load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def listing_pages(items: Iterable[State], size: int = 8) -> list[list[State]]:
    """The items in pages of `size`; at least one page, which may be empty."""
    rows = list(items)
    return [rows[start : start + size] for start in range(0, len(rows), size)] or [[]]
