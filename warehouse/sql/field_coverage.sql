-- Presence of each field over outlets, with the places of the page where values came from.
WITH chosen AS (FROM field_coverage WHERE $source IS NULL OR source_id = $source),
origins AS (
  SELECT field, map_from_entries(list({'k': origin, 'v': n} ORDER BY n DESC, origin)) AS origins
  FROM (
    SELECT field, e.key AS origin, sum(e.value)::BIGINT AS n
    FROM (SELECT field, unnest(map_entries(origins)) AS e FROM chosen)
    GROUP BY ALL
  )
  GROUP BY field
)
SELECT
  field, sum(articles)::BIGINT AS articles, sum(present)::BIGINT AS present,
  sum(present) / sum(articles) AS share, any_value(origins.origins) AS origins
FROM chosen LEFT JOIN origins USING (field)
GROUP BY field
ORDER BY list_position(
  ['title', 'published_at', 'authors', 'credited_sources', 'lead', 'body', 'captions', 'section', 'tags'], field
);
