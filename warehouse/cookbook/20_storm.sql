-- question: How did the news of a storm unfold: first mention per province, articles per six hours, numbers that changed?
-- who: disaster management
-- parameter: storm = bão số 3
-- parameter: since = 2000-01-01
-- parameter: until = 2100-01-01
-- says: Articles whose headline or lead names it; numbers are those that edits replaced.
WITH about AS (
  SELECT a.article_id, a.source_id, a.published_local, s.province_new AS province
  FROM search('"' || coalesce(getvariable('storm'), 'bão số 3') || '"', snippets := 0) f
  JOIN base.current_articles a USING (article_id)
  JOIN sources s ON s.source_id = a.source_id
  WHERE a.published_date BETWEEN coalesce(getvariable('since'), '2000-01-01')::DATE AND coalesce(getvariable('until'), '2100-01-01')::DATE
    AND contains(lower(concat_ws(' ', f.title, a.lead)), lower(coalesce(getvariable('storm'), 'bão số 3')))
),
edited AS (
  SELECT e.article_id, list_distinct(flatten(list(e.numbers_come))) AS numbers FROM edits e SEMI JOIN about USING (article_id) GROUP BY ALL
)
SELECT
  time_bucket(INTERVAL 6 HOUR, published_local) AS six_hours, count(*) AS articles,
  count(DISTINCT source_id) AS outlets, list_sort(list(DISTINCT province)) AS provinces,
  list_distinct(flatten(list(coalesce(e.numbers, [])))) AS numbers_corrected
FROM about LEFT JOIN edited e USING (article_id)
GROUP BY ALL
ORDER BY six_hours;
