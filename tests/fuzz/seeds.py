"""Seeds for the harnesses from what the tests hold: `python tests/fuzz/seeds.py FOLDER` fills FOLDER/<harness>/.

Belongs here: writing the golden pages, the date lines and the bylines of the tests as files, and the dictionary of
their words. Does not: anything that a test reads.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

TESTS = Path(__file__).parent.parent
CASES = TESTS / "unit" / "pipelines"
CIRCUMSTANCES = {"reader": 9, "decode": 1, "dates": 5, "people": 1, "keys": 0}
"""How many of the last bytes a harness takes for its choices."""


def _lines(name: str) -> list[str]:
    rows = (CASES / name).read_text(encoding="utf-8").splitlines()
    return sorted({row.split("\t")[0].replace("\\n", "\n") for row in rows if row and not row.startswith("#")})


def main(folder: Path) -> None:
    pages = [page.read_bytes() for page in sorted((TESTS / "golden" / "cases").glob("*.html"))]
    dates, bylines = _lines("date_cases.txt"), _lines("byline_cases.txt")
    stamps = ["2024-08-15T13:30:00Z", "Thu, 15 Aug 2024 20:30:00 +0700", "1723728600000", "tin-20240815203000123.html"]
    seeds = {
        "reader": pages,
        "decode": pages,
        "dates": [line.encode() for line in (*dates, *stamps)],
        "people": [line.encode() for line in bylines],
        "keys": [line.encode() for line in bylines],
    }
    for harness, inputs in seeds.items():
        (folder / harness).mkdir(parents=True, exist_ok=True)
        for number, data in enumerate(inputs):
            (folder / harness / f"{number:04}").write_bytes(data + b"\xff" * CIRCUMSTANCES[harness])
    for name, lines in (("dates", dates), ("people", bylines)):
        words = sorted({word for line in lines for word in re.findall(r"\w+|[^\w\s]", line)})
        escaped = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in words)
        (folder / f"{name}.dict").write_text("".join(f'"{word}"\n' for word in escaped), encoding="ascii")
    print(", ".join(f"{len(inputs)} for {harness}" for harness, inputs in seeds.items()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
