-- question: What share of articles names no person as author, per outlet and topic?
-- who: media studies
SELECT
  a.source_id, m.topic, count(*) AS articles,
  round(count(*) FILTER (len(a.people) = 0) / count(*), 3) AS nobody,
  round(count(*) FILTER (len(a.people) = 0 AND len(a.credited_sources) > 0) / count(*), 3) AS only_a_source
FROM base.current_articles a JOIN article_measures m USING (article_id)
GROUP BY ALL
ORDER BY a.source_id, articles DESC, m.topic;
