from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from archive_kit import NOON, SOURCE, answered, asked, page
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from pipelines.records import Capture
from scraper.archive import (
    ArchiveWriter,
    LogTally,
    PayloadMissing,
    iter_capture_logs,
    read_capture_log,
    read_payload,
    redact,
    verify,
)
from scraper.archive.redacting import FIELD_REDACTED, _Place, _tombstone


def _written(root: Path, count: int = 5, words: int = 40) -> list[Capture]:
    with ArchiveWriter(root, SOURCE, "9f2c41d07a", clock=lambda: NOON) as writer:
        return [writer.response(asked(number), answered(page(number, words))) for number in range(count)]


@pytest.mark.parametrize("words", [1, 40, 30_000])
def test_one_record_goes_and_the_others_stay_where_they_are(tmp_path: Path, words: int) -> None:
    captures = _written(tmp_path, words=words)
    path = tmp_path / str(captures[0].warc_file)
    size = path.stat().st_size
    report = redact(
        tmp_path, SOURCE, lambda capture: capture.url == captures[2].url, "lệnh của toà", clock=lambda: NOON
    )
    assert (report.captures, report.records, report.files, report.left) == (1, 2, 1, [])
    assert path.stat().st_size == size
    assert "cây cầu số 2 bắc" not in gzip.decompress(path.read_bytes()).decode("utf-8", "replace")
    assert verify(tmp_path).problems == []
    tally = LogTally()
    left = [capture for log in iter_capture_logs(tmp_path, SOURCE) for capture in read_capture_log(log, tally)]
    assert [capture.url for capture in left] == [c.url for n, c in enumerate(captures) if n != 2]
    assert tally.lost == [captures[2].capture_id]
    assert all(read_payload(tmp_path, capture).status == 200 for capture in left)
    with path.open("rb") as file:
        stones = [r for r in ArchiveIterator(file) if r.rec_type == "metadata"]
        assert len(stones) == 2
        assert stones[0].rec_headers.get_header(FIELD_REDACTED)
    assert redact(tmp_path, SOURCE, lambda capture: capture.url == captures[2].url, "x").captures == 0


def test_a_kill_between_bytes_and_log_is_finished_by_the_next_call(tmp_path: Path) -> None:
    captures = _written(tmp_path)
    (log,) = iter_capture_logs(tmp_path, SOURCE)
    before = log.read_bytes()
    redact(tmp_path, SOURCE, lambda capture: capture.url == captures[2].url, "x")
    log.write_bytes(before)
    report = redact(tmp_path, SOURCE, lambda capture: capture.url == captures[2].url, "x")
    assert report.captures == 1
    assert verify(tmp_path).problems == []


def test_a_file_that_is_away_is_named(tmp_path: Path) -> None:
    captures = _written(tmp_path)
    (tmp_path / str(captures[0].warc_file)).unlink()
    report = redact(tmp_path, SOURCE, lambda capture: True, "x")
    assert report.captures == 0
    assert "cannot be taken out" in report.left[0]
    with pytest.raises(PayloadMissing):
        read_payload(tmp_path, captures[0])


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("length", [*range(420, 440), 65_500, 65_780, 65_800, 131_000, 131_333, 1_000_003])
def test_a_tombstone_is_a_record_of_any_length(tmp_path: Path, length: int, packed: bool) -> None:
    stone = _tombstone(_Place(0, length, packed), "vì lý do riêng", NOON)
    assert stone is not None
    assert len(stone) == length
    path = tmp_path / "stone"
    path.write_bytes(stone)
    with path.open("rb") as file:
        (record,) = list(FastIterator(file, parse_http=False))
        assert record.headers[FIELD_REDACTED]


def test_no_tombstone_where_there_is_no_room() -> None:
    assert _tombstone(_Place(0, 60, True), "x", NOON) is None
