"""Every flag a reading may carry, with its meaning; the reference in the docs is generated from here.

Belongs here: names and meanings, in one place, for every part that sets flags. Does not: the code that sets them.
A flag is never an error: it says what a careful reader would want to know about a value, or why there is none.
"""

from __future__ import annotations

from typing import Final

DATE_FLAGS: Final[dict[str, str]] = {
    "unreadable": "the text holds no date of a known form, or one that no calendar has (31/02); value NULL",
}

FLAGS: Final[dict[str, str]] = {**DATE_FLAGS}
"""Flag -> meaning."""
