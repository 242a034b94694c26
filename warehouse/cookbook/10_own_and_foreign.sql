-- question: What share of its texts is an outlet's own, an agency's, or reprinted, per year?
-- who: media economics
-- says: copied: another outlet had the text before and nobody is credited.
SELECT
  source_id, year(published_date) AS year, count(*) AS articles,
  round(count(*) FILTER (origin = 'own') / count(*), 3) AS own,
  round(count(*) FILTER (origin = 'agency') / count(*), 3) AS agency,
  round(count(*) FILTER (origin = 'reprint') / count(*), 3) AS reprint,
  round(count(*) FILTER (origin = 'copied') / count(*), 3) AS copied
FROM article_origins
WHERE published_date IS NOT NULL
GROUP BY ALL
ORDER BY source_id, year;
