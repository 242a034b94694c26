"""`tintinh sources probe` and `check` against the demo's outlets, through the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from dagster_project.cli import cli
from dagster_project.demo import DemoSite
from scraper.registry import read_source


def test_a_probe_writes_a_file_that_a_check_finds_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    proposal = data / "sources" / "baolamxuyen.yaml"
    with DemoSite.serving() as site:
        monkeypatch.setenv("TINTINH_DATA", str(data))
        monkeypatch.setenv("TINTINH_HOST_MAP", " ".join(f"{host}={to}" for host, to in site.host_map.items()))
        monkeypatch.setenv("TINTINH_CONTACT", "test@tintinh.example")
        probed = CliRunner().invoke(cli, ["sources", "probe", "https://baolamxuyen.example", "--out", str(proposal)])
        assert probed.exit_code == 0, probed.output
        assert read_source(proposal).hosts[0].host == "baolamxuyen.example"
        proposal.unlink()
        checked = CliRunner().invoke(cli, ["sources", "check", "demo-lamxuyen"])
        assert checked.exit_code == 0, checked.output
        refused = CliRunner().invoke(cli, ["sources", "probe", "ftp://baolamxuyen.example"])
        assert refused.exit_code == 2
