"""The reference of all commands in Markdown, made from the commands themselves.

Belongs here: walking the commands and writing their help down. Does not: any help text (it stands with each command).
`python -m dagster_project.cli.reference > docs/commands.md` remakes the page; a test holds the two equal.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from dagster_project.cli import cli

HEAD = """# The tintinh command

Made from the commands by `python -m dagster_project.cli.reference > docs/commands.md`; do not edit by hand.
Inside a clone the command is `.venv/bin/tintinh`.

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | failed; standard error says why, and what to do |
| 2 | the command line was wrong (an unknown source, too) |
| 3 | done in part: one source, file or page failed and is named, the others are done |
| 130 | interrupted; what was fetched is kept, and the next run goes on |

| environment variable | meaning |
| --- | --- |
| `TINTINH_DATA` | the data folder (default: `data` in the current folder) |
| `TINTINH_CONTACT` | your mail or web address, sent with every request; a crawl of a real outlet needs it |
| `TINTINH_HOST_MAP` | `host=127.0.0.1:port` pairs: where bytes come from instead (a mirror, tests) |
| `TINTINH_MEMORY` | what DuckDB may use before it spills to disk (default 1500MB) |
"""


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its whole name, in the order of the help; groups come before their members."""
    yield "tintinh", cli
    yield from _members("tintinh", cli)


def _members(name: str, group: click.Group) -> Iterator[tuple[str, click.Command]]:
    for member in sorted(group.commands):
        command = group.commands[member]
        yield f"{name} {member}", command
        if isinstance(command, click.Group):
            yield from _members(f"{name} {member}", command)


def render() -> str:
    """The page."""
    parts = [HEAD]
    for name, command in commands():
        context = click.Context(command, info_name=name, max_content_width=100, terminal_width=100)
        parts.append(f"## {name}\n\n```\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(render())
