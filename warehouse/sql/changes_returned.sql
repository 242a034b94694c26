-- Articles seen again in a stretch of time after they were missing or gone.
SELECT a.source_id, a.title, a.url, g.from_at, g.to_at, g.worst, a.article_id
FROM gaps g JOIN articles a USING (article_id)
WHERE a.status = 'live' AND g.worst IN ('missing', 'gone') AND g.to_at > $since AND g.to_at <= $until
ORDER BY g.to_at, a.source_id, a.article_id;
