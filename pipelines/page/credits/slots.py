"""What a template or a machine tag names: slots for author and source, microdata, JSON-LD, meta tags.

Belongs here: places that the page marks as the author's by their names. Does not: lines that somebody typed (`lines`,
`head`).
"""

from __future__ import annotations

import re
from dataclasses import replace

from pipelines.page.context import Context, text_of
from pipelines.page.credits.found import MAX_BYLINE, Found, find_in
from pipelines.page.credits.links import CREDITS_SOURCE, MAX_LINKS
from pipelines.page.lexicon import is_junk, key_of
from pipelines.page.metadata import people_of
from pipelines.people import BylineReading, credit_key, parse_byline
from pipelines.text import clean, search_key


def author_slots(context: Context) -> list[Found]:
    """What stands in slots for the author: the family's, else microdata, else links that all name the same person."""
    found: list[Found] = []
    seen: set[str] = set()
    for element, where in context.pick("byline"):
        text = text_of(element)
        key = credit_key(text)
        if text and len(text) <= MAX_BYLINE and key not in seen and not is_junk(text):
            seen.add(key)
            found.append(find_in(context, text, "selector", where, 0.92))
    if not found:
        for element in context.page.index.attributes.get(("itemprop", "author"), ())[:3]:
            text = clean(element.get("content") or "") or text_of(element)
            key = credit_key(text)
            if text and len(text) <= MAX_BYLINE and key not in seen:
                seen.add(key)
                found.append(find_in(context, text, "microdata", "[itemprop=author]", 0.75))
    if not found:
        # Lists of other articles link their authors in the same way: believed where all links say the same.
        links = context.page.index.attributes.get(("rel", "author"), ())[:MAX_LINKS]
        names = {text for link in links if (text := text_of(link)) and len(text) <= 60}
        found = [find_in(context, name, "microdata", "[rel=author]", 0.75) for name in names if len(names) == 1]
        found = [one for one in found if one.names]
    return found


def source_slots(context: Context) -> list[Found]:
    """At most two outlets in slots for the source; the page's own outlet is none."""
    found: list[Found] = []
    for element, where in context.pick("source"):
        own = {key_of(name) for name in context.outlet_names}
        text = text_of(element)
        if not text or len(text) > 80 or is_junk(text):
            continue
        reading = parse_byline(text, outlet_names=context.outlet_names)
        if reading.authors and not reading.sources and not CREDITS_SOURCE.match(text):
            continue  # the slot names the author where nothing was taken from elsewhere
        if not reading.sources:
            plain = re.sub(r"^(?:theo|nguồn)\s*:?\s*", "", text, flags=re.I)
            reading = parse_byline(f"Theo {plain}", outlet_names=context.outlet_names)
            if search_key(plain) in own or not plain or "own_outlet" in reading.flags:
                continue
            if not reading.sources:
                reading = BylineReading(sources=(plain,), raw=text)
        found.append(Found(replace(reading, authors=()), text, "selector", where, 0.9))
    return found[:2]


def machine_tags(context: Context) -> list[Found]:
    """Names in JSON-LD and meta tags; those that are no full names of people credit nobody."""
    found: list[Found] = []
    for name, organisation in people_of(context.meta.article.get("author")):
        if name and len(name) <= MAX_BYLINE:
            one = find_in(context, name, "json-ld", "author.name", 0.6)
            if organisation:
                one = replace(one, reading=replace(one.reading, authors=(), sources=()))
            found.append(one)
    for tag in ("author", "article:author", "dc.creator", "cxenseparse:author", "parsely-author"):
        found += [
            find_in(context, name, "meta", tag, 0.5)
            for name in context.meta.meta.get(tag, ())[:2]
            if name.strip() and len(name) <= MAX_BYLINE and not name.startswith("http")
        ]
    # A machine tag is believed only where it names people with a full name: accounts and outlets fill it otherwise.
    return [
        one if _believable(one) else replace(one, reading=replace(one.reading, authors=(), sources=())) for one in found
    ]


def _believable(found: Found) -> bool:
    people = found.reading.authors
    return bool(people) and all(credit.kind == "person" and " " in credit.name for credit in people)
