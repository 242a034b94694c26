"""What one block looks like by itself: running text, a heading that announces a list, a line in a cipher.

Belongs here: what is seen in a single block without its neighbours. Does not: rules that need several blocks.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from pipelines.page.blocks import Block
from pipelines.text import clean

FULL_STOP: Final = re.compile(r"(?:[.!?…។]['\"”’»)\]]*|[”\"»]\.?)$")
DATE_LIKE: Final = re.compile(
    r"\d{1,2}\s*[/.-]\s*\d{1,2}|\d{1,2}:\d{2}|tháng\s+\d|(?:giây|phút|giờ|ngày|tuần)\s+trước\b|\bago\b"
    r"|năm\s+hai\s+(?:nghìn|ngàn|không)\b",
    re.I,
)
_DOCUMENT_FACT = re.compile(
    r"(?:số hiệu|số/ký hiệu|số ký hiệu|ngày (?:ban hành|có hiệu lực|hiệu lực|ký)|người ký|cơ quan ban hành|loại văn bản"
    r"|trích yếu|tình trạng hiệu lực)\s*:?$",
    re.I,
)
_LETTER = re.compile(r"[^\W\d_]")
_MARKED_CAPITAL = re.compile("[ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ]")


def is_running(block: Block) -> bool:
    """Whether a block is running text: long enough, mostly outside links, or ended like a sentence."""
    if block.kind != "text" or block.linked > 0.6 * block.letters:
        return False
    return block.letters >= 90 or (block.letters >= 30 and FULL_STOP.search(block.text) is not None)


def announces(block: Block) -> bool:
    """Whether a line that is no sentence opens the text all the same: what follows is listed ("... như sau:")."""
    return block.letters >= 50 and block.text.endswith(":") and not block.linked and not block.is_heading


def tells_about_document(block: Block) -> bool:
    """Whether a block stands in a row that tells about a document: its number, the day it was signed, who signed it."""
    if block.row is None or not len(block.row):
        return False
    return _DOCUMENT_FACT.match(clean("".join(islice(block.row[0].itertext(), 8)))) is not None


def is_scrambled(text: str) -> bool:
    """Text in a substitution cipher, as print pages of some papers deliver beside the real one: marked capitals
    everywhere.
    """
    if len(text) < 40:
        return False
    sample = text[:: max(1, len(text) // 80)]
    if sum(map(str.isupper, sample)) < 0.25 * len(sample):
        return False
    letters = len(_LETTER.findall(text))
    if letters < 20:
        return False
    capitals = sum(1 for char in text if char.isupper())
    marked = len(_MARKED_CAPITAL.findall(text))
    odd = sum(1 for char in text if char in '*;:,.!#$%&@^+=<>|\\/[]{}"?~_')
    unbroken = max(len(piece) for piece in text.split()) > 40
    return capitals > 0.6 * letters and marked > 0.25 * letters and (odd > 0.08 * len(text) or unbroken)
