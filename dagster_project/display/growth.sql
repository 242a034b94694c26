-- What the archive holds, and what the last whole weeks added: at most four, by the day of the exchange.
WITH span AS (
  SELECT
    (SELECT min(fetched_at) FROM captures) AS first_visit,
    greatest($now - INTERVAL 28 DAY, (SELECT min(fetched_at) FROM captures)) AS since
)
SELECT
  (SELECT coalesce(sum(warc_length), 0)::BIGINT FROM captures) AS warc_bytes,
  (SELECT count(*) FROM articles) AS articles,
  epoch($now - since) / 86400 AS days,
  (SELECT coalesce(sum(warc_length), 0)::BIGINT FROM captures WHERE fetched_at > since AND fetched_at <= $now)
    AS recent_warc_bytes,
  (SELECT count(*) FROM articles WHERE first_seen > since AND first_seen <= $now) AS recent_articles
FROM span;
