"""Whether those who are credited are still people.

Belongs here: names that are none, and one name under everything. Does not: whether anybody is credited (`fields`), or
how bylines are read (`pipelines.people`).
"""

from __future__ import annotations

from dagster_project.checks import thresholds
from dagster_project.checks.judging import Answer, Check, Finding, Look, past_of, percent
from warehouse import norms


def find(look: Look) -> Answer:
    """Fails where credits stopped looking like names, or one new name stands under most articles."""
    findings = []
    judged = set()
    few = thresholds.count("bylines.least")
    for source_id, _, sample in look.window.shares("odd_byline"):
        past = past_of(sample) if source_id in look.grown else None
        if sample.n < few or past is None:
            continue
        judged.add(source_id)
        if norms.rose(sample, past, thresholds.number("bylines.odd_rise")):
            told = (
                f"{source_id}: in {percent(sample.share)} of its last {sample.n} signed articles a credit"
                " does not look like a"
                f" person's name, usually in {percent(past.share)}"
            )
            findings.append(
                Finding(
                    source_id, f"{told}. {_advice(source_id)}", numbers={"share": sample.share, "usual": past.share}
                )
            )
    for row in look.window.ask("top_names"):
        if row["source_id"] not in look.grown or row["n"] < few or row["n_before"] < few:
            continue
        before = row["k_before"] / row["n_before"]
        share = row["k"] / row["n"]
        if share >= thresholds.number("bylines.one_name") and before < thresholds.number("bylines.one_name_before"):
            told = (
                f"{row['source_id']}: “{row['name']}” stands under {percent(share)} of its last {row['n']}"
                " signed articles,"
                f" before under {percent(before)}: a label or an account rather than a person"
            )
            findings.append(
                Finding(
                    row["source_id"],
                    f"{told}. {_advice(row['source_id'])}",
                    numbers={"name": row["name"], "share": share, "usual": before},
                )
            )
    return Answer(findings, len(judged))


def _advice(source_id: str) -> str:
    return (
        f"See what stands in the byline's place with `tintinh explain --url URL`; add it to"
        " `names` or the"
        f" stop phrases, or mend the selector, then `tintinh reread --again --source {source_id}`"
    )


CHECK = Check("bylines", "Those who are credited are people, and not one and the same under everything.", find)
