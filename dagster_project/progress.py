"""How far long work is, in one line: done of how many, errors by kind, rate, and when it will be over.

Belongs here: the words of that line, the rate, and how often it is said. Does not: the work, or who reads the line (a
terminal, the log of a step).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Heard = Callable[[int, int, Mapping[str, int]], None]
"""Takes (done, how many in all, errors by kind)."""

LOG_EVERY_S = 15.0
"""Between two lines in the log of a step, or where standard error is no terminal."""

TERMINAL_EVERY_S = 0.2

_WINDOW_S = 60.0


@dataclass(slots=True)
class Progress:
    """The progress of one piece of work; call it with what is done, and `say` gets a line now and then."""

    what: str  # "reading pages"
    say: Callable[[str], None]
    every_s: float = LOG_EVERY_S
    unit: float = 1  # what is counted in, 1e6 for bytes shown as megabytes
    name: str = ""  # of the unit
    clock: Callable[[], float] = time.monotonic
    _seen: deque[tuple[float, int]] = field(default_factory=deque)
    _said: float = 0.0

    def __post_init__(self) -> None:
        self._said = self.clock()
        self._seen.append((self._said, 0))

    def __call__(self, done: int, total: int, errors: Mapping[str, int] | None = None, note: str = "") -> None:
        """So much is done; says so where the last line is old enough, or all is done."""
        now = self.clock()
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[0][0] > _WINDOW_S:
            self._seen.popleft()
        if now - self._said >= self.every_s or (done >= total and self.every_s < LOG_EVERY_S):
            self._said = now
            self.say(self.line(done, total, errors or {}, note))

    def line(self, done: int, total: int, errors: Mapping[str, int], note: str = "") -> str:
        """`reading pages: 480 of 3,000, 22.1/s, 2 min left, errors: payload-damaged 3`."""
        rate = self.rate
        parts = [f"{self.what}: {self._count(done)} of {self._count(total)}{self.name}"]
        if rate:
            parts.append(f"{rate / self.unit:,.1f}{self.name}/s")
            parts.append(f"{duration(max(total - done, 0) / rate)} left")
        if note:
            parts.append(note)
        return ", ".join([*parts, f"errors: {by_kind(errors)}"])

    @property
    def rate(self) -> float:
        """Done a second over the last minute."""
        (began, first), (ended, last) = self._seen[0], self._seen[-1]
        return max(0, last - first) / (ended - began) if ended > began else 0.0

    def _count(self, number: int) -> str:
        return f"{number:,}" if self.unit == 1 else f"{number / self.unit:,.1f}"


def by_kind(errors: Mapping[str, int]) -> str:
    """`500 2, timeout 11`, or `none`."""
    return ", ".join(f"{kind} {count}" for kind, count in sorted(errors.items())) or "none"


def duration(seconds: float) -> str:
    """A duration as people say it: `40 s`, `12 min`, `3 h 20 min`, `2 d 4 h`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest} min"
    return f"{hours // 24} d {hours % 24} h"
