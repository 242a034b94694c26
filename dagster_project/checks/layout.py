"""Whether the pages that a load has read still are articles: the first sign of a new layout, hours before any count.

Belongs here: new addresses of an outlet that read as articles, against its own past, on the writer's tables right after
a load. Does not: what the articles hold (`fields`), or how many there should be (`volume`); both are asked of what is
published.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dagster_project.checks import thresholds
from dagster_project.checks.judging import Answer, Finding, Named, Report, past_of, percent
from pipelines.zone import to_local
from warehouse import norms, statements
from warehouse.norms import Sample, Usual
from warehouse.store import Store
from warehouse.window import sample_of

CHECK = Named("layout", "New pages of each outlet read as articles about as often as in its last 28 days.")


def report(store: Store, moment: datetime) -> Report:
    """The check as of `moment` (aware). It never raises: where it breaks, that is what it reports."""
    try:
        return Report(CHECK, find(store, moment))
    except Exception as error:
        told = f"the check {CHECK.name} itself broke: {type(error).__name__}: {error}"
        return Report(CHECK, Answer([Finding(None, told, "error")], 0), broken=True)


def find(store: Store, moment: datetime) -> Answer:
    """Fails where hardly a page of those that an outlet newly lists reads as an article, and nearly all did before."""
    given = {
        "moment": moment,
        "back": thresholds.count("window.back_days"),
        "few": thresholds.count("window.few"),
    }
    findings = []
    judged = 0
    for row in store.rows(statements.get("check_layout"), given):
        sample = sample_of(row)
        past = _past(sample)
        if past is None or sample.n < thresholds.count("layout.least"):
            continue
        judged += 1
        if _is_outside(sample, past):
            findings.append(_finding(row, sample, past))
    return Answer(findings, judged)


def changed(sample: Sample) -> bool:
    """Whether so few of the pages are articles that neither chance nor a day like others explains it."""
    past = _past(sample)
    return past is not None and sample.n >= thresholds.count("layout.least") and _is_outside(sample, past)


def _is_outside(sample: Sample, past: Usual) -> bool:
    if sample.share > thresholds.number("layout.left") * past.share or sample.share >= past.lowest:
        return False
    return norms.binomial_tail(sample.k, sample.n, min(past.share, 0.98)) < norms.CHANCE


def _past(sample: Sample) -> Usual | None:
    """What was usual before the trouble, if there is one: the days next before it that are as bad belong to it."""
    usual = past_of(sample)
    if usual is None:
        return None
    days = list(sample.days)
    while days and days[-1][1] <= thresholds.number("layout.left") * usual.share * days[-1][0]:
        days.pop()
    return past_of(Sample(sample.n, sample.k, days))


def _finding(row: dict[str, Any], sample: Sample, past: Usual) -> Finding:
    source_id = row["source_id"]
    articles = "none" if sample.k == 0 else f"{sample.k}"
    return Finding(
        source_id,
        f"{source_id}: {articles} of its newest {sample.n} pages, fetched since {to_local(row['since']):%d/%m %H:%M},"
        f" read as an article, usually {percent(past.share)}: its layout has changed, or its listings name pages that"
        f" are none. See `tintinh explain --url {row['url']}`, mend its family or selectors (`not_articles` for pages"
        f" that are none), then `tintinh reread --again --source {source_id}`. Nothing is lost: the pages are kept",
        numbers={"pages": sample.n, "articles": sample.k, "usual": round(past.share, 3)},
    )
