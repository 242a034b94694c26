from __future__ import annotations

import pytest

from pipelines.credited.photos import KINDS, read_photo_credit

OUTLET = ("Báo Mẫu", "BM")


@pytest.mark.parametrize(
    ("credit", "kind"),
    [
        (None, "none"),
        ("BM", "own"),
        ("báo mẫu", "own"),
        ("PV", "own"),
        ("Hứa Minh Thư", "own"),
        ("Hứa Minh Thư/TTXVN", "agency"),
        ("Thông tấn xã Việt Nam", "agency"),
        ("AFP", "agency"),
        ("Internet", "internet"),
        ("Sưu tầm", "internet"),
        ("Facebook nhân vật", "internet"),
        ("Nhân vật cung cấp", "provided"),
        ("NVCC", "provided"),
        ("Công an tỉnh cung cấp", "provided"),
        ("Báo Lam Xuyên", "outlet"),
        ("Tư liệu", "archive"),
        ("TL", "archive"),
        ("Hứa Minh Thư (tư liệu)", "own"),
        ("Minh họa", "illustration"),
        ("minh hoạ", "illustration"),
        ("Ảnh minh họa: Internet", "internet"),
        ("?", "unclear"),
    ],
)
def test_where_a_photograph_comes_from(credit: str | None, kind: str) -> None:
    assert read_photo_credit(credit, outlet_names=OUTLET).kind == kind
    assert kind in KINDS


def test_an_illustration_is_one_whatever_its_origin() -> None:
    assert read_photo_credit("Internet", "Cánh đồng (ảnh minh họa)").illustration
    assert read_photo_credit("Ảnh minh hoạ. Nguồn: Internet").illustration
    assert read_photo_credit(None, "Ảnh minh họa").kind == "illustration"
    assert not read_photo_credit("Internet", "Cánh đồng").illustration


def test_the_service_has_one_name_and_keeps_its_photographer() -> None:
    found = read_photo_credit("Hứa Minh Thư - TTX Việt Nam")
    assert (found.agency, found.name, found.person) == ("TTXVN", "Hứa Minh Thư", True)
