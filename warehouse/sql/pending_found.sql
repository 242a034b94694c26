-- The `pages` at the addresses in `pending_asked` that a reader has still to read; see `warehouse.load.find_pending`. The few
-- asked for are on the hashed side of every join.
CREATE OR REPLACE TEMP TABLE pending AS
WITH
readable AS MATERIALIZED (
  SELECT capture_id, source_id, canonical_url, fetched_at
  FROM pages SEMI JOIN pending_asked USING (source_id, canonical_url)
  WHERE capture_id NOT IN (SELECT unnest($without))
),
read AS MATERIALIZED (
  SELECT capture_id, bool_or(reader_version = $reader) AS by_this
  FROM readings
  WHERE capture_id IN (SELECT capture_id FROM readable)
  GROUP BY capture_id
),
looked AS MATERIALIZED (SELECT * FROM readable LEFT JOIN read USING (capture_id)),
-- Addresses that this reader has read something of, or is to: all else of them has to be read by it too.
touched AS MATERIALIZED (SELECT DISTINCT source_id, canonical_url FROM looked WHERE coalesce(by_this, true)),
siblings AS MATERIALIZED (
  SELECT other.source_id, other.canonical_url
  FROM addresses known
  SEMI JOIN touched USING (source_id, canonical_url)
  JOIN addresses other ON other.article_id = known.article_id AND other.source_id = known.source_id
)
SELECT capture_id, source_id, fetched_at
FROM looked
WHERE NOT coalesce(by_this, false)
  AND (
    ($everything AND fetched_at >= coalesce($since, fetched_at))
    OR by_this IS NULL
    OR (source_id, canonical_url) IN (FROM touched)
    OR (source_id, canonical_url) IN (FROM siblings)
  )
ORDER BY fetched_at, capture_id;
