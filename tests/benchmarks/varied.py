"""Endless pages that are all different, made from the golden pages: `page(n)` is always the same for one n.

Belongs here: changing what differs from page to page on real sites (words, numbers, days, addresses, names of classes).
Does not: measuring anything, or what such a page should read as.
"""

from __future__ import annotations

import json
import random
import re
from functools import cache
from pathlib import Path

CASES = Path(__file__).parent.parent / "golden" / "cases"
UNKNOWN_EVERY = 3
"""Every third page has class names of its own: no family knows it, it is read by structure and the libraries."""
LINKS = (0, 0, 20, 100, 400)
"""Links below the text: a page has between two and thirty kilobytes."""
_TEXT = re.compile(rb">([^<>]{40,})<")
_CLASS = re.compile(rb"""\b(class|id)=(["'])""")
_DAY = re.compile(rb"(?<!\d)(\d{2})([/\-.])(\d{2})([/\-.])(20\d\d)(?!\d)")
_HREF = re.compile(rb"""href=(["'])([^"']{4,}?)\.html""")


@cache
def golden() -> tuple[tuple[bytes, str], ...]:
    """The golden pages that hold an article, each with its address."""
    found = []
    for path in sorted(CASES.glob("*.html")):
        expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        if "title" in expected:
            found.append((path.read_bytes(), expected["url"]))
    return tuple(found)


def page(number: int) -> tuple[bytes, str]:
    """The bytes and the address of page `number`."""
    payload, url = golden()[number % len(golden())]
    rng = random.Random(number)

    def words(match: re.Match[bytes]) -> bytes:
        mixed = match[1].split(b" ")
        rng.shuffle(mixed)
        mixed.insert(rng.randrange(len(mixed)), str(rng.randrange(10_000)).encode())
        return b">" + b" ".join(mixed) + b"<"

    def day(match: re.Match[bytes]) -> bytes:
        return b"%02d%s%02d%s20%02d" % (rng.randint(1, 28), match[2], rng.randint(1, 12), match[4], rng.randint(5, 25))

    payload = _DAY.sub(day, _TEXT.sub(words, payload))
    payload = _HREF.sub(lambda match: b"href=%s%s-%d.html" % (match[1], match[2], rng.randrange(10**9)), payload)
    if not number % UNKNOWN_EVERY:
        payload = _CLASS.sub(rb"\1=\2z%d-" % rng.randrange(5_000), payload)
    if not number % 20:  # attributes that no page before had: a quote too many in a title, a build's hash
        payload = payload.replace(b"<p", b'<p data-v-%08x=""' % rng.randrange(1 << 32), 1)
    menu = b"".join(
        b"<li class=z%d><a href=/tin-%d.html>Tin %d</a></li>" % (rng.randrange(50), rng.randrange(10**9), link)
        for link in range(rng.choice(LINKS))
    )
    payload = payload.replace(b"</body>", b"<footer><ul>" + menu + b"</ul></footer></body>")
    return payload, url.replace(".example", f"-{number}.example", 1)
