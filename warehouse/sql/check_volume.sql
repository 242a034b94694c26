-- Articles of each outlet by day of publication (of first sight, where the page does not tell), the day that is judged last:
-- the last whole day before its last answered exchange. Also what the pages fetched since that day were: how many became
-- articles, and how many wait to be read, since when.
WITH judged AS (
  SELECT *, (last_answer AT TIME ZONE 'Asia/Ho_Chi_Minh')::DATE - 1 AS day
  FROM seen_sources
  WHERE scheduled AND last_answer IS NOT NULL
),
counted AS (
  SELECT
    a.source_id,
    -- What a morning's crawl finds without a date is most likely of the day before.
    coalesce(a.published_date, (a.first_seen AT TIME ZONE 'Asia/Ho_Chi_Minh' - INTERVAL 12 HOUR)::DATE) AS day,
    count(*) AS n
  FROM base.current_articles a JOIN judged j USING (source_id)
  WHERE a.first_seen <= $moment AND coalesce(a.published_date, a.first_seen::DATE) > $day - $span::INTEGER
  GROUP BY ALL
),
pages AS (
  SELECT
    e.source_id, count(*) AS pages, count(e.article_id) AS became,
    count(*) FILTER (e.unread) AS unread, min(e.fetched_at) FILTER (e.unread) AS unread_since
  FROM exchanges e JOIN judged j USING (source_id)
  WHERE e.purpose = 'article' AND e.told = '200' AND e.seen_day > j.day
  GROUP BY ALL
)
SELECT
  j.source_id, j.day, j.first_day, coalesce(any_value(p.pages), 0) AS pages, coalesce(any_value(p.became), 0) AS became,
  coalesce(any_value(p.unread), 0) AS unread, any_value(p.unread_since) AS unread_since,
  list({'day': c.day, 'n': c.n} ORDER BY c.day) FILTER (c.day IS NOT NULL) AS days
FROM judged j
LEFT JOIN counted c ON c.source_id = j.source_id AND c.day BETWEEN j.first_day AND j.day
LEFT JOIN pages p ON p.source_id = j.source_id
WHERE j.day >= j.first_day
GROUP BY j.source_id, j.day, j.first_day
ORDER BY j.source_id;
