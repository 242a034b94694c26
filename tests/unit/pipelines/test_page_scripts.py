"""The data that pages carry for their scripts, in every notation that frameworks use."""

from __future__ import annotations

import json

import pytest

from pipelines.page.metadata import Metadata
from pipelines.page.scripts import page_states
from pipelines.page.state import find_article
from pipelines.page.tree import parse

TEXT = "<p>" + "Đoàn thuyền về bến từ tờ mờ sáng, khoang nào cũng đầy cá. " * 8 + "</p>"
ROW = json.dumps({"title": "Thuyền về", "content": "$1f", "authors": [{"name": "Lê Na"}, {"name": "Tô Hà"}]})
NUXT3 = [["ShallowReactive", 1], {"post": 2}, {"title": 3, "body": 4, "author": 5}, "Thuyền về", TEXT, {"name": 6}, "Lê Na"]  # fmt: skip


def _flight(*chunks: str) -> str:
    return "".join(f"<script>self.__next_f.push([1,{json.dumps(chunk)}])</script>" for chunk in chunks)


@pytest.mark.parametrize(
    ("scripts", "author"),
    [
        (_flight("1:I[2,[]]\n", f"1f:T{len(TEXT.encode()):x},{TEXT}2:{ROW}\n"), ["Lê Na", "Tô Hà"]),
        (_flight(f"1f:T{len(TEXT.encode()):x},{TEXT[:99]}", f"{TEXT[99:]}2:{ROW}\n"), ["Lê Na", "Tô Hà"]),
        (f'<script type="application/json" id="__NUXT_DATA__">{json.dumps(NUXT3)}</script>', "Lê Na"),
        (
            "<script>window.__NUXT__=(function(a,b){return {data:[{post:{title:a,'detail':b,author:\"L\\u00ea Na\","
            "x:!0,y:void 0,z:[.5,-3,new Date(1700000000000)]}}]}}(\"Thuyền về\"," + json.dumps(TEXT) + "));</script>",
            "Lê Na",
        ),
        (f"<script>window.__INITIAL_STATE__ = {json.dumps({'a': {'title': 'Thuyền về', 'body': TEXT}})};x()</script>", None),
        (f'<script type="application/json">{json.dumps([{"title": "Thuyền về", "html": TEXT}])}</script>', None),
    ],
    ids=["flight", "flight-cut", "nuxt3", "nuxt2", "assigned", "json"],
)  # fmt: skip
def test_the_article_is_found_in_every_notation(scripts: str, author: object) -> None:
    page = parse(f"<html><head><title>Thuyền về</title></head><body><div id=app></div>{scripts}</body></html>", "")
    assert page is not None
    found = find_article(page, Metadata(title_tag="Thuyền về"))
    assert found is not None
    assert found.statement["headline"] == "Thuyền về"
    assert found.statement.get("author") == author
    assert "".join(found.element.itertext()).startswith("Đoàn thuyền về bến")


@pytest.mark.parametrize(
    "section", [{"category": {"id": 3, "name": "Thủy sản"}}, {"categories": [{"name": "Thủy sản"}]}]
)
def test_the_section_of_the_article_is_told(section: dict[str, object]) -> None:
    state = json.dumps({"title": "Thuyền về", "content": TEXT, **section})
    page = parse(f'<html><body><script type="application/json">{state}</script></body></html>', "")
    assert page is not None
    found = find_article(page, Metadata(title_tag="Thuyền về"))
    assert found is not None
    assert found.statement["articleSection"] == "Thủy sản"


def test_the_state_of_a_list_is_no_article() -> None:
    rows = [{"title": f"Tin số {number}", "content": TEXT} for number in range(5)]
    page = parse(f'<html><body><script type="application/json">{json.dumps(rows)}</script></body></html>', "")
    assert page is not None
    assert find_article(page, Metadata(title_tag="Báo Bến Sông")) is None


@pytest.mark.parametrize(
    "script",
    [
        "window.__NUXT__=(function(a){return {a:[" + "[" * 5000,
        "window.a={" + "b:{" * 3000,
        'self.__next_f.push([1,"' + "1:T" * 5000 + '"])',
        'self.__next_f.push([1,"1:Tfffff,ngắn"])',
        "window.a=(((((((",
        "window.a={\"b\":'\\ud800'} // " + "x" * 50,
    ],
)
def test_broken_data_costs_nothing_but_itself(script: str) -> None:
    page = parse(f"<html><body><script>{script}</script></body></html>", "")
    assert page is not None
    list(page_states(page))
