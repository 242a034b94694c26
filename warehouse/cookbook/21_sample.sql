-- question: A balanced sample for training: so many articles per outlet, year and topic, without copies.
-- who: language technology
-- parameter: each = 20
-- parameter: texts = no
-- says: The same archive gives the same sample. Of a story only its first article is taken; what may be published of the texts is for you to find out. With texts = yes lead and text stand in it too, which means reading them all.
WITH chosen AS (
  SELECT a.article_id, m.topic
  FROM base.current_articles a
  JOIN article_measures m USING (article_id)
  LEFT JOIN story_members s USING (article_id)
  WHERE a.published_date IS NOT NULL AND a.words > 0 AND coalesce(s.position, 1) = 1
  QUALIFY row_number() OVER (PARTITION BY a.source_id, year(a.published_date), m.topic ORDER BY md5(a.article_id)) <= coalesce(getvariable('each')::INTEGER, 20)
)
SELECT a.source_id, year(a.published_date) AS year, c.topic, a.title, a.words, a.language, a.url, a.article_id, a.version_id,
  CASE WHEN lower(getvariable('texts')::VARCHAR) IN ('yes', 'true', '1') THEN a.lead END AS lead,
  CASE WHEN lower(getvariable('texts')::VARCHAR) IN ('yes', 'true', '1') THEN a.text END AS text
FROM base.current_articles a JOIN chosen c USING (article_id)
ORDER BY a.source_id, year, c.topic, a.article_id;
