-- The outlets of a data set, with the span of their articles.
SELECT s.source_id, s.name, count(*) AS articles, min(a.published_date) AS first_day, max(a.published_date) AS last_day
FROM articles a JOIN sources s USING (source_id)
GROUP BY s.source_id, s.name
ORDER BY s.source_id;
