"""What the operator says about alerts: `alerts.yaml` in the data folder, and the environment.

Belongs here: the shape of that file, its errors in words, secrets taken from the environment. Does not: sending.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from dagster_project.installation import Unusable
from dagster_project.paths import DataFolder
from pipelines.yaml_files import Unreadable, read_yaml

WEBHOOK_VARIABLE = "TINTINH_ALERTS_WEBHOOK"
SMTP_VARIABLE = "TINTINH_ALERTS_SMTP"
"""`smtp://user:password@host:587` (STARTTLS), `smtps://...:465` (TLS), `smtp+plain://host:25` (neither)."""
TO_VARIABLE = "TINTINH_ALERTS_TO"
FILE_VARIABLE = "TINTINH_ALERTS_FILE"

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Webhook(_Part):
    """Where alerts are posted as JSON; `text` holds the message, as chat services expect it."""

    url: SecretStr  # chat services put their token into the address
    headers: dict[str, SecretStr] = Field(default_factory=dict)
    timeout_s: float = Field(default=20, gt=0, le=300)

    @field_validator("url")
    @classmethod
    def _is_web_address(cls, url: SecretStr) -> SecretStr:
        parts = urlsplit(url.get_secret_value())
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be an http(s) address")
        return url


class Email(_Part):
    """The mail server and the people."""

    host: str = Field(min_length=1)
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: SecretStr | None = None
    sender: str = Field(alias="from", pattern=r"^[^@\s]+@[^@\s]+$")
    to: tuple[str, ...] = Field(min_length=1)
    timeout_s: float = Field(default=30, gt=0, le=300)

    @field_validator("to", mode="before")
    @classmethod
    def _one_or_many(cls, to: Any) -> Any:
        return re.split(r"[\s,;]+", to.strip()) if isinstance(to, str) else to

    @field_validator("to")
    @classmethod
    def _are_addresses(cls, to: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [address for address in to if not re.fullmatch(r"[^@\s]+@[^@\s]+", address)]
        if wrong:
            raise ValueError(f"no mail address: {', '.join(wrong)}")
        return to


class AlertSettings(_Part):
    """All of `alerts.yaml`; every key may be left out."""

    file: str | None = None  # JSON lines; relative to the data folder; without any channel: operations/alerts.jsonl
    webhook: Webhook | None = None
    email: Email | None = None
    disk_free_mb: int = Field(default=2000, ge=0)
    silent_after: float = Field(default=2.0, ge=1)  # times the source's own cadence without a good crawl
    repeat_hours: float = Field(default=24, gt=0)  # one that lasts is told again after so long
    pause_minutes: float = Field(default=10, ge=0)  # least time between two messages
    mute: tuple[str, ...] = ()  # source ids, names of checks or kinds of trouble that nobody wants to hear of

    @property
    def has_channel(self) -> bool:
        """Whether anything but the default file is set."""
        return bool(self.file or self.webhook or self.email)


def load_settings(folder: DataFolder, environment: Mapping[str, str] | None = None) -> AlertSettings:
    """The settings of this data folder; variables of the environment win. Raises Unusable, in words, never a secret."""
    environment = os.environ if environment is None else environment
    path = folder.alerts_file
    try:
        loaded = read_yaml(path) if path.exists() else None
    except Unreadable as error:
        raise Unusable(f"{error}; docs/operate.md shows one that works") from None
    if loaded is not None and not isinstance(loaded, dict):
        raise Unusable(f"{path} must hold keys and values (webhook, email, file, ...); docs/operate.md shows one")
    values = _filled(dict(loaded or {}), environment, path)
    values.update(_from_environment(values, environment))
    try:
        return AlertSettings.model_validate(values)
    except ValidationError as error:
        # Only places and reasons: the values may be secrets.
        told = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
        raise Unusable(f"{path}: {told}. docs/operate.md lists every key") from None


def _filled(value: Any, environment: Mapping[str, str], path: Path) -> Any:
    """The value with `${NAME}` replaced from the environment, in all strings."""
    if isinstance(value, dict):
        return {key: _filled(part, environment, path) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, environment, path) for part in value]
    if not isinstance(value, str):
        return value
    for name in _REFERENCE.findall(value):
        if name not in environment:
            raise Unusable(f"{path} refers to ${{{name}}}, which is not set in the environment of this process")
    return _REFERENCE.sub(lambda match: environment[match[1]], value)


def _from_environment(values: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if url := environment.get(WEBHOOK_VARIABLE):
        found["webhook"] = {**(values.get("webhook") or {}), "url": url}
    if file := environment.get(FILE_VARIABLE):
        found["file"] = file
    smtp, to = environment.get(SMTP_VARIABLE), environment.get(TO_VARIABLE)
    if smtp:
        found["email"] = {**(values.get("email") or {}), **_smtp(smtp)}
        if to:
            found["email"]["to"] = to
        if found["email"].get("to") and "from" not in found["email"]:
            found["email"]["from"] = re.split(r"[\s,;]+", str(found["email"]["to"]).strip("[]' "))[0]
    return found


def _smtp(address: str) -> dict[str, Any]:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise Unusable(f"{SMTP_VARIABLE} is no address of the form smtp://user:password@host:587") from None
    kinds = {"smtp": ("starttls", 587), "smtps": ("tls", 465), "smtp+plain": ("none", 25)}
    if parts.scheme not in kinds or not parts.hostname:
        raise Unusable(f"{SMTP_VARIABLE} must begin with smtp://, smtps:// or smtp+plain:// and name a host")
    security, usual = kinds[parts.scheme]
    return {
        "host": parts.hostname,
        "port": port or usual,
        "security": security,
        **({"user": unquote(parts.username)} if parts.username else {}),
        **({"password": unquote(parts.password)} if parts.password else {}),
    }
