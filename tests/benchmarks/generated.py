"""Makes archives of any size for the benchmarks: the same number always gives the same article.

Belongs here: a writer's database of so many articles, made once and kept for later runs. Does not: measuring, or what
follows from the articles beyond their versions (people, places, stories, search), which each benchmark has the program
derive.

    with Store.open_writer(generated.copy_of(100_000, tmp_path)) as store: ...

From the command line: `python tests/benchmarks/generated.py 100000` makes (or finds) it and prints where it is.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import tempfile
import time
import unicodedata
from functools import cache, partial
from hashlib import sha256
from itertools import accumulate, islice
from pathlib import Path

import measured
import pyarrow as pa
import yaml

from warehouse import migrations, versions
from warehouse.store import Store

HERE = Path(__file__).parent
KEPT_IN = "TINTINH_BENCH_ARCHIVES"
"""The environment variable that names the folder of kept archives; else a folder below that of temporary files."""
CHUNK = 100_000
"""Articles made in one go; bounds memory."""
PHRASES, PHRASE = 60_000, 6
"""How many phrases texts are made of, and how many syllables each has."""
FLAT, STEEP = 25, 1.2
"""Zipf-Mandelbrot: the syllable of rank r is written in proportion to (r + FLAT) ** -STEEP, as in Vietnamese news."""
COMPANIONS, COMPOUND = 8, 0.5
"""Half of the syllables are followed by one of their eight companions, as in a word of two syllables."""
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")


@cache
def vocabulary() -> tuple[str, ...]:
    """About 7,000 syllables as Vietnamese writes them; real frequent words first."""
    parts = yaml.safe_load((HERE / "syllables.yaml").read_text(encoding="utf-8"))
    frequent = parts["frequent"].split()
    made = {
        unicodedata.normalize("NFC", onset + rime[0] + tone + rime[1:])
        for onset in parts["onsets"].split()
        for rime in parts["rimes"].split()
        for tone in _TONES
    }
    rest = sorted(made - set(frequent))
    random.Random(5).shuffle(rest)
    return (*dict.fromkeys(frequent), *rest[:7000])


@cache
def phrases() -> tuple[str, ...]:
    """The phrases that texts are made of: syllables and words of two syllables, as unlike in number as in news."""
    words = vocabulary()
    sums = list(accumulate((rank + FLAT) ** -STEEP for rank in range(1, len(words) + 1)))
    chance = random.Random(6)
    numbers = range(len(words))
    drawn = iter(chance.choices(numbers, cum_weights=sums, k=len(words) * COMPANIONS))
    companions = [tuple(islice(drawn, COMPANIONS)) for _ in numbers]
    first_more = list(accumulate(1 / place for place in range(1, COMPANIONS + 1)))

    def phrase() -> str:
        said = chance.choices(numbers, cum_weights=sums)
        while len(said) < PHRASE:
            if chance.random() < COMPOUND:
                said += chance.choices(companions[said[-1]], cum_weights=first_more)
            else:
                said += chance.choices(numbers, cum_weights=sums)
        return " ".join(words[number] for number in said)

    return tuple(phrase() for _ in range(PHRASES))


def _text(number: int) -> dict[str, object]:
    """What article `number` says, if it repeats no other."""
    chance = random.Random(number)
    draw, below = partial(chance.choices, phrases()), chance.randrange

    def sentence(phrases: int) -> str:
        prose = " ".join(draw(k=phrases))
        return f"{prose[0].upper()}{prose[1:]}."

    def paragraph() -> str:
        return f"{sentence(4)} Năm {2015 + below(11)}, {below(9000)} hộ {' '.join(draw(k=5))}."

    return {
        "k": number,
        "title": sentence(2).rstrip("."),
        "retitle": sentence(2).rstrip("."),
        "lead": sentence(6),
        "caption": sentence(2),
        "body": [paragraph() for _ in range(6)],
    }


def places() -> list[dict[str, str]]:
    """The 63 provinces before July 2025, each with the one that it belongs to since."""
    with (HERE / "provinces.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fill(
    store: Store,
    first: int,
    articles: int,
    total: int,
    outlets: int = 60,
    *,
    bulk: bool = False,
    truth: Path | None = None,
) -> None:
    """Puts articles number `first` to `first + articles - 1`, of `total` in ten years, into the tables of facts.

    What follows from them is left to `versions.build`; with `bulk` only what follows from the edited and the removed,
    the rest is put down at once. `truth` is a folder that gets Parquet files of what is true of each article (table
    `made` of archive.sql: its number, whose text it repeats, whether it was edited or removed, its authors, ...).
    """
    store.con.execute("SET VARIABLE places = ?", [places()])
    steps = ("archive.sql", "archive_built.sql" if bulk else "archive_left.sql")
    for start in range(first, first + articles, CHUNK):
        size = min(CHUNK, first + articles - start)
        for name, number in (("first_article", start), ("articles", size), ("total", total), ("outlets", outlets)):
            store.con.execute(f"SET VARIABLE {name} = {number}")
        # An article may repeat the text of one of the fifty before it.
        store.con.register("texts", pa.Table.from_pylist([_text(k) for k in range(max(0, start - 51), start + size)]))
        with store.transaction() as con:
            for step in steps:
                con.execute((HERE / step).read_text(encoding="utf-8"))
        if truth:
            truth.mkdir(exist_ok=True)
            store.con.execute(f"COPY made TO '{truth}/{start:09}.parquet' (COMPRESSION zstd)")
        store.con.unregister("texts")
        for table in ("made", "said", "plain"):
            store.con.execute(f"DROP TABLE IF EXISTS {table}")


def archive(articles: int, outlets: int = 60) -> Path:
    """The writer's database of an archive of so many articles, built: made once, then kept. Do not write to it.

    Beside it lies `truth/*.parquet`. One archive for each size and state of generator and schema.
    """
    folder = Path(os.environ.get(KEPT_IN) or Path(tempfile.gettempdir()) / "tintinh-bench-archives")
    target = folder / f"{articles}-{outlets}-{_state()}"
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=".making-", dir=folder))
        try:
            with Store.open_writer(making / "tintinh.duckdb") as store:
                fill(store, 0, articles, articles, outlets, bulk=True, truth=making / "truth")
                versions.build(store)
            try:
                making.rename(target)
            except OSError:  # another run was first
                if not target.exists():
                    raise
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return target / "tintinh.duckdb"


def copy_of(articles: int, folder: Path, outlets: int = 60) -> Path:
    """A copy of `archive(articles, outlets)` in `folder`, to write to."""
    return measured.copied(archive(articles, outlets), folder / "tintinh.duckdb")


def _state() -> str:
    """Changes with everything that a kept archive depends on."""
    own = (
        HERE / name for name in ("generated.py", "archive.sql", "archive_built.sql", "syllables.yaml", "provinces.csv")
    )
    parts = [*(path.read_bytes() for path in own), *(m.sql.encode() for m in migrations.available())]
    return sha256(b"\0".join(parts)).hexdigest()[:10]


def main() -> None:
    """Makes an archive, or finds it, and prints its path."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("articles", type=int)
    parser.add_argument("--outlets", type=int, default=60)
    options = parser.parse_args()
    started = time.perf_counter()
    path = archive(options.articles, options.outlets)
    print(f"{path}\t{path.stat().st_size / 1e6:.0f} MB\t{time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
