"""Instants written for machines: ISO 8601, epoch seconds and milliseconds, runs of digits.

Belongs here: forms that no reader of a paper sees. Does not: lines in words or with separators of print (`line`).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from pipelines.dates.reading import DateReading, refuse, settle, utc_offset
from pipelines.records import Precision

_ISO = re.compile(
    r"\s*(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[Tt ]\s?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?"
    r"\s?(?:([Zz])|([+\- ])(\d{2}):?(\d{2})?)?)?\s*"
)
_BASIC = re.compile(r"^\s*(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)")  # 20240715T080000Z
# an attribute's name may come along ("data-time=1617678780000"), and ASP.NET's /Date(1617678780000)/
_DIGITS = re.compile(
    r"\s*(?:[\w:.\-]{1,40}\s?[=:]\s?)?[\"'(]?(?:/date\()?(\d{8}|\d{10}(?:\.\d{1,6})?|\d{12,14}|\d{16,17})(?:\)/)?[\"')]?\s*"
)
EPOCH_FIRST: Final = 631_152_000  # 1990-01-01 UTC
EPOCH_LAST: Final = 4_102_444_800  # 2100-01-01 UTC


def read_iso(text: str, *, fetched_at: datetime | None = None) -> DateReading | None:
    """`text` as ISO 8601 (a clock without offset is local; `Z` is taken at its word and flagged `zone_utc`).

    None if the text has another form. A blank for the sign of the offset is the `+` that a URL decoder ate.
    """
    if len(text) >= 60:
        return None
    match = _ISO.fullmatch(_BASIC.sub(r"\1-\2-\3T\4:\5:\6", text, count=1) if "T" in text[8:10] else text)
    if match is None:
        return None
    year, month, day, hour, minute, second, zulu, sign, off_h, off_m = match.groups()
    try:
        moment = datetime(int(year), int(month), int(day))  # noqa: DTZ001  # a clock without a zone, given one below
        if hour is None:
            return settle(text, moment, "day", fetched_at=fetched_at)
        moment = moment.replace(hour=int(hour), minute=int(minute), second=min(int(second or 0), 59))
    except ValueError:
        return refuse(text, "unreadable")
    offset = 0 if zulu else None
    if sign:
        offset = (int(off_h) * 60 + int(off_m or 0)) * (-1 if sign == "-" else 1)
        if abs(offset) > 14 * 60:
            return refuse(text, "unreadable")
    if moment.hour == moment.minute == moment.second == 0 and offset in (None, 0, 420):
        return settle(text, moment, "day", ("midnight_placeholder",), fetched_at=fetched_at)
    precision: Precision = "second" if second else "minute"
    if offset is None:
        return settle(text, moment, precision, fetched_at=fetched_at)
    flags = ("zone_utc",) if offset == 0 else ()
    try:
        return settle(text, utc_offset(moment, offset), precision, flags, fetched_at=fetched_at)
    except OverflowError:
        return refuse(text, "implausible")


def read_digits(raw: str, text: str, *, fetched_at: datetime | None = None) -> DateReading | None:
    """A text that is one run of digits: epoch s (or with a fraction), ms, µs, or a local YYYYMMDD[hhmm[ss[fff]]]."""
    match = _DIGITS.fullmatch(text) if len(text) < 90 else None
    if match is None:
        return None
    digits = match[1].partition(".")[0]
    stamp = compact(digits)
    if stamp is not None:
        return settle(raw, stamp[0], stamp[1], fetched_at=fetched_at)
    if len(digits) in (10, 13, 16):
        seconds = int(digits[:10])
        if digits[0] != "0" and EPOCH_FIRST <= seconds < EPOCH_LAST:
            return settle(raw, datetime.fromtimestamp(seconds, UTC), "second", fetched_at=fetched_at)
    return refuse(raw, "unreadable")


def compact(digits: str) -> tuple[datetime, Precision] | None:
    """YYYYMMDD, YYYYMMDDhhmm, YYYYMMDDhhmmss YYYYMMDDhhmmssfff as a local clock; None if a part is out of range."""
    if len(digits) not in (8, 12, 14, 17) or digits[:2] not in ("19", "20"):
        return None
    try:
        moment = datetime(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))  # noqa: DTZ001  # a clock in Vietnam
        if len(digits) == 8:
            return moment, "day"
        second = int(digits[12:14] or 0)
        moment = moment.replace(hour=int(digits[8:10]), minute=int(digits[10:12]), second=second)
    except ValueError:
        return None
    return moment, "minute" if len(digits) == 12 else "second"
