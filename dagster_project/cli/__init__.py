"""The tintinh command: one module a group of subcommands.

Belongs here: reading arguments, printing answers, turning errors into messages and exit codes. Does not: any work of
its own. Commands import what they need when they run, so that those without Dagster and Scrapy start at once.

Exit codes: 0 done; 1 failed; 2 the command line was wrong; 3 done in part (the rest is named); 130 interrupted.
"""

from __future__ import annotations

import os
import sys

import click

from dagster_project.cli import alerts, archive, ask, bring, care, correct, look, people, read, serve, switches

FAILED, USAGE, PARTLY, INTERRUPTED = 1, 2, 3, 130

LONGEST = 1500
"""Characters of a message: a registry with two hundred faults would fill the terminal with them."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="tintinh")
@click.option("--data", metavar="FOLDER", help="The data folder, instead of TINTINH_DATA.")
@click.option("--demo", is_flag=True, help="Work on the demo's archive, in the folder `demo` inside the data folder.")
def cli(data: str | None, demo: bool) -> None:
    """The archive of Vietnamese provincial news: collect, read, keep every version, ask in SQL.

    All state lies in one data folder: ./data, or what TINTINH_DATA names. Exit codes: 0 done, 1 failed, 2 wrong command
    line, 3 done in part (the rest is named), 130 interrupted.

    \b
    Example:
      tintinh demo
    """


HELP_OPTIONS = ["-h", "--help"]


def _same_help_options(command: click.Command) -> None:
    """Settles `-h` and `--help` for a command and those below it: click keeps what the first caller happened to ask."""
    command.context_settings["help_option_names"] = HELP_OPTIONS
    command.get_help_option(click.Context(command, help_option_names=HELP_OPTIONS))
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        _same_help_options(below)


_GROUPS = (archive, bring, correct, care, read, ask, people, look, switches, serve, alerts)
for _command in (command for group in _GROUPS for command in group.COMMANDS):
    cli.add_command(_command)
_same_help_options(cli)


def main() -> None:
    """The entry point: runs the command line and leaves with one of the documented exit codes."""
    sys.exit(run())


def run(arguments: list[str] | None = None) -> int:
    """Runs one command line (by default this process's) and returns its exit code; messages go to standard error."""
    try:
        code = cli.main(arguments, standalone_mode=False, prog_name="tintinh")
    except click.exceptions.Exit as leaving:
        code = leaving.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; what was fetched is kept, and the next run goes on from there", err=True)
        code = INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except BrokenPipeError:
        # The reader of our output has gone; nothing more can be told, and Python must not try at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = FAILED
    except Exception as error:
        message = _in_words(error)
        if message is None:
            raise
        click.echo(f"Error: {message if len(message) <= LONGEST else message[:LONGEST] + ' ...'}", err=True)
        code = USAGE if type(error).__name__ == "UnknownSource" else FAILED
    return code if isinstance(code, int) else 0


def _in_words(error: Exception) -> str | None:
    """The message of an error that was raised on purpose; None for one that is a fault of the program."""
    # Compared by name: importing the classes would load DuckDB and Scrapy for commands that need neither.
    purposeful = {"Unusable", "WarehouseError", "ArchiveError", "UnknownSource", "BadSource", "CrawlRefused"}
    if {cls.__name__ for cls in type(error).__mro__} & purposeful:
        return str(error)
    if isinstance(error, PermissionError):
        return f"no permission for {error.filename}; give this user the right, or name another place"
    if isinstance(error, OSError) and error.errno in {28, 122}:
        return f"no room left on the disk ({error.filename or 'data folder'}); what was written before is whole"
    if isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError):
        return f"{error.strerror}: {error.filename}"
    return None
