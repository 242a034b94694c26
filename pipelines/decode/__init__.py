"""Bytes to text: which encoding a page really has, and the repair of text that was broken before it reached us.

Belongs here: encodings (with the tables of the Vietnamese ones), entities, mojibake, control characters.
Does not: HTML structure, anything about meaning. Never raises, whatever the bytes.
"""

from __future__ import annotations

from pipelines.decode.fonts import looks_like_tcvn3, scheme_of_face
from pipelines.decode.page import MAX_BYTES, Decoded, decode
from pipelines.decode.repair import unescape
from pipelines.decode.tables import convert_tcvn3, convert_vni

__all__ = [
    "MAX_BYTES",
    "Decoded",
    "convert_tcvn3",
    "convert_vni",
    "decode",
    "looks_like_tcvn3",
    "scheme_of_face",
    "unescape",
]
