"""What an outlet is used to, and whether a number is clearly outside of it: arithmetic for small samples.

Belongs here: pure functions over counts. Does not: where counts come from (`warehouse.window`), or what is said about
them (`dagster_project.checks`).

A number is called outside only where two witnesses agree: chance (a binomial or Poisson tail under one in a thousand),
and the outlet's own past (beyond its lowest or highest day). The first keeps small outlets quiet, the second those
whose days differ more than chance explains.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

CHANCE = 0.001
"""How rarely a healthy outlet may look so by chance alone; some 200 outlets are asked some 15 questions a day, and the
second witness takes most of what is left."""


@dataclass(frozen=True, slots=True)
class Sample:
    """`k` of `n` articles have a trait; `days` says the same of each day before, the oldest first."""

    n: int
    k: int
    days: Sequence[tuple[int, int]]  # (n, k)

    @property
    def share(self) -> float:
        """Share now, 0 to 1."""
        return self.k / self.n if self.n else 0.0


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual share and its extremes by day; without enough days the share over all of them, and no extremes."""

    share: float
    lowest: float
    highest: float


def usual(days: Sequence[tuple[int, int]], *, day_articles: int, least_days: int, least_articles: int) -> Usual | None:
    """The usual share: the median of days with at least `day_articles` articles, where there are `least_days` of them;
    else the share over all days where they hold `least_articles`; None where nothing can be said.
    """
    shares = [k / n for n, k in days if n >= day_articles]
    if len(shares) >= least_days:
        return Usual(median(shares), min(shares), max(shares))
    total = sum(n for n, _ in days)
    if total < least_articles:
        return None
    share = sum(k for _, k in days) / total
    return Usual(share, share, share)


def fell(sample: Sample, past: Usual, drop: float) -> bool:
    """Whether the share lies by `drop` under the usual one, under that of every day before, and not by chance."""
    if sample.share > past.share - drop or sample.share >= past.lowest:
        return False
    return binomial_tail(sample.k, sample.n, min(past.share, 0.98)) < CHANCE


def rose(sample: Sample, past: Usual, rise: float) -> bool:
    """Whether the share lies by `rise` over the usual one, over that of every day before, and not by chance."""
    mirrored = Sample(sample.n, sample.n - sample.k, ())
    return fell(mirrored, Usual(1 - past.share, 1 - past.highest, 1 - past.lowest), rise)


def few(found: int, past: Sequence[int], ratio: float) -> bool:
    """Whether a count is under `ratio` of the median of those before, under each of them, and not by chance."""
    middle = median(past)
    return found < min(past) and found <= ratio * middle and poisson_tail(found, middle) < CHANCE


def many(found: int, past: Sequence[int], ratio: float, least: int) -> bool:
    """Whether a count is over `ratio` times the median of those before, over each of them, and by `least` at least."""
    middle = median(past)
    return found > max(past) and found >= ratio * middle and found - middle >= least


def binomial_tail(k: int, n: int, p: float) -> float:
    """Chance of at most `k` among `n` where each has chance `p`."""
    if p <= 0:
        return 1.0
    if p >= 1:
        return 1.0 if k >= n else 0.0
    logs = [
        math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * math.log(p) + (n - i) * math.log1p(-p)
        for i in range(k + 1)
    ]
    return min(1.0, math.fsum(map(math.exp, logs)))


def poisson_tail(k: int, mean: float) -> float:
    """Chance of at most `k` where `mean` are expected."""
    if mean <= 0:
        return 1.0
    return min(1.0, math.fsum(math.exp(i * math.log(mean) - mean - math.lgamma(i + 1)) for i in range(k + 1)))
