"""The list of all derivations, in the order in which they run.

Belongs here: the list. A new derivation is one module beside this one and one line here; the Dagster asset, the queue
and the rebuild follow from it. Does not: how they are run (`warehouse.derived.runner`).
"""

from __future__ import annotations

from warehouse.derived.measures import MEASURES
from warehouse.derived.people import PEOPLE
from warehouse.derived.places import PLACES
from warehouse.derived.runner import Derivation
from warehouse.derived.search import SEARCH
from warehouse.derived.source_credits import SOURCE_CREDITS
from warehouse.derived.stories import STORIES

DERIVATIONS: tuple[Derivation, ...] = (SOURCE_CREDITS, MEASURES, PEOPLE, PLACES, STORIES, SEARCH)


def find(name: str) -> Derivation:
    """The derivation of that name. Raises KeyError."""
    return next(each for each in DERIVATIONS if each.name == name)
