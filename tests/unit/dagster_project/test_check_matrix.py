"""Each fault is planted in an outlet of its own, and exactly the check that is made for it sees it, with words that say
what to do; outlets without a fault are left in peace.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from check_world import FEW_PER_DAY, MOMENT, Item, Morning, World

from dagster_project.checks import layout
from dagster_project.checks.catalogue import CHECKS
from dagster_project.checks.judging import Answer, Finding, Report, evaluate
from dagster_project.checks.promises import kept
from dagster_project.checks.results import result_of
from pipelines.records import Credit
from pipelines.text import search_key
from warehouse.store import Store


def each(change: Callable[[Item, int], None], share: int = 1) -> Callable[[Morning], None]:
    """Changes every `share`-th new article."""

    def spoil(crawl: Morning) -> None:
        for n, item in enumerate(crawl.items):
            if n % share == 0:
                item.values = dict(item.values)
                change(item, n)

    return spoil


def values(**given: Any) -> Callable[[Item, int], None]:
    return lambda item, _: item.values.update(given)


def moved(hours: float) -> Callable[[Item, int], None]:
    return lambda item, _: item.values.update(published_at=item.values["published_at"] + timedelta(hours=hours))


def origin(field: str, name: str) -> Callable[[Item, int], None]:
    return lambda item, _: item.values.update(origins={**item.values["origins"], field: name})


def silent(crawl: Morning) -> None:
    crawl.items.clear()


def new_layout(crawl: Morning) -> None:
    for item in crawl.items:
        item.values = {"page_kind": "other", "title": item.values["title"]}


def flood(crawl: Morning) -> None:
    for n in range(120):
        first = crawl.items[n % 8]
        content = {**first.values, "body": (*first.values["body"], f"Thêm {n}.")}
        crawl.items.append(
            replace(first, url=f"https://{crawl.source_id}.example/cu/tin-cu-{900000 + n}.html", values=content)
        )


def backfill(crawl: Morning) -> None:
    """Old pages of another layout come in, found years after they were published."""
    for n in range(40):
        old = {
            **crawl.items[0].values,
            "published_at": crawl.items[0].values["published_at"] - timedelta(days=900 + n),
            "title": f"Tin cũ {n}", "section": None, "authors": (), "body": ("Ngắn.",),
        }  # fmt: skip
        url = f"https://{crawl.source_id}.example/cu/tin-cu-{800000 + n}.html"
        crawl.items.append(replace(crawl.items[0], url=url, values=old))


def ahead(item: Item, n: int) -> None:
    item.values.update(published_at=item.at + timedelta(hours=1 + n / 10))


def edited_by_seven_hours(crawl: Morning) -> None:
    for item in crawl.again[:4]:
        item.status, item.outcome = 200, "response"
        item.values = {**item.values, "published_at": item.values["published_at"] - timedelta(hours=7)}


def same_text(crawl: Morning) -> None:
    first = crawl.items[1]
    for item in crawl.items[2:9]:
        item.values = {**first.values, "published_at": item.values["published_at"]}


def dead(crawl: Morning) -> None:
    crawl.listing = None
    crawl.items.clear()
    crawl.again.clear()


def blocked(crawl: Morning) -> None:
    for item in crawl.items[6:] + crawl.again:
        item.status = 403
        item.outcome = "response"


def purged(crawl: Morning) -> None:
    for item in crawl.again[:8]:
        item.status, item.outcome = 404, "response"


LABEL = (Credit("Đăng nhập", kind="pen-name"),)
MATRIX: list[tuple[str, Callable[[Morning], None], str, tuple[str, ...]]] = [
    ("no new article", silent, "volume", ("no article of Tuesday 24/11, usually 12", "sources check ID")),
    ("pages that read as nothing", new_layout, "volume", ("12 pages were fetched and 0", "reread --again --source ID")),
    ("old pages listed as new", flood, "volume", ("132 articles", "usually 12", "not_articles")),
    ("no section", each(values(section=None)), "field_coverage", ("section in 0%", "usually 100%", "explain --url URL")),
    ("no text", each(values(body=(), lead="Một câu.")), "field_coverage", ("body in 0%", "reread --again --source ID")),
    ("a selector died", each(origin("title", "meta")), "field_origins",
     ("title came from selector in 100%", "meta in 100%", "explain --url URL")),
    ("a witness of the date died", each(origin("published_at", "selector")), "field_origins",
     ("published_at came from json-ld", "selector in 100%")),
    ("no date", each(values(published_at=None, published_precision=None, flags=("unreadable",))), "dates_known",
     ("100% of its last", "unreadable 1", "witness")),
    ("doubtful dates", each(values(flags=("witnesses_disagree",)), 2), "dates_known",
     ("doubtful in 5", "witnesses_disagree 6")),
    ("a clock ahead", each(ahead, 3), "time_zone", ("published after we fetched them", "visible clock")),
    ("a clock seven hours back", each(moved(-7)), "time_zone", ("between midnight and five", "seven hours")),
    ("seven-hour twins", edited_by_seven_hours, "time_zone", ("4 articles moved by exactly seven hours",)),
    ("labels for bylines", each(values(authors=LABEL), 2), "bylines", ("does not look like a person's name", "names")),
    ("one name under all", each(values(authors=(Credit("Lê Văn Mạng"),))), "bylines", ("“Lê Văn Mạng” stands under 1",)),
    ("texts cut short", each(values(body=("Chỉ còn một câu.",))), "text_length", ("cut short", "reread")),
    ("menus in the text", each(lambda item, _: item.values.update(body=item.values["body"] * 6)), "text_length",
     ("something that is not the text",)),
    ("another language", each(values(language="en")), "language", ("0% of its last", "encoding")),
    ("one article, many addresses", same_text, "duplicates", ("word by word", "identity_params")),
    ("a dead host", dead, "answers", ("none of its last 3 requests was answered (timeout 3)", "hosts")),
    ("a host that blocks", blocked, "refusals", ("were refused", "403 13", "slow down")),
    ("a purge", purged, "removals", ("7 of 19 articles", "successor")),
]  # fmt: skip


IDS = {row[0]: "bao-" + search_key(row[0]).replace(" ", "-") for row in MATRIX}
QUIET = ("bao-lanh", "bao-it-tin", "bao-moi-mo", "bao-nap-lai")
WARC = ("kho-mat", "kho-cut", "kho-hong", "kho-lanh")
STALE = "bao-bi-quen"


def planted(folder: Path) -> World:
    """All outlets, with their faults, published."""
    world = World(folder)
    for name, spoil, _, _ in MATRIX:
        world.outlet(IDS[name], spoil)
    world.outlet("bao-lanh")
    world.outlet("bao-it-tin", silent, per_day=FEW_PER_DAY)
    world.outlet("bao-moi-mo", each(values(section=None, authors=LABEL)), days=12)
    world.outlet("bao-nap-lai", backfill)
    world.outlet(STALE, until=2)
    for source_id in WARC:
        world.outlet(source_id, per_day=FEW_PER_DAY, warc=True)
    world.publish()
    files = {name: sorted(world.archive.glob(f"{name}/*/*/*.warc.gz"))[0] for name in WARC}
    files["kho-mat"].unlink()
    files["kho-cut"].write_bytes(files["kho-cut"].read_bytes()[:40])
    data = bytearray(files["kho-hong"].read_bytes())
    middle = len(data) * 2 // 5
    data[middle : middle + 60] = bytes(60)
    files["kho-hong"].write_bytes(bytes(data))
    return world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return planted(tmp_path_factory.mktemp("world"))


Found = dict[str, dict[str, Finding]]
"""Outlet -> check -> what it found."""


def asked(world: World) -> list[Report]:
    return evaluate(CHECKS, world.folder / "published" / "tintinh.duckdb", MOMENT, archive=world.archive)


def by_outlet(reports: list[Report]) -> Found:
    found: Found = {}
    for report in reports:
        assert not report.broken, report.message
        for one in report.answer.findings:
            found.setdefault(str(one.source_id), {})[report.check.name] = one
    return found


@pytest.fixture(scope="module")
def reports(world: World) -> list[Report]:
    return asked(world)


@pytest.fixture(scope="module")
def found(reports: list[Report]) -> Found:
    return by_outlet(reports)


def table(found: Found) -> str:
    """The matrix as people read it: docs/check-matrix.md."""
    rows = [
        f"| {name} | `{check}` | {found[IDS[name]][check].message.replace('|', '/')} |" for name, _, check, _ in MATRIX
    ]
    check, one = next(iter(found[STALE].items()))
    rows.append(f"| not crawled any more | `{check}` | {one.message} |")
    head = (
        "# Each fault, and the check that sees it",
        "",
        "Written by `python tests/unit/dagster_project/test_check_matrix.py`, which plants each fault in an outlet of its"
        " own;",
        "the tests of that file hold that exactly this check sees it, and that healthy, small, young and refilled outlets",
        "raise no alarm. WARC files that are missing, cut off or damaged are planted there too.",
        "",
        "| planted on the last morning | check | what it says |",
        "| --- | --- | --- |",
    )
    return "\n".join([*head, *rows, ""])


DOC = Path(__file__).parents[3] / "docs" / "check-matrix.md"


def test_the_matrix_in_the_docs_is_this_one(found: Found) -> None:
    written = DOC.read_text(encoding="utf-8")
    assert written == table(found), "python tests/unit/dagster_project/test_check_matrix.py writes it anew"


@pytest.mark.parametrize(
    ("name", "check", "said"), [(n, c, s) for n, _, c, s in MATRIX], ids=[row[0] for row in MATRIX]
)
def test_a_fault_is_seen_by_its_check_alone(found: Found, name: str, check: str, said: tuple[str, ...]) -> None:
    told = found.get(IDS[name], {})
    assert set(told) == {check}, {name: one.message for name, one in told.items()}
    for words in said:
        assert words.replace("ID", IDS[name]) in told[check].message


@pytest.mark.parametrize(
    ("source_id", "check", "said"),
    [
        (STALE, "freshness", ("not asked since 23/11 07:11", "48 hours ago", "tintinh crawl bao-bi-quen")),
        ("kho-mat", "archive_files", (".warc.gz is not there; 1 captures lie in it", "backup")),
        ("kho-cut", "archive_files", ("is cut off: it has 40 bytes", "backup")),
        ("kho-hong", "archive_bytes", (".warc.gz at ", "docs/archive.md", "backup")),
    ],
)
def test_what_is_not_on_the_last_morning_is_seen_too(
    found: Found, source_id: str, check: str, said: tuple[str, ...]
) -> None:
    told = found.get(source_id, {})
    assert set(told) == {check}, {name: one.message for name, one in told.items()}
    for words in said:
        assert words in told[check].message


@pytest.mark.parametrize("source_id", [*QUIET, "kho-lanh"])
def test_healthy_small_new_and_refilled_outlets_raise_no_alarm(found: Found, source_id: str) -> None:
    assert {name: one.message for name, one in found.get(source_id, {}).items()} == {}


def test_every_check_judged_the_healthy_outlet_and_every_check_has_its_fault(world: World, found: Found) -> None:
    published = world.folder / "published" / "tintinh.duckdb"
    alone = evaluate(CHECKS, published, MOMENT, archive=world.archive, source_id="kho-lanh")
    assert all(report.passed for report in alone)
    assert {r.check.name: r.answer.judged for r in alone if r.check.name.startswith("archive")} == {
        "archive_files": 3, "archive_bytes": 3,
    }  # fmt: skip
    alone = evaluate(CHECKS, published, MOMENT, source_id="bao-lanh")
    assert {r.check.name for r in alone if r.answer.judged != 1} == {"archive_files", "archive_bytes"}
    assert {name for told in found.values() for name in told} == {check.name for check in CHECKS}


def test_a_new_layout_is_seen_by_the_load_that_meets_it(world: World) -> None:
    outlet = IDS["pages that read as nothing"]
    with Store.open_reader(world.warehouse) as store:
        today = layout.report(store, MOMENT)
        before = layout.report(store, MOMENT - timedelta(days=1))
    (one,) = today.answer.findings
    assert (one.source_id, one.severity) == (outlet, "warn")
    for words in (
        "none of its newest 12 pages",
        "fetched since 25/11 05:31",
        "usually 100%",
        f"reread --again --source {outlet}",
    ):
        assert words in one.message
    assert before.passed
    assert today.answer.judged >= len(MATRIX) - 3  # all but those of which no page came in for a week, or too few ever
    assert result_of(today, "articles").metadata["found"].value == 1


def test_a_check_of_the_load_that_breaks_says_so(tmp_path: Path) -> None:
    with Store.open_writer(tmp_path / "tintinh.duckdb") as store:
        store.con.execute("DROP TABLE addresses")
        broken = layout.report(store, MOMENT)
    assert broken.broken
    assert "the check layout itself broke: " in broken.message


def test_one_outlet_can_be_asked_alone(world: World) -> None:
    outlet = IDS["no new article"]
    alone = evaluate(CHECKS, world.folder / "published" / "tintinh.duckdb", MOMENT, source_id=outlet)
    assert [(r.check.name, r.severity) for r in alone if not r.passed] == [("volume", "warn")]


def test_what_was_seen_later_than_the_instant_counts_as_not_there(world: World) -> None:
    before = MOMENT - timedelta(days=1)
    outlet = IDS["no new article"]
    assert all(
        r.passed for r in evaluate(CHECKS, world.folder / "published" / "tintinh.duckdb", before, source_id=outlet)
    )


def test_a_check_that_breaks_says_so_and_costs_itself_alone(world: World) -> None:
    def broken(_look: object) -> Any:
        raise ZeroDivisionError("by nothing")

    first = replace(CHECKS[0], find=broken)
    path = world.folder / "published" / "tintinh.duckdb"
    asked = evaluate([first, *CHECKS[1:]], path, MOMENT, source_id="bao-lanh")
    assert [r.check.name for r in asked if not r.passed] == ["volume"]
    assert "itself broke: ZeroDivisionError: by nothing" in asked[0].message


def test_the_message_of_a_check_names_the_first_and_counts_the_rest(reports: list[Report]) -> None:
    (volume,) = [report for report in reports if report.check.name == "volume"]
    assert volume.message.count(" | ") == len(volume.answer.findings) - 1 == 2
    assert result_of(volume).metadata["found"].value == 3
    many = replace(volume, answer=Answer(list(volume.answer.findings) * 4, 1))
    assert many.message.endswith("| and 7 more")


def test_unsound_tables_and_a_schema_that_differs_stop_a_publish(world: World, tmp_path: Path) -> None:
    path = tmp_path / "tintinh.duckdb"
    shutil.copyfile(world.warehouse, path)
    with Store.open_writer(path) as store:
        assert [(r.check_name, r.passed) for r in kept(store)] == [
            ("schema_as_described", True), ("tables_are_sound", True),
        ]  # fmt: skip
        store.con.execute("INSERT INTO articles FROM articles LIMIT 1")
        store.con.execute("DELETE FROM sources WHERE source_id = 'bao-lanh'")
        told = {r.check_name: r for r in kept(store)}
        assert told["schema_as_described"].passed
        assert "articles: unique (article_id): found 1, expected 0" in str(told["tables_are_sound"].description)
        assert "captures.source_id: in sources.source_id" in str(told["tables_are_sound"].description)
        assert "tintinh rebuild" in str(told["tables_are_sound"].description)
        store.con.execute("ALTER TABLE articles DROP COLUMN status")
        store.con.execute("ALTER TABLE gaps ALTER visits TYPE VARCHAR")
        store.con.execute("CREATE TABLE notes (x INTEGER)")
        (schema,) = kept(store)
        assert not schema.passed
        for words in (
            "articles.status is missing",
            "gaps.visits is VARCHAR",
            "table notes is not described",
            "rebuild",
        ):
            assert words in str(schema.description)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        DOC.write_text(table(by_outlet(asked(planted(Path(made))))), encoding="utf-8")
