-- question: How did the news of a storm unfold: first mention per province, articles per six hours, numbers that changed?
-- who: disaster management
-- parameter: storm = bão số 3
-- parameter: since = 2000-01-01
-- parameter: until = 2100-01-01
-- says: Articles whose headline or lead names it; numbers are those that edits replaced.
WITH about AS (
  SELECT a.*, s.province_new AS province
  FROM base.current_articles a JOIN sources s USING (source_id)
  WHERE a.published_date BETWEEN coalesce(getvariable('since'), '2000-01-01')::DATE AND coalesce(getvariable('until'), '2100-01-01')::DATE
    AND contains(lower(concat_ws(' ', a.title, a.lead)), lower(coalesce(getvariable('storm'), 'bão số 3')))
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
