"""A planted archive with known answers to every question of the cookbook; run as a script, it prints docs/cookbook.md.

python tests/unit/warehouse/cookbook_world.py > docs/cookbook.md
"""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from warehouse_world import SOURCE, World

from pipelines.records import Caption, Credit
from pipelines.zone import VIETNAM
from warehouse import load, publish, recipes, versions
from warehouse.derived.catalogue import DERIVATIONS
from warehouse.derived.runner import bring_up_to_date
from warehouse.store import Store

# One whose province took another in on 2025-07-01, one whose province stayed as it was, one of the whole country.
MERGED, ALONE = "baomau", "baocao"
NATIONAL = "baochung"
OUTLETS = [
    {
        **SOURCE,
        "id": MERGED,
        "province": {"old": {"code": "19", "name": "Thái Nguyên"}, "new": {"code": "19", "name": "Thái Nguyên"}},
    },
    {
        **SOURCE,
        "id": ALONE,
        "name": "Báo Cao",
        "names": ["Cao"],
        "hosts": [{"host": "baocao.example"}],
        "province": {"old": {"code": "04", "name": "Cao Bằng"}, "new": {"code": "04", "name": "Cao Bằng"}},
    },
    {
        **{key: value for key, value in SOURCE.items() if key != "province"},
        "id": NATIONAL,
        "name": "Báo Chung",
        "names": ["Chung"],
        "hosts": [{"host": "baochung.example"}],
    },
]
SECTIONS = {"Kinh tế": "economy", "Pháp luật": "law", "Văn hóa": "culture"}
WORDS = [
    "nông",
    "dân",
    "vụ",
    "mùa",
    "lúa",
    "chè",
    "sông",
    "cầu",
    "đường",
    "trường",
    "lớp",
    "bệnh",
    "mưa",
    "rừng",
    "giá",
]
AUTHORS = ((), ("Mai Phương",), ("Mai Phương", "Hứa Minh Thư"), ("Hứa Minh Thư",))
PHOTOS = ("TTXVN", "Internet", "Ảnh minh họa", "Mai Phương", None)
REFORM = date(2025, 7, 1)


def _clock(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=VIETNAM)


@dataclass(frozen=True)
class Planted:
    """What is true of one article."""

    number: int
    outlet: str
    published: datetime  # clock of Vietnam
    section: str
    authors: tuple[str, ...]
    photo: str | None
    named: str | None

    @property
    def after(self) -> bool:
        return self.published.date() >= REFORM

    @property
    def agency(self) -> bool:
        return not self.authors and self.number % 8 == 0

    @property
    def url(self) -> str:
        return f"https://{self.outlet}.example/tin-post{self.number}.html"


def _planted() -> list[Planted]:
    plan = [
        # outlet, first day, days apart, how many, what the first ones name
        (MERGED, _clock(2024, 9, 2, 8, 30), 14, 20, ["huyện Na Rì"] * 8 + ["huyện Đại Từ"] * 4),
        (MERGED, _clock(2025, 7, 8, 16, 5), 9, 20, ["xã Chợ Đồn"] * 2 + ["xã Đại Từ"] * 5),
        (ALONE, _clock(2024, 9, 7, 9, 15), 21, 10, ["huyện Trùng Khánh"] * 5),
        (ALONE, _clock(2025, 7, 12, 21, 40), 18, 10, ["xã Trùng Khánh"] * 4),
    ]
    made = []
    for outlet, first, apart, many, names in plan:
        for n in range(many):
            number = len(made) + 100
            made.append(
                Planted(
                    number=number,
                    outlet=outlet,
                    published=first + timedelta(days=apart * n),
                    section=list(SECTIONS)[number % 3],
                    authors=AUTHORS[number % 4],
                    photo=PHOTOS[number % 5],
                    named=names[n] if n < len(names) else None,
                )
            )
    return made


def _prose(seed: int, words: int = 150) -> str:
    chance = random.Random(seed)
    return " ".join(chance.choice(WORDS) for _ in range(words)) + "."


def _tell(world: World, item: Planted, hours: float, **values: Any) -> None:
    capture = world.capture(item.url, hours, source_id=item.outlet)
    spelled = "Cuộc sống hòa thuận." if item.outlet == MERGED else "Cuộc sống hoà thuận, hoá ra ai cũng hòa nhã."
    place = f"Người dân ở {item.named} góp đất mở đường. " if item.named else ""
    told: dict[str, Any] = {
        "title": f"Tin số {item.number}",
        "lead": f"Sáng {item.published - timedelta(days=item.number % 3):%-d/%-m}, bà con vào vụ.",
        "body": (place + spelled, _prose(item.number)),
        "authors": tuple(Credit(name) for name in item.authors),
        "sources": ("TTXVN",) if item.agency else (),
        "captions": (Caption("Vào vụ.", item.photo),),
        "section": item.section,
        "published_at": item.published.astimezone(UTC),
        "flags": ("d_look_alike",) if item.number % 10 == 0 else (),
    }
    world.read(capture, **told | values)


PLANTED = _planted()
EDITED, REMOVED = PLANTED[3], PLANTED[45]
AGENCY_TEXT, COPIED_TEXT = (_prose(9001, 300), _prose(9002, 300)), (_prose(9003, 300), _prose(9004, 300))


def _extra(number: int, outlet: str, published: datetime) -> Planted:
    return Planted(number, outlet, published, "Thời tiết", (), None, None)


WIRE = [_extra(901, ALONE, _clock(2026, 7, 6, 8)), _extra(902, MERGED, _clock(2026, 7, 6, 11))]
TAKEN = [_extra(911, MERGED, _clock(2026, 7, 7, 8)), _extra(912, ALONE, _clock(2026, 7, 7, 20))]
STORM = [_extra(921, MERGED, _clock(2026, 7, 21, 7)), _extra(922, ALONE, _clock(2026, 7, 21, 14))]
UNDATED = _extra(931, ALONE, _clock(2026, 7, 22))
# One a week from eight weeks before the week of the reform; the old name stays for four weeks after, then it is marked.
WEEKLY = [_extra(941 + week, NATIONAL, _clock(2025, 5, 6, 8) + timedelta(weeks=week)) for week in range(16)]
EVERY = [*PLANTED, *WIRE, *TAKEN, *STORM, *WEEKLY]


def published_file(folder: Path) -> Path:
    """Builds the planted archive in `folder` and publishes it."""
    world = World()
    for item in PLANTED:
        _tell(world, item, 1)
    bare: dict[str, Any] = {"lead": None, "captions": ()}
    for item in WIRE:
        _tell(world, item, 3000, body=AGENCY_TEXT, sources=("TTXVN",), **bare)
    for item in TAKEN:
        _tell(world, item, 3100, body=COPIED_TEXT, sources=(), **bare)
    for item in STORM:
        _tell(
            world,
            item,
            3400,
            title="Bão số 3 đổ bộ, 12 người mất tích",
            body=(_prose(item.number),),
            sources=(),
            **bare,
        )
    _tell(world, STORM[0], 3430, title="Bão số 3 đổ bộ, 19 người mất tích", body=(_prose(921),), sources=(), **bare)
    for week, item in enumerate(WEEKLY):
        old = "Huyện Na Rì vào vụ hồi." if week < 12 else "Địa bàn huyện Na Rì cũ vào vụ hồi."
        _tell(world, item, 3450, body=(old, _prose(item.number)), sources=(), **bare)
    undated: dict[str, Any] = {"published_at": None, "published_precision": None, "published_raw": None}
    _tell(world, UNDATED, 3500, **undated, **bare)
    _tell(world, EDITED, 200, title="Tin số 103, viết lại")
    for hours in (200, 240, 300):
        world.capture(REMOVED.url, hours, source_id=REMOVED.outlet, status=404, payload_digest=None)
    with Store.open_writer(folder / "tintinh.duckdb") as store:
        load.load_sources(store, OUTLETS)
        load.load_captures(store, world.captures)
        load.load_readings(store, world.readings)
        versions.build(store)
        for derivation in DERIVATIONS:
            bring_up_to_date(store, derivation)
        return publish.publish(store, folder / "published", parquet=False).path


ROWS, WIDTH = 6, 60


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    if isinstance(value, datetime):
        value = (
            value.astimezone(UTC).isoformat(timespec="minutes") if value.tzinfo else value.isoformat(timespec="minutes")
        )
    text = str(value).replace("|", "/").replace("\n", " ")
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


def page(published: Path) -> str:
    """The cookbook with its answers of the planted archive, as Markdown."""
    lines = [
        "# Cookbook",
        "",
        "Questions that people ask of the archive, one query each. `tintinh sql --list` lists them, `tintinh sql --ask NAME` answers",
        "one from your archive, `--set NAME=VALUE` sets a parameter, `--show` prints the SQL, which runs in any DuckDB shell on the",
        "published file (there, `SET VARIABLE name = 'value'` sets a parameter).",
        "",
        "The answers below are those of a small made-up archive with two outlets of provinces and one of the whole country, of which",
        "the tests know every answer; a table is cut after six rows.",
    ]
    for recipe in recipes.recipes().values():
        result = recipes.ask(published, recipe)
        lines += ["", f"## {recipe.number}. {recipe.name}", "", f"{recipe.question} {recipe.says}".strip(), ""]
        lines += [f"Asked by: {recipe.who}.", ""]
        if recipe.parameters:
            lines += [
                "Parameters: "
                + "; ".join(f"`{name}` (else {default})" for name, default in recipe.parameters.items())
                + ".",
                "",
            ]
        lines += ["```sql", recipe.sql, "```", ""]
        lines += ["| " + " | ".join(result.columns) + " |", "|" + " --- |" * len(result.columns)]
        lines += ["| " + " | ".join(map(_cell, row)) + " |" for row in result.rows[:ROWS]]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        print(page(published_file(Path(name))), end="")
