-- question: What share has each topic per province and quarter?
-- who: newsroom
-- says: Topics follow from the names of sections; the province is that of the outlet, in the borders since 2025-07-01.
WITH counted AS (
  SELECT
    s.province_new AS province, year(a.published_date) || ' Q' || quarter(a.published_date) AS quarter, m.topic,
    count(*) AS articles
  FROM base.current_articles a
  JOIN article_measures m USING (article_id)
  JOIN sources s ON s.source_id = a.source_id
  WHERE a.published_date IS NOT NULL
  GROUP BY ALL
)
SELECT *, round(articles / sum(articles) OVER (PARTITION BY province, quarter), 3) AS share
FROM counted
ORDER BY province, quarter, articles DESC, topic;
