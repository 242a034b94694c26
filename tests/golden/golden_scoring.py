"""Scores the reader on the golden pages of this folder.

Belongs here: loading pages, what counts as right, the digest of the pages. Does not: the floors (`floors.yaml`),
nor any expectation about a single page (its JSON).
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pipelines
from pipelines.reader import read_page
from pipelines.records import SiteProfile
from pipelines.zone import VIETNAM

PAGES = Path(__file__).parent / "cases"
FLOORS = Path(__file__).parent / "floors.yaml"
READINGS = Path(__file__).parent / "readings.yaml"
KNOWLEDGE = ("dates", "decode", "families", "page", "people")  # folders of pipelines whose data the reader goes by
_UNCLEAN = re.compile("[\u00d0\u00f0\u0189\u0256\u200b-\u200d\ufeff\u00ad]")


@dataclass(frozen=True)
class Golden:
    """One page: its bytes and what a careful reader would say that it holds."""

    name: str
    payload: bytes
    expected: dict[str, Any]


def golden_pages() -> Iterator[Golden]:
    """All pages in the order of their names. Raises FileNotFoundError for a page without its JSON."""
    for page in sorted(PAGES.glob("*.html")):
        yield Golden(page.stem, page.read_bytes(), json.loads(page.with_suffix(".json").read_text(encoding="utf-8")))


def digest() -> str:
    """SHA-256 over names and bytes of all pages and their JSON: what the floors were measured on."""
    whole = hashlib.sha256()
    for path in sorted(PAGES.iterdir(), key=lambda path: path.name):
        whole.update(f"{path.name}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def knowledge() -> str:
    """Short digest of the data files that a reading follows from: families, phrases, names, words of dates, letters."""
    ground = Path(pipelines.__file__).parent
    whole = hashlib.sha256()
    for path in sorted(path for part in KNOWLEDGE for path in (ground / part).rglob("*") if path.is_file()):
        if path.suffix in {".yaml", ".csv", ".txt"}:
            whole.update(f"{path.relative_to(ground).as_posix()}\n".encode() + path.read_bytes())
    return whole.hexdigest()[:10]


def read_golden(page: Golden) -> dict[str, Any]:
    """What the reader says about a page, in the form that `tintinh extract` prints."""
    want = page.expected
    profile = want.get("profile")
    return read_page(
        page.payload,
        want["url"],
        fetched_at=datetime.fromisoformat(want["fetched_at"]),
        content_type=want.get("content_type"),
        status=want.get("status", 200),
        profile=None if profile is None else SiteProfile(source_id="golden", **profile),
    ).to_json()


def readings() -> dict[str, list[str]]:
    """Name of a page -> short digests of its files and of all that the reader says about it, its version aside."""
    made = {}
    for page in golden_pages():
        got = {key: value for key, value in read_golden(page).items() if key != "reader_version"}
        said = json.dumps(got, ensure_ascii=False, sort_keys=True)
        given = page.payload + json.dumps(page.expected, ensure_ascii=False, sort_keys=True).encode()
        made[page.name] = [hashlib.sha256(part).hexdigest()[:10] for part in (given, said.encode())]
    return made


def read_otherwise(pinned: Mapping[str, Sequence[str]], now: Mapping[str, Sequence[str]]) -> list[str]:
    """Pages that stayed the same and read differently."""
    return sorted(
        name
        for name, (given, said) in now.items()
        if name in pinned and pinned[name][0] == given and pinned[name][1] != said
    )


def right(want: dict[str, Any], got: dict[str, Any]) -> dict[str, bool]:
    """Measure -> whether `got` is right. Pages that are no article have the measures `page_kind` and `leak` only.

    title, lead, source_mark: equal but for blanks. date: the instant, to the expected precision; null must be null.
    precision: the name of it (second counts as minute). authors: the set of names; roles: the set of (name, role).
    sources: the set. body: the same paragraphs in the same order. captions: the same set. leak: no string of
    `must_not_contain` in lead or body. flags: every expected flag is there. clean: NFC without look-alikes and
    zero-width characters. family: the id, null for a page read by structure.
    """
    body = [line for line in got["body"] if line not in want.get("neutral", ())]
    inside = _plain("\n".join([got["lead"] or "", *body]))
    marks = {
        "page_kind": got["page_kind"] == want["page_kind"],
        "leak": not any(_plain(text) in inside for text in want["must_not_contain"]),
    }
    if "title" not in want:
        return marks
    names = [author["name"] for author in got["authors"]]
    marks |= {field: _plain(got[field]) == _plain(want[field]) for field in ("title", "lead", "source_mark")}
    marks |= {
        "date": _same_moment(want, got),
        "precision": _unit(want["published_precision"]) == _unit(got["published_precision"]),
        "authors": {author["name"] for author in want["authors"]} == set(names),
        "roles": _roles(want["authors"]) == _roles(got["authors"]),
        "sources": set(want["sources"]) == set(got["sources"]),
        "body": _lines(want["body"]) == _lines(body),
        "captions": sorted(_lines(want["captions"])) == sorted(_lines(got["captions"])),
        "clean": all(_is_clean(text) for text in [got["title"], got["lead"], *body, *got["captions"], *names]),
        "flags": set(want.get("flags", ())) <= set(got["flags"]),
    }
    if "family" in want:
        marks["family"] = want["family"] == got["family"]
    return marks


def score() -> tuple[dict[str, int], dict[str, list[str]]]:
    """(measure -> number of pages right, measure -> names of the pages that are wrong)."""
    hits: dict[str, int] = {}
    wrong: dict[str, list[str]] = {}
    for page in golden_pages():
        for measure, ok in right(page.expected, read_golden(page)).items():
            hits[measure] = hits.get(measure, 0) + ok
            wrong.setdefault(measure, [])
            if not ok:
                wrong[measure].append(page.name)
    return hits, wrong


def _plain(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()


def _lines(lines: Sequence[str]) -> list[str]:
    # A tab parts the cells of a table row, so it is no plain blank.
    return [re.sub(r"[^\S\t]+", " ", line).strip() for line in lines]


def _unit(precision: str | None) -> str | None:
    return "minute" if precision == "second" else precision


def _roles(authors: Sequence[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(author["name"], role) for author in authors for role in author["roles"]}


def _same_moment(want: dict[str, Any], got: dict[str, Any]) -> bool:
    if want["published_at"] is None or got["published_at"] is None:
        return want["published_at"] is got["published_at"]
    moments = [datetime.fromisoformat(row["published_at"]).astimezone(VIETNAM) for row in (want, got)]
    if want["published_precision"] == "day":
        return moments[0].date() == moments[1].date()
    cut = {"minute": 0} if want["published_precision"] == "hour" else {}
    first, second = (moment.replace(second=0, microsecond=0, **cut) for moment in moments)
    return first == second


def _is_clean(text: str | None) -> bool:
    return unicodedata.is_normalized("NFC", text or "") and not _UNCLEAN.search(text or "")
