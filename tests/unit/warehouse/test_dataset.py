"""The data set to give away: whole, described, licensed by its operator, the same bytes each time."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from warehouse_world import World, at

from dagster_project.cli import cli
from dagster_project.paths import DataFolder
from warehouse import dataset, export, publish, redactions
from warehouse.dataset import BadStatement, Statement
from warehouse.store import Store

URL = "https://baomau.example/thoi-su/khanh-thanh-cau-ben-say-100001.html"
OTHER = "https://baomau.example/thoi-su/le-hoi-ngay-mua-100002.html"
THIRD = "https://baomau.example/thoi-su/gat-lua-som-100003.html"
TAKEN = "https://baomau.example/thoi-su/chuyen-nha-100004.html"
SAID = """
title: Tin Hải Tường
licence: CC-BY-NC-4.0
statement: Quyền tác giả thuộc về Báo Mẫu.
contact: thu-vien@haituong.example
limits: [Tháng 2 thiếu ba ngày vì mất điện.]
"""


@pytest.fixture
def folder(store: Store, world: World, tmp_path: Path) -> DataFolder:
    world.article(URL, 0)
    world.article(URL, 5, title="Xã Thượng Lam đưa cầu vào sử dụng")
    world.article(OTHER, 1, published_precision="day", authors=(), flags=("weekday-mismatch",))
    world.article(THIRD, 1, published_at=None, published_precision=None, published_raw=None)
    world.article(TAKEN, 2, title="Chuyện không nên giữ")
    world.capture(OTHER, 32, status=404)
    world.build(store)
    (taken,) = store.con.execute("SELECT article_id FROM addresses WHERE canonical_url = ?", [TAKEN]).fetchone() or (
        "",
    )
    redactions.apply(store, [redactions.describe(store, taken, "theo yêu cầu", "biên tập", date(2026, 3, 4))])
    folder = DataFolder(tmp_path / "data")
    publish.publish(store, folder.published, reader_version="1", now=at(40), parquet=False)
    return folder


def test_the_folder_is_whole_and_its_card_is_true(folder: DataFolder, tmp_path: Path) -> None:
    folder.dataset_file.write_text(SAID, encoding="utf-8")
    said = dataset.read_statement(folder.dataset_file)
    rows = dataset.write(folder.published_db, tmp_path / "out", "csv", said)
    assert rows == {"articles.csv": 3, "versions.csv": 4, "captures.csv": 5}
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    for words in (
        "# Tin Hải Tường", "Licence: CC-BY-NC-4.0", "Quyền tác giả thuộc về Báo Mẫu.", "thu-vien@haituong.example",
        "Tháng 2 thiếu ba ngày", "3 articles, 4 versions, 1 of the articles edited", "| articles.csv | 3 |",
        "| baomau | Báo Mẫu | 3 | 2026-03-02 | 2026-03-02 |", "captured from 2026-03-02 to 2026-03-03",
        "- 1 of the articles have no date", "- 1 of the dated articles", "- 1 of the articles name nobody",
        "- 1 of the articles carry a flag", "- 1 of the articles were not live", "0 of them are confirmed",
        "- 1 articles were taken out",
    ):  # fmt: skip
        assert words in card
    assert "$" not in card
    for what, spec in export.columns().items():
        described = card.partition(f"### {what}.csv\n")[2].partition("###")[0]
        assert [line.split(" | ")[0].lstrip("| ") for line in described.split("\n")[3:] if line] == spec["columns"]
        assert all(len(line.split(" | ")[2]) > 5 for line in described.split("\n")[3:] if line)
    sums = dict(reversed(line.split("  ")) for line in (tmp_path / "out" / "SHA256SUMS").read_text().splitlines())
    assert sums == {
        name: hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest()
        for name in ("README.md", "articles.csv", "versions.csv", "captures.csv")
    }
    assert "Chuyện không nên giữ" not in "".join(p.read_text(encoding="utf-8") for p in (tmp_path / "out").iterdir())


def test_the_command_writes_the_same_bytes_again_and_spares_other_folders(
    folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINTINH_DATA", str(folder.root))
    out, other = tmp_path / "out", tmp_path / "other"
    seen = []
    for _ in range(2):
        result = CliRunner().invoke(cli, ["export", "dataset", "--format", "parquet", "--out", str(out)])
        assert result.exit_code == 0, result.output
        seen.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert seen[0] == seen[1]
    assert sorted(seen[0]) == ["README.md", "SHA256SUMS", "articles.parquet", "captures.parquet", "versions.parquet"]
    assert "has stated no licence" in seen[0]["README.md"].decode()
    other.mkdir()
    (other / "thesis.txt").write_text("dear to somebody")
    refused = CliRunner().invoke(cli, ["export", "dataset", "--out", str(other)])
    assert refused.exit_code != 0
    assert "no data set" in refused.output + str(refused.exception)
    assert [path.name for path in other.iterdir()] == ["thesis.txt"]
    assert not list(tmp_path.glob(".*.new"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("licences: CC0", "licences"),
        ("licence: [CC0]", "licence in"),
        ("limits: none", "limits in"),
        ("- CC0", "list of names"),
    ],
)
def test_a_statement_that_cannot_be_used_is_named(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "dataset.yaml").write_text(text)
    with pytest.raises(BadStatement, match=why):
        dataset.read_statement(tmp_path / "dataset.yaml")
    assert dataset.read_statement(tmp_path / "absent.yaml") == Statement()
