"""Which witness is believed: what is displayed and what is said for machines are reconciled, then the address.

Belongs here: the order of trust between witnesses. Does not: finding them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from pipelines.dates import DateReading, reconcile
from pipelines.page.moments.witnesses import Found, is_refused
from pipelines.zone import local_date

_DAY: Final = 86_400
_IN_WEEKS = re.compile(r"\b(?:tuần|weeks?)\b", re.I)


def choose(
    fetched_at: datetime | None, visible: Sequence[Found], machine: Sequence[Found], url: DateReading
) -> tuple[Found | None, str]:
    """The witness of the publication and why; None where none is believed."""
    shown = next((found for found in visible if found.reading.value is not None and not found.updated), None)
    updated = next((found for found in visible if found.reading.value is not None and found.updated), None)
    told = next((found for found in machine if found.reading.value is not None), None)
    if shown is None and updated is not None and not _is_edit(updated, told):
        shown = updated  # "Cập nhật" as the only line beside the headline is the publication
    if shown is not None and told is not None:
        return _reconciled(fetched_at, shown, told)
    if shown is not None:
        return shown, "the date line of the article"
    if is_refused(visible):
        return None, ""
    if told is not None:
        return told, "the only statement of a publication"
    if url.value is not None:
        return Found(url, "url", "address", 0.5), "the page itself names no date"
    return None, ""


def _reconciled(fetched_at: datetime | None, shown: Found, told: Found) -> tuple[Found, str]:
    reading = reconcile(shown.reading, told.reading)
    if "witnesses_disagree" in reading.flags and _exchanged(shown.reading, told.reading):
        flags = tuple(dict.fromkeys((*shown.reading.flags, "month_first")))
        flags = tuple(flag for flag in flags if flag != "order_unproven")
        return replace(
            shown, reading=replace(shown.reading, flags=flags)
        ), "the machine tag has day and month exchanged"
    agreed = "witnesses_disagree" not in reading.flags
    if agreed:
        # Two witnesses that read alike prove the order of day and month.
        reading = replace(reading, flags=tuple(flag for flag in reading.flags if flag != "order_unproven"))
    if "witnesses_disagree" in reading.flags and not _may_be_clock(shown, told, fetched_at):
        flags = tuple(dict.fromkeys((*shown.reading.flags, "witnesses_disagree")))
        why = "page and machine tag differ; readers see the line of the page"
        return replace(shown, reading=replace(shown.reading, flags=flags), confidence=0.6), why
    base = told if reading.raw == told.reading.raw else shown
    confidence = 0.99 if agreed else min(shown.confidence, told.confidence)
    why = "page and machine tag agree" if agreed else "page and machine tag differ"
    if "tz_mislabeled" in reading.flags:
        why = "the machine tag is seven hours off the visible clock"
    return replace(base, reading=reading, confidence=confidence), why


def _may_be_clock(shown: Found, told: Found, fetched_at: datetime | None) -> bool:
    """Whether the visible line that contradicts a machine tag may be a clock in disguise, or is the coarser one."""
    if shown.reading.value is None or told.reading.value is None:
        return True
    weeks = "relative" in shown.reading.flags and _IN_WEEKS.search(shown.reading.raw) is not None
    if (
        shown.reading.precision == "day"
        and told.reading.precision != "day"
        and abs((shown.reading.value - told.reading.value).total_seconds()) < (8 if weeks else 2) * _DAY
    ):
        return True
    if fetched_at is None:
        return False
    age = (fetched_at - shown.reading.value).total_seconds()
    return age < 36 * 3600 and (shown.reading.value - told.reading.value).total_seconds() > 36 * 3600


def _exchanged(shown: DateReading, told: DateReading) -> bool:
    """Whether the two differ only by exchanging day and month (templates that write month first)."""
    if shown.value is None or told.value is None:
        return False
    one, other = local_date(shown.value), local_date(told.value)
    return one.year == other.year and one.day == other.month and one.month == other.day and one != other


def _is_edit(updated: Found, told: Found | None) -> bool:
    """Whether a line "Cập nhật ..." is an edit: the machine tag names an earlier publication (by more than a
    minute).
    """
    if told is None or told.reading.value is None or updated.reading.value is None:
        return False
    apart = (updated.reading.value - told.reading.value).total_seconds()
    return apart > 60 and apart != 7 * 3600 and not _exchanged(updated.reading, told.reading)


def why_not(found: Found, chosen: Found | None) -> str:
    """What to say of a witness that was not chosen."""
    if found.reading.value is None:
        return "no instant in it"
    if chosen is None:
        return "refused"
    if _same_minute(found.reading.value, chosen.reading):
        return "agrees"
    return "says another moment"


def _same_minute(value: datetime, chosen: DateReading) -> bool:
    if chosen.value is None:
        return False
    if chosen.precision == "day":
        return local_date(value) == local_date(chosen.value)
    return value.replace(second=0, microsecond=0) == chosen.value.replace(second=0, microsecond=0)
