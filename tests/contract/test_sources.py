"""Every source file that ships: one schema, and what a schema cannot say. Each message names what to do."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from dagster_project.cli import registry_page
from pipelines.page.families import load_families
from scraper.registry import SOURCES, check, load_registry, read_source
from scraper.source import Source
from scraper.survey import NATIONWIDE, PARTS, by_province, statements, survey

FILES = sorted(SOURCES.glob("*.yaml"))
GUIDE = "see scraper/source.py for the fields; `tintinh sources probe URL` proposes a file"


@cache
def _source(path: Path) -> Source:
    return read_source(path)


@pytest.fixture(scope="module")
def real() -> list[Source]:
    return [source for source in map(_source, FILES) if not source.demo]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_source_file_says_what_it_must(path: Path) -> None:
    source = _source(path)  # BadSource names the field and the fault
    name = f"{path.name}: "
    assert source.family is None or source.family in load_families(), (
        f"{name}family {source.family!r} is no file of pipelines/families; leave it out where it is not known"
    )
    assert source.discovery.kinds, f"{name}nothing under `discovery`, so no article would ever be found; {GUIDE}"
    assert source.owns(source.home), f"{name}home {source.home} is on none of its hosts; add the host"
    assert source.province or source.note, f"{name}give `province` (old and new), or say in `note` why it has none"
    for pattern in source.article_patterns:
        assert not re.search(r"(?<!\\)[^?*}]/\$$", pattern), (
            f"{name}pattern {pattern!r} wants a closing slash, which canonical addresses do not have; drop it"
        )
        assert not re.search(r"\[A-Z", pattern), (
            f"{name}pattern {pattern!r}: words of canonical paths are in lower case"
        )
    assert source.closed is None or source.schedule is None or source.successor is None or not source.enabled, (
        f"{name}is closed and has a successor, so no schedule may crawl it; set enabled: false"
    )
    if source.demo:
        assert all(host.endswith(".example") for host in source.host_names), f"{name}demo hosts end in .example"
        return
    assert not source.enabled, f"{name}ships with enabled: true; real outlets are crawled when somebody asks for them"
    assert not source.private, f"{name}private: true is for operators' own files, never for one that ships"
    assert source.pace.delay_s >= 1, f"{name}pace.delay_s below a second is no way to treat a small server"
    stated = {
        "home": True,
        "article_patterns": bool(source.article_patterns),
        "family": bool(source.family),
        "feeds": bool(source.discovery.feeds),
        "sitemaps": bool(source.discovery.sitemaps) or source.discovery.robots_sitemaps,
        "sections": bool(source.discovery.sections),
        "json_api": bool(source.discovery.json_api),
        "closed": source.closed is not None,
        "selectors": bool(source.selectors),
    }
    silent = [field for field, there in stated.items() if there and field not in source.evidence]
    assert not silent, f"{name}say under `evidence` whether {', '.join(silent)} was seen or inferred"


def test_files_do_not_contradict_each_other() -> None:
    problems = check(map(_source, FILES))
    assert not problems, "; ".join(problems)


def test_the_registry_holds_the_whole_country(real: list[Source]) -> None:
    assert len(real) >= 150
    new: dict[str, set[str]] = defaultdict(set)
    old: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for source in real:
        if source.province is None:
            continue  # an outlet of the whole country
        new[source.province.new.code].add(source.province.new.name)
        old[source.province.old.code].add(
            (source.province.old.name, source.province.new.code, source.province.new.name)
        )
    assert (len(old), len(new)) == (63, 34), "63 provinces before 2025-07-01 and 34 since; each needs a source"
    torn = {code: names for code, names in {**new, **old}.items() if len(names) > 1}
    assert not torn, f"one code, two names (or two successors): {torn}; spell them as in the other files"
    papers = {s.province.new.code for s in real if s.kind == "newspaper" and s.closed is None and s.province}
    assert set(new) <= papers, f"no living newspaper for provinces {sorted(set(new) - papers)}"


def test_the_summary_counts_every_source_once_and_the_page_in_docs_is_its_copy(real: list[Source]) -> None:
    whole = survey(real)
    assert whole.sources == len(real) == whole.kinds.total()
    for borders, provinces in (("34", 34), ("63", 63)):
        groups = by_province(real, borders)  # type: ignore[arg-type]  # "34" or "63"
        assert sum(one.sources for one in groups.values()) == len(real)
        assert len(set(groups) - {NATIONWIDE}) == provinces
    assert whole.seen == sum(how["seen"] for how in statements(real).values()) > whole.inferred / 4
    assert whole.host_only + sum(1 for s in real if any(has(s) for has in PARTS.values())) == len(real)
    written = (Path(__file__).parents[2] / "docs" / "sources.md").read_text(encoding="utf-8")
    assert written == registry_page.render(), "remake it: python -m dagster_project.cli.registry_page > docs/sources.md"


def test_loading_all_of_it_is_quick_enough_for_every_command() -> None:
    assert load_registry() is load_registry(), "the second asker gets the first one's registry"
