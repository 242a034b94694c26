"""Makes a run that waits for a slot of a pool sleep; Dagster 1.13 would ask without a pause and take a whole core.

Belongs here: the one function of Dagster's that is replaced, for all runs that load the definitions. Does not: which
pools there are (`dagster_project.instance`).

Dagster's own takes the least of zero and the times to wait, which is never more than zero; a mend of theirs was closed
without being merged (dagster-io/dagster, pull request 20367). The version is pinned, and the test of this module fails
once they sleep by themselves.
"""

from __future__ import annotations

import time

from dagster._core.execution.plan.instance_concurrency_context import InstanceConcurrencyContext

MOST_S = 1.0
"""A run looks at least so often, whatever Dagster's waits grow to: so long may a cancellation take to be seen."""

DAGSTERS_OWN = InstanceConcurrencyContext.interval_to_next_pending_claim_check
"""What is replaced, for the test that tells when it need not be any more."""


def _seconds_to_wait(self: InstanceConcurrencyContext) -> float:
    waits = self._pending_timeouts.values()
    return min(MOST_S, max(0.0, min(waits) - time.time())) if self._pending_claims and waits else 0.0


def sleep_while_waiting() -> None:
    """Has the runs of this process sleep while they wait for a slot."""
    InstanceConcurrencyContext.interval_to_next_pending_claim_check = _seconds_to_wait  # type: ignore[method-assign]  # its purpose
