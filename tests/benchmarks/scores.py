"""Scores of trafilatura alone beside ours, on every set of pages that is there: `python tests/benchmarks/scores.py`.

Belongs here: asking both readers for the same pages, and printing two rows per set. Does not: deciding what is enough
(`tests/golden` pins floors, `tests/golden/test_shared_pages.py` holds the marks).

trafilatura has its defaults, with metadata and a date with its time of day. The golden pages are scored with the
measures of `tests/golden`; where TINTINH_SHARED names a folder of pages of others, those with the script that comes
with them, and the golden pages too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import trafilatura

sys.path.insert(0, str(Path(__file__).parent.parent / "golden"))
from golden_scoring import golden_pages, read_golden, right

from pipelines.reader import read_page
from pipelines.zone import VIETNAM

Row = dict[str, Any]
MEASURES = ("title", "date", "authors", "sources", "lead", "body", "captions", "leak", "clean")


def by_trafilatura(payload: bytes, url: str) -> Row:
    """What trafilatura takes from a page, in the form of `tintinh extract`."""
    document = trafilatura.bare_extraction(
        payload, url=url, with_metadata=True, date_extraction_params={"outputformat": "%Y-%m-%dT%H:%M"}
    )
    title, date, author, text = (getattr(document, field, None) for field in ("title", "date", "author", "text"))
    return {
        "title": title,
        "published_at": datetime.fromisoformat(date).replace(tzinfo=VIETNAM).isoformat() if date else None,
        "published_precision": "minute" if date else None,
        "authors": [{"name": name.strip(), "roles": ["text"]} for name in (author or "").split(";") if name.strip()],
        "sources": [],
        "lead": None,
        "source_mark": None,
        "body": [line for line in (text or "").split("\n") if line.strip()],
        "captions": [],
        "flags": [],
        "page_kind": "article",
        "family": None,
    }


def _golden() -> None:
    hits: dict[str, list[dict[str, bool]]] = {"trafilatura alone": [], "tintinh": []}
    for page in golden_pages():
        if "title" in page.expected:
            theirs = by_trafilatura(page.payload, page.expected["url"])
            hits["trafilatura alone"].append(right(page.expected, theirs))
            hits["tintinh"].append(right(page.expected, read_golden(page)))
    print(f"\ngolden pages, exactly right on {len(hits['tintinh'])} pages\n\n| | {' | '.join(MEASURES)} |")
    print("| --- |" + " --- |" * len(MEASURES))
    for name, rows in hits.items():
        shares = (f"{sum(row[measure] for row in rows) / len(rows):.2f}" for measure in MEASURES)
        print(f"| {name} | {' | '.join(shares)} |")


def _golden_set() -> Iterator[tuple[Row, bytes, Row]]:
    for page in golden_pages():
        if "title" in page.expected:
            yield {"file": page.name, **page.expected}, page.payload, read_golden(page)


def _shared_set(folder: Path) -> Iterator[tuple[Row, bytes, Row]]:
    gold = {row["file"]: row for row in map(json.loads, (folder / "gold.jsonl").read_text("utf-8").splitlines())}
    for row in map(json.loads, (folder / "manifest.jsonl").read_text("utf-8").splitlines()):
        payload = (folder / row["file"]).read_bytes()
        fetched = datetime.fromisoformat(row["fetched_at"]) if row.get("fetched_at") else None
        yield (
            {**gold[row["file"]], "url": row["url"]},
            payload,
            read_page(payload, row["url"], fetched_at=fetched).to_json(),
        )


def _by_script(name: str, pages: Iterator[tuple[Row, bytes, Row]], script: Path) -> None:
    rows: dict[str, list[Row]] = {"gold": [], "trafilatura alone": [], "tintinh": []}
    for gold, payload, ours in pages:
        rows["gold"].append(gold)
        rows["trafilatura alone"].append({"file": gold["file"], **by_trafilatura(payload, gold["url"])})
        rows["tintinh"].append({**ours, "file": gold["file"]})
    with tempfile.TemporaryDirectory() as scratch:
        paths = {}
        for kind, found in rows.items():
            paths[kind] = Path(scratch) / f"{kind}.jsonl"
            paths[kind].write_text("".join(json.dumps(row) + "\n" for row in found), encoding="utf-8")
        tables = {}
        for kind in ("trafilatura alone", "tintinh"):
            command = [sys.executable, str(script), str(paths["gold"]), str(paths[kind]), "--json"]
            tables[kind] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    measures = [measure for measure in tables["tintinh"] if measure != "pages"]
    print(f"\n{name}, {tables['tintinh']['pages']} pages\n\n| | {' | '.join(measures)} |")
    print("| --- |" + " --- |" * len(measures))
    for kind, table in tables.items():
        print(f"| {kind} | " + " | ".join(f"{table[measure]:.2f}" for measure in measures) + " |")


if __name__ == "__main__":
    _golden()
    if "TINTINH_SHARED" in os.environ:
        bench = Path(os.environ["TINTINH_SHARED"]) / "bench"
        _by_script("golden pages", _golden_set(), bench / "score.py")
        for folder in ("real", "provincial"):
            _by_script(folder, _shared_set(bench / folder), bench / "score.py")
