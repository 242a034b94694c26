-- What the outlets of each of the 34 provinces brought: new articles of seven days, and days since the last new one.
-- Outlets count that are on schedule or have brought anything; invented ones belong to no province.
WITH seen AS (
  SELECT source_id, count(*) FILTER (first_seen > $now - INTERVAL 7 DAY) AS week, max(first_seen) AS last_new
  FROM articles
  WHERE first_seen <= $now
  GROUP BY source_id
)
SELECT
  s.province_new_code AS code,
  any_value(s.province_new) AS province,
  count(*) AS outlets,
  sum(coalesce(seen.week, 0))::BIGINT AS week,
  floor(epoch($now - max(seen.last_new)) / 86400)::INTEGER AS silent_days
FROM sources s
LEFT JOIN seen USING (source_id)
WHERE s.province_new_code <> '' AND (s.enabled OR seen.last_new IS NOT NULL)
GROUP BY code
ORDER BY code;
