"""Where a photograph comes from, as its credit tells: the outlet's own people, a wire service, the web, somebody else.

Belongs here: sorting one credit into one kind. Does not: finding captions and credits on a page (`pipelines.page`),
counting them (`marts/`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from pipelines.credited import agency_of
from pipelines.people import parse_byline
from pipelines.people.outlet import outlet_of
from pipelines.text import search_key

PhotoKind = Literal["agency", "internet", "provided", "outlet", "own", "archive", "illustration", "unclear", "none"]
KINDS: tuple[PhotoKind, ...] = (
    "agency", "internet", "provided", "outlet", "own", "archive", "illustration", "unclear", "none",
)  # fmt: skip

_ILLUSTRATION = re.compile(r"\bminh hoa\b")
# A collective of the outlet's own people in a credit.
_OWN_STAFF = frozenset({"pv", "ctv", "phong vien", "nhom pv", "cong tac vien", "tac gia", "bbt", "toa soan"})


class PhotoCredit(NamedTuple):
    """What a credit says."""

    kind: PhotoKind
    illustration: bool  # said to be an illustration, whatever its origin
    agency: str | None = None  # under its one name
    name: str | None = None  # the person, or the outlet or organisation, that is credited
    person: bool = False  # whether `name` is a person's


def read_photo_credit(credit: str | None, caption: str = "", outlet_names: Sequence[str] = ()) -> PhotoCredit:
    """The origin of a photograph by its credit; `caption` only tells whether it is an illustration.

    A person without a service or outlet beside them is taken for one of the outlet's own; so is the outlet's own name
    or mark in `outlet_names`, and "PV". A credit that names nobody we understand is `unclear`, no credit is `none`.
    """
    key = search_key(credit or "").strip(" .:()")
    illustration = _ILLUSTRATION.search(key) is not None or _ILLUSTRATION.search(search_key(caption)) is not None
    if not key:
        return PhotoCredit("illustration" if illustration else "none", illustration)
    reading = parse_byline(credit or "", outlet_names=outlet_names, slot="caption")
    person = reading.authors[0].name if reading.authors else None
    agency = agency_of(credit or "") or next(filter(None, map(agency_of, reading.sources)), None)
    if agency:
        return PhotoCredit("agency", illustration, agency, person, person is not None)
    origin = _origin(key)
    if origin in ("internet", "provided"):
        source = reading.sources[0] if reading.sources else None
        return PhotoCredit("internet" if origin == "internet" else "provided", illustration, None, source)
    if key in _OWN_STAFF or outlet_of(outlet_names).owns(credit or ""):
        return PhotoCredit("own", illustration)
    if reading.sources:
        return PhotoCredit("outlet", illustration, None, reading.sources[0])
    if origin == "archive" and (not reading.authors or reading.authors[0].kind == "initials"):
        return PhotoCredit("archive", illustration)  # "TL" is no person
    if person:
        return PhotoCredit("own", illustration, None, person, person=True)
    return PhotoCredit("illustration" if illustration else "unclear", illustration)


def _origin(key: str) -> str | None:
    whole, parts = _origins()
    return whole.get(key) or next((kind for pattern, kind in parts if pattern.search(key)), None)


@cache
def _origins() -> tuple[Mapping[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    lines = (files("pipelines") / "credited" / "photo_origins.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(line for line in lines if line and not line.startswith("#")))
    return (
        {row["phrase"]: row["kind"] for row in rows if row["where"] == "whole"},
        tuple((re.compile(rf"\b{row['phrase']}\b"), row["kind"]) for row in rows if row["where"] == "part"),
    )
