"""The parts of a date line: clocks, zones, weekdays and dates, each found once and replaced by one marker character.

Belongs here: the shapes of single parts and their values. Does not: which of several parts belong together (`line`).
Order matters: zones hold digits that look like clocks, clocks hide dates glued to them, and "thứ năm" (Thursday) holds
"năm" (year, five). All patterns are linear: no repeated group can match the same text in two ways.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final, Literal

from pipelines.dates.words import WORDS, any_of, by_word, flat

CLOCK, WEEKDAY, DATE = "\ue000", "\ue001", "\ue002"
"""Private-use characters that stand for a part in the marked text; `words.fold` removes them from what comes in."""

Half = Literal["am", "pm", "noon", "evening", "night"]
Shape = Literal["numeric", "dotted", "year-first", "worded"]


@dataclass(slots=True)
class Clock:
    """A time of day as written. `offset` is minutes ahead of UTC, None where nothing is said."""

    hour: int
    minute: int | None
    second: int | None
    half: Half | None
    offset: int | None

    def resolve(self, half: Half | None = None) -> tuple[int, int, int] | None:
        """(hour, minute, second) on a 24 hour clock, or None where no clock shows that."""
        hour, half = self.hour, self.half or half
        if hour > 23 or (self.minute or 0) > 59 or (self.second or 0) > 60:
            return None
        if half == "am" and hour == 12:
            hour = 0
        elif (half == "pm" and hour < 12) or (half == "noon" and hour < 6):
            hour += 12
        elif half in ("evening", "night") and hour == 12:
            hour = 0
        elif (half == "evening" and 1 <= hour < 12) or (half == "night" and 6 <= hour < 12):
            hour += 12
        return hour, self.minute or 0, min(self.second or 0, 59)


@dataclass(slots=True)
class FoundDate:
    """Numbers that may be a date: for numeric shapes `first` and `second` are in the order of the text."""

    shape: Shape
    year: int
    first: int  # the day, unless the shape is numeric
    second: int  # the month, unless the shape is numeric

    def day_first(self) -> date | None:
        """The reading day, month."""
        return _date(self.year, self.second, self.first)

    def month_first(self) -> date | None:
        """The reading month, day; only numeric shapes have one."""
        return _date(self.year, self.first, self.second) if self.shape == "numeric" else None


@dataclass(slots=True)
class Scan:
    """A line with its parts replaced by markers, and the parts in order."""

    text: str
    clocks: list[Clock]
    weekdays: list[tuple[int, bool]]  # Monday = 0; whether the word is Vietnamese
    dates: list[FoundDate]
    offset: int | None  # of a zone like GMT+7 that stands by itself


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_year(written: str) -> int:
    """Two digits are a year of 1970 to 2069."""
    year = int(written)
    return year if len(written) > 2 else year + (2000 if year < 70 else 1900)


class Grammar:
    """The compiled patterns, for lines with Vietnamese marks or (`plain`) for lines without."""

    def __init__(self, plain: bool) -> None:
        def one(*words: str) -> str:
            return any_of(words, plain)

        self.halves: dict[str, Half] = by_word(WORDS["halves"], plain)
        self.weekdays: dict[str, int] = by_word(WORDS["weekdays"], plain)
        self.vietnamese_weekdays = {word for word in self.weekdays if " " in word or word == "cn"}
        self.months: dict[str, int] = by_word(WORDS["months_vi"], plain) | by_word(WORDS["months_en"], plain)
        self.zones: dict[str, int] = WORDS["zones"]

        ago = any_of([*WORDS["relative"]["ago"], *WORDS["relative"]["ahead"], "đồng hồ"], plain)
        self.zone = re.compile(
            r"[(\[]?(?:gmt|utc)\s?([+-])\s?(\d{1,2})(?::?(\d{2}))?(?!\d)\s?[)\]]?(?:\s\([a-z ]{3,40}\))?"
        )
        # an offset behind the year, where the date stands between it and its clock ("10:13, 06/04/2021 +07:00")
        self.offset = re.compile(r"(?:(?<=\d{4})|(?<=[/.\-]\d\d))\s[(\[]?\+(\d{2}):?(\d{2})(?![\d/.\-:])[)\]]?")
        self.clock = re.compile(
            r"(?:(?<!\d)|(?<=[/.\-](?:19|20)\d\d))(?P<h>\d{1,2})\s?(?:"
            # 10:13, 10:13:20.5; the minutes are no day ("số 12: 06/04/2021")
            r":\s?(?P<mi>\d{1,2})(?!\s?/\s?\d|\.\d{1,2}\.|\s?-\s?\d{1,2}\s?-\s?\d{4})(?:\s?:\s?(?P<s>\d{1,2})(?:[.,]\d{1,9})?)?"
            rf"(?:\s?(?:{one('phút')}|'|h)(?!\w))?"
            # 10h13, 10 giờ 13 phút, 10g
            rf"|(?:{one('giờ')}|h|g)(?!\s?{ago}|[^\W\d])"
            r"(?:[\s:]{0,2}(?P<mi2>\d{1,2})(?!\d|\s?[/.]\s?\d|\s?-\s?\d{1,2}\s?-\s?\d{4})"
            rf"(?:\s?(?:{one('phút')}|ph|p|m|')(?!\w))?(?:\s?(?P<s2>\d{{1,2}})\s?(?:{one('giây')}|s|'')(?!\w))?)?"
            r")(?:(?!\d)|(?=\d\d[/.\-]\d{1,2}[/.\-]\d{4}))"
            rf"(?:[\s,]{{0,2}}(?P<half>{any_of(flat(WORDS['halves']), plain)})(?!\w))?"
            r"(?:\s?(?P<off>z|[+\-]\d{2}:?\d{2}|\+\d{1,2})(?![\w/.\-:])"
            rf"|\s[(\[]?(?P<zone>{any_of(WORDS['zones'], plain)})[)\]]?(?!\w))?"
        )
        numbered = (
            rf"{one('thứ')}\s?(?P<n>[2-7])(?![\d:])"
            if not plain
            else r"thu\s?(?P<n>[2-7])(?=[\s,|\-]+(?:ngay\s)?(?:\d{1,2}\s?[/.\-]\s?\d|\d{1,2} thang))"
        )
        named = any_of(flat(WORDS["weekdays"]), plain)
        self.weekday = re.compile(
            rf"(?<!\w)(?<!{'lan' if plain else 'lần'}\s)(?:{numbered}|(?P<w>{named})(?!\w)"
            r"|(?<!\d\s)(?<!\d-)t\.?(?P<t>[2-7])(?!\w|/\d))\.?"
        )
        # "Th 3, 06/04/2021": a weekday only beside a date that has its month in figures, else a month ("Th4 6, 2021")
        self.short_weekday = re.compile(r"(?<!\w)th\.?\s?([2-7])(?!\w)")

        # 10.13, where a date stands before it or "lúc" does: anywhere else it is a number or a day and month
        self.dotted_clock = re.compile(
            rf"(?:(?<={DATE})[\s,|\-]{{1,3}}|(?<!\w){one('lúc', 'hồi')}\s)"
            r"([01]?\d|2[0-3])\.([0-5]\d)(?![\d.]|\s?[^\W\d])"
        )

        thang = rf"(?:{one('tháng')}:?|thg\.?|th\.?|t)"

        self.month_first = re.compile(rf"(?:{any_of(flat(WORDS['months_en']), plain)}|{one('ngày')})(?![^\W\d])")
        vietnamese, english = (any_of(flat(WORDS[key]), plain) for key in ("months_vi", "months_en"))

        def month(tag: str) -> str:
            return (
                rf"(?:{thang}\s?(?P<m{tag}>\d{{1,2}})|{one('tháng')}\s(?P<v{tag}>{vietnamese})(?!\w)"
                rf"|(?P<e{tag}>{english})(?![^\W\d])\.?)"
            )

        free = r"(?<!\d)(?<!\d[/.\-])"
        nam = rf"(?:{one('năm')}[\s:]{{0,2}})?"
        gap, some = r"[\s,./\-]{0,3}", r"[\s,./\-]{1,3}"
        clock = rf"(?:{CLOCK}[\s,]{{0,2}})?"
        # "25/11 2026" at the end of a line or before another part of it; "25/11 2026 lượt xem" holds a count
        blank = rf"(?<!\.\d)(?<!\.\d\d)\s(?=(?:19|20)\d\d\s?(?:$|[,;|()\-–•{CLOCK}{WEEKDAY}]))"
        self.date = re.compile(
            "|".join(
                (
                    rf"{free}(?P<y2>\d{{4}})\s?(?P<s2>[/.\-])\s?(?P<b2>\d{{1,2}})\s?(?P=s2)\s?(?P<a2>\d{{1,2}})(?!\d)",
                    rf"{free}(?P<a1>\d{{1,2}})\s?(?P<s1>[/.\-])\s?(?P<b1>\d{{1,2}})\s?"
                    rf"(?:(?:[/.\-]\s?|{one('năm')}\s|{blank})(?P<y1>\d{{4}})|(?P=s1)\s?(?P<y0>\d{{2}}))(?!\d|(?P=s1)\d)",
                    rf"{free}(?P<a3>\d{{1,2}})(?:st|nd|rd|th)?{gap}(?:of\s)?{month('3')}{gap}{clock}{nam}(?P<y3>\d{{4}})(?!\d)",
                    rf"{free}(?P<a6>\d{{1,2}})(?P<s6>[-\s])(?P<e6>{english})(?P=s6)(?P<y6>\d{{2}})(?=\s*{CLOCK}|-|\s?$)",
                    rf"(?<!\w){month('4')}{some}(?:{one('ngày')}\s)?(?P<a4>\d{{1,2}})(?:st|nd|rd|th)?"
                    rf"{some}{clock}{nam}(?P<y4>\d{{4}})(?!\d)",
                    rf"{free}(?P<y5>\d{{4}}){some}{month('5')}{some}(?:{one('ngày')}\s)?(?P<a5>\d{{1,2}})(?![\d:])",
                )
            )
        )

    def scan(self, text: str) -> Scan:
        """The parts of a folded line."""
        scan = Scan(text, [], [], [], None)

        def zone(match: re.Match[str]) -> str:
            sign, hours, minutes = match.groups()
            offset = int(hours) * 60 + int(minutes or 0)
            scan.offset = -offset if sign == "-" else offset
            return " "

        def behind_year(match: re.Match[str]) -> str:
            scan.offset = int(match[1]) * 60 + int(match[2])
            return " "

        if "gmt" in text or "utc" in text:
            text = self.zone.sub(zone, text)
        if "+" in text:
            text = self.offset.sub(behind_year, text)
        text = self.clock.sub(lambda match: self._clock(match, scan), text)
        text = self.weekday.sub(lambda match: self._weekday(match, scan), text)
        text = self.date.sub(lambda match: self._found(match, scan), text)
        if scan.dates and not scan.clocks and "." in text:
            text = self.dotted_clock.sub(lambda match: self._dotted(match, scan), text)
        if scan.dates and scan.dates[0].shape != "worded" and "th" in text:
            text = self.short_weekday.sub(lambda match: self._short(match, scan), text)
        scan.text = text
        return scan

    def _clock(self, match: re.Match[str], scan: Scan) -> str:
        hour, minute, second, minute2, second2, half, offset, zone = match.groups()
        minute, second = minute or minute2, second or second2
        scan.clocks.append(
            Clock(
                int(hour),
                int(minute) if minute else None,
                int(second) if second else None,
                self.halves[half] if half else None,
                _offset(offset) if offset else (self.zones[zone] * 60 if zone else None),
            )
        )
        return CLOCK

    def _dotted(self, match: re.Match[str], scan: Scan) -> str:
        scan.clocks.append(Clock(int(match[1]), int(match[2]), None, None, None))
        return " " + CLOCK

    def _weekday(self, match: re.Match[str], scan: Scan) -> str:
        word = match["w"]
        if word and len(word) == 3 and word.isalpha() and self._part_of_a_name(match):
            return match.group()
        if word:
            scan.weekdays.append((self.weekdays[word], word in self.vietnamese_weekdays))
        else:
            scan.weekdays.append((int(match["n"] or match["t"]) - 2, True))
        return WEEKDAY

    def _part_of_a_name(self, match: re.Match[str]) -> bool:
        """Whether "Thu", "Mon", "Sun" stand among other words: "Hoàng Thu Trà 5/9/2026", "Hà Thu, 5/9/2026"."""
        before, after = match.string[: match.start()].rstrip(), match.string[match.end() :].lstrip(" ,.-|(")
        if before[-1:].isalpha() and before.rpartition(" ")[2] != "on":
            return True
        return after[:1].isalpha() and after[0] not in (CLOCK, DATE, WEEKDAY) and not self.month_first.match(after)

    def _short(self, match: re.Match[str], scan: Scan) -> str:
        scan.weekdays.append((int(match[1]) - 2, True))
        return WEEKDAY

    def _found(self, match: re.Match[str], scan: Scan) -> str:
        found = {name: value for name, value in match.groupdict().items() if value}
        if "y2" in found:
            parts = FoundDate("year-first", int(found["y2"]), int(found["a2"]), int(found["b2"]))
        elif "a1" in found:
            shape: Shape = "dotted" if found["s1"] == "." else "numeric"
            parts = FoundDate(shape, full_year(found.get("y1") or found["y0"]), int(found["a1"]), int(found["b1"]))
        else:
            parts = self._worded(found)
        scan.dates.append(parts)
        # a clock between month and year ("Apr 6 10:13:00 2021") stays a part of its own
        return DATE + " " + CLOCK if CLOCK in match.group() else DATE

    def _worded(self, found: dict[str, str]) -> FoundDate:
        tagged: dict[str, Any] = {name[0]: value for name, value in found.items()}
        word = tagged.get("v") or tagged.get("e")
        month = self.months[word] if word else int(tagged["m"])
        return FoundDate("worded", full_year(tagged["y"]), int(tagged["a"]), month)


def _offset(written: str) -> int | None:
    if written == "z":
        return 0
    digits = written[1:].replace(":", "")
    minutes = int(digits) * 60 if len(digits) <= 2 else int(digits[:2]) * 60 + int(digits[2:])
    return -minutes if written[0] == "-" else minutes


@cache
def grammar(plain: bool) -> Grammar:
    """The patterns for lines without Vietnamese marks (`plain`) or with them."""
    return Grammar(plain)


MAX_OFFSET: Final = 14 * 60
"""No zone stands further from UTC, in minutes."""
