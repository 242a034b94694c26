"""The generated archives with all that the program derives from articles: made once, then kept beside the bare ones.

Belongs here: deriving them. Does not: the articles themselves (`generated`).

From the command line: `python tests/benchmarks/derived.py 100000` makes (or finds) it and prints where it is. Deriving a
million articles takes long; when it is interrupted, the next call goes on.
"""

from __future__ import annotations

import argparse
import shutil
import time
from hashlib import sha256
from pathlib import Path

import generated
import measured

from warehouse.derived.catalogue import DERIVATIONS
from warehouse.derived.runner import bring_up_to_date, take_up
from warehouse.store import Store


def archive(articles: int, outlets: int = 60) -> Path:
    """The writer's database of an archive of so many articles with all that is derived. Do not write to it.

    One for each state of `generated.archive` and of the rules of the derivations.
    """
    rules = sha256(repr([(each.name, each.version) for each in DERIVATIONS]).encode()).hexdigest()[:10]
    plain = generated.archive(articles, outlets)
    target, making = plain.with_name(f"derived-{rules}.duckdb"), plain.with_name(f"deriving-{rules}.duckdb")
    if not target.exists():
        if not making.exists():
            copied = making.with_suffix(".copy")
            shutil.copyfile(plain, copied)
            copied.rename(making)
        with Store.open_writer(making) as store:
            for derivation in DERIVATIONS:
                bring_up_to_date(store, derivation)
        making.rename(target)
    return target


def copy_of(articles: int, folder: Path, outlets: int = 60) -> Path:
    """A copy of `archive(articles, outlets)` in `folder`, to write to."""
    return measured.copied(archive(articles, outlets), folder / "tintinh.duckdb")


def bare_copy_of(articles: int, folder: Path, outlets: int = 60) -> Path:
    """A copy of `generated.archive(articles, outlets)` that counts as derived although no derivation has any row yet."""
    path = generated.copy_of(articles, folder, outlets)
    with Store.open_writer(path) as store:
        for derivation in DERIVATIONS:
            take_up(store, derivation)
        store.con.execute("DELETE FROM underived")
    return path


def main() -> None:
    """Makes an archive with all that is derived, or finds it, and prints its path."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("articles", type=int)
    parser.add_argument("--outlets", type=int, default=60)
    options = parser.parse_args()
    started = time.perf_counter()
    path = archive(options.articles, options.outlets)
    print(f"{path}\t{path.stat().st_size / 1e6:.0f} MB\t{time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
