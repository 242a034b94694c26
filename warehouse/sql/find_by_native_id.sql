-- The article with this native id at the outlet that has (or had) this host.
SELECT article_id
FROM articles JOIN source_hosts USING (source_id)
WHERE native_id = $native AND host = $host
ORDER BY article_id
LIMIT 1;
