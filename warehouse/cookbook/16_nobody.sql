-- question: What share of articles names no person as author, per outlet and topic?
-- who: media studies
-- says: A source is an agency or another outlet named without anybody; a collective is a byline such as PV or BBT.
SELECT
  s.source_id, m.topic, count(*) AS articles,
  round(count(*) FILTER (signature IN ('source', 'collective', 'none')) / count(*), 3) AS nobody,
  round(count(*) FILTER (signature = 'source') / count(*), 3) AS only_a_source,
  round(count(*) FILTER (signature = 'collective') / count(*), 3) AS only_a_collective
FROM article_signatures s JOIN article_measures m USING (article_id)
GROUP BY ALL
ORDER BY s.source_id, articles DESC, m.topic;
