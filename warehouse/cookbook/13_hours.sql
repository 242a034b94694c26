-- question: At what hours and on what days does an outlet publish, before and after the merger of 2025?
-- who: newsroom
-- says: Clock of Vietnam; only articles whose time of day is known.
SELECT
  source_id, published_date >= DATE '2025-07-01' AS after_merger, hour(published_local) AS hour, count(*) AS articles,
  round(count(*) FILTER (isodow(published_date) >= 6) / count(*), 3) AS weekend
FROM base.current_articles
WHERE published_precision IN ('second', 'minute', 'hour')
GROUP BY ALL
ORDER BY source_id, after_merger, hour;
