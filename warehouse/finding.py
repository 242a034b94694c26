"""Finding the article that somebody means: by an address in any spelling, or by an id.

Belongs here: keys of the address under the rules of every outlet, and asking the tables. Does not: messages about what
was not found (`warehouse.query`).
"""

from __future__ import annotations

from pipelines.urls import canonical_url, host_of, native_id
from warehouse import statements
from warehouse.store import Store


def article_at(store: Store, text: str) -> str | None:
    """The article at this address, or with this article, version or capture id; None where there is none.

    Works on the writer's database and on the published file alike.
    """
    text = text.strip()
    params = {
        row["source_id"]: tuple(row["identity_params"] or ())
        for row in store.rows("SELECT source_id, identity_params FROM sources")
    }
    keys = sorted({canonical_url(text, identity_params=names) for names in {(), *params.values()}})
    captures = "version_captures" if store.value(statements.get("has_version_captures")) else "captures"
    sql = statements.get("find_article").replace("captures_table", captures)
    found = store.rows(sql, {"keys": keys, "id": text.lower()})
    if not found and (native := native_id(canonical_url(text))):
        found = store.rows(statements.get("find_by_native_id"), {"native": native, "host": host_of(text)})
    return str(found[0]["article_id"]) if found else None
