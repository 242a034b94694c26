"""What the search index costs and how fast it answers, beside a scan of all texts, DuckDB's fts extension and tantivy.

Prints sizes per byte of text, CPU seconds to build and to bring in a day's articles, and the CPU and wall time of
questions cut from the texts themselves. `TINTINH_BENCH_SEARCH` sets the number of articles (default 100,000). With
`TINTINH_BENCH_ASK=1` the program's own index is not built but that of the kept archive with all that is derived asked.
fts and tantivy are measured where `duckdb-extension-fts` and `tantivy` are installed; the program needs neither.
"""

from __future__ import annotations

import importlib
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import derived
import duckdb
import pytest
from generated import archive, copy_of

from pipelines.text import search_key
from warehouse import publish
from warehouse.derived.runner import bring_up_to_date
from warehouse.derived.search import SEARCH
from warehouse.store import Store

pytestmark = pytest.mark.slow

ARTICLES = int(os.environ.get("TINTINH_BENCH_SEARCH", "100000"))
ASK_ALONE = os.environ.get("TINTINH_BENCH_ASK") == "1"
QUESTIONS = 60
DAY = 400
_BLOCKS = """
SELECT count(DISTINCT block_id) * 262144
FROM (FROM pragma_storage_info('search_postings') UNION ALL FROM pragma_storage_info('search_counts'))
"""
_TEXTS = "SELECT article_id, concat_ws(' ', title, lead, text) FROM base.current_articles"

Say = Callable[[str], None]


@contextmanager
def _clock(took: dict[str, float]) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    took.update(wall=time.perf_counter() - wall, cpu=time.process_time() - cpu)


def _questions(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Two to five words in a row of some article; every second without marks, every third as a phrase."""
    chance = random.Random(1)
    texts = con.execute(
        f"SELECT text FROM base.current_articles USING SAMPLE reservoir({QUESTIONS} ROWS) REPEATABLE (7)"
    ).fetchall()
    found = []
    for number, (text,) in enumerate(texts):
        words = text.replace(".", " ").replace(",", " ").split()
        start, size = chance.randrange(len(words) - 5), 2 + number % 4
        question = " ".join(words[start : start + size])
        question = search_key(question) if number % 2 else question
        found.append(f'"{question}"' if number % 3 == 0 else question)
    return found


def _ask(say: Say, name: str, questions: list[str], ask: Callable[[str], Any]) -> float:
    """Asks all; says the 50th and 95th percentile; returns the median in seconds."""
    took = []
    for question in questions:
        one: dict[str, float] = {}
        with _clock(one):
            ask(question)
        took.append(one)
    walls, cpus = (sorted(one[kind] for one in took) for kind in ("wall", "cpu"))
    middle, late = len(took) // 2, int(len(took) * 0.95)
    say(
        f"{name}: p50 {walls[middle] * 1e3:.0f} ms (CPU {cpus[middle] * 1e3:.0f}),"
        f" p95 {walls[late] * 1e3:.0f} ms (CPU {cpus[late] * 1e3:.0f})"
    )
    return walls[middle]


def test_search(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def say(line: str) -> None:
        with capsys.disabled():
            print(line, flush=True)

    if ASK_ALONE:
        with Store.open_writer(derived.copy_of(ARTICLES, tmp_path)) as store:
            path = publish.publish(store, tmp_path / "published", parquet=False).path
        say(f"\nsearch, {ARTICLES} articles")
        _questions_asked(say, path, tmp_path)
        return
    archive(ARTICLES)
    took: dict[str, float] = {}
    with Store.open_writer(copy_of(ARTICLES, tmp_path)) as store:
        with _clock(took):
            bring_up_to_date(store, SEARCH)
        say(f"\nsearch, {ARTICLES} articles: built in {took['wall']:.1f} s (CPU {took['cpu']:.1f})")
        store.con.execute(
            "INSERT INTO underived SELECT 'search', article_id FROM articles USING SAMPLE reservoir"
            f"({DAY} ROWS) REPEATABLE (3)"
        )
        with _clock(took):
            bring_up_to_date(store, SEARCH)
        say(f"  {DAY} articles anew: {took['wall']:.2f} s (CPU {took['cpu']:.2f})")
        path = publish.publish(store, tmp_path / "published", parquet=False).path
    _questions_asked(say, path, tmp_path)


def _questions_asked(say: Say, path: Path, folder: Path) -> None:
    with duckdb.connect(path, read_only=True, config={"threads": 2}) as con:
        ((texts,),) = con.execute(f"SELECT sum(strlen(t)) FROM ({_TEXTS}) x(a, t)").fetchall()
        ((blocks,),) = con.execute(_BLOCKS).fetchall()
        say(f"  {blocks / 1e6:.0f} MB for {texts / 1e6:.0f} MB of text: {blocks / texts:.2f}")
        questions = _questions(con)
        for sql in ("FROM search($q) LIMIT 20", "SELECT rank, title FROM search($q, snippets := 0) LIMIT 20"):
            median = _ask(say, f"  {sql}", questions, lambda q, sql=sql: con.execute(sql, {"q": q}).fetchall())
        scan = f"SELECT a FROM ({_TEXTS}) x(a, t) WHERE search_key(t) LIKE '%' || search_key($q) || '%'"
        whole = _ask(
            say,
            "  scan of all texts",
            questions[: 1 if ASK_ALONE else 5],
            lambda q: con.execute(scan, {"q": q}).fetchall(),
        )
        say(f"  ratio scan / search without snippets: {whole / median:.1f}")
        _fts(say, con, questions, folder)
        _tantivy(say, con, questions, folder)


def _fts(say: Say, published: duckdb.DuckDBPyConnection, questions: list[str], folder: Path) -> None:
    try:
        module = importlib.import_module("duckdb_extension_fts")
    except ImportError:
        say("  fts: not installed")
        return
    (extension,) = Path(str(module.__file__)).parent.glob(f"extensions/v{duckdb.__version__}/fts.duckdb_extension")
    took: dict[str, float] = {}
    with duckdb.connect(folder / "fts.duckdb", config={"threads": 2, "memory_limit": "6GB"}) as con:
        con.execute(f"LOAD '{extension}'")
        con.execute("CREATE TABLE doc (id VARCHAR, f VARCHAR)")
        rows = published.execute(f"SELECT a, search_key(t) FROM ({_TEXTS}) x(a, t)").to_arrow_reader(100_000)
        con.register("rows", rows)
        con.execute("INSERT INTO doc FROM rows")
        con.unregister("rows")
        con.execute("CHECKPOINT")
        before = (folder / "fts.duckdb").stat().st_size
        with _clock(took):
            con.execute(
                "PRAGMA create_fts_index('doc', 'id', 'f', stemmer='none', stopwords='none', strip_accents=0, lower=0,"
                " ignore='[^a-z0-9]+')"
            )
            con.execute("CHECKPOINT")
        size = (folder / "fts.duckdb").stat().st_size - before
        say(
            f"  fts: built in {took['wall']:.1f} s (CPU {took['cpu']:.1f}), {size / 1e6:.0f} MB; again as a whole each day"
        )
        sql = (
            "SELECT id FROM (SELECT id, fts_main_doc.match_bm25(id, $q, conjunctive := 1) AS s FROM doc)"
            " WHERE s IS NOT NULL ORDER BY s DESC LIMIT 20"
        )
        _ask(
            say, "  fts, no phrases", questions, lambda q: con.execute(sql, {"q": search_key(q.strip('"'))}).fetchall()
        )


def _tantivy(say: Say, published: duckdb.DuckDBPyConnection, questions: list[str], folder: Path) -> None:
    try:
        tantivy = importlib.import_module("tantivy")
    except ImportError:
        say("  tantivy: not installed")
        return
    home = folder / "tantivy"
    home.mkdir()
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("f", stored=False, tokenizer_name="whitespace")
    index = tantivy.Index(builder.build(), path=str(home))
    took: dict[str, float] = {}
    with _clock(took):
        writer = index.writer(200_000_000, 2)
        cursor = published.execute(
            f"SELECT a, array_to_string(search_split(search_key(t)), ' ') FROM ({_TEXTS}) x(a, t)"
        )
        while rows := cursor.fetchmany(10_000):
            for article, text in rows:
                writer.add_document(tantivy.Document(id=article, f=text))
        writer.commit()
        writer.wait_merging_threads()
    size = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
    say(f"  tantivy: built in {took['wall']:.1f} s (CPU {took['cpu']:.1f}), {size / 1e6:.0f} MB beside the file")
    index.reload()
    searcher = index.searcher()

    def ask(question: str) -> Any:
        words = search_key(question)
        asked = words if '"' in words else " AND ".join(words.split())
        return searcher.search(index.parse_query(asked, ["f"]), 20).hits

    _ask(say, "  tantivy", questions, ask)
