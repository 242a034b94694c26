-- Articles confirmed gone in a stretch of time.
SELECT source_id, title, url, published_date, last_seen, missing_since, gone_confirmed_at, article_id
FROM articles
WHERE status = 'gone' AND gone_confirmed_at > $since AND gone_confirmed_at <= $until
ORDER BY gone_confirmed_at, source_id, article_id;
