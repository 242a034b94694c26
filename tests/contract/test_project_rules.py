"""The rules of the house that a machine can check: layers, docstrings, data files, no traces of a machine."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("scraper", "pipelines", "warehouse", "dagster_project")


def _tracked(*patterns: str) -> list[Path]:
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        names = subprocess.run(
            [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split("\0")
        return [ROOT / name for name in names if name and (ROOT / name).is_file()]
    return [path for pattern in patterns for path in ROOT.rglob(pattern) if ".venv" not in path.parts]


def test_imports_point_down_only() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    outcome = subprocess.run([str(lint)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_says_what_belongs_in_it(package: str) -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / package).rglob("*.py"))
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent, f"modules without a docstring: {silent}"


def test_sql_lives_in_sql_files() -> None:
    statement = re.compile(r"\b(CREATE TABLE|INSERT INTO|DELETE FROM|MERGE INTO)\b", re.IGNORECASE)
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and statement.search(node.value)
                    and len(node.value) > 120
                ):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not found, f"long SQL statements in Python, move them to a .sql file: {found}"


def test_no_trace_of_a_machine_or_a_registry() -> None:
    home = "/" + "root" + "/"
    registries = r"|py" + r"pi\.org|python" + r"hosted|registry\.npm" + "js"
    trace = re.compile(r"(?<![\w.])/(?:work|farm)/|" + home + registries)
    found = []
    for path in _tracked("*"):
        if path.suffix in {".png", ".gz", ".ico", ".woff2"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in trace.finditer(text)]
    assert not found, found


def test_constraints_pin_every_dependency_by_name_and_version_alone() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split("\n")
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.+!-]+", line) for line in pins), "only NAME==VERSION lines"
    pinned = {re.sub(r"[-_.]+", "-", line.split("==")[0]).lower() for line in pins}
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(d for group in project["optional-dependencies"].values() for d in group)]
    names = {re.sub(r"[-_.]+", "-", re.split(r"[<>=\[; ]", dep)[0]).lower() for dep in wanted}
    assert names <= pinned, f"not pinned in constraints.txt: {sorted(names - pinned)}"
