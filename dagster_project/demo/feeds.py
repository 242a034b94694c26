"""What the demo site offers to machines: robots.txt, sitemaps, feeds.

Belongs here: their text, from the articles visible at a step. Does not: pages for people (`render`), HTTP (`server`).
"""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime

from dagster_project.demo.content import Outlet, State, public_url, visible
from dagster_project.demo.render import image_path

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAPS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_ROBOTS = {
    "lamxuyen": ("/tim-kiem", "/print/", "/admin/"),
    "haituong": ("/tim-kiem", "/in/"),
    "daksuong": ("/quan-tri/", "/*?in="),
}


def robots(outlet: Outlet) -> str:
    """The outlet's robots.txt."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _ROBOTS[outlet.key]), "Crawl-delay: 0"]
    if outlet.key == "lamxuyen":
        lines += ["", f"Sitemap: {outlet.home}sitemap.xml"]
    return "\n".join(lines) + "\n"


def sitemap_index(outlet: Outlet, step: int) -> str:
    """The index: one sitemap of sections, and one a day."""
    rows = [f"<sitemap><loc>{outlet.home}sitemaps/chuyen-muc.xml</loc></sitemap>"]
    for day, states in sorted(_by_day(outlet, step).items(), reverse=True):
        changed = max(_changed(state) for state in states)
        rows.append(
            f"<sitemap><loc>{outlet.home}sitemaps/bai-viet-{day}.xml</loc>"
            f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod></sitemap>"
        )
    return f"{_XML}<sitemapindex {_SITEMAPS}>\n" + "\n".join(rows) + "\n</sitemapindex>\n"


def sitemap_of_sections(outlet: Outlet) -> str:
    """The front page and the sections; no articles."""
    paths = ["", *outlet.sections]
    return _urlset(f"<url><loc>{outlet.home}{path}</loc><changefreq>hourly</changefreq></url>" for path in paths)


def sitemap_of_day(outlet: Outlet, step: int, day: str) -> str | None:
    """The articles published on that day (`2026-11-05`); None for a day without any."""
    states = _by_day(outlet, step).get(day)
    if not states:
        return None
    return _urlset(
        f"<url><loc>{public_url(state)}</loc><lastmod>{_changed(state).isoformat(timespec='seconds')}</lastmod></url>"
        for state in states
    )


def rss(outlet: Outlet, step: int, name: str) -> str | None:
    """The feed of that name: `home`, or a section's slug; ten items at most. None for a feed that is not offered.

    The last item of the home feed has a pubDate that no one can read.
    """
    if name not in outlet.feeds:
        return None
    states = [s for s in visible(step, outlet.key) if name in ("home", s.article.section)][:10]
    title = outlet.name if name == "home" else f"{outlet.name} - {outlet.sections[name]}"
    items = "\n".join(
        _item(outlet, state, broken=name == "home" and number == len(states)) for number, state in enumerate(states, 1)
    )
    return (
        f'{_XML}<rss version="2.0"><channel><title>{html.escape(title)}</title><link>{outlet.home}</link>'
        f"<description>{html.escape(title)}</description><language>vi</language>\n{items}\n</channel></rss>\n"
    )


def _item(outlet: Outlet, state: State, *, broken: bool) -> str:
    article = state.article
    date = outlet.broken_feed_date if broken else format_datetime(article.published)
    picture = outlet.home.rstrip("/") + image_path(article, 1, outlet.image)
    return (
        f"<item><title>{html.escape(article.title)}</title><link>{public_url(state)}</link>"
        f'<description><![CDATA[<a href="{public_url(state)}"><img src="{picture}"></a> {article.lead}]]></description>'
        f"<pubDate>{date}</pubDate><guid>{public_url(state)}</guid></item>"
    )


def _urlset(rows: Iterable[str]) -> str:
    return f"{_XML}<urlset {_SITEMAPS}>\n" + "\n".join(rows) + "\n</urlset>\n"


def _by_day(outlet: Outlet, step: int) -> dict[str, list[State]]:
    days: dict[str, list[State]] = defaultdict(list)
    for state in visible(step, outlet.key):
        days[state.article.published.date().isoformat()].append(state)
    return days


def _changed(state: State) -> datetime:
    return state.article.modified or state.article.published
