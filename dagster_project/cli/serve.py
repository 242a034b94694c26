"""Commands that show the whole at work: ui, daemon, demo.

Belongs here: starting Dagster's web server and daemon, and the demo. Does not: what they show.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import BinaryIO

import click

from dagster_project import room
from dagster_project.cli.common import installation, readable_installation
from dagster_project.installation import Installation
from dagster_project.paths import DataFolder

_DEFINITIONS = ["-m", "dagster_project.definitions"]
_DAEMON_COMMAND = [sys.executable, "-m", "dagster._daemon", "run", *_DEFINITIONS]

PAGES, DAEMON = "ui.lock", "daemon.lock"
"""Held by who shows the pages of a folder, and by who runs its daemon: a second daemon would start everything twice."""

GIVES_WAY = 5
"""Niceness of the daemon and of all runs that it starts: they take what is left, and the pages answer meanwhile."""

STOP_S = 20.0
"""How long the web server and the daemon may take to end before they are killed."""


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--no-daemon", is_flag=True, help="Only the pages: no schedules and no runs started from them.")
def ui(port: int, host: str, no_daemon: bool) -> None:
    """Open the Dagster UI over the data folder: assets, runs, checks, schedules. Ctrl-C stops it.

    Where only the demo has run, its archive is shown, and its invented outlets answer while the UI is open.

    \b
    Example:
      tintinh ui --port 3001
    """
    installed = readable_installation()
    folder = installed.folder
    installed.make_ready()
    _must_be_free(host, port)
    from dagster_project.cli.demo import demo_network

    address = f"http://{host}:{port}"
    with contextlib.ExitStack() as held:
        held.enter_context(_alone(folder, PAGES, address))
        if not no_daemon:
            held.enter_context(_alone(folder, DAEMON, address))
        reachable = held.enter_context(demo_network(installed))
        _prepare(reachable)
        commands = [[sys.executable, "-m", "dagster_webserver", "-h", host, "-p", str(port), *_DEFINITIONS]]
        if not no_daemon:
            commands.append(_DAEMON_COMMAND)
        _run_together(commands, folder, address)


@click.command()
def daemon() -> None:
    """Run what works by itself, without the pages: crawls that are due, the inbox, publishing, alerts, maintenance.

    For a server, beside `tintinh ui --no-daemon`: docs/operate.md has the systemd units. Ends after SIGTERM or Ctrl-C;
    crawls under way are ended too, and what they fetched is kept.

    \b
    Example:
      tintinh daemon
    """
    installed = installation()
    installed.make_ready()
    with _alone(installed.folder, DAEMON, "tintinh daemon"):
        _prepare(installed)
        _run_together([_DAEMON_COMMAND], installed.folder)


def _prepare(installed: Installation) -> None:
    """Settings, pool, slots of dead runs, partitions: all that the daemon expects to find."""
    from dagster_project.assets import SOURCES_NAME
    from dagster_project.instance import open_instance

    with open_instance(installed) as instance:
        instance.add_dynamic_partitions(SOURCES_NAME, [source.id for source in installed.scheduled_sources()])


def _run_together(commands: Sequence[Sequence[str]], folder: DataFolder, address: str = "") -> None:
    """Runs the commands until one ends or somebody interrupts; then none of them is left.

    `address` is where the first of them shows pages, if it does.
    """
    signal.signal(signal.SIGTERM, _as_interrupt)
    folder.logs.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        children: list[tuple[subprocess.Popen[bytes], str]] = []
        stack.callback(_stop, children)
        for command in commands:
            log = stack.enter_context((folder.logs / f"{command[2].strip('_').replace('.', '')}.log").open("ab"))
            # Not in the data folder itself: Dagster imports from where it stands, and `warehouse` lies there as well.
            home = folder.dagster_home
            child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=home
            )
            children.append((child, log.name))
            if command is _DAEMON_COMMAND:
                # While it loads; what it starts later inherits it. Never to less than somebody asked for.
                os.setpriority(os.PRIO_PROCESS, child.pid, max(GIVES_WAY, os.getpriority(os.PRIO_PROCESS, 0)))
        try:
            if address:
                _await_answer(address, children)
            what = f"Dagster UI: {address}" if address else "the daemon runs"
            click.echo(f"{what}  (data folder {folder.root}; logs in {folder.logs}; Ctrl-C stops it)")
            while not (ended := [(c, log) for c, log in children if c.poll() is not None]):
                room.balance(folder)  # Dagster itself can do nothing on a disk that is full
                time.sleep(0.3)
        except KeyboardInterrupt:
            click.echo("stopping ...")
            return
        child, log_name = ended[0]
        raise click.ClickException(f"{command_name(child)} ended with code {child.returncode}; its log: {log_name}")


def command_name(child: subprocess.Popen[bytes]) -> str:
    """The module that the child runs."""
    return str(child.args[2]) if isinstance(child.args, list) else str(child.args)


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _await_answer(address: str, children: Sequence[tuple[subprocess.Popen[bytes], str]]) -> None:
    """Returns when the pages answer, or a child has ended."""
    host, port = address.removeprefix("http://").rsplit(":", 1)
    while all(child.poll() is None for child, _ in children):
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
            return
        time.sleep(0.2)


def _must_be_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"port {port} on {host} cannot be used ({error.strerror}): another `tintinh ui` may be running;"
                f" stop it, or take another: tintinh ui --port {port + 1 if port < 65535 else 3000}"
            ) from error


@contextlib.contextmanager
def _alone(folder: DataFolder, name: str, told: str) -> Iterator[BinaryIO]:
    """Holds one of the folder's locks; `told` is what others read who find it held."""
    path = folder.dagster_home / name
    with path.open("a+b") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            what = f"the UI of {folder.root} is open" if name == PAGES else f"a daemon of {folder.root} runs"
            raise click.ClickException(f"{what} already: {lock.read().decode() or 'by another process'}") from None
        lock.truncate(0)
        lock.write(f"{told} (process {os.getpid()})".encode())
        lock.flush()
        yield lock


def ui_is_open(folder: DataFolder) -> str:
    """Where and by which process the folder's pages are open or its daemon runs; empty where neither."""
    for name in (PAGES, DAEMON):
        path = folder.dagster_home / name
        if not path.exists():
            continue
        with path.open("r+b") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return lock.read().decode() or "another process"
    return ""


def _stop(children: Sequence[tuple[subprocess.Popen[bytes], str]]) -> None:
    for child, _ in children:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGINT)
    deadline = time.monotonic() + STOP_S
    for child, _ in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):  # code servers and runs that it started are in its group
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


@click.command()
def demo() -> None:
    """Crawl three invented outlets twice, and see articles, people, an edit, a removal and a move come out.

    Everything lies in the folder `demo` inside the data folder, made anew each time: demo and real data never mix.
    Afterwards sql, history, status, export and ui show the demo's archive as long as there is no other.

    \b
    Example:
      tintinh demo
    """
    from dagster_project.cli.demo import run_demo

    run_demo(installation().folder)


COMMANDS = (ui, daemon, demo)
