"""A small world of captures and readings for the tests of the warehouse."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pipelines.records import Caption, Capture, Credit, Reading
from pipelines.urls import canonical_url, native_id
from warehouse import load, versions
from warehouse.store import Store

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SOURCE = {
    "id": "baomau",
    "name": "Báo Mẫu",
    "kind": "newspaper",
    "home": "https://baomau.example/",
    "enabled": True,
    "province": {"old": {"code": "", "name": "Lâm Xuyên"}, "new": {"code": "", "name": "Hải Tường"}},
    "hosts": [{"host": "baomau.example", "from": "2020-01-01"}, {"host": "baomau.com.example", "to": "2019-12-31"}],
    "names": ["BM"],
    "schedule": {"cron": "0 5 * * *"},
}


def at(hours: float) -> datetime:
    """The instant so many hours after the start of the world."""
    return START + timedelta(hours=hours)


@dataclass
class World:
    """What was fetched, and what the readers took from it."""

    captures: list[Capture] = field(default_factory=list)
    readings: list[tuple[str, Reading]] = field(default_factory=list)

    def capture(self, url: str, hours: float, **values: Any) -> Capture:
        """One exchange, 200 with HTML where nothing else is said."""
        defaults: dict[str, Any] = {
            "source_id": "baomau",
            "outcome": "response",
            "status": 200,
            "headers": {"content-type": "text/html; charset=utf-8", "etag": f'"{hours}"'},
            "run_id": f"run-{int(hours):04}",
            "found_by": "section",
        }
        defaults.update(values)
        if defaults["outcome"] == "response":
            defaults.setdefault("payload_digest", f"sha1:{len(self.captures):032}")
            defaults.setdefault("warc_file", "baomau/x.warc.gz")
            defaults.setdefault("warc_offset", len(self.captures))
            defaults.setdefault("warc_length", 1)
        else:
            defaults["status"] = values.get("status")
        capture = Capture(url=url, fetched_at=at(hours), **defaults)
        self.captures.append(capture)
        return capture

    def article(self, url: str, hours: float, *, reader: str = "1", **values: Any) -> Capture:
        """A capture with the reading of an article; `values` go into the reading."""
        capture = self.capture(url, hours)
        self.read(capture, reader=reader, **values)
        return capture

    def read(self, capture: Capture, *, reader: str = "1", **values: Any) -> Reading:
        """One more reading of a capture."""
        canonical = canonical_url(capture.url)
        defaults: dict[str, Any] = {
            "page_kind": "article",
            "canonical_url": canonical,
            "native_id": native_id(canonical),
            "title": "Xã Thượng Lam khánh thành cầu",
            "lead": "Sáng 2/3, xã Thượng Lam đưa cầu Bến Sậy vào sử dụng.",
            "body": ("Cầu dài 48 m, rộng 3,5 m.", "Ông Lường Đình Khoát cho biết 126 hộ dân đã mong cây cầu này."),
            "authors": (Credit("Hứa Minh Thư"),),
            "captions": (Caption("Cây cầu mới. Ảnh: BM", "BM", "https://baomau.example/i.jpg"),),
            "published_at": START,
            "published_precision": "minute",
            "published_raw": "02/03/2026 08:00",
            "byline_raw": "Hứa Minh Thư",
            "section": "Thời sự",
            "origins": {"title": "selector", "published_at": "json-ld", "authors": "selector", "body": "structure"},
            "confidence": {"title": 0.9, "published_at": 1.0},
        }
        if values.get("page_kind", "article") not in ("article", "gallery"):
            defaults.update(title=None, lead=None, body=(), authors=(), captions=(), published_at=None, origins={})
            defaults.update(published_precision=None, published_raw=None, byline_raw=None, native_id=None)
        defaults.update(values)
        reading = Reading(url=capture.url, reader_version=reader, **defaults)
        self.readings.append((capture.capture_id, reading))
        return reading

    def build(self, store: Store) -> versions.BuildCounts:
        """Loads everything and builds."""
        load.load_sources(store, [SOURCE])
        load.load_captures(store, self.captures)
        load.load_readings(store, self.readings)
        return versions.build(store)
