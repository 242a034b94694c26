"""What an article needs to look as it did: images, style sheets, scripts, PDF files.

Belongs here: the addresses that a page names. Does not: what style sheets import, or whether a file is asked for (the
source's `requisites` and the run's budget say that).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml import etree, html

from scraper.discovery.finder import Answer, absolute

# Where lazy loading leaves the address of an image.
_IMAGE_ATTRIBUTES = ("data-src", "data-original", "data-lazy-src", "src")
_PDF = re.compile(r"\.pdf(?:$|[?#])", re.IGNORECASE)


def requisites_of(page: Answer, kinds: Sequence[str]) -> list[str]:
    """The absolute addresses of a page's requisites of these kinds (image, style, script, pdf), each once."""
    try:
        tree = html.fromstring(page.text.encode(), parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError):
        return []
    stated = tree.xpath("string(//base/@href)")
    base = (absolute(page.url, stated) if stated else None) or page.url
    found = (absolute(base, link) for element in tree.iter() for link in _links(element, kinds))
    return list(dict.fromkeys(url.partition("#")[0] for url in found if url))


def _links(element: etree._Element, kinds: Sequence[str]) -> Iterator[str]:
    tag = element.tag
    if tag in {"img", "source"} and "image" in kinds:
        for name in _IMAGE_ATTRIBUTES:
            if element.get(name):
                yield element.get(name)
        for candidate in (element.get("srcset") or "").split(","):
            if candidate.strip():
                yield candidate.split()[0]
    elif tag == "link" and "style" in kinds and "stylesheet" in (element.get("rel") or "").lower():
        yield element.get("href") or ""
    elif tag == "script" and "script" in kinds:
        yield element.get("src") or ""
    elif tag in {"a", "iframe", "embed", "object"} and "pdf" in kinds:
        link = element.get("href") or element.get("src") or element.get("data") or ""
        if _PDF.search(link):
            yield link
