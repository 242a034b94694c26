-- How many articles of one outlet have each field, in the writer's database.
SELECT
  count(*) AS articles,
  count(t.title) AS title,
  count(t.published_at) AS published_at,
  count(*) FILTER (len(t.authors) > 0) AS authors,
  count(*) FILTER (len(t.credited_sources) > 0) AS credited_sources,
  count(t.lead) AS lead,
  count(*) FILTER (len(t.body) > 0) AS body,
  count(*) FILTER (len(t.captions) > 0) AS captions,
  count(t.section) AS section,
  count(*) FILTER (len(t.tags) > 0) AS tags
FROM articles a JOIN told t USING (version_id)
WHERE a.source_id = $source;
