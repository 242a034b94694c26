"""What the page says about its moments for machines: JSON-LD, meta tags, microdata, attributes.

Belongs here: the names of such tags and their order. Does not: what is displayed (`displayed`).
"""

from __future__ import annotations

from typing import Final

from pipelines.dates import read_instant
from pipelines.page.context import Context
from pipelines.page.moments.witnesses import Found, beside_title, is_clock
from pipelines.page.region import describe

_PUBLISHED_META: Final = (
    "article:published_time", "og:article:published_time", "datepublished", "pubdate", "publishdate", "publish-date",
    "publish_date", "publication_date", "article.published", "cxenseparse:recs:publishtime", "dc.date.issued",
    "dc.date",
    "dcterms.issued", "dcterms.created", "date", "parsely-pub-date", "sailthru.date", "dc.created",
)  # fmt: skip
_MODIFIED_META: Final = (
    "article:modified_time", "og:updated_time", "og:article:modified_time", "datemodified", "lastmod", "last-modified",
    "dcterms.modified", "dc.date.modified", "revised",
)  # fmt: skip


def machine_witnesses(context: Context) -> list[Found]:
    """All statements of the publication, full instants first."""
    order = context.profile.date_order if context.profile is not None else None
    found: list[Found] = []
    seen: set[str] = set()

    def add(text: str, origin: str, where: str, confidence: float) -> None:
        if text and text not in seen:
            seen.add(text)
            reading = read_instant(text, fetched_at=context.fetched_at, order=order)
            found.append(Found(reading, origin, where, confidence))

    add(context.meta.ld("datePublished") or context.meta.ld("uploadDate"), "json-ld", "datePublished", 0.9)
    for name in _PUBLISHED_META:
        for value in context.meta.meta.get(name, ())[:2]:
            add(value.strip(), "meta", name, 0.88 if "publish" in name else 0.7)
    for element in context.page.index.attributes.get(("itemprop", "datePublished"), ())[:2]:
        value = element.get("content") or element.get("datetime") or element.get("title")
        if value:
            add(value.strip(), "microdata", "[itemprop=datePublished]", 0.88)
    for element, where in context.pick("date")[:3]:
        for node in (element, *element.iterdescendants("time")):
            for name in ("datetime", "data-time", "data-ts", "data-date", "data-timestamp", "data-publish"):
                value = node.get(name)
                if value and not is_clock(node, where):
                    add(value.strip(), "attribute", f"{where} @{name}", 0.86)
    if not found:
        for element in context.page.index.tags.get("time", ())[:6]:
            value = element.get("datetime") or element.get("data-time")
            if value and not is_clock(element) and beside_title(context, element):
                add(value.strip(), "attribute", f"{describe(element)} @datetime", 0.8)
    # A full instant beats a bare day, whatever tag it stands in.
    found.sort(key=lambda one: (one.reading.value is None, one.reading.precision == "day"))
    return found


def modification(context: Context) -> Found | None:
    """The first statement of a modification."""
    candidates = [("json-ld", "dateModified", context.meta.ld("dateModified"))]
    candidates += [("meta", name, context.meta.first(name)) for name in _MODIFIED_META]
    for element in context.page.index.attributes.get(("itemprop", "dateModified"), ())[:1]:
        candidates.append(
            ("microdata", "[itemprop=dateModified]", element.get("content") or element.get("datetime") or "")
        )
    for origin, where, text in candidates:
        if text:
            reading = read_instant(text, fetched_at=context.fetched_at)
            if reading.value is not None:
                return Found(reading, origin, where, 0.8)
    return None
