from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from dagster_project.cli import run as run_command
from dagster_project.paths import DataFolder
from pipelines.people import credit_key, initials_of
from warehouse import publish
from warehouse.aliases import bring_in
from warehouse.derived.people import author_id, is_full
from warehouse.store import Store

PEOPLE = """
- person: Hứa Minh Thư
  authors: [{source: baolam, name: Hứa Minh Thư}, {source: baomau, name: H.M.T}]
  evidence: The imprint of March 2026.
  by: desk@example.org
  day: 2026-03-20
"""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    """An archive of which only the authors are there."""
    monkeypatch.setenv("TINTINH_DATA", str(tmp_path))
    folder = DataFolder(tmp_path)
    folder.people.write_text(PEOPLE, encoding="utf-8")
    authors = [
        ("baolam", "Hứa Minh Thư", "person"),
        ("baomau", "H.M.T", "initials"),
        ("baomau", "Lò Thị Hoà", "person"),
    ]
    day = date(2026, 3, 2)
    with Store.open_writer(folder.warehouse) as store:
        for source, name, kind in authors:
            ids = {"author_id": author_id(source, name), "name": name, "kind": kind}
            counts = {"articles": 3, "first_date": day, "last_date": day}
            key = credit_key(name)
            said = {
                "key": key,
                "full": is_full(key),
                "initials": initials_of(name),
                "spellings": 1,
                "source_id": source,
            }
            store.insert("authors", [ids | counts | said])
            store.insert("author_names", [ids | counts])
        bring_in(store, folder.people)
        publish.publish(store, folder.published, parquet=False)
    return folder


def _asked(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> list[dict[str, str]]:
    assert run_command(["people", *arguments, "--json"]) == code
    found: list[dict[str, str]] = json.loads(capsys.readouterr().out)
    return found


def test_a_name_is_found_with_all_who_are_the_same_person_and_why(
    data: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("HỨA MINH THƯ", "h.m.t", "hua minh thu", "Minh Thu"):
        rows = _asked(capsys, name)
        assert [(row["source_id"], row["basis"]) for row in rows] == [("baolam", "stated"), ("baomau", "stated")], name
        assert {row["evidence"] for row in rows} == {"The imprint of March 2026."}
    # Spelling does not matter, marks do where somebody has them.
    assert [row["spellings"] for row in _asked(capsys, "Lò Thị Hòa")] == [["Lò Thị Hoà"]]
    assert len(_asked(capsys)) == 2, "who is one with nobody is no news"


def test_who_is_not_there_and_what_is_wrong_is_said(data: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["people", "Vàng A Dơ"]) == 1
    assert "Nobody called 'Vàng A Dơ'" in capsys.readouterr().err
    data.people.write_text(PEOPLE + "- person: Mai\n", encoding="utf-8")
    assert run_command(["people"]) == 3
    said = capsys.readouterr()
    assert "Hứa Minh Thư" in said.out
    assert "entry 2: lacks authors" in said.err
