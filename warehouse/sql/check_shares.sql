-- How many of an outlet's judged articles have a trait, and how many had it on each day before.
SELECT
  source_id, trait,
  count(*) FILTER (judged) AS n, count(*) FILTER (judged AND has) AS k,
  coalesce(any_value(days), []) AS days
FROM traits
LEFT JOIN (
  SELECT source_id, trait, list({'n': n, 'k': k} ORDER BY seen_day) AS days
  FROM (
    SELECT source_id, trait, seen_day, count(*) AS n, count(*) FILTER (has) AS k
    FROM traits WHERE NOT judged AND list_contains($traits, trait)
    GROUP BY ALL
  )
  GROUP BY ALL
) USING (source_id, trait)
WHERE list_contains($traits, trait)
GROUP BY source_id, trait
HAVING n > 0
ORDER BY source_id, trait;
