from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.dates import (
    DateReading,
    instant_in_url,
    month_in_url,
    parse_date_line,
    read_instant,
    reconcile,
)
from pipelines.dates.words import WORDS
from pipelines.flags import FLAGS
from pipelines.zone import VIETNAM, to_local

FETCHED = datetime(2024, 8, 15, 20, 30, tzinfo=VIETNAM)
CASES = Path(__file__).with_name("date_cases.txt")
WRITTEN = {10: "day", 13: "hour", 16: "minute", 19: "second"}


def cases() -> list[tuple[str, str, str, str]]:
    found = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            raw, expected, flags, extra = (*line.split("\t"), "", "", "")[:4]
            found.append((raw.replace("\\n", "\n"), expected, flags, extra))
    return found


def shown(reading: DateReading) -> str:
    if reading.value is None or reading.precision is None:
        assert reading.value is None
        assert reading.precision is None
        return "-"
    assert reading.value.tzinfo is UTC
    local = to_local(reading.value)
    if reading.precision == "hour":
        return local.strftime("%Y-%m-%d %H" if local.minute == 0 else "%Y-%m-%d %H:%M hour")
    return local.strftime(
        {"day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M", "second": "%Y-%m-%d %H:%M:%S"}[reading.precision]
    )


@pytest.mark.parametrize(("raw", "expected", "flags", "extra"), cases())
def test_line(raw: str, expected: str, flags: str, extra: str) -> None:
    order: Any = extra if extra in ("dmy", "mdy") else None
    reading = parse_date_line(raw, fetched_at=FETCHED, order=order)
    assert reading.raw == raw
    found = shown(reading)
    # a bare hour on the fetch day may stand at full hours by chance
    assert found == expected, reading
    if "*" not in flags:
        assert sorted(reading.flags) == sorted(flags.split()), reading
    if extra in ("published", "modified"):
        assert reading.kind == extra, reading
    assert set(reading.flags) <= set(FLAGS)


def test_ages_need_the_fetch() -> None:
    for raw in ("26 phút trước", "Hôm qua, 10:13", "vừa xong"):
        assert parse_date_line(raw).flags == ("no_fetch_time",)


def test_the_future_needs_the_fetch_and_a_day_of_tolerance() -> None:
    assert parse_date_line("16/08/2024 20:29", fetched_at=FETCHED).value is not None
    assert parse_date_line("16/08/2024 20:31", fetched_at=FETCHED).flags == ("future",)
    assert parse_date_line("16/08/2024 20:31").value is not None


def test_a_day_stands_at_local_midnight() -> None:
    assert parse_date_line("18/04/2024").value == datetime(2024, 4, 17, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("visible", "machine", "expected", "flags"),
    [
        # Z on a local clock, and UTC without a zone: the visible clock is right, the seconds are the machine's
        ("18/04/2024 17:54", "2024-04-18T17:54:31Z", "2024-04-18 17:54:31", ("tz_mislabeled",)),
        ("18/04/2024 17:54", "2024-04-18T10:54:31", "2024-04-18 17:54:31", ("tz_mislabeled",)),
        # a true Z
        ("18/04/2024 17:54", "2024-04-18T10:54:31Z", "2024-04-18 17:54:31", ()),
        ("18/04/2024 17:54", "2024-04-18T17:54:31+07:00", "2024-04-18 17:54:31", ()),
        # a day beside a clock: the day proves or disproves the Z
        ("18/04/2024", "2024-04-18T17:54:31+07:00", "2024-04-18 17:54:31", ()),
        ("18/04/2024", "2024-04-18T19:10:00Z", "2024-04-18 19:10:00", ("tz_mislabeled",)),
        ("18/04/2024 17:54", "2024-04-18", "2024-04-18 17:54", ()),
        # nothing explains the difference
        ("18/04/2024 17:54", "2024-04-19T09:00:00+07:00", "2024-04-19 09:00:00", ("witnesses_disagree",)),
        ("18/04/2024", "2024-04-25T09:00:00+07:00", "2024-04-25 09:00:00", ("witnesses_disagree",)),
        # only one of them reads
        ("Lượt xem: 9", "2024-04-18T17:54:31+07:00", "2024-04-18 17:54:31", ()),
        ("18/04/2024 17:54", "", "2024-04-18 17:54", ()),
    ],
)
def test_reconcile(visible: str, machine: str, expected: str, flags: tuple[str, ...]) -> None:
    reading = reconcile(parse_date_line(visible), read_instant(machine))
    assert (shown(reading), reading.flags) == (expected, flags)


def test_month_folders_are_witnesses() -> None:
    assert month_in_url("https://bao.example/kinh-te/202404/ten-bai-67b4c0c/") == (2024, 4)
    assert month_in_url("https://bao.example/2024/04/ten-bai") == (2024, 4)
    assert month_in_url("https://bao.example/file/042024/anh.jpg") == (2024, 4)
    assert month_in_url("https://bao.example/ten-bai-202404.html") is None


def test_no_word_has_two_meanings() -> None:
    for table in ("weekdays", "halves", "labels"):
        words = [word for group in WORDS[table].values() for word in group]
        assert len(words) == len(set(words)), table


# every part of every case, and characters that the parser itself uses or that are digits elsewhere
PIECES = st.sampled_from(
    [*sorted({part for case in cases() for part in re.split(r"(\W)", case[0])}), "\x00", "\ue002", "²"]
)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(max_size=80), st.lists(PIECES, max_size=14).map(" ".join), st.lists(PIECES, max_size=14).map("".join)
    )
)
def test_never_raises_and_never_half_a_reading(raw: str) -> None:
    for reading in (
        parse_date_line(raw, fetched_at=FETCHED),
        parse_date_line(raw, order="mdy"),
        read_instant(raw, fetched_at=FETCHED),
        instant_in_url(raw),
    ):
        shown(reading)
        assert set(reading.flags) <= set(FLAGS)


@settings(max_examples=60, deadline=None)
@given(
    st.datetimes(datetime(1995, 1, 1), datetime(2024, 8, 1)),  # noqa: DTZ001  # clocks in Vietnam
    st.sampled_from(["%d/%m/%Y %H:%M", "%H:%M, %d-%m-%Y", "%d.%m.%Y | %H:%M", "%Y-%m-%dT%H:%M", "%Hh%M ngày %d/%m/%Y"]),
)
def test_what_is_printed_is_read(moment: datetime, form: str) -> None:
    moment = moment.replace(second=0, microsecond=0)
    reading = parse_date_line(moment.strftime(form), order="dmy")
    assert reading.value == moment.replace(tzinfo=VIETNAM).astimezone(UTC)


@pytest.mark.parametrize(
    "raw",
    [
        "1" * 1_000_000,
        "06/04/" * 200_000,
        "10:" * 300_000,
        " " * 1_000_000 + "x",
        "thứ " * 200_000,
        "hôm qua trước " * 50_000,
        "/" * 500_000,
        "https://bao.example/" + "12345678901234/" * 50_000,
        "ngày 6 tháng " * 60_000,
        "&amp;" * 200_000,
    ],
    ids=lambda raw: raw[:8],
)
def test_long_strings_are_cut_not_searched(raw: str) -> None:
    assert parse_date_line(raw, fetched_at=FETCHED).value is None
    assert read_instant(raw).value is None
    assert instant_in_url(raw).value is None


def test_blanks_of_layout_do_not_hide_a_date() -> None:
    assert (
        shown(parse_date_line(" " * 3000 + "18/04/2024" + "\n\t" * 2000 + "17:54" + " " * 3000)) == "2024-04-18 17:54"
    )


@pytest.mark.parametrize("year", [1, 9999])
@pytest.mark.parametrize("zone", [None, UTC, VIETNAM])
@pytest.mark.parametrize("raw", ["hôm qua", "3 giờ trước", "2 tuần trước", "vừa xong", "Hôm nay, 10:13"])
def test_a_broken_clock_of_the_fetch_counts_as_unknown(year: int, zone: Any, raw: str) -> None:
    fetched_at = datetime(year, 1, 1, tzinfo=zone) if year == 1 else datetime(year, 12, 31, 23, 59, tzinfo=zone)
    assert parse_date_line(raw, fetched_at=fetched_at).flags == ("no_fetch_time",)
    for stated in ("06/04/2021 10:13", "2021-04-06T10:13:00Z", "1617678780", "/20210406101300123.htm"):
        for read in (parse_date_line, read_instant, instant_in_url):
            assert read(stated, fetched_at=fetched_at) == read(stated)


ZONES = st.one_of(
    st.none(), st.sampled_from([UTC, VIETNAM]), st.integers(-1439, 1439).map(lambda m: timezone(timedelta(minutes=m)))
)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.datetimes(timezones=ZONES),
        st.datetimes(max_value=datetime(1, 1, 3), timezones=ZONES),  # noqa: DTZ001  # the first days of the calendar
        st.datetimes(min_value=datetime(9999, 12, 29), timezones=ZONES),  # noqa: DTZ001  # and the last
        st.datetimes(datetime(1989, 12, 30), datetime(2101, 1, 3), timezones=ZONES),  # noqa: DTZ001  # what is believed
    ),
    st.sampled_from([case[0] for case in cases()]),
)
def test_no_time_of_fetching_raises(fetched_at: datetime, raw: str) -> None:
    for read in (parse_date_line, read_instant, instant_in_url):
        reading = read(raw, fetched_at=fetched_at)
        assert (reading.value is None) == (reading.precision is None)


def test_the_order_is_known_in_capitals_too() -> None:
    order: Any = "MDY"
    assert shown(parse_date_line("9/10/2023 7:15:00 PM", order=order)) == "2023-09-10 19:15:00"
