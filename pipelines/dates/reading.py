"""What a reading of a date is, and nothing else. The grammar that makes one: the sibling modules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pipelines.records import Precision

Order = Literal["dmy", "mdy"]
Kind = Literal["published", "modified"]


@dataclass(frozen=True, slots=True)
class DateReading:
    """One string read as an instant, or the reason why it is none.

    `value` is UTC; a day stands at local midnight in Vietnam. `value` and `precision` are None together, and then a flag
    of `pipelines.flags` says why. `kind` is what a label on the same line claims, None where there is no label that tells.
    """

    value: datetime | None
    precision: Precision | None
    raw: str
    flags: tuple[str, ...] = ()
    kind: Kind | None = None
