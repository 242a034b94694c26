"""The list of all derivations, in the order in which they run.

Belongs here: the list. A new derivation is one module beside this one and one line here; the Dagster asset, the queue
and the rebuild follow from it. Does not: how they are run (`warehouse.derived.runner`).
"""

from __future__ import annotations

from warehouse.derived.runner import Derivation

DERIVATIONS: tuple[Derivation, ...] = ()


def find(name: str) -> Derivation:
    """The derivation of that name. Raises KeyError."""
    return next(each for each in DERIVATIONS if each.name == name)
