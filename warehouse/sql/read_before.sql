-- Captures of one source that this version of the reader has read, of all articles fetched at $since or later (or of all):
-- whole articles side by side, so that their captures are replaced together.
WITH fetched AS (
  SELECT DISTINCT canonical_url
  FROM captures
  WHERE source_id = $source AND purpose = 'article' AND fetched_at >= coalesce($since, fetched_at)
),
same AS (
  FROM fetched
  UNION
  SELECT other.canonical_url
  FROM addresses known
  SEMI JOIN fetched USING (canonical_url)
  JOIN addresses other ON other.article_id = known.article_id AND other.source_id = known.source_id
  WHERE known.source_id = $source
)
SELECT *
FROM captures
WHERE source_id = $source
  AND canonical_url IN (SELECT canonical_url FROM same)
  AND capture_id IN (FROM readings SELECT capture_id WHERE reader_version = $reader)
ORDER BY canonical_url, fetched_at, capture_id;
