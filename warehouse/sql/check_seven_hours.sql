-- Publications exactly seven hours apart that ought to be one: an article whose stated time moved by so much in an edit, and
-- two articles of one outlet with one headline.
WITH stated AS (
  SELECT article_id, version_no, valid_from, published_at FROM base.past_versions
  UNION ALL
  SELECT article_id, version_no, valid_from, published_at FROM base.current_articles WHERE version_no > 1
),
moved AS (
  SELECT
    article_id, valid_from,
    published_at - lag(published_at) OVER (PARTITION BY article_id ORDER BY version_no) AS step
  FROM stated
)
SELECT source_id, count(*) FILTER (how = 'edit') AS edits, count(*) FILTER (how = 'pair') AS pairs, min(url) AS url
FROM (
  SELECT a.source_id, 'edit' AS how, a.url
  FROM moved m JOIN base.current_articles a USING (article_id)
  WHERE m.step IN (INTERVAL 7 HOUR, -INTERVAL 7 HOUR)
    AND m.valid_from <= $moment AND m.valid_from > $moment - INTERVAL 7 DAY AND ($source IS NULL OR a.source_id = $source)
  UNION ALL
  SELECT a.source_id, 'pair', a.url
  FROM recent a JOIN recent b
    ON a.source_id = b.source_id AND a.title = b.title AND a.article_id <> b.article_id
    AND a.published_at = b.published_at + INTERVAL 7 HOUR
  WHERE a.judged AND a.published_precision <> 'day' AND b.published_precision <> 'day'
)
GROUP BY source_id
ORDER BY source_id;
