"""Bylines in their place: the page's own outlet, slots, whole lines, glued bylines, keys, what is kept raw."""

from __future__ import annotations

import pytest
from test_people_forms import CASES, as_text

from pipelines.flags import FLAGS
from pipelines.people import (
    Slot,
    credit_key,
    initials_of,
    looks_like_byline,
    parse_byline,
    split_trailing_byline,
)
from pipelines.people.names import is_syllable

OWN = ("Báo Vạn Xuân", "Báo Vạn Xuân điện tử", "BVX", "baovanxuan.example", "https://www.baovanxuan.vn/")


@pytest.mark.parametrize(
    ("raw", "people", "sources"),
    [
        ("Báo Vạn Xuân", "", ""),
        ("BÁO VẠN XUÂN", "", ""),
        ("Báo điện tử Vạn Xuân", "", ""),
        ("Báo Vạn Xuân Online", "", ""),
        ("BVX", "", ""),
        ("baovanxuan.vn", "", ""),
        ("m.baovanxuan.vn", "", ""),
        ("https://baovanxuan.example", "", ""),
        ("Theo Báo Vạn Xuân", "", ""),
        ("Nhóm PV Báo Vạn Xuân", "", ""),
        ("Tin, ảnh: Báo Vạn Xuân", "", ""),
        ("Hà Lam/BVX", "Hà Lam", ""),
        ("Hà Lam (Báo Vạn Xuân)", "Hà Lam", ""),
        ("Hà Lam BVX", "Hà Lam", ""),
        ("Báo Vạn Xuân - Hà Lam", "Hà Lam", ""),
        # other outlets of the same province, and other papers, are sources as ever
        ("Đài PT-TH Vạn Xuân", "", "Đài PT-TH Vạn Xuân"),
        ("Cổng TTĐT tỉnh Vạn Xuân", "", "Cổng TTĐT tỉnh Vạn Xuân"),
        ("Theo Báo Vạn Phúc", "", "Báo Vạn Phúc"),
        ("Theo baovanphuc.vn", "", "baovanphuc.vn"),
        # the place in the outlet's name belongs to everybody
        ("Vạn Xuân", "Vạn Xuân", ""),
    ],
)
def test_own_outlet_is_nobody(raw: str, people: str, sources: str) -> None:
    assert as_text(parse_byline(raw, outlet_names=OWN)) == (people, sources)


@pytest.mark.parametrize(
    ("raw", "people", "sources"),
    [
        ("Ảnh: Hà Lam", "Hà Lam=photo", ""),
        ("(Ảnh: Hà Lam)", "Hà Lam=photo", ""),
        ("Hà Lam", "Hà Lam=photo", ""),
        ("Hà Lam/TTXVN", "Hà Lam=photo", "TTXVN"),
        ("Đồ họa: Hà Lam", "Hà Lam=graphics", ""),
        ("Bài và ảnh: Hà Lam", "Hà Lam=text,photo", ""),
        ("Ảnh Hà Lam.", "Hà Lam=photo", ""),
        ("Nguồn ảnh: Hà Lam", "Hà Lam=photo", ""),
        ("Quang cảnh lễ hội. Ảnh: Hà Lam", "Hà Lam=photo", ""),
        ("Quang cảnh lễ hội - Ảnh: TTXVN", "", "TTXVN"),
        ("Ảnh: bạn đọc Hà Lam", "Hà Lam=photo", ""),
        ("Ảnh: NVCC", "", ""),
        ("Tư liệu", "", ""),
        ("Thái Bình", "", ""),
    ],
)
def test_caption_slot(raw: str, people: str, sources: str) -> None:
    assert as_text(parse_byline(raw, slot="caption")) == (people, sources)


@pytest.mark.parametrize(("slot", "people"), [("byline", "Thái Bình"), ("text", ""), ("caption", "")])
def test_the_slot_decides_on_names_of_places(slot: Slot, people: str) -> None:
    assert as_text(parse_byline("Thái Bình", slot=slot)) == (people, "")
    assert as_text(parse_byline("Ảnh: Thái Bình", slot=slot))[0] == "Thái Bình=photo"


@pytest.mark.parametrize("raw", ["Hà Giang, ngày 3/2/2020", "Thái Bình, ngày 25 tháng 2 năm 2026"])
def test_a_dateline_is_no_byline(raw: str) -> None:
    assert as_text(parse_byline(raw)) == ("", "")


BYLINES = [
    "Hà Diệu Lam", "HÀ DIỆU LAM", "Thùy Linh", "Hà Lam - Thu Ngà", "Y Mửi", "H'Đào Niê", "T.L", "P.V", "PV", "pv",
    "Nhóm PV",
    "BBT", "Ban Biên tập", "PV - CTV", "CTV Hà Lam", "Hà Lam (CTV)", "Hà Lam (tổng hợp)", "(Tổng hợp)", "T/h",
    "Tin, ảnh: PV",
    "Bài và ảnh: Hà Lam", "Ảnh: Hà Lam", "Tin ảnh Hà Lam", "Tin và ảnh: Chùa Sông Lam", "Theo TTXVN",
    "(Theo TTXVN)", "TTXVN",
    "(TTXVN/Vietnam+)", "Hà Lam/TTXVN", "Theo Báo Vạn Phúc", "Nguồn: Sở Y tế", "Bài: Hà Lam - Ảnh: Thu Ngà",
    "Hà Lam thực hiện",
    "Theo Hà Lam/Báo Vạn Phúc", "Hà Lam (Trung tâm VH-TT huyện Sông Lam)", "Bài, ảnh: Hà Lam (xã Sông Lam)",
    "Theo Hà Lam (Vietnamnet/Reuters)", "VOV-Tây Bắc", "Bài:  Hà Lam\nẢnh:  Thu Ngà",
]  # fmt: skip
OTHER_LINES = [
    "", "-", "Thái Bình", "Hà Nội", "Phú Thọ", "Sở Y tế", "Công an tỉnh", "UBND huyện Sông Lam", "Thời sự",
    "KINH TẾ", "Tin liên quan",
    "Giới thiệu", "Video", "Ảnh", "Bình luận", "Tòa soạn - Bạn đọc", "(Còn nữa)", "Kỳ 1: Giữ rừng",
    "Lợi thế của vùng chè",
    "LỢI THẾ VÙNG CHÈ", "Người tốt việc tốt", "Bà con phấn khởi.", "Ai giữ rừng?", "Kết quả:", "Hà Diệu Lam.",
    "Hạnh", "Du lịch",
    "Đ/c Hà Diệu Lam - Bí thư Huyện ủy", "Đ/c Hà Diệu Lam phát biểu tại hội nghị", "TS Hà Diệu Lam",
    "Ông Hà Diệu Lam, 57 tuổi",
    "CHỦ TỊCH", "KT. CHỦ TỊCH", "Tổng Biên tập: Hà Diệu Lam", "Chủ trì: Hà Diệu Lam",
    "Trần Thị Lý (20/08/2016 09:18)",
    "Quang cảnh lễ hội. Ảnh: Hà Lam", "Ê-kíp phẫu thuật cứu sống người bệnh. Ảnh: Hà Lam",
    "Hà Lam trao quà cho bà con", "Theo ông Hà Diệu Lam", "Biển Việt Nam",
    "GIÁ VÀNG",
    "Hà Lam và Thu Ngà là hai học sinh giỏi", "Nơi nhận:", "Từ khóa: chè, rừng", "10:21 25/02/2026", "nông dân",
    "La Liga",
]  # fmt: skip


@pytest.mark.parametrize("line", BYLINES)
def test_looks_like_a_byline(line: str) -> None:
    assert looks_like_byline(line)


@pytest.mark.parametrize("line", OTHER_LINES)
def test_does_not_look_like_a_byline(line: str) -> None:
    assert not looks_like_byline(line)


def test_the_outlets_own_name_does_not_look_like_a_byline() -> None:
    assert not looks_like_byline("Báo Vạn Xuân", outlet_names=OWN)
    assert looks_like_byline("Bài, ảnh: Hà Lam", outlet_names=OWN)


@pytest.mark.parametrize(
    ("paragraph", "text", "byline"),
    [
        ("Bà con đón năm mới./. Hà Lam", "Bà con đón năm mới./.", "Hà Lam"),
        ("Bà con đón năm mới./.Hà Lam", "Bà con đón năm mới./.", "Hà Lam"),
        ("Bà con đón năm mới. Hà Lam", "Bà con đón năm mới.", "Hà Lam"),
        ("Bà con đón năm mới.Hà Lam", "Bà con đón năm mới.", "Hà Lam"),
        ("Chị cười: “Vui lắm”. Hà Lam - Thu Ngà", "Chị cười: “Vui lắm”.", "Hà Lam - Thu Ngà"),
        ("Chị cười: “Vui lắm!” Hà Lam", "Chị cười: “Vui lắm!”", "Hà Lam"),
        ("Bà con đón năm mới. Bài và ảnh: Hà Lam", "Bà con đón năm mới.", "Bài và ảnh: Hà Lam"),
        ("Đón năm mới./.  HÀ LAM (tổng hợp)", "Đón năm mới./.", "HÀ LAM (tổng hợp)"),
        ("Huyện đạt 12 tiêu chí. PV", "Huyện đạt 12 tiêu chí.", "PV"),
        ("Lễ hội khai mạc sáng nay (TTXVN)", "Lễ hội khai mạc sáng nay", "TTXVN"),
        ("Lễ hội khai mạc sáng nay (theo TTXVN).", "Lễ hội khai mạc sáng nay", "theo TTXVN"),
        ("Giá tăng. Nguồn: Sở Y tế", "Giá tăng.", "Nguồn: Sở Y tế"),
        ("Quang cảnh buổi lễ Bài và ảnh: Hà Lam", "Quang cảnh buổi lễ", "Bài và ảnh: Hà Lam"),
        ("Quang cảnh buổi lễ (Ảnh: Hà Lam)", "Quang cảnh buổi lễ", "Ảnh: Hà Lam"),
        ("Quang cảnh buổi lễ. Ảnh: Hà Lam.", "Quang cảnh buổi lễ.", "Ảnh: Hà Lam."),
        ("Quang cảnh buổi lễ - Ảnh: TTXVN", "Quang cảnh buổi lễ", "Ảnh: TTXVN"),
        ("Quang cảnh buổi lễ. Ảnh Hà Lam", "Quang cảnh buổi lễ.", "Ảnh Hà Lam"),
    ],
)
def test_a_glued_byline_is_cut_off(paragraph: str, text: str, byline: str) -> None:
    assert split_trailing_byline(paragraph) == (text, byline)


@pytest.mark.parametrize(
    "paragraph",
    [
        "", " ", "Hà Lam", "Bài và ảnh: Hà Lam", "Tin, ảnh: Hà Lam", "Theo TTXVN", "Theo TTXVN, lễ hội khai mạc.",
        "Ông gặp TS. Hà Diệu Lam", "Ông ở TP. Hà Giang", "Đó là chị (Hà Diệu Lam)", "Ông Tư vui lắm. An",
        "Tổng Biên tập: Hà Diệu Lam", "CHỊU TRÁCH NHIỆM NỘI DUNG: Ông Hà Diệu Lam", "Kết quả: Hà Lam thắng.",
        "Chú thích ảnh: Hà Lam đang dạy học", "Xem thêm: Hà Lam", "Bà con thu hoạch chè. Ông Hà Diệu Lam chia sẻ.",
        "Hội thi có bốn đội. Thái Bình", "Liên hệ: Hà Diệu Lam, 0912 345 678",
    ],
)  # fmt: skip
def test_nothing_is_cut_off_where_no_byline_is_glued(paragraph: str) -> None:
    assert split_trailing_byline(paragraph) is None


def test_a_byline_in_a_sentence_is_read_from_its_end_only() -> None:
    reading = parse_byline("Sáng nay, Đức Khôi trao quà cho bà con ở Sông Lam./. Thu Ngà")
    assert as_text(reading) == ("Thu Ngà", "")
    assert "cut_from_text" in reading.flags


def test_affiliations_are_kept_raw_and_are_neither_people_nor_sources() -> None:
    reading = parse_byline("Hà Lam (Sở Tư pháp) - Thu Ngà (xã Sông Lam)")
    assert reading.affiliations == ("Sở Tư pháp", "xã Sông Lam")
    assert [credit.affiliation for credit in reading.authors] == ["Sở Tư pháp", "xã Sông Lam"]
    reading = parse_byline("Hà Lam - Thu Ngà (Đài PT-TH Vạn Xuân)")
    assert [credit.affiliation for credit in reading.authors] == ["Đài PT-TH Vạn Xuân"] * 2
    assert parse_byline("Hà Lam, Giám đốc Sở Tư pháp").affiliations == ("Giám đốc Sở Tư pháp",)


@pytest.mark.parametrize(
    ("raw", "via"), [("Hà Lam/TTXVN", ("TTXVN",)), ("Theo VOV", ("VOV",)), ("TTXVN", ()), ("Tin: Sở Y tế", ())]
)
def test_via_names_what_a_text_came_through(raw: str, via: tuple[str, ...]) -> None:
    assert parse_byline(raw).via == via


@pytest.mark.parametrize(
    ("raw", "kind"),
    [("Hà Diệu Lam", "person"), ("Y Mửi", "person"), ("Hạnh", "pen-name"), ("Đ.Khôi", "pen-name"), ("T.L", "initials")],
)
def test_kinds_of_names(raw: str, kind: str) -> None:
    assert [credit.kind for credit in parse_byline(raw).authors] == [kind]


def test_the_raw_strings_are_kept() -> None:
    reading = parse_byline("  Bài: NHÀ BÁO HÀ LAM ")
    assert reading.raw == "  Bài: NHÀ BÁO HÀ LAM "
    assert reading.authors[0].raw == "NHÀ BÁO HÀ LAM"


@pytest.mark.parametrize(
    ("raw", "flag"),
    [
        ("PV", "collective"),
        ("CTV Hà Lam", "contributor"),
        ("admin", "account"),
        ("Thời sự", "label"),
        ("Tổng Biên tập: Hà Diệu Lam", "masthead"),
        ("KT. CHỦ TỊCH Hà Diệu Lam", "signature"),
        ("N.T.H (sinh năm 1990)", "subject"),
        ("Chủ trì: Hà Diệu Lam", "unknown_label"),
        ("Ảnh: NVCC", "provenance"),
        ("Theo TTXVN", "reprint"),
        ("nguyễn thị hoa", "case_repaired"),
        ("Thái Bình", "place_name"),
        ("BQXT", "unknown_abbreviation"),
        ("Hà Lam đã trao quà cho bà con", "prose"),
        ("Hà Lam, " * 200, "too_long"),
    ],
)
def test_flags_say_why(raw: str, flag: str) -> None:
    assert flag in parse_byline(raw).flags


def test_every_flag_is_documented() -> None:
    raws = [str(case.values[0]) for case in CASES]
    emitted = {flag for raw in [*raws, *OWN] for flag in parse_byline(raw, outlet_names=OWN).flags}
    assert len(emitted) > 10
    assert emitted <= FLAGS.keys()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Thúy Hòa", "Thuý Hoà"),
        ("THÚY HÒA", "Thúy Hòa"),
        ("K’Vinh", "K'Vinh"),
        ("H. An", "H.An"),
        ("T.L.", "T.L"),
        ("Mai  Lan", "Mai Lan"),
        ("Đoàn Hà", "Ðoàn Hà"),
    ],
)
def test_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert credit_key(one) == credit_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Vi", "Vy"), ("Lí", "Lý"), ("Quý", "Quí"), ("Thanh", "Thành"), ("An", "Ân")]
)
def test_different_names_keep_different_keys(one: str, other: str) -> None:
    assert credit_key(one) != credit_key(other)


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Nguyễn Thị Minh", "N.T.M"),
        ("Đ.Khôi", "Đ.K"),
        ("N.T.Liễu", "N.T.L"),
        ("H'Đào Niê", "H.N"),
        ("K'Vinh", "K"),
        ("Ánh", "A"),
        ("Âu Cơ", "Â.C"),
        ("", ""),
    ],
)
def test_initials(name: str, initials: str) -> None:
    assert initials_of(name) == initials


@pytest.mark.parametrize("word", ["Nghiêng", "quyết", "yến", "Phuong", "Trà", "Ly", "thuở", "khuya"])
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["Super", "admin", "John", "BPTV", "zing", "Infonet", "TS"])
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)
