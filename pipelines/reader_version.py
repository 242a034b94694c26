"""The version of the reader, where it can be asked without loading the reader and its libraries.

Belongs here: the number. Does not: the reader (`pipelines.reader`).
"""

from __future__ import annotations

from typing import Final

READER_VERSION: Final = "15"
"""Raised whenever a page may read differently than before: two captures of an article are compared under one version
only, so that a better reader makes no edit. `tests/golden` notices where it was forgotten."""
