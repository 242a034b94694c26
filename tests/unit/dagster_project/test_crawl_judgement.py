from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dagster_project.crawl_verdict import judge
from scraper.registry import load_registry

SOURCE = load_registry().get("demo-lamxuyen")


def _result(reason: str, statuses: dict[str, int] | None = None, **more: Any) -> dict[str, Any]:
    statuses = statuses or {}
    errors = more.pop("errors", {})
    captures = sum(statuses.values()) + sum(errors.values())
    return {
        "finish_reason": reason,
        "counts": {"captures": captures, "by_status": statuses},
        "errors": errors,
        **more,
    }


@pytest.mark.parametrize(
    ("result", "ok", "retry", "said"),
    [
        (_result("finished", {"200": 20, "404": 1}), True, False, ""),
        (_result("limit", {"200": 20}), True, False, ""),
        (None, False, True, "ended without a result"),
        (_result("finished", errors={"dns": 3}), False, True, "no network, or the host is gone"),
        (_result("finished", errors={"refused": 2, "timeout": 1}), False, True, "does this machine reach it"),
        (_result("finished", {"403": 5}), False, True, "refuses us"),
        (_result("finished", mode="revisit"), True, False, ""),
        (_result("finished", mode="revisit", errors={"refused": 1}), False, True, "refused 1"),
        (_result("finished"), False, True, "nothing came in"),
        (_result("no-contact", message="set TINTINH_CONTACT"), False, False, "set TINTINH_CONTACT"),
        (_result("busy", message="being written by process 12"), False, True, "process 12"),
        (_result("stopped", message="stopped: asked us to"), False, False, "asked us to"),
    ],
)
def test_a_crawl_is_worth_what_it_brought(
    result: dict[str, Any] | None, ok: bool, retry: bool, said: str, tmp_path: Path
) -> None:
    verdict = judge(SOURCE, result, 0, tmp_path / "crawl.log")
    assert (verdict.ok, verdict.retry) == (ok, retry)
    assert said in verdict.message


def test_what_came_in_before_an_early_end_is_kept_with_a_warning(tmp_path: Path) -> None:
    verdict = judge(SOURCE, _result("archive-full", {"200": 8}, message="no room left"), 0, tmp_path / "crawl.log")
    assert verdict.ok
    assert "no room left" in verdict.warning


def _asked(listings: int, detail: str, failed: int, articles: int = 0) -> dict[str, Any]:
    statuses = {"200": 1 + articles, **({detail: failed} if detail.isdigit() else {})}
    result = _result("finished", statuses)
    result["counts"] |= {"listings": listings, "articles": articles}
    result["problems"] = [{"kind": "feed", "url": f"https://a.example/{n}", "detail": detail} for n in range(failed)]
    return result


def test_a_crawl_that_got_robots_txt_alone_is_no_good_one(tmp_path: Path) -> None:
    log = tmp_path / "crawl.log"
    blocked = judge(SOURCE, _asked(1, "403", 1), 0, log)
    assert (blocked.ok, blocked.blocked) == (False, True)
    assert "none of its listings could be had (403 1)" in blocked.message
    assert "refuses us" in blocked.message
    broken = judge(SOURCE, _asked(2, "500", 2), 0, log)
    assert (broken.ok, broken.blocked, broken.retry) == (False, False, True)
    assert judge(SOURCE, _asked(2, "500", 1), 0, log).ok  # the other listing answered
    assert judge(SOURCE, _asked(1, "403", 1, articles=4), 0, log).ok  # what was left over from yesterday came in
    assert judge(SOURCE, _asked(1, "no article on the page", 1), 0, log).ok  # a quiet section
