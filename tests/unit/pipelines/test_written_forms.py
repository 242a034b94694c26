"""Date lines and bylines put together from the forms of newspapers, with known truth: 3,000 of each must read right.

The forms here were written after papers and not after our grammars. A form that reads wrongly is mended in general, and
stands as a line in `date_cases.txt` or `byline_cases.txt`.
"""

from __future__ import annotations

import random
import unicodedata
from datetime import datetime, timedelta

import pytest

from pipelines.dates import parse_date_line
from pipelines.people import parse_byline
from pipelines.zone import VIETNAM

COUNT = 3_000
FETCHED = datetime(2026, 9, 20, 9, tzinfo=VIETNAM)
FIRST = datetime(2006, 1, 1, tzinfo=VIETNAM)

# d, m, y: day, month, year; word: the month in words
DAYS = (
    "{d:02}/{m:02}/{y}", "{d:02}/{m:02}/{y}", "{d}/{m}/{y}", "{d:02}/{m}/{y}", "{d:02}-{m:02}-{y}", "{d}-{m}-{y}",
    "{d:02}.{m:02}.{y}", "{d:02} / {m:02} / {y}", "{d} - {m} - {y}", "{d:02}/{m:02}/{short}", "{y}-{m:02}-{d:02}",
    "{y}/{m:02}/{d:02}", "{d} tháng {m}, {y}", "{d:02} tháng {m:02} năm {y}", "{d} Th{m} {y}", "{d} Thg{m:02}, {y}",
    "Tháng {m} {d}, {y}", "{d} tháng {word} năm {y}", "{d:02} tháng {m:02} {y}",
)  # fmt: skip
# h, n, s: hour, minute, second; t: hour on the 12 hour clock
CLOCKS = (
    ("{h:02}:{n:02}", "minute"), ("{h:02}:{n:02}", "minute"), ("{h}:{n:02}", "minute"), ("{h:02}:{n:02}:{s:02}", "second"),
    ("{h}h{n:02}", "minute"), ("{h:02}h{n:02}'", "minute"), ("{h}g{n:02}", "minute"), ("{h} giờ {n:02} phút", "minute"),
    ("{h} giờ {n:02}", "minute"), ("{t}:{n:02} {half}", "minute"), ("{t:02}:{n:02}{half}", "minute"),
    ("{t}:{n:02} {half_vi}", "minute"), ("{t}:{n:02}:{s:02} {half}", "second"),
)  # fmt: skip
TOGETHER = (
    "{day} {clock}", "{day}, {clock}", "{day} - {clock}", "{day} | {clock}", "{clock} {day}", "{clock}, {day}",
    "{clock} - {day}", "{clock} | {day}", "{clock} ngày {day}", "{clock}, ngày {day}", "{day} lúc {clock}",
    "{day} vào lúc {clock}", "{day}  {clock}", "{day}\u00a0{clock}", "{day} – {clock}", "{day} , {clock}", "{day}\n{clock}",
    "{day} ({clock})", "lúc {clock} - {day}", "{weekday}, {day} - {clock}", "{weekday} {day}, {clock}",
    "{clock} - {weekday}, {day}", "{clock}, {weekday}, {day}", "{weekday}, ngày {day} {clock}", "{clock} {weekday} {day}",
)  # fmt: skip
LABELS = (
    "", "", "", "Đăng ngày: ", "Ngày đăng: ", "Đăng lúc ", "Cập nhật: ", "Cập nhật lúc ", "Xuất bản: ", "Thời gian: ",
    "Ngày đăng tin: ", "Tin đăng lúc ", "Ngày cập nhật: ", "Published: ", "Posted on ", "Thời sự - ", "Kinh tế | ",
    "Văn hóa - Xã hội, ", "Mai Phương - ", "Hoàng Thu Trà | ",
)  # fmt: skip
BEHIND = (
    "", "", "", " (GMT+7)", " GMT+7", " +07:00", " | Lượt xem: 128", " - Lượt xem: 1.204", " | In bài viết", " - Thời sự",
    ", 0 bình luận", " Đã xem: 311", " - Tác giả: Trần Hải", " | Nghe đọc bài", " | Cỡ chữ: A+ A-",
)  # fmt: skip
MONTHS = ("một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
WEEKDAYS = (
    ("Thứ Hai", "Thứ hai", "T2", "Thứ 2"), ("Thứ Ba", "T3", "Thứ 3"), ("Thứ Tư", "T4", "Thứ 4"),
    ("Thứ Năm", "Thứ năm", "T5", "Thứ 5"), ("Thứ Sáu", "T6", "Thứ 6"), ("Thứ Bảy", "Thứ bẩy", "T7"), ("Chủ Nhật", "CN"),
)  # fmt: skip
NO_PUBLICATION = (
    "Giấy phép số 12/GP-TTĐT cấp ngày {d}/{m}/{y}", "Ngày in: {d}/{m}/{y} {h:02}:{n:02}", "Quyết định số 45/QĐ-UBND ngày {d}/{m}/{y}",
    "Từ ngày {d}/{m} đến {d}/{m}/2030", "{d}/{m}", "tháng {m}/{y}", "Lượt xem: {n}", "{h}h", "Hạn nộp hồ sơ: {d}/{m}/{y}",
    "Sinh ngày {d}/{m}/{y}", "ngày {d}/{m} âm lịch", "© 2010 - {y} Bản quyền thuộc Báo Vạn Xuân", "Đến hết ngày {d}/{m}/{y}",
    "Ngày {d}/{m}/{y}, UBND tỉnh ban hành Quyết định về việc phê duyệt quy hoạch",
)  # fmt: skip


def _fields(r: random.Random, moment: datetime) -> dict[str, object]:
    return {
        "d": moment.day, "m": moment.month, "y": moment.year, "short": f"{moment.year % 100:02}",
        "word": MONTHS[moment.month - 1], "h": moment.hour, "n": moment.minute, "s": moment.second,
        "t": moment.hour % 12 or 12, "half": "AM" if moment.hour < 12 else "PM", "half_vi": "SA" if moment.hour < 12 else "CH",
        "weekday": r.choice(WEEKDAYS[moment.weekday()]),
    }  # fmt: skip


def _moment(r: random.Random) -> datetime:
    moment = FIRST + timedelta(seconds=r.randrange(int((FETCHED - FIRST).total_seconds())))
    return (
        moment.replace(minute=7) if (moment.hour, moment.minute) == (0, 0) else moment
    )  # midnight stands for a bare day


def _written(r: random.Random, raw: str) -> str:
    """As another hand would write it."""
    return r.choice((str, str, str.upper, lambda text: unicodedata.normalize("NFD", text)))(raw)


@pytest.mark.parametrize("seed", [1])
def test_date_lines_as_papers_write_them(seed: int) -> None:
    r = random.Random(seed)
    wrong = []
    for _ in range(COUNT):
        moment = _moment(r)
        fields = _fields(r, moment)
        clock, precision = r.choice(CLOCKS)
        together = r.choice(TOGETHER) if r.random() < 0.85 else "{day}"
        precision = precision if "{clock}" in together else "day"
        parts = {"day": r.choice(DAYS).format(**fields), "clock": clock.format(**fields), "weekday": fields["weekday"]}
        raw = _written(r, r.choice(LABELS) + together.format(**parts) + r.choice(BEHIND))
        cut = {"minute": {"second": 0}, "day": {"hour": 0, "minute": 0, "second": 0}}.get(precision, {})
        reading = parse_date_line(raw, fetched_at=FETCHED, order="dmy")
        if (reading.value, reading.precision) != (moment.replace(**cut), precision):
            wrong.append((raw, reading))
    assert not wrong, f"{len(wrong)} of {COUNT}: {wrong[:5]}"


@pytest.mark.parametrize("seed", [2])
def test_lines_that_hold_no_publication(seed: int) -> None:
    r = random.Random(seed)
    for _ in range(COUNT // 10):
        raw = _written(r, r.choice(NO_PUBLICATION).format(**_fields(r, _moment(r))))
        reading = parse_date_line(raw, fetched_at=FETCHED, order="dmy")
        assert reading.value is None, (raw, reading)
        assert reading.flags, raw


SURNAMES = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương",
    "Lý", "Đinh", "Lương", "Thạch", "Nông", "Triệu", "Giàng", "Lò", "Tô",
)  # fmt: skip
MIDDLES = (
    "Thị", "Văn", "Minh", "Ngọc", "Thu", "Đức", "Quang", "Thanh", "Hồng", "Xuân", "Hữu", "Kim", "Bích", "Khắc",
    "Anh", "Thành", "Bảo", "Hải", "Quốc", "Tuấn", "Việt",
)  # fmt: skip
GIVEN = (
    "Lan", "Hương", "Hải", "Nam", "Tám", "Minh", "Trang", "Quỳnh", "Hùng", "Dũng", "Sơn", "Thủy", "Hoà", "Hòa",
    "Bình", "Phúc", "Khánh", "Linh", "Mai", "Yến", "Tùng", "Giang", "Hà",
)  # fmt: skip
KNOWN = (
    "Thùy Trang", "Hoài Anh", "Quang Mạnh", "Mai Phương", "Hải Yến", "Thảo Yên", "Xuân Sơn", "Cẩm Tú", "Song Hà", "Trà My",
    "H'Linh Niê", "K'Vân", "Y Mửi", "Siu H'Doan", "Giàng Seo Páo", "Rơ Châm Nga", "H.Q", "N.T.H", "P.V.A", "Đ.Quốc", "Tr.Hà",
)  # fmt: skip
AGENCIES = (
    "TTXVN",
    "VOV",
    "Vietnam+",
    "VnExpress",
    "Báo Nhân Dân",
    "Tuổi Trẻ",
    "Dân trí",
    "Reuters",
    "AFP",
    "VietnamNet",
)
BOTH = ("text", "photo")
# a, b, c: people; s: an agency -> roles of each person in order, and whether the agency is a source
BYLINES = (
    ("{a}", (("text",),), 0), ("({a})", (("text",),), 0), ("{a}.", (("text",),), 0), ("- {a} -", (("text",),), 0),
    ("{a} - {b}", (("text",), ("text",)), 0), ("{a}, {b}", (("text",), ("text",)), 0), ("{a} và {b}", (("text",), ("text",)), 0),
    ("{a} – {b} – {c}", (("text",), ("text",), ("text",)), 0), ("{a} & {b}", (("text",), ("text",)), 0),
    ("{a}; {b}; {c}", (("text",), ("text",), ("text",)), 0), ("{a} + {b}", (("text",), ("text",)), 0),
    ("Bài, ảnh: {a}", (BOTH,), 0), ("Bài và ảnh: {a} - {b}", (BOTH, BOTH), 0), ("Tin, ảnh: {a}, {b}", (BOTH, BOTH), 0),
    ("Tin và ảnh : {a}", (BOTH,), 0), ("Tin bài, ảnh: {a} ./.", (BOTH,), 0), ("Bài/ảnh: {a}", (BOTH,), 0),
    ("Ảnh: {a}", (("photo",),), 0), ("Clip: {a}", (("video",),), 0), ("Đồ họa: {a}", (("graphics",),), 0),
    ("Ảnh, clip: {a}", (("photo", "video"),), 0), ("Bài, ảnh và video: {a}", (("text", "photo", "video"),), 0),
    ("Thực hiện: {a} - {b}", (("text",), ("text",)), 0), ("Tổng hợp: {a}", (("compilation",),), 0), ("Biên tập: {a}", (("edit",),), 0),
    ("Bài: {a} - Ảnh: {b} - Đồ họa: {c}", (("text",), ("photo",), ("graphics",)), 0), ("Bài: {a}; Ảnh: {b}", (("text",), ("photo",)), 0),
    ("Nội dung: {a}\nVideo: {b}", (("text",), ("video",)), 0), ("Tin: {a} | Ảnh: {b}", (("text",), ("photo",)), 0),
    ("{a} (tổng hợp)", (("compilation",),), 0), ("{a} - {b} (thực hiện)", (("text",), ("text",)), 0), ("{a} ghi", (("record",),), 0),
    ("{a} lược dịch", (("translation",),), 0), ("{a} - {b} (lược ghi)", (("record",), ("record",)), 0), ("{a} (t/h)", (("compilation",),), 0),
    ("{a} (sưu tầm)", (("compilation",),), 0), ("{a}, {b} (biên tập)", (("edit",), ("edit",)), 0), ("{a} (ghi chép)", (("text",),), 0),
    ("{a}/{s}", (("text",),), 1), ("{a} ({s})", (("text",),), 1), ("{a} (Theo {s})", (("text",),), 1), ("{a} - {s}", (("text",),), 1),
    ("Theo {a}/{s}", (("text",),), 1), ("Ảnh: {a}/{s}", (("photo",),), 1), ("{a}, theo {s}", (("text",),), 1),
    ("Theo {s}", (), 1), ("(Theo {s})", (), 1), ("Nguồn: {s}", (), 1), ("({s})", (), 1), ("{s}", (), 1),
    ("Nhà báo {a}", (("text",),), 0), ("ThS. {a}", (("text",),), 0), ("Bài, ảnh: CTV {a}", (BOTH,), 0), ("{a} (CTV)", (("text",),), 0),
    ("{a} (Đài PT-TH Thái Nguyên)", (("text",),), 0), ("{a} - {b} (Trung tâm VH-TT huyện Định Hóa)", (("text",), ("text",)), 0),
    ("Tác giả: {a}", (("text",),), 0), ("Bài viết của {a}", (("text",),), 0), ("Viết bởi {a}", (("text",),), 0), ("{a} Theo dõi", (("text",),), 0),
    ("PV", (), 0), ("Nhóm PV", (), 0), ("P.V", (), 0), ("CTV", (), 0), ("Bài, ảnh: Nhóm phóng viên", (), 0), ("Ban Thời sự", (), 0),
    ("Lượt xem: 128", (), 0), ("Tổng Biên tập: {a}", (), 0), ("(Còn nữa)", (), 0), ("Tin liên quan", (), 0), ("admin", (), 0),
    ("Super User", (), 0), ("{a} (sinh năm 1990)", (), 0), ("Kỳ 1: Đất và người", (), 0), ("Ảnh minh họa", (), 0), ("./.", (), 0),
)  # fmt: skip


def _name(r: random.Random) -> str:
    if r.random() < 0.5:
        return r.choice(KNOWN)
    return " ".join([r.choice(SURNAMES), *r.sample(MIDDLES, r.choice((0, 1, 1, 2))), r.choice(GIVEN)])


@pytest.mark.parametrize("seed", [3])
def test_bylines_as_papers_write_them(seed: int) -> None:
    r = random.Random(seed)
    wrong = []
    for _ in range(COUNT):
        form, roles, sourced = r.choice(BYLINES)
        people = dict.fromkeys(_name(r) for _ in range(20))
        names = dict(zip("abc", people, strict=False))
        agency = r.choice(AGENCIES)
        raw = form.format(**names, s=agency)
        capitals = not sourced and r.random() < 0.2  # a paper's name in capitals may be a section's
        raw = raw.upper() if capitals else r.choice((raw, raw, unicodedata.normalize("NFD", raw)))
        want = {
            (names[letter].casefold(), role)
            for letter, roles_of in zip("abc", roles, strict=False)
            for role in roles_of
        }
        reading = parse_byline(raw)
        found = {(credit.name.casefold(), role) for credit in reading.authors for role in credit.roles}
        if found != want or list(reading.sources) != [agency] * sourced:
            wrong.append((raw, reading))
    assert not wrong, f"{len(wrong)} of {COUNT}: {wrong[:5]}"
