"""A source, its ground and a walk over its finders, without a network: what tests of discovery share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from scraper.discovery import Answer, Ask, Finder, Ground
from scraper.discovery.state import DiscoveryState
from scraper.known import KnownIndex
from scraper.plan import write_known
from scraper.source import Source
from scraper.visit import Visit

HOME = "https://baomau.example"
TODAY = date(2026, 11, 20)


def source_of(**fields: Any) -> Source:
    base = {"id": "bao-mau", "name": "Báo Mẫu", "kind": "newspaper", "home": f"{HOME}/", "hosts": ["baomau.example"]}
    return Source.model_validate(base | fields)


PLAIN = source_of(article_patterns=[r"-(?P<id>\d{5})\.html$"])


def ground_of(
    source: Source, tmp_path: Path, mode: str = "latest", known: list[str] | None = None, **more: Any
) -> Ground:
    tmp_path.mkdir(exist_ok=True)
    file = None
    if known:
        file = tmp_path / "known.jsonl"
        write_known(file, [{"url": url, "state": "live"} for url in known])
    visit = Visit(source, KnownIndex(file, source))
    state = DiscoveryState(tmp_path / "state.json")
    return Ground(source, mode, TODAY, visit, state, **more)  # type: ignore[arg-type]


def walk(finders: list[Finder], pages: Callable[[str], bytes | int], most: int = 500) -> list[str]:
    """Lets finders ask until they are done; the addresses in order."""
    queue: list[Ask] = [ask for finder in finders for ask in finder.start()]
    asked: list[str] = []
    while queue:
        ask = queue.pop(0)
        asked.append(ask.url)
        assert len(asked) < most, "no end"
        page = pages(ask.url)
        if isinstance(page, int):
            queue += ask.finder.failed(ask, str(page))
        else:
            queue += ask.finder.read(ask, Answer(ask.url, 200, page, "text/html"))
    return asked


def list_page(numbers: range | list[int]) -> bytes:
    links = "".join(f'<a href="/tin-so-{n:05}.html">Tin số {n}</a>' for n in numbers)
    return f"<html><body>{links}</body></html>".encode()
