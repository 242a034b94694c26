"""Ages and days counted from the fetch: "26 phút trước", "Hôm qua, 10:13", "vừa xong".

Belongs here: lines whose instant hangs on `fetched_at`. Does not: lines with a date of their own (`line`).
Precision is the unit: seconds, minutes and hours count back from the fetch, days and weeks are local days; months and
years are too coarse for any precision of the archive.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from functools import cache
from typing import Final

from pipelines.dates.reading import DateReading, Kind, refuse, settle
from pipelines.dates.tokens import Clock, Scan
from pipelines.dates.words import WORDS, any_of, by_word, flat, free
from pipelines.records import Precision
from pipelines.text import search_key
from pipelines.zone import to_local, to_utc

_LENGTH: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}
_PRECISION: Final[dict[str, Precision]] = {
    "second": "second",
    "minute": "minute",
    "hour": "hour",
    "day": "day",
    "week": "day",
}
_DAY_AND_MONTH = re.compile(r"(?<!\d)(\d{1,2})\s?[/.\-]\s?(\d{1,2})(?!\d)")
_SURELY_NOW = ("vừa", "vua", "just")  # the others stand in sentences too: "Đăng nhập ngay bây giờ"
_STANDS_APART = re.compile(r"\s?(?:$|[|(\[,;:\-•/)\]]|\d|(?:lúc|hồi|vào|at|luc|hoi|vao)\s)")
_WORD = re.compile(r"[^\W\d_]+")
MAX_WORDS_WITH_DAY: Final = 8
"""Words of a line with "hôm qua" and the like; more is a sentence ("15h chiều nay, liên bộ điều chỉnh giá xăng")."""
MAX_AGE: Final = timedelta(days=40 * 366)
"""An age beyond this is no age but a stray number."""
SKEW: Final = timedelta(hours=1)
"""How far "hôm nay, 15:00" may lie after the fetch before the server's clock is not believed."""


class _Ages:
    def __init__(self, plain: bool) -> None:
        words = WORDS["relative"]
        units = any_of(flat(words["units"]), plain)
        short = any_of(flat(words["short_units"]), plain)
        numbers = any_of(words["numbers"], plain)
        self.units: dict[str, str] = by_word(words["units"], plain)
        self.short: dict[str, str] = by_word(words["short_units"], plain)
        self.numbers: dict[str, float] = {
            (search_key(word) if plain else word): count for word, count in words["numbers"].items()
        }
        self.days: dict[str, int] = by_word(words["days"], plain)
        ago, since, ahead = (any_of(words[key], plain) for key in ("ago", "since", "ahead"))
        amount = (
            rf"(?:(?P<n{{0}}>\d{{{{1,9}}}}|{numbers})\s?(?P<u{{0}}>{units})(?!\w)"
            rf"|(?P<k{{0}}>\d{{{{1,9}}}})(?P<s{{0}}>{short})(?!\w))"
        )
        first, second = amount.format("1"), amount.format("2")
        self.age = re.compile(
            rf"(?<![\w.])(?<!\d,)(?<!thứ )(?<!thu )(?:{since}\s)?(?P<minus>-)?(?<!\w)"
            rf"{first}(?:,?\s(?:và\s)?{second})?"
            rf"(?:\s(?:đồng hồ|dong ho))?\s(?P<end>{ago}|{ahead})(?!\w|\s{any_of(words['not_ago'], plain)}(?!\w))"
        )
        self.since = re.compile(
            rf"(?<!\w){since}\s(?:{any_of(['khoảng', 'about'], plain)}\s)?(?P<minus>-)?{first}(?:\s{second})?"
        )
        self.ahead = free(words["ahead"], plain)
        self.cue = free([*words["ago"], *words["since"], *words["ahead"], *words["now"], *flat(words["days"])], plain)
        self.now = free(words["now"], plain)
        self.day = free(flat(words["days"]), plain)
        vague = any_of(words["vague"], plain)
        self.vague = re.compile(rf"(?<!\w)(?:{vague}\s)?{units}\s{ago}(?!\w)|(?<!\w){vague}(?!\w)")
        self.modified = free(WORDS["labels"]["modified"], plain)
        self.published = free(WORDS["labels"]["published"], plain)
        # what may lead up to a named day: nothing, a separator, a label, with a clock between
        at = any_of(["lúc", "hồi", "vào", "ngày"], plain)
        labels = any_of(flat(WORDS["labels"]), plain)
        clock = (
            rf"\d{{1,2}}\s?(?:[:hg.]|{any_of(['giờ'], plain)})\s?(?:\d{{1,2}}(?:\s?(?:{any_of(['phút'], plain)}|'))?)?"
        )
        self.leads_up = re.compile(
            rf"(?:^|[|(\[,:;\-•/>»]|(?<!\w){labels})\s?(?:{at}\s)?(?:{clock})?[\s,(]{{0,2}}(?:{at}\s)?$"
        )


@cache
def _ages(plain: bool) -> _Ages:
    return _Ages(plain)


def parse_age(raw: str, text: str, scan: Scan, fetched_at: datetime | None) -> DateReading | None:
    """The folded line `text` as an age or a day relative to the fetch; None if it is neither."""
    ages = _ages(text.isascii())
    if not ages.cue.search(text):
        return None
    kind: Kind | None = (
        "modified" if ages.modified.search(text) else "published" if ages.published.search(text) else None
    )
    now = ages.now.search(text)
    if now and (
        now.group().startswith(_SURELY_NOW) or ages.leads_up.search(text[max(0, now.start() - 60) : now.start()])
    ):
        return _back(raw, timedelta(0), "minute", fetched_at, kind)
    match = ages.age.search(text) or ages.since.search(text)
    if match:
        return _counted(raw, match, ages, scan, fetched_at, kind)
    day = ages.day.search(text)
    if day:
        crowded = len(_WORD.findall(text)) > MAX_WORDS_WITH_DAY
        if crowded or not (
            ages.leads_up.search(text[max(0, day.start() - 60) : day.start()]) and _STANDS_APART.match(text, day.end())
        ):
            return refuse(raw, "not_publication", "prose", kind=kind)  # "Chiều qua bến cũ", "Giá xăng hôm nay"
        return _named_day(raw, ages.days[day.group()], scan, fetched_at, kind)
    return refuse(raw, "vague", kind=kind) if ages.vague.search(text) else None


def _counted(
    raw: str, match: re.Match[str], ages: _Ages, scan: Scan, fetched_at: datetime | None, kind: Kind | None
) -> DateReading:
    parts = match.groupdict()
    if parts["minus"] or ages.ahead.fullmatch(parts.get("end") or ""):
        return refuse(raw, "clock_ahead", kind=kind)
    total = 0
    precision: Precision = "day"
    for tag in ("1", "2"):
        number, unit = parts[f"n{tag}"] or parts[f"k{tag}"], parts[f"u{tag}"] or parts[f"s{tag}"]
        if not number:
            continue
        name = ages.units[unit] if parts[f"u{tag}"] else ages.short[unit]
        if name not in _LENGTH:
            return refuse(raw, "too_coarse", kind=kind)
        count = int(number) if number.isdecimal() else ages.numbers[number]
        total += int(count * _LENGTH[name])
        precision = "minute" if count == 0.5 and name == "hour" else _PRECISION[name]
    if total > MAX_AGE.total_seconds():
        return refuse(raw, "unreadable", kind=kind)
    age = timedelta(seconds=total)
    if precision == "day" and scan.clocks:
        return _named_day(raw, age.days, scan, fetched_at, kind)
    return _back(raw, age, precision, fetched_at, kind)


def _back(
    raw: str, age: timedelta, precision: Precision, fetched_at: datetime | None, kind: Kind | None
) -> DateReading:
    if fetched_at is None:
        return refuse(raw, "no_fetch_time", kind=kind)
    if precision == "day":
        moment = datetime.combine(to_local(to_utc(fetched_at)).date() - age, time())
    else:
        moment = to_utc(fetched_at) - age
        moment = moment.replace(microsecond=0) if precision == "second" else moment.replace(second=0, microsecond=0)
    return settle(raw, moment, precision, ("relative",), fetched_at=fetched_at, kind=kind)


def _named_day(raw: str, days: int, scan: Scan, fetched_at: datetime | None, kind: Kind | None) -> DateReading:
    if fetched_at is None:
        return refuse(raw, "no_fetch_time", kind=kind)
    moment = datetime.combine(to_local(to_utc(fetched_at)).date() - timedelta(days=days), time())
    named = _DAY_AND_MONTH.search(scan.text)
    if named and (int(named[1]), int(named[2])) != (moment.day, moment.month):
        return refuse(raw, "not_publication", "event", kind=kind)  # "Sáng nay (27/5)": the day that the text tells of
    if len(scan.clocks) != 1:
        return settle(raw, moment, "day", ("relative",), fetched_at=fetched_at, kind=kind)
    clock: Clock = scan.clocks[0]
    parts = clock.resolve()
    if parts is None:
        return settle(raw, moment, "day", ("relative", "clock_unreadable"), fetched_at=fetched_at, kind=kind)
    moment = moment.replace(hour=parts[0], minute=parts[1], second=parts[2])
    if to_utc(moment) - to_utc(fetched_at) > SKEW:
        return refuse(raw, "clock_ahead", kind=kind)
    precision: Precision = "hour" if clock.minute is None else "minute" if clock.second is None else "second"
    return settle(raw, moment, precision, ("relative",), fetched_at=fetched_at, kind=kind)
