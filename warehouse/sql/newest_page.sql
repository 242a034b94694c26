-- The latest response with a page at an address ($url as requested, $key as all its spellings are known).
SELECT *
FROM captures
WHERE (url = $url OR canonical_url = $key)
  AND outcome = 'response' AND status BETWEEN 200 AND 299 AND warc_file IS NOT NULL
ORDER BY fetched_at DESC, capture_id
LIMIT 1;
