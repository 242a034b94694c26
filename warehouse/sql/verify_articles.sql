-- Articles of one outlet that differ in any column of theirs or of their versions between the two databases, or that only one
-- of them has; `held` by old, new or both. The rows of the database in use are old, those made anew are new.
WITH
old_articles AS MATERIALIZED (FROM articles WHERE source_id = $source AND article_id NOT IN (FROM verify_left)),
new_articles AS MATERIALIZED (FROM again.articles WHERE source_id = $source AND article_id NOT IN (FROM verify_left)),
old_versions AS MATERIALIZED (FROM versions WHERE source_id = $source AND article_id NOT IN (FROM verify_left)),
new_versions AS MATERIALIZED (FROM again.versions WHERE source_id = $source AND article_id NOT IN (FROM verify_left)),
differing AS (
  SELECT article_id FROM (FROM old_articles EXCEPT FROM new_articles)
  UNION
  SELECT article_id FROM (FROM new_articles EXCEPT FROM old_articles)
  UNION
  SELECT article_id FROM (FROM old_versions EXCEPT FROM new_versions)
  UNION
  SELECT article_id FROM (FROM new_versions EXCEPT FROM old_versions)
)
SELECT
  coalesce(o.url, n.url) AS url,
  CASE WHEN n.article_id IS NULL THEN 'old' WHEN o.article_id IS NULL THEN 'new' ELSE 'both' END AS held
FROM differing d
LEFT JOIN old_articles o USING (article_id)
LEFT JOIN new_articles n ON n.article_id = d.article_id
ORDER BY url, held;
