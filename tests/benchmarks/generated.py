"""Makes archives of any size for the benchmarks: the same number always gives the same article.

Belongs here: filling an open store with captures, contents and readings. Does not: what follows from them, which the
program builds itself, nor measuring.
"""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path

import yaml

from warehouse import versions
from warehouse.store import Store

_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
CHUNK = 100_000
"""Articles made in one go; bounds memory."""


def vocabulary() -> list[str]:
    """About 7,000 syllables as Vietnamese writes them; real frequent words first."""
    parts = yaml.safe_load((Path(__file__).parent / "syllables.yaml").read_text(encoding="utf-8"))
    frequent = parts["frequent"].split()
    made = {
        unicodedata.normalize("NFC", onset + rime[0] + tone + rime[1:])
        for onset in parts["onsets"].split()
        for rime in parts["rimes"].split()
        for tone in _TONES
    }
    rest = sorted(made - set(frequent))
    random.Random(5).shuffle(rest)
    return [*dict.fromkeys(frequent), *rest[:7000]]


def fill(store: Store, first: int, articles: int, total: int, outlets: int = 60) -> None:
    """Puts articles number `first` to `first + articles - 1`, of `total` in ten years, into the tables of facts."""
    statements = (Path(__file__).parent / "archive.sql").read_text(encoding="utf-8")
    store.con.execute("SET VARIABLE vocabulary = ?", [vocabulary()])
    for start in range(first, first + articles, CHUNK):
        size = min(CHUNK, first + articles - start)
        for name, value in (("first_article", start), ("articles", size), ("total", total), ("outlets", outlets)):
            store.con.execute(f"SET VARIABLE {name} = {value}")
        with store.transaction() as con:
            con.execute(statements)
        for table in ("made", "said"):
            store.con.execute(f"DROP TABLE {table}")


def archive(path: Path, articles: int, outlets: int = 60) -> None:
    """A whole archive of so many articles at `path`, built and checkpointed."""
    with Store.open_writer(path) as store:
        fill(store, 0, articles, articles, outlets)
        versions.build(store)
