"""Alerts to a real mail server and a real web server on the loopback address."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import logging
import os
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dagster_project.alerts.book import read_book
from dagster_project.alerts.rounds import turn
from dagster_project.assets import published
from dagster_project.checks.catalogue import CHECKS
from dagster_project.checks.judging import Answer, Finding, Report
from dagster_project.checks.results import result_of
from dagster_project.cli import run
from dagster_project.installation import Installation
from dagster_project.instance import open_instance
from dagster_project.ledger import Ledger
from dagster_project.paths import DataFolder

PASSWORD = "mat-khau geheim"
NOW = dt.datetime(2026, 11, 25, 3, 0, tzinfo=dt.UTC)


def certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


class Mailbox:
    def __init__(self) -> None:
        self.mails: list[Envelope] = []
        self.encrypted: list[bool] = []

    async def handle_DATA(self, _server: Any, session: Any, envelope: Envelope) -> str:
        self.mails.append(envelope)
        self.encrypted.append(session.ssl is not None)
        return "250 taken"


@contextmanager
def mail_server(box: Mailbox, folder: Path, *, tls: bool) -> Iterator[int]:
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate(folder))

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        return AuthResult(success=data.password.decode() == PASSWORD and data.login == b"nhap-tin", handled=False)

    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=0,
        tls_context=context,
        require_starttls=tls,
        authenticator=authenticate if tls else None,
        auth_required=tls,
        enable_SMTPUTF8=True,
    )
    controller.port = 0
    try_out = controller._trigger_server

    def with_its_port() -> None:
        # The controller's own self-test connects to the port it was told; a free one is known only once it listens.
        assert controller.server is not None
        controller.port = controller.server.sockets[0].getsockname()[1]
        try_out()

    controller._trigger_server = with_its_port  # type: ignore[method-assign]
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def web_server(status: list[int]) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Answers with the first status of the list while there is more than one, then always with the last."""
    got: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = status.pop(0) if len(status) > 1 else status[0]
            if answer < 300:
                got.append({"path": self.path, "key": self.headers["X-Key"], **json.loads(body)})
            self.send_response(answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            """Silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server.server_address[1], got
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    for name in ("TINTINH_DATA", "DAGSTER_HOME"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    folder = DataFolder(tmp_path / "data")
    folder.root.mkdir()
    folder.demo_state.write_text('{"step": 0}')
    monkeypatch.setenv("TINTINH_DATA", str(folder.root))
    return Installation(folder)


@pytest.fixture
def instance(installed: Installation) -> Iterator[dg.DagsterInstance]:
    with open_instance(installed) as opened:
        yield opened


def test_one_trouble_goes_by_all_ways_with_starttls_and_login(
    installed: Installation,
    instance: dg.DagsterInstance,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    Ledger(installed.folder).started("demo-lamxuyen", "run", NOW - dt.timedelta(hours=1))
    Ledger(installed.folder).ended("demo-lamxuyen", "run", "blocked", NOW, message="demo-lamxuyen: từ chối chúng tôi")
    box = Mailbox()
    with mail_server(box, tmp_path, tls=True) as smtp, web_server([200]) as (port, posted):
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        monkeypatch.setenv("KHOA", "khóa".encode().hex())
        installed.folder.alerts_file.write_text(
            f"webhook: {{url: 'http://127.0.0.1:{port}/hook/${{KHOA}}', headers: {{X-Key: '${{KHOA}}'}}}}\n"
            f"email: {{host: 127.0.0.1, port: {smtp}, from: tin@tinh.example, to: [a@b.example, c@d.example],"
            f" user: nhap-tin, password: '{PASSWORD}'}}\n"
            "file: alerts.log\ndisk_free_mb: 0\n"
        )
        done = turn(installed, instance, (), NOW)
        again = turn(installed, instance, (), NOW + dt.timedelta(hours=1))
    assert done.errors == {}
    assert [alert.subject for alert in done.told] == ["demo-lamxuyen"]
    assert again.told == []
    (letter,) = box.mails
    assert box.encrypted == [True]
    assert letter.rcpt_tos == ["a@b.example", "c@d.example"]
    mail = message_from_bytes(letter.content, policy=policy.default)  # type: ignore[arg-type]
    assert mail["Subject"] == "tintinh: 1 new: Báo Lam Xuyên (demo-lamxuyen)"
    assert "từ chối chúng tôi" in mail.get_content()  # type: ignore[attr-defined]
    assert posted[0]["key"] == os.environ["KHOA"]
    assert posted[0]["alerts"][0]["troubles"][0]["kind"] == "blocked"
    assert "từ chối chúng tôi" in posted[0]["text"]
    line = json.loads((installed.folder.root / "alerts.log").read_text())
    assert line["id"] == posted[0]["id"]
    told = caplog.text + (installed.folder.operations / "alerts.json").read_text()
    assert PASSWORD not in told
    assert os.environ["KHOA"] not in told


def test_a_webhook_that_fails_is_asked_again_until_it_takes_the_message(
    installed: Installation, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    Ledger(installed.folder).ended("demo-lamxuyen", "run", "blocked", NOW, message="blocked")
    with web_server([500, 302, 200]) as (port, posted):
        monkeypatch.setenv("TINTINH_ALERTS_WEBHOOK", f"http://127.0.0.1:{port}/x")
        errors = [turn(installed, instance, (), NOW + dt.timedelta(minutes=m)).errors for m in range(5)]
    assert "answered 500" in errors[0]["webhook"]
    assert "webhook" in errors[1]
    assert errors[2] == {}  # not its time yet
    assert len(posted) == 1
    assert read_book(installed.folder)["outbox"] == []


def test_a_failed_check_and_a_failed_crawl_of_one_outlet_are_one_alert(
    installed: Installation, instance: dg.DagsterInstance
) -> None:
    installed.folder.alerts_file.write_text("disk_free_mb: 0\n")
    (check,) = [check for check in CHECKS if check.name == "refusals"]
    found = Answer([Finding("demo-lamxuyen", "demo-lamxuyen: 88% refused"), Finding(None, "the check broke")], 3)
    result = result_of(Report(check, found))
    instance.report_runless_asset_event(
        dg.AssetCheckEvaluation(result.asset_key, check.name, passed=False, metadata=result.metadata)
    )
    Ledger(installed.folder).ended("demo-lamxuyen", "run", "blocked", NOW, message="demo-lamxuyen: they refuse us")
    done = turn(installed, instance, [dg.AssetCheckKey(published.key, "refusals")], NOW)
    told = {alert.subject: [trouble.kind for trouble in alert.troubles] for alert in done.told}
    assert told == {"demo-lamxuyen": ["blocked", "check"], "check:refusals": ["check"]}


def test_a_source_file_that_cannot_be_used_is_told_of_its_outlet(
    installed: Installation, instance: dg.DagsterInstance
) -> None:
    installed.folder.alerts_file.write_text("disk_free_mb: 0\n")
    installed.folder.sources.mkdir()
    (installed.folder.sources / "bao-moi.yaml").write_text("id: bao-moi\nenabeld: true\n")
    (alert,) = turn(installed, instance, (), NOW).told
    assert alert.subject == "bao-moi"
    assert "enabeld: unknown field" in alert.troubles[0].message
    (installed.folder.sources / "bao-moi.yaml").unlink()
    mended = Installation(installed.folder)
    assert turn(mended, instance, (), NOW + dt.timedelta(minutes=1)).told == []
    (alert,) = turn(mended, instance, (), NOW + dt.timedelta(minutes=40)).told
    assert (alert.subject, alert.state) == ("bao-moi", "over")


def test_broken_settings_are_told_by_the_file(installed: Installation, instance: dg.DagsterInstance) -> None:
    installed.folder.alerts_file.write_text("webhok: {}\n")
    done = turn(installed, instance, (), NOW)
    assert "webhok" in done.errors["settings"]
    assert "webhok" in (installed.folder.operations / "alerts.jsonl").read_text()


def test_the_command_sends_a_test_by_every_way_and_names_the_one_that_fails(
    installed: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    box = Mailbox()
    with mail_server(box, tmp_path, tls=False) as smtp, web_server([403]) as (port, _):
        monkeypatch.setenv("TINTINH_ALERTS_SMTP", f"smtp+plain://127.0.0.1:{smtp}")
        monkeypatch.setenv("TINTINH_ALERTS_TO", "a@b.example")
        assert run(["alerts", "test"]) == 0
        monkeypatch.setenv("TINTINH_ALERTS_WEBHOOK", f"http://127.0.0.1:{port}/geheim")
        assert run(["alerts", "test"]) == 1
    assert len(box.mails) == 2
    out, err = capsys.readouterr()
    assert "email: sent" in out
    assert "the webhook at 127.0.0.1 answered 403" in err
    assert "geheim" not in out + err


def test_a_server_that_is_not_there_or_has_a_certificate_nobody_knows(
    installed: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TINTINH_ALERTS_TO", "a@b.example")
    with mail_server(Mailbox(), tmp_path, tls=True) as smtp:
        monkeypatch.setenv("TINTINH_ALERTS_SMTP", f"smtp://u:geheim@127.0.0.1:{smtp}")
        assert run(["alerts", "test"]) == 1
        assert "TLS: CERTIFICATE_VERIFY_FAILED" in capsys.readouterr().err
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        assert run(["alerts", "test"]) == 1
        assert "does not accept this user and password" in capsys.readouterr().err
        monkeypatch.setenv("TINTINH_ALERTS_SMTP", f"smtp://u:gehe%C3%ADm@127.0.0.1:{smtp}")
        assert run(["alerts", "test"]) == 1
        assert "cannot be told" in capsys.readouterr().err
    assert run(["alerts", "test"]) == 1
    err = capsys.readouterr().err
    assert "Connection refused" in err
    assert "geheim" not in err


def test_the_list_shows_what_is_open(
    installed: Installation, instance: dg.DagsterInstance, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["alerts", "list"]) == 0
    assert "nobody has looked yet" in capsys.readouterr().out
    Ledger(installed.folder).ended("demo-lamxuyen", "run", "blocked", NOW, message="they refuse us")
    installed.folder.alerts_file.write_text("disk_free_mb: 0\n")
    turn(installed, instance, (), NOW)
    assert run(["alerts", "list"]) == 0
    assert "they refuse us" in capsys.readouterr().out
