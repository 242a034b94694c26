"""The child process of a crawl step: Scrapy under Dagster Pipes, telling its parent how far it is.

Belongs here: the bridge between the files a crawl writes about itself and Pipes messages. Does not: the crawl
(`scraper`, which knows nothing of this) or the judgement of its result (`dagster_project.crawl_step`). Without a Pipes
parent it is `scrapy crawl news -a plan=PLAN`, and that command by hand does the same.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import logging
import os
import runpy
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dagster_pipes import PipesContext, open_dagster_pipes

from dagster_project.progress import by_kind, duration
from scraper.plan import crawl_command, progress_path

REPORT_EVERY_S = 15.0


_SET_PARENT_DEATH_SIGNAL = 1  # prctl(2), Linux


def crawl(plan_path: Path) -> None:
    """Runs the crawl of a plan in this process; progress and warnings go to the parent step's log."""
    argv, env = crawl_command(plan_path)
    os.environ.update(env)
    module = argv[argv.index("-m") + 1]
    sys.argv = [module, *argv[argv.index("-m") + 2 :]]
    with open_dagster_pipes() as pipes:
        done = threading.Event()
        reporter = threading.Thread(target=_report, args=(pipes, progress_path(plan_path), done), daemon=True)
        reporter.start()
        warnings = _Warnings(pipes)
        logging.getLogger().addHandler(warnings)
        try:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        except SystemExit as leaving:
            # Scrapy leaves by sys.exit, with 0 for almost anything; the parent judges by the result file.
            if leaving.code not in (0, None):
                pipes.log.warning(f"scrapy left with code {leaving.code}")
        finally:
            # Scrapy and Twisted still log at exit, when the channel to the parent is closed.
            logging.getLogger().removeHandler(warnings)
            done.set()
            reporter.join(timeout=5)


class _Warnings(logging.Handler):
    """Scrapy's warnings and errors, in the log of the step; no more than a step's log can hold."""

    MOST = 100

    def __init__(self, pipes: PipesContext) -> None:
        super().__init__(logging.WARNING)
        self._pipes = pipes
        self._left = self.MOST

    def emit(self, record: logging.LogRecord) -> None:
        if self._left <= 0:
            return
        self._left -= 1
        # An exception out of a log handler would stop the reactor's work; a lost line is in the log file all the same.
        with contextlib.suppress(Exception):
            say = self._pipes.log.error if record.levelno >= logging.ERROR else self._pipes.log.warning
            say(f"{record.name}: {record.getMessage()}"[:1000])
            if self._left == 0:
                say("further warnings are in the log file only")


def stop_with(parent: int, number: signal.Signals = signal.SIGINT) -> None:
    """Asks the kernel for a signal when the process above dies, so that a killed step leaves no crawl behind."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_SET_PARENT_DEATH_SIGNAL, number)
    if os.getppid() != parent:  # it died before the kernel knew
        sys.exit(1)


def _report(pipes: PipesContext, path: Path, done: threading.Event) -> None:
    last = ""
    while not done.wait(REPORT_EVERY_S):
        line = progress_line(path)
        if line and line != last:
            pipes.log.info(line)
            last = line


def progress_line(path: Path) -> str:
    """One line of progress for a log, or nothing where the crawl has not written any yet."""
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return f"{state.get('state', '?')}: {crawl_words(state)}"


def crawl_words(state: Mapping[str, Any]) -> str:
    """The words for a crawl's progress file, without its state: done, queued, due, rate, what is left, errors."""
    words = [
        f"{state.get('done', 0)} done, {state.get('queued', 0)} queued, {state.get('due', 0)} due",
        f"{state.get('listings', 0)} listings",
        f"{state.get('rate') or 0:.1f} articles/s",
    ]
    if state.get("eta_s"):
        words.append(f"{duration(state['eta_s'])} left")
    if state.get("waiting_s"):
        words.append(f"the server asks to wait {state['waiting_s']:.0f} s")
    return ", ".join([*words, f"errors: {by_kind(state.get('errors', {}))}"])


if __name__ == "__main__":
    stop_with(int(sys.argv[2]))
    crawl(Path(sys.argv[1]))
