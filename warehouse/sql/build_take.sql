-- Takes the next addresses to build into `todo`, and empties what is gathered of them: `mine` (their captures, each with the
-- capture that holds its payload) and `taken` (what the readers took from those payloads).
CREATE OR REPLACE TEMP TABLE mine AS
SELECT
  source_id, canonical_url, capture_id, url, fetched_at, outcome, status, etag, last_modified, payload_digest,
  redirect_to, redirect_canonical, found_by, capture_id AS payload_of
FROM captures
LIMIT 0;

CREATE OR REPLACE TEMP TABLE taken AS
SELECT
  capture_id, reader_version, page_kind, native_id, page_canonical_url, content_id, content_digest, words, published_at
FROM readings
LIMIT 0;

CREATE OR REPLACE TEMP TABLE todo AS
SELECT source_id, canonical_url, 0 AS round
FROM (SELECT DISTINCT source_id, canonical_url FROM unbuilt WHERE $sources IS NULL OR list_contains($sources, source_id))
ORDER BY source_id, canonical_url
LIMIT $most;
