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
