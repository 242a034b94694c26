"""What holds for every byline, and for every string that is none."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_people_forms import CASES, as_text

from pipelines.people import looks_like_byline, parse_byline, split_trailing_byline
from pipelines.people.lexicon import ROLE_ORDER, words
from pipelines.people.lexing import MAX_LENGTH

RAWS = [str(case.values[0]) for case in CASES]
SEPARATORS = [" - ", " – ", ", ", "; ", " & ", " và ", " + ", "/", " | ", "\n"]
SYLLABLES = [word for word in words("given_names.txt") if len(word) > 1]
FAMILIES = ["Nguyễn", "Trần", "Lê", "Phạm", "Vũ", "Đỗ", "Hoàng", "Lò", "Giàng", "Nông"]

GIVEN = ["Thị", "Văn", "Minh", "Ngọc", "Diệu", "Khắc", "Thu", "Lam", "Hương", "Đức"]
PREFIXES = [("Bài và ảnh: ", ("text", "photo")), ("Ảnh: ", ("photo",)), ("Lược dịch: ", ("translation",))]
SUFFIXES = [
    (" (tổng hợp)", ("compilation",)),
    (" ghi", ("record",)),
    (" - lược dịch", ("translation",)),
    ("", ("text",)),
]
settings.register_profile("unhurried", deadline=None)  # a machine may be busy with something else
settings.load_profile("unhurried")

OUTLETS = ["TTXVN", "Báo Vạn Phúc", "VnExpress", "VOV.VN"]

names = st.builds(
    lambda family, rest: " ".join([family, *rest]),
    st.sampled_from(FAMILIES),
    st.lists(st.sampled_from(GIVEN), min_size=2, max_size=3),
)
noise = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from([*RAWS, *SEPARATORS, "(", ")", ":", "./.", "'", "“", "@", "25/2 "]), max_size=8).map(
        "".join
    ),
)


@given(noise, st.sampled_from(["byline", "text", "caption"]))
def test_nothing_raises_and_everything_is_well_formed(raw: str, slot: str) -> None:
    reading = parse_byline(raw, outlet_names=("Báo Vạn Xuân", "BVX", "baovanxuan.vn"), slot=slot)  # type: ignore[arg-type]
    assert reading.raw == raw
    for credit in reading.authors:
        assert credit.name == credit.name.strip()
        assert unicodedata.is_normalized("NFC", credit.name)
        assert credit.roles == tuple(role for role in ROLE_ORDER if role in credit.roles) != ()
    assert all(source.strip() for source in reading.sources)
    assert len({source.casefold() for source in reading.sources}) == len(reading.sources)
    looks_like_byline(raw)
    cut = split_trailing_byline(raw)
    assert cut is None or all(part and part in unicodedata.normalize("NFC", raw) for part in cut)


@given(noise)
def test_unicode_form_does_not_matter(raw: str) -> None:
    composed, apart = unicodedata.normalize("NFC", raw), unicodedata.normalize("NFD", raw)
    assert as_text(parse_byline(composed)) == as_text(parse_byline(apart))
    assert looks_like_byline(composed) == looks_like_byline(apart)
    assert split_trailing_byline(composed) == split_trailing_byline(apart)


@pytest.mark.parametrize("raw", RAWS)
def test_a_name_reads_as_itself(raw: str) -> None:
    for credit in parse_byline(raw).authors:
        assert [again.name for again in parse_byline(credit.name).authors] == [credit.name]


@given(st.lists(names, min_size=1, max_size=4, unique=True), st.sampled_from(SEPARATORS))
def test_joint_bylines_with_any_separator(people: list[str], separator: str) -> None:
    for people_written in (people, [name.upper() for name in people]):
        reading = parse_byline(separator.join(people_written))
        assert [credit.name for credit in reading.authors] == people
        assert reading.sources == ()


@given(
    names,
    names,
    st.sampled_from(PREFIXES),
    st.sampled_from(SUFFIXES),
    st.booleans(),
)  # fmt: skip
def test_labels_and_suffixes_reach_their_names_only(
    first: str,
    second: str,
    label: tuple[str, tuple[str, ...]],
    suffix: tuple[str, tuple[str, ...]],
    shouted: bool,
) -> None:
    if first == second:
        return
    raw = f"{first}{suffix[0]} - {label[0]}{second}"
    reading = parse_byline(raw.upper() if shouted else raw)
    assert [(credit.name, credit.roles) for credit in reading.authors] == [(first, suffix[1]), (second, label[1])]


@given(names, st.sampled_from(OUTLETS), st.sampled_from(["{n}/{s}", "{n} ({s})", "Theo {n}/{s}", "{n} - {s}"]))
def test_people_and_the_outlet_they_come_through(name: str, source: str, form: str) -> None:
    reading = parse_byline(form.format(n=name, s=source))
    assert as_text(reading) == (name, source)


@given(st.lists(st.sampled_from(SYLLABLES), min_size=2, max_size=3))
def test_two_or_three_name_syllables_never_make_two_people(syllables: list[str]) -> None:
    assert len(parse_byline(" ".join(syllables)).authors) <= 1


@pytest.mark.parametrize(
    "piece", ["(", "a-", "Bài: ", "./", "A.", "'", "a'", "theo ", "@", "1/", "Hà Lam - ", ". A", "x.vn/"]
)
def test_what_is_longer_than_any_byline_is_not_read(piece: str) -> None:
    raw = piece * (MAX_LENGTH // len(piece) + 1)
    assert parse_byline(raw).flags == ("too_long",)
    assert not looks_like_byline(raw)
    million = piece * (1_000_000 // len(piece))
    assert split_trailing_byline(f"{million} Xong./. Bài và ảnh: Hà Lam") == (
        f"{million} Xong./.",
        "Bài và ảnh: Hà Lam",
    )
