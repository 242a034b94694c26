-- For each field of an outlet and each place of the page from which its values came: how many of the judged articles that
-- have the field took it from there, and how many did on each day before.
WITH won AS (
  SELECT source_id, article_id, seen_day, judged, e.field AS field, e.origin AS origin
  FROM (SELECT source_id, article_id, seen_day, judged, unnest(evidence) AS e FROM recent)
),
having_field AS (
  SELECT source_id, field, judged, seen_day, count(DISTINCT article_id) AS n FROM won GROUP BY ALL
),
from_there AS (
  SELECT source_id, field, origin, judged, seen_day, count(DISTINCT article_id) AS k FROM won GROUP BY ALL
),
asked AS (SELECT DISTINCT source_id, field, origin FROM won),
daily AS (
  SELECT a.source_id, a.field, a.origin, h.judged, h.seen_day, h.n, coalesce(f.k, 0) AS k
  FROM asked a
  JOIN having_field h USING (source_id, field)
  LEFT JOIN from_there f USING (source_id, field, origin, judged, seen_day)
)
SELECT
  source_id, field, origin,
  coalesce(sum(n) FILTER (judged), 0)::BIGINT AS n, coalesce(sum(k) FILTER (judged), 0)::BIGINT AS k,
  coalesce(list({'n': n, 'k': k} ORDER BY seen_day) FILTER (NOT judged), []) AS days
FROM daily
GROUP BY ALL
HAVING n > 0
ORDER BY source_id, field, k DESC, origin;
