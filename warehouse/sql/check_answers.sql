-- What an outlet's last round of exchanges brought, and each day's exchanges before it.
SELECT
  source_id,
  count(*) FILTER (judged) AS n,
  count(*) FILTER (judged AND answer = 'refused') AS refused,
  count(*) FILTER (judged AND answer = 'failed') AS failed,
  map_from_entries(list(DISTINCT {'k': told, 'v': many}) FILTER (judged AND answer <> 'answered')) AS told,
  any_value(days) AS days
FROM (SELECT *, count(*) FILTER (judged) OVER (PARTITION BY source_id, told) AS many FROM exchanges)
LEFT JOIN (
  SELECT source_id, list({'n': n, 'refused': refused, 'failed': failed} ORDER BY seen_day) AS days
  FROM (
    SELECT
      source_id, seen_day, count(*) AS n,
      count(*) FILTER (answer = 'refused') AS refused, count(*) FILTER (answer = 'failed') AS failed
    FROM exchanges WHERE NOT judged GROUP BY ALL
  )
  GROUP BY ALL
) USING (source_id)
GROUP BY source_id
HAVING n > 0
ORDER BY source_id;
