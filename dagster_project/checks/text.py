"""Whether texts are as long as they were, in the language they were in, and each but once.

Belongs here: what can be seen of a text without reading it. Does not: whether there is one (`fields`).
"""

from __future__ import annotations

from statistics import median

from dagster_project.checks import thresholds
from dagster_project.checks.judging import Answer, Check, Finding, Look, past_of, percent
from warehouse import norms


def length(look: Look) -> Answer:
    """Fails where an outlet's texts are half or double as long as usual in the middle, and beyond any of its days."""
    findings = []
    judged = 0
    for row in look.window.ask("lengths"):
        days = [d["words"] for d in row["days"] or () if d["n"] >= thresholds.count("history.day_articles")]
        if (
            row["source_id"] not in look.grown
            or row["n"] < thresholds.count("window.few")
            or len(days) < thresholds.count("history.least_days")
        ):
            continue
        judged += 1
        usually, words = median(days), row["words"]
        shorter = words <= thresholds.number("text_length.shorter") * usually and words < min(days)
        longer = words >= thresholds.number("text_length.longer") * usually and words > max(days)
        if shorter or longer:
            what = "texts are cut short" if shorter else "something that is not the text is in it"
            findings.append(
                Finding(
                    row["source_id"],
                    f"{row['source_id']}: its last {row['n']} texts have {words:.0f} words in the middle, usually"
                    f" {usually:.0f}: {what}. {_advice(row['source_id'])}",
                    numbers={"words": words, "usual": usually, "articles": row["n"]},
                )
            )
    return Answer(findings, judged)


def language(look: Look) -> Answer:
    """Fails where clearly fewer texts are Vietnamese than in the last 28 days."""
    findings = []
    judged = 0
    for source_id, _, sample in look.window.shares("vietnamese"):
        past = past_of(sample) if source_id in look.grown else None
        if past is None or sample.n < thresholds.count("window.few"):
            continue
        judged += 1
        if norms.fell(sample, past, thresholds.number("language.drop")):
            findings.append(
                Finding(
                    source_id,
                    f"{source_id}: {percent(sample.share)} of its last {sample.n} texts are Vietnamese, usually"
                    f" {percent(past.share)}: a wrong encoding, a page that asks for consent, or another edition."
                    f" {_advice(source_id)}",
                    numbers={"share": sample.share, "usual": past.share, "articles": sample.n},
                )
            )
    return Answer(findings, judged)


def duplicates(look: Look) -> Answer:
    """Fails where clearly more articles than usual repeat another one of the same outlet word by word."""
    findings = []
    judged = 0
    for source_id, _, sample in look.window.shares("twin"):
        if sample.n < thresholds.count("window.few"):
            continue
        past = past_of(sample) if source_id in look.grown else None
        judged += 1
        rise = thresholds.number("duplicates.rise")
        if norms.rose(sample, past, rise) if past else sample.share >= 0.5:
            usually = f", usually {percent(past.share)}" if past else ""
            findings.append(
                Finding(
                    source_id,
                    f"{source_id}: {percent(sample.share)} of its last {sample.n} articles repeat another of"
                    " its articles word by"
                    f" word{usually}: one article has several addresses. Compare them with `tintinh sql`;"
                    " name the id in"
                    " `article_patterns` or `identity_params` of its source file, then `tintinh reread --again"
                    f" --source {source_id}`",
                    numbers={"share": sample.share, "articles": sample.n},
                )
            )
    return Answer(findings, judged)


def _advice(source_id: str) -> str:
    return f"See one with `tintinh explain --url URL`; after mending, `tintinh reread --again --source {source_id}`"


CHECKS = (
    Check("text_length", "Texts are about as long as in the outlet's last 28 days.", length),
    Check("language", "Texts are Vietnamese about as often as in the outlet's last 28 days.", language),
    Check("duplicates", "Articles repeat others of their outlet no more often than in the last 28 days.", duplicates),
)
