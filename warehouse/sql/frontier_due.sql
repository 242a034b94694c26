-- Addresses of one source that are due, the most urgent first. Times in hours; see `warehouse.pace`.
WITH
known AS (
  SELECT
    a.*,
    r.published_at, r.published_date,
    art.canonical_url IS NOT NULL AND art.canonical_url <> a.canonical_url AS elsewhere,
    epoch($now::TIMESTAMPTZ - coalesce(r.published_at, a.first_seen, a.first_visit)) / 3600 AS age,
    epoch($now::TIMESTAMPTZ - a.last_visit) / 3600 AS idle
  FROM addresses a
  LEFT JOIN articles art USING (article_id)
  LEFT JOIN versions v USING (version_id)
  LEFT JOIN readings r ON r.capture_id = v.capture_id AND r.reader_version = v.reader_version
  WHERE a.source_id = $source
    -- What can be due at all, told by this one table: the joins cost what is young, not what the archive holds.
    -- Nothing is published more than a day after it was first seen.
    AND (
      a.first_seen IS NULL
      OR $everything
      OR ($mode = 'revisit' AND (
        a.state <> 'live'
        OR a.redirect_to IS NOT NULL
        OR a.first_seen >= $now::TIMESTAMPTZ - to_hours((list_max(list_transform($steps, lambda s: s.age)) + 24)::BIGINT)
      ))
    )
),
waiting AS (
  SELECT
    *,
    CASE
      WHEN first_seen IS NULL AND visits >= $give_up THEN NULL
      WHEN first_seen IS NULL THEN least($retry * 2 ** (visits - 1), $retry_most)
      WHEN article_id IS NULL OR $mode <> 'revisit' THEN NULL
      WHEN state = 'live' AND (elsewhere OR redirect_to IS NOT NULL) THEN $moved
      WHEN state = 'live' THEN list_filter($steps, lambda s: greatest(age, 0) <= s.age)[1].wait
      WHEN elsewhere THEN $moved
      WHEN state = 'missing' THEN $missing
      WHEN state = 'gone' THEN $gone
      WHEN state = 'unreachable' THEN $unreachable
      WHEN state = 'blocked' THEN $blocked
    END AS wait
  FROM known
),
due AS (
  SELECT
    url, canonical_url, article_id, state, etag, last_modified, payload_digest, payload_capture_id, last_seen, found_by,
    CASE WHEN first_seen IS NULL THEN 1 ELSE 2 END AS turn,
    idle - coalesce(wait, 0) AS overdue
  FROM waiting
  WHERE (($everything AND article_id IS NOT NULL) OR idle >= wait)
    AND (
      $since::DATE IS NULL
      OR coalesce(published_date, ((first_visit AT TIME ZONE 'UTC') + INTERVAL 7 HOUR)::DATE) >= $since::DATE
    )
  UNION ALL
  SELECT
    min_by(url, (first_found_at, url)), canonical_url, NULL, 'pending', NULL, NULL, NULL, NULL, NULL,
    min_by(found_by, (first_found_at, found_by)),
    0, epoch($now::TIMESTAMPTZ - max(first_found_at)) / -3600
  FROM candidates c
  WHERE c.source_id = $source
    AND NOT EXISTS (FROM addresses a WHERE a.source_id = c.source_id AND a.canonical_url = c.canonical_url)
  GROUP BY canonical_url
)
SELECT *, row_number() OVER (ORDER BY turn, overdue DESC, canonical_url) AS place
FROM due
QUALIFY place <= $most;
