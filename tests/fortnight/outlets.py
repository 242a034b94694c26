"""What the invented papers publish: the same seed always gives the same articles, edits included.

Belongs here: articles and their pages, listings, feeds and sitemaps as text. Does not: HTTP (`site`), or when something
goes wrong (`plan`).
"""

from __future__ import annotations

import html
import json
import math
import random
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

import yaml

from fortnight.plan import HERE, Outlet
from pipelines.zone import VIETNAM

PER_PAGE = 15
_ERA = 700_000
"""Numbers of articles are counted from this day of the calendar."""
_EDITED = 0.06
"""Share of articles that their paper changes some hours later."""


@cache
def words() -> dict[str, list[str]]:
    """What texts are made of."""
    loaded: dict[str, list[str]] = yaml.safe_load((HERE / "words.yaml").read_text(encoding="utf-8"))
    return loaded


@dataclass(frozen=True)
class Article:
    """One article of one outlet."""

    outlet: str
    number: int
    published: datetime
    title: str
    lead: str
    byline: str
    caption: str
    body: tuple[str, ...]
    edited_at: datetime | None = None
    edited_body: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return f"/thoi-su/{_slug(self.title)}-{self.number}.html"

    def version(self, moment: datetime) -> int:
        """1, or 2 once it was edited."""
        return 2 if self.edited_at is not None and moment >= self.edited_at else 1

    def text(self, moment: datetime) -> tuple[str, ...]:
        return self.edited_body if self.version(moment) == 2 else self.body


@cache
def articles_of(outlet: Outlet, day: date, seed: int) -> tuple[Article, ...]:
    """What the outlet publishes on that day, the earliest first; numbers of articles vary as chance has it."""
    chance = random.Random(f"{seed}:{outlet.id}:{day}")
    count = _poisson(chance, outlet.per_day[day.weekday()])
    minutes = sorted(chance.randrange(6 * 60, 21 * 60) for _ in range(count))
    made = []
    for n, minute in enumerate(minutes):
        number = (day.toordinal() - _ERA) * 100 + n
        published = datetime.combine(day, time(minute // 60, minute % 60), VIETNAM)
        made.append(_article(chance, outlet.id, number, published))
    return tuple(made)


def _article(chance: random.Random, outlet_id: str, number: int, published: datetime) -> Article:
    theme = {name: chance.choice(words()[plural]) for name, plural in _SLOTS.items()}

    def say(kind: str) -> str:
        line = chance.choice(words()[kind])
        other = {**theme, "person": chance.choice(words()["people"]), "unit": chance.choice(words()["units"])}
        return line.format(n=chance.randrange(3, 900), m=chance.randrange(2, 90), **other)

    body = tuple(
        " ".join(say("sentences") for _ in range(chance.randrange(2, 5))) for _ in range(chance.randrange(4, 8))
    )
    edited = chance.random() < _EDITED
    return Article(
        outlet_id, number, published, say("titles"),
        lead=say("leads") if chance.random() < 0.85 else "",
        byline=chance.choice(words()["people"]) if chance.random() < 0.85 else "",
        caption=say("captions") if chance.random() < 0.6 else "",
        body=body,
        edited_at=published + timedelta(hours=chance.randrange(8, 40)) if edited else None,
        edited_body=(*body[:-1], say("sentences")) if edited else (),
    )  # fmt: skip


_SLOTS = {"commune": "communes", "person": "people", "unit": "units", "thing": "things", "crop": "crops"}


def newest(outlet: Outlet, moment: datetime, seed: int, days: int = 12) -> list[Article]:
    """What has been published until `moment`, the newest first."""
    day = moment.astimezone(VIETNAM).date()
    shown = [a for back in range(days) for a in articles_of(outlet, day - timedelta(days=back), seed)]
    return sorted((a for a in shown if a.published <= moment), key=lambda a: (a.published, a.number), reverse=True)


def find(outlet: Outlet, path: str, moment: datetime, seed: int) -> Article | None:
    """The article of that address, once it has been published."""
    match = re.search(r"-(\d{6,})\.html$", path)
    if not match:
        return None
    found = by_number(outlet, int(match[1]), seed)
    return found if found and found.path == path and found.published <= moment else None


def by_number(outlet: Outlet, number: int, seed: int) -> Article | None:
    """The article with that number, published or still to come."""
    day = date.fromordinal(_ERA + number // 100)
    return next((a for a in articles_of(outlet, day, seed) if a.number == number), None)


def page(outlet: Outlet, article: Article, moment: datetime, slip: timedelta, layout: bool) -> str:
    """The article's page. `slip` moves all times that it states; `layout` is the new one that nobody told us of."""
    stated = article.published + slip
    esc = html.escape
    values = {
        "title": esc(article.title), "lead": esc(article.lead), "byline": esc(article.byline),
        "body": "\n".join(f"<p>{esc(text)}</p>" for text in article.text(moment)),
        "iso": stated.isoformat(), "line": f"{stated:%d/%m/%Y %H:%M}", "outlet": outlet.name,
        "figure": f'<figure><img src="/anh/{article.number}.jpg" alt=""><figcaption>{esc(article.caption)}</figcaption>'
        "</figure>" if article.caption else "",
        "data": json.dumps({
            "@context": "https://schema.org", "@type": "NewsArticle", "headline": article.title,
            "datePublished": stated.isoformat(), "publisher": {"@type": "Organization", "name": outlet.name},
        }, ensure_ascii=False),
    }  # fmt: skip
    main = _PAGES["new" if layout else outlet.page]
    return _SHELL.format(
        title=f"{values['title']} - {outlet.name}", head=main["head"].format(**values), outlet=outlet.name,
        main=main["main"].format(**values),
    )  # fmt: skip


def listing(outlet: Outlet, moment: datetime, seed: int, number: int) -> str | None:
    """Page `number` of the newest articles; None past the last."""
    shown = newest(outlet, moment, seed)[(number - 1) * PER_PAGE : number * PER_PAGE]
    if not shown:
        return None
    items = "".join(f'<li><a href="{a.path}">{html.escape(a.title)}</a></li>' for a in shown)
    more = f'<a href="/tin-moi/trang-{number + 1}">Trang sau</a>'
    return _SHELL.format(title=outlet.name, head="", outlet=outlet.name, main=f"<h1>Tin mới</h1><ul>{items}</ul>{more}")


def feed(outlet: Outlet, moment: datetime, seed: int) -> str:
    """The newest thirty as RSS."""
    items = "".join(
        f"<item><title>{html.escape(a.title)}</title><link>https://{outlet.host}{a.path}</link>"
        f"<pubDate>{a.published:%d %b %Y %H:%M:%S +0700}</pubDate></item>"
        for a in newest(outlet, moment, seed)[:30]
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{outlet.name}</title>{items}</channel></rss>'


def sitemap(outlet: Outlet, moment: datetime, seed: int) -> str:
    """The last twelve days as a sitemap."""
    rows = "".join(
        f"<url><loc>https://{outlet.host}{a.path}</loc><lastmod>{a.published.isoformat()}</lastmod></url>"
        for a in newest(outlet, moment, seed)
    )
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


def _poisson(chance: random.Random, mean: float) -> int:
    limit, count, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        count, product = count + 1, product * chance.random()
    return count


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return re.sub(r"[^a-z0-9]+", "-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-")


_SHELL = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>
<header><a href="/">{outlet}</a><nav><a href="/tin-moi">Tin mới</a></nav></header><main>
{main}
</main><footer><p>Cơ quan chủ quản của {outlet}. Ghi rõ nguồn khi phát hành lại.</p></footer></body></html>
"""
_PAGES: dict[str, dict[str, Any]] = {
    "sapo": {
        "head": '<script type="application/ld+json">{data}</script>',
        "main": '<div class="article__meta"><time class="time" datetime="{iso}">{line}</time></div>'
        '<h1 class="article__title cms-title">{title}</h1><div class="article__sapo cms-desc">{lead}</div>'
        '<div class="article__body cms-body">{figure}{body}</div>'
        '<div class="article__author"><span class="name">{byline}</span></div>',
    },
    "entry": {
        "head": '<meta property="article:published_time" content="{iso}"><meta name="generator" content="WordPress 6.5">',
        "main": '<article><h1 class="entry-title">{title}</h1><span class="posted-on"><time class="entry-date"'
        ' datetime="{iso}">{line}</time></span><div class="entry-content"><p><strong>{lead}</strong></p>{figure}{body}'
        '<p style="text-align:right"><strong>{byline}</strong></p></div></article>',
    },
    "meta": {
        "head": '<meta property="og:title" content="{title}"><meta property="article:published_time" content="{iso}">',
        "main": '<div class="detail"><h1 class="detail-title">{title}</h1><p class="detail-date">Ngày đăng: {line}</p>'
        '<p class="detail-sapo"><b>{lead}</b></p><div class="detail-content">{figure}{body}'
        '<p class="detail-author" align="right"><b>{byline}</b></p></div></div>',
    },
    # Text comes by script now: what a browser shows is not in the page any more.
    "new": {
        "head": "",
        "main": '<div id="app" data-id="tin"><h2>{outlet}</h2><div class="skeleton"></div></div>'
        '<script src="/app.js"></script>',
    },
}
