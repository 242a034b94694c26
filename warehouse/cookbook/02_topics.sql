-- question: What share has each topic per province and quarter?
-- who: newsroom
-- says: Topics follow from the names of sections; the province is that of the outlet, in the borders since 2025-07-01.
SELECT
  s.province_new AS province, year(a.published_date) || ' Q' || quarter(a.published_date) AS quarter, m.topic,
  count(*) AS articles,
  round(count(*) / sum(count(*)) OVER (PARTITION BY s.province_new, year(a.published_date) || ' Q' || quarter(a.published_date)), 3) AS share
FROM base.current_articles a JOIN article_measures m USING (article_id) JOIN sources s ON s.source_id = a.source_id
WHERE a.published_date IS NOT NULL
GROUP BY ALL
ORDER BY province, quarter, articles DESC, topic;
