-- The texts of these articles in their latest version, as `stories_texts` gives them. A handful among all: versions and
-- contents are taken out by the numbers of their rows (see told_of_todo).
WITH
asked AS MATERIALIZED (SELECT article_id, version_id FROM articles WHERE article_id IN (SELECT unnest($ids))),
shown AS MATERIALIZED (
  SELECT a.article_id, v.content_id FROM versions v JOIN asked a USING (version_id)
),
lying AS MATERIALIZED (SELECT c.rowid AS number FROM contents c WHERE c.content_id IN (SELECT content_id FROM shown)),
texts AS MATERIALIZED (SELECT content_id, lead, body FROM contents WHERE rowid IN (SELECT number FROM lying))
SELECT s.article_id, array_to_string(list_prepend(coalesce(t.lead, ''), t.body), ' ') AS text
FROM shown s JOIN texts t USING (content_id)
ORDER BY s.article_id;
