-- Articles known before that were first seen under another address in a stretch of time.
SELECT
  a.source_id, a.title,
  (SELECT max_by(o.url, (o.last_seen, o.canonical_url)) FROM addresses o
   WHERE o.article_id = n.article_id AND o.canonical_url <> n.canonical_url AND o.first_seen <= $since) AS from_url,
  n.url AS to_url, n.first_seen AS moved_at, n.article_id
FROM addresses n JOIN articles a USING (article_id)
WHERE n.first_seen > $since AND n.first_seen <= $until
  AND n.redirect_to IS NULL
  AND a.first_seen <= $since
ORDER BY n.first_seen, a.source_id, a.article_id;
