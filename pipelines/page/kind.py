"""What kind of page this is: an article of some sort, a list, a home page, or nothing.

Belongs here: the decision, from what has been read. Does not: reading; and the HTTP status alone, which lies in both
directions (200 for pages that say that there is nothing).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from pipelines.page.body import Parts, is_running
from pipelines.page.context import Context
from pipelines.page.lexicon import key_of, line_key, phrases
from pipelines.records import PageKind
from pipelines.text import search_key
from pipelines.urls import split_address

_HOME_PATHS: Final = frozenset(
    ["", "/", "/index.html", "/index.htm", "/index.php", "/default.aspx", "/home", "/trang-chu", "/vi"]
)
_ARTICLE_PATH = re.compile(
    r"\d{4,}[^/]*(?:\.[a-z]{3,5})?/?$|[?&](?:id|itemid|newsid|articleid|nid|tinid)=\d+|post\d+|/\d{5,}[-/]", re.I
)
# Names of sections have four words at most; longer ones are headlines, where addresses carry no number.
_SECTION_PATH = re.compile(r"^/(?:[a-z-]+/){0,2}[a-z]+(?:-[a-z]+){0,3}(?:\.(?:html?|chn|aspx))?/?$")
_VIDEO_PATH = re.compile(r"/(?:video|truyen-hinh|clip|tv|media/video)s?[/-]", re.I)
_RADIO_PATH = re.compile(r"/(?:phat-thanh|radio|podcasts?|audio|truyen-hinh|chuong-trinh[a-z-]*)[/-]", re.I)
_GALLERY_PATH = re.compile(r"/(?:anh|photo|gallery|album|xem-albumphoto|phong-su-anh|multimedia/anh)s?[/-]", re.I)
_OFFICE_PATH = re.compile(
    r"(?:^|[/-])(?:gioi-thieu(?:-chung)?|chuc-nang(?:-nhiem-vu)?(?:-[a-z-]+)?|co-cau-to-chuc|bo-may-to-chuc|so-do-to-chuc|lien-he|"
    r"dieu-khoan[a-z-]*|chinh-sach-bao-mat|quy-che-hoat-dong|about(?:-us)?|contact|privacy[a-z-]*|terms[a-z-]*)"
    r"(?:\.[a-z]{3,5})?/?$",
    re.I,
)
_PORTALS: Final = frozenset(["liferay", "sharepoint", "vnpt"])
"""Families of offices' portals, where a short name as address is a page about a department."""
_LONGEST_NOTICE: Final = 900  # letters of its text; those of firewalls have 100 to 700
_LONGEST_FAILURE: Final = 160
_ITEM_MARK = re.compile(r"\s*(?:[*+•■▪►-]|\d{1,2}\s*[.)/-]\s)")


def page_kind(
    context: Context, parts: Parts, body: Sequence[str], lead: str | None, *, has_date: bool, status: int
) -> PageKind:
    """The kind of the page. `body` and `lead` are the final texts."""
    kind = _kind(context, parts, body, lead, has_date=has_date, status=status)
    return "outage" if kind in ("list", "other") and _failed_in_its_frame(context) else kind


def _kind(
    context: Context, parts: Parts, body: Sequence[str], lead: str | None, *, has_date: bool, status: int
) -> PageKind:
    path = split_address(context.url)
    letters = sum(len(line) for line in body) + len(lead or "")
    running = sum(1 for block in parts.text if is_running(block))
    if not any(text.strip() for text in context.page.body.itertext()):
        return "empty"
    if (notice := _notice(context, has_date=has_date)) is not None:
        return notice
    # Where the library had to look for any text at all, it found the page's frame.
    if _says_not_found(context, 0 if "library_text" in context.flags else letters, status):
        return "not-found"
    if _asks_for_login(context, letters):
        return "login"
    at_home = path.path.rstrip("/").lower() in {p.rstrip("/") for p in _HOME_PATHS} and not path.query
    claims = context.meta.is_article
    if at_home and not (claims and running >= 3 and has_date):
        return "home"
    if status in (404, 410):
        return "not-found"
    captions = len(parts.captions)
    article_path = bool(_ARTICLE_PATH.search(f"{path.path}?{path.query}"))
    evidence = _evidence(
        context, claims=claims, article_path=article_path, has_date=has_date, running=running, letters=letters
    )
    if has_date and parts.bylines and letters >= 80:
        evidence += 1  # verse has no running text, but it is signed
    if _alternates(parts) and not context.meta.article:
        return "list"
    if evidence < 3 or (letters < 80 and not captions and not parts.videos):
        if _has_player(context, parts) and (claims or article_path) and context.title:
            return "video"
        if captions >= 3 and (claims or article_path):
            return "gallery"
        if _is_listing(context, parts):
            return "list"
        return "article" if _is_plain_text(context, path.path, running=running, letters=letters) else "other"
    if _is_multi_item(context, parts):
        return "multi-item"
    if _is_official(parts, body):
        return "official"
    if _is_gallery(parts, letters, path.path):
        return "gallery"
    at_video = _VIDEO_PATH.search(path.path) is not None
    if (
        _has_player(context, parts)
        and (at_video or (letters < 600 and not _is_inside_text(parts, running)))
        and running <= 3
    ):
        return "video"
    return "article"


def _evidence(
    context: Context, *, claims: bool, article_path: bool, has_date: bool, running: int, letters: int
) -> float:
    """Points for an article; three are needed."""
    points = 0.0
    if claims:
        points += 1.5 if context.meta.article else 0.75
    if article_path:
        points += 1.5
    if has_date:
        points += 1.5
    if running >= 2 or letters >= 400:
        points += 1
    if running >= 1 and letters >= 150:
        points += 0.5
    if context.title and context.title_element is not None:
        points += 0.5
    if context.region is not None and context.region.origin == "state":
        points += 1
    elif context.region is not None and context.region.origin == "selector" and context.pick("title"):
        points += 1  # the template of an article, not of a list
    if (
        any(kind in ("collectionpage", "itemlist", "searchresultspage") for kind in context.meta.types)
        and not context.meta.article
    ):
        points -= 2
    address = split_address(context.url)
    if _SECTION_PATH.match(address.path) and not (address.query or article_path or context.meta.article):
        points -= 1
    return points


def _says_not_found(context: Context, letters: int, status: int) -> bool:
    marks = phrases().not_found
    if letters >= 400:
        return False
    heads = [search_key(head) for head in (context.title, context.meta.title_tag) if head]
    if any(mark in head for head in heads for mark in marks):
        return True
    if context.region is not None and letters >= 200:
        return False
    text = search_key(_page_text(context, 3000))
    return len(text) < 1500 and any(mark in text for mark in marks)


def _notice(context: Context, *, has_date: bool) -> PageKind | None:
    """What a bare page says instead of the one that was asked for: that we are kept out, or that the site is down.

    Such pages have no frame: an article about a site that is down stands in one, and has a date.
    """
    if has_date or context.meta.is_article:
        return None
    text = search_key(_page_text(context, 2 * _LONGEST_NOTICE))
    if len(text) > _LONGEST_NOTICE:
        return None
    said = f"{search_key(context.title or '')} {search_key(context.meta.title_tag or '')} {text}"
    if any(mark in said for mark in phrases().kept_out):
        return "blocked"
    return "outage" if any(mark in said for mark in phrases().outage) else None


def _failed_in_its_frame(context: Context) -> bool:
    """Whether the place of the text says that it could not be made, in a frame that is whole: menus, latest articles.

    Asked of addresses of articles alone: a list that has become none tells nothing.
    """
    path = split_address(context.url)
    if not _ARTICLE_PATH.search(f"{path.path}?{path.query}"):
        return False
    lines = (
        search_key(block.text)
        for block in context.blocks
        if block.kind == "text" and not block.is_link and block.letters <= _LONGEST_FAILURE
    )
    return any(mark in line for line in lines for mark in phrases().failed)


def _asks_for_login(context: Context, letters: int) -> bool:
    if letters >= 400:
        return False
    fields = [
        element
        for element in context.page.index.tags.get("input", ())
        if (element.get("type") or "").lower() == "password"
    ]
    if not fields:
        return False
    heads = search_key(f"{context.title} {context.meta.title_tag}")
    return any(mark in heads for mark in phrases().login) or letters < 100


def _page_text(context: Context, limit: int) -> str:
    pieces: list[str] = []
    size = 0
    for block in context.blocks:
        if block.kind == "text":
            pieces.append(block.text)
            size += len(block.text)
            if size > limit:
                break
    return " ".join(pieces)


def _is_listing(context: Context, parts: Parts) -> bool:
    """Whether links to articles are what the page is about."""
    links = sum(1 for _, why in parts.dropped if why.startswith("link"))
    if links >= 5:
        return True
    teasers = [block for block in context.blocks if block.kind == "text" and block.is_link and block.letters >= 20]
    running = sum(block.letters for block in parts.text if is_running(block))
    return len(teasers) >= 15 or (len(teasers) >= 3 and sum(block.letters for block in teasers) > running)


def _is_plain_text(context: Context, path: str, *, running: int, letters: int) -> bool:
    """Whether a page that names no date and no number in its address shows a headline and the text below it, as pages
    of small sites do. What an office says about itself is no article.
    """
    if context.title_element is None or _OFFICE_PATH.search(path):
        return False
    if context.family in _PORTALS and _SECTION_PATH.match(path):
        return False
    return running >= 2 or (running >= 1 and letters >= 200)


def _alternates(parts: Parts) -> bool:
    """Whether summaries follow links to articles, one after the other, as on a section page."""
    row = [(block.order, True) for block in parts.text if is_running(block)]
    row += [(block.order, False) for block, why in parts.dropped if why.startswith("link")]
    row.sort()
    summaries = sum(1 for _, running in row if running)
    headed = sum(1 for before, after in pairwise(row) if after[1] and not before[1])
    return headed >= 4 and headed >= 0.5 * summaries


def _is_multi_item(context: Context, parts: Parts) -> bool:
    if parts.item_bylines >= 1 and len(parts.bylines) >= 2:
        return True
    if not names_many_items(context.title):
        return False
    heads = [block for block in parts.text if block.is_bold or block.is_heading]
    marked = sum(1 for block in heads if _ITEM_MARK.match(block.text))
    opens = line_key(context.title).startswith(phrases().multi_item)
    return marked >= 2 or (opens and len(heads) >= 3) or parts.item_bylines >= 1


def names_many_items(title: str) -> bool:
    """Whether a headline is that of several short items ("Tin vắn")."""
    key = line_key(title)
    return any(mark in key for mark in phrases().multi_item)


def _is_official(parts: Parts, body: Sequence[str]) -> bool:
    if parts.signature:
        return True
    marks = phrases().official
    return sum(1 for line in body if len(line) <= 90 and any(map(key_of(line).__contains__, marks))) >= 2


def _is_gallery(parts: Parts, letters: int, path: str) -> bool:
    """Pictures with captions that say as much as the text, or many pictures in the section for them."""
    if len(parts.images) < 3:
        return False
    captions = sum(block.letters for lines in parts.captions for block in lines)
    if len(parts.captions) >= 3 and captions > 0.4 * letters:
        return True
    return bool(_GALLERY_PATH.search(path)) and letters < 200 * len(parts.images)


def _is_inside_text(parts: Parts, running: int) -> bool:
    """Whether the player stands between paragraphs: a text with a video, no video with a text."""
    first = next((block.order for block in parts.text if is_running(block)), -1)
    return running >= 2 and 0 <= first < parts.video_order


def _has_player(context: Context, parts: Parts) -> bool:
    if parts.videos:
        return True
    if _RADIO_PATH.search(split_address(context.url).path) and any(b.kind == "video" for b in context.around.between):
        return True  # elsewhere a player above the text reads it aloud
    if "videoobject" in context.meta.types and not any(kind.endswith("article") for kind in context.meta.types):
        return True
    return "video" in context.meta.first("og:type").lower()
