"""What publishing costs beside DuckDB's own copy of the same content, and how large its file is beside zstd Parquet.

`TINTINH_BENCH_PUBLISH` names the sizes (default "10000 100000").
"""

from __future__ import annotations

import shutil
from pathlib import Path

import derived
import duckdb
import measured
import pytest

from warehouse.publish import publish
from warehouse.store import STORAGE_VERSION, Store

pytestmark = pytest.mark.slow

SIZES = measured.sizes("TINTINH_BENCH_PUBLISH", "10000 100000")
INDEX = "search"
"""Tables of the search index open with this; they are left out of what is held against Parquet."""


def published(path: Path, folder: Path) -> float:
    """Publishes without Parquet; seconds."""
    with Store.open_writer(path) as store:
        return publish(store, folder, parquet=False).seconds


def copied(path: Path, target: Path) -> None:
    """DuckDB's own copy of a published file."""
    with duckdb.connect() as con:
        con.execute("SET memory_limit = '1500MB'; SET preserve_insertion_order = false")
        con.execute(f"ATTACH '{path}' AS old (READ_ONLY)")
        con.execute(f"ATTACH '{target}' AS new (STORAGE_VERSION '{STORAGE_VERSION}')")
        con.execute("COPY FROM DATABASE old TO new")
        con.execute("CHECKPOINT new")


def tables(con: duckdb.DuckDBPyConnection, database: str) -> list[tuple[str, str, int]]:
    """Schema, name and number of rows of each table of an attached database."""
    return con.execute(
        "SELECT schema_name, table_name, estimated_size FROM duckdb_tables() WHERE database_name = ?", [database]
    ).fetchall()


def as_parquet(path: Path, folder: Path) -> tuple[int, int, int]:
    """Bytes of all tables as zstd Parquet, bytes of the same tables as the published file has them, bytes of text."""
    folder.mkdir()
    with duckdb.connect(path, read_only=True) as con:
        con.execute("SET memory_limit = '1500MB'; SET preserve_insertion_order = false")
        (name,) = con.execute("SELECT current_database()").fetchone() or ("",)
        blocks = 0
        for schema, table, _ in tables(con, name):
            if table.startswith(INDEX):
                (used,) = con.execute(
                    f"SELECT count(DISTINCT block_id) FROM pragma_storage_info('{schema}.{table}') WHERE persistent"
                ).fetchone() or (0,)
                blocks += used
                continue
            con.execute(f"COPY {schema}.{table} TO '{folder}/{schema}.{table}.parquet' (COMPRESSION zstd)")
        (text,) = con.execute("SELECT sum(strlen(text) + coalesce(strlen(lead), 0)) FROM articles").fetchone() or (0,)
    ours = path.stat().st_size - blocks * 262_144
    return sum(file.stat().st_size for file in folder.iterdir()), ours, int(text)


def test_publishing_beside_a_plain_copy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = []
    for articles in SIZES:
        folder = tmp_path / str(articles)
        path = derived.copy_of(articles, folder)
        ours = measured.alone(published, path, folder / "published")
        file = folder / "published" / "tintinh.duckdb"
        plain = measured.alone(copied, file, folder / "copy.duckdb")
        parquet, bytes_of_file, text = measured.alone(as_parquet, file, folder / "parquet").value
        lines.append(
            f"{articles:>10} {ours.value:8.1f} {plain.seconds:8.1f} {ours.value / plain.seconds:6.2f} "
            f"{bytes_of_file / 1e6:8.0f} {parquet / 1e6:8.0f} {bytes_of_file / parquet:6.2f} "
            f"{ours.peak / 1e6:7.0f} {text / 1e6:8.0f}"
        )
        shutil.rmtree(folder)
    with capsys.disabled():
        print(
            f"\n{'':>10} publish  own copy        file MB  parquet         peak MB  text MB\n"
            f"{'articles':>10} {'s':>8} {'s':>8} {'ratio':>6} {'':>8} {'MB':>8} {'ratio':>6}"
        )
        print("\n".join(lines))
