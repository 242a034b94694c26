"""The line that tells how far long work is."""

from __future__ import annotations

import pytest

from dagster_project.crawl_child import crawl_words
from dagster_project.progress import Progress, duration


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_line_tells_done_all_rate_rest_and_errors_by_kind() -> None:
    clock, lines = Clock(), []
    progress = Progress("reading pages", lines.append, clock=clock)
    for step in range(1, 41):
        clock.now += 1
        progress(step * 20, 3000, {"payload-damaged": 3} if step > 20 else {})
    assert len(lines) == 2, "one in fifteen seconds"
    assert lines[0] == "reading pages: 300 of 3,000, 20.0/s, 2 min left, errors: none"
    assert lines[1].endswith("errors: payload-damaged 3")


def test_the_rate_is_that_of_the_last_minute() -> None:
    clock, lines = Clock(), []
    progress = Progress("reading", lines.append, clock=clock)
    clock.now += 1000
    progress(10, 1000)
    for _ in range(90):
        clock.now += 1
        progress(progress._seen[-1][1] + 5, 1000)
    assert progress.rate == pytest.approx(5, rel=0.05)


def test_a_terminal_is_told_when_all_is_done_and_bytes_are_shown_as_megabytes() -> None:
    clock, lines = Clock(), []
    progress = Progress("taking in a.warc.gz", lines.append, 0.2, 1e6, " MB", clock)
    clock.now += 0.1
    progress(5_000_000, 5_000_000, note="12 records, 3 new captures")
    assert lines == [
        "taking in a.warc.gz: 5.0 of 5.0 MB, 50.0 MB/s, 0 s left, 12 records, 3 new captures, errors: none"
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (80, "80 s"), (120, "2 min"), (3 * 3600 + 1200, "3 h 20 min"), (187_200, "2 d 4 h")],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_a_crawl_tells_what_is_due_and_when_it_will_be_over() -> None:
    state = {
        "done": 12,
        "queued": 480,
        "due": 300,
        "listings": 4,
        "rate": 0.5,
        "eta_s": 960,
        "errors": {"500": 2, "dns": 1},
    }
    assert crawl_words(state) == (
        "12 done, 480 queued, 300 due, 4 listings, 0.5 articles/s, 16 min left, errors: 500 2, dns 1"
    )
    assert "asks to wait 30 s" in crawl_words({"waiting_s": 30.2})
