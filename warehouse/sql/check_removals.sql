-- Of the articles that each outlet was asked for again in the last days: how many were not there any more.
SELECT
  source_id,
  count(*) AS n,
  count(*) FILTER (state IN ('missing', 'gone') AND missing_since > $moment - to_days($span::INTEGER)) AS k,
  min(url) FILTER (state IN ('missing', 'gone') AND missing_since > $moment - to_days($span::INTEGER)) AS url,
  mode(redirect_to) FILTER (state IN ('missing', 'gone')) AS redirect_to
FROM addresses
WHERE last_visit <= $moment AND last_visit > $moment - to_days($span::INTEGER)
  AND article_id IS NOT NULL AND first_seen < last_visit - INTERVAL 12 HOUR
  AND ($source IS NULL OR source_id = $source)
GROUP BY source_id
ORDER BY source_id;
