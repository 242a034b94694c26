"""Ways in which Vietnamese sites write the address of an article, each in all its disguises: one key, one id.

The addresses are in url_forms.csv: a made-up one for each way of writing them; add a row for a new way.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import pytest

from pipelines.urls import article_key, canonical_url, native_id

with Path(__file__).with_name("url_forms.csv").open(encoding="utf-8", newline="") as _file:
    FORMS = list(csv.DictReader(_file))

NOISE = (
    "utm_source=zalo&utm_medium=social&utm_campaign=tin",
    "fbclid=IwAR0abc",
    "gclid=EAIaIQob",
    "zarsrc=30",
    "PHPSESSID=a1b2c3d4e5",
    "sid=77aa88bb",
    "mibextid=Zxz2cZ",
    "_ga=2.1.2.3",
)


def disguises(url: str) -> Iterator[tuple[str, str]]:
    """(what was done, the address so written) for one article's address."""
    scheme, host, path, query, _ = urlsplit(url)
    asked = f"?{query}" if query else ""

    def put(host: str = host, path: str = path, query: str = query, fragment: str = "", scheme: str = scheme) -> str:
        return urlunsplit((scheme, host, path, query, fragment))

    yield "http", put(scheme="http")
    yield "default port", put(host=f"{host}:443")
    yield "port of http", put(scheme="http", host=f"{host}:80")
    yield "capital host", put(host=host.upper())
    yield "dot behind the host", put(host=f"{host}.")
    for label in ("www", "m", "amp", "mobile", "www.m"):
        yield f"{label}.", put(host=f"{label}.{host}")
    for fragment in ("binh-luan", "comment-123", ":~:text=abc", "/"):
        yield f"#{fragment}", put(fragment=fragment)
    for noise in NOISE:
        yield noise, put(query="&".join(filter(None, (query, noise))))
        yield f"{noise} first", put(query="&".join(filter(None, (noise, query))))
    yield "blanks around", f"  {url}\n"
    yield "closing question mark", url if asked else f"{url}?"
    if len(path) > 1:
        yield "closing slash", put(path=f"{path.rstrip('/')}/")
        yield "double slash", put(path=path.replace("/", "//", 1))
        yield "session in the path", put(path=f"{path};jsessionid=77AA88")
        yield "percent signs", put(path=quote(path))
        yield "small percent signs", put(path=quote(path).replace("%C4", "%c4").replace("%E1", "%e1"))
        yield "/amp behind", put(path=f"{path.rstrip('/')}/amp")
        yield "amp/ in front", put(path=f"/amp{path}")
        yield "print/ in front", put(path=f"/print{path}")
    first, _, rest = path[1:].partition("/")
    if rest and "%" not in first:
        yield "capital section", put(path=f"/{first.title()}/{rest}")
        yield "shouting section", put(path=f"/{first.upper()}/{rest}")


CASES = [
    pytest.param(form["address"], form["native_id"], written, id=f"{form['kind']}: {what}")
    for form in FORMS
    for what, written in disguises(form["address"])
]


@pytest.mark.parametrize(("address", "native", "written"), CASES)
def test_a_disguise_changes_neither_key_nor_id(address: str, native: str, written: str) -> None:
    key = canonical_url(address)
    assert canonical_url(written) == key
    assert canonical_url(key) == key
    assert native_id(canonical_url(written)) == (native or None)


def test_there_are_enough_cases_to_mean_something() -> None:
    assert len(CASES) > 800
    assert len({form["address"] for form in FORMS}) == len(FORMS)


def test_ways_of_writing_do_not_run_into_each_other() -> None:
    keys = {canonical_url(form["address"]): form["kind"] for form in FORMS}
    assert len(keys) == len(FORMS)


@pytest.mark.parametrize("form", [form for form in FORMS if form["native_id"]], ids=lambda form: form["kind"])
def test_the_next_article_of_the_same_make_is_another_one(form: dict[str, str]) -> None:
    """One digit of the id changed, as two articles of one day differ."""
    here, native = form["address"], form["native_id"]
    last = "4" if native[-1] != "4" else "5"
    there = here.replace(native, native[:-1] + last)
    one, other = canonical_url(here), canonical_url(there)
    assert one != other
    assert article_key("s", native_id(one), one) != article_key("s", native_id(other), other)


def test_parameters_that_are_the_article_stay_and_their_order_does_not_matter() -> None:
    one = canonical_url("https://bao.example/tin.aspx?newsid=12345&utm_source=x&cat=7")
    assert one == canonical_url("http://www.bao.example/tin.aspx?cat=7&newsid=12345#top")
    ids = ("newsid=1", "newsid=2", "itemid=1", "id=1", "p=1", "tabid=1&newsid=1")
    for left, right in combinations(ids, 2):
        assert canonical_url(f"https://bao.example/tin.aspx?{left}") != canonical_url(
            f"https://bao.example/tin.aspx?{right}"
        )
