"""Gives every Python process below the fortnight's daemon the clock of the fortnight, from its first line on.

Python imports this by itself from PYTHONPATH. Belongs here: setting the clock, and nothing else. The program has no
switch for its clock on purpose: what it says of when a page was fetched must be beyond doubt.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

BEHIND = "FORTNIGHT_BEHIND_S"
"""Environment variable: seconds by which the fortnight is behind the machine's clock."""

if BEHIND in os.environ:
    import time_machine

    _clock = time_machine.travel(datetime.now(UTC) - timedelta(seconds=float(os.environ[BEHIND])), tick=True).start()

    def go(behind_s: float) -> None:
        """Sets the clock of this process, and of those that it starts from now on."""
        os.environ[BEHIND] = str(behind_s)
        _clock.move_to(time_machine.escape_hatch.datetime.datetime.now(UTC) - timedelta(seconds=behind_s))
