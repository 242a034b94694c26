"""Which addresses may be articles, and in which form one is asked for.

Belongs here: judgements on a URL alone, given its source. Does not: canonical keys (`pipelines.urls`), or whether a
page is an article (the reader's page kind decides that).
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipelines.urls import canonical_url
from scraper.source import Source, bare_host

# Files that are no pages. PDF and office files may be news of portals, but are requisites, not articles.
_FILES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|bmp|css|js|json|xml|rss|atom|woff2?|ttf|mp[34]|m3u8|webm|avi|wmv|flv|zip|rar|7z"
    r"|pdf|docx?|xlsx?|pptx?|apk|exe)$",
    re.IGNORECASE,
)
# First or last words of a path that name a kind of page which is never an article.
_ROOMS = re.compile(
    r"/(?:tag|tags|rss|search|tim-kiem|print|in-bai|login|dang-nhap|dang-ky|lien-he|gioi-thieu|sitemap|so-do-site|author"
    r"|tac-gia|category|page|feed|share|video-list|mailto|wp-admin|wp-json|api)(?:[/.?]|$)",
    re.IGNORECASE,
)
_PAGING = re.compile(r"/(?:trang|page|p)-?\d+/?$", re.IGNORECASE)
_SLUG = re.compile(r"[^-/_]+(?:[-_][^-/_]+){3,}")
_FORMS = re.compile(
    r"^/(?:amp|print|savefile)/|/(?:amp|print|savefile)/?$|\.amp(?:\.html?)?$|;jsessionid=", re.IGNORECASE
)
_LONGEST = 2048


def may_be_article(url: str, source: Source) -> bool:
    """Whether `url` can be an article of the source: one of its patterns, or without patterns the look of one."""
    if len(url) > _LONGEST or not source.owns(url):
        return False
    parts = urlsplit(url)
    place = parts.path + (f"?{parts.query}" if parts.query else "")
    if any(_compiled(pattern).search(place) for pattern in source.not_articles):
        return False
    if source.article_patterns:
        # Patterns speak of the canonical form; forms of display (amp, print) and tracking come off before the test.
        canonical = urlsplit(canonical_url(url, identity_params=source.identity_params))
        place = canonical.path + (f"?{canonical.query}" if canonical.query else "")
        return any(_compiled(pattern).search(place) for pattern in source.article_patterns)
    return _looks_like_article(parts.path, parts.query, source)


def fetch_form(url: str, source: Source) -> str:
    """The address to ask for: the desktop form on the home page's host, without fragment, tracking and sessions.

    Everything else stays as found: a closing slash or an upper-case letter may matter to the server.
    """
    parts = urlsplit(url.strip())
    home = urlsplit(source.home)
    canonical = urlsplit(canonical_url(url, identity_params=source.identity_params))
    host, scheme = parts.netloc.lower(), parts.scheme.lower()
    if bare_host(parts.hostname or "") == bare_host(home.hostname or "") and parts.port in {None, 80, 443, home.port}:
        host, scheme = home.netloc, home.scheme
    elif (parts.hostname or "") not in source.host_names and bare_host(parts.hostname or "") in source.host_names:
        host = bare_host(parts.hostname or "")
    path = canonical.path if _FORMS.search(parts.path) else parts.path or "/"
    kept = {name.lower() for name, _ in parse_qsl(canonical.query, keep_blank_values=True)}
    query = parts.query
    if query:
        pairs = parse_qsl(query, keep_blank_values=True)
        wanted = [(name, value) for name, value in pairs if name.lower() in kept]
        if len(wanted) != len(pairs):
            query = urlencode(wanted)
    return urlunsplit((scheme, host, path, query, ""))


def is_front_page(url: str, source: Source) -> bool:
    """Whether `url` is the source's front page (or that of one of its hosts)."""
    parts = urlsplit(canonical_url(url))
    home = urlsplit(canonical_url(source.home))
    plain = parts.path in {"", "/", "/trang-chu", "/trang-chu.html", "/index.html"} and not parts.query
    return plain or (parts.netloc, parts.path, parts.query) == (home.netloc, home.path, home.query)


def _looks_like_article(path: str, query: str, source: Source) -> bool:
    if _FILES.search(path) or _ROOMS.search(path) or _PAGING.search(path):
        return False
    if source.identity_params:
        wanted = {name.lower() for name in source.identity_params}
        if wanted & {name.lower() for name, value in parse_qsl(query) if value}:
            return True
    last = path.rstrip("/").rpartition("/")[2]
    stem = re.sub(r"\.[a-z]{2,5}$", "", last)
    if _SLUG.search(stem):
        return True
    return bool(re.search(r"\d{4,}", stem) and re.search(r"\.(?:html?|aspx|php|[a-z]{3})$", last))


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
