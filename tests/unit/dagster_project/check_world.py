"""Six weeks of three invented outlets, loaded and built without a crawl, and a last morning that a test may spoil."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.records import Caption, Capture, Credit, Reading
from pipelines.urls import canonical_url, native_id
from scraper.archive import ArchiveWriter, Exchange
from warehouse import load, publish, versions
from warehouse.store import Store

TODAY = date(2026, 11, 25)
"""A Wednesday far from holidays; its crawl at half past five finds what was published the day before."""
MOMENT = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)  # 07:30 in Vietnam
DAYS = 33
PER_DAY = (12, 12, 12, 12, 12, 7, 5)  # Monday to Sunday
FEW_PER_DAY = (2, 1, 2, 0, 1, 0, 0)
PEOPLE = ("Hứa Minh Thư", "Lò Văn Sáng", "Nông Thị Bích", "Đặng Quốc Khánh", "Vũ Hải Yến", "Trần Khôi")
BODY = (
    "Sáng nay, xã Thượng Lam đưa cây cầu mới qua suối Bến Sậy vào sử dụng sau mười tháng thi công, trong niềm vui của bà con.",
    "Cây cầu dài 48 m, rộng 3,5 m, do nhân dân đóng góp một phần kinh phí và ngày công, phần còn lại từ ngân sách của huyện.",
)


@dataclass
class Item:
    """An article as its paper shows it on one morning."""

    url: str
    at: datetime  # of the capture
    values: dict[str, Any]
    status: int | None = 200
    outcome: str = "response"


@dataclass
class Morning:
    """One crawl of one outlet."""

    source_id: str
    day: date
    listing: int | None = 200  # status; None: timed out
    items: list[Item] = field(default_factory=list)  # seen for the first time
    again: list[Item] = field(default_factory=list)  # asked for again


Spoil = Callable[[Morning], None]


def morning_of(source_id: str, day: date, per_day: Sequence[int] = PER_DAY) -> Morning:
    """The crawl of `day`: what was published the day before, and a second look at what came three days earlier."""
    start = datetime(day.year, day.month, day.day, 5, 30, tzinfo=UTC) - timedelta(hours=7)
    crawl = Morning(source_id, day, items=list(_items(source_id, day - timedelta(days=1), start, per_day)))
    crawl.again = [
        replace(item, at=start + timedelta(minutes=90 + n), status=304, outcome="not-modified")
        for n, item in enumerate(_items(source_id, day - timedelta(days=4), start, per_day))
    ]
    return crawl


def _items(source_id: str, published: date, start: datetime, per_day: Sequence[int]) -> Iterator[Item]:
    count = per_day[published.weekday()]
    for n in range(count):
        number = (published.toordinal() % 100_000) * 100 + n
        at = datetime(published.year, published.month, published.day, 7, tzinfo=UTC) - timedelta(hours=7)
        at += timedelta(minutes=n * 780 // max(count, 1))
        words = tuple(f"{paragraph} Bài số {number}, đoạn {i}." for i, paragraph in enumerate(BODY))
        yield Item(
            f"https://{source_id}.example/thoi-su/tin-so-{number}.html",
            start + timedelta(minutes=1 + n),
            {
                "title": f"Tin số {number} từ xã Thượng Lam",
                "lead": "Cây cầu mong đợi đã xong." if n % 6 else None,
                "body": words[: 1 + (n % 4 > 0)] * 2,
                "authors": (Credit(PEOPLE[(number + n) % len(PEOPLE)]),) if n % 5 else (),
                "captions": (Caption("Cây cầu mới."),) if n % 3 else (),
                "section": "Thời sự",
                "published_at": at,
                "published_precision": "minute",
                "published_raw": "như trên",
                "language": "vi",
                "origins": {
                    "title": "selector", "body": "structure", "lead": "selector", "authors": "selector",
                    "published_at": "json-ld" if n % 4 else "selector",
                },
            },
        )  # fmt: skip


@dataclass
class World:
    """What all outlets brought, kept until it is built in one go."""

    folder: Path
    sources: list[dict[str, Any]] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    readings: list[tuple[str, Reading]] = field(default_factory=list)

    @property
    def archive(self) -> Path:
        """The folder of WARC files."""
        return self.folder / "archive"

    @property
    def warehouse(self) -> Path:
        """The writer's database."""
        return self.folder / "tintinh.duckdb"

    def outlet(
        self,
        source_id: str,
        spoil: Spoil | None = None,
        *,
        per_day: Sequence[int] = PER_DAY,
        days: int = DAYS,
        until: int = 0,
        warc: bool = False,
    ) -> None:
        """An outlet crawled each morning for `days` days up to `until` days ago; `spoil` changes the last morning."""
        self.sources.append(
            {
                "id": source_id, "name": f"Báo {source_id}", "kind": "newspaper", "home": f"https://{source_id}.example/",
                "enabled": True, "hosts": [{"host": f"{source_id}.example"}], "schedule": {"cron": "30 5 * * *"},
            }
        )  # fmt: skip
        for back in range(days, until - 1, -1):
            crawl = morning_of(source_id, TODAY - timedelta(days=back), per_day)
            if back > until + 1:
                crawl.again.clear()
            elif back == until and spoil is not None:
                spoil(crawl)
            self._add(crawl, warc and back == until)

    def _add(self, crawl: Morning, warc: bool) -> None:
        start = datetime(crawl.day.year, crawl.day.month, crawl.day.day, 5, 30, tzinfo=UTC) - timedelta(hours=7)
        self.captures.extend(_round(crawl, start, self.archive if warc else None))
        for item in (*crawl.items, *crawl.again):
            capture = _capture(crawl, item)
            self.captures.append(capture)
            if item.status == 200:
                self.readings.append((capture.capture_id, _reading(item)))

    def publish(self) -> Path:
        """Loads, builds and publishes; returns the published file."""
        with Store.open_writer(self.warehouse) as store:
            load.load_sources(store, self.sources)
            load.load_captures(store, self.captures)
            load.load_readings(store, self.readings)
            versions.build(store)
            return publish.publish(store, self.folder / "published", reader_version="1", parquet=False, now=MOMENT).path


def _round(crawl: Morning, start: datetime, archive: Path | None) -> Iterator[Capture]:
    home = f"https://{crawl.source_id}.example/"
    common = {"source_id": crawl.source_id, "run_id": f"run-{crawl.day}"}
    for n, (purpose, url) in enumerate(
        (("robots", home + "robots.txt"), ("listing", home), ("listing", home + "moi/"))
    ):
        at = start + timedelta(seconds=n)
        if crawl.listing is None:
            yield Capture(url, fetched_at=at, outcome="timeout", purpose=purpose, error="timed out", **common)
            continue
        capture = Capture(
            url, fetched_at=at, outcome="response", purpose=purpose, status=crawl.listing,
            payload_digest=f"sha1:{purpose}{crawl.day}", **common,
        )  # fmt: skip
        if archive is not None:
            with ArchiveWriter(archive, crawl.source_id, f"r{n}", clock=lambda at=at: at) as writer:
                body = f"<html>{url} {crawl.day}</html>".encode()
                capture = writer.response(
                    replace(capture, payload_digest=None),
                    Exchange(crawl.listing, [(b"Content-Type", b"text/html")], body),
                )
        yield capture


def _capture(crawl: Morning, item: Item) -> Capture:
    return Capture(
        item.url, crawl.source_id, item.at, item.outcome, status=item.status,  # type: ignore[arg-type]
        payload_digest=f"sha1:{abs(hash((item.url, item.at)))}" if item.outcome == "response" else None,
        run_id=f"run-{crawl.day}", found_by="section", headers={"content-type": "text/html"},
    )  # fmt: skip


def _reading(item: Item) -> Reading:
    canonical = canonical_url(item.url)
    values = {"page_kind": "article", **item.values}
    return Reading(
        url=item.url, reader_version="1", canonical_url=canonical, native_id=native_id(canonical), **values
    )  # fmt: skip
