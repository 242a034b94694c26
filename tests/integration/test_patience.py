"""A run that waits for a slot of a pool sleeps meanwhile, and begins soon after the slot is free."""

from __future__ import annotations

import threading
import time

import dagster as dg
import pytest
from dagster._core.execution.plan.instance_concurrency_context import InstanceConcurrencyContext

from dagster_project.definitions import defs
from dagster_project.patience import DAGSTERS_OWN, MOST_S

POOL = "slot"
HELD_S = 3.0


@dg.op(pool=POOL)
def waits() -> None:
    """Nothing but a claim of the slot."""


@dg.job(executor_def=dg.in_process_executor)
def waiting() -> None:
    """One step that waits."""
    waits()


def _claims(monkeypatch: pytest.MonkeyPatch) -> int:
    """How often a run asks for a slot that another holds for some seconds."""
    asked = []
    plain = InstanceConcurrencyContext.claim

    def counted(self: InstanceConcurrencyContext, *arguments: object, **named: object) -> bool:
        asked.append(time.monotonic())
        return plain(self, *arguments, **named)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(InstanceConcurrencyContext, "claim", counted)
    with dg.instance_for_test(overrides={"concurrency": {"pools": {"granularity": "op"}}}) as instance:
        storage = instance.event_log_storage
        storage.set_concurrency_slots(POOL, 1)
        assert storage.claim_concurrency_slot(POOL, "another-run", "its-step").is_claimed
        free = threading.Timer(HELD_S, storage.free_concurrency_slots_for_run, ["another-run"])
        free.start()
        assert waiting.execute_in_process(instance=instance).success
        free.join()
        assert asked[-1] - asked[0] > HELD_S - 1
    return len(asked)


def test_a_waiting_run_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    assert defs is not None, "runs load the definitions, which make them sleep"
    assert _claims(monkeypatch) <= 3 * (HELD_S + 3) / MOST_S


def test_dagster_alone_does_not_sleep_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where this fails, Dagster has mended it, and `dagster_project.patience` can go."""
    monkeypatch.setattr(InstanceConcurrencyContext, "interval_to_next_pending_claim_check", DAGSTERS_OWN)
    assert _claims(monkeypatch) > 1000
