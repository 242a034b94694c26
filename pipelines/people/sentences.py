"""Running text in front of a byline or between bylines, told from the bylines by its small words and its end mark.

Belongs here: cutting a string at the ends of sentences and lines, and what of it is running text. Does not: the grammar
of bylines, and credits glued inside a sentence (`lines.py`).
"""

from __future__ import annotations

import re
from typing import Final

from pipelines.people.grammar import read_line
from pipelines.people.lines import abbreviated, split_trailing_byline
from pipelines.text import nfc

MAX_TEXT: Final = 2400
"""Characters of a string in which sentences are looked for; what is longer is a text and no byline."""
_EDGES: Final = " \t\r\n-–—*•|"
_MIN_WORDS: Final = 6  # words of a sentence; "Sở Văn hóa và Thể thao." has fewer
_MAX_OFFICE: Final = 8  # words of an organisation in small letters

_ENDS = re.compile(r"(?:\.?/+\.|[.!?…]+[\"”’)\]]*)(?:\s+|(?=[^\W\d_]))|[\r\n\v\f\u2028\u2029]+\s*")
_WORD = re.compile(r"[^\W\d_][\w'’.&/-]*")
_LABEL = re.compile(r"^[^:.]{1,40}:")
_ENDS_LINE = re.compile(r"[\r\n\v\f\u2028\u2029]\s*$|/\.\s*$")
_END_MARK = re.compile(r"[.!?…][\"”’)\]]*\s*$")


def without_sentences(raw: str) -> str:
    """What is left of `raw` without its sentences, with the credits that are glued into them on lines of their own.

    Empty where it holds no sentence, or nothing else. "Bà con gặt lúa ở thôn A. Ảnh: B" leaves "Ảnh: B".
    """
    pieces = _pieces(nfc(raw))
    running = [is_sentence(piece) for piece in pieces]
    if not any(running):
        return ""
    for i in range(len(pieces) - 2, -1, -1):
        # "Mưa lớn. Nước lên nhanh, nhiều nhà bị ngập.": what goes on as text on the same line is text
        running[i] = running[i] or (running[i + 1] and not _ENDS_LINE.search(pieces[i]))
    kept = []
    for piece, text_runs in zip(pieces, running, strict=True):
        cut = split_trailing_byline(piece) if text_runs else None
        if cut is not None or not text_runs:
            kept.append(cut[1] + "\n" if cut is not None else piece)
    return "".join(kept).strip(_EDGES)


def _pieces(text: str) -> list[str]:
    pieces = []
    begin = 0
    for match in _ENDS.finditer(text):
        mark = match.group()
        # "TS. Lê", "H. Hà", "v.v.", "K.Vân": the dot ends no sentence; glued words only where the next one is a capital
        if mark[0] in ".!?…" and not mark.startswith("./"):
            after = text[match.end() : match.end() + 1]
            if not after.isupper() and after not in '*([-–—“"':
                continue
            if abbreviated(text[begin : match.start() + 1]) or (
                not mark[-1].isspace() and _dotted(text, match.start())
            ):
                continue
        pieces.append(text[begin : match.end()])
        begin = match.end()
    pieces.append(text[begin:])
    return [piece for piece in pieces if piece]


def _dotted(text: str, dot: int) -> bool:
    """Whether a dot with no blank behind it stands within "TS.Lê", "N.Thúy", "baovanxuan.Vn", not behind a sentence."""
    before = re.search(r"[^\s]+$", text[max(0, dot - 40) : dot])
    return before is None or not before.group().islower() or not re.match(r"\.[^\W\d_]", text[dot : dot + 2])


def is_sentence(piece: str) -> bool:
    """Whether `piece` is running text: an end mark, no label in front, small words in the majority, no office."""
    if not _END_MARK.search(piece) or _LABEL.match(piece):
        return False
    words = _WORD.findall(piece)
    small = sum(word[0].islower() for word in words)
    if len(words) < _MIN_WORDS or 2 * small < len(words):
        return False
    if len(words) > _MAX_OFFICE:
        return True
    parsed = read_line(piece)
    return parsed.prose or not parsed.items or any(item.kind != "source" for item in parsed.items)
