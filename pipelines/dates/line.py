"""One line of a page read as the publication instant it states, or refused with the reason.

Belongs here: which parts of a line belong together, which dates are somebody else's, and the order of day and month.
Does not: the shapes of the parts (`tokens`), ages ("2 giờ trước": `relative`), addresses (`address`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from typing import Final

from pipelines.dates.address import instant_in_url, looks_like_address
from pipelines.dates.reading import DateReading, Kind, Order, known_fetch, order_of, refuse, settle, utc_offset
from pipelines.dates.relative import parse_age
from pipelines.dates.spelled import in_figures
from pipelines.dates.stamp import read_digits, read_iso
from pipelines.dates.tokens import CLOCK, DATE, MAX_OFFSET, WEEKDAY, Clock, FoundDate, Half, Scan, grammar
from pipelines.dates.words import MAX_LINE, WORDS, any_of, by_word, flat, fold, free
from pipelines.records import Precision

MAX_OTHER_WORDS: Final = 18
"""Words beside the date that a date line may hold (section, author, counters); more is running text."""

MAX_WORDS_IN_A_PHRASE: Final = 8
"""The same where the date is a bare day inside a phrase, as in a headline: "Lịch cắt điện luân phiên ngày 6/3/2024"."""
MAX_WORDS_WITH_AGE: Final = 12
"""The same for ages: "hôm qua" and "hai ngày trước" open many a sentence."""

_KINDS: Final[dict[str | None, Kind]] = {"published": "published", "modified": "modified"}
_SEPARATED_BEFORE = re.compile(r"(?:^|[|(\[,:;\-•/]\s?)(?:(?:ngày|ngay|date|on)\s)?$")
_SEPARATED_AFTER = re.compile(r"[)\]]?\s?(?:$|[|(\[,;:\-•])")
_DAY_OPENS = re.compile(rf"\W*(?:ngày|ngay)\s{DATE}\s?,")
_MIN_SENTENCE: Final = 5  # words beside "Ngày 12/8/2024," that make a sentence
_WORD = re.compile(r"[^\W\d_]+")
_DATE = re.compile(DATE)
_DOCUMENT_NUMBER = re.compile(r"\d/(?:\d{4}/)?[a-zđ]{2,}-[a-zđ]+|\d-[a-zđ]{2,4}/[a-zđ]{2,4}(?!\w)")
_PARTIAL = re.compile(
    rf"\d{{1,2}}\s?[/.\-]\s?(?:\d{{1,2}}|[12]\d{{3}})(?!\d)|(?<!\w)(?:tháng|thang|th|thg)\s?\d|{CLOCK}|{WEEKDAY}"
)
_BARE_AMOUNT = re.compile(rf"^\W*(?:{CLOCK}|\d{{1,4}}\s?[^\W\d]{{1,5}})\W*$")
_FLOATING_HALF = re.compile(rf"(?<!\w)([ap])\.?m(?!\w)|{DATE}\s?(sa|ch)(?!\w)")
_TEMPERATURE = re.compile(r"\d\s?(?:[°º]|độ\s|do\s)\s?c(?!\w)")  # the weather stands beside the page's clock
_AGE_OF_PERSON = re.compile(r"(?<!\w)\d{1,3}\s(?:tuổi|tuoi)(?!\w)")


Traps = dict[str, re.Pattern[str]]  # reason (a flag) -> pattern


class _Context:
    """The words around dates, for lines with Vietnamese marks or without."""

    def __init__(self, plain: bool) -> None:
        def one(*words: str) -> str:
            return any_of(words, plain)

        labels = WORDS["labels"]
        self.label_kind: dict[str, str] = by_word(labels, plain)
        self.label = free(flat(labels), plain)
        self.anywhere: Traps = {reason: free(words, plain) for reason, words in WORDS["anywhere"].items()}
        self.any_trap = free(flat(WORDS["anywhere"]), plain)
        joint = rf"[\s:,({WEEKDAY}{CLOCK}]|(?:{one('ngày', 'vào', 'lúc', 'hồi', 'date', 'on')})(?!\w)"
        self.before: Traps = {
            reason: re.compile(rf"(?<!\w){any_of(words, plain)}(?!\w)(?:{joint}){{0,12}}$")
            for reason, words in WORDS["before_date"].items()
        }
        self.any_before = re.compile(rf"(?<!\w){any_of(flat(WORDS['before_date']), plain)}(?!\w)(?:{joint}){{0,12}}$")
        units, ago = any_of(flat(WORDS["relative"]["units"]), plain), any_of(WORDS["relative"]["ago"], plain)
        self.age_last = re.compile(rf"{units}\s{ago}[\s(,|{WEEKDAY}{CLOCK}]{{0,5}}$")
        self.half_before = re.compile(
            rf"(?<!\w){one('sáng', 'trưa', 'chiều', 'tối', 'đêm')}\s(?:{one('ngày', 'mùng')}\s)?[\s,]?$"
        )
        self.half_before_clock = re.compile(rf"(?<!\w)(?:({one('chiều')})|({one('tối')}))\s(?:{one('lúc', 'hồi')}\s)?$")
        self.lunar_before = re.compile(
            rf"(?<!\w){any_of(WORDS['lunar_before'], plain)}\s?:?\s?(?:{one('ngày')}\s)?\(?$"
        )
        self.lunar_after = re.compile(rf"^\)?[\s,(]{{0,2}}{any_of(WORDS['lunar_after'], plain)}(?!\w)")
        self.lunar = free(WORDS["lunar"], plain)
        # "Ngày họp:", "Hạn nộp hồ sơ:" name another day than the publication; "số 45 ngày …" belongs to a document
        self.other_label = re.compile(
            rf"(?<!\w)(?:{one('ngày')}\s(?!{any_of(WORDS['day_labels'], plain)}(?!\w))[^\W\d]+(?:\s[^\W\d]+){{0,2}}"
            rf"|(?P<limit>{one('hạn', 'thời hạn')})\s[^\W\d]+(?:\s[^\W\d]+){{0,4}})"
            rf"\s?:(?:[\s{WEEKDAY}{CLOCK},]|{one('ngày')}\s){{0,6}}$"
        )
        self.numbered = re.compile(
            rf"(?<!\w){one('số')}\s?:?\s?(?:{one('báo')}\s)?\d[\w/.\-]{{0,30}}[\s,;({WEEKDAY}]{{0,4}}(?:{one('ra')}\s)?"
            rf"[{WEEKDAY}\s]{{0,3}}(?:{one('ngày')}\s)?$"
        )
        self.counters = free(WORDS["counters"], plain)
        link = rf"\s?(?:-|~|&|{one('đến', 'tới', 'và', 'to')})\s?"
        skip = rf"(?:[{WEEKDAY}{CLOCK},]\s?|{one('ngày', 'hết')}\s){{0,4}}"
        self.span = re.compile(rf"{DATE}\)?\s?(?:{CLOCK}\s?)?{link}{skip}{DATE}")
        self.span_before = re.compile(
            rf"(?:^|\(|(?<!\w){one('từ', 'ngày', 'trong', 'đến', 'các')}\s)\s?"
            rf"(?:[0-3]?\d)(?:\s?[/.\-]\s?[01]?\d)?{link}(?:{one('ngày')}\s)?$"
        )
        self.span_after = re.compile(
            rf"^{link}(?:{one('ngày')}\s)?[0-3]?\d\s?[/.\-]\s?(?:0?[1-9]|1[0-2])"
            rf"(?!\d|\s?\(?{any_of(WORDS['lunar_after'], plain)}(?!\w))"
        )
        self.clock_span = re.compile(rf"{CLOCK}{link}{CLOCK}")
        self.today_first = re.compile(rf"^\W*{one('hôm nay', 'hiện tại', 'today')}(?!\w)")


@cache
def _context(plain: bool) -> _Context:
    return _Context(plain)


@dataclass(slots=True)
class _Candidate:
    position: int
    found: FoundDate
    label: str | None  # published, modified, update
    day: date | None = None
    flags: list[str] = field(default_factory=list)


def parse_date_line(raw: str, *, fetched_at: datetime | None = None, order: Order | None = None) -> DateReading:
    """The publication instant that one line of a page states. Never raises.

    `raw` is the text of a date slot, an attribute or an address; `fetched_at` (aware, or a clock in Vietnam) turns ages
    into instants and unmasks the future; `order` is the proven order of numeric dates on the host. Times without a zone
    are clocks in Vietnam. What is not certain is flagged; what is no publication date gives None with the reason.
    """
    fetched_at, order = known_fetch(fetched_at), order_of(order)
    text = fold(raw)
    if not text:
        return refuse(raw, "unreadable")
    stamp = read_iso(raw, fetched_at=fetched_at) or read_digits(raw, text, fetched_at=fetched_at)
    if stamp is not None:
        return stamp
    if looks_like_address(text):
        told = instant_in_url(raw, fetched_at=fetched_at)
        return told if told.value is not None or told.flags else refuse(raw, "unreadable")
    plain = text.isascii()
    scan = grammar(plain).scan(in_figures(text))
    if not scan.dates:
        return _without_date(raw, text, scan, _context(plain), fetched_at)
    return _with_dates(raw, scan, _context(plain), fetched_at, order, long=len(text) >= MAX_LINE)


def _without_date(raw: str, text: str, scan: Scan, words: _Context, fetched_at: datetime | None) -> DateReading:
    age = parse_age(raw, text, scan, fetched_at)
    if age is not None:
        prose = len(text) >= MAX_LINE or len(_WORD.findall(text)) > MAX_WORDS_WITH_AGE
        return refuse(raw, "not_publication", "prose") if prose and age.value is not None else age
    if words.lunar.search(text):
        return refuse(raw, "not_publication", "lunar")
    if _BARE_AMOUNT.match(scan.text):
        # "14h", "26 phút": an age or a time of day, and nothing says which
        return refuse(raw, "ambiguous")
    if words.any_trap.search(text) or _DOCUMENT_NUMBER.search(text):
        return refuse(raw, "not_publication")
    if _PARTIAL.search(scan.text):
        return refuse(raw, "incomplete")
    return refuse(raw, "not_publication" if words.counters.search(text) else "unreadable")


def _with_dates(
    raw: str, scan: Scan, words: _Context, fetched_at: datetime | None, order: Order | None, *, long: bool
) -> DateReading:
    text = scan.text
    reason = _whole_line_trap(text, words)
    if reason:
        return refuse(raw, "not_publication", reason)
    candidates, reasons = _candidates(scan, words)
    if not candidates:
        return refuse(raw, "not_publication", *reasons)
    if long or _is_prose(scan, words):
        return refuse(raw, "not_publication", "prose")
    for candidate in candidates:
        _fix_day(candidate, scan, order)
    chosen = _choose(candidates, scan)
    if chosen is None:
        return refuse(raw, "ambiguous", "several_dates")
    kind = _KINDS.get(chosen.label)
    if chosen.day is None:
        return refuse(raw, "unreadable", kind=kind)
    flags = list(chosen.flags)
    if scan.weekdays and chosen.day.weekday() not in {weekday for weekday, _ in scan.weekdays}:
        flags.append("weekday_mismatch")
    return _at_clock(raw, scan, words, chosen, flags, kind, fetched_at)


def _is_prose(scan: Scan, words: _Context) -> bool:
    """Whether the words around the dates are a sentence or a headline rather than a section, an author or counters."""
    count = len(_WORD.findall(scan.text))
    if _DAY_OPENS.match(scan.text) and not scan.clocks and count > _MIN_SENTENCE:
        return True  # "Ngày 12/8/2024, UBND tỉnh ban hành kế hoạch"
    if count <= MAX_WORDS_IN_A_PHRASE or scan.clocks or scan.weekdays or words.label.search(scan.text):
        return count > MAX_OTHER_WORDS
    before, _, after = scan.text.partition(DATE)
    return count > MAX_OTHER_WORDS or not (_SEPARATED_BEFORE.search(before) and _SEPARATED_AFTER.match(after))


def _whole_line_trap(text: str, words: _Context) -> str | None:
    if words.any_trap.search(text):
        return next(reason for reason, pattern in words.anywhere.items() if pattern.search(text))
    if _DOCUMENT_NUMBER.search(text):
        return "document"
    if _AGE_OF_PERSON.search(text):
        return "life"
    return "live_clock" if _TEMPERATURE.search(text) or words.today_first.search(text) else None


def _candidates(scan: Scan, words: _Context) -> tuple[list[_Candidate], list[str]]:
    """The dates of the line that may be the page's own, and why the others are not."""
    text, found, reasons = scan.text, [], []
    ranges = {match.start() for match in words.span.finditer(text)} if len(scan.dates) > 1 else set()
    end = 0
    position = text.find(DATE)
    in_range = False
    for parts in scan.dates:
        before, after = text[max(end, position - 60) : position], text[position + 1 : position + 30]
        reason = _own_trap(before, after, words)
        if position in ranges or in_range:
            reason = "range"
        in_range = position in ranges
        if reason:
            reasons.append(reason)
        else:
            found.append(_Candidate(position, parts, _label(before, words)))
        end = position + 1
        position = text.find(DATE, end)
    return found, list(dict.fromkeys(reasons))


def _own_trap(before: str, after: str, words: _Context) -> str | None:
    if before:
        if words.lunar_before.search(before):
            return "lunar"
        if words.any_before.search(before) and not (words.age_last.search(before) or _label_last(before, words)):
            return next(reason for reason, pattern in words.before.items() if pattern.search(before))
        if words.half_before.search(before) and CLOCK not in before and CLOCK not in after:
            return "event"
        if words.span_before.search(before):
            return "range"
        other = words.other_label.search(before)
        if other:
            return "deadline" if other["limit"] else "event"
        if words.numbered.search(before):
            return "document"
    if after and (words.lunar_after.search(after)):
        return "lunar"
    if after and words.span_after.search(after):
        return "range"
    return None


def _label_last(before: str, words: _Context) -> bool:
    """Whether a label stands so near that it outweighs a word like "in" or "từ" ("Published in", "Sửa lần cuối từ")."""
    label = _last(words.label, before)
    return label is not None and len(before) - label.end() < 6


def _label(before: str, words: _Context) -> str | None:
    label = _last(words.label, before)
    return None if label is None else words.label_kind[label.group()]


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    last = None
    for match in pattern.finditer(text):
        last = match
    return last


def _fix_day(candidate: _Candidate, scan: Scan, order: Order | None) -> None:
    """Decide the order of day and month; `candidate.day` stays None where the calendar has no such day."""
    found = candidate.found
    day_first, month_first = found.day_first(), found.month_first()
    if found.shape != "numeric" or day_first == month_first:
        candidate.day = day_first
        return
    if day_first is None or month_first is None:
        candidate.day = day_first or month_first
        if day_first is None and order != "mdy":
            candidate.flags.append("month_first")
        return
    weekdays = {weekday for weekday, _ in scan.weekdays}
    if len(weekdays) == 1:
        proves_day_first, proves_month_first = day_first.weekday() in weekdays, month_first.weekday() in weekdays
        if proves_day_first != proves_month_first:
            # A wrong weekday is likelier than a Vietnamese line in American order; an English weekday is evidence.
            if proves_day_first or order == "mdy" or not any(vietnamese for _, vietnamese in scan.weekdays):
                candidate.day = day_first if proves_day_first else month_first
                if proves_month_first and order != "mdy":
                    candidate.flags.append("month_first")
                return
            candidate.day = day_first
            return
    candidate.day = month_first if order == "mdy" else day_first
    if order is None:
        candidate.flags.append("order_unproven")


def _choose(candidates: list[_Candidate], scan: Scan) -> _Candidate | None:
    """The publication among the dates of one line: by label, else the only one; None where nothing decides."""
    if len(candidates) == 1:
        return candidates[0]
    labels = {candidate.label for candidate in candidates}
    pool: Iterable[_Candidate] = candidates
    if "published" in labels:
        pool = [candidate for candidate in candidates if candidate.label == "published"]
    elif labels - {"modified", "update"}:
        pool = [candidate for candidate in candidates if candidate.label not in ("modified", "update")]
    elif "update" in labels:
        pool = [candidate for candidate in candidates if candidate.label == "update"]
    pool = list(pool)
    readable = [candidate for candidate in pool if candidate.day is not None]
    if len({candidate.day for candidate in readable}) > 1:
        return None
    # one day said twice ("18/04/2024 | Thứ năm, 18/04/2024 17:54"): the one beside a clock
    timed = [candidate for candidate in readable if scan.clocks and _nearest_clock(scan, candidate.position)]
    return (timed or readable or pool)[0]


def _at_clock(
    raw: str,
    scan: Scan,
    words: _Context,
    chosen: _Candidate,
    flags: list[str],
    kind: Kind | None,
    fetched_at: datetime | None,
) -> DateReading:
    assert chosen.day is not None
    day = datetime.combine(chosen.day, time())
    nearest = _nearest_clock(scan, chosen.position)
    precision: Precision = "day"
    if nearest is not None and words.clock_span.search(scan.text):
        flags.append("several_clocks")
    elif nearest is not None:
        clock, at = nearest
        half = clock.half or _floating_half(scan.text, at, words)
        parts = clock.resolve(half)
        offset = clock.offset if clock.offset is not None else scan.offset
        if parts is None or (offset is not None and abs(offset) > MAX_OFFSET):
            flags.append("clock_unreadable")
        elif parts == (0, 0, 0) and clock.minute is not None and offset in (None, 0, 420):
            flags.append("midnight_placeholder")
        else:
            if half == "am" and clock.hour > 12:
                flags.append("clock_contradiction")
            day = day.replace(hour=parts[0], minute=parts[1], second=parts[2])
            precision = "hour" if clock.minute is None else "minute" if clock.second is None else "second"
            if offset == 0:
                flags.append("zone_utc")
            if offset is not None:
                try:
                    day = utc_offset(day, offset)
                except OverflowError:
                    return refuse(raw, "implausible", kind=kind)
    return settle(raw, day, precision, tuple(dict.fromkeys(flags)), fetched_at=fetched_at, kind=kind)


def _nearest_clock(scan: Scan, position: int) -> tuple[Clock, int] | None:
    """The clock nearest to the date at `position`, no other date being between or nearer; the later one on a tie."""
    best: tuple[int, Clock, int] | None = None
    days = [match.start() for match in _DATE.finditer(scan.text)]
    at = -1
    for clock in scan.clocks:
        at = scan.text.find(CLOCK, at + 1)
        if at < 0:
            break
        apart = abs(at - position)
        between = scan.text[min(at, position) + 1 : max(at, position)]
        own = all(abs(at - day) >= apart for day in days)  # "Cập nhật: 07/08 06:05 | Tạo: 06/08": not of the second day
        if own and DATE not in between and (best is None or apart <= best[0]):
            best = (apart, clock, at)
    return None if best is None else (best[1], best[2])


def _floating_half(text: str, at: int, words: _Context) -> Half | None:
    match = _FLOATING_HALF.search(text)
    if match:
        return "pm" if match[1] == "p" or match[2] == "ch" else "am"
    before = words.half_before_clock.search(text[max(0, at - 20) : at])
    if before:
        return "pm" if before[1] else "evening"
    return None
