"""The reader on pages, date lines and bylines of others, scored by the script that comes with them.

They lie in the folder that TINTINH_SHARED names and are no part of the project; without it these tests are skipped.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.dates import parse_date_line
from pipelines.people import parse_byline
from pipelines.reader import read_page
from pipelines.zone import local_iso

pytestmark = pytest.mark.skipif("TINTINH_SHARED" not in os.environ, reason="TINTINH_SHARED names no folder of pages")

AT_LEAST = {
    "roles_f1": 0.92, "sources_f1": 0.92, "lead": 0.95, "text_f1": 0.97, "body_f1": 0.96, "captions_f1": 0.90,
    "precision": 0.95, "clean": 1.0,
}  # fmt: skip
MISSES = {"real": 1, "provincial": 2}
"""Pages on which each of title, date and authors may be wrong."""


def _bench() -> Path:
    return Path(os.environ["TINTINH_SHARED"]) / "bench"


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def _run(script: str, *args: str | Path) -> str:
    command = [sys.executable, str(_bench() / script), *map(str, args)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("name", ["real", "provincial"])
def test_pages_of_others_reach_the_marks(name: str, tmp_path: Path) -> None:
    folder = _bench() / name
    rows = [
        {
            "file": row["file"],
            **read_page(
                (folder / row["file"]).read_bytes(), row["url"], fetched_at=_moment(row.get("fetched_at"))
            ).to_json(),
        }
        for row in _rows(folder / "manifest.jsonl")
    ]
    table = json.loads(_run("score.py", folder / "gold.jsonl", _write(tmp_path / "found.jsonl", rows), "--json"))
    low = {measure: table[measure] for measure, mark in AT_LEAST.items() if table[measure] < mark}
    for measure in ("title", "date", "authors"):
        if round((1 - table[measure]) * table["pages"]) > MISSES[name]:
            low[measure] = table[measure]
    if table["leak"] > 0.01:
        low["leak"] = table["leak"]
    assert not low, f"{name}: {low}; score.py --worst 5 names the pages"


def test_forms_of_others_reach_the_marks(tmp_path: Path) -> None:
    forms = _bench() / "forms.jsonl"
    found = []
    for row in _rows(forms):
        if row["kind"] == "byline":
            reading = parse_byline(row["raw"])
            answer: dict[str, Any] = {
                "authors": [{"name": credit.name, "roles": list(credit.roles)} for credit in reading.authors],
                "sources": list(reading.sources),
            }
        else:
            date = parse_date_line(row["raw"], fetched_at=_moment(row.get("fetched_at")), order=row.get("order_hint"))
            answer = {"published_at": local_iso(date.value), "precision": date.precision}
        found.append({key: row.get(key) for key in ("kind", "raw", "fetched_at", "order_hint")} | answer)
    shown = _run("score_forms.py", forms, _write(tmp_path / "found.jsonl", found))
    share = {name: float(value) for name, value in re.findall(r"^(\w+)\s+([\d.]+)", shown, re.M)}
    assert share["date"] >= 0.98, shown
    assert share["byline"] >= 0.95, shown
