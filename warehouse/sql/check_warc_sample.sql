-- A few stored responses to be read back: others every day, the same on one day, half of them of the last week.
WITH stored AS (
  SELECT capture_id, fetched_at > $moment - INTERVAL 7 DAY AS fresh, hash(capture_id, $day) AS turn
  FROM captures
  WHERE outcome = 'response' AND warc_file IS NOT NULL AND payload_digest IS NOT NULL AND fetched_at <= $moment
    AND ($source IS NULL OR source_id = $source)
)
SELECT * EXCLUDE (article_id, version_id)
FROM captures
WHERE capture_id IN (
  (SELECT capture_id FROM stored WHERE fresh ORDER BY turn LIMIT $most)
  UNION
  (SELECT capture_id FROM stored ORDER BY turn LIMIT $most)
)
ORDER BY warc_file, warc_offset;
