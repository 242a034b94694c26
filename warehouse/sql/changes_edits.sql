-- Edits first shown in a stretch of time.
SELECT * FROM edits
WHERE edited_at > $since AND edited_at <= $until
ORDER BY edited_at, source_id, article_id, version_no;
