"""The registry in numbers: the tables of `tintinh sources --summary`, and docs/sources.md made from the same rows.

Belongs here: headings and rows. Does not: the counting (`scraper.survey`).
`python -m dagster_project.cli.registry_page > docs/sources.md` remakes the page; a contract test holds the two equal.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dagster_project.tables import markdown_table
from scraper.registry import Source, load_registry
from scraper.survey import PARTS, Survey, by_kind, by_province, statements, survey

HEAD = """# The sources in numbers

Made from the files in `scraper/sources/` by `python -m dagster_project.cli.registry_page > docs/sources.md`; do not
edit by hand. `tintinh sources --summary` shows the same with your own files; `tintinh sources` lists every outlet, and
`tintinh sources check ID` asks one whether it still answers as described.

*Seen* means that somebody looked at the site (or at a page that an archive kept of it) and found it so; *inferred* that
it follows from lists, from sister sites of the same make, or from the usual ways of such a site. A file of which only
the host is known still works: its home page is read as a list, robots.txt is asked for sitemaps, and pages are told
apart by their structure. `sections` counts files that name lists beside the home page, `feeds or sitemaps` those that
name an address of one.
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """One table of the summary."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


def tables(sources: Sequence[Source]) -> Iterator[Shown]:
    """The tables of the summary, in order."""
    kinds = list(by_kind(sources))
    yield Shown(
        "By kind",
        ("kind", "sources", *PARTS, "all of these", "host only", "closed"),
        [_complete(kind, one) for kind, one in [*by_kind(sources).items(), ("all", survey(sources))]],
    )
    yield Shown(
        "What is seen and what is inferred",
        ("statement", "seen", "inferred"),
        [(name, how["seen"], how["inferred"]) for name, how in statements(sources).items()],
    )
    for borders, title in (("34", "By province (34, since 1 July 2025)"), ("63", "By province (63, before)")):
        yield Shown(
            title,
            (
                "province",
                "sources",
                *kinds,
                "article pattern",
                "feeds or sitemaps",
                "family",
                "host only",
                "seen",
                "inferred",
            ),
            [
                (
                    name,
                    one.sources,
                    *(one.kinds[kind] for kind in kinds),
                    one.parts["article pattern"],
                    one.parts["feeds or sitemaps"],
                    one.parts["family"],
                    one.host_only,
                    one.seen,
                    one.inferred,
                )
                for name, one in by_province(sources, borders).items()  # type: ignore[arg-type]  # "34" or "63"
            ],
        )


def _complete(name: str, one: Survey) -> tuple[object, ...]:
    return (name, one.sources, *(one.parts[part] for part in PARTS), one.complete, one.host_only, one.closed)


def render() -> str:
    """The page, of the files that ship and without the invented outlets of the demo."""
    real = [source for source in load_registry().all() if not source.demo]
    found = tables(real)
    return HEAD + "".join(f"\n## {one.title}\n\n{markdown_table(one.columns, one.rows)}\n" for one in found)


if __name__ == "__main__":
    sys.stdout.write(render())
