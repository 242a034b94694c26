"""Whether outlets are crawled when they should be, answer, let us in, and still show what they showed.

Belongs here: what exchanges tell, whatever pages say. Does not: what the pages hold (`volume`, `fields`).
"""

from __future__ import annotations

from datetime import timedelta

from dagster_project.cadence import DEFAULT_CRON, period_of
from dagster_project.checks import thresholds
from dagster_project.checks.judging import Answer, Check, Finding, Look, past_of, percent
from pipelines.zone import to_local
from warehouse import norms
from warehouse.window import sample_of


def freshness(look: Look) -> Answer:
    """Fails where an outlet on schedule was not asked for longer than its cadence and half a day."""
    findings = []
    judged = 0
    for source_id, seen in look.window.sources().items():
        if not seen.scheduled:
            continue
        judged += 1
        cadence = period_of(seen.cron or DEFAULT_CRON, look.window.moment)
        age = look.window.moment - seen.last_visit
        if age <= cadence + timedelta(hours=thresholds.number("freshness.grace_h")):
            continue
        late = age > thresholds.number("freshness.late_times") * cadence
        findings.append(
            Finding(
                source_id,
                f"{source_id}: not asked since {to_local(seen.last_visit):%d/%m %H:%M},"
                f" {age.total_seconds() / 3600:.0f} hours"
                f" ago; its turns are up to {cadence.total_seconds() / 3600:.0f} hours apart. Is the daemon running"
                f" (`tintinh ui`, or the service)? `tintinh crawl {source_id}` asks it now",
                "error" if late else "warn",
                {"hours": round(age.total_seconds() / 3600, 1), "cadence_hours": cadence.total_seconds() / 3600},
            )
        )
    return Answer(findings, judged)


def answers(look: Look) -> Answer:
    """Fails where the last round of an outlet went unanswered, wholly or clearly more than usual."""
    return _round(look, "failed", thresholds.number("answers.failed_rise"))


def refusals(look: Look) -> Answer:
    """Fails where an outlet began to refuse us: 401, 403, 429, 451, or by its robots.txt."""
    return _round(look, "refused", thresholds.number("answers.refused_rise"))


def _round(look: Look, what: str, rise: float) -> Answer:
    findings = []
    seen = look.window.sources()
    judged = 0
    for row in look.window.ask("answers"):
        source_id = row["source_id"]
        if source_id not in seen or not seen[source_id].scheduled:
            continue
        judged += 1
        sample = sample_of(row, what)
        past = past_of(sample) if source_id in look.grown else None
        # Where nothing at all came through, the more frequent kind of trouble is named, and only that.
        nothing = row["failed"] + row["refused"] == row["n"] and row[what] >= row["n"] / 2 and row[what] > 0
        if not nothing and not (past and sample.n >= thresholds.count("window.few") and norms.rose(sample, past, rise)):
            continue
        told = ", ".join(f"{kind} {number}" for kind, number in sorted((row["told"] or {}).items()))
        gone = "refused" if what == "refused" else "not answered"
        how = f"{percent(sample.share)} of its last {sample.n} requests were {gone}"
        if nothing and what == "failed":
            how = f"none of its last {sample.n} requests was answered"
        usually = f", usually {percent(past.share)}" if past and not nothing else ""
        findings.append(
            Finding(
                source_id,
                f"{source_id}: {how}{usually} ({told}). {_round_advice(source_id, what)}",
                "error" if nothing else "warn",
                {"share": round(sample.share, 3), "requests": sample.n},
            )
        )
    return Answer(findings, judged)


def _round_advice(source_id: str, what: str) -> str:
    if what == "refused":
        return (
            "Do not go around it: slow down (`pace` in its source file), ask its people (TINTINH_CONTACT), or stop it"
            f" (`tintinh sources stop {source_id} --reason …`). `tintinh sources check {source_id}` shows what is let"
            " through"
        )
    return (
        f"Is the host down, or this machine without network? `tintinh sources check {source_id}` asks once; a host that"
        " moved needs its new name in `hosts`. What was archived stays"
    )


def removals(look: Look) -> Answer:
    """Fails where a fifth of the articles that an outlet was asked for again are gone at once."""
    findings = []
    judged = 0
    for row in look.window.ask("removals", span=thresholds.count("removals.span_days")):
        n, k, source_id = row["n"], row["k"], row["source_id"]
        if n < thresholds.count("window.few"):
            continue
        judged += 1
        if k < thresholds.count("removals.least") or k / n < thresholds.number("removals.share"):
            continue
        target = f" They lead to {row['redirect_to']}." if row["redirect_to"] else ""
        findings.append(
            Finding(
                source_id,
                f"{source_id}: {k} of {n} articles that were asked for again are not there any more,"
                f" {row['url']} among them."
                f"{target} Did the paper move its archive (a new host in `hosts`, `successor`), or purge it?"
                " Their texts stay",
                "error",
                {"missing": k, "asked": n},
            )
        )
    return Answer(findings, judged)


CHECKS = (
    Check("freshness", "Each outlet on schedule was asked within its cadence.", freshness),
    Check("answers", "Each outlet on schedule answered its last round about as well as it used to.", answers),
    Check("refusals", "No outlet on schedule has begun to refuse us.", refusals),
    Check("removals", "Articles that are asked for again are still there.", removals),
)
