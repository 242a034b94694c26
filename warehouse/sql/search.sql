-- The best articles for a question, among those of an outlet and between two days (where these are given).
WITH hits AS MATERIALIZED (
  SELECT * EXCLUDE (snippet)
  FROM search($text, snippets := 0)
  WHERE ($source IS NULL OR source_id = $source)
    AND ($since IS NULL OR coalesce(published_date, (first_seen AT TIME ZONE 'UTC' + INTERVAL 7 HOUR)::DATE) >= $since)
    AND ($until IS NULL OR coalesce(published_date, (first_seen AT TIME ZONE 'UTC' + INTERVAL 7 HOUR)::DATE) <= $until)
  ORDER BY rank
  LIMIT $most
)
SELECT
  h.rank, h.published_at, h.source_id, h.title, search_snippet(concat_ws(' ', a.lead, a.text), $text) AS snippet,
  h.url, h.exact, h.in_title, h.together, h.hits, h.status, h.article_id
FROM hits h
JOIN articles a USING (article_id)
ORDER BY h.rank;
