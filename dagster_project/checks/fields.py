"""Whether articles come in whole, and from where on the page: each field against the outlet's own last 28 days.

Belongs here: presence of fields, and the places of the page that give them. Does not: dates (`dates`), or whether what
a field holds makes sense (`bylines`, `text`).
"""

from __future__ import annotations

from dagster_project.checks import thresholds
from dagster_project.checks.judging import Answer, Check, Finding, Look, past_of, percent
from warehouse import norms

FIELDS = ("title", "authors", "lead", "body", "captions", "section")
NEEDED = ("title", "body")
"""Fields without which an outlet's file is wrong, whatever its past."""


def coverage(look: Look) -> Answer:
    """Fails where a field is clearly rarer than on any of the last 28 days, or an outlet never had title and text."""
    findings = []
    judged = set()
    for source_id, field, sample in look.window.shares(*FIELDS):
        past = past_of(sample) if source_id in look.grown else None
        if sample.n < thresholds.count("window.few"):
            continue
        judged.add(source_id)
        numbers: dict[str, float | int | str] = {"field": field, "share": round(sample.share, 3), "articles": sample.n}
        if past is None:
            if field in NEEDED and sample.share < thresholds.number("coverage.floor"):
                told = (
                    f"{source_id}: {field} in {percent(sample.share)} of {sample.n} articles, and no past to"
                    " compare with"
                )
                findings.append(Finding(source_id, f"{told}. {_advice(source_id)}", numbers=numbers))
        elif norms.fell(sample, past, thresholds.number("coverage.drop")):
            told = (
                f"{source_id}: {field} in {percent(sample.share)} of its last {sample.n} articles,"
                f" usually {percent(past.share)} (never under {percent(past.lowest)})"
            )
            numbers["usual"] = round(past.share, 3)
            findings.append(Finding(source_id, f"{told}. {_advice(source_id)}", numbers=numbers))
    return Answer(findings, len(judged))


def origins(look: Look) -> Answer:
    """Fails where a place of the page that gave a field gives it no more, while others still do."""
    findings = []
    judged = set()
    told: set[tuple[str, str]] = set()
    now: dict[tuple[str, str], str] = {}
    for source_id, field, origin, sample in look.window.origins():
        now.setdefault((source_id, field), f"{origin} in {percent(sample.share)}")
        past = past_of(sample) if source_id in look.grown else None
        if past is None or sample.n < thresholds.count("window.few"):
            continue
        judged.add(source_id)
        if (
            past.share < thresholds.number("origins.used")
            or sample.share > thresholds.number("origins.left") * past.share
            or (source_id, field) in told
            or not norms.fell(sample, past, 0.0)
        ):
            continue
        told.add((source_id, field))
        findings.append(
            Finding(
                source_id,
                f"{source_id}: {field} came from {origin} in {percent(past.share)} of its articles, in"
                f" {percent(sample.share)} of the last {sample.n}; a fallback answers now ({now[source_id, field]})."
                f" {_advice(source_id)}",
                numbers={
                    "field": field,
                    "origin": origin,
                    "share": round(sample.share, 3),
                    "usual": round(past.share, 3),
                },
            )
        )
    return Answer(findings, len(judged))


def _advice(source_id: str) -> str:
    return (
        f"Its layout may have changed: see one of its pages with `tintinh explain --url URL`, mend its"
        f" selectors or family, then `tintinh reread --again --source {source_id}`"
    )


CHECKS = (
    Check("field_coverage", "Each field is present about as often as in the outlet's last 28 days.", coverage),
    Check("field_origins", "Each field comes from the place of the page from which it used to come.", origins),
)
