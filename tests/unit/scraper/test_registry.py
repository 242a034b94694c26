"""Source files: what is taken, what is refused and with which words, and how one is found."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
import yaml

from scraper.registry import BadSource, Registry, UnknownSource, ad_hoc_source, check, load_registry, load_source
from scraper.source import NightWindow, Source

BASE: dict[str, Any] = {
    "id": "bao-mau",
    "name": "Báo Mẫu",
    "kind": "newspaper",
    "home": "https://baomau.example/",
    "hosts": ["baomau.example"],
}


def _file(folder: Path, **fields: Any) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / f"{fields.get('id', BASE['id'])}.yaml"
    file.write_text(yaml.safe_dump(BASE | fields, allow_unicode=True), encoding="utf-8")
    return folder


def test_own_files_stand_beside_shipped_ones_and_replace_them(tmp_path: Path) -> None:
    _file(tmp_path)
    _file(tmp_path, id="demo-lamxuyen", name="Một tên khác", hosts=["khac.example"], home="https://khac.example")
    registry = load_registry(tmp_path)
    assert registry.get("bao-mau").name == "Báo Mẫu"
    assert registry.get("demo-lamxuyen").name == "Một tên khác"
    assert load_registry().get("demo-lamxuyen").name == "Báo Lam Xuyên"


def test_a_source_alone_is_the_one_of_the_registry(tmp_path: Path) -> None:
    _file(tmp_path)
    (tmp_path / "bao-thai-nguyen.yaml").write_text("extends: registry\nenabled: true\n", encoding="utf-8")
    (tmp_path / "bao-hong.yaml").write_text("id: bao-hong\n", encoding="utf-8")
    registry = load_registry(tmp_path)
    for source_id in ("bao-mau", "bao-thai-nguyen", "demo-lamxuyen", "web:mot.example"):
        assert load_source(source_id, tmp_path) == registry.get(source_id)
    assert load_source("bao-mau", tmp_path, shipped=False) == registry.get("bao-mau")
    with pytest.raises(BadSource, match=r"bao-hong\.yaml"):
        load_source("bao-hong", tmp_path)
    with pytest.raises(UnknownSource, match="did you mean bao-mau"):
        load_source("bao-mauu", tmp_path)
    with pytest.raises(UnknownSource):
        load_source("demo-lamxuyen", tmp_path, shipped=False)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"enabeld": True}, "enabeld: unknown field (did you mean 'enabled'?)"),
        ({"discovery": {"feed": []}}, "discovery.feed: unknown field (did you mean 'feeds'?)"),
        (
            {"discovery": {"sections": [{"url": "https://baomau.example/a", "pageing": "?p={n}"}]}},
            "discovery.sections.0.pageing: unknown field (did you mean 'paging'?)",
        ),
        ({"pace": {"night_window": {"form": "22:00"}}}, "pace.night_window.form: unknown field"),
        ({"article_patterns": ["-(\\d+"]}, "article_patterns.0: '-(\\\\d+' is no regular expression"),
        (
            {"discovery": {"feeds": ["https://khac.example/rss"]}},
            "outside the source's hosts: https://khac.example/rss",
        ),
        ({"discovery": {"sections": [{"url": "https://baomau.example/a", "paging": "/a?p="}]}}, "has no {n}"),
        ({"discovery": {"date_archive": {"url": "https://baomau.example/tin"}}}, "needs {YYYY}, {MM} and {DD}"),
        ({"pace": {"night_window": "22h"}}, "is not of the form '22:00-05:30'"),
        ({"tls": {"verify": False}}, "tls leniency needs a reason"),
        ({"schedule": {"cron": "daily"}}, "schedule.cron"),
        ({"home": "ftp://baomau.example"}, "no http(s) address"),
        ({"hosts": []}, "hosts"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_the_field_and_the_fault(
    tmp_path: Path, fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadSource) as refusal:
        load_registry(_file(tmp_path, **fields)).get("bao-mau")
    assert str(refusal.value).startswith("bao-mau.yaml: ")
    assert words in str(refusal.value)


def test_id_must_be_the_files_name_and_broken_yaml_is_named(tmp_path: Path) -> None:
    (tmp_path / "khac.yaml").write_text(yaml.safe_dump(BASE), encoding="utf-8")
    with pytest.raises(BadSource, match="id 'bao-mau' must be the file's name"):
        load_registry(tmp_path).get("khac")
    (tmp_path / "khac.yaml").write_text("id: [", encoding="utf-8")
    with pytest.raises(BadSource, match=r"khac\.yaml, line 2, column 1: "):
        load_registry(tmp_path).get("khac")


def test_a_bad_file_costs_its_own_source_alone(tmp_path: Path) -> None:
    for source_id, fields in {
        "bao-mau": {},
        "bao-hai": {"hosts": [{"host": "hai.example"}], "home": "https://hai.example/", "successor": "bao-loi"},
        "bao-loi": {"enabeld": True},
        "demo-lamxuyen": {"hosts": 7},
    }.items():
        path = tmp_path / f"{source_id}.yaml"
        path.write_text(yaml.safe_dump(BASE | {"id": source_id} | fields), encoding="utf-8")
    registry = load_registry(tmp_path)
    assert registry.get("bao-mau").id == "bao-mau"
    assert registry.get("bao-hai").successor == "bao-loi", "what a bad file names is still a source"
    assert sorted(registry.bad) == ["bao-loi", "demo-lamxuyen"]
    with pytest.raises(BadSource, match=r"demo-lamxuyen\.yaml: hosts"):
        registry.get("demo-lamxuyen")  # the shipped file does not step in: this one may say that it is to stop

    (tmp_path / "bao-ba.yaml").write_text(yaml.safe_dump(BASE | {"id": "bao-ba"}), encoding="utf-8")
    registry = load_registry(tmp_path)
    assert {"bao-ba", "bao-mau"} <= registry.bad.keys(), "nobody knows whose host it is"
    assert "is also" in registry.bad["bao-mau"]
    assert len(registry.all()) > 200


@pytest.mark.parametrize(
    ("wanted", "nearest"),
    [
        ("demo-lamxuyn", "demo-lamxuyen"),
        ("Báo Lam Xuyên", "demo-lamxuyen"),
        ("bao lam xuyen", "demo-lamxuyen"),
        ("ptthdaksuong.example", "demo-daksuong"),
    ],
)
def test_an_unknown_name_gets_the_nearest(wanted: str, nearest: str) -> None:
    with pytest.raises(UnknownSource) as unknown:
        load_registry().get(wanted)
    assert unknown.value.nearest[0] == nearest
    assert nearest in str(unknown.value)


def test_hosts_through_time() -> None:
    before = Source.model_validate(BASE | {"id": "truoc", "hosts": [{"host": "baomau.example", "to": "2025-06-30"}]})
    after = Source.model_validate(BASE | {"id": "sau", "hosts": [{"host": "baomau.example", "from": "2025-07-01"}]})
    registry = Registry([before, after])

    def owner(host: str, on: date | None = None) -> str | None:
        source = registry.by_host(host, on)
        return source.id if source else None

    assert owner("baomau.example", date(2024, 5, 1)) == "truoc"
    assert owner("www.baomau.example:8080", date(2026, 1, 1)) == "sau"
    assert owner("m.baomau.example") == "sau"
    assert owner("khmer.baomau.example") is None
    assert check(registry) == []


def test_contradictions_between_files_are_named() -> None:
    one = Source.model_validate(BASE | {"id": "mot", "successor": "khong-co"})
    two = Source.model_validate(BASE | {"id": "hai"})
    problems = check([one, two])
    assert any("successor 'khong-co' is no source" in problem for problem in problems)
    assert any("host baomau.example is also mot's" in problem for problem in problems)


def test_ad_hoc_sources_take_one_host_and_find_nothing() -> None:
    source = ad_hoc_source("Tin.Example:80")
    assert (source.id, source.discovery.kinds) == ("web:tin.example", ())
    assert source.owns("http://www.tin.example/a")
    assert not source.owns("http://khac.example/a")
    assert load_registry().get("web:tin.example") == source


def test_the_profile_of_a_source_is_what_the_reader_needs() -> None:
    profile = load_registry().get("demo-lamxuyen").profile()
    assert profile.outlet_names[0] == "Báo Lam Xuyên"
    assert "BLX" in profile.outlet_names
    assert profile.hosts == ("baolamxuyen.example",)


@pytest.mark.parametrize(
    ("window", "clock", "is_open"),
    [("22:00-05:30", "23:10", True), ("22:00-05:30", "05:30", False), ("01:00-05:00", "23:00", False)],
)
def test_night_windows_may_pass_midnight(window: str, clock: str, is_open: bool) -> None:
    start, _, end = window.partition("-")
    assert NightWindow(start=time.fromisoformat(start), end=time.fromisoformat(end)).open_at(
        time.fromisoformat(clock)
    ) is (is_open)
