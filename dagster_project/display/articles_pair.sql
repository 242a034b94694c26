-- A version and the one before it, of those that `told` speaks of.
SELECT
  version_no, changed_fields, title, lead, body, captions,
  list_transform(authors, lambda p: p.name) AS authors, credited_sources, published_at
FROM told
WHERE article_id = $article AND version_no IN ($number, $number - 1)
ORDER BY version_no;
