"""What assets are given: the installation they work on.

Belongs here: Dagster resources. Does not: what assets do with them.
"""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from dagster_project.installation import Installation
from dagster_project.paths import DataFolder


class Archive(dg.ConfigurableResource):  # type: ignore[type-arg]  # the resource is its own value
    """The data folder, with its registry and host map; an empty `root` means `TINTINH_DATA`, else `./data`."""

    root: str = ""

    @property
    def installation(self) -> Installation:
        """The folder as it is now; the host map comes from the environment."""
        return Installation.from_environment(DataFolder(Path(self.root).resolve()) if self.root else None)
