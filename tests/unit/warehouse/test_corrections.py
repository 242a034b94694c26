from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from warehouse_world import World

from warehouse import corrections, publish
from warehouse.corrections import BadCorrection, bring_in, parse
from warehouse.derived.catalogue import DERIVATIONS
from warehouse.derived.runner import bring_up_to_date, waiting
from warehouse.store import Store

URL = "https://baomau.example/cau-ben-say-post101.html"
ENTRY = {
    "article": "http://www.baomau.example/cau-ben-say-post101.html?utm_source=x",
    "field": "authors",
    "value": ["Lò Thị Mai", {"name": "Hứa Minh Thư", "roles": ["photo"]}],
    "reason": "The reader took the photographer for the author.",
    "by": "toa-soan@tintinh.example",
    "day": "2026-03-20",
}


def _file(folder: Path, *entries: Any) -> Path:
    path = folder / "corrections.yaml"
    path.write_text(yaml.safe_dump(list(entries), allow_unicode=True), encoding="utf-8")
    return path


def _built(store: Store, world: World) -> None:
    world.article(URL, 1)
    world.article(URL, 9, body=("Cầu dài 84 m, rộng 3,5 m.",))
    world.article("https://baomau.example/tin-khac-post102.html", 2, title="Tin khác")
    world.build(store)
    for derivation in DERIVATIONS:
        bring_up_to_date(store, derivation)


def _published(store: Store, folder: Path, sql: str) -> list[tuple[Any, ...]]:
    report = publish.publish(store, folder / "published", parquet=False)
    with duckdb.connect(report.path, read_only=True) as con:
        return con.execute(sql).fetchall()


def test_a_correction_wins_with_its_origin_and_makes_no_edit(store: Store, world: World, tmp_path: Path) -> None:
    _built(store, world)
    report = bring_in(store, _file(tmp_path, ENTRY))
    assert (report.applied, report.changed_articles, report.troubles) == (1, 1, [])
    assert all(number == 1 for number in waiting(store).values())
    found = _published(store, tmp_path, "SELECT version_no, authors FROM versions WHERE native_id = '101' ORDER BY 1")
    assert found == [(1, ["Lò Thị Mai", "Hứa Minh Thư"]), (2, ["Lò Thị Mai", "Hứa Minh Thư"])]
    ((evidence, edited),) = _published(
        store, tmp_path, "SELECT evidence, changed_fields FROM articles WHERE native_id = '101'"
    )
    origins = {entry["field"]: entry["origin"] for entry in evidence}
    assert (origins["authors"], origins["title"]) == ("correction", "selector")
    assert edited == ["body"]
    assert _published(store, tmp_path, "SELECT field, reason, corrected_on::VARCHAR FROM corrections") == [
        ("authors", ENTRY["reason"], "2026-03-20")
    ]


def test_a_better_reader_and_a_rebuild_leave_it_in_force(store: Store, world: World, tmp_path: Path) -> None:
    _built(store, world)
    path = _file(tmp_path, ENTRY)
    bring_in(store, path)
    for capture in list(world.captures):
        world.read(
            capture, reader="2", title="Tin khác" if "102" in capture.url else "Xã Thượng Lam khánh thành cầu mới"
        )
    world.build(store)
    sql = "SELECT title, authors FROM articles WHERE native_id = '101'"
    want = [("Xã Thượng Lam khánh thành cầu mới", ["Lò Thị Mai", "Hứa Minh Thư"])]
    assert _published(store, tmp_path, sql) == want
    with Store.open_writer(tmp_path / "again.duckdb") as again:
        world.build(again)
        bring_in(again, path)
        assert _published(again, tmp_path, sql) == want


def test_dates_can_be_corrected_also_to_none(store: Store, world: World, tmp_path: Path) -> None:
    _built(store, world)
    sql = "SELECT published_at, published_precision, published_date::VARCHAR, published_raw FROM articles WHERE native_id = '101'"
    bring_in(store, _file(tmp_path, {**ENTRY, "field": "published_at", "value": "2026-03-01T07:15"}))
    ((moment, precision, day, raw),) = _published(store, tmp_path, sql)
    assert (moment.isoformat()[:16], precision, day, raw) == (
        "2026-03-01T00:15",
        "minute",
        "2026-03-01",
        "02/03/2026 08:00",
    )
    bring_in(store, _file(tmp_path, {**ENTRY, "field": "published_at", "value": None}))
    assert _published(store, tmp_path, sql) == [(None, None, None, "02/03/2026 08:00")]


def test_a_text_is_corrected_in_its_version_alone(store: Store, world: World, tmp_path: Path) -> None:
    _built(store, world)
    first = store.value(
        "SELECT v.version_id FROM versions v JOIN articles USING (article_id) WHERE native_id = '101' AND version_no = 1"
    )
    bring_in(store, _file(tmp_path, {**ENTRY, "field": "lead", "value": None, "version": first}))
    assert _published(
        store, tmp_path, "SELECT version_no, lead IS NULL FROM versions WHERE native_id = '101' ORDER BY 1"
    ) == [
        (1, True),
        (2, False),
    ]


def test_a_statement_that_is_taken_back_leaves_no_trace(store: Store, world: World, tmp_path: Path) -> None:
    _built(store, world)
    bring_in(store, _file(tmp_path, ENTRY))
    assert bring_in(store, _file(tmp_path, ENTRY)).changed_articles == 0
    assert bring_in(store, _file(tmp_path)).changed_articles == 1
    assert _published(store, tmp_path, "SELECT authors FROM articles WHERE native_id = '101'") == [(["Hứa Minh Thư"],)]


def test_a_wrong_statement_costs_itself_alone(store: Store, world: World, tmp_path: Path) -> None:
    _built(store, world)
    missing = {**ENTRY, "article": "https://baomau.example/khong-co-post999.html"}
    report = bring_in(store, _file(tmp_path, {"article": URL}, missing, ENTRY))
    assert report.applied == 1
    assert "entry 1: lacks field, value, reason, by, day" in report.troubles[0]
    assert "post999" in report.troubles[1]
    path = tmp_path / "corrections.yaml"
    path.write_text("article: x\n", encoding="utf-8")
    with pytest.raises(BadCorrection, match="must be a list"):
        bring_in(store, path)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"field": "url"}, "cannot be corrected"),
        ({"field": "title", "value": "x"}, "name the version"),
        ({"version": "abc"}, "leave the version out"),
        ({"value": "Lò Thị Mai"}, "list of names"),
        ({"value": [{"name": "Lò", "roles": ["boss"]}]}, "roles must be among"),
        ({"field": "published_at", "value": "20/03/2026"}, "must be like"),
        ({"field": "tags", "value": [1]}, "list of texts"),
        ({"day": "soon"}, "day must be like"),
        ({"reason": " "}, "must say something"),
        ({"who": "x"}, "means nothing"),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, Any], told: str) -> None:
    with pytest.raises(BadCorrection, match=told):
        parse({**ENTRY, **change})


def test_what_is_appended_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "corrections.yaml"
    statement = parse(ENTRY)
    corrections.append(path, statement)
    corrections.append(path, statement)
    assert corrections.read_corrections(path) == ([statement, statement], [])
