"""What must hold for every input of a harness, however odd; a breach raises `Breach`.

Belongs here: the rules, over records of ours. Does not: making inputs (the harnesses), choosing seeds (`seeds.py`).
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")

MOST_SECONDS = 5.0
"""Processor seconds for one input at most."""
_NO_NAME = re.compile(r"[\d\n\r\u2028\u2029]|https?:|www\.|@|://", re.IGNORECASE)


class Breach(RuntimeError):
    """A rule that an input broke."""


def twice(call: Callable[[], T]) -> T:
    """What `call` gives: in bounded time, and the same when asked again."""
    start = time.process_time()
    first = call()
    seconds = time.process_time() - start
    if seconds > MOST_SECONDS:
        raise Breach(f"{seconds:.1f} s")
    if call() != first:
        raise Breach(f"two answers to one question: {first!r}")
    return first


def in_nfc(texts: Iterable[str | None], what: str) -> None:
    """Text as it is stored: NFC, and able to be written as UTF-8."""
    for text in texts:
        if text is None:
            continue
        text.encode("utf-8")
        if not unicodedata.is_normalized("NFC", text):
            raise Breach(f"{what} not in NFC: {text!r}")


def not_later(moment: datetime | None, fetched_at: datetime | None, what: str) -> None:
    """No moment more than a day after the fetch; a fetch outside the years of the web counts as unknown."""
    if moment is None:
        return
    if moment.utcoffset() != timedelta(0):
        raise Breach(f"{what} not UTC: {moment!r}")
    if fetched_at is not None and 1990 < fetched_at.year < 2100 and moment - fetched_at > timedelta(days=1):
        raise Breach(f"{what} {moment} lies after the fetch at {fetched_at}")


def people(credits: Iterable[Any]) -> None:
    """Names hold no digits, addresses or line ends, and each has a role."""
    for credit in credits:
        if not credit.name.strip() or not credit.roles:
            raise Breach(f"a credit without name or role: {credit}")
        if _NO_NAME.search(credit.name):
            raise Breach(f"no name of a person: {credit}")
    in_nfc((credit.name for credit in credits), "name")
