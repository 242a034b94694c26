"""Five steps in the life of the site, a visit after each: a table of what was noticed, by kind of listing and fault.

Noticed at the level of captures: an edit is a payload that changed, a deletion a 404, a 410 or a way to the front page.
Whether a changed payload is an edit of the text is the warehouse's question; here nothing else on a page ever moves.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from crawl_kit import Crawls, Item, TruthSite, serving

from scraper.archive import payload_digest

STEPS = 5
KINDS = [("sitemap",), ("feed", "section"), ("date-archive",), ("json-api",)]


@pytest.mark.slow
@pytest.mark.parametrize("failing", [0.0, 0.10], ids=["well", "faults"])
@pytest.mark.parametrize("kinds", KINDS, ids=lambda kinds: "+".join(kinds))
def test_every_edit_and_deletion_is_noticed_and_nothing_else(
    tmp_path: Path, kinds: tuple[str, ...], failing: float
) -> None:
    chance = random.Random(f"{kinds} {failing}")
    site = TruthSite(failing=failing, stall_s=1.6)
    seen: Counter[str] = Counter()
    pace = {"delay_s": 0, "autothrottle": False, "timeout_s": 1.2, "concurrency": 4}
    with serving(site):
        site.add(80)
        for item in site.items[:4]:
            item.forbidden = True
        crawls = Crawls(tmp_path, site, {"pace": pace})
        for step in range(STEPS):
            if step:
                _live_on(site, chance)
            before = _payloads(crawls)
            runs = _visit(crawls, kinds, seen)
            after = _payloads(crawls)
            for item in site.items:
                if item.forbidden:
                    continue
                gone = item.gone
                changed = item.url in before and item.url in after and before[item.url] != after[item.url]
                if gone is None:
                    seen["living"] += 1
                    seen["got"] += after.get(item.url) == _digest(item)
                edited = item.url in before and before[item.url] != _digest(item) and gone is None
                seen["edits"] += edited
                seen["edits noticed"] += edited and changed
                seen["false edits"] += changed and not edited
                if gone is not None and item.url in before:
                    seen["gone"] += 1
                    seen["gone noticed"] += _says_gone(crawls, item, runs)
            seen["violations"] += len(site.forbidden_asked())
    saved = seen["304"] / seen["unchanged"]
    print(
        f"\n| {' + '.join(kinds)} | {failing:.0%} | {seen['got']} of {seen['living']} | {seen['duplicates']} "
        f"| {seen['violations']} | {seen['edits noticed']} of {seen['edits']} | {seen['gone noticed']} of {seen['gone']} "
        f"| {seen['false edits']} | {saved:.1%} of {seen['unchanged']} |"
    )
    assert saved >= 0.9
    assert seen["got"] == seen["living"]
    assert seen["edits"] == seen["edits noticed"] > 0
    assert seen["gone"] == seen["gone noticed"] > 0
    assert seen["false edits"] == seen["duplicates"] == seen["violations"] == 0


def _live_on(site: TruthSite, chance: random.Random) -> None:
    """One step: three edits, two deletions, one return, four new articles."""
    living = site.living()
    for item in chance.sample(living, 3):
        item.version += 1
    away = [item for item in site.items if item.gone is not None]
    for item in chance.sample(living, 2):
        item.gone = chance.choice(["404", "410", "home"])
    if away:
        chance.choice(away).gone = None
    site.add(4, days=1)


def _visit(crawls: Crawls, kinds: tuple[str, ...], seen: Counter[str]) -> set[str]:
    """One visit to everything; where requests failed, what is unreachable is asked for again until all is answered."""
    runs: set[str] = set()
    known = _payloads(crawls)
    result = crawls.run("latest", only=kinds, due=lambda _: True)
    for _ in range(4):
        runs.add(result["run_id"])
        answered = Counter(
            c.url for c in crawls.captures(result["run_id"]) if c.purpose == "article" and c.status in {200, 304}
        )
        seen["duplicates"] += sum(times - 1 for times in answered.values())
        pages = [c for c in crawls.captures(result["run_id"]) if c.purpose == "article" and c.url in known]
        seen["304"] += sum(c.status == 304 for c in pages)
        seen["unchanged"] += sum(c.status == 304 or c.payload_digest == known[c.url] for c in pages)
        open_rows = [row for row in crawls.memory(lambda _: False) if row["state"] in {"pending", "unreachable"}]
        if not open_rows and not result["problems"]:
            break
        result = crawls.run("latest", only=kinds)
    return runs


def _payloads(crawls: Crawls) -> dict[str, str]:
    """The digest of the last payload of each article."""
    last = {}
    for capture in sorted(crawls.captures(), key=lambda capture: capture.fetched_at):
        if capture.purpose == "article" and capture.status == 200 and capture.payload_digest:
            last[capture.url] = capture.payload_digest
    return last


def _digest(item: Item) -> str:
    return payload_digest(item.page())


def _says_gone(crawls: Crawls, item: Item, runs: set[str]) -> bool:
    mine = [c for run in runs for c in crawls.captures(run) if c.url == item.url]
    return any(c.status in {404, 410} or (c.redirect_to or "").endswith("/") for c in mine)
