"""The demo site's HTML: content put into the templates of each outlet, with the dirt of real pages.

Belongs here: pages and the parts that change at each fetch (clock, weather, counters, lists of the most read).
Does not: what the articles say (`content`), feeds and sitemaps (`feeds`), status codes and headers (`server`).
"""

from __future__ import annotations

import html
import json
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from string import Template

import yaml

from dagster_project.demo.content import Article, Block, Outlet, State, outlets, public_url, slugify, visible

TEMPLATES = Path(__file__).parent / "templates"
_WEEKDAYS = ("hai", "ba", "tư", "năm", "sáu", "bảy")


@dataclass(frozen=True, slots=True)
class Moment:
    """When a page is fetched: what its clock and its counters show."""

    now: datetime  # local
    visits: int
    step: int


def weekday(day: datetime) -> str:
    """`Thứ năm`, `Chủ nhật`."""
    return "Chủ nhật" if day.weekday() == 6 else f"Thứ {_WEEKDAYS[day.weekday()]}"


def article_page(state: State, moment: Moment) -> str:
    """The page of one article."""
    article = state.article
    outlet = outlets()[article.outlet]
    parts = _fragments(outlet.key)
    lead = article.lead and html.escape((outlet.mark_shown if article.mark else "") + article.lead, quote=False)
    byline_block = {"byline": html.escape(article.byline, quote=False)}
    at_end = article.byline_at_end or not parts["byline_head"]
    values = {
        **_common(article, outlet),
        "id": article.id,
        "lead": lead,
        "sapo": _fill(parts["sapo"], lead=lead) if lead and "sapo" in parts else "",
        "byline_head": _fill(parts["byline_head"], **byline_block) if article.byline and not at_end else "",
        "byline_end": _fill(parts["byline_end"], **byline_block) if article.byline and at_end else "",
        "modified": _fill(parts["modified"], **_times(article.modified)) if article.modified else "",
        "date_line": _date_line(article),
        "views": str(_views(state, moment)),
        "body": _body(state, moment),
        "tags": "".join(_fill(parts["tag"], slug=slugify(tag), name=html.escape(tag)) for tag in article.tags),
        "related": _links("related_item", _neighbours(state, moment, 4, offset=3)),
    }
    return _page(
        outlet,
        moment,
        main=_fill(_template(outlet.key, "article.html"), **values),
        page_kind="detail",
        page_title=html.escape(f"{article.title} | {outlet.name}"),
        head=_head(state, outlet),
        encoding="windows-1258" if "windows-1258" in article.dirt else "utf-8",
    )


def listing_page(outlet: Outlet, title: str, items: Sequence[State], pages: Sequence[str], moment: Moment) -> str:
    """A list of articles; `pages` are the paths of the pages of the same list."""
    parts = _fragments(outlet.key)
    rows = "".join(
        _fill(parts["listing_item"], path=s.path, lead=html.escape(s.article.lead), **_common(s.article, outlet))
        for s in items
    )
    pager = "".join(_fill(parts["pager_item"], path=path, number=str(n)) for n, path in enumerate(pages, 1))
    main = _fill(_template(outlet.key, "listing.html"), title=html.escape(title), items=rows, pager=pager)
    heading = html.escape(f"{title} - {outlet.name}")
    return _page(outlet, moment, main=main, page_kind="cate", page_title=heading)


def missing_page(outlet: Outlet, moment: Moment) -> str:
    """What a reader sees in the place of an article that is not there; its status is the server's business."""
    return _page(
        outlet, moment, main=_fragments(outlet.key)["missing"], page_kind="error", page_title=html.escape(outlet.name)
    )


def encode(page: str, encoding: str) -> bytes:
    """The bytes of a page. windows-1258 has no letter with every tone: base letter and tone then stand apart."""
    if encoding != "windows-1258":
        return page.encode(encoding)
    return "".join(_for_cp1258(char) for char in unicodedata.normalize("NFC", page)).encode(
        "cp1258", "xmlcharrefreplace"
    )


def image(name: str, kind: str) -> bytes:
    """A small picture whose colour comes from its name: SVG, or PNG of 8 by 5 dots."""
    shade = zlib.crc32(name.encode()) & 0xFFFFFF
    if kind == "svg":
        frame = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 5">'
        return f'{frame}<rect width="8" height="5" fill="#{shade:06x}"/></svg>'.encode()
    rows = b"".join(b"\x00" + shade.to_bytes(3, "big") * 8 for _ in range(5))
    header = (8).to_bytes(4, "big") + (5).to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + tag + data + zlib.crc32(tag + data).to_bytes(4, "big") for tag, data in chunks
    )


def image_path(article: Article, number: int, kind: str) -> str:
    """Where the article's picture of that number lies, in the manner of its outlet's system."""
    digits = f"{zlib.crc32(f'{article.key}#{number}'.encode()):08x}"
    if article.outlet == "daksuong":
        stamp = article.published.strftime("%Y%m%d%H%M%S")
        return f"/file/{digits * 4}/{article.published:%m%Y}/anh_{number}_{stamp}.{kind}"
    return f"/images/{digits * 2}.{kind}"


def _page(
    outlet: Outlet,
    moment: Moment,
    *,
    main: str,
    page_kind: str,
    page_title: str,
    head: str = "",
    encoding: str = "utf-8",
) -> str:
    parts = _fragments(outlet.key)
    shown = visible(moment.step, outlet.key)
    first = moment.visits % max(1, len(shown))
    return _fill(
        _template(outlet.key, "shell.html"),
        main=main,
        head=head,
        page_kind=page_kind,
        page_title=page_title,
        encoding=encoding,
        clock=_clock(outlet, moment.now),
        weather=Template(outlet.weather).substitute(temp=21 + moment.visits % 7),
        rate=f"{26 + moment.visits % 3}.{100 + moment.visits * 7 % 900}",
        online=str(40 + moment.visits * 13 % 211),
        visits=str(1_204_310 + moment.visits),
        menu="".join(_fill(parts["menu_item"], slug=slug, name=name) for slug, name in outlet.sections.items()),
        hot=_links("hot_item", (shown[first:] + shown[:first])[:5]),
        licence=html.escape(outlet.licence),
    )


def _head(state: State, outlet: Outlet) -> str:
    article = state.article
    parts = _fragments(outlet.key)
    described = (outlet.mark_shown if article.mark else "") + (article.lead or article.title)
    about = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": article.published.isoformat(timespec="minutes"),
        "author": {"@type": "Organization", "name": outlet.name},
        "publisher": {"@type": "Organization", "name": outlet.name},
    }
    if article.modified:
        about["dateModified"] = article.modified.isoformat(timespec="minutes")
    head = _fill(
        parts["head"],
        url=public_url(state),
        description=html.escape(described),
        keywords=html.escape(", ".join(article.tags)),
        image=outlet.home.rstrip("/") + image_path(article, 0, outlet.image),
        outlet=outlet.name,
        json_ld=json.dumps(about, ensure_ascii=False).replace("<", "\\u003c"),
        **_common(article, outlet),
    )
    return head + (_fill(parts["head_modified"], **_times(article.modified)) if article.modified else "")


def _common(article: Article, outlet: Outlet) -> dict[str, str]:
    return {
        "title": html.escape(article.title),
        "section": outlet.sections[article.section],
        "section_slug": article.section,
        **_times(article.published),
    }


def _times(moment: datetime) -> dict[str, str]:
    return {
        "iso_seconds": moment.isoformat(timespec="seconds"),
        "day_slashes": moment.strftime("%d/%m/%Y"),
        "hour_minute": moment.strftime("%H:%M"),
    }


def _date_line(article: Article) -> str:
    if article.precision == "day":
        return article.published.strftime("(%d/%m/%Y)")
    return f"Cập nhật: {weekday(article.published)} {article.published:%d/%m/%Y - %H:%M}"


def _clock(outlet: Outlet, now: datetime) -> str:
    if outlet.key == "haituong":
        return f"{now:%H:%M:%S} | {weekday(now)}, ngày {now.day} tháng {now.month} năm {now.year}"
    return (
        f"{weekday(now)}, {now:%d-%m-%y %H:%M:%S}"
        if outlet.key == "daksuong"
        else f"{weekday(now)}, {now:%d/%m/%Y %H:%M:%S}"
    )


def _views(state: State, moment: Moment) -> int:
    start = 90 + zlib.crc32(state.article.key.encode()) % 4000
    # Outlet A counts in batches, so that its ETag can stay; the others count every visit.
    return start + (state.shuffles * 137 if state.article.outlet == "lamxuyen" else moment.visits)


def _neighbours(state: State, moment: Moment, count: int, offset: int) -> list[State]:
    others = [s for s in visible(moment.step, state.article.outlet) if s.article.key != state.article.key]
    if state.article.outlet == "lamxuyen":
        others = [s for s in others if s.article.from_step == 0]
    turn = state.shuffles * 5 if state.article.outlet == "lamxuyen" else moment.visits
    first = (zlib.crc32(state.article.id.encode()) + turn + offset) % max(1, len(others))
    return (others[first:] + others[:first])[:count]


def _links(fragment: str, items: Sequence[State]) -> str:
    return "".join(
        _fill(_fragments(s.article.outlet)[fragment], path=s.path, **_common(s.article, outlets()[s.article.outlet]))
        for s in items
    )


def _body(state: State, moment: Moment) -> str:
    article = state.article
    parts = _fragments(article.outlet)
    found: list[str] = []
    paragraphs = pictures = 0
    for block in article.blocks:
        pictures += block.kind in ("figure", "video")
        paragraphs += block.kind == "p"
        found.append(_block(block, article, number=pictures, nfd="nfd" in article.dirt and paragraphs == 2))
        if block.kind == "p" and paragraphs == 2 and article.kind == "article":
            box = _links("box_item", _neighbours(state, moment, 2, offset=0))
            found.append(_fill(parts["box"], items=box, shuffles=str(state.shuffles)))
            if "nbsp" in article.dirt:
                found.append(parts["empty"])
    body = "\n".join(found)
    return body.replace("Đ", "\u00d0") if "eth" in article.dirt else body


def _block(block: Block, article: Article, number: int, nfd: bool) -> str:
    parts = _fragments(article.outlet)
    outlet = outlets()[article.outlet]
    if block.kind == "table":
        rows = (
            _fill(parts["table_row"], items="".join(_fill(parts["table_cell"], text=_escape(cell)) for cell in row))
            for row in block.rows
        )
        return _fill(parts["table"], items="".join(rows))
    if block.kind == "list":
        return _fill(
            parts["list"], items="".join(_fill(parts["list_item"], text=_escape(line)) for line in block.lines)
        )
    if block.kind == "verse":
        return _fill(parts["verse"], items="<br />".join(_escape(line) for line in block.lines))
    text = _escape(block.text)
    if "nbsp" in article.dirt and block.kind == "p":
        words = text.split(" ")
        text = "".join(word + ("&nbsp;" if n % 9 == 8 else " ") for n, word in enumerate(words)).rstrip()
    if nfd:
        text = unicodedata.normalize("NFD", text)
    return _fill(parts[block.kind], text=text, host=outlet.host, image=image_path(article, number, outlet.image))


def _for_cp1258(char: str) -> str:
    try:
        char.encode("cp1258")
    except UnicodeEncodeError:
        tones = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
        marks = unicodedata.normalize("NFD", char)
        letter = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in tones))
        return letter + "".join(mark for mark in marks if mark in tones)
    return char


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


def _fill(template: str, **values: str) -> str:
    return Template(template).substitute(values)


@cache
def _template(outlet: str, name: str) -> str:
    return (TEMPLATES / outlet / name).read_text(encoding="utf-8")


@cache
def _fragments(outlet: str) -> dict[str, str]:
    parts: dict[str, str] = yaml.safe_load(_template(outlet, "blocks.yaml"))
    return parts
