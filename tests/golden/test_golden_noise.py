"""What stands around and inside the texts of other sites, put into the golden pages: they read as before.

Belongs here: noise that any page may carry. Does not: pages of their own (`cases`), floors (`test_golden.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from golden_scoring import Golden, golden_pages, read_golden, right

LINK = "/khoi-cong-ho-chua-nuoc-dong-vai-990011.html"
OTHER = f'<a href="{LINK}">Khởi công hồ chứa nước Đồng Vai</a>'
KNOWN = {
    "teaser": {"structure-age-with-title"},  # the teaser is longer than half of the text
    "imprint": {"structure-weekday-in-date-line"},
}
"""Pages that such noise still changes; the lists only become shorter."""


def inside(page: str, golden: Golden, noise: str) -> str | None:
    """`page` with `noise` behind its second or third paragraph."""
    for line in golden.expected["body"][1:3]:
        at = page.find(line[-25:])
        if page.rfind("<script", 0, at) > page.rfind("</script>", 0, at):
            continue  # data for scripts, which markup would break
        end = re.compile(r"</p>|</div>").search(page, at) if at > 0 else None
        if end is not None and end.group() == "</p>" and end.start() - at < 120:
            return page[: end.end()] + noise + page[end.end() :]
    return None


def teaser(page: str, golden: Golden) -> str | None:
    summary = "<p>Công trình có vốn đầu tư 120 tỷ đồng, tưới cho hơn hai nghìn héc-ta ruộng.</p>"
    image = f'<a href="{LINK}"><img src="/t.jpg"></a>'
    return inside(page, golden, f'<div class="zz1">{image}<h3>{OTHER}</h3>{summary}</div>')


def advertisement(page: str, golden: Golden) -> str | None:
    banner = '<a href="https://quangcao.example/click?id=99" target="_blank"><img src="/banner.gif"></a>'
    return inside(page, golden, f'<div class="zz2">{banner}</div>')


def comments(page: str, golden: Golden) -> str | None:
    said = "Bài viết rất hay, cảm ơn tác giả đã nói lên nỗi lòng của bà con chúng tôi."
    one = f"<div><b>Nguyễn Thị Vân</b> <span>12/01/2025 10:11</span><p>{said}</p></div>"
    return below(page, f'<div class="zz3"><h3>Bình luận (2)</h3>{one}</div>')


def imprint(page: str, golden: Golden) -> str | None:
    told = "© 2019. Giấy phép số 12/GP-BTTTT ngày 03/02/2020. Phó Tổng Biên tập: Nông Thế Vinh. Hotline: 0912 345 678"
    return below(page, f'<div class="zz4"><p>{told}</p></div>')


def calendar(page: str, golden: Golden) -> str | None:
    day = datetime.fromisoformat(golden.expected["fetched_at"])
    return re.sub(r"(<body[^>]*>)", rf'\1<div class="zz5"><span>{day:%d/%m/%Y}</span></div>', page, count=1)


def below(page: str, noise: str) -> str | None:
    return page.replace("</body>", f"{noise}</body>") if "</body>" in page else None


@pytest.mark.parametrize("noise", [teaser, advertisement, comments, imprint, calendar])
def test_noise_changes_nothing(noise: Callable[[str, Golden], str | None]) -> None:
    wrong, tried = set(), 0
    for golden in golden_pages():
        if "title" not in golden.expected:
            continue
        try:
            page = golden.payload.decode("utf-8")
        except UnicodeDecodeError:
            continue
        changed = noise(page, golden)
        if changed is None or changed == page:
            continue
        tried += 1
        marks = right(golden.expected, read_golden(replace(golden, payload=changed.encode())))
        if not all(marks.values()):
            wrong.add(golden.name)
    assert tried > 150
    assert wrong <= KNOWN.get(noise.__name__, set()), f"{noise.__name__} changes what is read of {sorted(wrong)}"
