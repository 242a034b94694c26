-- The name that stands under most of an outlet's judged articles, and under how many it stood before.
WITH named AS (
  SELECT source_id, article_id, judged, unnest(list_distinct(list_transform(people, lambda p: p.name))) AS name FROM recent
),
signed AS (
  SELECT source_id, count(*) FILTER (judged) AS n, count(*) FILTER (NOT judged) AS n_before
  FROM recent WHERE len(people) > 0 GROUP BY source_id
)
SELECT
  source_id, name, any_value(n) AS n, count(*) FILTER (judged) AS k,
  any_value(n_before) AS n_before, count(*) FILTER (NOT judged) AS k_before
FROM named JOIN signed USING (source_id)
GROUP BY source_id, name
QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY k DESC, name) = 1
ORDER BY source_id;
