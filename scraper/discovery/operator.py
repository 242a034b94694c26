"""Lists of addresses from the operator: one a line, blank lines and lines from `#` left out.

Belongs here: reading such a file and handing its addresses to the visit. Does not: fetching, or the command line that
names a file. Setting: `discovery.url_lists`; or `--urls FILE` for one crawl.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scraper.discovery.finder import Ground
from scraper.found import Found

FOUND_BY = "operator"


def addresses_in(path: Path) -> Iterator[tuple[int, str]]:
    """(line number, address) of a list: the first word of each line. Raises OSError."""
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            words = line.split(maxsplit=1)
            if words and not words[0].startswith("#"):
                yield number, words[0]


def take_list(ground: Ground, path: Path, *, again: bool) -> int:
    """Hands the addresses of a list to the visit; returns how many it took. A line that cannot be taken is a problem.

    With `again` each is fetched in this run, whatever is known of it; without, only what is new. What the operator
    names is taken whatever it looks like, as long as it lies on the source's hosts.
    """
    taken = 0
    try:
        for number, url in addresses_in(path):
            if not ground.source.owns(url):
                ground.problem("url-list", url, f"{path.name}, line {number}: not an address of {ground.source.id}")
                continue
            taken += 1
            if again:
                ground.visit.ask_again(url, FOUND_BY)
            else:
                ground.visit.offer(Found(url), FOUND_BY, path.name)
    except OSError as error:
        ground.problem("url-list", str(path), error.strerror or str(error))
    return taken
