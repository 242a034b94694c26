"""Bytes to text: which encoding a page really has, and the repair of text that was broken before it reached us.

Belongs here: encodings (with the tables of the Vietnamese ones), entities, mojibake, control characters.
Does not: HTML structure, anything about meaning. Never raises, whatever the bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Decoded", "decode"]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A payload as text: NFC, without control characters; `encoding` is the one that was found to be true."""

    text: str
    encoding: str
    flags: tuple[str, ...] = ()


def decode(payload: bytes, content_type: str | None = None) -> Decoded:
    """`payload` as text. `content_type` is the HTTP header's value, if any. Never raises."""
    return Decoded(payload.decode("utf-8", "replace"), "utf-8")
