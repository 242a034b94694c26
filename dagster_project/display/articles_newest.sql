-- The articles in `newest` as a table shows them.
SELECT
  n.source_id,
  CASE
    WHEN t.published_precision = 'day' THEN strftime(t.published_at AT TIME ZONE 'Asia/Ho_Chi_Minh', '%d/%m/%Y')
    ELSE strftime(t.published_at AT TIME ZONE 'Asia/Ho_Chi_Minh', '%d/%m/%Y %H:%M')
  END AS published,
  list_transform(t.authors, lambda p: p.name) AS people,
  t.title,
  a.url
FROM newest n JOIN articles a USING (article_id) JOIN told t USING (version_id)
ORDER BY t.published_at DESC NULLS LAST, a.article_id;
