-- Captures of one source that a reader has still to read; see `warehouse.load.pending_readings`. What is asked of all readings
-- is asked with the captures of the source on the hashed side; the wide rows are fetched for those alone that are to be read.
WITH
readable AS MATERIALIZED (
  SELECT capture_id, canonical_url, fetched_at
  FROM captures
  WHERE source_id = $source
    AND purpose = 'article'
    AND outcome = 'response'
    AND status BETWEEN 200 AND 299
    AND warc_file IS NOT NULL
    AND coalesce(content_type, 'text/html') IN ('text/html', 'application/xhtml+xml', 'text/plain', 'application/xml', 'text/xml')
),
read AS MATERIALIZED (
  SELECT capture_id, bool_or(reader_version = $reader) AS by_this
  FROM readings
  WHERE capture_id IN (SELECT capture_id FROM readable)
  GROUP BY capture_id
),
looked AS MATERIALIZED (SELECT * FROM readable LEFT JOIN read USING (capture_id)),
need AS MATERIALIZED (SELECT * FROM looked WHERE NOT coalesce(by_this, false)),
touched AS MATERIALIZED (SELECT DISTINCT canonical_url FROM looked WHERE coalesce(by_this, true)),
-- Other addresses of the same articles, as far as they are known to be the same. Asked only where some capture was read by
-- another reader: all others are themselves unread.
siblings AS (
  SELECT other.canonical_url
  FROM addresses known
  SEMI JOIN touched USING (canonical_url)
  JOIN addresses other ON other.article_id = known.article_id AND other.source_id = known.source_id
  WHERE known.source_id = $source
    AND EXISTS (FROM need WHERE by_this IS NOT NULL)
),
chosen AS MATERIALIZED (
  SELECT capture_id
  FROM need
  WHERE ($everything AND fetched_at >= coalesce($since, fetched_at))
    OR by_this IS NULL
    OR canonical_url IN (SELECT canonical_url FROM touched)
    OR canonical_url IN (SELECT canonical_url FROM siblings)
)
SELECT *
FROM captures
WHERE capture_id IN (SELECT capture_id FROM chosen)
ORDER BY fetched_at, capture_id
LIMIT $most;
