"""Listings made to stall or break discovery, at any size: feeds, sitemaps, section pages, JSON, robots.txt.

Belongs here: building the bytes. Does not: reading them, or deciding what is fast enough.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from typing import Final

Builder = Callable[[int], bytes]


def _rss(inside: str, prologue: str = "") -> bytes:
    return f"<?xml version='1.0'?>{prologue}<rss version='2.0'><channel><title>Tin</title>{inside}</channel></rss>".encode()


def _item(number: int | str, more: str = "") -> str:
    return (
        f"<item><title>Mùa gặt {number}</title><link>https://bao.example/tin-{number}.html</link>"
        f"<pubDate>Thu, 15 Aug 2024 20:30:00 +0700</pubDate>{more}</item>"
    )


def _entities(size: int) -> str:
    levels = min(size, 5_000)
    return (
        '<!DOCTYPE rss [<!ENTITY a0 "x">'
        + "".join(f'<!ENTITY a{i + 1} "&a{i};&a{i};&a{i};">' for i in range(levels))
        + "]>"
    )


def _urls(inside: str, prologue: str = "") -> bytes:
    return (
        f"<?xml version='1.0'?>{prologue}<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{inside}</urlset>"
    ).encode()


def _url(number: int | str) -> str:
    return f"<url><loc>https://bao.example/tin-{number}.html</loc><lastmod>2024-08-15</lastmod></url>"


def _links(inside: str) -> bytes:
    return f"<html><body>{inside}</body></html>".encode()


# Each builder takes a size of about a thousand to a million; what it makes grows in step with it.
FEEDS: Final[Mapping[str, Builder]] = {
    "items": lambda n: _rss("".join(_item(i) for i in range(n // 100))),
    "one long item": lambda n: _rss(_item(1, f"<description>{'gặt lúa ' * (n // 8)}</description>")),
    "nested elements": lambda n: _rss(_item(1, "<a>" * n + "x" + "</a>" * n)),
    "elements never closed": lambda n: _rss("<item><title>" + "<a>" * n),
    "items never closed": lambda n: _rss("<item><link>https://bao.example/1.html" * (n // 10)),
    "attributes": lambda n: _rss(_item(1, "<x " + " ".join(f"a{i}='1'" for i in range(n)) + "/>")),
    "entities in entities": lambda n: _rss(_item("&a4000;") + _item(2), _entities(n)),
    "escaped html": lambda n: _rss(_item(1, "<description>" + "&lt;p&gt;" * n + "</description>")),
    "cdata never closed": lambda n: _rss("<item><title><![CDATA[" + "x]]" * n),
    "less-than signs": lambda n: _rss(_item(1) + "<" * n),
    "ampersands": lambda n: _rss(_item(1) + "<item><title>" + "&" * n + "</title></item>"),
    "blanks": lambda n: _rss(_item(1) + "<item><title>" + " \u00a0" * n + "</title></item>"),
    "nuls": lambda n: _rss(_item(1) + "\0" * n),
    "dates of digits": lambda n: _rss(f"<item><link>https://bao.example/1.html</link><pubDate>{'1' * n}</pubDate></item>"),
    "dates of words": lambda n: _rss(
        f"<item><link>https://bao.example/1.html</link><pubDate>{'Thu, ' * (n // 5)}</pubDate></item>"
    ),
    "namespaces": lambda n: _rss(_item(1, "".join(f"<n{i}:a xmlns:n{i}='http://x/{i}'/>" for i in range(n // 50)))),
    "cut off": lambda n: _rss("".join(_item(i) for i in range(n // 100)))[:-60],
    "cut in a letter": lambda n: _rss("".join(_item(i, "ệ") for i in range(n // 100)))[:-30].rpartition(b"\xe1")[0] + b"\xe1",
    "doctypes": lambda n: b"<?xml version='1.0'?>" + b"<!DOCTYPE a [" * (n // 10) + _rss(_item(1)),
    "comments never closed": lambda n: _rss(_item(1) + "<!--" * n),
}  # fmt: skip
SITEMAPS: Final[Mapping[str, Builder]] = {
    "entries": lambda n: _urls("".join(_url(i) for i in range(n // 30))),
    "shortest entries": lambda n: _urls("<url><loc>http://a/1</loc></url>" * (n // 30)),
    "nested elements": lambda n: _urls("<url>" * n + "<loc>https://bao.example/1</loc>" + "</url>" * n),
    "one entry of many addresses": lambda n: _urls("<url>" + "<loc>https://bao.example/1</loc>" * (n // 10) + "</url>"),
    "attributes": lambda n: _urls("<url " + " ".join(f"a{i}='1'" for i in range(n)) + ">" + _url(1) + "</url>"),
    "entities in entities": lambda n: _urls(_url("&a4000;") + _url(2), _entities(n)),
    "one long address": lambda n: _urls(_url("a" * n)),
    "less-than signs": lambda n: _urls(_url(1) + "<" * n),
    "nuls": lambda n: _urls(_url(1) + "\0" * n + _url(2)),
    "comments never closed": lambda n: _urls(_url(1) + "<!--" * n),
    "namespaces": lambda n: _urls("".join(f"<n{i}:a xmlns:n{i}='http://x/{i}'/>" for i in range(n // 50)) + _url(1)),
    "cut off": lambda n: _urls("".join(_url(i) for i in range(n // 30)))[:-40],
    "lines": lambda n: b"https://bao.example/tin.html\n" * (n // 30),
    "one line": lambda n: b"https://bao.example/" + b"a" * n,
    "empty lines": lambda n: b"x" + b"\n" * n,
    "gzip": lambda n: gzip.compress(_urls("".join(_url(i) for i in range(n // 30))), mtime=0),
}
SECTIONS: Final[Mapping[str, Builder]] = {
    "links": lambda n: _links("".join(f"<a href='/tin-{i}.html'>Mùa gặt {i}</a>" for i in range(n // 10))),
    "one link many times": lambda n: _links("<a href='/tin-1.html'>Mùa gặt</a>" * (n // 10)),
    "links never closed": lambda n: _links("<a href='/tin-1.html'>x<b>" * (n // 10)),
    "links in elements never closed": lambda n: _links("<a href='/tin-1.html'><div>" * (n // 10)),
    "nested elements": lambda n: _links("<div>" * n + "<a href='/tin-1.html'>Mùa gặt</a>"),
    "links in tables in links": lambda n: _links("<a href='/tin-1.html'>x<table><tr><td>" * (n // 10)),
    "one long link": lambda n: _links(f"<a href='/{'a' * n}.html'>{'gặt ' * (n // 4)}</a>"),
    "attributes": lambda n: _links("<a href='/tin-1.html' " + " ".join(f"a{i}=1" for i in range(n)) + ">Mùa gặt</a>"),
    "less-than signs": lambda n: _links("<" * n),
    "base of many parts": lambda n: _links(f"<base href='http://a/{'../' * (n // 3)}'><a href='../x'>Mùa gặt</a>"),
}
JSONS: Final[Mapping[str, Builder]] = {
    "items": lambda n: b'{"items":[' + b",".join(b'{"url":"/tin-%d.html"}' % i for i in range(n // 30)) + b"]}",
    "lists never closed": lambda n: b"[" * n,
    "lists in lists": lambda n: b'{"items":' + b"[" * n + b"]" * n + b"}",
    "objects in objects": lambda n: b'{"items":' * n + b"1" + b"}" * n,
    "a huge number": lambda n: b'{"items":[{"url":' + b"9" * n + b"}]}",
    "backslashes": lambda n: b'{"items":[{"url":"' + b"\\" * n + b'"}]}',
    "surrogates": lambda n: b'{"items":[{"url":"/' + b"\\ud800" * (n // 6) + b'"}]}',
}
ROBOTS: Final[Mapping[str, Builder]] = {
    "rules": lambda n: b"User-agent: *\n" + b"".join(b"Disallow: /%d/*/x\n" % i for i in range(n // 20)),
    "stars": lambda n: b"User-agent: *\nDisallow: /" + b"*a" * (n // 2) + b"$\n",
    "agents": lambda n: b"".join(b"User-agent: a%d\n" % i for i in range(n // 15)) + b"Disallow: /\n",
    "one line": lambda n: b"User-agent: " + b"x" * n,
    "delays": lambda n: b"User-agent: *\n" + b"Crawl-delay: 1e999\n" * (n // 20),
}
