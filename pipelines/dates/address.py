"""Instants inside addresses: ids made from a clock, date folders, and the months and image stamps that are neither.

Belongs here: what an article's address says about its time. Does not: identity of addresses (`pipelines.urls`).
An id's instant is when the article was created in the CMS: a lower bound, minutes to days before the publication.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from pipelines.dates.reading import FIRST_YEAR, DateReading, known_fetch, refuse, settle
from pipelines.dates.stamp import compact

MAX_ADDRESS: Final = 2000
"""Characters of an address that are looked at."""

_ADDRESS = re.compile(
    r"(?:https?:)?//\S+|/[^\s/]\S*|www\.\S+|\S+/\S*\.(?:html?|aspx?|php|chn|vnp|vov|antd|jpe?g|png|gif|webp)(?:[?#]\S*)?"
    # the last part of one alone: an id made from a clock, with its extension or its page and column of print
    r"|[\w.%\-]{0,200}(?<!\d)\d{14,18}(?:p\d{1,2}c\d{1,4}|\.(?:html?|aspx?|php|chn|vnp|vov|antd|jpe?g|png|gif|webp)(?:[?#]\S*)?)"
)
_HOST = re.compile(r"^(?:[a-z][a-z0-9+.\-]{0,10}:)?//[^/?#]*", re.IGNORECASE)
_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|bmp|svg|avif|ico|mp4|mp3|m4a|webm|m3u8|pdf|docx?|xlsx?|zip|rar)(?=$|[?#!])", re.IGNORECASE
)

# Runs of digits that are as long as an instant. 17: YYYYMMDDhhmmssfff; 14: to the second; 16 to 18 with a site's own
# three digits in front: YYMMDDhhmmss and what is left of the milliseconds.
_RUN = re.compile(r"(?<!\d)\d{14,18}(?!\d)")
_CUT = re.compile(r"p\d{1,2}c\d{1,4}(?!\d)")  # print page and column behind the id: an issue of paper put online
_DAY_FOLDERS = re.compile(r"/((?:19|20)\d\d)[/\-](\d{1,2})[/\-](\d{1,2})(?=/|$)")
_LOCAL_DAY_FOLDERS = re.compile(r"/(\d{1,2})[/\-](\d{1,2})[/\-](20\d\d)(?=/|$)")
_DAY_FOLDER = re.compile(r"/((?:19|20)\d{6})(?=/|$)")
_DAY_IN_NAME = re.compile(r"-(\d\d)(\d\d)(20\d\d)-[a-z]\d+\.")  # slug-16112020-a80176.html
_MONTH_FOLDERS = (
    re.compile(r"/(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?=/|$)"),
    re.compile(r"/(?P<y>(?:19|20)\d\d)/(?P<m>0?[1-9]|1[0-2])(?=/|$)"),
    re.compile(r"/(?P<m>0[1-9]|1[0-2])(?P<y>(?:19|20)\d\d)(?=/|$)"),
    re.compile(r"/(?P<m>0?[1-9]|1[0-2])[/\-](?P<y>(?:19|20)\d\d)(?=/|$)"),
)


def looks_like_address(text: str) -> bool:
    """Whether a folded line is an address or a path rather than words."""
    return (
        ("/" in text or "." in text or text[-1:].isdigit()) and " " not in text and _ADDRESS.fullmatch(text) is not None
    )


def instant_in_url(url: str, *, fetched_at: datetime | None = None) -> DateReading:
    """When the address says that the article was made, flagged `from_url`. Never raises.

    Without an instant: `image_stamp` for the address of a file (when that was uploaded says nothing sure about the
    article), `month_only` where only a month folder is there (see `month_in_url`), no flag at all where nothing is.
    """
    fetched_at = known_fetch(fetched_at)
    path = _HOST.sub("", url[:MAX_ADDRESS].strip(), count=1)
    if _FILE.search(path):
        return refuse(url, "image_stamp") if any(char.isdigit() for char in path) else refuse(url)
    for match in reversed(list(_RUN.finditer(path))):
        stamp = _stamp(match.group())
        if stamp is None:
            continue
        if _CUT.match(path, match.end()):
            # such ids run on a 12 hour clock or on UTC: the day holds, the hour does not
            day = stamp.replace(hour=0, minute=0, second=0)
            return settle(url, day, "day", ("from_url", "clock_uncertain"), fetched_at=fetched_at)
        return settle(url, stamp, "second", ("from_url",), fetched_at=fetched_at)
    path = path.split("?", 1)[0].split("#", 1)[0]
    for match in _DAY_FOLDERS.finditer(path):
        stamp = _day(match[1], match[2], match[3])
        if stamp:
            return settle(url, stamp, "day", ("from_url",), fetched_at=fetched_at)
    for match in _DAY_FOLDER.finditer(path):
        found = compact(match[1])
        if found:
            return settle(url, found[0], "day", ("from_url",), fetched_at=fetched_at)
    local = _LOCAL_DAY_FOLDERS.search(path) or _DAY_IN_NAME.search(path)
    if local:
        stamp = _day(local[3], local[2], local[1])
        if stamp:
            return settle(url, stamp, "day", ("from_url",), fetched_at=fetched_at)
    return refuse(url, "month_only") if month_in_url(url) else refuse(url)


def month_in_url(url: str) -> tuple[int, int] | None:
    """(year, month) of a month folder (/202604/, /2026/04/, /042026/): a witness for a date, never a date."""
    path = _HOST.sub("", url[:MAX_ADDRESS].strip(), count=1)
    for pattern in _MONTH_FOLDERS:
        match = pattern.search(path)
        if match and int(match["y"]) >= FIRST_YEAR:
            return int(match["y"]), int(match["m"])
    return None


def _stamp(digits: str) -> datetime | None:
    found = compact(digits) if len(digits) in (14, 17) else None
    if found is not None:
        return found[0]
    if len(digits) >= 16:
        found = compact("20" + digits[3:15])
        return found[0] if found else None
    return None


def _day(year: str, month: str, day: str) -> datetime | None:
    try:
        return datetime(int(year), int(month), int(day))  # noqa: DTZ001  # a local day
    except ValueError:
        return None
