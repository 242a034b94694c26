"""The plan of a crawl, what it knows, and what keeps it from starting."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from scraper.known import KnownIndex, url_key
from scraper.plan import CrawlPlan, CrawlRefused, preflight, progress_path, result_path, write_known
from scraper.source import Source

SOURCE = Source.model_validate(
    {
        "id": "bao-mau",
        "name": "Báo Mẫu",
        "kind": "newspaper",
        "home": "https://baomau.example/",
        "hosts": ["baomau.example"],
    }
)
NOON = datetime(2026, 11, 5, 5, 0, tzinfo=UTC)  # 12:00 in Vietnam


def _plan(tmp_path: Path, **fields: Any) -> CrawlPlan:
    return CrawlPlan(run_id="0123456789ab", source_id="bao-mau", archive=tmp_path, **fields)


def test_a_plan_comes_back_as_it_was_written(tmp_path: Path) -> None:
    plan = _plan(tmp_path, mode="backfill", since="2026-11-01", host_map={"BaoMau.example": "127.0.0.1:8123"}, limit=0)
    path = tmp_path / "run.json"
    plan.write(path)
    assert CrawlPlan.read(path) == plan
    assert plan.host_map == {"baomau.example": "127.0.0.1:8123"}
    assert progress_path(path).name == "run.progress.json"
    assert result_path(path).name == "run.result.json"


@pytest.mark.parametrize("target", ["10.0.0.1:80", "example.org:80", "127.0.0.1", "127.0.0.1.evil.example:80"])
def test_the_host_map_leads_to_loopback_only(tmp_path: Path, target: str) -> None:
    with pytest.raises(ValidationError, match="no loopback address and port"):
        _plan(tmp_path, host_map={"baomau.example": target})


@pytest.mark.parametrize(
    ("fields", "plan", "reason"),
    [
        ({"stopped": "họ đã yêu cầu"}, {"contact": "a@b.example"}, "stopped"),
        ({"pace": {"night_window": "22:00-05:00"}}, {"contact": "a@b.example"}, "outside-window"),
        ({}, {}, "no-contact"),
        ({}, {"contact": "someone"}, "no-contact"),
        ({}, {"host_map": {"khac.example": "127.0.0.1:1"}}, "no-contact"),
    ],
)
def test_what_keeps_a_crawl_from_starting(
    tmp_path: Path, fields: dict[str, Any], plan: dict[str, Any], reason: str
) -> None:
    source = Source.model_validate(SOURCE.model_dump(by_alias=True) | fields)
    with pytest.raises(CrawlRefused) as refusal:
        preflight(_plan(tmp_path, **plan), source, NOON)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("fields", "plan"),
    [
        ({}, {"contact": "https://toa-soan.example/lien-he"}),
        ({}, {"host_map": {"baomau.example": "127.0.0.1:8000"}}),
        ({"private": True}, {}),
        ({"demo": True}, {}),
        ({"pace": {"night_window": "11:00-13:00"}}, {"contact": "a@b.example"}),
    ],
)
def test_what_may_start(tmp_path: Path, fields: dict[str, Any], plan: dict[str, Any]) -> None:
    source = Source.model_validate(SOURCE.model_dump(by_alias=True) | fields)
    preflight(_plan(tmp_path, **plan), source, NOON)


def _rows(count: int) -> list[dict[str, Any]]:
    return [
        {
            "url": f"https://baomau.example/tin-{number}.html",
            "state": "live",
            "due": number % 10 == 0,
            "fetched_at": NOON if number % 2 else None,
            "etag": f'"{number}"',
        }
        for number in range(10_000, 10_000 + count)
    ]


def test_known_addresses_are_found_by_any_spelling_and_come_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "known.jsonl"
    assert write_known(path, _rows(300)) == 300
    known = KnownIndex(path, SOURCE)
    canonical, key = url_key(SOURCE, "http://m.baomau.example/TIN-10123.html?utm_source=x#top")
    assert canonical in known
    assert known.knows_article(key)
    assert known.fetched_at(canonical) == NOON
    row = known.row(canonical)
    assert row is not None
    assert row["etag"] == '"10123"'
    assert url_key(SOURCE, "https://baomau.example/tin-20000.html")[0] not in known
    assert [r["url"][-10:-5] for r in known.due_rows()] == [str(n) for n in range(10_000, 10_300, 10)]
    assert (len(known), known.due) == (300, 30)


def test_rows_of_listings_are_kept_apart_and_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "known.jsonl"
    write_known(path, [{"url": "https://baomau.example/rss", "purpose": "feed", "etag": '"f"'}])
    known = KnownIndex(path, SOURCE)
    assert len(known) == 0
    assert known.listings["https://baomau.example/rss"]["etag"] == '"f"'
    path.write_text(json.dumps(_rows(1)[0], default=str) + "\n{half\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 2"):
        KnownIndex(path, SOURCE)
