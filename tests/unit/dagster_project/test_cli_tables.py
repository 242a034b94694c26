from __future__ import annotations

from rich.console import Console

from dagster_project.cli.common import fitting

WIDE = [f"column_{number}" for number in range(20)]


def shown(columns: list[str], rows: list[list[object]], width: int) -> list[str]:
    console = Console(width=width, highlight=False)
    with console.capture() as caught:
        console.print(fitting(columns, rows, width))
    return [line.strip() for line in caught.get().splitlines() if line.strip()]


def test_columns_stand_side_by_side_where_they_can_be_read() -> None:
    header, _, row = shown(["source", "articles"], [["baomau", 3]], 40)
    assert (header.split(), row.split()) == (["source", "articles"], ["baomau", "3"])


def test_many_columns_are_one_line_each() -> None:
    """`from articles limit 2` has more columns than a screen holds; side by side they were a letter wide."""
    rows = [[f"value {at} of row {number}" for at in range(20)] for number in (1, 2)]
    lines = shown(WIDE, rows, 80)
    assert len(lines) == 2 + 2 * len(WIDE)
    assert lines[2].split(maxsplit=2) == ["1", "column_0", "value 0 of row 1"]
    assert lines[-1].split(maxsplit=1) == ["column_19", "value 19 of row 2"]


def test_no_rows_are_a_table_with_its_columns() -> None:
    assert shown(WIDE, [], 400)[0].split() == WIDE
