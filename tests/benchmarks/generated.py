"""Makes archives of any size for the benchmarks: the same number always gives the same article.

Belongs here: filling an open store with captures, contents and readings. Does not: what follows from them, which the
program builds itself, nor measuring.
"""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path

from warehouse import versions
from warehouse.store import Store

_FREQUENT = (
    "và của các được trong người với không có là đã cho những xã tỉnh công năm một để này đến tại huyện dân phát triển "
    "kinh tế xây dựng nông thôn mới thực hiện tổ chức hội đồng ủy ban nhân đảng bộ thành phố chủ tịch bí thư văn hóa giáo "
    "dục y đầu tư sản xuất doanh nghiệp môi trường giao thông số chuyển đổi cải cách hành chính lãnh đạo chỉ đại biểu"
).split()
_ONSETS = "b c ch d đ g gi h kh l m n ng nh ph qu r s t th tr v x".split()
_RIMES = (
    "a ai ao au am an ang anh ay ăn ăng âm ân âng âu ây e em en eo ê êm ên ênh i ia iên iêng iêu in inh o oa oan oang "
    "oi on ong ô ôi ôm ôn ông ơ ơi ơn u ua ui um un ung uôn uông ư ưa ưng ươi ươn ương"
).split()
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
CHUNK = 100_000
"""Articles made in one go; bounds memory."""


def vocabulary() -> list[str]:
    """About 7,000 syllables as Vietnamese writes them; real frequent words first."""
    made = {
        unicodedata.normalize("NFC", onset + rime[0] + tone + rime[1:])
        for onset in _ONSETS
        for rime in _RIMES
        for tone in _TONES
    }
    rest = sorted(made - set(_FREQUENT))
    random.Random(5).shuffle(rest)
    return [*dict.fromkeys(_FREQUENT), *rest[:7000]]


def fill(store: Store, first: int, articles: int, total: int, outlets: int = 60) -> None:
    """Puts articles number `first` to `first + articles - 1`, of `total` in ten years, into the tables of facts."""
    statements = (Path(__file__).parent / "archive.sql").read_text(encoding="utf-8")
    store.con.execute("SET VARIABLE vocabulary = ?", [vocabulary()])
    for start in range(first, first + articles, CHUNK):
        size = min(CHUNK, first + articles - start)
        for name, value in (("first_article", start), ("articles", size), ("total", total), ("outlets", outlets)):
            store.con.execute(f"SET VARIABLE {name} = {value}")
        with store.transaction() as con:
            con.execute(statements)
        for table in ("made", "said"):
            store.con.execute(f"DROP TABLE {table}")


def archive(path: Path, articles: int, outlets: int = 60) -> None:
    """A whole archive of so many articles at `path`, built and checkpointed."""
    with Store.open_writer(path) as store:
        fill(store, 0, articles, articles, outlets)
        versions.build(store)
