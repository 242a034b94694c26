-- The edits in `edited`, the newest first.
SELECT e.edited_at, e.source_id, a.url, t.title, e.change_class, e.article_id, e.version_no
FROM edited e
JOIN articles a USING (article_id)
JOIN told t ON t.article_id = e.article_id AND t.version_no = e.version_no
ORDER BY e.edited_at DESC, e.article_id, e.version_no DESC;
