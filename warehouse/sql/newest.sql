-- The newest articles for a glance.
SELECT
  CASE WHEN published_precision = 'day' THEN strftime(published_local, '%d/%m/%Y')
       ELSE strftime(published_local, '%d/%m/%Y %H:%M') END AS published,
  array_to_string(authors, ', ') AS people,
  title,
  source_id AS outlet
FROM articles
ORDER BY published_at DESC NULLS LAST, source_id, article_id
LIMIT $most;
