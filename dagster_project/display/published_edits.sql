-- The newest edits since an instant, over all outlets.
SELECT edited_at, source_id, url, title, change_class, article_id, version_no
FROM edits
WHERE edited_at > $since
ORDER BY edited_at DESC, article_id, version_no DESC
LIMIT $most;
