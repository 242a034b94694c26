from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

import duckdb
import pytest
from warehouse_world import SOURCE, START, World, at

from pipelines.records import Credit
from warehouse import export, load, publish, query, versions
from warehouse.errors import BadQuery, NotBuilt, NotFound
from warehouse.store import Store

URL = "https://baomau.example/thoi-su/khanh-thanh-cau-ben-say-100001.html"
MOVED = "https://baomau.example/xa-hoi/khanh-thanh-cau-ben-say-100001.html"
OTHER = "https://baomau.example/thoi-su/le-hoi-ngay-mua-100002.html"
THIRD = "https://baomau.example/thoi-su/gat-lua-som-100003.html"


@pytest.fixture
def told(world: World) -> World:
    """An article edited twice and moved, one removed, one left alone; photographs by a second person."""
    world.article(URL, 0, authors=(Credit("Hứa Minh Thư"), Credit("Lò Văn Sáng", ("photo",))), sources=("TTXVN",))
    world.article(OTHER, 1, title="Lễ hội ngày mùa ở xã Thượng Lam", published_at=at(-50), published_precision="day")
    world.article(THIRD, 1, title="Gặt lúa sớm", published_at=None, published_precision=None, published_raw=None)
    world.article(URL, 5, title="Xã Thượng Lam đưa cầu vào sử dụng", section="Xã hội")
    world.article(MOVED, 30, title="Xã Thượng Lam đưa cầu vào sử dụng")
    world.article(MOVED, 31, title="Xã Thượng Lam đưa cầu vào sử dụng", body=("Cầu dài 84 m.",))
    world.capture(OTHER, 32, status=404)
    return world


@pytest.fixture
def published(store: Store, told: World, tmp_path: Path) -> Path:
    told.build(store)
    return publish.publish(store, tmp_path / "published", reader_version="1", now=START).path


def test_the_published_file_answers_without_extensions(published: Path) -> None:
    with duckdb.connect(published, read_only=True, config={"autoload_known_extensions": False}) as con:
        rows = con.execute("SELECT published_local, authors, title FROM articles ORDER BY published_at DESC").fetchall()
        assert rows[0][1:] == (["Hứa Minh Thư"], "Xã Thượng Lam đưa cầu vào sử dụng")
        assert str(rows[0][0]) == "2026-03-02 08:00:00"
        found = con.execute("SELECT count(*), max(version_no) FROM versions").fetchone()
        assert found == (5, 3)
        assert con.execute("SELECT source_id, status, days_online FROM deletions").fetchall() == [
            ("baomau", "missing", 3)
        ]
        assert con.execute("SELECT version_no, change_class, delay FROM edits ORDER BY 1").fetchall() == [
            (2, "major", at(5) - START), (3, "major", at(31) - START),
        ]  # fmt: skip
        names = con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
        for (name,) in names:
            con.execute(f"SELECT * FROM {name}").fetchall()
            con.execute(f"SELECT count(*) FROM {name}").fetchall()


def test_every_table_view_and_column_is_described(published: Path) -> None:
    with duckdb.connect(published, read_only=True) as con:
        bare = con.execute(
            "SELECT table_name, column_name FROM duckdb_columns()"
            " WHERE NOT internal AND schema_name = 'main' AND comment IS NULL"
            " UNION ALL SELECT view_name, '' FROM duckdb_views() WHERE NOT internal AND comment IS NULL"
            " UNION ALL SELECT table_name, '' FROM duckdb_tables() WHERE schema_name = 'main' AND comment IS NULL"
        ).fetchall()
    assert bare == []


def test_manifest_and_parquet_say_the_same(published: Path) -> None:
    manifest = json.loads((published.parent / "manifest.json").read_text())
    assert manifest["sha256"] == hashlib.sha256(published.read_bytes()).hexdigest()
    assert manifest["counts"]["articles"] == 3
    assert manifest["built_at"] == START.isoformat()
    with duckdb.connect() as con:
        folder = published.parent / "parquet"
        for table, count in (("articles", 3), ("versions", 5), ("credits", 3), ("captures", 7)):
            found = con.execute(f"SELECT count(*) FROM '{folder}/{table}/*/*/*.parquet'").fetchone()
            assert found == (count,)
        months = con.execute(f"SELECT DISTINCT month FROM '{folder}/articles/*/*/*.parquet' ORDER BY 1").fetchall()
        assert months == [("2026-02",), ("2026-03",), ("undated",)]


def test_publishing_again_replaces_and_sweeps(store: Store, told: World, published: Path) -> None:
    folder = published.parent
    (folder / ".tintinh.duckdb.1.new").write_bytes(b"left by a killed publish")
    with duckdb.connect(published, read_only=True) as reader:
        told.article("https://baomau.example/them-100009.html", 50)
        told.build(store)
        publish.publish(store, folder)
        assert reader.execute("SELECT count(*) FROM articles").fetchone() == (3,)
    assert query.sql(published, "SELECT count(*) FROM articles").rows == [(4,)]
    assert sorted(entry.name for entry in folder.iterdir()) == ["manifest.json", "parquet", "tintinh.duckdb"]


def test_exports_are_the_same_bytes_whatever_the_order_of_loading(
    store: Store, told: World, published: Path, tmp_path: Path
) -> None:
    with Store.open_writer(tmp_path / "rebuilt" / "tintinh.duckdb") as rebuilt:
        load.load_sources(rebuilt, [SOURCE])
        random.Random(7).shuffle(told.captures)
        for capture in told.captures:
            load.load_captures(rebuilt, [capture])
            load.load_readings(rebuilt, [item for item in told.readings if item[0] == capture.capture_id])
            versions.build(rebuilt)
        other = publish.publish(rebuilt, tmp_path / "other", parquet=False).path
    for what in ("articles", "versions", "captures"):
        for style in ("jsonl", "csv", "parquet"):
            one, two = tmp_path / f"one.{what}.{style}", tmp_path / f"two.{what}.{style}"
            assert export.export(published, what, style, one) == export.export(other, what, style, two) > 0
            assert one.read_bytes() == two.read_bytes()


def test_the_columns_of_an_export(published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = {
        "source_id", "native_id", "url", "alternate_urls", "title", "published_at", "published_precision", "authors",
        "credited_sources", "lead", "body", "version_no", "first_seen", "last_seen", "status",
    }  # fmt: skip
    export.export(published, "articles", "jsonl", None)
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert asked <= rows[0].keys()
    row = next(row for row in rows if row["native_id"] == "100001")
    assert (row["url"], row["alternate_urls"], row["status"]) == (MOVED, [URL], "live")
    assert (row["published_at"], row["body"], row["version_no"]) == ("2026-03-02T08:00:00+07:00", ["Cầu dài 84 m."], 3)
    export.export(published, "versions", "jsonl", tmp_path / "v")
    version = json.loads((tmp_path / "v").read_text().splitlines()[0])
    assert {*asked, "valid_from", "valid_to", "changed_fields", "change_class"} <= version.keys()
    for wrong in (("persons", "jsonl"), ("articles", "xlsx"), ("articles", "parquet")):
        with pytest.raises(BadQuery):
            export.export(published, *wrong, None)


def test_history_by_any_address(published: Path) -> None:
    for url in (
        URL,
        MOVED,
        MOVED.replace("https://", "http://www.") + "?utm_source=x",
        "https://baomau.example/x-100001.html",
    ):
        found = query.history(published, url)
        assert [version.version_no for version in found.versions] == [1, 2, 3]
    assert found.versions[0].diffs == {}
    assert [text for op, text in found.versions[1].diffs["title"] if op == "insert"] == ["đưa ", " vào sử dụng"]
    assert found.versions[1].diffs["authors"] == [("equal", "Hứa Minh Thư"), ("delete", ", Lò Văn Sáng")]
    assert found.versions[2].numbers_come == ["84"]
    assert len(found.addresses) == 2
    assert query.history(published, found.versions[2].version_id).article["native_id"] == "100001"
    with pytest.raises(NotFound, match="le-hoi-ngay-mua"):
        query.history(published, OTHER.replace("100002", "x"))


def test_what_a_run_changed(published: Path) -> None:
    second = query.changes(published, at(29), at(40))
    assert [(edit["version_no"], sorted(edit["diffs"])) for edit in second.edits] == [(3, ["body"])]
    assert [(move["from_url"], move["to_url"]) for move in second.moves] == [(URL, MOVED)]
    assert [(row["url"], row["status"]) for row in second.missing] == [(OTHER, "missing")]
    assert (second.gone, second.returned) == ([], [])
    first = query.changes(published, at(-1), at(6))
    assert (len(first.edits), first.moves, first.missing) == (1, [], [])


def test_status_and_coverage(published: Path) -> None:
    (row,) = query.status(published, now=at(40))
    assert (row["articles"], row["versions"], row["captures"], row["missing"]) == (3, 5, 7, 1)
    assert (row["stale"], row["failing"]) == (False, False)
    assert query.status(published, now=at(80))[0]["stale"]
    share = {row["field"]: (row["present"], row["origins"]) for row in query.coverage(published)}
    assert share["published_at"] == (2, {"json-ld": 3})
    assert share["title"] == (3, {"selector": 3})
    assert query.newest(published, 1).rows == [
        ("02/03/2026 08:00", "Hứa Minh Thư", "Xã Thượng Lam đưa cầu vào sử dụng", "baomau")
    ]


def test_sql_reads_the_archive_and_nothing_else(published: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    result = query.sql(published, "SELECT title, authors, first_seen FROM articles ORDER BY url", limit=2)
    assert (result.columns, len(result.rows), result.cut) == (["title", "authors", "first_seen"], 2, True)
    assert json.loads(query.render(result, "json"))[0]["first_seen"].endswith("+07:00")
    assert query.render(result, "csv").splitlines()[0] == "title,authors,first_seen"
    assert "more rows" in query.render(result, "table")
    wrong = ["SELEC 1", "CREATE TABLE x (a INTEGER)", f"FROM '{tmp_path}/secret.csv'", "SELECT * FROM nowhere"]
    for text in [*wrong, f"ATTACH '{tmp_path}/x.duckdb'", "SET enable_external_access = true"]:
        with pytest.raises(BadQuery):
            query.sql(published, text)
    with pytest.raises(NotBuilt):
        query.sql(tmp_path / "none.duckdb", "SELECT 1")
