-- The texts of these articles in their latest version, as `stories_texts` gives them.
SELECT a.article_id, array_to_string(list_prepend(coalesce(c.lead, ''), c.body), ' ') AS text
FROM articles a JOIN versions v USING (version_id) JOIN contents c USING (content_id)
WHERE a.article_id IN (SELECT unnest($ids))
ORDER BY a.article_id;
