"""One visit: each article once, new addresses first, the budget, and what a lastmod may do."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.records import Candidate
from scraper.found import Found, Standing
from scraper.known import KnownIndex, url_key
from scraper.lastmod import TRIALS, TRIALS_OF_LIARS, LastmodTrust
from scraper.plan import write_known
from scraper.source import Source
from scraper.visit import Visit

HOME = "https://baomau.example"
SOURCE = Source.model_validate(
    {
        "id": "bao-mau",
        "name": "Báo Mẫu",
        "kind": "newspaper",
        "home": f"{HOME}/",
        "hosts": ["baomau.example"],
        "article_patterns": [r"-(?P<id>\d{5})\.html$"],
    }
)


def _visit(tmp_path: Path, rows: list[dict[str, Any]] | None = None, **more: Any) -> tuple[Visit, list[Candidate]]:
    path = None
    if rows:
        path = tmp_path / "known.jsonl"
        write_known(path, rows)
    log: list[Candidate] = []
    return Visit(SOURCE, KnownIndex(path, SOURCE), log=log.append, **more), log


def _take(visit: Visit, *, listings_done: bool = True) -> list[str]:
    taken = []
    while (article := visit.next_article(listings_done=listings_done)) is not None:
        taken.append(article.url)
    return taken


def test_one_article_is_asked_for_once_whatever_its_spelling(tmp_path: Path) -> None:
    visit, log = _visit(tmp_path)
    assert visit.offer(Found(f"{HOME}/a-12345.html?utm_source=x"), "feed") is Standing.NEW
    assert visit.offer(Found("http://m.baomau.example/a-12345.html"), "section") is Standing.SEEN
    assert visit.offer(Found(f"{HOME}/a-12345.html"), "section") is Standing.SEEN
    assert visit.offer(Found(f"{HOME}/muc-khac/ten-moi-12345.html"), "section") is Standing.NEW, "a second address"
    assert visit.offer(Found("https://khac.example/a-12345.html"), "section") is Standing.NO_ARTICLE
    assert _take(visit) == [f"{HOME}/a-12345.html"]
    assert [(c.found_by, c.url) for c in log] == [
        ("feed", f"{HOME}/a-12345.html"),
        ("section", f"{HOME}/a-12345.html"),
        ("section", f"{HOME}/muc-khac/ten-moi-12345.html"),
    ]
    assert visit.first_by == {"feed": 1, "section": 1}


def test_known_articles_wait_for_the_listings_and_new_addresses_win(tmp_path: Path) -> None:
    old = {"url": f"{HOME}/ten-cu-12345.html", "state": "live", "due": True}
    visit, _ = _visit(tmp_path, [old, {"url": f"{HOME}/b-12346.html", "state": "live"}])
    assert _take(visit, listings_done=False) == []
    assert visit.offer(Found(f"{HOME}/b-12346.html"), "section") is Standing.KNOWN
    assert visit.offer(Found(f"{HOME}/ten-moi-12345.html"), "section") is Standing.NEW
    assert _take(visit) == [f"{HOME}/ten-moi-12345.html"], "the old address of the same article waits for another visit"


def test_the_budget_counts_articles(tmp_path: Path) -> None:
    rows = [{"url": f"{HOME}/a-{n}.html", "state": "live", "due": True} for n in range(20000, 20005)]
    visit, _ = _visit(tmp_path, rows, limit=4)
    for n in range(12340, 12342):
        visit.offer(Found(f"{HOME}/a-{n}.html"), "feed")
    assert len(_take(visit)) == 4
    assert visit.spent
    assert visit.unasked
    assert not visit.has_more(listings_done=True)


def test_a_redirect_is_followed_unless_its_article_was_asked_for(tmp_path: Path) -> None:
    visit, _ = _visit(tmp_path)
    visit.offer(Found(f"{HOME}/a-12345.html"), "feed")
    visit.offer(Found(f"{HOME}/b-12346.html"), "feed")
    _take(visit)
    key = url_key(SOURCE, f"{HOME}/a-12345.html")[1]
    assert visit.may_follow(f"{HOME}/ten-moi-12345.html", key) is not None, "the same article"
    assert visit.may_follow(f"{HOME}/b-12346.html", key) is None, "another one, already fetched"
    place = visit.may_follow(f"{HOME}/c-12347.html", key)
    assert place is not None
    visit.followed(*place)
    visit.offer(Found(f"{HOME}/c-12347.html"), "feed")
    assert _take(visit) == []


def test_the_operator_gets_what_he_names_even_when_it_is_known(tmp_path: Path) -> None:
    visit, _ = _visit(tmp_path, [{"url": f"{HOME}/a-12345.html", "state": "live", "etag": '"1"'}])
    visit.ask_again("http://www.baomau.example/a-12345.html#x", "operator")
    visit.ask_again(f"{HOME}/trang-khong-giong-bai", "operator")
    article = visit.next_article(listings_done=False)
    assert article is not None
    assert article.row is not None
    assert article.row["etag"] == '"1"'
    assert _take(visit) == [f"{HOME}/trang-khong-giong-bai"]


def test_a_newer_lastmod_hurries_a_known_article_only_where_the_source_is_trusted(tmp_path: Path) -> None:
    rows = [
        {"url": f"{HOME}/a-{n}.html", "state": "live", "fetched_at": datetime(2026, 11, 5, tzinfo=UTC)}
        for n in (12345, 12346)
    ]
    newer, older = (
        Found(f"{HOME}/a-12345.html", lastmod="2026-11-06"),
        Found(f"{HOME}/a-12346.html", lastmod="2026-11-01"),
    )
    for trusted, taken in ((False, []), (True, [newer.url])):
        visit, _ = _visit(tmp_path, rows, by_lastmod="revisit" if trusted else "hint")
        assert {visit.offer(found, "sitemap") for found in (newer, older)} == {Standing.KNOWN}
        assert _take(visit) == taken
        assert set(visit.lastmods.values()) == {"2026-11-06", "2026-11-01"}


def _known(count: int) -> list[dict[str, Any]]:
    seen = datetime(2026, 11, 5, 2, tzinfo=UTC)
    return [{"url": f"{HOME}/a-{20000 + n}.html", "state": "live", "fetched_at": seen} for n in range(count)]


def _claims(
    visit: Visit, rows: list[dict[str, Any]], claimed: int, lastmod: str = "2026-11-06T08:00:00+07:00"
) -> list[str]:
    for place, row in enumerate(rows):
        visit.offer(Found(row["url"], lastmod=lastmod if place < claimed else "2026-11-01"), "sitemap")
    return _take(visit)


def test_claims_of_a_sitemap_are_put_to_the_test_a_few_at_a_time_until_they_have_proved_true(tmp_path: Path) -> None:
    rows = _known(60)
    trust = LastmodTrust()
    visit, _ = _visit(tmp_path, rows, by_lastmod="auto", trust=trust)
    assert len(_claims(visit, rows, 10)) == TRIALS
    assert (trust.heard, trust.claims, trust.verdict) == (60, 10, "unproven")
    for changed in [True] * 8 + [False] * 12:
        trust.test(changed=changed)
    assert trust.verdict == "trusted"
    visit, _ = _visit(tmp_path, rows, by_lastmod="auto", trust=LastmodTrust.from_json(trust.to_json()))
    assert len(_claims(visit, rows, 10)) == 10


def test_a_sitemap_that_says_all_changed_each_day_is_not_trusted_whatever_few_tests_said(tmp_path: Path) -> None:
    rows = _known(60)
    trust = LastmodTrust(tested=30, true=25)
    assert trust.verdict == "trusted"
    _claims(_visit(tmp_path, rows, by_lastmod="auto", trust=trust)[0], rows, 60)
    assert trust.verdict == "not-trusted"
    visit, _ = _visit(tmp_path, rows, by_lastmod="auto", trust=trust)
    assert len(_claims(visit, rows, 60)) == TRIALS_OF_LIARS


def test_a_day_claims_nothing_within_itself(tmp_path: Path) -> None:
    rows = _known(3)
    visit, _ = _visit(tmp_path, rows, by_lastmod="auto")
    assert _claims(visit, rows, 3, lastmod="2026-11-05") == []
    assert visit.trust.claims == 0
    visit, _ = _visit(tmp_path, rows, by_lastmod="auto")
    assert len(_claims(visit, rows, 3, lastmod="2026-11-06")) == 3
