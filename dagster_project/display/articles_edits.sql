-- The newest edits of one outlet since an instant, in the writer's database.
SELECT v.valid_from AS edited_at, v.source_id, a.url, t.title, v.change_class, v.article_id, v.version_no
FROM versions v
JOIN articles a USING (article_id)
JOIN told t ON t.version_id = v.version_id
WHERE v.source_id = $source AND v.version_no > 1 AND v.valid_from > $since
ORDER BY edited_at DESC, v.article_id, v.version_no DESC
LIMIT $most;
