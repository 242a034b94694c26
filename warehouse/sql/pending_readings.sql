-- Captures of one source that a reader has still to read; see `warehouse.load.pending_readings`.
WITH
readable AS (
  SELECT *
  FROM captures
  WHERE source_id = $source
    AND purpose = 'article'
    AND outcome = 'response'
    AND status BETWEEN 200 AND 299
    AND warc_file IS NOT NULL
    AND coalesce(content_type, 'text/html') IN ('text/html', 'application/xhtml+xml', 'text/plain', 'application/xml', 'text/xml')
),
done AS (SELECT capture_id FROM readings WHERE reader_version = $reader),
need AS (SELECT * FROM readable ANTI JOIN done USING (capture_id)),
unread AS (SELECT * FROM need ANTI JOIN readings USING (capture_id)),
touched AS (
  SELECT canonical_url FROM unread
  UNION
  SELECT canonical_url FROM readable SEMI JOIN done USING (capture_id)
),
-- Other addresses of the same articles, as far as they are known to be the same.
siblings AS (
  SELECT other.canonical_url
  FROM addresses known
  SEMI JOIN touched USING (canonical_url)
  JOIN addresses other ON other.article_id = known.article_id AND other.source_id = known.source_id
  WHERE known.source_id = $source
)
SELECT *
FROM need
WHERE $everything
  OR canonical_url IN (SELECT canonical_url FROM touched)
  OR canonical_url IN (SELECT canonical_url FROM siblings)
ORDER BY fetched_at, capture_id
LIMIT $most;
