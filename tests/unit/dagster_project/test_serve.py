"""The commands that show the whole at work: what they start, as far as it can be told without Dagster."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import click
import pytest

from dagster_project.cli import serve
from dagster_project.paths import DataFolder

MODULE = """
import os, pathlib, subprocess, sys, time
time.sleep({seconds})
told = subprocess.check_output([sys.executable, "-c", "import os; print(os.nice(0))"], text=True)
pathlib.Path("{name}.told").write_text(told)
time.sleep(60 * {stays})
"""


def test_what_the_daemon_starts_gives_way_to_the_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = DataFolder(tmp_path)
    folder.dagster_home.mkdir(parents=True)
    for name, seconds, stays in (("pages", 0, 1), ("daemon", 0.5, 0)):
        text = MODULE.format(name=name, seconds=seconds, stays=stays)
        (folder.dagster_home / f"{name}.py").write_text(text)
    pages, daemon = ([sys.executable, "-m", name] for name in ("pages", "daemon"))
    monkeypatch.setattr(serve, "_DAEMON_COMMAND", daemon)
    before = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(click.ClickException, match="daemon ended with code 0"):
            serve._run_together([pages, daemon], folder)
    finally:
        signal.signal(signal.SIGTERM, before)
    mine = os.nice(0)
    told = {name: int((folder.dagster_home / f"{name}.told").read_text()) for name in ("pages", "daemon")}
    assert told == {"pages": mine, "daemon": max(mine, serve.GIVES_WAY)}
