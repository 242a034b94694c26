-- New addresses of each outlet on schedule whose page came in, by day of the first visit: how many of them showed an
-- article, then or later. Asked of the writer's tables, after a load. Addresses that only moved, failed or were missing
-- have no page; pages that nobody has read yet tell nothing.
-- $moment: instant of the question; $back: days of history; $few: addresses that are judged at least.
WITH come AS (
  SELECT
    a.source_id, a.canonical_url, a.url, a.first_visit,
    (a.first_visit AT TIME ZONE 'Asia/Ho_Chi_Minh')::DATE AS seen_day,
    a.article_id IS NOT NULL AS has
  FROM addresses a JOIN sources s USING (source_id)
  WHERE (s.enabled OR s.demo)
    AND a.first_visit <= $moment AND a.first_visit > $moment - to_days($back::INTEGER + 8)
    AND (
      a.article_id IS NOT NULL
      OR a.payload_capture_id IN (
        FROM readings SELECT capture_id WHERE status = 'ok'
      )
    )
),
placed AS (
  SELECT
    *,
    max(seen_day) OVER (PARTITION BY source_id) AS last_day,
    row_number() OVER (PARTITION BY source_id ORDER BY first_visit DESC, canonical_url) AS place
  FROM come
),
marked AS (
  SELECT *, (seen_day = last_day OR place <= $few::INTEGER) AND seen_day > last_day - 7 AS judged FROM placed
),
past AS (
  SELECT source_id, list({'n': n, 'k': k} ORDER BY seen_day) AS days
  FROM (
    SELECT source_id, seen_day, count(*) AS n, count(*) FILTER (has) AS k
    FROM marked WHERE NOT judged GROUP BY ALL
  )
  GROUP BY ALL
)
SELECT
  source_id,
  count(*) FILTER (judged) AS n, count(*) FILTER (judged AND has) AS k,
  max(url) FILTER (judged AND NOT has) AS url,
  min(first_visit) FILTER (judged AND NOT has) AS since,
  coalesce(any_value(days), []) AS days
FROM marked LEFT JOIN past USING (source_id)
GROUP BY source_id
ORDER BY source_id;
