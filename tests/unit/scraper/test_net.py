"""The gate between requests, Retry-After, public and private addresses, and settings that Scrapy really has."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
import scrapy.settings.default_settings as scrapy_defaults

import scraper.settings as ours
from scraper.net.guard import is_public, literal_address
from scraper.net.pace import REFUSALS_IN_A_ROW, AskedToWait, Gate, Stopping, seconds_of


class Clock:
    """A clock that only moves when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _turn(gate: Gate) -> None:
    asyncio.run(gate.turn(lambda: True))


def test_the_delay_runs_from_the_end_of_an_exchange() -> None:
    clock = Clock()
    gate = Gate(2.0, clock)
    _turn(gate)
    clock.now += 5  # a slow answer
    gate.ended()
    clock.now += 1.9
    with pytest.raises(Stopping):
        _turn(gate)
    clock.now += 0.1
    _turn(gate)


def test_crawl_delay_raises_and_never_lowers() -> None:
    gate = Gate(2.0)
    gate.at_least(0.5)
    assert gate.delay_s == 2.0
    gate.at_least(10)
    assert gate.delay_s == 10


def test_retry_after_holds_everything_and_too_long_ends_the_crawl() -> None:
    clock = Clock()
    gate = Gate(0.0, clock)
    gate.answered(503, "30")
    assert gate.held_s == 30
    with pytest.raises(Stopping):
        _turn(gate)
    clock.now += 30
    _turn(gate)
    gate.answered(200, None)
    with pytest.raises(AskedToWait) as no:
        gate.answered(429, "7200")
    assert no.value.reason == "asked-to-wait"


def test_refusals_in_a_row_end_the_crawl_and_one_good_answer_forgives() -> None:
    gate = Gate(0.0, Clock())
    for _ in range(REFUSALS_IN_A_ROW - 1):
        gate.answered(403, None)
    gate.answered(200, None)
    for _ in range(REFUSALS_IN_A_ROW - 1):
        gate.answered(403, None)
    with pytest.raises(AskedToWait) as no:
        gate.answered(403, None)
    assert no.value.reason == "blocked"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("Thu, 05 Nov 2026 05:01:00 GMT", 60.0),
        ("Thu, 05 Nov 2026 04:00:00 GMT", 0.0),
        ("lát nữa", None),
        ("", None),
        (None, None),
        ("-5", None),
    ],
)
def test_forms_of_retry_after(header: str | None, seconds: float | None) -> None:
    assert seconds_of(header, datetime(2026, 11, 5, 5, 0, tzinfo=UTC)) == seconds


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "khong-phai",
    ],
)
def test_inside_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "203.113.131.1", "2001:4860:4860::8888"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)
    assert literal_address(f"[{address}]" if ":" in address else address) == address


def test_every_setting_exists_in_scrapy() -> None:
    known = {name for name in dir(scrapy_defaults) if name.isupper()} | {"SPIDER_MODULES", "NEWSPIDER_MODULE"}
    wanted = {name for name in dir(ours) if name.isupper()} - {"ACCEPT_ENCODING"}
    assert wanted <= known, f"Scrapy has no setting {sorted(wanted - known)}"
    assert ours.REMOTE_CONTROL_ENABLED is ours.TELNETCONSOLE_ENABLED is ours.COOKIES_ENABLED is False
    assert ours.DOWNLOAD_VERIFY_CERTIFICATES is True


def test_extensions_that_are_off_are_not_even_loaded() -> None:
    off = {path for path, order in ours.EXTENSIONS.items() if order is None}
    assert off <= set(scrapy_defaults.EXTENSIONS_BASE), "Scrapy has other extensions now"
    assert "scrapy.extensions.remote_control.RemoteControl" in off
