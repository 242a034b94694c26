"""YAML files that people write by hand, and what is wrong with one said in one line.

Belongs here: reading such a file, with an error that names the line. Does not: what its fields mean (the modules that
own them), and data files of the package, whose faults are the project's own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


class Unreadable(ValueError):
    """A file that is no text or no YAML; the message names file, line and fault."""


def read_yaml(path: Path, loader: type[yaml.SafeLoader] = yaml.SafeLoader) -> Any:
    """What the file holds: lists, mappings, texts, numbers, days. Raises Unreadable."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 -- a SafeLoader
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Unreadable(f"{path}, line {line}: it is not UTF-8 text") from error
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror or error}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        said = ", ".join(part for part in (error.problem, error.context) if part)
        raise Unreadable(f"{path}{where}: {said}") from error
    except yaml.YAMLError as error:
        raise Unreadable(f"{path}: {' '.join(str(error).split())}") from error
