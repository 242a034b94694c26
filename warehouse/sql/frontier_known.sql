-- What a crawl need not fetch (and is not in `frontier_now`): every address of one source that was ever visited or named,
-- and the latest validators of its lists and feeds. A crawl that discovers nothing needs the other addresses of what is due.
WITH
known AS (
  SELECT
    url, canonical_url, article_id, state, etag, last_modified, payload_digest, payload_capture_id, last_seen, found_by,
    'article' AS purpose
  FROM addresses
  WHERE source_id = $source
    AND ($discovers OR article_id IN (SELECT article_id FROM frontier_now WHERE article_id IS NOT NULL))
  UNION ALL
  SELECT min(url), canonical_url, NULL, 'pending', NULL, NULL, NULL, NULL, NULL, min(found_by), 'article'
  FROM candidates c
  WHERE c.source_id = $source
    AND $discovers
    AND NOT EXISTS (FROM addresses a WHERE a.source_id = c.source_id AND a.canonical_url = c.canonical_url)
  GROUP BY canonical_url
  UNION ALL
  -- What was redacted is known, so that nobody asks for it again.
  SELECT canonical_url, canonical_url, article_id, 'gone', NULL, NULL, NULL, NULL, NULL, NULL, 'article'
  FROM redacted_addresses
  WHERE source_id = $source
),
listings AS (
  SELECT
    url, canonical_url, NULL AS article_id, 'live' AS state, etag, last_modified, payload_digest,
    capture_id AS payload_capture_id, fetched_at AS last_seen, found_by, purpose
  FROM captures
  WHERE source_id = $source
    AND $discovers
    AND purpose IN ('listing', 'feed', 'sitemap')
    AND outcome = 'response' AND status = 200
    AND (etag IS NOT NULL OR last_modified IS NOT NULL)
  QUALIFY row_number() OVER (PARTITION BY url ORDER BY fetched_at DESC, capture_id) = 1
)
SELECT
  url, canonical_url, article_id AS article_key, state, false AS due, purpose, etag, last_modified,
  payload_digest, payload_capture_id AS capture_id,
  strftime(last_seen AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%f+00:00') AS fetched_at,
  found_by
FROM (
  FROM known ANTI JOIN frontier_now USING (canonical_url)
  UNION ALL BY NAME
  FROM listings
)
