from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warehouse_world import at

from pipelines.urls import article_key
from warehouse.identity import Address, alike, groups
from warehouse.states import Told, Visit, is_front_page, standing, told_by


def after(*visits: tuple[float, Told]) -> Any:
    return standing(Visit(at(hours), told) for hours, told in visits)


@pytest.mark.parametrize(
    ("visits", "state"),
    [
        ([], "pending"),
        ([(0, "nothing")], "pending"),
        ([(0, "seen")], "live"),
        ([(0, "seen"), (1, "missing")], "missing"),
        ([(0, "seen"), (1, "missing"), (2, "missing"), (3, "missing")], "missing"),  # three visits, too soon
        ([(0, "seen"), (1, "missing"), (80, "missing")], "missing"),  # long enough, two visits
        ([(0, "seen"), (1, "missing"), (50, "missing"), (73, "missing")], "gone"),
        ([(0, "seen"), (1, "missing"), (50, "missing"), (73, "missing"), (74, "unreachable")], "gone"),
        ([(0, "seen"), (1, "missing"), (2, "unreachable")], "unreachable"),
        ([(0, "seen"), (1, "missing"), (40, "blocked"), (50, "missing"), (73, "missing")], "gone"),
        ([(0, "seen"), (1, "missing"), (40, "seen"), (50, "missing"), (100, "missing")], "missing"),
        ([(0, "seen"), (1, "missing"), (50, "missing"), (73, "missing"), (99, "seen")], "live"),
        ([(0, "seen"), (1, "unreachable"), (2, "nothing")], "unreachable"),
        ([(0, "blocked")], "blocked"),
    ],
)
def test_states(visits: list[tuple[float, Told]], state: str) -> None:
    assert after(*visits).state == state


def test_the_gap_stays_on_record() -> None:
    stand = after(
        (0, "seen"), (1, "unreachable"), (2, "seen"), (3, "missing"), (50, "missing"), (76, "missing"), (90, "seen"),
        (91, "blocked"),
    )  # fmt: skip
    assert [(gap.worst, gap.from_at, gap.to_at, gap.visits) for gap in stand.gaps] == [
        ("unreachable", at(1), at(2), 1), ("gone", at(3), at(90), 3), ("blocked", at(91), None, 1),
    ]  # fmt: skip
    assert stand.gaps[1].gone_confirmed_at == at(76)
    assert (stand.state, stand.first_seen, stand.last_seen, stand.missing_since) == ("blocked", at(0), at(90), None)


@given(st.lists(st.sampled_from(["seen", "missing", "unreachable", "blocked", "nothing"]), max_size=12))
def test_gaps_and_sights_never_overlap(tolds: list[Told]) -> None:
    stand = after(*((hour * 20.0, told) for hour, told in enumerate(tolds)))
    assert sum(gap.visits for gap in stand.gaps) == sum(told not in ("seen", "nothing") for told in tolds)
    assert (stand.state == "live") == (bool(stand.last_seen) and stand.failures == 0)
    assert all(gap.to_at is not None for gap in stand.gaps[:-1])


@pytest.mark.parametrize(
    ("capture", "told"),
    [
        ({"outcome": "response", "status": 200, "page_kind": "article"}, "seen"),
        ({"outcome": "response", "status": 200, "page_kind": "not-found"}, "missing"),
        ({"outcome": "response", "status": 200, "page_kind": "list"}, "seen"),
        ({"outcome": "response", "status": 200, "page_kind": "list", "was_article": True}, "missing"),
        ({"outcome": "response", "status": 200, "page_kind": "login"}, "blocked"),
        ({"outcome": "response", "status": 200, "page_kind": "blocked"}, "blocked"),
        ({"outcome": "response", "status": 200, "page_kind": "outage"}, "unreachable"),
        ({"outcome": "response", "status": 200, "page_kind": "empty"}, "unreachable"),
        ({"outcome": "response", "status": 200, "page_kind": None}, "nothing"),
        ({"outcome": "response", "status": 404, "page_kind": None}, "missing"),
        ({"outcome": "response", "status": 410, "page_kind": None}, "missing"),
        ({"outcome": "response", "status": 403, "page_kind": None}, "blocked"),
        ({"outcome": "response", "status": 429, "page_kind": None}, "blocked"),
        ({"outcome": "response", "status": 503, "page_kind": None}, "unreachable"),
        ({"outcome": "timeout", "status": None, "page_kind": None}, "unreachable"),
        ({"outcome": "robots", "status": None, "page_kind": None}, "blocked"),
        ({"outcome": "too-large", "status": 200, "page_kind": None}, "nothing"),
        ({"outcome": "not-modified", "status": 304, "page_kind": None}, "seen"),
        ({"outcome": "response", "status": 301, "page_kind": None, "redirect_key": "https://a.example/"}, "missing"),
        ({"outcome": "response", "status": 301, "page_kind": None, "redirect_key": "https://a.example/x"}, "nothing"),
        (
            {
                "outcome": "response",
                "status": 301,
                "page_kind": None,
                "redirect_key": "https://a.example/x",
                "target": "seen",
            },
            "seen",
        ),
    ],
)
def test_what_a_visit_tells(capture: dict[str, Any], told: str) -> None:
    assert told_by(**{"was_article": False, **capture}) == told


def test_front_pages() -> None:
    assert is_front_page("https://a.example/")
    assert is_front_page("https://a.example/trang-chu")
    assert not is_front_page("https://a.example/?id=5")
    assert not is_front_page("https://a.example/thoi-su")


A, B, C = (
    f"https://a.example/{path}" for path in ("tin/hop-bao-thuong-ky", "moi/hop-bao-thuong-ky", "tin/le-hoi-xuan")
)


def test_alike() -> None:
    assert alike(A, B)
    assert not alike(A, C)
    assert not alike("https://a.example/viewer.aspx?id=1", "https://a.example/viewer.aspx?id=2")


def test_native_ids_join_addresses_and_the_first_seen_gives_the_id() -> None:
    (group,) = groups("s", {A: Address(A, at(5), ("7",)), C: Address(C, at(1), ("7",))})
    assert (group.native_id, group.members) == ("7", (A, C))


def test_one_native_id_of_two_articles_joins_nothing() -> None:
    """A video and a text of one number; a headline that was rewritten, and a section that was changed, are one."""
    text, video = Address(A, at(0), ("7",), published=_days(1)), Address(C, at(1), ("7",), published=_days(200))
    first, second = sorted(groups("s", {A: text, C: video}), key=lambda group: group.members != (A,))
    assert (first.members, second.members) == ((A,), (C,))
    assert first.article_id == article_key("s", "7", A)
    assert second.article_id == article_key("s", None, C)
    assert (first.native_id, second.native_id) == ("7", "7")
    for other in (
        Address(C, at(1), ("7",), published=_days(2)),
        Address(C, at(1), ("7",)),
        Address(B, at(1), ("7",), published=_days(200)),
        Address(C, at(1), ("7",), published=_days(200, 1)),
    ):
        assert len(groups("s", {A: text, other.canonical_url: other})) == 1, other


def test_a_canonical_address_that_is_another_article_joins_nothing() -> None:
    one = Address(A, at(0), ("7",), frozenset({B}), published=_days(1))
    assert len(groups("s", {A: one, B: Address(B, at(1), ("8",), published=_days(2))})) == 2
    assert len(groups("s", {A: one, B: Address(B, at(1), ("8",), published=_days(1))})) == 1
    assert len(groups("s", {A: one, B: Address(B, at(1), published=_days(2))})) == 1


def _days(*days: int) -> frozenset[datetime]:
    return frozenset(at(24 * day) for day in days)


def test_a_wrong_canonical_address_of_a_template_joins_nothing() -> None:
    addresses = {A: Address(A, at(0), canonicals=frozenset({C})), C: Address(C, at(0))}
    assert len(groups("s", addresses)) == 2
    assert len(groups("s", {**addresses, B: Address(B, at(1), canonicals=frozenset({A}))})) == 2


def test_addresses_that_name_one_canonical_address_are_one_article() -> None:
    addresses = {
        A: Address(A, at(0), canonicals=frozenset({B})),
        A + "-1": Address(A + "-1", at(1), canonicals=frozenset({B})),
    }
    assert len(groups("s", addresses)) == 1


def test_an_address_that_only_ever_redirected_belongs_to_its_target() -> None:
    (group,) = groups("s", {C: Address(C, redirects=frozenset({A})), A: Address(A, at(0))})
    assert group.members == (A, C)
    assert groups("s", {C: Address(C, redirects=frozenset({A}))}) == []
