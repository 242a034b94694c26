from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from warehouse_world import SOURCE, START, World, at

from pipelines.text import search_key, tone_key
from warehouse import load, publish, query, redactions, statements, versions
from warehouse.derived import search as derived
from warehouse.derived.runner import bring_up_to_date
from warehouse.derived.search import SEARCH
from warehouse.store import Store

TEXTS: dict[int, dict[str, Any]] = {
    1: {"title": "Thái Nguyên chuyển đổi số", "body": ("Mỗi xã có một tổ công nghệ.",)},
    2: {"title": "Họp tổ", "body": ("Ở Thái Nguyên, “chuyển đổi số” đi vào từng nhà.",)},
    3: {"title": "Thái độ", "body": ("Bà Nguyễn Thị Chuyền nói: Đổi vé, số ghế không đổi.",)},
    4: {"title": "Hoà bình", "body": ("Mỹ Hoà thu 35,6 tỷ đồng. Laptop của DUCKDB chạy tốt.", "Kết thúc đoạn.", "Mở đoạn.")},
    5: {"title": "Thai nguyen khong dau", "body": ("Bai viet thai nguyen chuyen doi so.",)},
    6: {"title": "Số", "body": ("Chuyển nhà. Đổi nhà. Nguyên nhân chưa rõ. Thái Bình.",), "published_at": at(900)},
}  # fmt: skip

Ask = Callable[[str], list[str]]


def _fill(world: World, numbers: list[int]) -> None:
    for number in numbers:
        values = {"lead": None, "captions": (), **TEXTS[number]}
        world.article(f"https://baomau.example/tin-{number}00.html", 1 + number, **values)


def _load(store: Store, world: World) -> None:
    load.load_sources(store, [SOURCE])
    load.load_captures(store, world.captures)
    load.load_readings(store, world.readings)
    versions.build(store)
    bring_up_to_date(store, SEARCH)


def _found(path: Path, question: str, sql: str = "SELECT * FROM search($q)") -> list[dict[str, Any]]:
    """The answer of a plain DuckDB that knows nothing of this program and may not load an extension."""
    config = {"autoload_known_extensions": False, "autoinstall_known_extensions": False}
    with duckdb.connect(path, read_only=True, config=config) as con:
        cursor = con.execute(sql, {"q": question})
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _numbers(rows: list[dict[str, Any]]) -> list[int]:
    return [int(row["url"].rsplit("-", 1)[1].removesuffix("00.html")) for row in rows]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("search")
    world = World()
    _fill(world, list(TEXTS))
    with Store.open_writer(folder / "tintinh.duckdb") as store:
        _load(store, world)
        yield publish.publish(store, folder / "published", parquet=False).path


def test_both_spellings_find_the_same_and_the_typed_one_comes_first(published: Path) -> None:
    typed, bare = _found(published, "thái nguyên chuyển đổi số"), _found(published, "thai nguyen chuyen doi so")
    assert sorted(_numbers(typed)) == sorted(_numbers(bare)) == [1, 2, 3, 5, 6]
    # As typed: in the headline, then side by side, then scattered; the others by the same rules.
    assert _numbers(typed) == [1, 2, 6, 5, 3]
    assert [row["exact"] for row in typed] == [True, True, True, False, False]
    assert _numbers(bare)[0] == 1
    assert all(row["exact"] for row in bare)
    assert [row["rank"] for row in typed] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ('"thái nguyên"', [1, 2, 5]),
        ('"nguyên chuyển"', [1, 2, 5]),  # signs between words do not part them, the end of a paragraph does
        ('"doi so" thai', [1, 2, 5]),
        ("“chuyển đổi số”", [1, 2, 5]),
        ('"chuyen doi so', [1, 2, 5]),
        ('"số chuyển"', []),
        ('"đoạn mở"', []),
        ('thái "mỗi xã"', [1]),
        ('"thái nguyên" "đổi số"', [1, 2, 5]),
    ],
)
def test_words_in_quotation_marks_stand_one_behind_the_other(
    published: Path, question: str, expected: list[int]
) -> None:
    assert sorted(_numbers(_found(published, question))) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("", []),
        ("   ", []),
        ("?!… -- ; /* */", []),
        ('"', []),
        ('""""', []),
        ("'; DROP TABLE articles; --", []),
        ("chuyển' đổi", [1, 2, 3, 5, 6]),
        ("THÁI NGUYÊN Chuyển", [1, 2, 3, 5, 6]),
        (unicodedata.normalize("NFD", "Thái Nguyên chuyển đổi số"), [1, 2, 3, 5, 6]),
        ("35,6", [4]),
        ("36", []),
        ("duckdb laptop", [4]),
        ("hòa", [4]),
        ("hoà", [4]),
        ("Ðổi", [1, 2, 3, 5, 6]),  # U+00D0
        ("thái nguyên zzz", []),
        ("số số số số", [1, 2, 3, 5, 6]),
        (" ".join(["thái nguyên chuyển đổi số"] * 40), [1, 2, 3, 5, 6]),
        (" ".join(f"từ{n}" for n in range(200)), []),
        ("漢字 ☃ %_\\", []),
    ],
)
def test_odd_questions(published: Path, question: str, expected: list[int]) -> None:
    assert sorted(_numbers(_found(published, question))) == expected


def test_no_question_no_answer(published: Path) -> None:
    with duckdb.connect(published, read_only=True) as con:
        assert con.execute("SELECT count(*) FROM search(NULL)").fetchone() == (0,)


def test_either_place_of_the_tone_is_as_typed(published: Path) -> None:
    assert [row["exact"] for row in _found(published, "hòa")] == [True]
    assert [row["exact"] for row in _found(published, "hoá")] == [False]


def test_filters_are_an_ordinary_where(published: Path) -> None:
    sql = "SELECT * FROM search($q) WHERE source_id = 'baomau' AND published_at > '2026-03-20'"
    assert _numbers(_found(published, "chuyển đổi", sql)) == [6]
    counted = "SELECT source_id, count(*) AS n FROM search($q, snippets := 0) GROUP BY ALL"
    assert _found(published, "chuyển đổi", counted) == [{"source_id": "baomau", "n": 5}]


def test_snippets_show_the_words(published: Path) -> None:
    (row,) = (row for row in _found(published, '"chuyen doi so" nguyen') if _numbers([row]) == [2])
    assert row["snippet"] == "Ở Thái [Nguyên], “[chuyển] [đổi] [số]” đi vào từng nhà."
    few = _found(published, "chuyển đổi", "SELECT * FROM search($q, snippets := 1)")
    assert [row["snippet"] is not None for row in few] == [True, False, False, False, False]


def test_a_snippet_of_a_long_text_is_cut_between_words(published: Path) -> None:
    text = " ".join(["đầu"] * 300) + " cây cầu Bến Sậy\n\nxã " + " ".join(["cuối"] * 300)
    with duckdb.connect(published, read_only=True) as con:
        (snippet,) = con.execute("SELECT search_snippet($t, 'ben say')", {"t": text}).fetchone() or ("",)
        assert "đầu cây cầu [Bến] [Sậy] xã cuối" in snippet
        assert snippet.startswith("… đầu")
        assert snippet.endswith("cuối …")
        assert con.execute("SELECT search_snippet('Ngắn.', 'gì')").fetchone() == ("Ngắn.",)
        assert con.execute("SELECT search_snippet(NULL, 'gì')").fetchone() == (None,)


def test_keys_are_those_of_the_rest_of_the_program(published: Path) -> None:
    words = ["Nguyễn", "ĐỒNG", "hoà", "Quý", "thuỷ", "khoẻ", "hoàng", "Ấp", "ươm", "ngoằn", "loà", "2/9", "Sigurðsson"]
    with duckdb.connect(published, read_only=True) as con:
        for word in words:
            found = con.execute("SELECT search_key($w), search_spelling(lower($w))", {"w": word}).fetchone()
            assert found == (search_key(word).replace("ð", "d"), tone_key(word))


def _answers(path: Path) -> list[Any]:
    questions = ["thái nguyên", '"chuyển đổi số"', "số đổi", "nhà", "hoà", "35", "tổ"]
    return [
        [(n, row["exact"], row["hits"], row["snippet"]) for n, row in zip(_numbers(rows), rows, strict=True)]
        for rows in (_found(path, question) for question in questions)
    ]


def test_brought_in_one_by_one_it_is_the_same_as_at_once(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(derived, "TOGETHER", 2)
    world = World()
    with Store.open_writer(tmp_path / "tintinh.duckdb") as store:
        order = list(TEXTS)
        random.Random(3).shuffle(order)
        for number in order:
            _fill(world, [number])
            _load(store, world)
            assert int(store.value("SELECT count(DISTINCT segment) FROM search_postings")) <= 4
        path = publish.publish(store, tmp_path / "published", parquet=False).path
        left = store.value("SELECT count(*) FROM search_postings ANTI JOIN search_documents USING (doc, segment)")
    assert left == 0
    assert _answers(path) == _answers(published)


def _dead(store: Store) -> int:
    """Rows of texts that no longer stand."""
    found = store.value("SELECT count(*) FROM search_postings ANTI JOIN search_documents USING (doc, segment)")
    counted = store.value("SELECT count(*) FROM search_counts ANTI JOIN search_documents USING (doc, segment)")
    noted = store.value("SELECT count(*) FROM search_dead")
    assert (found > 0) == (counted > 0) == (noted > 0)
    return int(found)


def test_an_edit_and_a_correction_change_what_is_found(store: Store, world: World, tmp_path: Path) -> None:
    _fill(world, [1, 2])
    _load(store, world)
    world.article(
        "https://baomau.example/tin-100.html", 40, title="Bắc Giang", lead=None, captions=(), body=("Mùa vải.",)
    )
    _load(store, world)
    path = publish.publish(store, tmp_path / "published", parquet=False).path
    assert _numbers(_found(path, "chuyển đổi số")) == [2]
    assert _numbers(_found(path, "mùa vải")) == [1]
    assert _dead(store) > 0


def test_what_is_dead_goes_with_a_merge_and_with_too_much_of_it(
    store: Store, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(world, [1, 2, 4])
    _load(store, world)
    for day, number in enumerate((1, 2)):
        world.article(f"https://baomau.example/tin-{number}00.html", 40 + day, body=("Mùa vải.",))
        _load(store, world)
        # One of three texts in the first segment is dead, then two: it is written anew.
        assert (_dead(store) == 0) == (number == 2)
    world.article("https://baomau.example/tin-400.html", 50, body=("Mùa vải.",))
    monkeypatch.setattr(derived, "TOGETHER", 2)
    _load(store, world)
    assert _dead(store) == 0
    assert store.value("SELECT count(DISTINCT doc) FROM search_counts") == 3
    assert store.value("SELECT count(DISTINCT segment) FROM search_counts") == 1


def test_a_redaction_leaves_no_word(store: Store, world: World, tmp_path: Path) -> None:
    _fill(world, [1, 3, 4])
    _load(store, world)
    # An earlier text, whose words still stand in the index.
    world.article(
        "https://baomau.example/tin-300.html", 40, title="Đã sửa", lead=None, captions=(), body=("Lời Nghẽo.",)
    )
    _load(store, world)
    assert _dead(store) > 0
    article = store.value("SELECT article_id FROM addresses WHERE canonical_url LIKE '%tin-300%'")
    redactions.apply(store, [redactions.describe(store, article, "asked for", "A. N.", date(2026, 3, 9))])
    bring_up_to_date(store, SEARCH)
    path = publish.publish(store, tmp_path / "published", parquet=False).path
    assert _numbers(_found(path, "chuyền")) == [1]
    words = {row["word"] for row in _found(path, "", "SELECT word FROM search_words WHERE $q = ''")}
    assert not {"chuyền", "nghẽo"} & words
    assert {"chuyển", "đổi", "thái"} <= words
    assert _dead(store) == 0
    assert store.value("SELECT count(DISTINCT doc) FROM search_postings") == 2
    assert store.value("SELECT count(*) FROM search_purged") == 0


def test_long_headlines_and_empty_articles(store: Store, world: World, tmp_path: Path) -> None:
    world.article("https://baomau.example/tin-700.html", 1, title="một " * 80 + "đuôi", lead=None, body=("hai ba",))
    world.article("https://baomau.example/tin-800.html", 2, title="Ảnh", lead=None, body=(), page_kind="gallery")
    _load(store, world)
    path = publish.publish(store, tmp_path / "published", parquet=False).path
    rows = _found(path, '"hai ba"')
    assert _numbers(rows) == [7]
    assert not rows[0]["in_title"]
    assert _numbers(_found(path, '"đuôi hai"')) == []
    assert _numbers(_found(path, "ảnh"))[0] == 8


def test_of_a_very_long_question_the_first_words_count(store: Store, world: World, tmp_path: Path) -> None:
    words = [f"từ{number}" for number in range(600)]
    world.article("https://baomau.example/tin-1100.html", 1, body=(" ".join(words),))
    world.article("https://baomau.example/tin-1200.html", 2, body=(" ".join(words[:100]),))
    _load(store, world)
    path = publish.publish(store, tmp_path, parquet=False).path
    (row,) = _found(path, " ".join([*words, "zzz"]))
    assert (row["together"], row["exact"], row["hits"]) == (499, True, 500)
    (row,) = _found(path, f'"{" ".join(words)}"')
    assert (row["together"], row["exact"], row["hits"]) == (499, True, 500)


def test_by_outlet_and_days(published: Path) -> None:
    found = query.search(published, "chuyen doi", since=date(2026, 3, 3))
    assert [row[found.columns.index("title")] for row in found.rows] == ["Số"]
    assert len(query.search(published, "chuyen doi", until=START.date(), source_id="baomau").rows) == 4
    assert query.search(published, "chuyen doi", source_id="khac").rows == []
    limited = query.search(published, "chuyen doi", limit=2)
    assert len(limited.rows) == 2
    assert "[Chuyển]" in found.rows[0][found.columns.index("snippet")]


def test_the_index_is_written_with_the_published_macros(store: Store) -> None:
    store.con.execute(derived._macros())
    assert store.value("SELECT search_split('Đổi mới 4.0')") == ["đổi", "mới", "4", "0"]
    assert "search_split" in statements.get("search_index")
