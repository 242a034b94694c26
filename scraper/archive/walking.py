"""Walking over a large WARC file in a process of its own, while its captures are made and logged in this one.

Belongs here: the second process, and what goes between the two. Does not: finding records (`scan`), what one says
(`entry`). Decompressing takes most of the time of an ingest and holds Python's lock, so only a process runs beside it.
What waits between the two is bounded (about 16 MB), so memory does not grow with the file.
"""

from __future__ import annotations

import marshal
import os
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

from scraper.archive.entry import Entry, look
from scraper.archive.errors import ArchiveError
from scraper.archive.scan import Found, Loss, Packing, SolidMember, scan

LARGE = 50_000_000
"""Bytes from which a process of its own pays: starting one takes as long as walking over about 30 MB."""

_BATCH = 256  # records that go over together, about 60 kB
_WAITING = 256  # batches that may wait while this side is still hashing and copying the file
_LENGTH = struct.Struct("<I")
_FOUND, _LOSS, _SOLID, _FAILED, _END = range(5)


class Walk:
    """The records of a file as `scan(path, packing, look)` gives them; begun at once, read when it is iterated.

    A context manager: leaving it ends the other process, whatever became of the iteration.
    """

    def __init__(self, path: Path, packing: Packing, wanted: Callable[[str, str], bool] | None = None) -> None:
        """`wanted` as for `look`; it spares work where the file is walked over in this process, and is for no more."""
        self._path = path
        self._look = partial(look, wanted=wanted)
        self._packing: Packing = packing
        self._child: subprocess.Popen[bytes] | None = None
        self._batches: queue.Queue[bytes] = queue.Queue(_WAITING)
        self._over = False
        if path.stat().st_size >= LARGE and len(os.sched_getaffinity(0)) > 1:
            self._child = subprocess.Popen(
                [sys.executable, "-c", "from scraper.archive.walking import tell; tell()", str(path), packing],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                # Out of reach of Ctrl-C, which is for this process; without a reader of its pipe it ends by itself.
                start_new_session=True,
            )
            self._reader = threading.Thread(target=self._receive, args=(self._child.stdout,), daemon=True)
            self._reader.start()

    def __enter__(self) -> Walk:
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        if self._child is not None:
            self._child.kill()
            self._reader.join()
            if self._child.stdout is not None:
                self._child.stdout.close()
            self._child.wait()

    def __iter__(self) -> Iterator[Found[Entry] | Loss]:
        """Raises SolidMember and OSError as `scan` does, ArchiveError where the other process ended before its time."""
        if self._child is None:
            yield from scan(self._path, self._packing, self._look)
            return
        while data := self._batches.get():
            for message in marshal.loads(data):  # noqa: S302 -- from a process of our own
                kind = message[0]
                if kind == _FOUND:
                    yield Found(message[1], message[2], Entry(*message[3]))
                elif kind == _LOSS:
                    yield Loss(*message[1])
                elif kind == _SOLID:
                    raise SolidMember(message[1])
                elif kind == _FAILED:
                    raise OSError(*message[1])
                else:
                    return
        raise ArchiveError(
            f"reading {self._path} broke off (the process that read it ended with code {self._child.wait()}); what was"
            " taken so far is kept, and the same ingest again goes on"
        )

    def _receive(self, pipe: IO[bytes]) -> None:
        """Fills the queue; an empty batch says that nothing more comes."""
        data = b"first"
        while data and not self._over:
            head = pipe.read(_LENGTH.size)
            data = pipe.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else b""
            while not self._over:
                try:
                    self._batches.put(data, timeout=0.2)
                    break
                except queue.Full:
                    continue  # this side is behind: look whether it has not ended


def _tell(path: Path, packing: Packing, out: IO[bytes]) -> None:
    """The other process: everything that `scan` finds, in batches."""
    batch: list[tuple[Any, ...]] = []

    def send() -> None:
        data = marshal.dumps(batch)
        out.write(_LENGTH.pack(len(data)) + data)
        out.flush()
        batch.clear()

    try:
        for item in scan(path, packing, look):
            if isinstance(item, Loss):
                batch.append((_LOSS, (item.offset, item.bytes, item.reason)))
            else:
                batch.append((_FOUND, item.offset, item.length, tuple(item.value)))
            if len(batch) >= _BATCH:
                send()
        batch.append((_END,))
    except BrokenPipeError:
        raise
    except SolidMember as solid:
        batch.append((_SOLID, solid.args[0]))
    except OSError as error:
        batch.append((_FAILED, (error.errno, error.strerror or str(error), str(error.filename or path))))
    send()


def tell() -> None:
    """What the other process runs; its arguments are the path and the packing."""
    path, packing = sys.argv[1:]
    try:
        _tell(Path(path), packing, sys.stdout.buffer)  # type: ignore[arg-type]  # a Packing, from `Walk`
    except BrokenPipeError:  # the ingest has ended, or was killed
        os._exit(1)
