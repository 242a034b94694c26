"""Small charts: the parts of a whole as a bar, and days as columns.

Belongs here: layout of numbers. Does not: where they come from (`dagster_project.display.metadata`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from dagster_project.display.svg import BAD, DOUBTFUL, GOOD, INLINE, NOTHING, PALE, Drawing

WIDTH = 420
_NARROW = 24
"""Pixels of a part below which its name is not written into it."""


def colour_of_status(status: str) -> str:
    """The colour of an HTTP status, or of the outcome where no response came."""
    if status[:1] in "23":
        return GOOD
    if status in ("404", "410"):
        return PALE
    return DOUBTFUL if status in ("robots", "too-large", "offsite") else BAD


def status_bar(counts: Mapping[str, int]) -> str:
    """How many exchanges ended with each status, as one bar in Markdown; empty for none."""
    total = sum(counts.values())
    if not total:
        return ""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    told = ", ".join(f"{status} {number}" for status, number in ordered)
    drawing = Drawing(WIDTH, 46)
    x, room = 6.0, WIDTH - 12
    for status, number in ordered:
        width = room * number / total
        drawing.box(round(x, 1), 6, max(width - 1, 0.5), 16, colour_of_status(status))
        if width >= _NARROW:
            drawing.words(round(x) + 3, 18, status, fill="white")
        x += width
    drawing.words(6, 38, told if len(told) <= 70 else told[:69] + "…")
    return drawing.markdown(f"exchanges by status: {told}")


def daily_columns(days: Mapping[date, tuple[int, int]], last: date, count: int = 30) -> str:
    """Asked and answered exchanges on each of the `count` days up to `last`, as columns in Markdown.

    `days` gives (asked, answered). What was not answered stands red behind the rest. Empty where no day has any.
    """
    shown = [days.get(last - timedelta(days=back), (0, 0)) for back in range(count - 1, -1, -1)]
    most = max(asked for asked, _ in shown)
    if not most:
        return ""
    asked_all, answered_all = sum(asked for asked, _ in shown), sum(answered for _, answered in shown)
    drawing = Drawing(WIDTH, 92)
    step = (WIDTH - 12) // count
    foot, room = 74, 56
    answered_to = [round(foot - room * answered / most) for _, answered in shown]
    # What was not answered is at least a pixel high, however much was.
    asked_to = [
        min(round(foot - room * asked / most), head - (asked > answered))
        for head, (asked, answered) in zip(answered_to, shown, strict=True)
    ]
    drawing.steps(6, foot, step, asked_to, BAD)
    drawing.steps(6, foot, step, answered_to, GOOD)
    rate = f"{answered_all / asked_all:.1%} of {asked_all} answered"
    drawing.words(6, 12, f"{rate}; at most {most} a day")
    drawing.words(6, 88, f"{last - timedelta(days=count - 1):%d/%m}", fill=PALE)
    drawing.words(6 + step * count, 88, f"{last:%d/%m}", fill=PALE, anchor="end")
    return drawing.markdown(f"{count} days to {last:%d/%m}: {rate}")


def share_bars(rows: Sequence[tuple[str, int, int]]) -> str:
    """How many of how many have each thing: (name, present, of), as bars with their shares, in Markdown."""
    if not rows or not any(of for _, _, of in rows):
        return ""
    drawing = Drawing(WIDTH, 12 + 16 * len(rows))
    shares = [present / of if of else 0.0 for _, present, of in rows]
    lines = range(14, 14 + 16 * len(rows), 16)
    drawing.rails([(110, y, 340) for y in lines], 11, NOTHING)
    drawing.rails([(110, y, 110 + 230 * share) for y, share in zip(lines, shares, strict=True)], 11, GOOD)
    for y, (name, _, of), share in zip(lines, rows, shares, strict=True):
        drawing.words(6, y + 4, name)
        drawing.words(348, y + 4, f"{share:.0%} of {of}")
    return drawing.markdown("coverage: " + ", ".join(f"{name} {present} of {of}" for name, present, of in rows))


def is_inline(markdown: str) -> bool:
    """Whether Dagster's table shows it without a click."""
    return len(markdown) <= INLINE
