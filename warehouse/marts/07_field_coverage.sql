CREATE VIEW field_coverage AS
WITH
present AS (
  SELECT
    source_id,
    count(*) AS articles,
    [
      {'field': 'title', 'n': count(title)},
      {'field': 'published_at', 'n': count(published_at)},
      {'field': 'authors', 'n': count(*) FILTER (len(people) > 0)},
      {'field': 'credited_sources', 'n': count(*) FILTER (len(credited_sources) > 0)},
      {'field': 'lead', 'n': count(lead)},
      {'field': 'body', 'n': count(text)},
      {'field': 'captions', 'n': count(*) FILTER (len(captions) > 0)},
      {'field': 'section', 'n': count(section)},
      {'field': 'tags', 'n': count(*) FILTER (len(tags) > 0)}
    ] AS fields
  FROM base.current_articles
  GROUP BY source_id
),
origins AS (
  SELECT source_id, field, map(list(origin ORDER BY n DESC, origin), list(n ORDER BY n DESC, origin)) AS origins
  FROM (
    SELECT source_id, e.field, e.origin, count(*) AS n
    FROM (SELECT source_id, unnest(evidence) AS e FROM base.current_articles)
    GROUP BY ALL
  )
  GROUP BY ALL
)
SELECT
  p.source_id, f.field AS field, p.articles, f.n AS present, f.n / p.articles AS share,
  o.origins
FROM (SELECT source_id, articles, unnest(fields) AS f FROM present) p
LEFT JOIN origins o
  ON o.source_id = p.source_id AND o.field = CASE f.field WHEN 'credited_sources' THEN 'sources' ELSE f.field END;

COMMENT ON VIEW field_coverage IS 'How many articles of an outlet have a field, and where its value came from.';
COMMENT ON COLUMN field_coverage.source_id IS 'The outlet.';
COMMENT ON COLUMN field_coverage.field IS 'The field.';
COMMENT ON COLUMN field_coverage.articles IS 'Articles of the outlet.';
COMMENT ON COLUMN field_coverage.present IS 'Those that have the field.';
COMMENT ON COLUMN field_coverage.share IS 'Share of those, 0 to 1.';
COMMENT ON COLUMN field_coverage.origins IS 'How many values came from each place of the page; a shift from one to another tells a changed layout.';
