"""Whether articles come in, and come in whole: volume and the coverage of fields, by source.

Belongs here: checks on the published file. Does not: checks of single tables (`tables_are_sound`, on
`articles`).
"""

# No `from __future__ import annotations` here: Dagster reads the types of resources from the signatures.

import dagster as dg

from dagster_project.assets import published
from dagster_project.resources import Archive
from dagster_project.tables import markdown_table
from warehouse import query

FLOORS = {"title": 0.98, "published_at": 0.80, "body": 0.80}
"""Share of a source's articles that must have the field. Galleries have no body, some portals no date."""

FEW = 10
"""Under so many articles a share says nothing."""


@dg.asset_check(asset=published, description="Every source that was crawled has brought articles.")
def volume(archive: Archive) -> dg.AssetCheckResult:
    """Fails where a source has captures and not a single article."""
    sources = [s for s in query.status(archive.installation.folder.published_db) if s["captures"]]
    silent = [s["source_id"] for s in sources if not s["articles"]]
    return dg.AssetCheckResult(
        passed=not silent,
        severity=dg.AssetCheckSeverity.WARN,
        description=(
            f"no article from {', '.join(silent)} although pages were fetched: the layout may have changed; "
            f"`tintinh explain` shows how one of its pages reads"
            if silent
            else f"all {len(sources)} crawled sources have articles"
        ),
        metadata={
            "articles": dg.MetadataValue.md(
                markdown_table(
                    ["source", "captures", "articles"],
                    [(s["source_id"], s["captures"], s["articles"]) for s in sources],
                )
            )
        },
    )


@dg.asset_check(asset=published, description="Title, date and body are present in nearly all articles of each source.")
def field_coverage(archive: Archive) -> dg.AssetCheckResult:
    """Fails where the share of a source's articles that have a field lies under its floor."""
    path = archive.installation.folder.published_db
    low: list[tuple[str, str, str]] = []
    for source in query.status(path):
        if source["articles"] < FEW:
            continue
        for row in query.coverage(path, source["source_id"]):
            floor = FLOORS.get(row["field"])
            if floor is not None and row["share"] < floor:
                low.append((source["source_id"], row["field"], f"{row['share']:.0%} (at least {floor:.0%})"))
    return dg.AssetCheckResult(
        passed=not low,
        severity=dg.AssetCheckSeverity.WARN,
        description=(
            "; ".join(f"{source}: {field} in {share}" for source, field, share in low)
            + ". Look at one of its pages with `tintinh explain`, mend its family file, then `tintinh reread`"
            if low
            else "all sources over the floors"
        ),
        metadata={"low": dg.MetadataValue.md(markdown_table(["source", "field", "share"], low))},
    )


FIELD_CHECKS = [volume, field_coverage]
