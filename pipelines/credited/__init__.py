"""Whom a text is credited to outside its people: a wire service, or another outlet.

Belongs here: telling wire services from everything else, under one name each. Does not: reading bylines
(`pipelines.people`, whose `sources` come in here), or which outlet of the registry a name means.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from pipelines.text import search_key

_BETWEEN = ("/", "-", "–", "(", ")", ",", "&")


def agency_of(credited: str) -> str | None:
    """The wire service that a credited source names ("TTXVN/Vietnam+" is TTXVN), or None where it names none.

    A name in front counts as that of the whole: "TTXVN/Báo Quảng Xa" is the service's text in that paper's dress.
    """
    known = _agencies()
    key = _key(credited)
    if key in known:
        return known[key]
    text = credited
    for mark in _BETWEEN:
        text = text.replace(mark, "\n")
    return next((known[part] for piece in text.split("\n") if (part := _key(piece)) in known), None)


@cache
def _agencies() -> Mapping[str, str]:
    lines = (files("pipelines") / "credited" / "news_agencies.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if line and not line.startswith("#"))
    return {_key(row["spelling"]): row["agency"] for row in rows}


def _key(text: str) -> str:
    key = search_key(text.strip(" ./"))
    return key.removeprefix("hang ").removeprefix("tin ").removeprefix("thong tan ") if len(key) > 12 else key
