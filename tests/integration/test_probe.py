"""A look at a site: what is proposed for the three demo outlets, and what a check says of a described source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from crawl_kit import HOST, OUTLET, TruthSite, serving

from dagster_project.demo import DemoSite
from scraper.discovery.addresses import may_be_article
from scraper.frontpage import province_of
from scraper.probe import Terms, check_source, probe
from scraper.registry import load_registry, read_source
from scraper.source import Source


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    with DemoSite.serving(step=0) as demo:
        yield demo


@pytest.mark.parametrize(
    ("source_id", "family", "listing"),
    [
        ("demo-lamxuyen", "hemera", "sitemaps"),
        ("demo-haituong", "onecms", "feeds"),
        ("demo-daksuong", "aspnet", "sections"),
    ],
)
def test_a_probe_proposes_a_source_that_finds_and_reads_articles(
    tmp_path: Path, site: DemoSite, source_id: str, family: str | None, listing: str
) -> None:
    home = load_registry().get(source_id).home
    outcome = probe(home, Terms(tmp_path / "look", host_map=site.host_map, delay_s=0))
    assert outcome.ok, outcome.findings
    truth = {article.url: article for article in site.truth().of(source_id)}
    assert all(may_be_article(url, outcome.source) for url in truth), "the proposed pattern fits every article"
    assert not may_be_article(f"{home}thoi-su", outcome.source)
    assert family in {None, outcome.source.family}
    assert getattr(outcome.source.discovery, listing)
    described = load_registry().get(source_id).discovery
    missing = [section for section in described.sections if section not in outcome.source.discovery.sections]
    assert not missing, "the list that nothing links to, and paging, are found"
    answering = {finding.url for finding in outcome.findings if finding.what == "feed" and finding.ok}
    assert set(described.feeds) - answering <= {"https://baohaituong.example/rss/ban-doc.rss"}, "which is empty"
    assert len(outcome.samples) == 3
    for sample in outcome.samples:
        assert sample.title == truth[sample.url].title
    file = tmp_path / f"{outcome.source.id}.yaml"
    file.write_text(outcome.as_yaml(), encoding="utf-8")
    assert read_source(file) == outcome.source, "the proposal is a valid file"
    assert yaml.safe_load(outcome.as_yaml())["evidence"]["sections"] == "seen"
    asked = {path for host, path, _ in site.requests if host == urlsplit(home).hostname}
    assert "/robots.txt" in asked


def test_a_check_names_what_does_not_answer_as_described(tmp_path: Path, site: DemoSite) -> None:
    described = load_registry().get("demo-haituong")
    fields = described.model_dump(by_alias=True)
    gone = "https://baohaituong.example/muc-da-bo"
    fields["discovery"]["sections"] = [{"url": gone}, *fields["discovery"]["sections"][:2]]
    outcome = check_source(Source.model_validate(fields), Terms(tmp_path, host_map=site.host_map, delay_s=0))
    bad = {finding.url: finding.detail for finding in outcome.findings if not finding.ok}
    assert bad == {gone: "status 404", "https://baohaituong.example/rss/ban-doc.rss": "no entries"}
    assert not outcome.ok
    assert [finding.what for finding in outcome.findings].count("article") == 2


def test_a_check_asks_for_listings_of_every_kind(tmp_path: Path) -> None:
    listing = {"url": f"https://{HOST}/api/tin?trang={{page}}", "items": "data.tin", "link": "link", "title": "ten"}
    with serving(TruthSite()) as truth:
        truth.add(5, days=2)
        fields = {
            **OUTLET,
            "discovery": {
                "date_archive": {"url": f"https://{HOST}/theo-ngay/{{YYYY}}-{{MM}}-{{DD}}"},
                "json_api": [listing, listing | {"items": "khac"}],
            },
        }
        outcome = check_source(Source.model_validate(fields), Terms(tmp_path, host_map=truth.host_map, delay_s=0))
    found = {(finding.what, finding.ok) for finding in outcome.findings if finding.what != "article"}
    assert found == {("json-api", True), ("json-api", False), ("date-archive", True)}


def test_paging_is_found_and_a_site_that_forbids_everything_is_left_alone(tmp_path: Path) -> None:
    truth = TruthSite()
    with serving(truth):
        truth.add(30)
        outcome = probe(HOST, Terms(tmp_path / "a", host_map=truth.host_map, delay_s=0))
        paging = {section.paging for section in outcome.source.discovery.sections}
        assert paging == {"{section}/trang-{n}"}
        truth.robots = "User-agent: *\nDisallow: /\n"
        truth.log.clear()
        outcome = probe(HOST, Terms(tmp_path / "b", host_map=truth.host_map, delay_s=0))
        assert not outcome.ok
        assert [finding.detail for finding in outcome.findings] == ["forbidden by robots.txt"]
        assert {request.path for request in truth.log} == {"/robots.txt"}


def test_a_probe_without_contact_asks_nothing(tmp_path: Path) -> None:
    outcome = probe("https://baothat.example", Terms(tmp_path))
    assert outcome.stopped is not None
    assert "TINTINH_CONTACT" in outcome.stopped
    with pytest.raises(ValueError, match="no http"):
        probe("ftp://baothat.example", Terms(tmp_path))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("Báo Bắc Kạn", "Bắc Kạn", "Thái Nguyên"),
        ("Báo và Phát thanh, Truyền hình Đồng Nai", "Đồng Nai", "Đồng Nai"),
        ("Báo Hải Tường", None, None),
    ],
)
def test_a_name_tells_the_province(name: str, old: str | None, new: str | None) -> None:
    found = province_of(name)
    assert (found and found["old"]["name"], found and found["new"]["name"]) == (old, new)
