"""Commands about alerts: alerts list, alerts test, alerts send.

Belongs here: showing what is open and trying the ways out. Does not: finding troubles or sending
(`dagster_project.alerts`).
"""

from __future__ import annotations

from datetime import UTC, datetime

import click

from dagster_project.cli.common import console, installation, readable_installation, table


@click.group()
def alerts() -> None:
    """What is wrong now, who is told, and whether telling works.

    \b
    Example:
      tintinh alerts list
    """


@alerts.command("list")
def list_() -> None:
    """Show what was wrong at the last look, when it was told, and messages that wait to be sent.

    \b
    Example:
      tintinh alerts list
    """
    from dagster_project.alerts.book import read_book

    book = read_book(readable_installation().folder)
    out = console()
    rows = [
        (
            row["title"],
            _local(row["since"]),
            _local(row["told"]) or "not yet",
            "\n".join(trouble["message"] for trouble in row["troubles"]),
        )
        for row in book.get("subjects", {}).values()
        if not row.get("away_since")
    ]
    looked = _local(book.get("last_round"))
    if not looked:
        out.print("nobody has looked yet: the daemon of `tintinh ui` does every minute, `tintinh alerts send` now")
        return
    if rows:
        out.print(table(f"Open at {looked}", ["what", "since", "told", "trouble"], rows))
    else:
        out.print(f"nothing is wrong (last look {looked})")
    waiting = [
        (row["subject"], name, state["tries"], _local(state["next"]), state["error"])
        for row in book.get("outbox", [])
        for name, state in row["waiting"].items()
    ]
    if waiting:
        out.print(table("Waiting to be sent", ["message", "by", "tries", "next try", "why"], waiting))


@alerts.command()
def test() -> None:
    """Send a test message by every way that is set, now. Fails if one of them does.

    \b
    Example:
      tintinh alerts test
    """
    from dagster_project.alerts.deliver import NotDelivered, channels
    from dagster_project.alerts.settings import load_settings
    from dagster_project.alerts.words import Message

    folder = installation().folder
    now = datetime.now(UTC)
    message = Message(
        f"test-{now:%Y%m%d%H%M%S}",
        now,
        "tintinh: test of the alerts",
        f"This is a test. Alerts of the archive in {folder.root} reach you this way.",
    )
    failed = []
    for name, channel in channels(load_settings(folder), folder).items():
        try:
            channel(message)
        except NotDelivered as error:
            failed.append(f"{name}: {error}")
        else:
            click.echo(f"{name}: sent")
    if failed:
        raise click.ClickException("; ".join(failed))


@alerts.command()
def send() -> None:
    """Look for troubles now and send what is new; also says when the daemon is down (for cron or a systemd timer).

    \b
    Example:
      tintinh alerts send
    """
    from dagster_project.alerts.rounds import turn
    from dagster_project.instance import open_instance

    installed = readable_installation()
    with open_instance(installed) as instance:
        from dagster_project.definitions import defs

        keys = defs.resolve_asset_graph().asset_check_keys
        done = turn(installed, instance, keys, datetime.now(UTC), from_daemon=False)
    for alert in done.told:
        click.echo("\n".join(alert.lines()))
    if not done.told:
        click.echo(f"nothing new to tell ({done.open} open)")
    if done.errors:
        raise click.ClickException("; ".join(f"{name}: {error}" for name, error in done.errors.items()))


def _local(moment: str | None) -> str:
    from dagster_project.cli.common import cell

    return cell(datetime.fromisoformat(moment)) if moment else ""


COMMANDS = (alerts,)
