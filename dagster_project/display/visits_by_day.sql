-- Exchanges of one outlet by local day, and how many of them were answered: by a page, a redirect, nothing new, or word
-- that the page is not there.
SELECT
  (fetched_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::DATE AS day,
  count(*) AS asked,
  count(*) FILTER (
    outcome IN ('response', 'not-modified', 'unchanged') AND (coalesce(status, 200) < 400 OR status IN (404, 410))
  ) AS answered
FROM captures
WHERE source_id = $source AND fetched_at >= $since
GROUP BY day
ORDER BY day;
