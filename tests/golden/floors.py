"""Measures the reader on the golden pages and writes `floors.yaml`. Run it after adding or changing a page.

    python tests/golden/floors.py            show the score and what is wrong
    python tests/golden/floors.py --write    pin the score, the digest of the pages, and what the reader says of each
    python tests/golden/floors.py --diff NAME   what the reader says about one page, beside what is expected

With `--write` a floor is never lowered while the pages stay the same, and what is said of a page that stayed the same
and the data files that the reader goes by change only together with READER_VERSION.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

import yaml
from golden_scoring import (
    FLOORS,
    READINGS,
    digest,
    golden_pages,
    knowledge,
    read_golden,
    read_otherwise,
    readings,
    right,
    score,
)

from pipelines.reader_version import READER_VERSION

HEADER = """\
# Pages on which the reader must be right, per measure, and the digest of the pages that this was measured on.
# Written by `python tests/golden/floors.py --write`. Floors only rise; measures are defined in golden_scoring.py.
"""


READINGS_HEADER = """\
# What the reader of this version says about each golden page: short digests of the page's files and of the whole reading;
# and by which data files (`knowledge`).
# Written by `python tests/golden/floors.py --write`.
"""


def load() -> dict[str, Any]:
    """The pinned floors: {digest, pages, floors: {measure: number of pages}}."""
    return dict(yaml.safe_load(FLOORS.read_text(encoding="utf-8")))


def main() -> int:
    """Returns 1 when a floor would be lowered on the same pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="pin the score")
    parser.add_argument("--diff", metavar="NAME", help="show expected and found fields of one page")
    args = parser.parse_args()
    if args.diff:
        page = next(page for page in golden_pages() if page.name == args.diff)
        got = read_golden(page)
        print(json.dumps(right(page.expected, got)))
        for field, value in page.expected.items():
            if field in got and got[field] != value:
                print(f"{field}\n  expected {json.dumps(value, ensure_ascii=False)}")
                print(f"  found    {json.dumps(got[field], ensure_ascii=False)}")
        return 0
    hits, wrong = score()
    for measure, names in wrong.items():
        print(f"{measure:12} {hits[measure]:3} of {hits[measure] + len(names):3}  {' '.join(names)}")
    if not args.write:
        return 0
    now = {"digest": digest(), "pages": sum(1 for _ in golden_pages()), "floors": hits}
    if FLOORS.exists() and (old := load())["digest"] == now["digest"]:
        lower = [measure for measure, floor in old["floors"].items() if hits.get(measure, 0) < floor]
        if lower:
            print(f"not written: the same pages read worse than before in {', '.join(lower)}", file=sys.stderr)
            return 1
    said = readings()
    pinned = yaml.safe_load(READINGS.read_text(encoding="utf-8")) if READINGS.exists() else None
    same_version = pinned and pinned["reader_version"] == READER_VERSION
    others = read_otherwise(pinned["pages"], said) if same_version else []
    if others or (same_version and pinned["knowledge"] != knowledge()):
        what = f"{len(others)} pages ({', '.join(others[:5])} ...)" if others else "data files of the reader"
        print(
            f"not written: {what} differ under the same version of the reader; raise READER_VERSION in"
            " pipelines/reader_version.py",
            file=sys.stderr,
        )
        return 1
    READINGS.write_text(
        READINGS_HEADER
        + yaml.safe_dump(
            {"reader_version": READER_VERSION, "knowledge": knowledge(), "pages": said}, default_flow_style=None
        ),
        encoding="utf-8",
    )
    FLOORS.write_text(HEADER + yaml.safe_dump(now, sort_keys=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
