-- Median length in words of each outlet's judged articles, and of each day before.
WITH daily AS (
  SELECT source_id, judged, seen_day, count(*) AS n, median(words) AS words
  FROM recent WHERE page_kind = 'article' AND has_text AND NOT judged
  GROUP BY ALL
)
SELECT
  source_id, count(*) AS n, median(words) AS words,
  (SELECT list({'n': d.n, 'words': d.words} ORDER BY d.seen_day) FROM daily d WHERE d.source_id = r.source_id) AS days
FROM recent r
WHERE judged AND page_kind = 'article' AND has_text
GROUP BY source_id
ORDER BY source_id;
