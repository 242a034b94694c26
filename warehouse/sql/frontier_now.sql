-- The rows that are due (`frontier_now`, made by frontier_due.sql), as the plan's file has them.
SELECT
  url, canonical_url, article_id AS article_key, state, true AS due, 'article' AS purpose, etag, last_modified,
  payload_digest, payload_capture_id AS capture_id,
  strftime(last_seen AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%f+00:00') AS fetched_at,
  found_by
FROM frontier_now
ORDER BY place
