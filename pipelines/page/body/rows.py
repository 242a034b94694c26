"""What is left as text, in order; the rows of a table of data become one line each, cells parted by tabs.

Belongs here: putting the text together. Does not: deciding what is text.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml.html import HtmlElement

from pipelines.page.blocks import Block
from pipelines.page.body.sheet import Sheet


def collect(sheet: Sheet) -> None:
    """Fills `parts.text` with what nothing was decided about, and `parts.dropped` with what is no text."""
    rows = _data_rows(sheet.alive())
    done: set[int] = set()
    for block in sheet.blocks:
        reason = sheet.fate.get(block.order)
        if reason is not None:
            if reason not in ("caption", "byline", "date line"):
                sheet.parts.dropped.append((block, reason))
            continue
        if block.kind != "text" or block.order in done:
            continue
        row = rows.get(block.order)
        if row is None:
            sheet.parts.text.append(block)
            continue
        done.update(cell.order for cells in row for cell in cells)
        merged = Block(
            "text", "\t".join(" ".join(c.text for c in cells) for cells in row), block.element, "tr", block.order
        )
        merged.letters = sum(cell.letters for cells in row for cell in cells)
        merged.row, merged.table = block.row, block.table
        sheet.parts.text.append(merged)


def _data_rows(blocks: Sequence[Block]) -> dict[int, list[list[Block]]]:
    """First block of a row -> the cells of the row, for tables of data (two rows or more with two filled cells or
    more).
    """
    tables: dict[HtmlElement, dict[HtmlElement, dict[HtmlElement, list[Block]]]] = {}
    for block in blocks:
        if block.kind == "text" and block.table is not None and block.row is not None and block.cell is not None:
            rows = tables.setdefault(block.table, {})
            rows.setdefault(block.row, {}).setdefault(block.cell, []).append(block)
    found: dict[int, list[list[Block]]] = {}
    for rows in tables.values():
        wide = [cells for cells in rows.values() if len(cells) >= 2]
        texts = [sum(b.letters for b in cell) for cells in rows.values() for cell in cells.values()]
        if len(wide) < 2 or sum(texts) / len(texts) > 160:
            continue
        for cells in rows.values():
            row = list(cells.values())
            found[row[0][0].order] = row
    return found
