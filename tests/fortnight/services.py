"""What stands around the daemon: the Dagster UI that is asked all along, the receiver of alerts, a disk that can be full.

Belongs here: starting, asking and ending them. Does not: when (`drive`), or what follows from it (`verdict`).
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

OWN_MOUNTS = "FORTNIGHT_OWN_MOUNTS"
"""Set in a process whose mounts are its own, so that a small disk can be put under its data folder."""

_RUNS = """{ runsOrError(limit: 5) { ... on Runs { results { runId jobName status stepStats { stepKey status } } } }
  assetNodes { id assetKey { path } } }"""


class Ui:
    """dagster-webserver over the data folder, in its own process, with the machine's clock."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.answers: list[tuple[bool, float]] = []  # (well, seconds)
        self.failures: list[str] = []
        self._over = threading.Event()
        command = [
            sys.executable, "-m", "dagster_webserver", "-h", "127.0.0.1", "-p", str(self.port),
            "-m", "dagster_project.definitions",
        ]  # fmt: skip
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                command, env=dict(environment), stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                cwd=environment["DAGSTER_HOME"], start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + 120
        while True:
            with contextlib.suppress(OSError, ValueError):
                self.ask()
                break
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError(f"the UI does not start: {log}")
            time.sleep(0.5)
        self._looks = threading.Thread(target=self._look, daemon=True)
        self._looks.start()

    def ask(self) -> dict[str, Any]:
        """The newest runs with their steps, and all assets. Raises OSError or ValueError."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql", json.dumps({"query": _RUNS}).encode(),
            {"Content-Type": "application/json"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=20) as answer:
            told = json.load(answer)
        if told.get("errors") or not told["data"]["assetNodes"] or "results" not in told["data"]["runsOrError"]:
            raise ValueError(str(told)[:500])
        found: dict[str, Any] = told["data"]
        return found

    def step_runs(self, step: str) -> bool:
        """Whether the newest run is in the middle of that step."""
        with contextlib.suppress(OSError, ValueError):
            for run in self.ask()["runsOrError"]["results"][:1]:
                return any(s["stepKey"] == step and s["status"] == "IN_PROGRESS" for s in run["stepStats"])
        return False

    def _look(self) -> None:
        while not self._over.wait(5):
            began = time.monotonic()
            try:
                self.ask()
            except (OSError, ValueError) as error:
                self.failures.append(str(error))
            self.answers.append(
                (len(self.failures) == sum(not well for well, _ in self.answers), time.monotonic() - began)
            )

    def close(self) -> None:
        """Ends it."""
        self._over.set()
        self._looks.join()
        end_group(self._process)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kills a process and all of its group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, 9)
    process.wait()


@dataclass
class Receiver:
    """Takes alerts as a webhook does."""

    now: Callable[[], datetime]
    messages: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)

    def start(self) -> str:
        """Serves in a thread; returns the address."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.messages.append((receiver.now(), json.loads(body)))
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}/"


def with_own_mounts(module: str, arguments: list[str]) -> None:
    """Starts this program again where it may mount; returns where that cannot be had, or is so already."""
    if OWN_MOUNTS in os.environ or not (unshare := shutil.which("unshare")):
        return
    own = [unshare, "--mount"] if os.geteuid() == 0 else [unshare, "--mount", "--user", "--map-root-user"]
    trial = "d=$(mktemp -d) && mount -t tmpfs tmpfs $d; r=$?; umount $d; rmdir $d; exit $r"
    if subprocess.run([*own, "sh", "-c", trial], capture_output=True, check=False).returncode == 0:
        os.environ[OWN_MOUNTS] = "1"
        os.execv(unshare, [*own, sys.executable, "-m", module, *arguments])


class Disk:
    """A small disk under the data folder, where this process may mount one; else it is never full."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.is_own = OWN_MOUNTS in os.environ
        self._ballast = folder / "ballast"
        if self.is_own:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=True)

    def fill(self) -> None:
        """Takes every byte that is left."""
        with self._ballast.open("wb", buffering=0) as out:
            for size in (1 << 20, 4096):
                try:
                    while True:
                        out.write(bytes(size))
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def free(self) -> None:
        """Gives it back."""
        self._ballast.unlink(missing_ok=True)
