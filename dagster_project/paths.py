"""Where everything lies inside the one data folder.

Belongs here: names of folders and files. Does not: opening or creating any of them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The data folder: `./data`, or what `TINTINH_DATA` names. All state of an archive lies in it."""

    root: Path

    @classmethod
    def from_environment(cls) -> DataFolder:
        """The folder that `TINTINH_DATA` names, else `data` in the current folder; always absolute."""
        return cls(Path(os.environ.get("TINTINH_DATA") or "data").expanduser().resolve())

    @property
    def archive(self) -> Path:
        """WARC segments and capture logs: the truth."""
        return self.root / "archive"

    @property
    def warehouse(self) -> Path:
        """The writer's database. Analysts use `published`."""
        return self.root / "warehouse" / "tintinh.duckdb"

    @property
    def published(self) -> Path:
        """The folder of the read-only database file, Parquet and manifest."""
        return self.root / "published"

    @property
    def published_db(self) -> Path:
        """The read-only database that analysts open."""
        return self.published / "tintinh.duckdb"

    @property
    def dagster_home(self) -> Path:
        """DAGSTER_HOME: instance settings, runs and event logs."""
        return self.root / "dagster"

    @property
    def inbox(self) -> Path:
        """WARC files dropped here are ingested by the running daemon."""
        return self.root / "inbox"

    @property
    def plans(self) -> Path:
        """Crawl plans handed to the spider, one a run, with the progress, result and log of that crawl beside them."""
        return self.root / "plans"

    @property
    def sources(self) -> Path:
        """The operator's own source files, beside those that ship with the package."""
        return self.root / "sources"

    @property
    def corrections(self) -> Path:
        """The operator's corrections, `corrections.yaml`: worth keeping under version control."""
        return self.root / "corrections.yaml"

    @property
    def redactions(self) -> Path:
        """The articles that were taken out for good, `redactions.yaml`."""
        return self.root / "redactions.yaml"

    @property
    def people(self) -> Path:
        """Whom the operator states to be one person, `people.yaml`: worth keeping under version control."""
        return self.root / "people.yaml"

    @property
    def dataset_file(self) -> Path:
        """What the operator states of a data set: title, licence, conditions, contact; `dataset.yaml`."""
        return self.root / "dataset.yaml"

    @property
    def alerts_file(self) -> Path:
        """The operator's settings for alerts, `alerts.yaml`; without it troubles are only written to a file."""
        return self.root / "alerts.yaml"

    @property
    def operations(self) -> Path:
        """What operation remembers between runs: the ledger of crawls, and which alerts were told."""
        return self.root / "operations"

    @property
    def reserve(self) -> Path:
        """Room that is given up on a full disk (`dagster_project.room`); nothing stands in it."""
        return self.root / ".reserve"

    @property
    def exports(self) -> Path:
        """Where `tintinh export` writes when it is not told a place."""
        return self.root / "exports"

    @property
    def logs(self) -> Path:
        """What the background processes of `tintinh crawl` and `tintinh ui` say."""
        return self.root / "logs"

    @property
    def demo_folder(self) -> DataFolder:
        """The demo's own data folder, inside this one: demo and real data never mix."""
        return DataFolder(self.root / "demo")

    @property
    def demo_state(self) -> Path:
        """Present in the demo's own folder alone: how far its site has moved on."""
        return self.root / "demo.json"
