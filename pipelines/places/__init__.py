"""Places: which provinces, districts and communes a text names, as of which borders, and how sure that is.

Belongs here: the gazetteer with its validity in time (`data/`), finding names in a text (`mentions`), choosing the unit
that a name means (`resolve`). Does not: where the texts come from, tables (`warehouse.derived.places`).
Pure functions over text; a place that two units could be stays unresolved, with both.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pipelines.places.gazetteer import Change, Gazetteer, Unit, gazetteer
from pipelines.places.mentions import find_mentions
from pipelines.places.resolve import Home, Place, resolve

__all__ = ["Change", "Gazetteer", "Home", "Place", "Unit", "find_places", "gazetteer"]


def find_places(texts: Iterable[tuple[str, str]], on: date | None = None, home: Home | None = None) -> list[Place]:
    """The units that an article names, in the order in which they first appear.

    `texts`: (field, text) in reading order, one paragraph each; fields are `title`, `lead`, `body`, `section` and
    `dateline`, which is also found at the start of lead and body. `on`: day of publication in Vietnam, which decides
    between borders. `home`: the provinces of the outlet, the first guess for names that many communes share.
    """
    units = gazetteer()
    return resolve(find_mentions(texts, units), units, on, home or Home())
