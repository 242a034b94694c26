-- What sitemaps said of pages when they were visited again (the crawl notes it in the capture log), and what the visit found.
CREATE TABLE pub.base.lastmods AS
WITH
named AS (
  SELECT DISTINCT source_id, canonical_url FROM main.captures WHERE headers LIKE '%"tintinh-lastmod"%'
),
visits AS (
  SELECT
    c.capture_id, c.source_id, c.canonical_url, c.fetched_at, c.outcome, c.headers,
    lag(c.fetched_at) OVER (PARTITION BY c.source_id, c.canonical_url ORDER BY c.fetched_at) AS seen_before
  FROM main.captures c SEMI JOIN named USING (source_id, canonical_url)
  WHERE c.purpose = 'article' AND c.status IN (200, 304)
)
SELECT
  v.capture_id, v.source_id, v.fetched_at, v.seen_before,
  json_extract_string(v.headers, '$."tintinh-lastmod"') AS lastmod,
  v.outcome = 'response' AS payload_changed,
  e.version_id IS NOT NULL AS edited
FROM visits v
LEFT JOIN main.version_captures vc USING (capture_id)
LEFT JOIN main.versions e ON e.version_id = vc.version_id AND e.valid_from = v.fetched_at AND e.version_no > 1
WHERE v.headers LIKE '%"tintinh-lastmod"%' AND v.seen_before IS NOT NULL
ORDER BY v.source_id, v.fetched_at, v.capture_id;
