"""`tintinh sources probe` and `check` against the demo's outlets, through the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from crawl_kit import HOST, TruthSite, serving

from dagster_project.cli import cli
from scraper.registry import read_source


def test_a_probe_writes_a_file_that_a_check_finds_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an outlet that the registry has: the proposal takes its place. The demo's hosts answer by themselves."""
    data = tmp_path / "data"
    proposal = data / "sources" / "demo-lamxuyen.yaml"
    monkeypatch.setenv("TINTINH_DATA", str(data))
    monkeypatch.delenv("TINTINH_CONTACT", raising=False)
    argv = ["sources", "probe", "https://baolamxuyen.example", "--out"]
    twice = CliRunner().invoke(cli, [*argv, str(proposal.with_stem("lamxuyen"))])
    assert twice.exit_code == 2
    assert str(proposal) in twice.output
    probed = CliRunner().invoke(cli, [*argv, str(proposal)])
    assert probed.exit_code == 0, probed.output
    written = read_source(proposal)
    assert written.hosts[0].host == "baolamxuyen.example"
    assert written.province is not None
    checked = CliRunner().invoke(cli, ["sources", "check", "demo-lamxuyen"])
    assert checked.exit_code == 0, checked.output
    assert f"{written.home}tin-moi" in "".join(checked.output.split()), "the proposal is what is checked"
    refused = CliRunner().invoke(cli, ["sources", "probe", "ftp://baolamxuyen.example"])
    assert refused.exit_code == 2


def test_the_proposal_for_a_new_host_bears_the_name_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = TruthSite()
    with serving(site):
        site.add(12)
        monkeypatch.setenv("TINTINH_DATA", str(tmp_path / "data"))
        monkeypatch.setenv("TINTINH_HOST_MAP", " ".join(f"{host}={to}" for host, to in site.host_map.items()))
        proposal = tmp_path / "data" / "sources" / "bao-cua-toi.yaml"
        probed = CliRunner().invoke(cli, ["sources", "probe", HOST, "--out", str(proposal)])
        assert proposal.is_file(), probed.output
        assert read_source(proposal).id == "bao-cua-toi"
