-- Articles first found missing in a stretch of time.
SELECT source_id, title, url, published_date, last_seen, missing_since, status, article_id
FROM articles
WHERE status IN ('missing', 'gone') AND missing_since > $since AND missing_since <= $until
ORDER BY missing_since, source_id, article_id;
