"""The headline: witnesses, and the choice of what the page displays over what its machine tags say.

Belongs here: finding it and cutting the outlet's name off. Does not: the lead, sub-headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from pipelines.page.blocks import Block
from pipelines.page.context import Context, text_of
from pipelines.page.lexicon import CHROME, Zone, key_of
from pipelines.text import clean, search_key

_SEPARATOR = re.compile(r"\s+[|»«•·–—-]\s+|\s*\|\s*|\s+::\s+")
_KEY_NOISE = re.compile(r"[^\w]+")
_LARGE = re.compile(
    r"font-size\s*:\s*(?:1[6-9]|[2-9]\d)\s*(?:px|pt)|font-size\s*:\s*(?:x+-)?large|font-size\s*:\s*1\.[3-9]em", re.I
)
_LARGE_FONT = re.compile(r"\s*(?:\+[1-9]|[4-7])\s*$")
_OUTLET = re.compile(r"(?:Báo|BÁO|Đài|ĐÀI|(?i:cổng thông tin|cổng ttđt|trang thông tin|trang tin|tạp chí))(?=\s|$)")
_ONLINE = re.compile(r"\s(?:online|điện tử)\W*$", re.I)
_HOST_END = re.compile(r"(?:^|\s)[\w-]+\.(?:vn|com|net)\W*$")
_NO_OUTLET = re.compile(
    r"(?:bao (?:dong|cao|chi|hieu|ung|dap|thu|gia|hai|tin)|dai (?:loan|hoa sen|tuong niem|bac|phun nuoc))\b"
)
_OUTLET_WORDS: Final = frozenset(
    ["điện", "tử", "và", "của", "tỉnh", "thành", "phố", "xã", "phường", "online", "thông", "tin"]
)
MAX_TITLE: Final = 400
MAX_HEADINGS: Final = 200  # headings of one level that are compared with the machine tags
NEAR: Final = 12
"""Blocks before the text among which a headline is looked for."""


def find_title(context: Context, region_start: int | None = None, *, final: bool = True) -> None:
    """Sets `context.title` and `context.title_element`.

    First what a selector finds; then a displayed line that a machine tag confirms; then the most heading-like line
    before the text (`region_start`: its first block, where `context.blocks` was needed anyway); then the machine tags
    alone.

    Without `final`, the last two are left for a second call, when the region of the text is known.
    """
    claims = _claims(context)
    for element, selector in context.pick("title"):
        text = text_of(element)
        if text and len(text) <= MAX_TITLE:
            _choose(context, text, element, "selector", selector, 0.97, claims)
            return
    keys = {title_key(text) for text, _, _ in claims if text}
    for tag in ("h1", "h2", "h3", "h4"):
        for element in context.page.index.tags.get(tag, ())[:MAX_HEADINGS]:
            if tag in ("h3", "h4") and (element.find(".//a") is not None or element.getparent().tag == "a"):
                continue  # the page's own headline among other articles
            text = text_of(element)
            if text and len(text) <= MAX_TITLE and title_key(text) in keys:
                _choose(context, text, element, "selector", tag, 0.95, claims)
                return
    for element in (*context.page.index.tags.get("h1", ())[:20], *context.page.index.tags.get("h2", ())[:20]):
        for text, added in _without_additions(element):
            if title_key(text) not in keys:
                continue
            context.beside_title = added
            _choose(context, text, element, "selector", f"{element.tag}, without a label in it", 0.9, claims)
            return
    for element in context.page.index.attributes.get(("itemprop", "headline"), ()):
        text = text_of(element)
        if element.tag != "meta" and text and len(text) <= MAX_TITLE:
            _choose(context, text, element, "microdata", "[itemprop=headline]", 0.9, claims)
            return
    if not final:
        return
    best = _displayed(context, region_start, keys) if region_start is not None else None
    if best is not None:
        _choose(context, best.text, best.element, "structure", "line before the text", 0.75, claims)
        return
    for text, origin, where in claims:
        if text and not _is_outlet(context, text):
            _choose(context, text, None, origin, where, 0.7, claims)
            return


def _without_additions(element: HtmlElement) -> Iterator[tuple[str, str]]:
    """(headline, what was added) of a heading that holds a label before it ("Video") or a day or counter behind it, or
    both, as elements of their own.
    """
    inner = [child for child in islice(element, 8) if isinstance(child.tag, str) and text_of(child)]
    whole = text_of(element)
    if len(whole) > MAX_TITLE:
        return
    before = text_of(inner[0]) if inner else ""
    behind = text_of(inner[-1]) if inner else ""
    if 0 < len(before) <= 30 and whole.startswith(before):
        yield whole[len(before) :].strip(" :|-–"), before
        whole_behind = whole[len(before) :]
        if len(inner) > 1 and len(behind) <= 30 and whole_behind.endswith(behind):
            yield whole_behind[: -len(behind)].strip(" :|-–"), behind
    if 0 < len(behind) <= 30 and whole.endswith(behind):
        yield whole[: -len(behind)].strip(" :|-–"), behind


def title_key(text: str) -> str:
    """Equal for two spellings of a headline that differ in blanks, quotes, dashes and case only."""
    return _KEY_NOISE.sub(" ", clean(text).casefold()).strip()


def _claims(context: Context) -> list[tuple[str, str, str]]:
    """(text, origin, where) of the machine tags, best first, the outlet's name cut off."""
    meta = context.meta
    found = [
        (clean(meta.ld("headline")), "json-ld", "headline"),
        (clean(meta.first("headline")), "microdata", "[itemprop=headline]"),
        (clean(meta.first("og:title")), "meta", "og:title"),
        (clean(meta.first("twitter:title")), "meta", "twitter:title"),
        (clean(meta.first("title", "dc.title")), "meta", "title"),
        (meta.title_tag, "meta", "<title>"),
    ]
    claims: list[tuple[str, str, str]] = []
    for text, origin, where in found:
        if not text:
            continue
        short = without_outlet(text, context)
        if short != text:
            claims.append((short, origin, where))
            if where != "<title>":
                claims.append((text, origin, where))
        else:
            claims.append((text, origin, where))
        if where == "<title>":
            claims += [
                (part, origin, "<title>, first part")
                for part in _SEPARATOR.split(text)[:1]
                if part not in (text, short)
            ]
    return claims


def without_outlet(text: str, context: Context) -> str:
    """`text` without a last part (behind a bar or dash) that is the outlet, its host or a section."""
    parts = _SEPARATOR.split(text)
    if len(parts) < 2:
        return text
    names = {key_of(name) for name in context.outlet_names}
    end = text
    for part in reversed(parts[1:]):
        key = search_key(part)
        outlet = key in names or any(name and (name in key or key in name) for name in names if len(key) > 3)
        if not (outlet or looks_like_outlet(part.strip())):
            break
        end = end[: end.rindex(part)]
        end = re.sub(r"[\s|»«•·–—:-]+$", "", end)
    return end or text


def names_behind(context: Context) -> tuple[str, ...]:
    """What <title> has behind the headline, last: the outlet's name on pages that name it nowhere else."""
    parts = _SEPARATOR.split(context.meta.title_tag)
    last = parts[-1].strip() if len(parts) > 1 else ""
    whole = title_key(context.meta.title_tag)
    if not 2 < len(last) <= 60 or not context.title or not whole.startswith(title_key(context.title)[:60]):
        return ()
    return () if last in context.outlet_names or last in context.title else (last,)


def looks_like_outlet(text: str) -> bool:
    """Whether `text` is the name of some outlet or office by its form: "Báo Tây Hồ", "Cổng thông tin ...", a host; no
    sentence about one ("Báo Tây Hồ tặng quà") and nothing that only begins alike ("Báo động", "Bão số 3").
    """
    if _HOST_END.search(text.lower()):
        return True
    match = _OUTLET.match(text)
    rest = text[match.end() :] if match else text
    if match is None and not _ONLINE.search(text):
        return False
    if match is not None and _NO_OUTLET.match(search_key(text)):
        return False
    return all(word[0].isupper() or not word[0].isalpha() or word in _OUTLET_WORDS for word in rest.split())


def _is_outlet(context: Context, text: str) -> bool:
    key = search_key(text)
    return key in {key_of(name) for name in context.outlet_names} or (len(key) < 60 and looks_like_outlet(text))


def _displayed(context: Context, region_start: int, keys: set[str]) -> Block | None:
    blocks = context.blocks
    first = max(0, region_start - NEAR)
    best, best_score = None, 2.9
    for position in range(first, min(len(blocks), region_start + 6)):
        block = blocks[position]
        if block.kind != "text" or not 8 <= len(block.text) <= 300:
            continue
        score = 0.0
        key = title_key(block.text)
        if key in keys:
            score += 10
        elif len(key) >= 15 and any(key in claim and len(key) >= 0.5 * len(claim) for claim in keys):
            score += 6  # "In bài: ..." and other words round the headline in <title>
        elif block.is_heading and any(len(claim) >= 12 and claim in key for claim in keys):
            score += 6  # <title> has only the number of the document, or a short form
        if block.tag == "h1":
            score += 6
        elif block.is_heading:
            score += 3 if block.tag == "h2" else 1.5
        if block.zone & Zone.TITLE:
            score += 4
        large = _is_large(block)
        if block.is_bold or large:
            score += 3.5 if block.is_bold and large else 2
        if any(map(_is_date, _texts_behind(blocks, position, 2))):
            score += 4  # headline, date line, text: the order of pages that name nothing
        elif large and any(map(_is_date, blocks[max(0, position - 1) : position])):
            score += 1.5
        if block.text.endswith((".", ";", ",")):
            score -= 1.5
        if block.linked > 0.5 * block.letters:
            score -= 3
        if block.zone & CHROME or block.zone & (Zone.DATE | Zone.AUTHOR | Zone.LEAD | Zone.TAGS | Zone.WIDGET):
            score -= 4
        if len(block.text) < 20:
            score -= 1
        if _is_outlet(context, block.text):
            score -= 6
        if position > region_start:
            score -= 1.0 + 0.3 * (position - region_start)
        score -= 0.1 * abs(region_start - position)
        if score > best_score:
            best, best_score = block, score
    return best


def _is_large(block: Block) -> bool:
    """Whether a style or <font size> of the line, or of the one element that holds all of it, makes it large."""
    node: HtmlElement | None = block.element
    for _ in range(4):
        if node is None:
            return False
        if _LARGE.search(node.get("style") or "") or (node.tag == "font" and _LARGE_FONT.match(node.get("size") or "")):
            return True
        inner = [child for child in islice(node.iterchildren(), 3) if child.tag in ("font", "span", "b", "strong")]
        node = inner[0] if len(inner) == 1 else None
    return False


def _texts_behind(blocks: list[Block], position: int, count: int) -> list[Block]:
    near = islice(blocks, position + 1, position + 6)
    return list(islice((block for block in near if block.kind == "text"), count))


def _is_date(block: Block) -> bool:
    return (
        block.kind == "text"
        and len(block.text) <= 80
        and re.search(r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2,4}", block.text) is not None
    )


def _choose(
    context: Context,
    text: str,
    element: HtmlElement | None,
    origin: str,
    where: str,
    confidence: float,
    claims: list[tuple[str, str, str]],
) -> None:
    context.title, context.title_element = text, element
    key = title_key(text)
    agreeing = sum(1 for claim, _, _ in claims if title_key(claim) == key)
    context.witness(
        "title", text, text, origin, where, confidence, chosen=True, reason=f"{agreeing} machine tags agree"
    )
    for claim, claim_origin, claim_where in claims:
        context.witness("title", claim, claim, claim_origin, claim_where, 0.6, reason="displayed headline preferred")
    if claims and not agreeing and element is not None:
        context.flag("title_disagrees")
        confidence -= 0.15
    context.won("title", origin, round(confidence, 2))
