-- The newest articles of one outlet, in the writer's database.
SELECT
  CASE
    WHEN t.published_precision = 'day' THEN strftime(t.published_at AT TIME ZONE 'Asia/Ho_Chi_Minh', '%d/%m/%Y')
    ELSE strftime(t.published_at AT TIME ZONE 'Asia/Ho_Chi_Minh', '%d/%m/%Y %H:%M')
  END AS published,
  list_transform(t.authors, lambda p: p.name) AS people,
  t.title,
  a.url
FROM articles a JOIN told t USING (version_id)
WHERE a.source_id = $source
ORDER BY t.published_at DESC NULLS LAST, a.article_id
LIMIT $most;
