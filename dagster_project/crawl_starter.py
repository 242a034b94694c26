"""Starts the crawls of a batch from one process that has Scrapy loaded: each is a fork of it, not a new interpreter.

Belongs here: that process, and starting and awaiting its forks. Does not: what a crawl's process does
(`dagster_project.crawl_child`), nor limits and the end of its group (`dagster_project.crawl_step`).

Loading Scrapy and the reader of addresses takes longer than a short crawl, and is the same for each. The process holds
nothing else and has no threads, so that a fork of it is as good as new; Linux tells it when its step's process dies.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import random
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from dagster_project import crawl_child

START_S = 60.0
"""How long the process may take to load, and a crawl to begin."""

_LOADED = (
    "scrapy.cmdline",
    "scrapy.commands.crawl",
    "scrapy.core.downloader.handlers.http11",
    "scraper.session",
    "scraper.settings",
    "scraper.spiders.news",
)
_MESSAGE = 1 << 20  # bytes of one order at most: an environment


class NotStarted(OSError):
    """The process that starts crawls is not there, or did not answer in time."""


class StartedCrawl:
    """A crawl that was forked; the part of `subprocess.Popen` that a step needs."""

    def __init__(self, pid: int, told: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        told.setblocking(False)
        self._told = told

    def poll(self) -> int | None:
        """The exit code once it has ended, negative for a signal; SIGKILL where nobody can tell any more."""
        if self.returncode is not None:
            return self.returncode
        try:
            message = self._told.recv(64)
        except BlockingIOError:
            return None
        except OSError:
            message = b""
        if message:
            self.returncode = int(message)
        elif _gone(self.pid):  # the process that would have told us died, and its forks after it
            self.returncode = -signal.SIGKILL
        if self.returncode is not None:
            self._told.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code; raises `subprocess.TimeoutExpired` after `timeout` seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(["crawl"], timeout or 0)
            time.sleep(0.02)
        return code


class CrawlStarter:
    """The process, from the first crawl of a batch to its last. Any thread may start crawls.

    Enter it in a thread that outlives the crawls: Linux counts the end of that thread as the death of the parent.
    """

    def __enter__(self) -> Self:
        self._lock = threading.Lock()
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "dagster_project.crawl_starter", str(theirs.fileno()), str(os.getpid())],
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._orders.close()  # it ends with the last of its forks
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._process.kill()
        self._process.wait()

    def start(self, plan_path: Path, environment: Mapping[str, str], log: int, kept: int) -> StartedCrawl:
        """Starts the crawl of a plan as a process group of its own.

        `log` is the file descriptor that it writes to, `kept` one that it holds as long as it lives. Raises NotStarted
        where that is not possible; a new interpreter may be then.
        """
        near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        order = json.dumps({"plan": str(plan_path), "environment": dict(environment), "folder": str(Path.cwd())})
        near.settimeout(START_S)
        try:
            with far, self._lock:
                socket.send_fds(self._orders, [order.encode()], [far.fileno(), log, kept])
            hello = near.recv(64)
        except OSError as error:
            near.close()
            raise NotStarted(f"the process that starts crawls: {error}") from error
        if not hello:
            near.close()
            raise NotStarted("the process that starts crawls has ended")
        return StartedCrawl(int(hello), near)


def possible() -> bool:
    """Whether this system tells of the ends of forks: Linux from 5.3, where nothing forbids it."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return False
    return True


def _gone(pid: int) -> bool:
    """Whether it has ended. An orphan stays on the list where the first process of a container collects none."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def serve(orders: socket.socket) -> Path | None:
    """Forks a process for each order until nobody can give one any more; the plan to crawl, in such a process."""
    server = os.getpid()
    running: dict[
        int, tuple[int, socket.socket]
    ] = {}  # by the descriptor that tells a fork's end: it, and whom to tell
    with selectors.DefaultSelector() as selector:
        selector.register(orders, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select():
                if key.fd in running:
                    selector.unregister(key.fd)
                    _tell(key.fd, *running.pop(key.fd))
                    continue
                order, descriptors, _, _ = socket.recv_fds(orders, _MESSAGE, 3)
                if not order:
                    selector.unregister(orders)
                    continue
                told, log, kept = descriptors
                pid = os.fork()
                if not pid:
                    orders.close()
                    for end, (_, other) in running.items():
                        os.close(end)
                        other.close()
                    return _become(json.loads(order), told, log, server)
                os.close(log)
                os.close(kept)  # a source is free as soon as its crawl has ended
                end = os.pidfd_open(pid)
                selector.register(end, selectors.EVENT_READ)
                running[end] = (pid, socket.socket(fileno=told))
    return None


def _tell(end: int, pid: int, told: socket.socket) -> None:
    os.close(end)
    _, status = os.waitpid(pid, 0)
    with told, contextlib.suppress(OSError):  # who asked may have died
        told.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(order: Mapping[str, object], told: int, log: int, server: int) -> Path:
    """Makes a fork the process that a new interpreter would be; the plan that it is to crawl."""
    os.setsid()
    crawl_child.stop_with(server)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    environment, folder = order["environment"], order["folder"]
    assert isinstance(environment, dict)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(str(folder))
    random.seed()
    with socket.socket(fileno=told) as hello:
        hello.send(str(os.getpid()).encode())
    return Path(str(order["plan"]))


def main(descriptor: int, parent: int) -> None:
    """The process that forks, and each of its forks."""
    crawl_child.stop_with(parent, signal.SIGKILL)  # it holds nothing; its forks are asked to stop when it dies
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal; the step ends its crawls itself
    for name in _LOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    if (plan_path := serve(socket.socket(fileno=descriptor))) is not None:
        crawl_child.crawl(plan_path)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
