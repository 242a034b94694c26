"""Grouping and remembering of troubles; the settings and their errors."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dagster_project import statefile
from dagster_project.alerts.book import note, read_book, send_waiting
from dagster_project.alerts.deliver import NotDelivered
from dagster_project.alerts.settings import AlertSettings, load_settings
from dagster_project.alerts.words import Message, Trouble
from dagster_project.installation import Unusable
from dagster_project.paths import DataFolder

START = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
DEAD = Trouble("crawl-failed", "bao-a", "bao-a: nothing came in")
SILENT = Trouble("silent", "bao-a", "bao-a: no good crawl")
SETTINGS = AlertSettings()


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path)


def tell(folder: DataFolder, minutes: float, troubles: Sequence[Trouble], **more: object) -> list[str]:
    alerts = note(folder, troubles, START + timedelta(minutes=minutes), SETTINGS, ["file"], **more)  # type: ignore[arg-type]
    return [f"{alert.state} {alert.subject}" for alert in alerts]


def test_a_dead_outlet_is_one_message_a_day_and_its_end_is_told_once(folder: DataFolder) -> None:
    assert tell(folder, 0, [DEAD]) == ["new bao-a"]
    assert tell(folder, 60, [DEAD, SILENT]) == []
    assert tell(folder, 24 * 60 - 1, [DEAD, SILENT]) == []
    assert tell(folder, 24 * 60, [DEAD, SILENT]) == ["still bao-a"]
    assert tell(folder, 25 * 60, []) == []  # not at once: it may come back
    assert tell(folder, 25 * 60 + 30, []) == ["over bao-a"]
    assert tell(folder, 27 * 60, []) == []


def test_what_comes_and_goes_is_no_more_than_one_message_a_day(folder: DataFolder) -> None:
    told = [line for hour in range(24) for line in tell(folder, hour * 60, [DEAD] if hour % 4 < 2 else [])]
    assert told == ["new bao-a", "over bao-a"]
    assert tell(folder, 24 * 60, [DEAD]) == ["new bao-a"]


def test_many_troubles_of_one_look_are_one_message(folder: DataFolder) -> None:
    assert len(tell(folder, 0, [Trouble("silent", f"bao-{n}", "silent") for n in range(150)])) == 150
    assert len(read_book(folder)["outbox"]) == 1
    assert tell(folder, 5, [Trouble("disk", "disk", "full")]) == []  # with the next message
    assert "new disk" in tell(folder, 10, [Trouble("disk", "disk", "full")])


def test_what_happened_is_told_once_and_never_over(folder: DataFolder) -> None:
    gap = Trouble("engine", "engine", "nothing ran", event=True)
    assert tell(folder, 0, [DEAD]) == ["new bao-a"]
    assert tell(folder, 1, [DEAD, gap]) == []
    assert tell(folder, 2, [DEAD]) == []
    assert tell(folder, 11, [DEAD]) == ["new engine"]
    assert tell(folder, 100, [DEAD]) == []
    assert tell(folder, 600, [DEAD, gap]) == ["new engine"]  # another one, on the same day


def test_what_cannot_be_looked_at_stays_open(folder: DataFolder) -> None:
    tell(folder, 0, [DEAD])
    assert tell(folder, 60, [], blind={"crawl-failed"}) == []
    assert tell(folder, 120, [], blind={"crawl-failed"}) == []
    assert tell(folder, 180, []) == []
    assert tell(folder, 211, []) == ["over bao-a"]


def test_muted_troubles_are_not_told(folder: DataFolder) -> None:
    settings = AlertSettings(mute=("bao-a", "language"))
    assert note(folder, [DEAD, Trouble("check", "bao-b", "x", "language")], START, settings, ["file"]) == []


def test_a_delivery_that_fails_is_tried_again_less_and_less_often_then_dropped(folder: DataFolder) -> None:
    tell(folder, 0, [DEAD])
    tries: list[float] = []

    def broken(_message: Message) -> None:
        tries.append(minute)
        raise NotDelivered("no server")

    for step in range(5 * 24 * 60):
        minute = float(step)
        send_waiting(folder, {"file": broken}, START + timedelta(minutes=minute))
        if not read_book(folder)["outbox"]:
            break
    assert tries[:8] == [0, 1, 3, 7, 15, 31, 63, 123]
    assert 3 * 24 * 60 < minute < 3 * 24 * 60 + 120
    sent: list[Message] = []
    tell(folder, 5 * 24 * 60, [DEAD])
    send_waiting(folder, {"file": sent.append}, START + timedelta(days=6))
    assert [m.subject for m in sent] == ["tintinh: 1 still: bao-a"]
    assert read_book(folder)["outbox"] == []


def test_a_full_disk_does_not_keep_the_book_from_being_written(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(folder, 0, [])
    reserve = folder.operations / ".reserve"
    assert reserve.stat().st_size == statefile.RESERVE_BYTES
    plain = statefile._write

    def full(path: Path, text: str) -> None:
        if reserve.exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        plain(path, text)

    monkeypatch.setattr(statefile, "_write", full)
    assert tell(folder, 1, [Trouble("disk", "disk", "full")]) == ["new disk"]
    assert tell(folder, 2, [Trouble("disk", "disk", "full")]) == []


def test_a_damaged_book_is_put_aside(folder: DataFolder) -> None:
    tell(folder, 0, [DEAD])
    (folder.operations / "alerts.json").write_bytes(b"\0" * 100)
    assert tell(folder, 60, [DEAD]) == ["new bao-a"]
    assert (folder.operations / "alerts.json.damaged").exists()


GOOD = """
webhook: {url: "https://chat.example/hook/${TOKEN}", headers: {X-Key: "${TOKEN}"}}
email: {host: mail.example, from: a@b.example, to: "c@d.example, e@f.example", user: u, password: "${TOKEN}"}
disk_free_mb: 5000
"""


def test_settings_take_secrets_from_the_environment_and_never_show_them(folder: DataFolder) -> None:
    folder.alerts_file.write_text(GOOD)
    settings = load_settings(folder, {"TOKEN": "geheim"})
    assert settings.webhook is not None
    assert settings.webhook.url.get_secret_value() == "https://chat.example/hook/geheim"
    assert settings.email is not None
    assert settings.email.to == ("c@d.example", "e@f.example")
    assert "geheim" not in repr(settings) + settings.model_dump_json()


def test_settings_from_the_environment_alone(folder: DataFolder) -> None:
    environment = {
        "TINTINH_ALERTS_SMTP": "smtps://me:p%40ss@mail.example",
        "TINTINH_ALERTS_TO": "a@b.example",
        "TINTINH_ALERTS_WEBHOOK": "http://127.0.0.1:1/x",
        "TINTINH_ALERTS_FILE": "alerts.log",
    }
    settings = load_settings(folder, environment)
    assert settings.email is not None
    assert (settings.email.host, settings.email.port, settings.email.security) == ("mail.example", 465, "tls")
    assert settings.email.password is not None
    assert settings.email.password.get_secret_value() == "p@ss"
    assert settings.email.sender == "a@b.example"
    assert settings.file == "alerts.log"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("webhook: {url: [", "line 1"),
        ("- a", "must hold keys and values"),
        ("webhook: {url: 'ftp://geheim.example'}", "webhook.url: Value error, must be an http(s) address"),
        ("webhook: {url: '${NOT_SET}'}", "${NOT_SET}, which is not set"),
        ("email: {host: h, from: a@b.c, to: geheim}", "no mail address"),
        ("email: {host: h, from: a@b.c, to: a@b.c, pasword: geheim}", "email.pasword"),
        ("silent_after: 0", "silent_after"),
    ],
)
def test_errors_of_the_settings_are_in_words_and_name_the_place(folder: DataFolder, text: str, said: str) -> None:
    folder.alerts_file.write_text(text)
    with pytest.raises(Unusable) as raised:
        load_settings(folder, {})
    assert said in str(raised.value)
    assert "alerts.yaml" in str(raised.value)
    if "no mail address" not in said:
        assert "geheim" not in str(raised.value)
