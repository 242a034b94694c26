"""Sending one message by webhook, by mail, and into a file.

Belongs here: the three ways, and an error that says what went wrong without telling a secret. Does not: trying again
(`dagster_project.alerts.book`), or what a message says (`dagster_project.alerts.words`).
"""

from __future__ import annotations

import http.client
import json
import smtplib
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dagster_project.alerts.settings import AlertSettings, Email, Webhook
from dagster_project.alerts.words import Message
from dagster_project.paths import DataFolder


class NotDelivered(Exception):
    """A message did not go out by one way; the text says why, without secrets."""


Channel = Callable[[Message], None]


def channels(settings: AlertSettings, folder: DataFolder) -> Mapping[str, Channel]:
    """The ways that are set, by name; without any, the file in the data folder. Each raises NotDelivered."""
    found: dict[str, Channel] = {}
    if settings.webhook:
        webhook = settings.webhook
        found["webhook"] = lambda message: post(webhook, message)
    if settings.email:
        email = settings.email
        found["email"] = lambda message: mail(email, message)
    if settings.file or not settings.has_channel:
        path = folder.root / settings.file if settings.file else folder.operations / "alerts.jsonl"
        found["file"] = lambda message: append(path, message)
    return found


def post(webhook: Webhook, message: Message) -> None:
    """Posts the message as JSON; any answer but 2xx is an error."""
    url = webhook.url.get_secret_value()
    where = urlsplit(url).hostname
    headers = {name: value.get_secret_value() for name, value in webhook.headers.items()}
    request = urllib.request.Request(  # noqa: S310 - settings accept http and https alone
        url,
        data=json.dumps(message.as_json(), ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": "tintinh", **headers},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=webhook.timeout_s) as answer:  # noqa: S310 - as above
            answer.read(1000)
    except urllib.error.HTTPError as error:
        error.close()
        raise NotDelivered(f"the webhook at {where} answered {error.code} {error.reason}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotDelivered(f"the webhook at {where} cannot be reached: {_reason(error)}") from None


def mail(email: Email, message: Message) -> None:
    """Sends the message as a plain mail to everybody at once."""
    letter = EmailMessage()
    letter["Subject"] = message.subject
    letter["From"] = email.sender
    letter["To"] = ", ".join(email.to)
    letter["Date"] = format_datetime(message.at)
    letter["Message-ID"] = make_msgid(idstring=message.id, domain=email.sender.rsplit("@", 1)[1])
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.text)
    where = f"{email.host}:{email.port}"
    try:
        with _connected(email) as server:
            if email.user:
                server.login(email.user, email.password.get_secret_value() if email.password else "")
            refused = server.send_message(letter)
    except smtplib.SMTPAuthenticationError:
        raise NotDelivered(f"the mail server {where} does not accept this user and password") from None
    except smtplib.SMTPRecipientsRefused as error:
        raise NotDelivered(f"the mail server {where} refuses {', '.join(error.recipients)}") from None
    except smtplib.SMTPNotSupportedError as error:
        raise NotDelivered(f"the mail server {where} cannot do that: {error}") from None
    except smtplib.SMTPResponseException as error:
        raise NotDelivered(f"the mail server {where} answered {error.smtp_code}") from None
    except UnicodeEncodeError:
        raise NotDelivered(f"user or password for {where} hold letters that mail servers cannot be told") from None
    except (OSError, smtplib.SMTPException) as error:
        raise NotDelivered(f"the mail server {where} cannot be reached: {_reason(error)}") from None
    if refused:
        raise NotDelivered(f"the mail server {where} refuses {', '.join(refused)}")


def _connected(email: Email) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if email.security == "tls":
        return smtplib.SMTP_SSL(email.host, email.port, timeout=email.timeout_s, context=context)
    server = smtplib.SMTP(email.host, email.port, timeout=email.timeout_s)
    if email.security == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


def append(path: Path, message: Message) -> None:
    """Adds one line of JSON to the file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(message.as_json(), ensure_ascii=False) + "\n")
    except OSError as error:
        raise NotDelivered(f"{path} cannot be written: {error.strerror}") from None


def _reason(error: Any) -> str:
    inner = error if isinstance(error, ssl.SSLError) else getattr(error, "reason", error)
    if isinstance(inner, ssl.SSLError):
        return f"TLS: {inner.reason or 'no agreement'}"
    if isinstance(inner, TimeoutError | socket.timeout):
        return "no answer in time"
    if isinstance(inner, OSError) and inner.strerror:
        return inner.strerror
    return type(inner).__name__
