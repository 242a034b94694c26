"""The reader as a whole: its contract (never raises, bounded time, named status) and rules that need a page to show."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipelines.flags import FLAGS
from pipelines.reader import READER_VERSION, read_page
from pipelines.records import SiteProfile

URL = "https://baobenxua.example/tin/cho-phien-ben-xua-450112.html"
FETCHED = datetime(2026, 9, 20, 2, 0, tzinfo=UTC)
FIRST = "Từ bốn giờ sáng, thuyền chở cau, chuối và gốm đã cập bến, tiếng mặc cả rộn cả một khúc sông nhỏ."
SECOND = "Bà Lữ Thị Én bán bánh đúc ở đây ba mươi năm, bảo chợ đông nhất vào phiên rằm và những ngày cuối năm."
THIRD = "Ban quản lý chợ cho biết sẽ kè lại bến đá dài 60 m trước mùa mưa để thuyền lớn vào được."
TEXT = "".join(f"<p>{line}</p>" for line in (FIRST, SECOND, THIRD))
LEAD = "Chợ phiên Bến Xưa họp bên sông từ hơn một trăm năm nay, mỗi tháng sáu phiên."


def page(body: str = TEXT, head: str = "", date: str = "14/03/2025 07:20", lead: str = "", tail: str = "") -> bytes:
    return (
        f"<html><head><title>Chợ phiên Bến Xưa - Báo Bến Xưa</title>{head}</head><body>"
        "<div class='header'><span class='today'>Chủ nhật, 20/09/2026 09:00</span></div>"
        f"<div class='detail'><h1>Chợ phiên Bến Xưa</h1><div class='post-date'>{date}</div>{lead}"
        f"<div class='post-body'>{body}</div>{tail}</div>"
        "<div class='footer'><p>Giấy phép số 12/GP cấp ngày 01/02/2019</p></div></body></html>"
    ).encode()


def test_a_plain_page() -> None:
    reading = read_page(page(lead=f"<p class='sapo'>(BXO) - {LEAD}</p>"), URL, fetched_at=FETCHED)
    assert (reading.title, reading.lead, reading.source_mark) == ("Chợ phiên Bến Xưa", LEAD, "BXO")
    assert reading.body == (FIRST, SECOND, THIRD)
    assert reading.published_at == datetime(2025, 3, 14, 0, 20, tzinfo=UTC)
    assert (reading.page_kind, reading.status, reading.reader_version) == ("article", "ok", READER_VERSION)
    assert set(reading.origins) <= set(reading.confidence)


def test_witnesses_are_kept_when_asked_for_and_disagreement_is_a_flag() -> None:
    head = '<meta property="article:published_time" content="2025-03-14T11:45:00+07:00">'
    reading = read_page(page(head=head), URL, fetched_at=FETCHED, witnesses=True)
    dates = [witness for witness in reading.witnesses if witness.field == "published_at"]
    assert sum(witness.chosen for witness in dates) == 1
    assert all(witness.reason for witness in dates)
    assert "witnesses_disagree" in reading.flags
    assert read_page(page(head=head), URL, fetched_at=FETCHED).witnesses == ()


@pytest.mark.parametrize(
    ("date", "head", "expected"),
    [
        # a clock in the header is no publication, whatever else is missing
        ("", "", None),
        # "Cập nhật" beside the headline is the publication where nothing contradicts it
        ("Cập nhật: 14/03/2025 07:20", "", "2025-03-14T07:20:00+07:00"),
        # ... and an edit where a machine tag names an earlier moment
        (
            "Cập nhật: 14/03/2025 19:20",
            '<meta property="article:published_time" content="2025-03-14T07:20:00+07:00">',
            "2025-03-14T07:20:00+07:00",
        ),
        # a modification is never the publication
        ("", '<meta property="article:modified_time" content="2025-03-14T07:20:00+07:00">', None),
        # Z on a local clock
        (
            "14/03/2025 07:20",
            '<meta property="article:published_time" content="2025-03-14T07:20:00Z">',
            "2025-03-14T07:20:00+07:00",
        ),
        # the future is no date
        ("14/03/2031 07:20", "", None),
    ],
)
def test_publication(date: str, head: str, expected: str | None) -> None:
    assert read_page(page(date=date, head=head), URL, fetched_at=FETCHED).to_json()["published_at"] == expected


@pytest.mark.parametrize(
    ("inside", "caption"),
    [
        ("<p><img src='/a.jpg'></p><p>Thuyền gốm cập bến phiên rằm</p>", "Thuyền gốm cập bến phiên rằm"),
        ("<p><img src='/a.jpg'><br><em>Bà Én bên gánh bánh đúc</em></p>", "Bà Én bên gánh bánh đúc"),
        ("<figure><img src='/a.jpg'><figcaption>Bến đá. Ảnh: Tư Khoa</figcaption></figure>", "Bến đá. Ảnh: Tư Khoa"),
        ("<table><tr><td><img src='/a.jpg'></td></tr><tr><td>Góc chợ cau</td></tr></table>", "Góc chợ cau"),
    ],
)
def test_captions_are_no_text(inside: str, caption: str) -> None:
    reading = read_page(page(f"<p>{FIRST}</p>{inside}<p>{SECOND}</p><p>{THIRD}</p>"), URL, fetched_at=FETCHED)
    assert [one.text for one in reading.captions] == [caption]
    assert reading.body == (FIRST, SECOND, THIRD)
    assert reading.images == ("https://baobenxua.example/a.jpg",)


@pytest.mark.parametrize(
    "box",
    [
        "<div><b>Tin liên quan</b><ul><li><a href='/tin/khac-991122.html'>Khôi phục lò gốm cổ Gò Duối</a></li></ul>"
        "</div>",
        "<p><a href='/tin/khac-991122.html'>Khôi phục lò gốm cổ Gò Duối</a></p>",
        "<p>&gt;&gt; <a href='/tin/khac-991122.html'>Khôi phục lò gốm cổ Gò Duối</a></p>",
        "<div><a href='/tin/khac-991122.html'>Khôi phục lò gốm cổ Gò Duối</a><p>Lò gốm cổ đỏ lửa trở lại.</p></div>",
        "<p>{keywords}</p>",
        "<p>PC_Article_AfterShare_1</p>",
    ],
)
def test_boxes_inside_the_text_are_no_text(box: str) -> None:
    reading = read_page(page(f"<p>{FIRST}</p>{box}<p>{SECOND}</p><p>{THIRD}</p>"), URL, fetched_at=FETCHED)
    assert reading.body == (FIRST, SECOND, THIRD)


def test_a_source_may_override_selectors() -> None:
    profile = SiteProfile("bx", selectors={"body": (".post-body .kept",), "title": ("h1",)})
    body = f"<div class='kept'><p>{FIRST}</p><p>{SECOND}</p></div><p>{THIRD}</p>"
    reading = read_page(page(body), URL, fetched_at=FETCHED, profile=profile)
    assert reading.body == (FIRST, SECOND)
    assert reading.origins["body"] == "selector"
    broken = SiteProfile("bx", selectors={"body": ("p:nth-child(2)",)})
    assert "bad_selector" in read_page(page(), URL, fetched_at=FETCHED, profile=broken).flags


def test_every_flag_is_documented() -> None:
    flags = {flag for body in (TEXT, "", "<p>x") for flag in read_page(page(body, date="14/03/2031"), URL).flags}
    assert flags <= set(FLAGS)


HOSTILE = {
    "nothing": b"",
    "blanks and NULs": b" \0\n\t" * 1000,
    "no html": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
    "truncated letter": page()[:-1] + b"\xe1\xba",
    "nested elements": b"<html><body>" + b"<div>" * 200_000 + FIRST.encode(),
    "nested tables": b"<html><body>" + b"<table><tr><td>" * 60_000 + FIRST.encode(),
    "a million attributes": b"<html><body><p "
    + b" ".join(b"a%d=1" % i for i in range(1_000_000))
    + b">"
    + TEXT.encode(),
    "attributes with >": b"<html><body><p " + b" ".join(b'a%d=">"' % i for i in range(200_000)) + b">" + TEXT.encode(),
    "nested entities": b"<html><body><p>&" + b"amp;" * 500_000 + b"lt;</p>",
    "open scripts": b"<html><body>" + b"<style>" * 200_000,
    "one long line": b"<html><body><p>" + b"a" * 8_000_000,
    "many breaks": b"<html><body>" + "chữ<br>".encode() * 400_000,
    "digits": b"<html><body><h1>" + b"1/1/" * 400_000 + b"</h1>" + TEXT.encode(),
    "deep json": b'<html><head><script type="application/ld+json">' + b"[" * 100_000 + b"</script></head>" + page(),
    "sixty megabytes": b"<p>" + b"x" * 60_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_end_in_a_named_status(name: str) -> None:
    # anything quadratic runs into the suite's timeout here; tests/benchmarks measures the time
    reading = read_page(HOSTILE[name], URL, fetched_at=FETCHED)
    assert reading.status
    assert reading.status == "ok" or not reading.body


def test_a_page_too_large_or_empty_says_so() -> None:
    assert read_page(HOSTILE["sixty megabytes"], URL).status == "too-large"
    assert read_page(b"", URL).page_kind == "empty"


@pytest.mark.parametrize(
    ("row", "section"),
    [
        ('<a href="#">A-</a> <a href="#">A+</a> <a href="?in=1">In trang này</a>', None),
        ('<a href="/van-hoa">Văn hóa</a> <a href="#">A+</a>', None),
        ('<a href="/van-hoa">Văn hóa</a>', "Văn hóa"),
    ],
)
def test_tools_beside_the_headline_are_no_section(row: str, section: str | None) -> None:
    page = (
        f"<html><body><div>{row}</div><div><h1>Khánh thành cầu Bến Sậy sau hai năm thi công</h1>"
        "<p>Sáng nay, xã Thượng Lam đưa cầu Bến Sậy vào sử dụng trong niềm vui của bà con hai bên bờ sông.</p>"
        "<p>Cầu dài 48 m, rộng 3,5 m, do nhân dân góp công, góp của cùng Nhà nước xây dựng trong hai năm qua.</p>"
        "<p>Từ nay, học sinh hai bản bên kia sông không còn phải qua suối bằng bè mảng mỗi khi mùa mưa về.</p>"
        "</div></body></html>"
    )
    assert read_page(page.encode(), "https://baomau.example/cau-ben-say-101.html").section == section


def test_an_explained_page_tells_where_the_text_was_taken_from_and_what_was_left_out() -> None:
    body = TEXT + "<p><a href='/tin/phien-cho-tet-450100.html'>Phiên chợ Tết ở Bến Xưa</a></p>"
    seen = [
        one for one in read_page(page(body), URL, fetched_at=FETCHED, witnesses=True).witnesses if one.field == "body"
    ]
    assert [(one.chosen, one.where) for one in seen if one.chosen] == [(True, "div.post-body")]
    assert ("Phiên chợ Tết ở Bến Xưa", "left out: link to another article") in [(one.raw, one.reason) for one in seen]


def test_four_lines_of_verse_with_day_and_pen_name_are_an_article() -> None:
    verse = [
        "Mẹ ra đồng lúc sương còn ngái ngủ",
        "Gánh mùa về trên đôi vai hao",
        "Con đi mãi chưa qua mùa giông bão",
        "Nghe tiếng mẹ ru giữa phố ồn ào",
    ]
    page = (
        "<html><head><meta charset=utf-8><title>Gánh mùa về</title></head><body><div class=art><h1>Gánh mùa về</h1><div class=ngaydang>Đăng lúc 14:00 ngày 6-11-2026</div>"
        f"<div class=nd><p>{'<br>'.join(verse)}</p><p style='text-align:right'><b><i>Sông Quê</i></b></p></div></div></body></html>"
    )
    reading = read_page(page.encode(), "https://vannghe.example/tho/ganh-mua-ve-881.html")
    assert (reading.page_kind, reading.body) == ("article", tuple(verse))
    assert [author.name for author in reading.authors] == ["Sông Quê"]
