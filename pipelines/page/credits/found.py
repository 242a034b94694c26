"""One byline as it was found, with its place and how far it is believed.

Belongs here: the record of a find, reading a piece of text as one, what is asked of any find. Does not: where bylines
stand (`lines`, `head`, `slots`, `boxes`), nor which of them count (`choice`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipelines.page.context import Context, text_of
from pipelines.people import BylineReading, parse_byline
from pipelines.records import Credit
from pipelines.text import clean

MAX_BYLINE: Final = 160

_WIDGETS = re.compile(r"^(?:và \d+ tác giả khác|Theo dõi|Xem thêm bài của|Tác giả|Bút danh|Người viết)\s*:?\s*", re.I)

_LABEL = re.compile(
    r"^\s*(?:tác giả|bút danh|người viết|by|author|written by|đăng bởi|viết bởi|người đăng|posted by)\s*:?\s+", re.I
)

_SENDER = re.compile(r"\W*(?:người gửi|người hỏi|người đặt câu hỏi|công dân hỏi)\b", re.I)

_QUESTIONS = re.compile(r"/(?:hoi-dap|hoidap|hoi-va-dap|cau-hoi|qa|faq)", re.I)

_QUESTION = re.compile(r"(?:^|\s)(?:Câu hỏi|Nội dung câu hỏi|Trả lời|CÂU HỎI|TRẢ LỜI)\s*:")

_WRITES: Final = frozenset({"text", "compilation", "translation", "record"})


@dataclass(frozen=True, slots=True)
class Found:
    """One byline with its place."""

    reading: BylineReading
    raw: str
    origin: str
    where: str
    confidence: float

    @property
    def names(self) -> bool:
        """Whether it credits anybody."""
        return bool(self.reading.authors or self.reading.sources)


@dataclass(frozen=True, slots=True)
class Credited:
    """The outcome: raw line, people, agencies and outlets."""

    raw: str | None = None
    authors: tuple[Credit, ...] = ()
    sources: tuple[str, ...] = ()


def find_in(context: Context, raw: str, origin: str, where: str, confidence: float) -> Found:
    """The byline in `raw`, labels of widgets aside; who sends a question to an office is its subject, no author."""
    raw = clean(raw)
    if _SENDER.match(raw) and _answers(context):
        return Found(BylineReading(raw=raw, flags=("subject",)), raw, origin, where, confidence)
    plain = _WIDGETS.sub("", _LABEL.sub("", raw))
    return Found(parse_byline(plain, outlet_names=context.outlet_names), raw, origin, where, confidence)


def _answers(context: Context) -> bool:
    """Whether the page answers somebody's question, so that who sent it is its subject."""
    if _QUESTIONS.search(context.url):
        return True
    region = context.region.element if context.region is not None else context.page.body
    return _QUESTION.search(text_of(region)) is not None


def has_writer(found: Sequence[Found]) -> bool:
    """Whether somebody is credited with the text, and not only with pictures, a video or the editing."""
    return any(_WRITES & set(credit.roles) for one in found for credit in one.reading.authors)
