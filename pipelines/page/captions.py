"""Captions as displayed, and their credits apart: `... Ảnh: X`, `(Nguồn: Y)`.

Belongs here: joining the lines of a caption and finding the credit in it. Does not: telling captions from text
(`body`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipelines.page.blocks import Block
from pipelines.records import Caption
from pipelines.text import clean

_CREDIT: Final = re.compile(
    r"(?:^|[\s(\[–—-])"
    r"(?P<credit>(?:Ảnh|ẢNH|Nguồn ảnh|Nguồn|Ảnh minh họa|Ảnh minh hoạ|Ảnh tư liệu|Đồ họa|Đồ hoạ"
    r"|Clip|Video|Photo|Image|Hình)"
    r"(?:\s*:\s*[^:]{1,80}|\s+(?:[A-ZĐÀ-Ỹ][\w.'’]*\s*){1,5}[.)]?))\s*$"
)


def has_credit(text: str) -> bool:
    """Whether a line ends with the credit of a picture."""
    return _CREDIT.search(text) is not None


def make_caption(lines: Sequence[Block], image_url: str = "") -> Caption | None:
    """The caption of these blocks, or None where they hold no letters."""
    text = clean(" ".join(line.text for line in lines))
    if not re.search(r"\w", text):
        return None
    match = _CREDIT.search(text)
    credit = match.group("credit").strip(" .()[]") if match else None
    return Caption(text, credit or None, image_url or None)
