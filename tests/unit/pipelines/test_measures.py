from __future__ import annotations

from datetime import date

import pytest

from pipelines.measures import event_day, tone_placements, topic_of, topics

PUBLISHED = date(2026, 6, 23)


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("hòa, hoà, HÒA, HOÀ", 2, 2),
        ("khóa và khoá, xòe và xoè, thủy và thuỷ", 3, 3),
        ("toàn, hoàng, thuyền, hoạt, khoét: the mark has one place only", 0, 0),
        ("quý, quỳ, quà: the u belongs to the consonant", 0, 0),
        ("hòa.loà-thùy", 2, 1),
        ("", 0, 0),
    ],
)
def test_tone_placements(text: str, old: int, new: int) -> None:
    assert tone_placements(text) == (old, new)


@pytest.mark.parametrize(
    ("lead", "day"),
    [
        ("Sáng 22/6, tại xã Thượng Lam", date(2026, 6, 22)),
        ("Chiều ngày 22-6-2026, UBND tỉnh", date(2026, 6, 22)),
        ("Tối qua (22/6), nhà văn hóa", date(2026, 6, 22)),
        ("Ngày 28/12, huyện tổng kết năm", date(2025, 12, 28)),
        ("Ngày 1/7 tới đây, tuyến đường thông xe", date(2026, 7, 1)),
        ("Rạng sáng 31/6, mưa lớn", None),
        ("Sáng 10/3 âm lịch, lễ giỗ Tổ", None),
        ("Lãi suất giảm 2/3 trong ngày", None),
        ("Người dân phấn khởi vào vụ mới.", None),
        ("Sáng 5/2/2019, một vụ việc cũ", None),
    ],
)
def test_the_day_of_which_the_lead_tells(lead: str, day: date | None) -> None:
    found = event_day(lead, PUBLISHED)
    assert (found[0] if found else None) == day
    assert found is None or found[1] in lead


def test_a_day_far_into_the_lead_is_background() -> None:
    assert event_day("Người dân vào vụ. " * 20 + "Ngày 22/6, họp xã.", PUBLISHED) is None


@pytest.mark.parametrize(
    ("section", "topic"),
    [
        ("Kinh tế > Nông nghiệp", "agriculture"),
        ("KINH TẾ", "economy"),
        ("Sức khoẻ", "health"),
        ("An ninh - Trật tự", "law"),
        ("Thông tin doanh nghiệp tự giới thiệu", "advertising"),
        ("Quán ăn", "other"),
        (None, "other"),
    ],
)
def test_topics_of_sections(section: str | None, topic: str) -> None:
    assert topic_of(section) == topic
    assert topic in topics()
