-- question: How long after the event does an outlet publish, by weekday?
-- who: newsroom
-- says: The event's day is the one that the lead tells ("Sáng 22/6"); lunar days and events to come are left out.
SELECT
  a.source_id, isodow(a.published_date) AS weekday, count(*) AS articles,
  round(avg(date_diff('day', m.event_date, a.published_date)), 2) AS mean_days,
  round(count(*) FILTER (m.event_date = a.published_date) / count(*), 3) AS same_day
FROM base.current_articles a JOIN article_measures m USING (article_id)
WHERE m.event_date <= a.published_date AND date_diff('day', m.event_date, a.published_date) <= 30
GROUP BY ALL
ORDER BY a.source_id, weekday;
