"""Pages made to stall or break the reader, at any size: what `test_reader_hostile` reads.

Belongs here: building the bytes. Does not: reading them, or deciding what is fast enough.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from typing import Final

LINE: Final = (
    "Chiều nay, bà con thôn Đồng Lạc ra đồng gặt những thửa lúa cuối vụ; ai cũng mừng vì hạt chắc và đường thóc khô."
)
TEXT: Final = "".join(f"<p>{LINE}</p>" for _ in range(6))


def article(
    body: str = TEXT, head: str = "", byline: str = "Bài, ảnh: Ngô Thu Lam", date: str = "14/03/2025 07:30"
) -> str:
    """An article as many systems write it, with one part of it replaced by what is hostile."""
    return (
        f"<html><head><title>Mùa gặt ở Đồng Lạc</title>{head}</head><body><h1 class='title'>Mùa gặt ở Đồng Lạc</h1>"
        f"<div class='date'>{date}</div><h2 class='sapo'>{LINE}</h2><div class='content-detail'>{body}</div>"
        f"<p class='author'>{byline}</p></body></html>"
    )


def _ld(value: str) -> str:
    return article(head=f'<script type="application/ld+json">{value}</script>')


def _article_ld(**fields: object) -> str:
    return _ld(json.dumps({"@type": "NewsArticle", "headline": "Mùa gặt ở Đồng Lạc", **fields}))


def _nested(opening: str, closing: str, size: int) -> str:
    return opening * size + "x" + closing * size


def _state(value: str) -> str:
    return f'<html><body><script id="__NEXT_DATA__" type="application/json">{value}</script></body></html>'


def _script(code: str) -> str:
    return f"<html><body><div id=app></div><script>{code}</script></body></html>"


# Each builder takes a size of about a thousand to a million; what it makes grows in step with it.
PAGES: Final[Mapping[str, Callable[[int], str]]] = {
    "divs": lambda n: "<html><body>" + "<div>" * n + LINE,
    "divs in the region": lambda n: article(_nested("<div>", "</div>", n) + TEXT),
    "spans": lambda n: article("<p>" + _nested("<span>", "</span>", n) + LINE),
    "bolds never closed": lambda n: article("<p>" + "<b>" * n + LINE),
    "lists in lists": lambda n: article(_nested("<ul><li>", "</li></ul>", n) + TEXT),
    "tables in tables": lambda n: article("<table><tr><td>" * n + LINE),
    "siblings": lambda n: article("".join(f"<p>Một dòng {i}.</p>" for i in range(n))),
    "empty siblings": lambda n: article("<p></p>" * n + TEXT),
    "closing tags alone": lambda n: article("</p>" * n + TEXT),
    "links": lambda n: article("".join(f"<a href='/tin-{i}.html'>Tin số {i}</a> " for i in range(n))),
    "headings": lambda n: "<html><body>" + "".join(f"<h1>Mùa gặt {i}</h1>" for i in range(n)) + TEXT,
    "figures": lambda n: article(
        "".join(f"<figure><img src='/{i}.jpg'><figcaption>Gặt lúa {i}.</figcaption></figure>" for i in range(n)) + TEXT
    ),
    "one table of many rows": lambda n: article("<table>" + "<tr><td>1<td>2</tr>" * n + "</table>" + TEXT),
    "dates": lambda n: article("".join(f"<div class='date'>14/03/2025 {i % 24:02}:00</div>" for i in range(n)) + TEXT),
    "bylines": lambda n: article("".join(f"<p class='author'>Ảnh: Ngô Thu Lam {i}</p>" for i in range(n)) + TEXT),
    "credits at the ends": lambda n: article(f"<p>{LINE} Ngô Thu Lam</p>" * n),
    "pictures": lambda n: article("".join(f"<p><img src='/{i}.jpg'></p>" for i in range(n)) + TEXT),
    "authors by itemprop": lambda n: article("".join(f"<b itemprop=author>Ngô Lam {i}</b>" for i in range(n)) + TEXT),
    "times": lambda n: article(
        "".join(f"<time datetime='2025-03-{i % 28 + 1:02}'>{i}</time>" for i in range(n)) + TEXT
    ),
    "keywords": lambda n: article(head=f"<meta name='keywords' content='{', '.join(f'lúa {i}' for i in range(n))}'>"),
    "microdata texts": lambda n: article("<div itemprop=articleBody>" * n + TEXT),
    "descriptions": lambda n: article("<p itemprop=description>x" * n + TEXT),
    "region selectors": lambda n: article("<div class='cms-body'>" * n + TEXT),
    "deep, then wide": lambda n: article("<div>" * 1500 + "<p class='cms-body date author caption'>Lúa.</p>" * n),
    "a family's page, deep, then wide": lambda n: article(
        "<div class='article__body'>" * 1500 + "<p class='cms-body'><i class='caption'>Lúa.</i></p>" * n
    ),
    "drops": lambda n: article("<div class='related content-detail'>" * n + TEXT),
    "drops, siblings": lambda n: article("".join(f"<div class='related'>Tin {i}</div>" for i in range(n)) + TEXT),
    "sources": lambda n: article("".join(f"<div class='nguontin tacgia'>Theo Báo {i}</div>" for i in range(n)) + TEXT),
    "tags": lambda n: article(
        TEXT + "<div class='tags'>" + "".join(f"<a href='/t'>lúa {i}</a>" for i in range(n)) + "</div>"
    ),
    "attributes": lambda n: article("<p " + " ".join(f"a{i}=1" for i in range(n)) + f">{LINE}" + TEXT),
    "attributes on every element": lambda n: article(("<p " + "data-x='1' " * 50 + ">x</p>") * (n // 50) + TEXT),
    "one long attribute": lambda n: article(f"<p title='{'a ' * n}'>{LINE}</p>" + TEXT),
    "classes": lambda n: article(f"<div class='{' '.join(f'c{i}' for i in range(n))}'>{TEXT}</div>"),
    "one class of many hyphens": lambda n: article(f"<div class='{'a-' * n}'>{TEXT}</div>"),
    "quotes never closed": lambda n: article("<p title='" * n + TEXT),
    "tags never closed": lambda n: article("<p " * n + TEXT),
    "less-than signs": lambda n: article("<" * n + TEXT),
    "comments never closed": lambda n: article("<!-- " * n + TEXT),
    "entities in entities": lambda n: article("<p>&" + "amp;" * n + "lt;" + TEXT),
    "many escaped entities": lambda n: article("<p>" + "&amp;amp;agrave; " * n + TEXT),
    "entities without end": lambda n: article("<p>" + "&#" * n + TEXT),
    "numbers as entities": lambda n: article("<p>&#" + "9" * n + ";</p>" + TEXT),
    "doctype with entities": lambda n: (
        '<!DOCTYPE html [<!ENTITY a0 "x">'
        + "".join(f'<!ENTITY a{i + 1} "&a{i};&a{i};">' for i in range(min(n, 5000)))
        + f"]>{article('<p>&a4000;</p>')}"
    ),
    "scripts never closed": lambda n: article(TEXT + "<script>" * n),
    "one long word": lambda n: article(f"<p>{'a' * n}</p>" + TEXT),
    "one long line": lambda n: article(f"<p>{'gặt lúa ' * (n // 8)}</p>"),
    "long title": lambda n: article().replace("Mùa gặt ở Đồng Lạc", "Mùa gặt " * (n // 16)),
    "long title parted": lambda n: article().replace("Mùa gặt ở Đồng Lạc", "a - " * (n // 8)),
    "blanks": lambda n: article("<p>" + " \u00a0" * n + LINE),
    "breaks": lambda n: article(f"{LINE}<br>" * (n // 50)),
    "zero-width": lambda n: article("<p>" + "\u200b" * n + LINE),
    "combining marks": lambda n: article("<p>a" + "\u0301" * n + LINE),
    "combining marks by two": lambda n: article("<p>a" + "\u0301\u0323" * n + LINE),
    "combining marks of others": lambda n: article("<p>a" + "\u05b0\u0591" * n + LINE),
    "combining marks as entities": lambda n: article("<p>a" + "&#769;" * n + LINE),
    "combining marks in json": lambda n: _article_ld(headline="a" + "\u0323\u0301" * n, author="a" + "\u0301" * n),
    "digits in the date": lambda n: article(date="1" * n),
    "slashes in the date": lambda n: article(date="1/1/" * n),
    "colons in the date": lambda n: article(date="14:03:" * n),
    "weekdays in the date": lambda n: article(date="Thứ Hai, " * (n // 9)),
    "blanks in the date": lambda n: article(date="14/03" + " " * n + "/2025"),
    "commas in the byline": lambda n: article(byline="Ngô Thu Lam, " * (n // 13)),
    "initials in the byline": lambda n: article(byline="N.T." * (n // 4)),
    "brackets in the byline": lambda n: article(byline="(" * n + "Theo Báo" + ")" * n),
    "roles in the byline": lambda n: article(byline="Bài, ảnh: " * (n // 10)),
    "of outlets in the byline": lambda n: article(byline="Theo Báo " * (n // 9)),
    "hyphens in the byline": lambda n: article(byline="A-" * n),
    "capitals in the text": lambda n: article("<p>" + "Ngô Thu Lam " * (n // 12) + "</p>" + TEXT),
    "long meta": lambda n: article(head=f"<meta property='og:title' content='{'a|b ' * (n // 4)}'>"),
    "many metas": lambda n: article(head="<meta name='author' content='Ngô Thu Lam'>" * (n // 10)),
    "many dates in metas": lambda n: article(
        head="<meta property='article:published_time' content='2025-03-14T07:30:00+07:00'>" * (n // 10)
    ),
    "long date in meta": lambda n: article(
        head=f"<meta property='article:published_time' content='{'2025-03-14T' * (n // 11)}'>"
    ),
    "json of lists": lambda n: _ld("[" * n),
    "json of lists, closed": lambda n: _ld(_nested("[", "]", n).replace("x", "1")),
    "json of objects": lambda n: _ld('{"a":' * n + "1" + "}" * n),
    "json of graphs": lambda n: _ld('{"@graph":[' * n + "1" + "]}" * n),
    "json of many objects": lambda n: _ld(json.dumps([{"@type": "NewsArticle", "headline": "x"}] * (n // 10))),
    "json of many authors": lambda n: _article_ld(author=[{"name": f"Ngô Thu Lam {i}"} for i in range(n // 10)]),
    "json with a huge number": lambda n: _ld(f'{{"@type":"NewsArticle","datePublished":{"9" * n}}}'),
    "json of commas": lambda n: _ld('{"@type":"NewsArticle"' + ", " * n + "}"),
    "json of backslashes": lambda n: _ld('{"@type":"NewsArticle","headline":"' + "\\" * n + '"}'),
    "json of quotes": lambda n: _ld('"' * n),
    "json with line ends": lambda n: _ld('{"@type":"NewsArticle","headline":"' + "\n\t" * n + '"}'),
    "json with a long text": lambda n: _article_ld(articleBody=f"{LINE}\n" * (n // 50)),
    "many json scripts": lambda n: article(
        head='<script type="application/ld+json">{"@type":"NewsArticle"}</script>' * (n // 20)
    ),
    "breadcrumbs": lambda n: _ld(
        json.dumps({"@type": "BreadcrumbList", "itemListElement": [{"name": f"Tin {i}"} for i in range(n // 10)]})
    ),
    "state of lists": lambda n: _state("[" * n),
    "state of many objects": lambda n: _state(json.dumps([{"title": "Mùa gặt", "content": TEXT}] * (n // 500))),
    "state with deep html": lambda n: _state(json.dumps({"title": "Mùa gặt", "content": "<div>" * n + TEXT})),
    "state of lists in lists of javascript": lambda n: _script("window.a=" + "[" * n),
    "state of calls in javascript": lambda n: _script("window.a={b:" + "new Date(" * n),
    "state of signs in javascript": lambda n: _script("window.a={b:" + "!-" * n),
    "state of escapes in javascript": lambda n: _script("window.a={b:'" + "\\u00e0" * (n // 6) + "'}"),
    "state of a function never closed": lambda n: _script("window.__NUXT__=(function(" + "a," * n),
    "state of a function with many names": lambda n: _script(
        f"window.__NUXT__=(function({','.join(f'a{i}' for i in range(n // 8))})"
        "{return {title:a1,content:a2}}(" + '"x",' * (n // 8) + "1))"
    ),
    "rows that are pushed": lambda n: _script('self.__next_f.push([1,"1:[]\\n"])' * (n // 30)),
    "rows with wrong lengths": lambda n: _script('self.__next_f.push([1,"' + "1:T1," * (n // 5) + '"])'),
    "rows that hold rows": lambda n: _script('self.__next_f.push([1,"' + "1:[" * (n // 3) + '"])'),
    "rows that point to texts": lambda n: _script(
        'self.__next_f.push([1,"' + "".join(f"{i:x}:T2,ab" for i in range(n // 20)) + '"])'
    ),
    "positions of nuxt": lambda n: (
        f'<script type="application/json" id="__NUXT_DATA__">[{",".join(["[0,1,2,3]"] * (n // 10))}]</script>'
    ),
    "objects of nuxt": lambda n: (
        '<script type="application/json" id="__NUXT_DATA__">['
        + ",".join(['{"a":[0,0],"b":[0,1,2]}'] * (n // 24))
        + "]</script>"
    ),
    "scripts of data": lambda n: article('<script type="application/json">{"a":1}</script>' * (n // 50)),
    "teasers in boxes": lambda n: article(
        "".join(
            f"<div><div><a href='/tin-so-{i}.html'>Một tin khác ở Đồng Lạc {i}</a></div><p>Lời dẫn của tin.</p></div>"
            for i in range(n // 100)
        )
        + TEXT
    ),
    "links with days beside": lambda n: article(
        "".join(f"<p><a href='/tin-{i}.html'>Tin khác số {i} ở Đồng Lạc</a> {'1/1 ' * 9}x</p>" for i in range(n // 80))
        + TEXT
    ),
    "days beside a link": lambda n: article(
        f"<p><a href='/tin-12345.html'>Tin khác</a>{' 1/1' * (n // 4)}x</p>" + TEXT
    ),
    "labels alone": lambda n: article("<div>Nguồn:</div><div>Tác giả:</div>" * (n // 30) + TEXT),
    "days with titles": lambda n: article(
        "".join(f"<div class='date'><span title='{i} ngày'>14/03/2025</span></div>" for i in range(n // 50)) + TEXT
    ),
    "fonts in fonts": lambda n: article("<font size=4>" * n + LINE),
    "hashed names": lambda n: article(f"<div class='{'a1b' * (n // 3)}'>{TEXT}</div>"),
    "nuls": lambda n: article("<p>\0" + "\0a" * n + TEXT),
    "words of mojibake": lambda n: article("<p>" + "Ã¡Â»Â‡ " * (n // 6) + TEXT),
    "letters of tcvn3": lambda n: article("<p style='font-family:.VnTime'>" + "­µ¶·¸¹ " * (n // 6) + TEXT),
    "font faces": lambda n: article("".join("<font face='.VnTime'>Tr­êng</font>" for _ in range(n // 30)) + TEXT),
}


def _without_each(step: int, payload: bytes) -> bytes:
    """`payload` with every `step`th byte lost, as a broken transfer leaves it."""
    return b"".join(payload[at : at + step - 1] for at in range(0, len(payload), step))


def _lines(size: int) -> bytes:
    return article(f"<p>{LINE}</p>" * (size // len(LINE.encode()) + 1)).encode()


def _high(size: int) -> bytes:
    return bytes(128 + (at * 2654435761 >> 7) % 128 for at in range(size))


BROKEN: Final[Mapping[str, Callable[[int], bytes]]] = {
    "every 20th byte lost": lambda n: _without_each(20, _lines(n)),
    "every 3rd byte lost": lambda n: _without_each(3, _lines(n)),
    "high bytes only": _high,
    "continuation bytes": lambda n: b"<p>" + b"\x81\xbb" * (n // 2),
    "first bytes of letters": lambda n: b"<p>" + b"\xe1\xba" * (n // 2),
    "mojibake with bytes lost": lambda n: _without_each(20, _lines(n // 2).decode("latin-1").encode()),
    "a bad byte each thousand": lambda n: (_lines(1000)[:999] + b"\xff") * (n // 1000),
    "cut in the middle of a letter": lambda n: _lines(n)[:-40],
    "utf-16 without its mark": lambda n: _lines(n // 2).decode().encode("utf-16-le"),
}
"""Bytes that are no text in any encoding, or nearly one, at any size."""


def _bytes_ld(value: object) -> bytes:
    return _ld(json.dumps(value)).encode()


_ODD: Final[tuple[object, ...]] = (
    None,
    True,
    0,
    -1,
    1.5,
    1e308,
    "",
    "x",
    [],
    {},
    [[]],
    [None],
    {"name": {}},
    {"name": [1]},
    [{"@id": 1}],
)
PAYLOADS: Final[Mapping[str, bytes]] = {
    "nothing": b"",
    "blanks": b" \n\t \0\0",
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n" + bytes(range(256)) * 200,
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(reversed(range(256))) * 200 + b"\xff\xd9",
    "gzip": gzip.compress(article().encode(), mtime=0),
    "zip": b"PK\x03\x04" + bytes(range(256)) * 100,
    "one byte": b"<",
    "a byte order mark": b"\xef\xbb\xbf",
    "half a byte order mark": b"\xff\xfe<",
    "utf-16, odd length": article().encode("utf-16")[:-1],
    "utf-32": article().encode("utf-32"),
    "utf-7 declared": b"<meta charset=utf-7>" + article().encode(),
    "an unknown charset": b"<meta charset='" + b"x" * 300 + b"'>" + article().encode("utf-16-le"),
    "a codec that is no charset": b"<meta charset=base64>" + article().encode("cp1258", "ignore"),
    "a codec of escapes": b"<meta charset=unicode_escape>" + article().encode() + b"\xff\\x",
    "punycode declared": b"<meta charset=punycode>" + b"\xe1" * 3000 + b"-",
    "idna declared": b"<meta charset=idna>\xe1" + article().encode("cp1258", "ignore"),
    "cut in a letter": article().encode()[:-1] + b"\xe1\xba",
    "surrogates as bytes": article("<p>\ud800\udfff</p>").encode("utf-8", "surrogatepass"),
    "surrogates as entities": article("<p>&#xD800;&#xDFFF;&#x110000;&#0;&#x1F;</p>" + TEXT).encode(),
    "surrogates in json": _ld('{"@type":"NewsArticle","headline":"\\ud800 \\ud83c\\udf3e","author":"\\udfff x y"}')
    .replace("<h1 class='title'>Mùa gặt ở Đồng Lạc</h1>", "")
    .replace("<p class='author'>Bài, ảnh: Ngô Thu Lam</p>", "")
    .encode(),
    "xml": b"<?xml version='1.0' encoding='utf-16'?><rss><channel><item>x</item></channel></rss>",
    "frameset": b"<html><frameset><frame src=a></frameset></html>",
    "plain text": (LINE * 50).encode(),
    "json alone": json.dumps({"title": LINE}).encode(),
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><text>" + LINE.encode() + b"</text></svg>",
    "names with colons": f"<html><body><o:p>{TEXT}</o:p><a:b:c d:e='1'>{TEXT}".encode(),
    "json of wrong types": b"".join(
        _bytes_ld({"@type": kind, "headline": odd, "author": odd, "datePublished": odd, "publisher": odd, "image": odd,
                   "articleSection": odd, "keywords": odd, "itemListElement": odd, "@graph": odd, "articleBody": odd})
        for kind in ("NewsArticle", "BreadcrumbList", ["NewsArticle", 1], {"a": 1})
        for odd in _ODD
    ),
    "json with infinities": _ld('{"@type":"NewsArticle","datePublished":NaN,"dateModified":-Infinity,"author":1e999}').encode(),
    "dates that are none": "".join(
        article(head=f"<meta property='article:published_time' content='{value}'>", date=value)
        for value in ("0000-00-00", "9999-12-31T23:59:60-99:99", "99999999999999999999", "-1", "1e400", "30/02/2025",
                      "32/13/99999 25:61", "٣/٤/٢٠٢٥ ٠٧:٣٠", "²/³/２０２５", "0001-01-01T00:00:00+14:00", "９999-99-99")
    ).encode(),
}  # fmt: skip
"""Payloads of a fixed size: no page at all, or one that breaks a rule of its form."""

URLS: Final = (
    "", "x", "http://", "https://[::1", "https://[::1]:99999/a", "http://a:b@c:d/", "//khongco", "javascript:alert(1)",
    "https://báo.example/tin-á.html", "https://" + "a." * 300 + "example/", "https://bao.example/" + "a/" * 20_000,
    "https://bao.example/?" + "id=1&" * 20_000, "https://bao.example/\0\n\ud800", "https://xn--.example/", "data:,",
    "https://bao.example/99999999/999999999999999999999.html", "https://bao.example/2025/99/99/x-a20250399993099.html",
    "https://bao.example/" + "1" * 100_000, "https://bao.example/" + "-" * 100_000 + ".html", "https://\u2025.example/",
    "https://bao.example:0x50/%zz%00%ff?%=%&=&;#",
)  # fmt: skip
