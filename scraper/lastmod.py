"""How far the lastmod of a source's sitemaps can be believed: learned from what visits found, kept from run to run.

Belongs here: what a lastmod claims, the counts, the judgement. Does not: asking for pages (`scraper.visit`), or the
file in which the counts are kept (`scraper.discovery.state`). The capture log has every claim that was put to the test.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pipelines.zone import to_local, to_utc

Verdict = Literal["unproven", "trusted", "not-trusted"]

TRIALS = 5
"""So many claims of a run are put to the test while nothing is proven; of one that is not trusted fewer, so that it may
win trust back."""

TRIALS_OF_LIARS = 2

ENOUGH = 20
"""Claims that must have been tested before there is a judgement."""

TRUE_ENOUGH = 0.3
"""Share of tested claims that must have been true. Three pages asked for to find one edit is a good bargain."""

ALARM = 0.5
"""A sitemap that claims a change of more than this share of known pages (all of them, every day) is not trusted."""

_HEARD_ENOUGH = 50
_REMEMBERED = 400


def instant(text: str) -> datetime | None:
    """The instant of a lastmod (W3C datetime) in UTC, or None. A day alone means its end: the hint errs to asking."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if len(text.strip()) == 10:
        moment = moment.replace(hour=23, minute=59, second=59)
    return to_utc(moment)


def claims_change(text: str, seen: datetime) -> bool:
    """Whether a lastmod surely claims a change after `seen` (an aware instant). A day claims nothing within itself."""
    moment = instant(text)
    if moment is None or moment <= seen:
        return False
    return len(text.strip()) > 10 or to_local(moment).date() > to_local(seen).date()


@dataclass(slots=True)
class LastmodTrust:
    """What is known of one source's lastmods. Old counts fade, so that a site that was mended is believed again."""

    heard: int = 0  # lastmods of known pages
    claims: int = 0  # of them, those that claim a change since our last look
    tested: int = 0  # claims of pages that were looked at
    true: int = 0  # of them, those whose page had changed

    @classmethod
    def from_json(cls, counts: dict[str, Any]) -> LastmodTrust:
        """The counts as `to_json` wrote them; foreign ones are left out."""
        known = {name: value for name, value in counts.items() if name in cls.__slots__ and isinstance(value, int)}
        return cls(**known)

    def to_json(self) -> dict[str, int | str]:
        """The counts and the judgement."""
        counts = {"heard": self.heard, "claims": self.claims, "tested": self.tested, "true": self.true}
        return {**counts, "verdict": self.verdict}

    @property
    def verdict(self) -> Verdict:
        """Whether what a lastmod claims is worth a visit."""
        if self.heard >= _HEARD_ENOUGH and self.claims > ALARM * self.heard:
            return "not-trusted"
        if self.tested < ENOUGH:
            return "unproven"
        return "trusted" if self.true >= TRUE_ENOUGH * self.tested else "not-trusted"

    @property
    def trials(self) -> int | None:
        """How many claims of one run are put to the test; None for all."""
        return {"trusted": None, "unproven": TRIALS, "not-trusted": TRIALS_OF_LIARS}[self.verdict]

    def hear(self, *, claim: bool) -> None:
        """A sitemap gave a lastmod for a known page."""
        self.heard += 1
        self.claims += claim
        if self.heard > 50 * _REMEMBERED:
            self.heard, self.claims = self.heard // 2, self.claims // 2

    def test(self, *, changed: bool) -> None:
        """A page was looked at of which a change had been claimed."""
        self.tested += 1
        self.true += changed
        if self.tested > _REMEMBERED:
            self.tested, self.true = self.tested // 2, self.true // 2
