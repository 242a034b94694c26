"""Whether publications are dated, believable, and on the right clock.

Belongs here: missing and doubtful dates, and slips by a time zone. Does not: how dates are read (`pipelines.dates`).
"""

from __future__ import annotations

from dagster_project.checks import thresholds
from dagster_project.checks.judging import Answer, Check, Finding, Look, past_of, percent
from warehouse import norms
from warehouse.norms import Sample


def known(look: Look) -> Answer:
    """Fails where undated articles, or articles whose date is doubtful, are clearly more than in the last 28 days."""
    limits = {"dated": thresholds.number("dates.undated_rise"), "suspect": thresholds.number("dates.suspect_rise")}
    findings = []
    judged = set()
    flags: dict[str, str] = {}
    for row in look.window.ask("date_flags"):
        flags[row["source_id"]] = ", ".join(f"{flag} {number}" for flag, number in row["flags"].items())
    for source_id, trait, sample in look.window.shares("dated", "suspect"):
        if sample.n < thresholds.count("window.few"):
            continue
        past = past_of(sample) if source_id in look.grown else None
        judged.add(source_id)
        why = f" (flags: {flags[source_id]})" if flags.get(source_id) else ""
        advice = "`tintinh explain --url URL` shows every witness of a page's date"
        if trait == "dated":
            if past is None:
                bad = sample.share < thresholds.number("coverage.floor")
                usually = "and there is no past to compare with"
            else:
                bad = norms.fell(sample, past, limits[trait])
                usually = f"usually {percent(1 - past.share)}"
            if bad:
                told = (
                    f"{source_id}: {percent(1 - sample.share)} of its last {sample.n} articles have no date,"
                    f" {usually}{why}"
                )
                findings.append(_finding(source_id, f"{told}. {advice}", sample))
        elif past is not None and norms.rose(sample, past, limits[trait]):
            told = (
                f"{source_id}: the date is doubtful in {percent(sample.share)} of its last {sample.n} articles,"
                f" usually {percent(past.share)}{why}"
            )
            findings.append(_finding(source_id, f"{told}. {advice}", sample))
    return Answer(findings, len(judged))


def time_zone(look: Look) -> Answer:
    """Fails where publications lie after we saw them, in the night, or seven hours from where they were."""
    findings = []
    judged = set()
    for source_id, trait, sample in look.window.shares("ahead", "night"):
        if sample.n < thresholds.count("window.few"):
            continue
        judged.add(source_id)
        past = past_of(sample) if source_id in look.grown else None
        if trait == "ahead" and sample.share >= thresholds.number("time_zone.ahead"):
            told = (
                f"{source_id}: {percent(sample.share)} of its last {sample.n} articles say that they were"
                " published after we"
                " fetched them: its clock, or the zone that we read it in, is ahead"
            )
            findings.append(_finding(source_id, f"{told}. {_advice(source_id)}", sample, "error"))
        elif trait == "night" and past and norms.rose(sample, past, thresholds.number("time_zone.night_rise")):
            told = (
                f"{source_id}: {percent(sample.share)} of its last {sample.n} articles are dated between"
                " midnight and five,"
                f" usually {percent(past.share)}: as if seven hours were lost"
            )
            findings.append(_finding(source_id, f"{told}. {_advice(source_id)}", sample, "error"))
    for row in look.window.ask("seven_hours"):
        for what, count in (
            ("articles moved by exactly seven hours in an edit", row["edits"]),
            ("pairs of articles have one headline and dates exactly seven hours apart", row["pairs"]),
        ):
            if count >= thresholds.count("time_zone.twins"):
                told = f"{row['source_id']}: {count} {what}, {row['url']} among them"
                findings.append(
                    Finding(row["source_id"], f"{told}. {_advice(row['source_id'])}", "error", {"twins": count})
                )
    return Answer(findings, len(judged))


def _finding(source_id: str, message: str, sample: Sample, severity: str = "warn") -> Finding:
    return Finding(
        source_id,
        message,
        "error" if severity == "error" else "warn",
        {"share": round(sample.share, 3), "articles": sample.n},
    )


def _advice(source_id: str) -> str:
    return (
        f"Hold `tintinh explain --url URL` against the page's visible clock; when the reader"
        " is right again,"
        f" `tintinh reread --again --source {source_id}`"
    )


CHECKS = (
    Check(
        "dates_known", "Publications are dated, and dates are doubtful no more often than in the last 28 days.", known
    ),
    Check("time_zone", "No outlet's clock has slipped: into the future, into the night, or by seven hours.", time_zone),
)
