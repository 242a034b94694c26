-- How many of the articles in `looked` have each field, by outlet.
SELECT
  source_id,
  count(*) AS articles,
  count(*) FILTER (title) AS title,
  count(published_at) AS published_at,
  count(*) FILTER (authors) AS authors,
  count(*) FILTER (credited_sources) AS credited_sources,
  count(*) FILTER (lead) AS lead,
  count(*) FILTER (text) AS text,
  count(*) FILTER (captions) AS captions,
  count(*) FILTER (section) AS section,
  count(*) FILTER (tags) AS tags
FROM looked
GROUP BY source_id;
