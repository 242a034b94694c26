"""Links to the pages of authors, and lines that are a credit though they are mostly a link.

Belongs here: how an author's page is told from its address. Does not: the boxes around such links (`boxes`).
"""

from __future__ import annotations

import re
from typing import Final

from pipelines.page.blocks import Block

MAX_LINKS: Final = 12
"""Links to pages of authors looked at per page."""

AUTHOR_PAGE = re.compile(
    r"/(?:tac-gia|tacgia|but-danh|phong-vien|nha-bao|nguoi-viet|cay-but|authors?|profile)s?[/?=-]", re.I
)

CREDITS_SOURCE = re.compile(r"^\W*(?:theo|nguồn|tổng hợp từ|via)\b", re.I)


def points_to_author_or_source(block: Block) -> bool:
    """Whether a line that is mostly a link is a credit all the same: "Theo X" with a link to X, a link to an author."""
    return CREDITS_SOURCE.match(block.text) is not None or is_author_link(block)


def is_author_link(block: Block) -> bool:
    """Whether a line is a link to the page of an author."""
    return block.is_link and any(AUTHOR_PAGE.search(link.get("href") or "") for link in block.links)
