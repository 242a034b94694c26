"""Two days of the fortnight with one fault, from the command as `make fortnight` gives it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.slow
@pytest.mark.timeout(600)  # a web server, a daemon and four crawls of three outlets
def test_two_days_lose_nothing_and_tell_the_one_trouble_once(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fortnight", "--plan", str(HERE / "short.yaml"), "--folder", str(tmp_path)]
    done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    told = done.stdout
    assert "| site blocks us | bao-khe-sim: blocked, 03/11" in told
    for line in ("lost: 0", "false edits: 0", "false alarms: 0"):
        assert f"\n{line}" in told
    articles = [int(row.split("|")[3]) for row in told.splitlines() if row.startswith(("| 1 |", "| 2 |"))]
    assert all(count > 5 for count in articles), told
