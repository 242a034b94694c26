"""The weeks before the fortnight: what was crawled then, put straight into the archive and the ledger.

Belongs here: captures and attempts of the past, made from the same pages that the site serves. Does not: reading and
building them, which the program does as it does with any crawl.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from dagster_project import flow, loads
from dagster_project.cadence import offset
from dagster_project.installation import Installation
from dagster_project.ledger import Ledger
from fortnight import outlets
from fortnight.plan import Outlet, Plan
from fortnight.site import Site
from pipelines.records import Capture
from pipelines.zone import VIETNAM
from scraper.archive import ArchiveWriter, Exchange
from warehouse.store import Store

_LISTINGS = {
    "section": ("listing", "/tin-moi"),
    "feed": ("feed", "/tin-moi.rss"),
    "sitemap": ("sitemap", "/sitemap.xml"),
}


def plant(plan: Plan, site: Site, installed: Installation) -> int:
    """Writes, loads, reads, builds and publishes the history; returns how many articles it has."""
    for outlet in plan.outlets:
        _write(plan, site, outlet, installed)
    with Store.open_writer(installed.folder.warehouse) as store:
        loaded = loads.catch_up(store, installed)
        if loaded.failed:
            raise RuntimeError(loaded.told())
        flow.publish_now(store, installed.folder, parquet=False)
    return loaded.all_built.new_articles


def _write(plan: Plan, site: Site, outlet: Outlet, installed: Installation) -> None:
    crawled_until = datetime.combine(next(plan.history()), time(), VIETNAM) - timedelta(days=1)
    moment = crawled_until
    with ArchiveWriter(installed.folder.archive, outlet.id, "history", clock=lambda: moment.astimezone(UTC)) as writer:

        def fetch(path: str, purpose: str) -> None:
            nonlocal moment
            moment += timedelta(seconds=2)
            status, kind, text, _ = site.answer(outlet, path, moment)
            capture = Capture(
                f"https://{outlet.host}{path}", outlet.id, moment.astimezone(UTC), "response", purpose=purpose,
                found_by=outlet.finder if purpose == "article" else None, run_id="history",
            )  # fmt: skip
            writer.response(
                capture, Exchange(status, [(b"Content-Type", f"{kind}; charset=utf-8".encode())], text.encode())
            )

        for day in plan.history():
            moment = datetime.combine(day, time(5, 30), VIETNAM) + offset(outlet.id)
            began = moment
            fetch("/robots.txt", "robots")
            fetch(_LISTINGS[outlet.finder][1], _LISTINGS[outlet.finder][0])
            for article in reversed(outlets.newest(outlet, began, plan.seed, days=3)):
                if article.published > crawled_until:
                    fetch(article.path, "article")
            crawled_until = began
    ledger = Ledger(installed.folder)
    ledger.started(outlet.id, "history", began.astimezone(UTC))
    ledger.ended(outlet.id, "history", "good", moment.astimezone(UTC))
    looks = Ledger(installed.folder, "revisit")
    looks.started(outlet.id, "history", began.astimezone(UTC))
    looks.ended(outlet.id, "history", "good", moment.astimezone(UTC))
