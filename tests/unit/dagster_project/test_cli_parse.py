"""`tintinh parse`: what the command adds to the grammars, and what it says about rows that are none."""

from __future__ import annotations

import json
from typing import Any

import pytest
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


GOOD = {"kind": "date", "raw": "19/09/2023 07:15"}

BAD = [
    ('{"kind": "date", "raw": "1/2/2023", "order_hint": "YMD"}', "order_hint is 'YMD', it must be DMY or MDY"),
    ('{"kind": "date", "raw": "1/2/2023", "order_hint": ["DMY"]}', "order_hint is ['DMY']"),
    ('{"kind": "date", "raw": "1/2/2023", "fetched_at": "hôm qua"}', "fetched_at is 'hôm qua'"),
    ('{"kind": "date", "raw": "1/2/2023", "fetched_at": 1700000000}', "fetched_at is 1700000000"),
    ('{"kind": "place", "raw": "Hà Giang"}', "kind is 'place', it must be byline or date"),
    ('{"kind": ["date"], "raw": "1/2/2023"}', "kind is ['date']"),
    ('{"raw": "1/2/2023"}', "kind is None"),
    ('{"kind": "date"}', "raw is missing"),
    ('{"kind": "date", "raw": null}', "raw is missing"),
    ('{"kind": "date", "raw": 20230919}', "raw is 20230919, it must be a string"),
    ('{"kind": "date", "raw": "19/09/2023 07:15"', "no JSON"),
    ('["date", "19/09/2023 07:15"]', "a JSON array"),
    ('"19/09/2023 07:15"', "a JSON string"),
    ("19/09/2023 07:15", "no JSON"),
    ("[" * 100_000, "no JSON"),
    ('{"kind": "date", "raw": "x", "n": NaN}', "NaN is no JSON"),
]


@pytest.mark.parametrize(("line", "why"), BAD, ids=[why for _, why in BAD])
def test_a_row_that_is_none_costs_itself_alone(line: str, why: str) -> None:
    good = json.dumps(GOOD)
    result = CliRunner().invoke(cli, ["parse", "--jsonl"], input=f"{good}\n{line}\n{good}\n")
    first, bad, last = (json.loads(row) for row in result.stdout.splitlines())
    assert first == last
    assert first["published_at"] == "2023-09-19T07:15:00+07:00"
    assert bad["error"].startswith("line 2: ")
    assert why in bad["error"]
    assert not {"published_at", "authors", "flags"} & set(bad)
    assert bad["error"] in result.stderr
    assert "1 row was not read." in result.stderr
    assert result.exit_code == 3


def test_a_bad_row_repeats_the_keys_that_were_read() -> None:
    result = parse({"kind": "date", "raw": "1/2/2023", "order_hint": "YMD", "id": 7})
    assert json.loads(result.stdout) == {
        "kind": "date",
        "raw": "1/2/2023",
        "order_hint": "YMD",
        "id": 7,
        "error": "line 1: order_hint is 'YMD', it must be DMY or MDY",
    }


def test_the_shape_of_the_answers() -> None:
    assert one(kind="byline", raw="Bài: Hà Lam - Ảnh: Thu Ngà/TTXVN", id="a") == {
        "kind": "byline",
        "raw": "Bài: Hà Lam - Ảnh: Thu Ngà/TTXVN",
        "id": "a",
        "authors": [{"name": "Hà Lam", "roles": ["text"]}, {"name": "Thu Ngà", "roles": ["photo"]}],
        "sources": ["TTXVN"],
        "flags": [],
    }
    assert one(kind="date", raw="14h", fetched_at="2023-09-19T07:15:00+07:00") == {
        "kind": "date",
        "raw": "14h",
        "fetched_at": "2023-09-19T07:15:00+07:00",
        "published_at": None,
        "precision": None,
        "flags": ["ambiguous"],
    }


@pytest.mark.parametrize("arguments", [["--jsonl", "date"], ["date", "--jsonl"]])
def test_the_kind_of_the_command_holds_where_a_row_names_none(arguments: list[str]) -> None:
    rows = '{"raw": "19/09/2023"}\n{"kind": "byline", "raw": "Hà Lam"}\n'
    result = CliRunner().invoke(cli, ["parse", *arguments], input=rows)
    first, second = (json.loads(row) for row in result.stdout.splitlines())
    assert first == {"raw": "19/09/2023", "published_at": "2023-09-19T00:00:00+07:00", "precision": "day", "flags": []}
    assert [author["name"] for author in second["authors"]] == ["Hà Lam"]


def test_line_ends_marks_of_order_and_empty_lines() -> None:
    rows = [json.dumps({**GOOD, "n": n}) for n in range(3)]
    text = "\ufeff" + rows[0] + "\r\n\r\n   \n" + rows[1] + "\r\n\ufeff" + rows[2]
    result = CliRunner().invoke(cli, ["parse", "--jsonl"], input=text.encode())
    assert result.exit_code == 0
    assert [json.loads(row)["n"] for row in result.stdout.splitlines()] == [0, 1, 2]
    plain = CliRunner().invoke(cli, ["parse", "byline"], input="\ufeffHà Lam\r\n\r\nThu Ngà".encode())
    assert [json.loads(row)["raw"] for row in plain.stdout.splitlines()] == ["Hà Lam", "Thu Ngà"]


def test_what_is_no_text_stays_readable_json() -> None:
    rows = b'{"kind": "byline", "raw": "H\\ud800 Lam"}\n{"kind": "byline", "raw": "H\xff Lam"}\n{"kind": "date", "raw": "\\u0000"}\n'
    result = CliRunner().invoke(cli, ["parse", "--jsonl"], input=rows)
    assert result.exit_code == 0
    assert [json.loads(row)["raw"] for row in result.stdout.splitlines()] == ["H\ud800 Lam", "H\ufffd Lam", "\0"]


@pytest.mark.parametrize("fetched_at", ["0001-01-01T00:00:00+07:00", "9999-12-31T23:59:59-05:00", "0001-01-01"])
def test_a_broken_clock_of_the_fetch_counts_as_unknown(fetched_at: str) -> None:
    assert one(kind="date", raw="hôm qua", fetched_at=fetched_at)["flags"] == ["no_fetch_time"]
    row = one(kind="date", raw="19/09/2023 07:15", fetched_at=fetched_at)
    assert row["published_at"] == "2023-09-19T07:15:00+07:00"


def test_a_long_line_is_cut_not_refused() -> None:
    for kind in ("byline", "date"):
        row = one(kind=kind, raw="Hà Lam 19/09/2023, " * 200_000)
        assert row.get("authors", []) == []
        assert row.get("published_at") is None


def test_the_time_of_an_edit_is_no_publication() -> None:
    row = one(kind="date", raw="Cập nhật lần cuối: 19/09/2023 07:15")
    assert (row["published_at"], row["precision"], row["flags"]) == (None, None, ["modified"])
    assert row["modified_at"] == "2023-09-19T07:15:00+07:00"
    assert one(kind="date", raw="Cập nhật: 19/09/2023 07:15")["published_at"] == "2023-09-19T07:15:00+07:00"
