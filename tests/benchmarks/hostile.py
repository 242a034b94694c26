"""What hostile pages and listings cost: `python tests/benchmarks/hostile.py` prints the slowest of each kind.

Belongs here: reading each at full size in a process of its own, and its processor seconds and memory. Does not:
building them (`hostile_pages.py`, `hostile_listings.py` beside the unit tests), or holding them to a limit (the tests).
"""

from __future__ import annotations

import os
import pickle
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

TESTS = Path(__file__).parent.parent / "unit"
sys.path[:0] = [str(TESTS / "pipelines"), str(TESTS / "scraper")]
from hostile_pages import BROKEN, LINE, PAGES, article  # noqa: E402  # found by the line above
from test_hostile_listings import KINDS, READERS  # noqa: E402

from pipelines.reader import read_page  # noqa: E402

MILLION = 1_000_000
NESTED = 200_000
FETCHED = datetime(2026, 9, 20, 2, 0, tzinfo=UTC)
# Words in the names of the builders -> the kind of the table; the first that fits.
GROUPS = (
    ("nested elements", NESTED, ("divs", "spans", "bolds", "lists in lists", "tables in tables", "fonts in fonts", "deep")),
    ("attributes", MILLION, ("attribute", "quotes never closed", "tags never closed", "class")),
    ("entities", MILLION, ("entities",)),
    ("NULs and controls", MILLION, ("nuls", "zero-width", "blanks")),
    ("lines of megabytes", MILLION, ("one long", "long title", "long meta", "long date", "long text", "breaks")),
    ("lines against patterns", MILLION, ("in the date", "in the byline", "days beside", "combining", "capitals", "comments", "less-than")),
    ("data for scripts", MILLION, ("json", "state", "rows that", "rows with", "nuxt", "script")),
    ("many of one part", NESTED, ("",)),
)  # fmt: skip


def cost(call: Callable[[], str]) -> tuple[float, float, str]:
    """Processor seconds, MB over what the process had, and what `call` gave, in a forked process."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        told = call()
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        os.write(writer, pickle.dumps((time.process_time() - start, grown, told)))
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as answer:
        said = answer.read()
    return pickle.loads(said) if said else (float("inf"), float("inf"), "killed")


def pages() -> Iterator[tuple[str, str, bytes, Callable[[bytes], str]]]:
    """(kind, name, payload, how it is read)."""

    def page(payload: bytes) -> str:
        return read_page(payload, "https://bao.example/post12345.html", fetched_at=FETCHED, witnesses=True).status

    yield "60 MB", "60 MB of paragraphs", article(f"<p>{LINE}</p>" * 440_000).encode()[:60_000_000], page
    yield "just below the limit", "24 MB of paragraphs", article(f"<p>{LINE}</p>" * 170_000).encode()[:24_000_000], page
    for name, build in PAGES.items():
        kind, size = next((kind, size) for kind, size, words in GROUPS if any(word in name for word in words))
        yield kind, name, build(size).encode(), page
    for name, broken in BROKEN.items():
        yield "broken UTF-8, 6 MB", name, broken(6_000_000), page
    for kind, table in KINDS.items():
        for name, listing in table.items():
            yield f"{kind} (listing)", name, listing(MILLION), lambda body, kind=kind: str(READERS[kind](body))[:0]


def main(only: str = "") -> None:
    """All kinds, or those whose name holds `only`."""
    read_page(article().encode(), "https://bao.example/")  # what is loaded once is not the page's
    slowest: dict[str, tuple[float, str, float]] = {}
    most: dict[str, tuple[float, str]] = {}
    count: dict[str, int] = {}
    for kind, name, payload, read in pages():
        if only not in kind:
            continue
        seconds, memory, told = cost(lambda read=read, payload=payload: read(payload))
        print(f"{kind}: {name}, {len(payload) / 1e6:.1f} MB: {seconds:.2f} s, {memory:.0f} MB {told}", file=sys.stderr)
        count[kind] = count.get(kind, 0) + 1
        slowest[kind] = max(slowest.get(kind, (0.0, "", 0.0)), (seconds, name, len(payload) / 1e6))
        most[kind] = max(most.get(kind, (0.0, "")), (memory, name))
    print("| kind | forms | slowest | processor seconds | most memory |\n| --- | --- | --- | --- | --- |")
    for kind, (seconds, name, size) in slowest.items():
        memory, hungry = most[kind]
        print(f"| {kind} | {count[kind]} | {name} ({size:.1f} MB) | {seconds:.1f} | {memory:.0f} MB, {hungry} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
