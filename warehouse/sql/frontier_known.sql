-- Every address of one source that was ever visited or named, and the latest validators of its lists and feeds.
SELECT
  url, canonical_url, article_id, state, etag, last_modified, payload_digest, payload_capture_id, last_seen, found_by,
  'article' AS purpose
FROM addresses
WHERE source_id = $source
UNION ALL
SELECT min(url), canonical_url, NULL, 'pending', NULL, NULL, NULL, NULL, NULL, min(found_by), 'article'
FROM candidates c
WHERE c.source_id = $source
  AND NOT EXISTS (FROM addresses a WHERE a.source_id = c.source_id AND a.canonical_url = c.canonical_url)
GROUP BY canonical_url
UNION ALL
-- What was redacted is known, so that nobody asks for it again.
SELECT canonical_url, canonical_url, article_id, 'gone', NULL, NULL, NULL, NULL, NULL, NULL, 'article'
FROM redacted_addresses
WHERE source_id = $source
UNION ALL
SELECT
  url, canonical_url, NULL, 'live', etag, last_modified, payload_digest, capture_id, fetched_at, found_by, purpose
FROM captures
WHERE source_id = $source
  AND purpose IN ('listing', 'feed', 'sitemap')
  AND outcome = 'response' AND status = 200
  AND (etag IS NOT NULL OR last_modified IS NOT NULL)
QUALIFY row_number() OVER (PARTITION BY url ORDER BY fetched_at DESC, capture_id) = 1
ORDER BY purpose, canonical_url;
