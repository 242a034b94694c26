"""Bytes to characters: which encoding a payload is in.

Belongs here: BOM, declarations, and the evidence that overrules them. Does not: what is broken inside the text
(`repair`), or hangs on fonts (`fonts`). The order: BOM, then UTF-8 wherever the bytes are UTF-8 (no other text is by
chance), then statistics over the old Vietnamese encodings, then what header or page declares, then cp1252.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from pipelines.decode.evidence import VIETNAMESE, Evidence, plain_text, weigh
from pipelines.decode.fonts import scheme_of_text
from pipelines.decode.repair import CP1252_DECODING
from pipelines.decode.tables import VISCII_DECODING
from pipelines.text import nfc

HEAD: Final = 4096
"""Bytes in which a page's own declaration is looked for."""

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:\-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^<>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:\-]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^<>]{0,200}?encoding\s*=\s*[\"']([\w.:\-]+)", re.IGNORECASE)
# Declared by default and by mistake on pages of every encoding: they say nothing.
_UNTOLD: Final = frozenset(("utf-8", "ascii", "iso8859-1", "cp1252", "cp1258", ""))
_LEGACY_NAMES: Final = {"tcvn": "tcvn3", "x-viet-tcvn": "tcvn3", "viscii": "viscii", "x-viet-viscii": "viscii"}
_HIGH: Final = bytes(range(0x80, 0x100))
_CONTROLS: Final = bytes(code for code in (*range(0x20), 0x7F) if code not in b"\t\n\r\f")


def declared_charset(payload: bytes, content_type: str | None) -> str:
    """What the HTTP header, else the page itself, declares: a codec's name, `tcvn3`, `viscii`, or ""."""
    header = _HEADER.search(content_type[:500]) if content_type else None
    head = payload[:HEAD]
    if header:
        name = header[1]
    else:
        match = _META.search(head) or _XML.search(head)
        name = match[1].decode("ascii", "ignore") if match else ""
    name = name.lower()
    for prefix, legacy in _LEGACY_NAMES.items():
        if name.startswith(prefix):
            return legacy
    try:
        return codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return ""


def to_text(payload: bytes, content_type: str | None) -> tuple[str, str, list[str]]:
    """(text, encoding, flags); never raises.

    The control characters of ASCII are gone. Those above (U+0080 to U+009F) may still be there: in misread UTF-8 they
    are bytes of letters, and go only after the repair (`without_late_controls`).
    """
    for mark, encoding in _BOMS:
        if payload.startswith(mark):
            text = payload[len(mark) :].decode(encoding, "replace")
            return _without_controls(text), encoding, ["invalid_bytes"] if "\ufffd" in text else []
    wide = _wide(payload)
    if wide:
        return _without_controls(payload.decode(wide, "replace")), wide, ["charset_undeclared"]
    flags = []
    clean = payload.translate(None, _CONTROLS)
    if len(clean) != len(payload):
        flags.append("control_characters")
    if clean.isascii():
        return clean.decode("ascii"), "utf-8", flags
    declared = declared_charset(clean, content_type)
    unicode_text, more = _utf8(clean)
    if unicode_text is not None:
        if declared not in ("utf-8", ""):
            more.append("charset_mismatch")
        return unicode_text, "utf-8", flags + more
    text, encoding, more = _eight_bit(payload, clean, declared)
    return text, encoding, flags + more


def _wide(payload: bytes) -> str | None:
    """UTF-16 without a mark: markup is ASCII, so that every second byte of it is zero."""
    head = payload[:2048]
    if len(head) < 8 or head.count(0) < len(head) // 4:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 4 * odd else None


def _utf8(payload: bytes) -> tuple[str | None, list[str]]:
    flags = []
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError as problem:
        if problem.start >= len(payload) - 3 and problem.reason == "unexpected end of data":
            return payload[: problem.start].decode("utf-8"), ["truncated"]
        text = payload.decode("utf-8", "replace")
        bad = text.count("\ufffd")
        ascii_bytes = len(payload.translate(None, _HIGH))
        good = len(text) - ascii_bytes - bad
        if good < 20 * bad:
            return None, []
        flags.append("invalid_bytes")
    return text, flags


def _eight_bit(payload: bytes, clean: bytes, declared: str) -> tuple[str, str, list[str]]:
    """The encodings of one byte, by evidence; declared ones of other scripts where the bytes allow them."""
    if declared not in _UNTOLD and declared not in ("tcvn3", "viscii"):
        try:
            return _without_controls(clean.decode(declared)), declared, []
        except (UnicodeDecodeError, LookupError, ValueError):
            pass
        # a declared encoding that cannot read its own page says nothing; the evidence decides
    western = codecs.charmap_decode(clean, "replace", CP1252_DECODING)[0]
    words = plain_text(western)
    choices = {
        "windows-1258": weigh(plain_text(_cp1258(clean[:400_000]))),
        "viscii": weigh(plain_text(_viscii(payload[:400_000]))),
        "cp1252": weigh(words),
    }
    best = max(choices, key=lambda name: (round(choices[name].share, 2), name == declared))
    scheme = scheme_of_text(words)
    if scheme and not (best != "cp1252" and choices[best].share >= VIETNAMESE):
        # the letters stay as they are here: the conversion needs the fonts of the page
        return _without_controls(western), scheme, []
    if declared == "tcvn3" and choices[best].share < VIETNAMESE:
        return _without_controls(western), "tcvn3", []
    told = {"cp1258": "windows-1258", "viscii": "viscii"}.get(declared)
    if _convinces(choices[best], choices["cp1252"]) and best != "cp1252":
        flags = [] if told == best else ["charset_mismatch" if declared else "charset_undeclared"]
        return (_cp1258(clean) if best == "windows-1258" else _viscii(payload)), best, flags
    if told:
        return (_cp1258(clean) if told == "windows-1258" else _viscii(payload)), told, []
    flags = [] if declared in ("iso8859-1", "cp1252") else ["charset_mismatch" if declared else "charset_undeclared"]
    return _without_controls(western), "windows-1252", flags


def _convinces(best: Evidence, western: Evidence) -> bool:
    return best.vietnamese and best.share > western.share + 0.1


def _cp1258(payload: bytes) -> str:
    # bytes that the code page leaves open are controls in Latin-1, and those go
    return _without_controls(nfc(payload.decode("cp1258", "ignore")))


def _viscii(payload: bytes) -> str:
    text = codecs.charmap_decode(payload, "replace", VISCII_DECODING)[0]
    return _without_controls(text)


_UNWANTED = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def _without_controls(text: str) -> str:
    return _UNWANTED.sub("", text)


_LATE: Final = tuple(map(chr, (*range(0x80, 0x85), *range(0x86, 0xA0), 0xFFFE, 0xFFFF)))


def without_late_controls(text: str) -> str:
    """`text` without controls above ASCII and noncharacters; the same object if there is none."""
    # one by one they are found faster than as a class
    return _without_controls(text) if any(char in text for char in _LATE) else text
