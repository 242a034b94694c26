-- question: How many articles per outlet and month, and where are the holes?
-- who: media studies
-- says: A month without an article is a hole of the crawl where nothing was captured in it, and one of the outlet where pages were.
WITH spans AS (
  SELECT source_id, min(date_trunc('month', day)) AS first, max(date_trunc('month', day)) AS last
  FROM coverage WHERE day IS NOT NULL GROUP BY source_id
),
months AS (
  SELECT source_id, unnest(generate_series(first, last, INTERVAL 1 MONTH))::DATE AS month FROM spans
),
fetched AS (
  SELECT source_id, date_trunc('month', (fetched_at AT TIME ZONE 'UTC') + INTERVAL 7 HOUR)::DATE AS month, count(*) AS captures
  FROM captures GROUP BY ALL
)
SELECT
  m.source_id, m.month, coalesce(sum(c.articles), 0)::BIGINT AS articles,
  CASE WHEN sum(c.articles) IS NULL THEN CASE WHEN any_value(f.captures) IS NULL THEN 'crawler' ELSE 'outlet' END END AS hole
FROM months m
LEFT JOIN coverage c ON c.source_id = m.source_id AND date_trunc('month', c.day) = m.month
LEFT JOIN fetched f ON f.source_id = m.source_id AND f.month = m.month
GROUP BY ALL
ORDER BY m.source_id, m.month;
