"""Two witnesses of one moment: the line a reader sees and the value written for machines.

Belongs here: the judgement over a pair of readings. Does not: choosing among all witnesses of a page
(`pipelines.reader`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from pipelines.dates.reading import DateReading
from pipelines.zone import local_date

ZONE_DEFECT: Final = timedelta(hours=7)
"""Vietnam's distance from UTC: a machine value that is off by exactly this carries a wrong zone."""


def reconcile(visible: DateReading, machine: DateReading) -> DateReading:
    """The better of two witnesses of one moment, with what was found out about them as flags.

    Same minute: the machine value, for its seconds. Exactly seven hours apart: the visible clock (a `Z` on local time,
    or UTC without one), flagged `tz_mislabeled`, with the machine's seconds. One of them a day only: the finer one if
    it falls on that day. Everything else: the machine value, flagged `witnesses_disagree`.
    """
    if machine.value is None or machine.precision is None:
        return visible
    if visible.value is None or visible.precision is None:
        return machine
    coarse = {visible.precision, machine.precision} & {"day", "hour"}
    if not coarse:
        return _two_clocks(visible, machine)
    if visible.precision == machine.precision:
        return machine if visible.value == machine.value else _flag(machine, "witnesses_disagree")
    if "day" in coarse:
        return _clock_and_day(visible, machine)
    finer, rough = (machine, visible) if visible.precision == "hour" else (visible, machine)
    assert finer.value is not None
    assert rough.value is not None
    apart = abs(finer.value - rough.value)
    return finer if apart < timedelta(hours=1) else _flag(machine, "witnesses_disagree")


def _two_clocks(visible: DateReading, machine: DateReading) -> DateReading:
    assert visible.value is not None
    assert machine.value is not None
    apart = _minute(machine.value) - _minute(visible.value)
    if not apart:
        return _without_zone_doubt(machine if machine.precision == "second" else visible)
    if abs(apart) == ZONE_DEFECT:
        if machine.precision == "second" and visible.precision == "minute":
            visible = replace(visible, value=visible.value.replace(second=machine.value.second), precision="second")
        return _flag(visible, "tz_mislabeled")
    return _flag(machine, "witnesses_disagree")


def _clock_and_day(visible: DateReading, machine: DateReading) -> DateReading:
    clock, day = (visible, machine) if machine.precision == "day" else (machine, visible)
    assert clock.value is not None
    assert day.value is not None
    if local_date(clock.value) == local_date(day.value):
        return clock
    shifted = clock.value - ZONE_DEFECT
    if clock is machine and "zone_utc" in machine.flags and local_date(shifted) == local_date(day.value):
        # the day on the page proves that the Z stands on a local clock
        return _flag(replace(machine, value=shifted), "tz_mislabeled")
    return _flag(machine, "witnesses_disagree")


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _without_zone_doubt(reading: DateReading) -> DateReading:
    return replace(reading, flags=tuple(flag for flag in reading.flags if flag != "zone_utc"))


def _flag(reading: DateReading, flag: str) -> DateReading:
    return replace(reading, flags=(*(known for known in reading.flags if known != "zone_utc"), flag))
