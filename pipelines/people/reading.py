"""What a reading of a byline is, and nothing else. The grammar that makes one: the sibling modules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipelines.records import Credit

Slot = Literal["byline", "text", "caption"]
"""Where the string stood: a place kept for the author (a selector, a meta tag, the last line of the text), running
text, or a caption. A bare name that could also be a place ("Bình Minh") is a person in the byline slot only."""


@dataclass(frozen=True, slots=True)
class BylineReading:
    """Who one string credits. Everything empty is a reading too: collectives, labels and accounts are nobody.

    `sources` are agencies, other outlets and organisations as written, in order, each once. `via` names those of the
    sources that a person is credited *through* ("A/TTXVN", "HĐND - A"). `affiliations` are brackets, positions and
    places behind a name, kept raw: neither person nor source. `flags` are names from `pipelines.flags`.
    """

    authors: tuple[Credit, ...] = ()
    sources: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    raw: str = ""
    affiliations: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
