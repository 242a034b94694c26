"""`tintinh parse`: what the command adds to the grammars, and what it says about rows that are none."""

from __future__ import annotations

import json
from typing import Any

from click.testing import CliRunner, Result

from dagster_project.cli import cli


def parse(*rows: dict[str, Any]) -> Result:
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return CliRunner().invoke(cli, ["parse", "--jsonl"], input=text)


def one(**row: Any) -> dict[str, Any]:
    result = parse(row)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.output)
    return found


def test_the_order_of_a_row_counts_in_capitals_and_not() -> None:
    for hint in ("MDY", "mdy"):
        row = one(kind="date", raw="9/10/2023 7:15:00 PM", order_hint=hint)
        assert (row["published_at"], row["flags"]) == ("2023-09-10T19:15:00+07:00", [])
        assert row["order_hint"] == hint


def test_an_order_that_is_none_stops_the_command_and_names_the_line() -> None:
    result = parse({"kind": "date", "raw": "1/2/2023"}, {"kind": "date", "raw": "1/2/2023", "order_hint": "YMD"})
    assert result.exit_code == 1
    assert "line 2: order_hint is 'YMD', it must be DMY or MDY" in result.output


def test_the_time_of_an_edit_is_no_publication() -> None:
    row = one(kind="date", raw="Cập nhật lần cuối: 19/09/2023 07:15")
    assert (row["published_at"], row["precision"], row["flags"]) == (None, None, ["modified"])
    assert row["modified_at"] == "2023-09-19T07:15:00+07:00"
    assert one(kind="date", raw="Cập nhật: 19/09/2023 07:15")["published_at"] == "2023-09-19T07:15:00+07:00"
