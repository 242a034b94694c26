-- The newest article of each outlet: by when it was published, else by when it was first seen.
SELECT source_id, max(least(coalesce(published_at, first_seen), now())) AS newest
FROM articles
GROUP BY source_id
ORDER BY source_id;
